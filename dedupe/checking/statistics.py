"""Counts by rule, as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.checking.interface import Listening, Write
from dedupe.checking.values import share_of, share_text
from dedupe.settings import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.checking.outcome import CheckOutcome

_LABEL_WIDTH = max(len(f"{rule.code} {rule.name}") for rule in RULES)


class StatisticsLister(Listening):
    """Writes nothing of single paragraphs, and at the end a line for each rule that found something."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def finish(self, outcome: CheckOutcome) -> None:
        """Write the table."""
        self._write("".join(f"{line.rstrip()}\n" for line in _lines(outcome)).encode())


def _lines(outcome: CheckOutcome) -> Iterator[str]:
    yield _row("rule", "duplicates", "characters", "share", "new" if outcome.has_baseline else "")
    for rule in RULES:
        counted, found = outcome.counted[rule.code], outcome.found[rule.code]
        label = f"{rule.code} {rule.name}"
        if counted:
            characters = outcome.counted_characters[rule.code]
            share = share_text(share_of(characters, outcome.characters))
            new = f"{outcome.new[rule.code]:,}" if outcome.has_baseline else ""
            yield _row(label, f"{counted:,}", f"{characters:,}", share, new)
        if found:
            yield f"{label:<{_LABEL_WIDTH}}  {found:>10,}  reported, not counted"
    new = f"{outcome.new.total():,}" if outcome.has_baseline else ""
    total = outcome.counted_characters.total()
    yield _row("total", f"{outcome.duplicates:,}", f"{total:,}", share_text(outcome.share), new)


def _row(label: str, duplicates: str, characters: str, share: str, new: str) -> str:
    return f"{label:<{_LABEL_WIDTH}}  {duplicates:>10}  {characters:>12}  {share:>8}  {new:>8}"
