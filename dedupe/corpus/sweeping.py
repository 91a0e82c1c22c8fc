"""The documents of a round in which nothing has to be judged, settled by the kernels many at a time.

Most documents of a corpus are such: no text of theirs is read for it. What the kernels leave is looked at one document
at a time by `dedupe.corpus.settling`, by the same rules.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from dedupe import repeats
from dedupe.corpus.boilerplate import Taken, found_by_rules
from dedupe.corpus.fates import CODES, RULE_NUMBERS
from dedupe.corpus.fingerprints import MAY_BE_DEBRIS
from dedupe.corpus.repeats import search_limits
from dedupe.deciding import MIN_ARTICLE_TOKENS
from dedupe.kernels.library import call
from dedupe.kernels.search_structures import Begun, Sweep
from dedupe.kernels.structures import address
from dedupe.settling import MAX_SEARCHES
from dedupe.traits import MIN_STANZA_LINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.corpus.arrays import I64, U8, Mask
    from dedupe.corpus.columns import Columns
    from dedupe.corpus.fates import Fates
    from dedupe.settings import Settings

SETTLED, TO_BE_JUDGED, MAY_DIVIDE_OTHERWISE = 0, 1, 2


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

    def begin(
        self, documents: Sequence[int], left: Mask, is_known: Mask, is_site: Mask, *, number: int
    ) -> Round:
        """Return the round with this number over some documents.

        `left` tells which paragraphs are left, `is_known` and `is_site` which of those BPL202 and BPL201 would take.
        """
        found, stripped = found_by_rules(is_known, is_site, self._settings)
        has_going = self._documents_with(stripped)
        chosen = np.zeros(len(self._slacks), dtype=np.bool_)
        chosen[list(documents)] = True
        needs_a_look = chosen & self._needs_a_look(left, stripped, has_going)
        if number:
            chosen &= has_going | needs_a_look
            needs_a_look |= chosen & self._has_judged()
        gone = self._is_boilerplate[self._fates.rule] | stripped.view(np.uint8)
        return Round(
            self,
            chosen,
            needs_a_look,
            is_known,
            is_site,
            found,
            stripped,
            gone.view(np.bool_),
            has_going,
            number,
        )

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

    def structure(self, gone: Mask, *, is_later: bool) -> Sweep:
        """Return what the kernel is told: everything but the documents."""
        columns, fates, keys = self._columns, self._fates, self._columns.keys
        arrays = (
            *(columns.bounds, columns.searched, columns.first_line, columns.last_line, columns.traits, gone),
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
        sweep.held = (*arrays, *written)
        return sweep

    def take(self, taking: Round, settled: Mask) -> None:
        """Write down the boilerplate of the documents that were settled."""
        fates, of_settled = self._fates, self.paragraphs_of(settled)
        goes = np.flatnonzero(taking.stripped & of_settled)
        fates.rule[goes], fates.round[goes] = taking.found[goes], taking.number
        fresh = (taking.found > 0) & ~taking.stripped & of_settled & (fates.seen == 0)
        fates.seen[fresh], fates.round[fresh] = taking.found[fresh], taking.number
        for document in np.flatnonzero(settled & taking.has_going).tolist():
            fates.spared.pop(document, None)


class Round:
    """One round over some documents; the kernels may be asked about several of them at once.

    `is_known` and `is_site` tell which of the paragraphs that are left BPL202 and BPL201 would take, `found` and
    `stripped` what `found_by_rules` makes of that, `gone` tells which paragraphs are boilerplate, `has_going`
    which documents hold some that goes now.
    """

    def __init__(
        self,
        sweeper: Sweeper,
        chosen: Mask,
        needs_a_look: Mask,
        is_known: Mask,
        is_site: Mask,
        found: U8,
        stripped: Mask,
        gone: Mask,
        has_going: Mask,
        number: int,
    ) -> None:
        self.is_known = is_known
        self.is_site = is_site
        self.found = found
        self.stripped = stripped
        self.gone = gone
        self.has_going = has_going
        self.number = number
        self.documents: I64 = np.flatnonzero(chosen | needs_a_look)
        self._needs_a_look = needs_a_look
        self._sweep = sweeper.structure(gone, is_later=number > 0)

    def sweep(self, documents: I64) -> tuple[U8, dict[int, Begun]]:
        """Settle those of some documents in which nothing has to be judged.

        Return for each what came of it, and the searches, by document, that came upon something to be judged; who takes
        one frees it. SETTLED: the fates of its repeats were written. MAY_DIVIDE_OTHERWISE: the same, and so much goes
        that the clean text has to be looked at. TO_BE_JUDGED: nothing was done.
        """
        status = np.full(len(documents), TO_BE_JUDGED, dtype=np.uint8)
        places = np.flatnonzero(~self._needs_a_look[documents])
        swept = np.empty(len(places), dtype=np.uint8)
        begun = (Begun * len(places))()
        call(
            "dedupe_sweep",
            *(len(places), documents[places], ctypes.byref(self._sweep), swept),
            ctypes.byref(begun),
        )
        status[places] = swept
        return status, {
            document: each
            for document, each in zip(documents[places].tolist(), begun, strict=True)
            if each.search
        }

    def taken_from(self, left: I64) -> Taken | None:
        """Return what the BPL rules take of the paragraphs that are left of a document without a need to look at it."""
        found = self.found[left]
        if not found.any():
            return None
        is_stripped = self.stripped[left]
        return Taken(np.where(is_stripped, found, 0), np.where(is_stripped, 0, found))

    def needs_a_look(self, document: int) -> bool:
        """Return whether text has to be read to tell what the BPL rules take of a document."""
        return bool(self._needs_a_look[document])
