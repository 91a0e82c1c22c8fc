"""Why one paragraph was removed or kept: from a finished plan, and from the text where it can be had."""

from dedupe.explaining.explanation import explain
from dedupe.explaining.locating import Location, locate
from dedupe.explaining.values import Change, Copy, Explanation, Found, Nearest, Removed, Stays

__all__ = [
    "Change",
    "Copy",
    "Explanation",
    "Found",
    "Location",
    "Nearest",
    "Removed",
    "Stays",
    "explain",
    "locate",
]
