"""A paragraph that went, as it is shown: its rule, its evidence, its words, and links to the copies that stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from dedupe.differing import Stretch, word_difference
from dedupe.plan import WholeText
from dedupe.reports.html.labels import RuleLabel, evidence_text, lines_text, short_name, shown_lines

if TYPE_CHECKING:
    from dedupe.model import Place
    from dedupe.plan import NoText, PlannedCut
    from dedupe.reports.html.anchors import Anchors

LINKS_SHOWN = 3
"""So many copies of one paragraph are linked."""
OVERHEAD_BYTES = 620
"""About what the marks around one removal or copy take."""
MOST_COMPARED = 6_000
"""Longer paragraphs are not compared word for word."""
NEAR = ("DUP102", "XDP302")
"""Rules that take what differs in words."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go to; `anchor` is empty where it is only named."""

    label: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """A paragraph that went; `more` characters of it are left out of the report.

    Of a near repeat the words that its copy has not are stretches of their own.
    """

    kind: ClassVar[str] = "gone"
    anchor: str
    rule: RuleLabel
    id: str
    lines: str
    score: str
    evidence: str
    links: tuple[Link, ...]
    more_links: int
    stretches: tuple[Stretch, ...]
    more: int

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return OVERHEAD_BYTES + sum(len(stretch.text) + 13 for stretch in self.stretches)


def removal_of(
    cut: PlannedCut,
    anchor: str,
    text: WholeText | NoText,
    anchors: Anchors,
    anchor_of: dict[Place, str],
    most: int,
) -> Gone:
    """Return a removal as it is shown under `anchor`, with `most` characters of its text.

    `anchor_of` knows the copies in the same document that are shown.
    """
    links = []
    for place in cut.survivors[:LINKS_SHOWN]:
        lines = lines_text(place.first_line, place.last_line)
        if place.document == cut.document:
            links.append(Link(lines, anchor_of.get(place, "")))
        else:
            links.append(Link(f"{lines} of {short_name(place.document)}", anchors.of_other(place)))
    return Gone(
        anchor,
        RuleLabel.of(cut.rule),
        short_name(cut.id),
        lines_text(cut.first_line, cut.last_line),
        "" if cut.score == 1 else f"{cut.score:.2f}",
        evidence_text(cut.evidence),
        tuple(links),
        max(0, len(cut.survivors) - LINKS_SHOWN),
        _stretches(cut, text, most),
        max(0, len(cut.text) - most),
    )


def _stretches(cut: PlannedCut, text: WholeText | NoText, most: int) -> tuple[Stretch, ...]:
    """Return the text that is shown; of a near repeat of a paragraph of this document, with what differs apart."""
    shown = shown_lines(cut.text[:most])
    copy = cut.survivors[0] if cut.survivors else None
    if (
        cut.rule not in NEAR
        or copy is None
        or copy.document != cut.document
        or not isinstance(text, WholeText)
        or max(len(cut.text), copy.end - copy.start) > min(most, MOST_COMPARED)
    ):
        return (Stretch(shown, differs=False),)
    return word_difference(shown, shown_lines(text.between(copy.start, copy.end))).here
