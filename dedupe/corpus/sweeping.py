"""The documents of a round in which nothing has to be judged, settled by the kernels many at a time.

Most documents of a corpus are such: no text of theirs is read for it. What the kernels leave is looked at one document
at a time by `dedupe.corpus.settling`, by the same rules.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe import repeats
from dedupe.corpus.boilerplate import found_by_rules
from dedupe.corpus.fates import CODES, RULE_NUMBERS
from dedupe.corpus.fingerprints import MAY_BE_DEBRIS
from dedupe.corpus.repeats import search_limits
from dedupe.corpus.threads import map_in_threads
from dedupe.deciding import MIN_ARTICLE_TOKENS
from dedupe.kernels.library import call
from dedupe.kernels.structures import Sweep, address
from dedupe.settling import MAX_SEARCHES
from dedupe.traits import MIN_STANZA_LINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.corpus.arrays import I64, U8, Mask
    from dedupe.corpus.columns import Columns
    from dedupe.corpus.fates import Fates
    from dedupe.settings import Settings

TO_BE_JUDGED, MAY_DIVIDE_OTHERWISE = 1, 2
DOCUMENTS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Swept:
    """What came of a sweep, as masks over the documents.

    `settled` are those whose fates were written, `doubtful` those of them that may be divided otherwise once they are
    clean, `unsettled` those that have to be looked at.
    """

    settled: Mask
    doubtful: Mask
    unsettled: Mask


class Sweeper:
    """Sweeps over a corpus and writes the fates it finds."""

    def __init__(self, columns: Columns, fates: Fates, settings: Settings) -> None:
        self._columns = columns
        self._fates = fates
        self._settings = settings
        counts = np.diff(columns.bounds)
        self._document_of = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
        is_auto = settings.paragraphs == "auto"
        self._slacks = np.array(
            [facts.slack if is_auto else -1 for facts in columns.documents], dtype=np.int64
        )
        self._is_boilerplate = np.array([code.startswith("BPL") for code in CODES], dtype=np.uint8)

    def sweep(
        self, documents: Sequence[int], left: Mask, is_known: Mask, is_site: Mask, *, number: int, jobs: int
    ) -> Swept:
        """Settle those of `documents` in which nothing has to be judged.

        `left` tells which paragraphs are left, `is_known` and `is_site` which of those BPL202 and BPL201 would take,
        `number` is that of the round.
        """
        found, stripped = found_by_rules(is_known, is_site, self._settings)
        going = np.where(stripped, found, 0)
        has_going = self._documents_with(stripped)
        chosen = np.zeros(len(self._slacks), dtype=np.bool_)
        chosen[list(documents)] = True
        unsettled = chosen & self._needs_a_look(left, stripped, has_going)
        if number:
            chosen &= has_going | unsettled
            unsettled |= chosen & self._has_judged()
        swept = np.flatnonzero(chosen & ~unsettled)
        gone = self._is_boilerplate[self._fates.rule] | stripped.view(np.uint8)
        status = self._run(swept, gone, is_later=number > 0, jobs=jobs)
        unsettled[swept[status == TO_BE_JUDGED]] = True
        settled, doubtful = np.zeros_like(chosen), np.zeros_like(chosen)
        settled[swept[status != TO_BE_JUDGED]] = True
        doubtful[swept[status == MAY_DIVIDE_OTHERWISE]] = True
        self._take(settled, going, np.where(stripped, 0, found), number)
        for document in np.flatnonzero(settled & has_going).tolist():
            self._fates.spared.pop(document, None)
        return Swept(settled, doubtful, unsettled)

    def paragraphs_of(self, documents: Mask) -> Mask:
        """Return which paragraphs belong to the documents of a mask."""
        return documents[self._document_of]

    def documents_of(self, paragraphs: Mask) -> list[int]:
        """Return the documents that hold a paragraph of a mask."""
        found: list[int] = np.flatnonzero(self._documents_with(paragraphs)).tolist()
        return found

    def _documents_with(self, paragraphs: Mask) -> Mask:
        return np.bincount(self._document_of[paragraphs], minlength=len(self._slacks)) > 0

    def _needs_a_look(self, left: Mask, stripped: Mask, has_going: Mask) -> Mask:
        """Return in which documents debris may stand beside what goes, or no article may be left.

        See `dedupe.corpus.boilerplate.find_boilerplate`, which then decides.
        """
        columns = self._columns
        is_long = columns.keys.tokens[columns.key] >= MIN_ARTICLE_TOKENS
        needs = has_going & ~self._documents_with(left & ~stripped & is_long)
        if self._settings.detects("BPL203"):
            places = np.flatnonzero(left)
            goes = stripped[places]
            may_be_debris = ((columns.traits[places] & MAY_BE_DEBRIS) != 0) & ~goes
            beside = (goes[:-1] & may_be_debris[1:]) | (may_be_debris[:-1] & goes[1:])
            owners = self._document_of[places]
            needs[owners[1:][beside & (owners[1:] == owners[:-1])]] = True
        return needs

    def _has_judged(self) -> Mask:
        """Return which documents hold near or contained repeats, whose reasons would have to be forgotten."""
        paragraphs = [*self._fates.judged, *self._fates.also_judged]
        has = np.zeros(len(self._slacks), dtype=np.bool_)
        has[self._document_of[paragraphs]] = True
        return has

    def _take(self, settled: Mask, going: U8, reported: U8, number: int) -> None:
        fates, of_settled = self._fates, self.paragraphs_of(settled)
        goes = np.flatnonzero((going > 0) & of_settled)
        fates.rule[goes], fates.round[goes] = going[goes], number
        fresh = np.flatnonzero((reported > 0) & of_settled & (fates.reported == 0))
        fates.reported[fresh], fates.round[fresh] = reported[fresh], number

    def _run(self, documents: I64, gone: U8, *, is_later: bool, jobs: int) -> U8:
        """Seek repeats in documents, without what is `gone`; return what came of each."""
        columns, fates, keys = self._columns, self._fates, self._columns.keys
        arrays = (
            *(columns.bounds, columns.key, columns.first_line, columns.last_line, columns.traits, gone),
            *(keys.tokens, keys.token_start, keys.token_hashes, self._slacks),
        )
        written = (fates.rule, fates.reported, self._is_boilerplate, fates.survivor, fates.run)
        sweep = Sweep(
            *map(address, arrays),
            search_limits(self._settings),
            *(repeats.MIN_RUN_TOKENS, MIN_STANZA_LINES, MAX_SEARCHES),
            *(RULE_NUMBERS["DUP101"], is_later),
            *map(address, written),
        )
        # What a structure points to has to live as long as it is read.
        held = (*arrays, *written)
        batches = [
            documents[first : first + DOCUMENTS_AT_ONCE]
            for first in range(0, len(documents), DOCUMENTS_AT_ONCE)
        ]

        def work(batch: I64) -> U8:
            status = np.empty(len(batch), dtype=np.uint8)
            call("dedupe_sweep", len(batch), batch, ctypes.byref(sweep), status)
            return status

        found = list(map_in_threads(work, batches, jobs=jobs))
        del held
        return np.concatenate([np.zeros(0, dtype=np.uint8), *found])
