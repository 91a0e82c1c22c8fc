"""Put together what there is to say of one paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.cutting import apply_cuts
from dedupe.differing import word_difference
from dedupe.errors import UsageError
from dedupe.explaining.advice import changes_of
from dedupe.explaining.standing import nearest_of, outline_of, reasons_of
from dedupe.explaining.values import Copy, Explanation, Found, Nearest, Removed, Stays
from dedupe.lines import lines_of
from dedupe.model import Place
from dedupe.plan import NoText, PlannedCut, PlannedFinding, WholeText, WholeTexts
from dedupe.plan.used_settings import settings_of
from dedupe.reading import decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.explaining.locating import Location
    from dedupe.model import Paragraph
    from dedupe.outlining import Outline
    from dedupe.plan import PlanIndex, PlannedDocument
    from dedupe.settings import Settings

MAX_COMPARED_CHARACTERS = 200_000
"""Longer texts are not shown beside each other."""
MAX_COPIES = 8
"""Of so many copies the text is shown; the others are named."""


def explain(index: PlanIndex, location: Location, *, texts: WholeTexts) -> Explanation:
    """Return why the paragraph at a location, which is no whole document, was removed or kept.

    Kept text is had from `texts`; where it cannot be had, the explanation says so and holds what the plan knows. A
    kept paragraph is compared exactly with all that is kept of its document.

    Raises UsageError where no paragraph is there, PlanError when the plan proves damaged on the way.
    """
    return _Explainer(index, location, texts).explanation()


class _Explainer:
    """Answers one question."""

    def __init__(self, index: PlanIndex, location: Location, texts: WholeTexts) -> None:
        self._index = index
        self._location = location
        self._texts = texts
        self._document = index.document(location.entry)
        self._settings: Settings = settings_of(dict(index.header.settings))
        self._whole_by_name: dict[str, WholeText | NoText] = {}
        self._clean_line = location.line if location.is_clean_line else None

    def explanation(self) -> Explanation:
        """Return the explanation."""
        document, location = self._document, self._location
        if location.id:
            cut = next((cut for cut in document.cuts if cut.id == location.id), None)
            if cut is not None:
                return self._of_cut(cut)
            finding = next(each for each in document.findings if each.id == location.id)
            if finding.rule.startswith("DOC"):
                return self._of_document(finding)
            return self._of_line(finding.place.first_line)
        line = self._original_line() if location.is_clean_line else location.line
        cut = next((cut for cut in document.cuts if cut.first_line <= line <= cut.last_line), None)
        return self._of_cut(cut) if cut is not None else self._of_line(line)

    def _original_line(self) -> int:
        """Return the line of the original that stands in the asked line of the clean file."""
        whole = self._whole(self._document)
        if isinstance(whole, NoText):
            raise UsageError(f"{whole.name}: {whole.why}; name a line of the original instead")
        ranges = [(cut.start, cut.end) for cut in self._document.cuts]
        offset = _line_start(apply_cuts(whole.raw, ranges), self._document, self._location.line)
        for start, end in ranges:
            if start <= offset:
                offset += end - start
        decoded = decode(whole.raw, encoding=self._document.encoding)
        starts = lines_of(decoded).raw_start if decoded is not None else ()
        return max(1, sum(1 for start in starts if start <= offset))

    def _of_cut(self, cut: PlannedCut) -> Explanation:
        text = cut.text if self._index.header.preview else None
        decision = Removed(self._found(cut, text))
        missing = "" if text is not None else "the plan was made with --no-preview"
        return self._explanation(cut.first_line, cut.last_line, text, decision, (), missing)

    def _of_document(self, finding: PlannedFinding) -> Explanation:
        # Two whole documents are not shown side by side.
        reported = (self._found(finding, None),)
        return self._explanation(finding.place.first_line, finding.place.last_line, None, Stays(), reported)

    def _of_line(self, line: int) -> Explanation:
        whole = self._whole(self._document)
        outline = outline_of(whole, self._settings) if isinstance(whole, WholeText) else None
        if outline is None or isinstance(whole, NoText):
            why = whole.why if isinstance(whole, NoText) else "its bytes cannot be read as text here"
            covering = self._findings_at(line, line)
            last = covering[0].place.last_line if covering else line
            first = covering[0].place.first_line if covering else line
            reported = tuple(self._found(each, None) for each in covering)
            return self._explanation(first, last, None, Stays(), reported, why)
        paragraph = _paragraph_at(outline, line)
        text = whole.between(paragraph.start, paragraph.text_end)
        findings = self._findings_at(paragraph.first_line, paragraph.last_line)
        reported = tuple(self._found(each, text) for each in findings)
        stays = self._stays(whole, outline, paragraph, text)
        return self._explanation(paragraph.first_line, paragraph.last_line, text, stays, reported)

    def _stays(self, whole: WholeText, outline: Outline, paragraph: Paragraph, text: str) -> Stays:
        gone = {(cut.first_line, cut.last_line) for cut in self._document.cuts}
        others = [
            each.number
            for each in outline.segmentation.paragraphs
            if (each.first_line, each.last_line) not in gone
        ]
        found = nearest_of(outline, paragraph.number, others)
        nearest = None
        if found is not None:
            other = outline.segmentation.paragraphs[found[0]]
            there = Place(outline.name, other.start, other.text_end, other.first_line, other.last_line)
            nearest = Nearest(self._copy(there, text), found[1])
        key = outline.keys[paragraph.number]
        return Stays(
            tokens=key.count(" ") + 1 if key else 0,
            nearest=nearest,
            reasons=reasons_of(whole, outline, paragraph.number, found, self._settings),
            stays_for=tuple(
                (cut.first_line, cut.last_line)
                for cut in self._document.cuts
                if any(
                    (each.document, each.start) == (outline.name, paragraph.start) for each in cut.survivors
                )
            ),
        )

    def _findings_at(self, first: int, last: int) -> list[PlannedFinding]:
        return [
            each
            for each in self._document.findings
            if not each.rule.startswith("DOC")
            and each.place.first_line <= last
            and each.place.last_line >= first
        ]

    def _found(self, said: PlannedCut | PlannedFinding, text: str | None) -> Found:
        places = said.survivors if isinstance(said, PlannedCut) else said.copies
        # A whole document beside another is more than anybody reads.
        is_whole = said.rule.startswith("DOC")
        copies = [
            self._copy(place, text) if number < MAX_COPIES and not is_whole else Copy(place)
            for number, place in enumerate(places)
        ]
        return Found(said.id, said.rule, said.score, said.evidence, tuple(copies))

    def _copy(self, place: Place, text: str | None) -> Copy:
        document = self._document
        if place.document != document.name:
            entry = self._index.entry_named(place.document)
            if entry is None:
                return Copy(place)
            document = self._index.document(entry)
        whole = self._whole(document)
        if isinstance(whole, NoText):
            return Copy(place)
        if text is None or max(len(text), place.end - place.start) > MAX_COMPARED_CHARACTERS:
            return Copy(place)
        there = whole.between(place.start, place.end)
        return Copy(place, there, word_difference(text, there))

    def _whole(self, document: PlannedDocument) -> WholeText | NoText:
        if document.name not in self._whole_by_name:
            self._whole_by_name[document.name] = self._texts.of(document)
        return self._whole_by_name[document.name]

    def _explanation(
        self,
        first_line: int,
        last_line: int,
        text: str | None,
        decision: Removed | Stays,
        reported: Iterable[Found],
        no_text: str = "",
    ) -> Explanation:
        found = tuple(reported)
        threshold = self._settings.threshold
        return Explanation(
            document=self._document.name,
            first_line=first_line,
            last_line=last_line,
            text=text,
            decision=decision,
            reported=found,
            spared=self._document.spared,
            threshold=threshold,
            changes=changes_of(
                decision, found, threshold=threshold, settings=dict(self._index.header.settings)
            ),
            no_text=no_text,
            clean_line=self._clean_line,
        )


def _paragraph_at(outline: Outline, line: int) -> Paragraph:
    paragraphs = outline.segmentation.paragraphs
    before: Paragraph | None = None
    for paragraph in paragraphs:
        if paragraph.first_line <= line <= paragraph.last_line:
            return paragraph
        if paragraph.first_line > line:
            near = f"lines {before.last_line} and {paragraph.first_line} are" if before else ""
            cure = f"{near} not" if near else f"give line {paragraph.first_line}"
            raise UsageError(f"{outline.name}: line {line} is blank; {cure}")
        before = paragraph
    end = f"its last is in line {paragraphs[-1].last_line}" if paragraphs else "there is none at all"
    raise UsageError(f"{outline.name}: there is no text in line {line}; {end}")


def _line_start(cleaned: bytes, document: PlannedDocument, line: int) -> int:
    decoded = decode(cleaned, encoding=document.encoding)
    starts = lines_of(decoded).raw_start if decoded is not None else ()
    if line > len(starts):
        raise UsageError(f"{document.name}: the clean file has {len(starts)} lines; give one of them")
    return starts[line - 1]
