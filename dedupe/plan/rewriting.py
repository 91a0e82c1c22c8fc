"""The plan of a run some of whose removals were taken back: the same lines without those.

Whatever a line says that this version does not know stays in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedupe.cutting import apply_cuts
from dedupe.digests import digest_of_bytes
from dedupe.plan.canonical import LOCAL, WITH_LOCAL, canonical, new_digest
from dedupe.plan.door import Fields
from dedupe.plan.lf_lines import pieces_around
from dedupe.plan.writer import faithful

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dedupe.plan.lf_lines import LfPieces
    from dedupe.plan.reader import Plan
    from dedupe.plan.records import PlannedCut, PlannedDocument, PlannedFile, PlannedSplice

_PIECES = ("lf_rotated", "kept_before", "kept_before_base64", "kept_after", "kept_after_base64")


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What is left of the removals of one document, and the clean text with the others in it again."""

    document: PlannedDocument
    left: tuple[PlannedCut, ...]
    original: bytes
    cleaned: bytes

    @property
    def taken_back(self) -> tuple[PlannedCut, ...]:
        """The removals that are none any more."""
        left = {cut.start for cut in self.left}
        return tuple(cut for cut in self.document.cuts if cut.start not in left)


@dataclass(frozen=True, slots=True)
class _Rest:
    """A `Shrunk` as far as lines of a plan tell of it."""

    starts: frozenset[int]
    pieces: Mapping[int, LfPieces]
    cleaned_bytes: int
    cleaned_digest: str


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that holds documents, with other bytes taken out of it than before, in order."""

    file: PlannedFile
    splices: tuple[PlannedSplice, ...]
    cleaned: bytes


class PlanRewriter:
    """Gathers what was taken back, of which texts are not held, and writes the plan that is true then."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._rests: dict[str, _Rest] = {}
        self._files: dict[str, NewFile] = {}
        self._removed: Counter[str] = Counter()
        self._characters: Counter[str] = Counter()
        self._bytes_back = 0

    @property
    def has_changes(self) -> bool:
        """Whether anything was taken back."""
        return bool(self._rests)

    @property
    def paragraphs(self) -> int:
        """How many removals were taken back."""
        return self._removed.total()

    def take(self, shrunk: Shrunk) -> None:
        """Note what became of one document."""
        ranges = [(cut.start, cut.end) for cut in shrunk.left]
        self._rests[shrunk.document.name] = _Rest(
            frozenset(start for start, _ in ranges),
            dict(zip((start for start, _ in ranges), pieces_around(shrunk.original, ranges), strict=True)),
            len(shrunk.cleaned),
            digest_of_bytes(shrunk.cleaned),
        )
        for cut in shrunk.taken_back:
            self._removed[cut.rule] += 1
            self._characters[cut.rule] += len(cut.text)
            self._bytes_back += cut.end - cut.start

    def take_file(self, new: NewFile) -> None:
        """Note what became of a file that holds documents, beside what became of them."""
        self._files[new.file.name] = new

    def write_to(self, write: Callable[[bytes], object]) -> None:
        """Write the new plan line by line; PlanError when the old one was changed meanwhile."""
        digest = new_digest()
        rest: _Rest | None = None
        for number, line in enumerate(self._plan.lines()):
            fields = Fields.of_line(line)
            kind = fields.text("kind")
            if kind == "document":
                rest = self._rests.get(fields.text("name"))
            if kind == "trailer":
                trailer = self._trailer(fields)
                digest.update(canonical(trailer) + b"\n")
                write(canonical(trailer | {"digest": digest.hexdigest()}) + b"\n")
            elif kind == "splice" and fields.text("file") in self._files:
                continue  # told anew before its file
            elif number == 0 or kind in WITH_LOCAL:
                rest = rest if kind == "document" else None
                new = self._files.get(fields.text("name")) if kind == "file" else None
                for splice in new.splices if new is not None else ():
                    told = canonical(_splice(splice)) + b"\n"
                    digest.update(told)
                    write(told)
                values = _changed(fields, rest, new)
                digest.update(
                    canonical({key: value for key, value in values.items() if key != LOCAL}) + b"\n"
                )
                write(canonical(values) + b"\n")
            elif kind == "cut" and rest is not None:
                for kept in _cut(fields, rest):
                    digest.update(kept)
                    write(kept)
            else:
                digest.update(line)
                write(line)

    def _trailer(self, fields: Fields) -> dict[str, Any]:
        values = fields.without("digest")
        totals = dict(values["totals"])
        totals["bytes_out"] += self._bytes_back
        for key, gone in (("removed", self._removed), ("removed_characters", self._characters)):
            left: Counter[str] = Counter(totals[key])
            left.subtract(gone)
            totals[key] = {rule: count for rule, count in left.items() if rule not in gone or count}
        return values | {"totals": totals}


def _changed(fields: Fields, rest: _Rest | None, new: NewFile | None) -> dict[str, Any]:
    if rest is not None:
        return _document(fields, rest)
    values = fields.without("")
    if new is not None:
        values |= {"cleaned_bytes": len(new.cleaned), "cleaned_digest": digest_of_bytes(new.cleaned)}
    return values


def _splice(splice: PlannedSplice) -> dict[str, Any]:
    place = {"kind": "splice", "file": splice.file, "start": splice.start}
    return place | faithful("removed", splice.removed)


def _document(fields: Fields, rest: _Rest) -> dict[str, Any]:
    values = fields.without("rest")
    values.pop("rest_base64", None)
    return values | {
        "cleaned_bytes": rest.cleaned_bytes,
        "cleaned_digest": rest.cleaned_digest,
        "dropped": False,
    }


def _cut(fields: Fields, rest: _Rest) -> Iterator[bytes]:
    """Yield the line of a cut that is left, with its surroundings as they are now; nothing for another."""
    start = fields.count("start")
    if start not in rest.starts:
        return
    pieces = rest.pieces[start]
    values = {key: value for key, value in fields.without("").items() if key not in _PIECES}
    values["lf_line"] = pieces.line
    if pieces.rotated:
        values["lf_rotated"] = pieces.rotated
    for key, content in (("kept_before", pieces.before), ("kept_after", pieces.after)):
        if content:
            values |= faithful(key, content)
    yield canonical(values) + b"\n"


def shrunk(document: PlannedDocument, original: bytes, back: Sequence[PlannedCut]) -> Shrunk:
    """Return what is left when some removals of a document, whose original this is, are taken back.

    A removal of the whole document stands for itself: nothing else of it was removed.
    """
    gone = {cut.start for cut in back}
    left = tuple(cut for cut in document.cuts if cut.start not in gone)
    return Shrunk(document, left, original, apply_cuts(original, [(cut.start, cut.end) for cut in left]))
