"""One document of a corpus cut as was decided, and the proof that nothing else was touched.

A document of a corpus may lose a million paragraphs; what is said of each is written out only when somebody reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar, overload

import numpy as np

from dedupe.boilerplate.debris import debris_shape
from dedupe.corpus.cutting import divides_alike, ranges_of, runs_of, shifts
from dedupe.corpus.fates import CODES, RULE_NUMBERS, Fates
from dedupe.corpus.sharing import EXACTLY, SharedParagraphs
from dedupe.corpus.texts import DocumentText
from dedupe.cutting import apply_cuts, put_back
from dedupe.digests import checksum_of, digest_of_bytes
from dedupe.editing import CANNOT_RESTORE, CHANGED, cut_id, decode, gone_unreadable, survivor_goes
from dedupe.errors import SelfCheckFailed
from dedupe.model import Cut, Dropped, Edit, Evidence, Finding, Place, Skipped, Totals
from dedupe.normalizing import tokens_of
from dedupe.settling import DIVIDED_OTHERWISE
from dedupe.verifying import difference

if TYPE_CHECKING:
    from dedupe.corpus.columns import U32, Columns, Mask
    from dedupe.corpus.documents import DocumentCopies, DocumentCopy
    from dedupe.settings import Settings

Item = TypeVar("Item")
FindingRow = tuple[str, tuple[str, int, int, int, int], float, Evidence, tuple[tuple[str, int, int, int, int], ...]]
"""A finding as a plan spells it: rule, place, score, evidence and copies."""


class WrittenOut(Sequence[Item]):
    """A sequence whose items are made when it is first looked into; its length is known before.

    `rows` may give what a plan says of the items without making them, None where only the items can tell.
    """

    def __init__(
        self,
        length: int,
        make: Callable[[], Iterator[Item]],
        rows: Callable[[], Iterator[FindingRow]] | None = None,
    ) -> None:
        self._length = length
        self._make = make
        self._items: tuple[Item, ...] | None = None
        self.rows = rows

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        return self._written()[place]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._written())

    def _written(self) -> tuple[Item, ...]:
        if self._items is None:
            self._items = tuple(self._make())
        return self._items


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """A document read a second time, with what does not hang on any other: its digest is checked already."""

    document: int
    raw: bytes


class Editor:
    """Makes the edits of a corpus that has been decided on."""

    def __init__(
        self,
        columns: Columns,
        fates: Fates,
        shared: SharedParagraphs,
        copies: DocumentCopies,
        settings: Settings,
    ) -> None:
        self._columns = columns
        self._fates = fates
        self._shared = shared
        self._copies = copies
        self._settings = settings
        self._texts = lru_cache(maxsize=4)(lambda document: DocumentText(columns, document))
        self._shared_bounds = np.searchsorted(shared.paragraphs, columns.bounds)
        self._copy_documents = np.searchsorted(columns.bounds, shared.copy, side="right") - 1

    def read(self, document: int) -> ReadAgain | Skipped:
        """Read a document again; `Skipped` when it is not what it was."""
        facts = self._columns.documents[document]
        try:
            raw = facts.source.read()
        except OSError as error:
            return gone_unreadable(facts.name, error)
        if len(raw) != facts.size or checksum_of(raw) != facts.checksum:
            return Skipped(facts.name, "changed", CHANGED, raw)
        return ReadAgain(document, raw)

    def originals(self, document: int) -> tuple[str, ...]:
        """Return the document on whose account this one goes whole, if it does, unless that one changed."""
        copy = self._copies.get(document)
        if copy is None or not self._settings.strips(copy.rule):
            return ()
        return (self._columns.documents[copy.original].name,)

    def edit(self, again: ReadAgain, changed: Container[str]) -> Edit:
        """Return what becomes of a document; nothing goes on account of one that is named in `changed`.

        Raises SelfCheckFailed when the cuts put back do not give the original, or a survivor does not stay.
        """
        return _Editing(self, again, changed).edit()


class _Editing:
    """The making of one edit."""

    def __init__(self, editor: Editor, again: ReadAgain, changed: Container[str]) -> None:
        self._columns = editor._columns
        self._fates = editor._fates
        self._settings = editor._settings
        self._shared = editor._shared
        self._texts = editor._texts
        self._copy_documents = editor._copy_documents
        copy = editor._copies.get(again.document)
        is_usable = copy is not None and self._columns.documents[copy.original].name not in changed
        self._whole = copy if is_usable else None
        self._document, self._raw = again.document, again.raw
        self._facts = self._columns.documents[again.document]
        self._span = self._columns.span(again.document)
        self._places = [
            place
            for place in range(*editor._shared_bounds[again.document : again.document + 2].tolist())
            if not changed or self._columns.documents[editor._copy_documents[place]].name not in changed
        ]
        self._rule = self._fates.rule[self._span].copy()
        self._copied_from: dict[int, int] = {}  # the place among the shared ones, by paragraph

    def edit(self) -> Edit:
        if self._whole is not None and self._raw and self._settings.strips(self._whole.rule):
            return self._without_document(self._whole)
        self._strip_shared()
        spared = self._fates.spared.get(self._document, "")
        gone = self._rule > 0
        ranges = ranges_of(self._columns, self._document, gone)
        cleaned = apply_cuts(self._raw, ranges)
        if self._copied_from and self._settings.paragraphs == "auto" and not divides_alike(cleaned, self._facts):
            self._rule[:], ranges, cleaned, spared = 0, [], self._raw, DIVIDED_OTHERWISE
            self._copied_from.clear()
            gone = self._rule > 0
        self._check(gone, ranges, cleaned)
        reported = self._reported(gone)
        removed, characters = self._sums(gone)
        found = Counter([CODES[self._fates.reported[paragraph]] for paragraph in reported[0]])
        found.update(self._code_of(place) for place in reported[1])
        if self._whole is not None:
            found[self._whole.rule] += 1
        paragraphs = self._span.stop - self._span.start
        return Edit(
            name=self._facts.name,
            raw=self._raw,
            cleaned=cleaned,
            digest=self._facts.digest,
            cleaned_digest=digest_of_bytes(cleaned) if ranges else self._facts.digest,
            encoding=self._facts.encoding,
            guessed=self._facts.guessed,
            segmentation=self._facts.mode,
            paragraphs=paragraphs,
            cuts=WrittenOut(int(gone.sum()), self._cuts) if ranges else (),
            findings=self._written_findings(found.total(), *reported) if found else (),
            spared=spared,
            sums=Totals(1, paragraphs, len(self._raw), len(cleaned), removed, characters, found),
        )

    def _without_document(self, copy: DocumentCopy) -> Edit:
        """Return the edit that takes out the whole document."""
        facts, raw = self._facts, self._raw
        place, text = self._columns.whole(self._document), decode(raw, facts.encoding)
        self._check(self._rule > 0, [(0, len(raw))], b"", names=False)
        cut = Cut(
            id=cut_id(facts.name, 0, len(raw), copy.rule, raw),
            document=facts.name,
            start=0,
            end=len(raw),
            first_line=place.first_line,
            last_line=place.last_line,
            rule=copy.rule,
            score=copy.score,
            evidence=copy.evidence,
            survivors=(self._columns.whole(copy.original),),
            removed=raw,
            text=text,
        )
        return Edit(
            name=facts.name,
            raw=raw,
            cleaned=b"",
            digest=facts.digest,
            cleaned_digest=digest_of_bytes(b""),
            encoding=facts.encoding,
            guessed=facts.guessed,
            segmentation=facts.mode,
            paragraphs=self._span.stop - self._span.start,
            cuts=(cut,),
            dropped=True,
        )

    def _code_of(self, place: int) -> str:
        return "XDP301" if self._shared.how[place] == EXACTLY else "XDP302"

    def _strip_shared(self) -> None:
        """Let go what goes on account of other documents.

        A paragraph that repeats in this document name as their copy may go too when its own copy, being equal, is
        theirs as well.
        """
        stripped = [place for place in self._places if self._settings.strips(self._code_of(place))]
        if not stripped:
            return
        needed = self._needed()
        for place in stripped:
            paragraph = int(self._shared.paragraphs[place])
            number = paragraph - self._span.start
            code = self._code_of(place)
            if not self._rule[number] and (code == "XDP301" or number not in needed):
                self._rule[number] = RULE_NUMBERS[code]
                self._copied_from[paragraph] = place

    def _needed(self) -> set[int]:
        """Return the paragraphs of the document that repeats of it name as their copies."""
        exact = np.flatnonzero(self._rule == RULE_NUMBERS["DUP101"]) + self._span.start
        needed = set((self._fates.survivor[exact] - self._span.start).tolist())
        for number in np.flatnonzero(self._rule).tolist():
            judged = self._fates.judged.get(self._span.start + number)
            needed.update(judged.survivors if judged else ())
        return needed

    def _check(
        self, gone: Mask, ranges: Sequence[tuple[int, int]], cleaned: bytes, *, names: bool = True
    ) -> None:
        """Hold that the cuts put back give the original and that every copy that is named stays."""
        try:
            restored = put_back(cleaned, [(start, self._raw[start:end]) for start, end in ranges])
        except ValueError:
            restored = b""
        if restored != self._raw:
            raise SelfCheckFailed(f"{self._facts.name}: {CANNOT_RESTORE}")
        if not names or not ranges:
            return
        exact = np.flatnonzero(self._rule == RULE_NUMBERS["DUP101"])
        named = self._fates.survivor[exact + self._span.start].astype(np.int64) - self._span.start
        lost = exact[gone[named]].tolist() if len(exact) else []
        pairs = [(number, int(named[np.searchsorted(exact, number)])) for number in lost]
        for number in np.flatnonzero(gone).tolist() if self._fates.judged else ():
            judged = self._fates.judged.get(self._span.start + number)
            pairs += [(number, each) for each in (judged.survivors if judged else ()) if gone[each]]
        for number, survivor in pairs:
            # A copy may have gone on account of another document, which holds the same text.
            if self._span.start + survivor not in self._copied_from:
                lines = self._columns.first_line[self._span]
                raise survivor_goes(self._facts.name, int(lines[number]), int(lines[survivor]))

    def _sums(self, gone: Mask) -> tuple[Counter[str], Counter[str]]:
        if not gone.any():
            return Counter(), Counter()
        removed: Counter[str] = Counter()
        characters: Counter[str] = Counter()
        start, end = self._columns.start[self._span], self._columns.text_end[self._span]
        for rule in np.flatnonzero(np.bincount(self._rule)[1:]) + 1:
            chosen = np.flatnonzero(self._rule == rule)
            removed[CODES[rule]] = len(chosen)
            if self._facts.is_ascii:
                characters[CODES[rule]] = int((end[chosen].astype(np.int64) - start[chosen]).sum())
            else:
                characters[CODES[rule]] = sum(len(self._text(number)) for number in chosen.tolist())
        return removed, characters

    def _text(self, number: int) -> str:
        paragraph = self._span.start + number
        start, end = int(self._columns.start[paragraph]), int(self._columns.text_end[paragraph])
        return decode(self._raw[start:end], self._facts.encoding)

    def _shape(self, paragraph: int) -> str:
        return debris_shape(self._text(paragraph - self._span.start))

    def _place(self, paragraph: int) -> Place:
        columns = self._columns
        return Place(
            self._facts.name,
            int(columns.start[paragraph]),
            int(columns.text_end[paragraph]),
            int(columns.first_line[paragraph]),
            int(columns.last_line[paragraph]),
        )

    def _cuts(self) -> Iterator[Cut]:
        columns, base = self._columns, self._span.start
        for first, last in runs_of(self._rule > 0):
            shift = shifts(columns, self._document, first, last)
            for number in range(first, last + 1):
                paragraph = base + number
                if shift:
                    start, end = int(columns.text_end[paragraph - 1]), int(columns.text_end[paragraph])
                else:
                    is_last = paragraph + 1 == self._span.stop
                    start = int(columns.start[paragraph])
                    end = self._facts.size if is_last else int(columns.start[paragraph + 1])
                yield self._cut(paragraph, start, end)

    def _cut(self, paragraph: int, start: int, end: int) -> Cut:
        place = self._copied_from.get(paragraph)
        fate = self._fates.reason(paragraph, self._span.start, self._shape) if place is None else self._shared_reason(place)
        removed = self._raw[start:end]
        return Cut(
            id=cut_id(self._facts.name, start, end, fate.rule, removed),
            document=self._facts.name,
            start=start,
            end=end,
            first_line=int(self._columns.first_line[paragraph]),
            last_line=int(self._columns.last_line[paragraph]),
            rule=fate.rule,
            score=fate.score,
            evidence=fate.evidence,
            survivors=tuple(map(self._survivor, fate.survivors)) if place is None else (self._copy(place),),
            removed=removed,
            text=self._text(paragraph - self._span.start),
        )

    def _survivor(self, number: int) -> Place:
        paragraph = self._span.start + number
        place = self._copied_from.get(paragraph)
        return self._place(paragraph) if place is None else self._copy(place)

    def _copy(self, place: int) -> Place:
        columns, copy = self._columns, int(self._shared.copy[place])
        return Place(
            columns.documents[self._copy_documents[place]].name,
            int(columns.start[copy]),
            int(columns.text_end[copy]),
            int(columns.first_line[copy]),
            int(columns.last_line[copy]),
        )

    def _shared_reason(self, place: int) -> Dropped:
        if self._shared.how[place] == EXACTLY:
            key = self._columns.key[self._shared.paragraphs[place]]
            return Dropped("XDP301", 1.0, (("tokens", int(self._columns.keys.tokens[key])),))
        score = round(int(self._shared.both[place]) / int(self._shared.either[place]), 4)
        if not self._settings.strips("XDP302"):
            return Dropped("XDP302", score, (("jaccard", score),))
        here, there = int(self._shared.paragraphs[place]), int(self._shared.copy[place])
        texts = [self._texts(self._columns.document_of(each))(each) for each in (here, there)]
        unlike = difference(tokens_of(texts[0]), tokens_of(texts[1]), lambda: texts)
        return Dropped("XDP302", score, (("jaccard", score), *unlike.as_evidence()))

    def _reported(self, gone: Mask) -> tuple[list[int], list[int]]:
        """Return the paragraphs that are reported, and the places of the shared ones that are."""
        reported = np.flatnonzero((self._fates.reported[self._span] > 0) & ~gone) + self._span.start
        places = [
            place
            for place in self._places
            if not self._settings.strips(self._code_of(place))
            and not gone[int(self._shared.paragraphs[place]) - self._span.start]
        ]
        return reported.tolist(), places

    def _written_findings(
        self, count: int, reported: Sequence[int], places: Sequence[int]
    ) -> Sequence[Finding]:
        is_plain = not reported and self._whole is None and not self._settings.strips("XDP302")
        return WrittenOut(
            count, lambda: self._findings(reported, places), (lambda: self._rows(places)) if is_plain else None
        )

    def _rows(self, places: Sequence[int]) -> Iterator[FindingRow]:
        """Yield what a plan says of the shared paragraphs at some places."""
        columns, shared = self._columns, self._shared
        paragraphs, copies = shared.paragraphs[places], shared.copy[places]
        names = [columns.documents[document].name for document in self._copy_documents[places]]
        tokens = columns.keys.tokens[columns.key[paragraphs]].tolist()
        both, either = shared.both[places].tolist(), shared.either[places].tolist()
        here = zip(*(column[paragraphs].tolist() for column in self._place_columns()), strict=True)
        there = zip(*(column[copies].tolist() for column in self._place_columns()), strict=True)
        for number, (place, copy) in enumerate(zip(here, there, strict=True)):
            copied = ((names[number], *copy),)
            if either[number]:
                score = round(both[number] / either[number], 4)
                yield "XDP302", (self._facts.name, *place), score, (("jaccard", score),), copied
            else:
                yield "XDP301", (self._facts.name, *place), 1.0, (("tokens", tokens[number]),), copied

    def _place_columns(self) -> tuple[U32, U32, U32, U32]:
        columns = self._columns
        return columns.start, columns.text_end, columns.first_line, columns.last_line

    def _findings(self, reported: Sequence[int], places: Sequence[int]) -> Iterator[Finding]:
        found = [self._reported_finding(paragraph) for paragraph in reported]
        for place in places:
            reason = self._shared_reason(place)
            here = self._place(int(self._shared.paragraphs[place]))
            found.append(Finding(reason.rule, here, reason.score, reason.evidence, (self._copy(place),)))
        if self._whole is not None:
            copy, place = self._whole, self._columns.whole(self._document)
            copies = (self._columns.whole(copy.original),)
            found.append(Finding(copy.rule, place, copy.score, copy.evidence, copies))
        return iter(sorted(found, key=lambda each: (each.place.start, each.rule)))

    def _reported_finding(self, paragraph: int) -> Finding:
        reason = self._fates.reported_reason(paragraph, self._span.start, self._shape)
        copies = tuple(self._place(self._span.start + number) for number in reason.survivors)
        return Finding(reason.rule, self._place(paragraph), reason.score, reason.evidence, copies)
