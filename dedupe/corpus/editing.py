"""One document of a corpus cut as was decided, and the proof that nothing else was touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dedupe.corpus.accounts import Account, accounts_of
from dedupe.corpus.cutting import Runs, divides_alike, runs_of_documents
from dedupe.corpus.fates import CODES, RULE_NUMBERS
from dedupe.corpus.files import MOST_BYTES, is_plain_file, load_again
from dedupe.corpus.sharing import EXACTLY
from dedupe.corpus.telling import Telling
from dedupe.corpus.written_out import WrittenOut
from dedupe.cutting import ByteRange, apply_cuts, put_back
from dedupe.digests import checksum_of, digest_of_bytes
from dedupe.editing import CANNOT_RESTORE, CHANGED, gone_unreadable, survivor_goes
from dedupe.errors import SelfCheckFailed
from dedupe.model import Cut, Edit, Finding, Skipped, Totals
from dedupe.settling import DIVIDED_OTHERWISE

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64, Mask
    from dedupe.corpus.decided import Decided
    from dedupe.documents import DocumentCopy


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """A document read a second time and found to be what it was, cut as far as that hangs on no other document.

    `runs` are the paragraphs that go, `cleaned` is what is left and `cleaned_digest` its digest. `account` is what is
    counted of it where nothing can go on account of other documents.
    """

    document: int
    raw: bytes
    runs: Runs
    cleaned: bytes
    cleaned_digest: str
    account: Account | None = None


class Editor:
    """Makes the edits of a corpus that has been decided on."""

    def __init__(self, decided: Decided) -> None:
        self._decided = decided
        self._is_plain = not any(decided.settings.strips(code) for code in ("XDP301", "XDP302"))

    def read(self, document: int) -> ReadAgain | Skipped:
        """Read a document again; `Skipped` when it is not what it was."""
        facts = self._decided.columns.documents[document]
        try:
            raw = facts.source.read()
        except OSError as error:
            return gone_unreadable(facts.name, error)
        if len(raw) != facts.size or checksum_of(raw) != facts.checksum:
            return Skipped(facts.name, "changed", CHANGED, raw)
        gone = self._decided.fates.rule[self._decided.columns.span(document)] > 0
        runs = Runs.of(self._decided.columns, document, gone)
        if not len(runs.first):
            return ReadAgain(document, raw, runs, raw, facts.digest)
        cleaned = apply_cuts(raw, runs.ranges())
        return ReadAgain(document, raw, runs, cleaned, digest_of_bytes(cleaned))

    def read_together(self, documents: range) -> list[ReadAgain | Skipped]:
        """Read documents that follow each other again, as `read` does each."""
        columns = self._decided.columns
        facts = [columns.documents[document] for document in documents]
        if not all(is_plain_file(each.source) and each.size <= MOST_BYTES for each in facts):
            return [self.read(document) for document in documents]
        span = slice(int(columns.bounds[documents.start]), int(columns.bounds[documents.stop]))
        every, runs = runs_of_documents(columns, documents, self._decided.fates.rule[span] > 0)
        cut_files = load_again(
            [each.source for each in facts],
            [each.size for each in facts],
            [each.checksum for each in facts],
            np.searchsorted(every.first, columns.bounds[documents.start : documents.stop + 1]),
            *(every.start, every.end),
        )
        accounts = accounts_of(self._decided, documents) if self._is_plain else [None] * len(documents)
        return [
            self.read(document)
            if cut is None
            else ReadAgain(document, cut.raw, own, cut.cleaned, cut.cleaned_digest, account)
            if cut.cleaned is not None and cut.cleaned_digest is not None
            else ReadAgain(document, cut.raw, own, cut.raw, columns.documents[document].digest, account)
            for document, cut, own, account in zip(documents, cut_files, runs, accounts, strict=True)
        ]

    def originals(self, document: int) -> tuple[str, ...]:
        """Return the document on whose account this one goes whole, if it does, unless that one changed."""
        copy = self._decided.copies.get(document)
        if copy is None or not self._decided.settings.strips(copy.rule):
            return ()
        return (self._decided.columns.documents[copy.original].name,)

    def edit(self, again: ReadAgain, changed: Container[str]) -> Edit:
        """Return what becomes of a document; nothing goes on account of one that is named in `changed`.

        Raises SelfCheckFailed when the cuts put back do not give the original, or a survivor does not stay.
        """
        return _Editing(self._decided, again, changed).edit()


class _Editing:
    """The making of one edit."""

    def __init__(self, decided: Decided, again: ReadAgain, changed: Container[str]) -> None:
        columns, document = decided.columns, again.document
        self._decided, self._columns, self._fates = decided, columns, decided.fates
        self._settings, self._shared = decided.settings, decided.shared
        self._again, self._document, self._raw = again, document, again.raw
        self._facts, self._span = columns.documents[document], columns.span(document)
        copy = decided.copies.get(document)
        is_usable = copy is not None and columns.documents[copy.original].name not in changed
        self._whole = copy if is_usable else None
        places = np.arange(*decided.shared_bounds[document : document + 2])
        self._account = again.account if self._whole is None and not changed else None
        if changed:
            originals = decided.copy_documents[places].tolist()
            places = places[[columns.documents[each].name not in changed for each in originals]]
        self._places: I64 = places
        self._rule = decided.fates.rule[self._span].copy()
        self._copied_from: dict[int, int] = {}

    def edit(self) -> Edit:
        if self._whole is not None and self._raw and self._settings.strips(self._whole.rule):
            return self._without_document(self._whole)
        if self._account is None:
            self._strip_shared()
        spared = self._fates.spared.get(self._document, "")
        gone = self._rule > 0
        runs, cleaned, digest = self._again.runs, self._again.cleaned, self._again.cleaned_digest
        if self._copied_from:
            runs = Runs.of(self._columns, self._document, gone)
            cleaned = apply_cuts(self._raw, runs.ranges())
            digest = digest_of_bytes(cleaned)
            if self._settings.paragraphs == "auto" and not divides_alike(cleaned, self._facts):
                self._rule[:], cleaned, spared = 0, self._raw, DIVIDED_OTHERWISE
                digest = self._facts.digest
                self._copied_from.clear()
                gone = self._rule > 0
                runs = Runs.of(self._columns, self._document, gone)
        ranges = runs.ranges()
        self._check_bytes(ranges, cleaned)
        if len(runs.first) and not (self._account is not None and self._account.is_sound):
            self._check_survivors(gone)
        return replace(self._made(runs, cleaned, digest, gone, spared), ranges=ranges)

    def _telling(self, runs: Runs) -> Telling:
        return Telling(
            self._decided, self._document, self._raw, self._rule, self._copied_from, runs, self._whole
        )

    def _made(self, runs: Runs, cleaned: bytes, digest: str, gone: Mask, spared: str) -> Edit:
        facts, paragraphs = self._facts, self._span.stop - self._span.start
        telling, account = self._telling(runs), self._account
        if account is not None:
            reported, places, found = account.reported, self._places, account.found
        else:
            reported = np.flatnonzero((self._fates.told(self._span) > 0) & ~gone) + self._span.start
            places = self._places[~self._decided.strips_place(self._places) & ~gone[self._numbers()]]
            found = self._found(reported, places)
        if account is not None and (facts.is_ascii or not account.removed):
            removed, characters = account.removed, account.lengths
        else:
            removed, characters = self._sums(gone, telling)
        count = removed.total()
        exempt, sizes = self._columns.exempt_count(self._document), (len(self._raw), len(cleaned))
        cuts: Sequence[Cut] = ()
        if count:
            cuts = WrittenOut(count, telling.cuts, telling.cut_rows if telling.has_cut_rows() else None)
        return Edit(
            name=facts.name,
            raw=self._raw,
            cleaned=cleaned,
            digest=facts.digest,
            cleaned_digest=digest,
            encoding=facts.encoding,
            guessed=facts.guessed,
            segmentation=facts.mode,
            paragraphs=paragraphs,
            cuts=cuts,
            findings=self._written_findings(telling, found.total(), reported, places) if found else (),
            spared=spared,
            sums=Totals(1, paragraphs, *sizes, removed, characters, found, exempt=exempt),
            exempt=exempt,
        )

    def _without_document(self, copy: DocumentCopy) -> Edit:
        """Return the edit that takes out the whole document."""
        self._check_bytes([(0, len(self._raw))], b"")
        return Edit(
            name=self._facts.name,
            raw=self._raw,
            cleaned=b"",
            digest=self._facts.digest,
            cleaned_digest=digest_of_bytes(b""),
            encoding=self._facts.encoding,
            guessed=self._facts.guessed,
            segmentation=self._facts.mode,
            paragraphs=self._span.stop - self._span.start,
            cuts=(self._telling(self._again.runs).cut_of_whole(copy),),
            dropped=True,
        )

    def _strip_shared(self) -> None:
        """Let go what goes on account of other documents.

        A paragraph that repeats in this document name as their copy may go too when its own copy, being equal, is
        theirs as well.
        """
        stripped = self._places[self._decided.strips_place(self._places)].tolist()
        if not stripped:
            return
        code_of, needed = self._decided.code_of, self._needed()
        for place in stripped:
            paragraph = int(self._shared.paragraphs[place])
            number = paragraph - self._span.start
            if not self._rule[number] and (code_of(place) == "XDP301" or number not in needed):
                self._rule[number] = RULE_NUMBERS[code_of(place)]
                self._copied_from[paragraph] = place

    def _numbers(self) -> I64:
        """Return the numbers within the document of the paragraphs at the places."""
        return np.asarray(self._shared.paragraphs[self._places] - self._span.start)

    def _needed(self) -> set[int]:
        """Return the paragraphs of the document that repeats of it name as their copies."""
        exact = np.flatnonzero(self._rule == RULE_NUMBERS["DUP101"]) + self._span.start
        needed = set((self._fates.survivor[exact] - self._span.start).tolist())
        for number in np.flatnonzero(self._rule).tolist():
            judged = self._fates.judged.get(self._span.start + number)
            needed.update(judged.survivors if judged else ())
        return needed

    def _check_bytes(self, ranges: Sequence[ByteRange], cleaned: bytes) -> None:
        """Hold that the cuts put back give the original."""
        try:
            restored = put_back(cleaned, [(start, self._raw[start:end]) for start, end in ranges])
        except ValueError:
            restored = b""
        if restored != self._raw:
            raise SelfCheckFailed(f"{self._facts.name}: {CANNOT_RESTORE}")

    def _check_survivors(self, gone: Mask) -> None:
        """Hold that every copy that is named stays."""
        exact = np.flatnonzero(self._rule == RULE_NUMBERS["DUP101"])
        named = self._fates.survivor[exact + self._span.start].astype(np.int64) - self._span.start
        lost = np.flatnonzero(gone[named]) if len(exact) else exact
        pairs = list(zip(exact[lost].tolist(), named[lost].tolist(), strict=True))
        for number in np.flatnonzero(gone).tolist() if self._fates.judged else ():
            judged = self._fates.judged.get(self._span.start + number)
            pairs += [(number, each) for each in (judged.survivors if judged else ()) if gone[each]]
        for number, survivor in pairs:
            # A copy may have gone on account of another document, which holds the same text.
            if self._span.start + survivor not in self._copied_from:
                lines = self._columns.first_line[self._span]
                raise survivor_goes(self._facts.name, int(lines[number]), int(lines[survivor]))

    def _sums(self, gone: Mask, telling: Telling) -> tuple[Counter[str], Counter[str]]:
        """Return how many paragraphs each rule takes, and how many characters."""
        removed: Counter[str] = Counter()
        characters: Counter[str] = Counter()
        numbers = np.flatnonzero(gone)
        rules = self._rule[numbers]
        paragraphs = numbers + self._span.start
        lengths = self._columns.text_end[paragraphs] - self._columns.start[paragraphs]
        if not self._facts.is_ascii:
            texts = map(telling.text, numbers.tolist())
            lengths = np.fromiter(map(len, texts), dtype=np.uint32, count=len(numbers))
        counts, sums = np.bincount(rules).tolist(), np.bincount(rules, weights=lengths).tolist()
        for rule, count in enumerate(counts):
            if count:
                removed[CODES[rule]], characters[CODES[rule]] = count, int(sums[rule])
        return removed, characters

    def _found(self, reported: I64, places: I64) -> Counter[str]:
        found = Counter(CODES[rule] for rule in self._fates.told(reported).tolist())
        exact = int(np.count_nonzero(self._shared.how[places] == EXACTLY))
        for code, count in (("XDP301", exact), ("XDP302", len(places) - exact)):
            if count:
                found[code] = count
        if self._whole is not None:
            found[self._whole.rule] += 1
        return found

    def _written_findings(
        self, telling: Telling, count: int, reported: I64, places: I64
    ) -> Sequence[Finding]:
        is_plain = not len(reported) and self._whole is None and not self._settings.strips("XDP302")
        rows = partial(telling.rows, places) if is_plain else None
        return WrittenOut(count, partial(telling.findings, reported.tolist(), places.tolist()), rows)
