"""Styled lines that fit a width: what is shown, before anybody knows whether colour will be.

One layout serves a terminal, a pipe and a log, so that they differ in colour only.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from dedupe.reports.sanitizing import visible


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line in one style; the style is empty or one of `console.STYLES`."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def cells(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fitted(text: str, width: int) -> str:
    """Return the text, cut short with an ellipsis where it takes more than `width` columns."""
    if text.isascii():
        return text if len(text) <= width else text[: max(0, width - 1)].rstrip() + "…"
    if cells(text) <= width:
        return text
    room, kept = width - 1, []
    for character in text:
        room -= _cell(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def padded(text: str, width: int) -> str:
    """Return the text filled with spaces to `width` columns."""
    return text + " " * max(0, width - cells(text))


def excerpt(text: str) -> str:
    """Return the beginning of a text as one harmless line."""
    return visible(" ".join(text[:400].split()))


def listed(names: list[str] | tuple[str, ...], limit: int) -> str:
    """Return names joined by commas, at most `limit` of them, with the number of the others."""
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit:,} more" if len(names) > limit else shown
