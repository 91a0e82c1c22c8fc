"""Give back what a run removed: whole originals, or single removals."""

from dedupe.restoring.files import Restored, RestoreRefused, TakenBack
from dedupe.restoring.removals import take_back, take_back_into_text
from dedupe.restoring.selection import Selection
from dedupe.restoring.whole import restore, restore_bytes

__all__ = [
    "RestoreRefused",
    "Restored",
    "Selection",
    "TakenBack",
    "restore",
    "restore_bytes",
    "take_back",
    "take_back_into_text",
]
