"""A finished plan at a terminal: one article as one screen, a corpus as tables of the few things that matter most.

What is held and shown does not grow with the number of removals.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe.model import Skipped
from dedupe.plan import NoText, PlannedCut, PlannedDocument, WholeText
from dedupe.reports.article import ArticleLayout
from dedupe.reports.html.clusters import Clusters
from dedupe.reports.interface import NOTHING_BESIDE
from dedupe.reports.layout import Line, Span, cells, excerpt, fitted, padded
from dedupe.reports.sanitizing import inert_in_logs, visible
from dedupe.reports.wording import counted, size
from dedupe.reports.wrapping import paragraph, words_of, wrapped
from dedupe.settings import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Totals
    from dedupe.plan import Plan
    from dedupe.reports.interface import Beside, Write

PIPE_COLUMNS = 80
CLUSTERS_SHOWN = 10
SITES_SHOWN = 10
DOCUMENTS_SHOWN = 5
NEAR_SHOWN = 3
"""So many near repeats are shown, the least alike first: where a wrong one would be."""
ARTICLE_CUTS = 1_000
"""A single document that lost more paragraphs is told of in tables: all its cuts would be held."""
SITES_HELD = 100_000
"""So many sites are counted apart; the documents of others count for none."""


class TextReporter:
    """Plain lines of 80 columns, as a terminal shows them."""

    sentence = "for reading at a terminal: what went, the largest clusters, the sites that lost most"

    def render(self, plan: Plan, write: Write, beside: Beside = NOTHING_BESIDE) -> None:
        """Write the report without colour."""
        for line in TerminalReport(width=PIPE_COLUMNS).lines(plan, beside):
            text = inert_in_logs("".join(span.text for span in line).rstrip())
            write(f"{text}\n".encode("utf-8", "backslashreplace"))


@dataclass(slots=True)
class _Site:
    """What became of the documents of one site."""

    documents: int = 0
    removed: int = 0
    bytes: int = 0
    lost: int = 0


@dataclass(slots=True)
class _Told:
    """What the tables need of a plan."""

    clusters: Clusters = field(default_factory=Clusters)
    sites: dict[str, _Site] = field(default_factory=dict)
    documents: list[tuple[int, int, str, int, int]] = field(default_factory=list)
    near: list[tuple[float, int, PlannedCut]] = field(default_factory=list)
    near_met: int = 0
    unread: int = 0


class TerminalReport:
    """Lays the report of a plan out in `width` columns; `whole` shows every paragraph of a single article."""

    def __init__(self, *, width: int, whole: bool = False) -> None:
        self._width = width
        self._whole = whole

    def lines(self, plan: Plan, beside: Beside) -> Iterator[Line]:
        """Yield the report; PlanError when the plan proves damaged on the way."""
        if plan.totals.documents == 1 and plan.totals.removed.total() <= ARTICLE_CUTS:
            document = next(plan.documents())
            text = (
                beside.texts.of(document) if beside.texts is not None else NoText(document.name, "no files")
            )
            yield from ArticleLayout(width=self._width, whole=self._whole).lines(document, text)
            return
        told = _told(plan)
        yield from self._totals(plan.totals)
        yield from self._rules(plan.totals)
        yield from self._clusters(told)
        yield from self._sites(told)
        yield from self._documents(told)
        yield from self._near(told)
        if told.unread:
            yield ()
            yield from paragraph(
                f"not cleaned: {counted(told.unread, 'input')} that should have been read",
                self._width,
                style="warning",
            )

    def _totals(self, totals: Totals) -> Iterator[Line]:
        removed = sum(totals.removed.values())
        gone = totals.bytes_in - totals.bytes_out
        share = 100 * gone / max(1, totals.bytes_in)
        text = (
            f"{counted(totals.documents, 'document')}, {counted(totals.paragraphs, 'paragraph')}: {removed:,} removed, "
            f"{size(gone)} of {size(totals.bytes_in)} ({share:.0f} %)"
        )
        return wrapped(words_of(text, "name"), self._width)

    def _rules(self, totals: Totals) -> Iterator[Line]:
        rows = [
            (
                Span(f"{rule.code} {rule.name}", "rule"),
                f"{totals.removed[rule.code]:,}" if totals.removed[rule.code] else "",
                f"{totals.found[rule.code]:,}" if totals.found[rule.code] else "",
                f"{totals.removed_characters[rule.code]:,}" if totals.removed_characters[rule.code] else "",
            )
            for rule in RULES
            if totals.removed[rule.code] or totals.found[rule.code]
        ]
        return self._table("by rule", ("removed", "reported", "characters"), rows)

    def _clusters(self, told: _Told) -> Iterator[Line]:
        largest = [cluster for cluster in told.clusters.largest() if cluster.count > 1][:CLUSTERS_SHOWN]
        if not largest:
            return
        yield ()
        yield from wrapped(words_of("largest clusters", "name"), self._width)
        number_width = max(len(f"{cluster.count:,}") for cluster in largest)
        for cluster in largest:
            start = f"  {cluster.count:>{number_width},} {cluster.rule} "
            text = excerpt(cluster.text) or "(no text in the plan)"
            yield (
                Span(start, "rule"),
                Span(fitted(text, max(8, self._width - len(start))), "gone"),
            )

    def _sites(self, told: _Told) -> Iterator[Line]:
        ranked = sorted(
            ((name, site) for name, site in told.sites.items() if site.lost),
            key=lambda pair: (-pair[1].lost, pair[0]),
        )
        if len(told.sites) < 2:
            return iter(())
        rows = [
            (
                Span(visible(name) or "(no folder)", "name"),
                f"{site.documents:,}",
                f"{site.removed:,}",
                f"{100 * site.lost / max(1, site.bytes):.0f} %",
            )
            for name, site in ranked[:SITES_SHOWN]
        ]
        return self._table("sites that lost most", ("documents", "removed", "share"), rows)

    def _documents(self, told: _Told) -> Iterator[Line]:
        rows = [
            (
                Span(visible(name), "name"),
                f"{removed:,}",
                size(lost),
                f"{100 * lost / max(1, whole):.0f} %",
            )
            for lost, _, name, removed, whole in sorted(told.documents, reverse=True)
        ]
        return self._table("documents that lost most", ("removed", "size", "share"), rows)

    def _near(self, told: _Told) -> Iterator[Line]:
        if not told.near:
            return
        yield ()
        yield from wrapped(words_of("near repeats, the least alike", "name"), self._width)
        for _, _, cut in sorted(told.near, key=lambda each: (-each[0], -each[1])):
            where = f"{visible(cut.document)}:{cut.first_line}"
            words = [
                Span(f"{cut.score:.2f}", "rule"),
                *words_of(where, "name"),
                *words_of(f"{cut.rule}, id {cut.id}"),
            ]
            for name, begin, end, style in (
                ("only here", "[-", "-]", "gone"),
                ("only there", "{+", "+}", "stays"),
            ):
                unlike = dict(cut.evidence).get(name)
                if isinstance(unlike, str) and unlike:
                    words += words_of(f"{begin}{fitted(visible(unlike), 60)}{end}", style)
            yield from ((Span("  "), *line) for line in wrapped(words, self._width - 2))

    def _table(
        self, title: str, heads: Sequence[str], rows: Sequence[tuple[Span, str, str, str]]
    ) -> Iterator[Line]:
        """Yield a table whose first column gives way; at small widths the last columns are left out."""
        if not rows:
            return
        widths = [
            max(len(head), *(cells(row[column]) for row in _texts(rows)))
            for column, head in enumerate(heads, start=1)
        ]
        while widths and self._width - sum(widths) - 2 * len(widths) - 2 < 16:
            widths.pop()
        room = self._width - sum(widths) - 2 * len(widths) - 2
        first = min(room, max(len(title) - 2, *(cells(row[0]) for row in _texts(rows))))
        yield ()
        columns = "".join(f"  {head:>{width}}" for head, width in zip(heads, widths, strict=False))
        yield (Span(padded(fitted(title, first + 2), first + 2), "name"), Span(columns, "quiet"))
        for row in rows:
            numbers = "".join(f"  {number:>{width}}" for number, width in zip(row[1:], widths, strict=False))
            yield (Span("  "), Span(padded(fitted(row[0].text, first), first), row[0].style), Span(numbers))


def _text_of(document: PlannedDocument, beside: Beside) -> WholeText | NoText:
    text = beside.texts.of(document) if beside.texts is not None else NoText(document.name, "not looked for")
    if isinstance(text, NoText) and beside.texts is not None:
        beside.missed(text)
    return text


def _texts(rows: Sequence[tuple[Span, str, str, str]]) -> list[tuple[str, str, str, str]]:
    return [(row[0].text, *row[1:]) for row in rows]


def _told(plan: Plan) -> _Told:
    """Read the plan once and return what the tables need of it."""
    told = _Told()
    document: PlannedDocument | None = None
    removed: Counter[str] = Counter()
    number = 0
    for record in plan.records():
        match record:
            case PlannedDocument():
                _close(told, document, removed, number)
                document, removed, number = record, Counter(), number + 1
            case PlannedCut():
                removed[record.rule] += 1
                told.clusters.add(record)
                if record.rule in ("DUP102", "XDP302"):
                    _hold_near(told, record)
            case Skipped():
                told.unread += record.is_failure
            case _:
                pass
    _close(told, document, removed, number)
    return told


def _close(told: _Told, document: PlannedDocument | None, removed: Counter[str], number: int) -> None:
    if document is None:
        return
    lost = document.bytes - document.cleaned_bytes
    name, slash, _ = document.name.partition("/")
    site = told.sites.get(name if slash else "")
    if site is None and len(told.sites) < SITES_HELD:
        site = told.sites[name if slash else ""] = _Site()
    if site is not None:
        site.documents += 1
        site.removed += removed.total()
        site.bytes += document.bytes
        site.lost += lost
    if lost:
        entry = (lost, -number, document.name, removed.total(), document.bytes)
        (heapq.heappush if len(told.documents) < DOCUMENTS_SHOWN else heapq.heappushpop)(
            told.documents, entry
        )


def _hold_near(told: _Told, cut: PlannedCut) -> None:
    """Hold the cut if it is among the least alike; of equally alike ones the first stays."""
    told.near_met += 1
    entry = (-cut.score, -told.near_met, cut)
    (heapq.heappush if len(told.near) < NEAR_SHOWN else heapq.heappushpop)(told.near, entry)
