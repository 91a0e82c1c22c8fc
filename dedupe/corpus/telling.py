"""What is said of one document of a corpus: each cut and each finding, written out when somebody asks."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.boilerplate.debris import debris_shape
from dedupe.corpus.fates import RULE_NUMBERS
from dedupe.corpus.written_out import CutRows, FindingRows
from dedupe.editing import cut_id, decode
from dedupe.model import Cut, Finding, Place

_EXACT = RULE_NUMBERS["DUP101"]

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64, U8
    from dedupe.corpus.cutting import Runs
    from dedupe.corpus.decided import Decided
    from dedupe.documents import DocumentCopy
    from dedupe.model import Evidence


@dataclass(frozen=True, slots=True)
class Telling:
    """One document as it was carried out.

    `rule` holds the number of the rule that takes each of its paragraphs, 0 for those that stay; `copied_from` tells,
    by their numbers in the corpus, at which place of the shared ones those stand that go on account of other documents.
    `runs` are the runs of those that go, `whole` is what the document as a whole is a copy of.
    """

    decided: Decided
    document: int
    raw: bytes
    rule: U8
    copied_from: dict[int, int]
    runs: Runs
    whole: DocumentCopy | None

    def text(self, number: int) -> str:
        """Return the text of a paragraph, numbered within the document."""
        columns, paragraph = self.decided.columns, self._first + number
        raw = self.raw[int(columns.start[paragraph]) : int(columns.text_end[paragraph])]
        return decode(raw, columns.documents[self.document].encoding)

    @property
    def _first(self) -> int:
        return int(self.decided.columns.bounds[self.document])

    @property
    def _name(self) -> str:
        return self.decided.columns.documents[self.document].name

    def _place(self, paragraph: int) -> Place:
        return self.decided.columns.place_in(self.document, paragraph)

    def _shape(self, paragraph: int) -> str:
        return debris_shape(self.text(paragraph - self._first))

    def cuts(self) -> Iterator[Cut]:
        """Yield what was taken out, in order."""
        numbers, starts, ends = self._ranges()
        for number, start, end in zip(numbers.tolist(), starts.tolist(), ends.tolist(), strict=True):
            yield self._cut(self._first + number, start, end)

    def _ranges(self) -> tuple[I64, I64, I64]:
        """Return the paragraphs that go, numbered within the document, and where the cut of each begins and ends."""
        columns, span = self.decided.columns, self.decided.columns.span(self.document)
        numbers = np.flatnonzero(self.rule)
        is_shifted = self.runs.members()
        text_end = columns.text_end[span].astype(np.int64)
        start = np.append(columns.start[span].astype(np.int64), columns.documents[self.document].size)
        return (
            numbers,
            np.where(is_shifted, text_end[numbers - 1], start[numbers]),
            np.where(is_shifted, text_end[numbers], start[numbers + 1]),
        )

    def cut_rows(self) -> CutRows:
        """Return what a plan says of the cuts, where all of them take whole lines of plain text."""
        fates, first = self.decided.fates, self._first
        paragraphs = np.flatnonzero(self.rule) + first
        is_exact = self.rule[paragraphs - first] == _EXACT
        told: list[tuple[str, float, Evidence]] = []
        survivors: list[int] = []
        bounds = [0]
        for paragraph in paragraphs[~is_exact].tolist():
            fate = fates.reason(paragraph, first, self._shape)
            told.append((fate.rule, fate.score, fate.evidence))
            survivors += [first + number for number in fate.survivors]
            bounds.append(len(survivors))
        return CutRows(
            self.document,
            self.decided.told,
            self.raw,
            paragraphs,
            self.runs.members(),
            np.where(is_exact, fates.run[paragraphs], 0),
            fates.survivor[paragraphs],
            told,
            np.array(bounds, dtype=np.int64),
            np.array(survivors, dtype=np.int64),
        )

    def has_cut_rows(self) -> bool:
        """Return whether every cut takes whole lines of plain text, or does once it is moved on by a line end."""
        facts, runs = self.decided.columns.documents[self.document], self.runs
        if not facts.is_ascii or self.copied_from or b"\r" in self.raw or self.raw.startswith(BOM_UTF8):
            return False
        # A run at the end of a text without a last line end breaks the line before it.
        return not (runs.is_shifted[-1] and int(runs.end[-1]) == len(self.raw))

    def _cut(self, paragraph: int, start: int, end: int) -> Cut:
        decided, name = self.decided, self._name
        place = self.copied_from.get(paragraph)
        if place is None:
            fate = decided.fates.reason(paragraph, self._first, self._shape)
            survivors = tuple(map(self._survivor, fate.survivors))
        else:
            fate = decided.shared_reason(place)
            survivors = (decided.copy(place),)
        removed = self.raw[start:end]
        return Cut(
            id=cut_id(name, start, end, fate.rule, removed),
            document=name,
            start=start,
            end=end,
            first_line=int(decided.columns.first_line[paragraph]),
            last_line=int(decided.columns.last_line[paragraph]),
            rule=fate.rule,
            score=fate.score,
            evidence=fate.evidence,
            survivors=survivors,
            removed=removed,
            text=self.text(paragraph - self._first),
        )

    def _survivor(self, number: int) -> Place:
        paragraph = self._first + number
        place = self.copied_from.get(paragraph)
        return self._place(paragraph) if place is None else self.decided.copy(place)

    def cut_of_whole(self, copy: DocumentCopy) -> Cut:
        """Return the cut that takes out the whole document."""
        columns, name, raw = self.decided.columns, self._name, self.raw
        place = columns.whole(self.document)
        return Cut(
            id=cut_id(name, 0, len(raw), copy.rule, raw),
            document=name,
            start=0,
            end=len(raw),
            first_line=place.first_line,
            last_line=place.last_line,
            rule=copy.rule,
            score=copy.score,
            evidence=copy.evidence,
            survivors=(columns.whole(copy.original),),
            removed=raw,
            text=decode(raw, columns.documents[self.document].encoding),
        )

    def rows(self, places: I64) -> FindingRows:
        """Return what a plan says of the shared paragraphs at some places, all of them exact or only reported."""
        decided, shared = self.decided, self.decided.shared
        return FindingRows(
            self.document,
            decided.told,
            shared.paragraphs[places],
            shared.copy[places],
            decided.copy_documents[places],
            shared.both[places],
            shared.either[places],
        )

    def findings(self, reported: Sequence[int], places: Sequence[int]) -> Iterator[Finding]:
        """Yield what was found and stays: `reported` paragraphs, and the shared ones at some places, in order."""
        found = [self._reported(paragraph) for paragraph in reported]
        for place in places:
            reason = self.decided.shared_reason(place)
            here = self._place(int(self.decided.shared.paragraphs[place]))
            copies = (self.decided.copy(place),)
            found.append(Finding(reason.rule, here, reason.score, reason.evidence, copies))
        if self.whole is not None:
            columns, whole = self.decided.columns, self.whole
            copies = (columns.whole(whole.original),)
            here = columns.whole(self.document)
            found.append(Finding(whole.rule, here, whole.score, whole.evidence, copies))
        return iter(sorted(found, key=lambda each: (each.place.start, each.rule)))

    def _reported(self, paragraph: int) -> Finding:
        reason = self.decided.fates.reported_reason(paragraph, self._first, self._shape)
        copies = tuple(self._place(self._first + number) for number in reason.survivors)
        return Finding(reason.rule, self._place(paragraph), reason.score, reason.evidence, copies)
