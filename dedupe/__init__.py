"""Find what repeats in scraped text, strip it, and say what went and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedupe.api import clean, restore
    from dedupe.errors import DedupeError
    from dedupe.model import Document, Outcome
    from dedupe.settings import Settings

__version__ = "0.1.0"
__all__ = ["DedupeError", "Document", "Outcome", "Settings", "clean", "restore"]

_HOME = {
    "DedupeError": "dedupe.errors",
    "Document": "dedupe.model",
    "Outcome": "dedupe.model",
    "Settings": "dedupe.settings",
    "clean": "dedupe.api",
    "restore": "dedupe.api",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: the command needs few of them to start."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
