"""Break styled words into lines that fit a width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.reports.layout import Line, Span, cells, padded
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MIN_COLUMNS = 8
"""No column is narrower, however narrow the terminal."""


def words_of(text: str, style: str = "") -> list[Span]:
    """Return the words of a text from outside, harmless, each a span."""
    return [Span(visible(word), style) for word in text.split()]


def wrapped(words: Iterable[Span], width: int) -> Iterator[Line]:
    """Yield lines of words with single spaces between them, none wider than `width`.

    A word that is wider is broken; words of one style that stand side by side become one span.
    """
    width = max(MIN_COLUMNS, width)
    line: list[Span] = []
    taken = 0
    for word in _broken(words, width):
        room = cells(word.text)
        if line and taken + 1 + room > width:
            yield tuple(line)
            line, taken = [], 0
        if line:
            previous = line[-1]
            if previous.style == word.style:
                line[-1] = Span(f"{previous.text} {word.text}", word.style)
            else:
                line += [Span(" "), word]
            taken += 1 + room
        else:
            line.append(word)
            taken = room
    if line:
        yield tuple(line)


def paragraph(text: str, width: int, *, indent: str = "", style: str = "") -> Iterator[Line]:
    """Yield a text from outside in lines, each behind the indent."""
    for line in wrapped(words_of(text, style), width - len(indent)):
        yield (Span(indent), *line) if indent else line


def hanging(term: Span, text: str, width: int, *, indent: int) -> Iterator[Line]:
    """Yield a term and beside it, from column `indent` on, the text; below it where the term is too wide."""
    lines = list(wrapped(words_of(text), width - indent))
    fits = cells(term.text) + 2 <= indent and width - indent >= 2 * MIN_COLUMNS
    if not fits:
        yield from ((Span("  "), *line) for line in wrapped(words_of(term.text, term.style), width - 2))
        yield from paragraph(text, width, indent="    ")
        return
    for number, line in enumerate(lines or [()]):
        start = Span("  " + padded(term.text, indent - 2), term.style) if number == 0 else Span(" " * indent)
        yield (start, *line)


def beside(left: Sequence[Line], right: Sequence[Line], width: int) -> Iterator[Line]:
    """Yield two blocks of lines side by side, a bar between them; the left one is `width` columns wide."""
    for number in range(max(len(left), len(right))):
        here = left[number] if number < len(left) else ()
        there = right[number] if number < len(right) else ()
        gap = width - sum(cells(span.text) for span in here)
        yield (*here, Span(" " * max(0, gap) + " | "), *there)


def _broken(words: Iterable[Span], width: int) -> Iterator[Span]:
    for word in words:
        rest = word.text
        while cells(rest) > width:
            taken, room = 0, width
            while taken < len(rest) and (room := room - cells(rest[taken])) >= 0:
                taken += 1
            taken = max(1, taken)
            yield Span(rest[:taken], word.style)
            rest = rest[taken:]
        if rest:
            yield Span(rest, word.style)
