"""Two similar texts beside each other, the words that differ marked, with colour and without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe.reports.layout import Line, Span
from dedupe.reports.wrapping import beside, words_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.differing import Stretch, WordDifference

MIN_SIDES_WIDTH = 60
"""On narrower terminals the texts stand below each other."""
WORDS_AROUND = 8
"""Words shown on each side of what differs, where equal words are left out."""

_MARKS = (("[-", "-]", "gone"), ("{+", "+}", "stays"))
"""What stands around words that only this side has, as `wdiff` writes it."""


def side_by_side(
    difference: WordDifference, titles: tuple[str, str], width: int, *, whole: bool, is_part: bool = False
) -> Iterator[Line]:
    """Yield both texts under their titles; without `whole` long stretches of equal words are left out.

    `is_part` tells that the first text is but a part of the second: what only the second has is no difference then.
    """
    there = tuple(replace(stretch, differs=False) for stretch in difference.there)
    texts = (difference.here, there if is_part else difference.there)
    sides = [list(_words(each, marks, whole=whole)) for each, marks in zip(texts, _MARKS, strict=True)]
    if width < MIN_SIDES_WIDTH:
        for title, words in zip(titles, sides, strict=True):
            yield from wrapped(words_of(title, "quiet"), width)
            yield from ((Span("  "), *line) for line in wrapped(words, width - 2))
        return
    column = (width - 3) // 2
    left, right = (
        [*wrapped(words_of(title, "quiet"), column), *wrapped(words, column)]
        for title, words in zip(titles, sides, strict=True)
    )
    yield from beside(left, right, column)


def _words(stretches: Sequence[Stretch], marks: tuple[str, str, str], *, whole: bool) -> Iterator[Span]:
    begin, end, style = marks
    for number, stretch in enumerate(stretches):
        words = words_of(stretch.text, style if stretch.differs else "")
        if not words:
            continue
        if stretch.differs:
            words[0] = Span(begin + words[0].text, style)
            words[-1] = Span(words[-1].text + end, style)
            yield from words
            continue
        yield from (
            words if whole else _shortened(words, is_first=number == 0, is_last=number == len(stretches) - 1)
        )


def _shortened(words: list[Span], *, is_first: bool, is_last: bool) -> list[Span]:
    """Return equal words without the middle of them; the beginning of a text is always shown."""
    before = 0 if is_first and not is_last else WORDS_AROUND
    after = 0 if is_last else WORDS_AROUND
    if is_first:
        before = WORDS_AROUND if not is_last else 5 * WORDS_AROUND
    left_out = len(words) - before - after
    if left_out <= WORDS_AROUND:
        return words
    note = Span(f"({left_out:,} words)", "quiet")
    return [*words[:before], Span("…", "quiet"), note, Span("…", "quiet"), *words[len(words) - after :]]
