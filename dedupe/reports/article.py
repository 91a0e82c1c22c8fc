"""One article as one screen: what stays, what goes, and why, in the margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.plan import NoText, PlannedCut, PlannedDocument, WholeText
from dedupe.reading import decode
from dedupe.reports.layout import Line, Span, cells, excerpt, fitted, padded
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted, size
from dedupe.reports.wrapping import paragraph, words_of, wrapped
from dedupe.segmenting import segment
from dedupe.settings import RULE_BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROWS_SHOWN = 40
MAX_BYTES = 5_000_000
"""Of larger articles what stays is not read, only what went is shown."""
MIN_NAMED_WIDTH = 70
"""On narrower terminals the margin holds codes without names."""
_MARGIN = max(len(f"{rule.code} {rule.name}") for rule in RULE_BY_CODE.values() if rule.stripped)
_CODE = 6


@dataclass(frozen=True, slots=True)
class _Row:
    """One paragraph, or several of one kind (`more` besides the first); `cut` is None where it stays."""

    first_line: int
    last_line: int
    text: str
    cut: PlannedCut | None
    more: int = 0


class ArticleLayout:
    """Lays articles out in `width` columns; `whole` shows a row for every paragraph."""

    def __init__(self, *, width: int, whole: bool) -> None:
        self._width = width
        self._whole = whole

    def lines(self, document: PlannedDocument, text: WholeText | NoText) -> Iterator[Line]:
        """Yield the article, with what stays where its text is given."""
        yield from self._heading(document, text)
        yield ()
        rows = list(_rows(document, text))
        shown = rows if self._whole or len(rows) <= ROWS_SHOWN else list(_folded(rows))
        hidden = shown[ROWS_SHOWN:] if not self._whole else []
        shown = shown[: len(shown) - len(hidden)]
        number_width = max((len(f"{row.last_line}") for row in shown), default=1)
        previous = ""
        for row in shown:
            rule = row.cut.rule if row.cut is not None else ""
            yield from self._row(row, number_width, is_first=rule != previous)
            previous = rule
        if hidden:
            left = sum(1 + row.more for row in hidden)
            yield (Span(f"and {counted(left, 'more paragraph')} (-v shows all)", "quiet"),)

    def _heading(self, document: PlannedDocument, text: WholeText | NoText) -> Iterator[Line]:
        lost = document.bytes - document.cleaned_bytes
        share = 100 * lost / document.bytes if document.bytes else 0.0
        said = f"{len(document.cuts):,} of {counted(document.paragraphs, 'paragraph')} removed"
        if document.dropped:
            said = "the whole document went"
        elif not document.cuts:
            said = "nothing removed"
        amount = f", {size(lost)} of {size(document.bytes)} ({share:.0f} %)" if lost else ""
        yield from wrapped(
            [*words_of(f"{visible(document.name)}:", "name"), *words_of(said + amount)], self._width
        )
        if document.spared:
            yield from paragraph(
                f"boilerplate left in: {document.spared}", self._width, indent="  ", style="stays"
            )
        if isinstance(text, NoText):
            yield from paragraph(
                f"what stays is not shown: {text.why}", self._width, indent="  ", style="quiet"
            )
        reported = sorted({finding.rule for finding in document.findings})
        if reported:
            found = (
                f"reported, and stays: {counted(len(document.findings), 'finding')} by {', '.join(reported)}"
            )
            yield from paragraph(found, self._width, indent="  ", style="rule")

    def _row(self, row: _Row, number_width: int, *, is_first: bool) -> Iterator[Line]:
        cut = row.cut
        is_named = self._width >= MIN_NAMED_WIDTH
        margin = _MARGIN if is_named else _CODE
        reason = _reason(cut.rule, is_named=is_named) if cut is not None and is_first else ""
        sign, style = ("-", "gone") if cut is not None else (" ", "")
        start = (
            Span(padded(fitted(reason, margin), margin), "rule"),
            Span(f" {row.first_line:>{number_width}} {sign} ", style or "quiet"),
        )
        room = max(8, self._width - margin - number_width - 4)
        note = f" (and {row.more:,} more)" if row.more else ""
        stays = _stays(cut) if cut is not None and self._width - margin > room // 2 else ""
        beside = f"  = {stays}" if stays and cells(stays) + 4 < room // 2 else ""
        left = room - cells(note) - cells(beside)
        yield (
            *start,
            Span(fitted(excerpt(row.text), left), style),
            Span(note, "quiet"),
            *([Span(beside, "stays")] if beside else []),
        )
        if cut is not None and (unlike := _difference(cut)):
            indent = margin + number_width + 4
            yield (Span(" " * indent), *_cut_short(unlike, self._width - indent))


def _rows(document: PlannedDocument, text: WholeText | NoText) -> Iterator[_Row]:
    cuts = {(cut.first_line, cut.last_line): cut for cut in document.cuts}
    if isinstance(text, WholeText) and len(text.raw) <= MAX_BYTES and not document.dropped:
        decoded = decode(text.raw, encoding=document.encoding)
        if decoded is not None and decoded.cuttable:
            mode = "blank-line" if document.segmentation == "blank-line" else "line"
            segmentation, texts = segment(decoded, mode)
            for part, said in zip(segmentation.paragraphs, texts, strict=True):
                yield _Row(part.first_line, part.last_line, said, cuts.get((part.first_line, part.last_line)))
            return
    for cut in document.cuts:
        yield _Row(cut.first_line, cut.last_line, cut.text or "(its text is not in the plan)", cut)


def _folded(rows: Sequence[_Row]) -> Iterator[_Row]:
    """Yield rows of which each stands for a run of paragraphs that went by one rule, or stay."""
    run: list[_Row] = []
    for row in rows:
        if run and _kind(run[0]) != _kind(row):
            yield _joined(run)
            run = []
        run.append(row)
    if run:
        yield _joined(run)


def _kind(row: _Row) -> str:
    return row.cut.rule if row.cut is not None else ""


def _joined(run: Sequence[_Row]) -> _Row:
    return _Row(run[0].first_line, run[-1].last_line, run[0].text, run[0].cut, len(run) - 1)


def _reason(code: str, *, is_named: bool) -> str:
    rule = RULE_BY_CODE.get(code)
    return f"{code} {rule.name}" if is_named and rule is not None else code


def _stays(cut: PlannedCut) -> str:
    """Return where the first copy stays, short: `4`, `4–6`, with the document where it is another."""
    if not cut.survivors:
        return ""
    place = cut.survivors[0]
    lines = (
        f"{place.first_line}"
        if place.first_line == place.last_line
        else f"{place.first_line}–{place.last_line}"
    )
    where = lines if place.document == cut.document else f"{visible(place.document)}:{lines}"
    more = len(cut.survivors) - 1
    return f"{where} +{more}" if more else where


def _difference(cut: PlannedCut) -> list[Span]:
    """Return the words that only this one or only the copy has, marked, from the evidence; nothing for equal ones."""
    unlike = dict(cut.evidence)
    spans: list[Span] = []
    for name, begin, end, style in (("only here", "[-", "-]", "gone"), ("only there", "{+", "+}", "stays")):
        words = unlike.get(name)
        if isinstance(words, str) and words:
            spans.append(Span(f"{begin}{visible(words)}{end}", style))
    return spans


def _cut_short(spans: Sequence[Span], width: int) -> Iterator[Span]:
    each = max(8, (width - len(spans) + 1) // max(1, len(spans)))
    for number, span in enumerate(spans):
        yield Span((" " if number else "") + fitted(span.text, each), span.style)
