"""A cluster of removals as lines for a terminal, with the question what is to become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.reports.layout import Line, Span, listed
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted
from dedupe.reports.wrapping import paragraph, words_of, wrapped
from dedupe.settings import RULE_BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.plan import PlannedCut
    from dedupe.reviewing import Cluster, Review

QUESTION = "accept spare next back more quit ?"
HELP = (
    "a: it may go; s: keep it, in the next run too; n: pass over it; b: the one before; m: the whole text;"
    " q: quit, answers are kept"
)
WORDS_SHOWN = 60
PLACES_SHOWN = 3


class ClusterLayout:
    """Lays clusters out in `width` columns."""

    def __init__(self, *, width: int) -> None:
        self._width = width

    def beginning(self, review: Review, answered: int) -> Iterator[Line]:
        """Yield what there is to be asked."""
        total = sum(cluster.removals for cluster in review.clusters)
        text = f"{counted(len(review.clusters), 'cluster')}, {counted(total, 'removal')}, largest first"
        text += f"; {answered:,} answered before" if answered else ""
        yield from self.said(text)
        aside = [f"{counted(review.unnamed, 'removal')} without words"] if review.unnamed else []
        aside += [f"{counted(review.documents, 'whole document')}"] if review.documents else []
        if aside:
            yield from self.said(f"not asked about, for a keep file cannot name them: {', '.join(aside)}")

    def lines(self, cluster: Cluster, cut: PlannedCut, *, number: int, of: int, said: str) -> Iterator[Line]:
        """Yield a cluster: how many, by which rules, the text, and where it stands."""
        yield ()
        rules = [
            f"{rule} {RULE_BY_CODE[rule].name if rule in RULE_BY_CODE else ''}".rstrip()
            + (f" ({count:,})" if len(cluster.rules) > 1 else "")
            for rule, count in sorted(cluster.rules.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        words = [
            *words_of(f"{number:,} of {of:,}:", "name"),
            *words_of(f"{counted(cluster.removals, 'removal')},"),
            *words_of(", ".join(rules), "rule"),
        ]
        yield from wrapped(words, self._width)
        shown = words_of(cut.text, "gone")
        if len(shown) > WORDS_SHOWN:
            more = len(shown) - WORDS_SHOWN
            shown = [*shown[:WORDS_SHOWN], Span(f"… ({more:,} more words, m shows all)", "quiet")]
        yield from ((Span("  | ", "quiet"), *line) for line in wrapped(shown, self._width - 4))
        yield from self._places(cluster, cut)
        if said:
            yield from paragraph(f"your answer: {said}", self._width, indent="  ", style="stays")

    def whole(self, cluster: Cluster, cut: PlannedCut) -> Iterator[Line]:
        """Yield the whole text of a cluster's first removal, and more of its places."""
        yield from (
            (Span("  | ", "quiet"), *line) for line in wrapped(words_of(cut.text, "gone"), self._width - 4)
        )
        yield from self._places(cluster, cut, most=len(cluster.places))

    def said(self, text: str) -> Iterator[Line]:
        """Yield a sentence in lines."""
        return wrapped(words_of(text), self._width)

    def _places(self, cluster: Cluster, cut: PlannedCut, *, most: int = PLACES_SHOWN) -> Iterator[Line]:
        names = [f"{visible(name)}:{line}" for name, line in cluster.places[:most]]
        more = cluster.removals - len(names)
        where = ", ".join(names) + (f" and {more:,} more" if more else "")
        yield from paragraph(where, self._width, indent="  ", style="quiet")
        if cut.survivors:
            stays = [
                f"line {place.first_line}"
                + ("" if place.document == cut.document else f" of {visible(place.document)}")
                for place in cut.survivors
            ]
            yield from paragraph(
                f"of the first, this stays: {listed(stays, most)}", self._width, indent="  ", style="stays"
            )
