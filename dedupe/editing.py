"""One document cut as was decided, and the proof that nothing else was touched."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from dedupe.cutting import apply_cuts, cut_ranges, put_back
from dedupe.deciding import Verdict
from dedupe.digests import digest_of_bytes
from dedupe.errors import SelfCheckFailed
from dedupe.model import Cut, Dropped, Edit, Fate, Finding, Place, Skipped, Source
from dedupe.outlining import Outline
from dedupe.segmenting import divides_alike
from dedupe.settings import Settings
from dedupe.sharing import Shared


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A finding across documents, with the outline of the document that holds the copy that stays.

    `paragraph` is the copy's number there, None when it is the whole document.
    """

    shared: Shared
    there: Outline
    paragraph: int | None

    @property
    def place(self) -> Place:
        """Where the copy that stays stands."""
        return _whole(self.there) if self.paragraph is None else _place(self.there, self.paragraph)


@dataclass(frozen=True, slots=True)
class EditPlan:
    """What was decided on a document, to be carried out when it is read again.

    `exempt` counts the paragraphs that no paragraph rule could take.
    """

    source: Source
    outline: Outline
    verdict: Verdict
    elsewhere: tuple[Elsewhere, ...]
    settings: Settings
    exempt: int = 0

    @property
    def name(self) -> str:
        """The document's name."""
        return self.outline.name

    @property
    def originals(self) -> frozenset[str]:
        """The documents on whose account this one goes whole, unless they changed."""
        return frozenset(
            each.there.name
            for each in self.elsewhere
            if each.shared.paragraph is None and self.settings.strips(each.shared.rule)
        )

    def read(self) -> bytes | Skipped:
        """Read the document again and return its bytes; `Skipped` when they are not what they were."""
        try:
            raw = self.source.read()
        except OSError as error:
            return gone_unreadable(self.name, error)
        if digest_of_bytes(raw) != self.outline.digest:
            return Skipped(self.name, "changed", CHANGED, raw)
        return raw


CHANGED = "it changed while it was being cleaned"
CANNOT_RESTORE = (
    "the cuts put back do not give the original, which is a fault of this program; "
    "nothing was written, please report it"
)


def gone_unreadable(name: str, error: OSError) -> Skipped:
    """Return what becomes of a document that could be read once and not again."""
    return Skipped(name, "changed", f"it cannot be read any more: {error.strerror or error}")


def survivor_goes(name: str, line: int, survivor_line: int) -> SelfCheckFailed:
    """Return the error for a paragraph whose copy would go as well."""
    return SelfCheckFailed(
        f"{name}: line {line} would go for a copy in line {survivor_line} that goes itself, which is a fault of this "
        "program; nothing was written, please report it"
    )


def edit(plan: EditPlan, changed: Container[str] = frozenset()) -> Edit | Skipped:
    """Read the document again and return what becomes of it; `Skipped` when it is not what it was.

    Nothing is removed on account of a document named in `changed`.

    Raises SelfCheckFailed when the cuts put back do not give the original, or a survivor does not stay.
    """
    raw = plan.read()
    if isinstance(raw, Skipped):
        return raw
    usable = [each for each in plan.elsewhere if each.there.name not in changed]
    stripped = [each for each in usable if plan.settings.strips(each.shared.rule)]
    whole = next((each for each in stripped if each.shared.paragraph is None), None)
    if whole is not None and raw:
        return _edit(plan, raw, [_cut_of_document(plan, raw, whole)], [], dropped=True)
    told = [each for each in usable if not plan.settings.strips(each.shared.rule)]
    fates, copies = _merged_fates(plan, stripped)
    cuts = _cuts(plan, raw, fates, copies)
    spared = plan.verdict.spared
    if copies and plan.settings.paragraphs == "auto":
        cleaned = apply_cuts(raw, [(cut.start, cut.end) for cut in cuts])
        if not divides_alike(cleaned, plan.outline.encoding, plan.outline.segmentation):
            cuts, spared = [], "what is left would be divided into other paragraphs"
    gone = {(cut.first_line, cut.last_line) for cut in cuts}
    reported = [_reported(plan, number, dropped) for number, dropped in sorted(plan.verdict.reported.items())]
    of_paragraphs = [*reported, *(_finding(plan, each) for each in told if each.shared.paragraph is not None)]
    # A document may be one paragraph, which goes: it is a copy all the same.
    of_document = [_finding(plan, each) for each in told if each.shared.paragraph is None]
    findings = sorted(
        (
            *(
                found
                for found in of_paragraphs
                if (found.place.first_line, found.place.last_line) not in gone
            ),
            *of_document,
        ),
        key=lambda found: (found.place.start, found.rule),
    )
    made = _edit(plan, raw, cuts, findings, spared=spared)
    _check_survivors(made)
    return made


def _edit(
    plan: EditPlan,
    raw: bytes,
    cuts: Sequence[Cut],
    findings: Sequence[Finding],
    *,
    spared: str = "",
    dropped: bool = False,
) -> Edit:
    cleaned = apply_cuts(raw, [(cut.start, cut.end) for cut in cuts])
    try:
        restored = put_back(cleaned, [(cut.start, cut.removed) for cut in cuts])
    except ValueError:
        restored = b""
    if restored != raw:
        raise SelfCheckFailed(f"{plan.name}: {CANNOT_RESTORE}")
    return Edit(
        name=plan.name,
        raw=raw,
        cleaned=cleaned,
        digest=plan.outline.digest,
        cleaned_digest=digest_of_bytes(cleaned),
        encoding=plan.outline.encoding,
        guessed=plan.outline.guessed,
        segmentation=plan.outline.segmentation.mode,
        paragraphs=len(plan.outline.segmentation.paragraphs),
        cuts=tuple(cuts),
        findings=tuple(findings),
        spared=spared,
        dropped=dropped,
        exempt=0 if dropped else plan.exempt,
    )


def _merged_fates(plan: EditPlan, stripped: Sequence[Elsewhere]) -> tuple[list[Fate], dict[int, Place]]:
    """Return the fates with what goes on account of other documents, and where those paragraphs' copies stand.

    A paragraph that repeats in this document name as their copy may go too when its own copy, being equal, is theirs
    as well.
    """
    fates = list(plan.verdict.fates)
    copies: dict[int, Place] = {}
    needed = {survivor for fate in fates if isinstance(fate, Dropped) for survivor in fate.survivors}
    for each in stripped:
        number = each.shared.paragraph
        if number is None or isinstance(fates[number], Dropped):
            continue
        if each.shared.rule == "XDP301" or number not in needed:
            fates[number] = Dropped(each.shared.rule, each.shared.score, each.shared.evidence, (number,))
            copies[number] = each.place
    return fates, copies


def _cuts(plan: EditPlan, raw: bytes, fates: Sequence[Fate], copies: Mapping[int, Place]) -> list[Cut]:
    outline = plan.outline
    cuts = []
    for number, (start, end) in sorted(cut_ranges(outline.segmentation, fates).items()):
        fate = fates[number]
        assert isinstance(fate, Dropped)  # noqa: S101 - cut_ranges gives ranges of dropped paragraphs only
        paragraph = outline.segmentation.paragraphs[number]
        _check_range(outline, number, (start, end))
        cuts.append(
            Cut(
                id=cut_id(plan.name, start, end, fate.rule, raw[start:end]),
                document=plan.name,
                start=start,
                end=end,
                first_line=paragraph.first_line,
                last_line=paragraph.last_line,
                rule=fate.rule,
                score=fate.score,
                evidence=fate.evidence,
                survivors=tuple(
                    copies.get(survivor) or _place(outline, survivor) for survivor in fate.survivors
                ),
                removed=raw[start:end],
                text=decode(raw[paragraph.start : paragraph.text_end], outline.encoding),
            )
        )
    return cuts


def _cut_of_document(plan: EditPlan, raw: bytes, whole: Elsewhere) -> Cut:
    place = _whole(plan.outline)
    return Cut(
        id=cut_id(plan.name, 0, len(raw), whole.shared.rule, raw),
        document=plan.name,
        start=0,
        end=len(raw),
        first_line=place.first_line,
        last_line=place.last_line,
        rule=whole.shared.rule,
        score=whole.shared.score,
        evidence=whole.shared.evidence,
        survivors=(whole.place,),
        removed=raw,
        text=decode(raw, plan.outline.encoding),
    )


def _check_range(outline: Outline, number: int, cut: tuple[int, int]) -> None:
    """Hold that a cut is a paragraph's text with the whole gap on one side of it, and nothing else."""
    paragraphs = outline.segmentation.paragraphs
    paragraph = paragraphs[number]
    gap_before = paragraphs[number - 1].text_end if number else paragraph.start
    if cut not in ((paragraph.start, paragraph.end), (gap_before, paragraph.text_end)):
        raise SelfCheckFailed(
            f"{outline.name}: the cut of line {paragraph.first_line} would not be that paragraph, which is a fault of "
            "this program; nothing was written, please report it"
        )


def _check_survivors(made: Edit) -> None:
    gone = {(cut.first_line, cut.last_line) for cut in made.cuts}
    for cut in made.cuts:
        for survivor in cut.survivors:
            if survivor.document == made.name and (survivor.first_line, survivor.last_line) in gone:
                raise survivor_goes(made.name, cut.first_line, survivor.first_line)


def _finding(plan: EditPlan, each: Elsewhere) -> Finding:
    number = each.shared.paragraph
    place = _whole(plan.outline) if number is None else _place(plan.outline, number)
    return Finding(each.shared.rule, place, each.shared.score, each.shared.evidence, (each.place,))


def _reported(plan: EditPlan, number: int, dropped: Dropped) -> Finding:
    copies = tuple(_place(plan.outline, survivor) for survivor in dropped.survivors)
    return Finding(dropped.rule, _place(plan.outline, number), dropped.score, dropped.evidence, copies)


def _place(outline: Outline, number: int) -> Place:
    paragraph = outline.segmentation.paragraphs[number]
    return Place(outline.name, paragraph.start, paragraph.text_end, paragraph.first_line, paragraph.last_line)


def _whole(outline: Outline) -> Place:
    paragraphs = outline.segmentation.paragraphs
    return Place(outline.name, 0, outline.size, 1, paragraphs[-1].last_line if paragraphs else 1)


def cut_id(name: str, start: int, end: int, rule: str, removed: bytes) -> str:
    """Return what a cut is known by: a digest of its place, its rule and its bytes."""
    content = f"{name}\0{start}\0{end}\0{rule}\0{digest_of_bytes(removed)}"
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def decode(data: bytes, encoding: str) -> str:
    """Return bytes of a document as text, to be shown."""
    try:
        return data.decode(encoding, "surrogateescape")
    except UnicodeDecodeError:
        return data.decode(encoding, "replace")
