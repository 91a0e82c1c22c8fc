"""What a measurement behind a decision means, in words.

A rule may say more than is known here: its name and value are shown all the same.
"""

from __future__ import annotations

from dedupe.model import EvidenceValue

_MEANING = {
    "jaccard": "of the runs of neighbouring words that either has, so many stand in both",
    "contained": "of its runs of neighbouring words, so many stand in the text that stays",
    "only here": "words that only this one has",
    "only there": "words that only the other one has",
    "run paragraphs": "so many paragraphs repeat here in the same order",
    "tokens": "words, numbers and signs, as they are compared",
    "documents": "so many documents of its group hold it",
    "of": "so many documents of the group have a vote",
    "repeated neighbours": "so many of the paragraphs beside it repeat too",
    "position": "where it stands on its page",
    "category": "what kind of known boilerplate it is",
    "pattern": "the pattern that it matches",
    "signs": "what makes it an appeal",
    "points": "the sum of what speaks for it and against it; the parts follow",
    "shape": "what it is instead of text",
}


def meaning_of(name: str) -> str:
    """Return what the measurement with this name says, `""` where that is not known."""
    return _MEANING.get(name, "")


def value_text(value: EvidenceValue) -> str:
    """Return a value as people write it; text from outside is not made harmless here."""
    match value:
        case str():
            return value
        case int():
            return f"{value:,}"
        case _:
            return f"{value:.4g}"
