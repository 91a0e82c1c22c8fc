"""One article as it is shown: what stays, what went, and the copies that stay, in the order of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from dedupe.plan import WholeText
from dedupe.reports.html.labels import lines_text, shown_lines
from dedupe.reports.html.removals import LINKS_SHOWN, OVERHEAD_BYTES, Gone, removal_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.model import Place
    from dedupe.plan import NoText, PlannedCut, PlannedDocument
    from dedupe.reports.html.anchors import Anchors

STAY_CHARACTERS = 1_500
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Thrift:
    """How much of an article is shown.

    `context` characters of what stays on each side of a removal, None for all of it; at most `cuts` removals with
    `text` characters each.
    """

    context: int | None
    cuts: int
    text: int


THRIFTS = (
    Thrift(None, 400, 20_000),
    Thrift(700, 200, 4_000),
    Thrift(240, 120, 1_500),
    Thrift(140, 40, 600),
    Thrift(90, 16, 400),
    Thrift(60, 6, 240),
)


@dataclass(frozen=True, slots=True)
class Stays:
    """Text that stays, by paragraphs."""

    kind: ClassVar[str] = "stays"
    paragraphs: tuple[str, ...]

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return sum(len(paragraph) + 4 for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Left:
    """Text that stays and is left out of the report."""

    kind: ClassVar[str] = "left"
    characters: int
    size: ClassVar[int] = 60


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that stays, on account of which something went; `paragraphs` are empty where its text is not to be had."""

    kind: ClassVar[str] = "copy"
    anchor: str
    lines: str
    paragraphs: tuple[str, ...]
    more: int = 0

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return OVERHEAD_BYTES // 2 + sum(len(paragraph) + 4 for paragraph in self.paragraphs)


Piece = Stays | Left | Copy | Gone


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of an article; `left_cuts` removals are not, `why` says why there is no kept text."""

    pieces: tuple[Piece, ...]
    left_cuts: int
    anchors: tuple[str, ...]
    spots: dict[tuple[str, int], str] = field(default_factory=dict)
    why: str = ""
    is_whole: bool = False

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 900 + sum(piece.size for piece in self.pieces)


def least_size(document: PlannedDocument, thrift: Thrift) -> int:
    """Return how many bytes the removals alone take at least, known without a look at the text."""
    return sum(OVERHEAD_BYTES + min(len(cut.text), thrift.text) for cut in document.cuts[: thrift.cuts])


def show(
    document: PlannedDocument, number: int, text: WholeText | NoText, anchors: Anchors, thrift: Thrift
) -> Shown:
    """Return what is shown of a document, the article of this number, when thrift is such."""
    cuts = document.cuts[: thrift.cuts]
    own = [place for cut in cuts for place in cut.survivors[:LINKS_SHOWN] if place.document == document.name]
    others = anchors.places_in(document.name)[: thrift.cuts]
    islands = _islands([*own, *others], document.cuts)
    anchor_of = {place: anchors.of(island[0]) for island in islands for place in island}
    gone = [
        removal_of(cut, f"c{number}-{i}", text, anchors, anchor_of, thrift.text) for i, cut in enumerate(cuts)
    ]
    events: list[tuple[int, int, Gone | list[Place]]] = [
        *((cut.start, cut.end, one) for cut, one in zip(cuts, gone, strict=True)),
        *((min(p.start for p in island), max(p.end for p in island), island) for island in islands),
    ]
    events.sort(key=lambda event: event[:2])
    wrapped = document.segmentation == "blank-line"
    pieces = list(_pieces(events, text, thrift.context, anchors, wrapped=wrapped))
    return Shown(
        tuple(pieces),
        len(document.cuts) - len(cuts),
        tuple(anchors.of(island[0]) for island in islands),
        {(cut.document, cut.start): one.anchor for cut, one in zip(cuts, gone, strict=True)},
        "" if isinstance(text, WholeText) else text.why,
        thrift.context is None,
    )


def _position(place: Place) -> tuple[int, int, int, int]:
    return place.start, place.end, place.first_line, place.last_line


def _islands(places: Iterable[Place], cuts: Sequence[PlannedCut]) -> list[list[Place]]:
    """Return the places in order, those that overlap together; what a plan from elsewhere cut away is none."""
    ranges = [(cut.start, cut.end) for cut in cuts]
    islands: list[list[Place]] = []
    end = -1
    for place in sorted(set(places), key=_position):
        if any(start < place.end and place.start < stop for start, stop in ranges):
            continue
        if place.start < end:
            islands[-1].append(place)
        else:
            islands.append([place])
        end = max(end, place.end)
    return islands


def _pieces(
    events: list[tuple[int, int, Gone | list[Place]]],
    text: WholeText | NoText,
    context: int | None,
    anchors: Anchors,
    *,
    wrapped: bool,
) -> Iterator[Piece]:
    position = len(text.document.bom) if isinstance(text, WholeText) else 0
    is_first = True
    for start, end, event in events:
        if isinstance(text, WholeText) and start > position:
            yield from _kept(text.between(position, start), context, wrapped=wrapped, is_first=is_first)
        is_first = False
        yield event if isinstance(event, Gone) else _copy(event, text, anchors, wrapped=wrapped)
        position = max(position, end)
    if isinstance(text, WholeText) and position < len(text.raw):
        yield from _kept(text.between(position, len(text.raw)), context, wrapped=wrapped, is_last=True)


def _kept(
    text: str, context: int | None, *, wrapped: bool, is_first: bool = False, is_last: bool = False
) -> Iterator[Piece]:
    """Yield text that stays, its middle left out where it is long; before the first event its beginning is left out."""
    if not text.strip():
        return
    if context is None or len(text) <= 2 * context + 160:
        yield Stays(paragraphs_of(text, wrapped=wrapped))
        return
    head = "" if is_first and context < 200 else _until_space(text[:context])
    tail = "" if is_last else _from_space(text[-context:])
    if head.strip():
        yield Stays(paragraphs_of(head, wrapped=wrapped))
    yield Left(len(text) - len(head) - len(tail))
    if tail.strip():
        yield Stays(paragraphs_of(tail, wrapped=wrapped))


def _until_space(text: str) -> str:
    cut = max(text.rfind("\n"), text.rfind(" "))
    return text[:cut] if cut > len(text) // 2 else text


def _from_space(text: str) -> str:
    found = [at for at in (text.find("\n"), text.find(" ")) if 0 <= at < len(text) // 2]
    return text[min(found) + 1 :] if found else text


def paragraphs_of(text: str, *, wrapped: bool) -> tuple[str, ...]:
    """Return paragraphs to be shown: what blank lines separate where lines are wrapped, else the lines."""
    shown = shown_lines(text)
    parts = _BLANK_LINES.split(shown) if wrapped else shown.split("\n")
    return tuple(part.strip("\n") if wrapped else part for part in parts if part.strip())


def _copy(island: list[Place], text: WholeText | NoText, anchors: Anchors, *, wrapped: bool) -> Copy:
    first, last = min(p.first_line for p in island), max(p.last_line for p in island)
    paragraphs: tuple[str, ...] = ()
    more = 0
    if isinstance(text, WholeText):
        says = text.between(min(p.start for p in island), max(p.end for p in island))
        more = max(0, len(says) - STAY_CHARACTERS)
        paragraphs = paragraphs_of(says[:STAY_CHARACTERS], wrapped=wrapped)
    return Copy(anchors.of(island[0]), lines_text(first, last), paragraphs, more)
