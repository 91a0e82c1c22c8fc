"""Decide on a corpus in rounds, on columns, until nothing more goes; `dedupe.settling` says why in rounds.

The documents of a round are independent of each other and are looked at in threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dedupe.boilerplate.scoring import weights
from dedupe.corpus.boilerplate import Taken, find_boilerplate
from dedupe.corpus.cutting import cleaned_of, divides_alike
from dedupe.corpus.fates import CODES, RULE_NUMBERS, Fates
from dedupe.corpus.fingerprints import GRANTS_LICENCE, OWN_WORDS
from dedupe.corpus.learned import voting_groups
from dedupe.corpus.repeats import Found, settled_repeats
from dedupe.corpus.site import SiteLines, find_page_lines, find_site_lines
from dedupe.corpus.sweeping import SETTLED, TO_BE_JUDGED, Round, Sweeper
from dedupe.corpus.texts import DocumentText
from dedupe.settling import DIVIDED_OTHERWISE, MAX_ROUNDS
from dedupe.threads import map_in_threads

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64, Mask
    from dedupe.corpus.columns import Columns
    from dedupe.kernels.search_structures import Begun
    from dedupe.progress import Progress
    from dedupe.settings import Settings


DOCUMENTS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a document stands after a round.

    `stays` are its paragraphs that are no boilerplate, `taken` what the BPL rules say of those that were left, `left`;
    both are None where the cuts of the document were undone.
    """

    document: int
    left: I64
    taken: Taken | None
    repeats: Found | None
    spared: str


def settle(columns: Columns, *, settings: Settings, progress: Progress, jobs: int) -> Fates:
    """Return the fates of the paragraphs of a corpus."""
    progress.begin("deciding", columns.size, "bytes")
    fates = Fates.untouched(columns)
    rounds = _Rounds(columns, fates, settings)
    for number in range(MAX_ROUNDS):
        site = rounds.site_boilerplate(number)
        if rounds.run(site, number=number, jobs=jobs, progress=progress):
            break
    progress.end()
    return fates


class _Rounds:
    """The rounds over a corpus; `left` tells which paragraphs neither boilerplate nor repeats have taken so far."""

    def __init__(self, columns: Columns, fates: Fates, settings: Settings) -> None:
        self._columns = columns
        self._fates = fates
        self._settings = settings
        self._left: Mask = np.ones(len(columns), dtype=np.bool_)
        self._is_known = np.zeros(len(columns.keys), dtype=np.bool_)
        self._is_copyright = np.zeros(len(columns.keys), dtype=np.bool_)
        for key, dropped in columns.known.items():
            self._is_known[key] = True
            self._is_copyright[key] = ("category", "copyright") in dropped.evidence
        self._is_exempt: Mask = columns.key != columns.searched
        self._has_licence = (columns.keys.hints & GRANTS_LICENCE) != 0
        self._sweeper = Sweeper(columns, fates, settings)
        self._changed: set[int] = set(range(len(columns.documents)))
        self._banner_of = np.zeros(len(columns.keys), dtype=np.uint8)
        for key, dropped in columns.known.items():
            self._banner_of[key] = weights().category(str(dict(dropped.evidence)["category"]))
        self._groups = voting_groups(columns, settings)
        self._site_lines: list[SiteLines | None] = [None] * len(self._groups)

    def site_boilerplate(self, number: int) -> Mask:
        """Return which paragraphs BPL201 would take in this round."""
        is_site = np.zeros(len(self._columns), dtype=np.bool_)
        choice = self._settings.boilerplate
        for place, group in enumerate(self._groups):
            # Where nothing changed they are those of the round before: a guard may have spared some.
            if group.members and not (number and self._changed.isdisjoint(group.members)):
                shown = (self._columns, group.members, self._left, self._banner_of)
                self._site_lines[place] = (
                    find_site_lines(*shown, choice=choice, learned=group.learned, is_guessed=group.is_guessed)
                    if place
                    else find_page_lines(*shown, choice=choice)
                )
            lines = self._site_lines[place]
            if lines is not None and len(lines.paragraphs):
                is_site[lines.paragraphs] = True
                self._fates.site.setdefault(number, []).append(lines)
        self._changed = set()
        return np.asarray(is_site & ~self._is_exempt)

    def documents_with(self, site: Mask) -> list[int]:
        """Return the documents of which something is left that may be boilerplate."""
        may_go = self._left & (site | self._is_known[self._columns.key])
        paragraphs = np.flatnonzero(may_go)
        found = np.searchsorted(self._columns.bounds, paragraphs, side="right") - 1
        documents: list[int] = np.flatnonzero(np.bincount(found)).tolist()
        return documents

    def run(self, site: Mask, *, number: int, jobs: int, progress: Progress) -> bool:
        """Look at every document once more; return whether what is left of all is what was left before."""
        chosen = self.documents_with(site) if number else range(len(self._columns.documents))
        sweeper = self._sweeper
        taking = sweeper.begin(chosen, self._left, self._known_lines(), site & self._left, number=number)
        batches = [
            taking.documents[first : first + DOCUMENTS_AT_ONCE]
            for first in range(0, len(taking.documents), DOCUMENTS_AT_ONCE)
        ]
        work = partial(self._settle, taking)
        settled = np.zeros(len(self._columns.documents), dtype=np.bool_)
        judged: list[Moved] = []
        for batch, (is_settled, moved) in zip(batches, map_in_threads(work, batches, jobs=jobs), strict=True):
            settled[batch[is_settled]] = True
            judged += moved
            if number == 0:
                progress.advance(sum(self._columns.documents[document].size for document in batch.tolist()))
        sweeper.take(taking, settled)
        stays = np.where(sweeper.paragraphs_of(settled), self._fates.rule == 0, self._left)
        changed = sweeper.documents_of(stays != self._left)
        self._left[:] = stays
        self._changed.update(changed)
        is_same = [self.apply(moved, number) for moved in judged]
        return not changed and all(is_same)

    def _settle(self, taking: Round, documents: I64) -> tuple[Mask, list[Moved]]:
        """Return which of some documents the kernel has settled, and where the others stand."""
        status, begun = taking.sweep(documents)
        moved: list[Moved | None] = []
        for place in np.flatnonzero(status != SETTLED).tolist():
            document = int(documents[place])
            if status[place] == TO_BE_JUDGED:
                moved.append(self.move(document, taking, begun.get(document)))
            elif not self._divides_alike(document, taking.gone):
                status[place] = TO_BE_JUDGED
                moved.append(Moved(document, np.zeros(0, dtype=np.int64), None, None, DIVIDED_OTHERWISE))
        return status != TO_BE_JUDGED, [each for each in moved if each is not None]

    def _known_lines(self) -> Mask:
        """Return which paragraphs BPL202 would take."""
        columns = self._columns
        is_known = self._left & self._is_known[columns.key] & ((columns.traits & OWN_WORDS) == 0)
        is_copyright = is_known & self._is_copyright[columns.key]
        if is_copyright.any():
            licensed = np.zeros(len(columns.documents), dtype=np.bool_)
            licensed[self._sweeper.documents_of(self._has_licence[columns.key])] = True
            is_known &= ~(is_copyright & self._sweeper.paragraphs_of(licensed))
        return np.asarray(is_known)

    def _divides_alike(self, document: int, is_boilerplate: Mask) -> bool:
        """Return whether a document that the kernel has settled is divided alike once it is clean."""
        span = self._columns.span(document)
        gone = is_boilerplate[span] | (self._fates.rule[span] > 0)
        cleaned = cleaned_of(self._columns, document, gone, DocumentText(self._columns, document).raw)
        return divides_alike(cleaned, self._columns.documents[document])

    def move(self, document: int, taking: Round, begun: Begun | None = None) -> Moved | None:
        """Return where a document stands once more has gone; None where nothing more goes.

        `begun` is the search for repeats in it, if a sweep has come upon something to be judged.
        """
        span = self._columns.span(document)
        left = np.flatnonzero(self._left[span]) + span.start
        text_of = DocumentText(self._columns, document)
        needs_a_look = taking.needs_a_look(document)
        taken = self._looked_at(left, taking, text_of) if needs_a_look else taking.taken_from(left)
        if taking.number and (taken is None or not taken.going.any()):
            return None
        return self._moved(document, left, taken, text_of, begun)

    def _looked_at(self, left: I64, taking: Round, text_of: DocumentText) -> Taken | None:
        """Return what the BPL rules take of what is left of a document, debris too."""
        is_known, is_site = taking.is_known[left], taking.is_site[left]
        if not (is_known.any() or is_site.any()):
            return None
        return find_boilerplate(
            tokens=self._columns.keys.tokens[self._columns.key[left]],
            is_known=is_known,
            is_site=is_site,
            settings=self._settings,
            text_of=lambda place: "" if self._is_exempt[left[place]] else text_of(int(left[place])),
        )

    def _moved(
        self, document: int, left: I64, taken: Taken | None, text_of: DocumentText, begun: Begun | None
    ) -> Moved:
        """Seek repeats anew once what is `taken` has gone, and see that the clean text is divided alike."""
        span = self._columns.span(document)
        is_boilerplate = _of_boilerplate(self._fates.rule[span])
        if taken is not None:
            is_boilerplate[left - span.start] |= taken.going > 0
        stays = np.flatnonzero(~is_boilerplate) + span.start
        repeats = settled_repeats(
            self._columns, document, stays, settings=self._settings, text_of=text_of, begun=begun
        )
        gone = is_boilerplate
        gone[repeats.paragraphs[repeats.dropped] - span.start] = True
        gone[[paragraph - span.start for paragraph in repeats.judged]] = True
        if self._settings.paragraphs == "auto" and self._may_divide_otherwise(document, gone):
            cleaned = cleaned_of(self._columns, document, gone, text_of.raw)
            if not divides_alike(cleaned, self._columns.documents[document]):
                return Moved(document, left, None, None, DIVIDED_OTHERWISE)
        return Moved(document, left, taken, repeats, taken.spared if taken else "")

    def _may_divide_otherwise(self, document: int, gone: Mask) -> bool:
        """Return whether so much goes that the clean text has to be looked at."""
        if not gone.any():
            return False
        span = self._columns.span(document)
        lines = self._columns.last_line[span][gone] - self._columns.first_line[span][gone] + np.uint32(1)
        return int(lines.sum()) > self._columns.documents[document].slack

    def apply(self, moved: Moved, number: int) -> bool:
        """Take over where a document stands; return whether what is left of it is what was left before."""
        fates, span = self._fates, self._columns.span(moved.document)
        before = self._left[span].copy()
        rules = fates.rule[span]
        if number or moved.repeats is None:  # else, before the first round, there is nothing to forget
            self._forget(span, everything=moved.repeats is None)
        if moved.repeats is not None:
            if moved.taken is not None:
                self._take(moved.left, moved.taken, number)
            self._repeat(moved.repeats)
        if moved.spared:
            fates.spared[moved.document] = moved.spared
        elif moved.taken is not None and moved.taken.going.any():
            fates.spared.pop(moved.document, None)
        self._left[span] = rules == 0
        is_same = bool(np.array_equal(before, self._left[span]))
        if not is_same:
            self._changed.add(moved.document)
        return is_same

    def _forget(self, span: slice, *, everything: bool) -> None:
        """Undo the repeats that were found in a document, or all that was."""
        fates = self._fates
        for rules, judged in ((fates.rule[span], fates.judged), (fates.reported[span], fates.also_judged)):
            for number in np.flatnonzero(_JUDGED[rules]).tolist():
                judged.pop(span.start + number, None)
            rules[... if everything else ~_of_boilerplate(rules)] = 0
        if everything:
            fates.seen[span] = 0

    def _take(self, left: I64, taken: Taken, number: int) -> None:
        fates = self._fates
        going = np.flatnonzero(taken.going)
        fates.rule[left[going]] = taken.going[going]
        fates.round[left[going]] = number
        if taken.reported.any():
            fresh = np.flatnonzero((taken.reported > 0) & (fates.seen[left] == 0))
            fates.seen[left[fresh]] = taken.reported[fresh]
            fates.round[left[fresh]] = number

    def _repeat(self, found: Found) -> None:
        fates = self._fates
        exact = RULE_NUMBERS["DUP101"]
        for mask, rules in ((found.dropped, fates.rule), (found.reported, fates.reported)):
            if not mask.any():
                continue
            where = found.paragraphs[mask]
            rules[where] = exact
            fates.survivor[where] = found.survivor[mask]
            fates.run[where] = found.run[mask]
        for judged, rules, kept in (
            (found.judged, fates.rule, fates.judged),
            (found.also_judged, fates.reported, fates.also_judged),
        ):
            for paragraph, dropped in judged.items():
                rules[paragraph] = RULE_NUMBERS[dropped.rule]
                kept[paragraph] = dropped


_BOILERPLATE = np.array([code.startswith("BPL") for code in CODES])
_JUDGED = np.array([code in ("DUP102", "DUP103") for code in CODES])


def _of_boilerplate(rules: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> Mask:
    return _BOILERPLATE[rules]
