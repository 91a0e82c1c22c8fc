"""The report on standard error: per article what goes, why, and which copy stays.

Fed with one result after the other, it holds the few articles that lose most and forgets the rest.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.reports.layout import Line, Span, excerpt, fitted, listed, padded
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted
from dedupe.settings import RULE_BY_CODE, RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Cut, Edit, Finding, Place, Totals

ARTICLES_SHOWN = 20
ROWS_OF_ONE = 40
ROWS_OF_MANY = 8
COPIES_SHOWN = 3
_MIN_EXCERPT = 16
_LABEL_WIDTH = max(len(f"{rule.code} {rule.name}") for rule in RULES if rule.stripped)


@dataclass(frozen=True, slots=True)
class Fold:
    """Neighbouring cuts of one rule, shown as one row."""

    cuts: tuple[Cut, ...]

    @property
    def lines(self) -> str:
        """The lines it takes out."""
        return line_range(self.cuts[0].first_line, self.cuts[-1].last_line)


def line_range(first: int, last: int) -> str:
    """Return a range of lines as people write it."""
    return f"{first}" if first == last else f"{first}–{last}"


def folds(edit: Edit) -> list[Fold]:
    """Return the cuts of a document, those of one rule together that have nothing kept between them."""
    found: list[list[Cut]] = []
    for cut in edit.cuts:
        previous = found[-1][-1] if found else None
        if (
            previous
            and previous.rule == cut.rule
            and not edit.raw[previous.end : cut.start].strip(b"\0\r\n\t ")
        ):
            found[-1].append(cut)
        else:
            found.append([cut])
    return [Fold(tuple(cuts)) for cuts in found]


class Preview:
    """Collects what is to be shown of each article, of those `most` articles that lose most.

    `rows` limits what is shown of one article; None shows every row.
    """

    def __init__(self, *, width: int, rows: int | None, most: int) -> None:
        self._width = width
        self._rows = rows
        self._most = most
        self._heap: list[tuple[int, int, tuple[Line, ...]]] = []
        self._taken = 0
        self._touched = 0

    def take(self, edit: Edit) -> None:
        """Look at one article."""
        self._taken += 1
        if not edit.cuts and not edit.findings and not edit.spared:
            return
        self._touched += 1
        rank = (len(edit.raw) - len(edit.cleaned), -self._taken)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, (*rank, tuple(self.lines_of(edit))))
        elif rank > self._heap[0][:2]:
            heapq.heapreplace(self._heap, (*rank, tuple(self.lines_of(edit))))

    def lines(self) -> Iterator[Line]:
        """Yield what was kept, in the order the articles came, and how many more there are."""
        for _, _, lines in sorted(self._heap, key=lambda entry: -entry[1]):
            yield from lines
        more = self._touched - len(self._heap)
        if more:
            yield (Span(f"and {counted(more, 'more article')} (-v shows all)", "quiet"),)
            yield ()

    def lines_of(self, edit: Edit) -> Iterator[Line]:
        """Yield the lines of one article: its name, what goes, what was found, a blank line."""
        gone = f"{len(edit.cuts):,} of {counted(edit.paragraphs, 'paragraph')} removed"
        if not edit.cuts:
            gone = "nothing removed"
        if edit.dropped:
            gone = "the whole document goes"
        yield (Span(visible(edit.name), "name"), Span(f": {gone}"))
        if edit.spared:
            yield (Span(f"  boilerplate left in: {visible(edit.spared)}", "stays"),)
        yield from self._rows_of(edit)
        yield from self._findings_of(edit)
        yield ()

    def _rows_of(self, edit: Edit) -> Iterator[Line]:
        rows = folds(edit)
        shown = rows[: self._rows]
        lines_width = max((len(fold.lines) for fold in shown), default=0)
        for fold in shown:
            yield from self._row(edit, fold, lines_width)
        hidden = sum(len(fold.cuts) for fold in rows[len(shown) :])
        if hidden:
            yield (Span(f"  and {counted(hidden, 'more paragraph')} (-v shows all)", "quiet"),)

    def _row(self, edit: Edit, fold: Fold, lines_width: int) -> Iterator[Line]:
        rule = RULE_BY_CODE[fold.cuts[0].rule]
        start = (
            Span("  " + padded(fold.lines, lines_width), "gone"),
            Span("  " + padded(f"{rule.code} {rule.name}", _LABEL_WIDTH), "rule"),
        )
        survivors = [place for cut in fold.cuts for place in cut.survivors]
        stays = f"stays at {places(edit, survivors)}" if survivors else ""
        text = excerpt(fold.cuts[0].text)
        room = self._width - sum(len(span.text) for span in start) - 2
        beside = room - len(stays) - 2
        if not stays or beside < min(_MIN_EXCERPT, len(text)):
            yield (*start, Span("  " + fitted(text, room)))
            if stays:
                indent = " " * sum(len(span.text) for span in start)
                yield (Span(f"{indent}  {fitted(stays, room)}", "stays"),)
            return
        yield (*start, Span("  " + padded(fitted(text, beside), beside)), Span("  " + stays, "stays"))

    def _findings_of(self, edit: Edit) -> Iterator[Line]:
        by_rule: dict[str, list[Finding]] = {}
        for finding in edit.findings:
            by_rule.setdefault(finding.rule, []).append(finding)
        for code, found in by_rule.items():
            rule = RULE_BY_CODE[code]
            others = dict.fromkeys(place.document for finding in found for place in finding.copies)
            names = [visible(name) for name in others if name != edit.name]
            many = f" ({counted(len(found), 'paragraph')})" if not code.startswith("DOC") else ""
            where = f": {listed(names, COPIES_SHOWN)}" if names else ""
            text = f"  found {code} {rule.name}{many}{where}"
            yield (Span(fitted(text, self._width), "rule"),)


def places(edit: Edit, survivors: Sequence[Place]) -> str:
    """Return where copies stay, neighbours joined: `lines 10–21`, with the document where it is another."""
    joined: list[tuple[str, int, int, int]] = []
    for place in sorted(set(survivors), key=lambda place: (place.document, place.start)):
        if joined and _touches(edit, joined[-1], place):
            document, first, _, _ = joined[-1]
            joined[-1] = (document, first, place.last_line, place.end)
        else:
            joined.append((place.document, place.first_line, place.last_line, place.end))
    ranges = [
        line_range(first, last) + ("" if document == edit.name else f" of {visible(document)}")
        for document, first, last, _ in joined
    ]
    is_one = len(joined) == 1 and joined[0][1] == joined[0][2]
    return f"{'line' if is_one else 'lines'} {listed(ranges, COPIES_SHOWN)}"


def _touches(edit: Edit, previous: tuple[str, int, int, int], place: Place) -> bool:
    document, _, _, end = previous
    if document != place.document or document != edit.name:
        return False
    return not edit.raw[end : place.start].strip(b"\0\r\n\t ")


def totals_by_rule(totals: Totals) -> Iterator[Line]:
    """Yield one line for each rule that removed or found something, in the order of the rule table."""
    for verb, counts, style in (("removed", totals.removed, "gone"), ("found", totals.found, "rule")):
        for rule in RULES:
            count = counts.get(rule.code, 0)
            if not count:
                continue
            characters = totals.removed_characters.get(rule.code, 0)
            unit = "document" if rule.code.startswith("DOC") else "paragraph"
            amount = counted(count, unit) + (
                f", {counted(characters, 'character')}" if style == "gone" else ""
            )
            yield (Span(padded(verb, 9), style), Span(f"{padded(f'{rule.code} {rule.name}', 26)}  {amount}"))
