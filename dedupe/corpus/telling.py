"""What is said of one document of a corpus: each cut and each finding, written out when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.boilerplate.debris import debris_shape
from dedupe.corpus.cutting import runs_of, shifts
from dedupe.corpus.fates import RULE_NUMBERS
from dedupe.editing import cut_id, decode
from dedupe.model import Cut, Finding, Place

_EXACT = RULE_NUMBERS["DUP101"]

if TYPE_CHECKING:
    from dedupe.corpus.arrays import U8, U32
    from dedupe.corpus.decided import Decided
    from dedupe.corpus.documents import DocumentCopy
    from dedupe.corpus.written_out import CutRow, FindingRow, PlaceRow
    from dedupe.model import Evidence


@dataclass(frozen=True, slots=True)
class Telling:
    """One document as it was carried out.

    `rule` holds the number of the rule that takes each of its paragraphs, 0 for those that stay; `copied_from` tells,
    by their numbers in the corpus, at which place of the shared ones those stand that go on account of other documents.
    `whole` is what the document as a whole is a copy of.
    """

    decided: Decided
    document: int
    raw: bytes
    rule: U8
    copied_from: dict[int, int]
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
        columns = self.decided.columns
        span = columns.span(self.document)
        for first, last in runs_of(self.rule > 0):
            shift = shifts(columns, self.document, first, last)
            for paragraph in range(span.start + first, span.start + last + 1):
                if shift:
                    start, end = int(columns.text_end[paragraph - 1]), int(columns.text_end[paragraph])
                elif paragraph + 1 == span.stop:
                    start, end = int(columns.start[paragraph]), columns.documents[self.document].size
                else:
                    start, end = int(columns.start[paragraph]), int(columns.start[paragraph + 1])
                yield self._cut(paragraph, start, end)

    def cut_rows(self) -> Iterator[CutRow]:
        """Yield what a plan says of each cut, where all of them take whole lines of plain text."""
        decided, name, raw, first = self.decided, self._name, self.raw, self._first
        columns, fates = decided.columns, decided.fates
        numbers = np.flatnonzero(self.rule)
        paragraphs = numbers + first
        rows = zip(*(column[paragraphs].tolist() for column in self._place_columns()), strict=True)
        start_behind = np.append(columns.start[columns.span(self.document)], len(raw))[numbers + 1].tolist()
        survivors, runs = fates.survivor[paragraphs].tolist(), fates.run[paragraphs].tolist()
        tokens = columns.keys.tokens[columns.key[paragraphs]].tolist()
        is_exact = (self.rule[numbers] == _EXACT).tolist()
        for place, paragraph in enumerate(paragraphs.tolist()):
            start, text_end, first_line, last_line = next(rows)
            end = start_behind[place]
            if is_exact[place]:
                rule, score = "DUP101", 1.0
                evidence: Evidence = (("run paragraphs", runs[place]), ("tokens", tokens[place]))
                named: tuple[int, ...] = (survivors[place] - first,)
            else:
                fate = fates.reason(paragraph, first, self._shape)
                rule, score, evidence, named = fate.rule, fate.score, fate.evidence, fate.survivors
            copies = tuple(self._row(first + number) for number in named)
            removed = raw[start:end]
            identity = cut_id(name, start, end, rule, removed)
            text = removed[: text_end - start].decode("ascii")
            gap = removed[text_end - start :].decode("ascii")
            yield (
                identity,
                rule,
                (name, start, end, first_line, last_line),
                score,
                evidence,
                copies,
                text,
                gap,
            )

    def has_cut_rows(self) -> bool:
        """Return whether every cut takes whole lines of plain text, with the gap behind them."""
        columns, facts = self.decided.columns, self.decided.columns.documents[self.document]
        if not facts.is_ascii or self.copied_from or b"\r" in self.raw:
            return False
        runs = list(runs_of(self.rule > 0))
        is_last = runs[-1][1] == len(self.rule) - 1
        return not is_last and not any(shifts(columns, self.document, *run) for run in runs)

    def _row(self, paragraph: int) -> PlaceRow:
        start, end, first_line, last_line = (int(column[paragraph]) for column in self._place_columns())
        return self._name, start, end, first_line, last_line

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

    def rows(self, places: Sequence[int]) -> Iterator[FindingRow]:
        """Yield what a plan says of the shared paragraphs at some places, all of them exact or only reported."""
        columns, shared, name = self.decided.columns, self.decided.shared, self._name
        paragraphs, copies = shared.paragraphs[places], shared.copy[places]
        names = [columns.documents[document].name for document in self.decided.copy_documents[places]]
        tokens = columns.keys.tokens[columns.key[paragraphs]].tolist()
        both, either = shared.both[places].tolist(), shared.either[places].tolist()
        here = zip(*(column[paragraphs].tolist() for column in self._place_columns()), strict=True)
        there = zip(*(column[copies].tolist() for column in self._place_columns()), strict=True)
        for number, (place, copy) in enumerate(zip(here, there, strict=True)):
            copied = ((names[number], *copy),)
            if either[number]:
                score = round(both[number] / either[number], 4)
                yield "XDP302", (name, *place), score, (("jaccard", score),), copied
            else:
                yield "XDP301", (name, *place), 1.0, (("tokens", tokens[number]),), copied

    def _place_columns(self) -> tuple[U32, U32, U32, U32]:
        columns = self.decided.columns
        return columns.start, columns.text_end, columns.first_line, columns.last_line

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
