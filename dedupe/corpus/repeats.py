"""Repeats inside a document of a corpus: the search of `dedupe.repeats`, by the kernels, judged on the text."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from dedupe import candidates, containment, repeats
from dedupe.boilerplate.hints import token_hash
from dedupe.containment import Pieces
from dedupe.corpus.fingerprints import LEADS_ON, tokens_by_kernel
from dedupe.kernels.library import call, call_briefly
from dedupe.kernels.search_structures import SearchEvent, SearchLimits
from dedupe.kernels.structures import address
from dedupe.meaning import DECISIVE_WORDS, OPPOSITES, capitalised_tokens
from dedupe.model import Dropped
from dedupe.normalizing import shingles_of
from dedupe.settling import MAX_SEARCHES
from dedupe.traits import MIN_STANZA_LINES
from dedupe.verifying import difference, first_decisive, jaccard

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe.corpus.arrays import I32, I64, U8, U32, Mask
    from dedupe.corpus.columns import Columns
    from dedupe.kernels.search_structures import Begun
    from dedupe.settings import Settings

NEAR = 1
MAX_LOOKED_AT = 256
"""Passages whose tokens are held while a document is searched; survivors come up again."""
REFUSE, DROP, REPORT = 0, 1, 2
DROPPED_EXACT, REPORTED_EXACT = 1, 2


@dataclass(frozen=True, slots=True)
class Found:
    """What repeats among the paragraphs that were searched, named by their numbers in the corpus.

    `dropped` and `reported` tell for each of them, in `paragraphs`, whether it is an exact repeat that goes or that is
    reported; `survivor` and `run` belong to those. `judged` and `also_judged` hold the near and the contained ones.
    """

    paragraphs: I64
    dropped: Mask
    reported: Mask
    survivor: I64
    run: I32
    judged: dict[int, Dropped] = field(default_factory=dict)
    also_judged: dict[int, Dropped] = field(default_factory=dict)


@cache
def search_limits(settings: Settings) -> SearchLimits:
    """Return the constants of the search and what `settings` say, as the kernels read them."""
    decisive = np.array(sorted({token_hash(word) for word in DECISIVE_WORDS}), dtype=np.uint32)
    limits = SearchLimits(
        candidates.MAX_COMPARISONS,
        candidates.MAX_COMPARED_TOKENS,
        repeats.MAX_REFUSALS,
        repeats.MIN_TEMPLATE_INSTANCES,
        repeats.MIN_CONTAINED_TOKENS,
        containment.MIN_STRETCH,
        containment.STRIDE,
        containment.SLACK,
        containment.MAX_POSITIONS,
        settings.detects("DUP101"),
        settings.strips("DUP101"),
        settings.detects("DUP102"),
        settings.detects("DUP103"),
        settings.threshold,
        repeats.MIN_CONTAINED_SHARE,
        address(decisive),
        len(decisive),
    )
    limits.held = (decisive,)
    return limits


def settled_repeats(
    columns: Columns,
    document: int,
    stays: I64,
    *,
    settings: Settings,
    text_of: Callable[[int], str],
    begun: Begun | None = None,
) -> Found:
    """Find repeats among the paragraphs that stay, so that cleaning the clean text would find none.

    The search begins anew with what is verse after the cuts, as `dedupe.settling` explains; the first time it goes on
    where a sweep has stopped, if one has, and takes care of what has `begun`.
    """
    is_verse = _verse(columns, document, stays)
    keyed = columns.searched[stays] != 0
    tokens = columns.keys.tokens[columns.key[stays]]
    for attempt in count():
        is_long = (tokens >= repeats.MIN_RUN_TOKENS) & ~is_verse
        found = _Search(columns, document, stays[keyed], is_long[keyed], settings, text_of).run(begun)
        begun = None
        gone = np.zeros(len(stays), dtype=np.bool_)
        gone[keyed] = found.dropped
        if found.judged:
            gone[np.searchsorted(stays, list(found.judged))] = True
        if attempt == 0 and not gone.any():
            return found  # what is verse has not changed
        after = np.zeros(len(stays), dtype=np.bool_)
        after[~gone] = _verse(columns, document, stays[~gone])
        if attempt >= MAX_SEARCHES:
            after &= is_verse
        if np.array_equal(after, is_verse & ~gone):
            return found
        is_verse = after if attempt >= MAX_SEARCHES else after | (is_verse & gone)
    raise AssertionError("verse that only becomes less comes to an end")


def _verse(columns: Columns, document: int, paragraphs: I64) -> Mask:
    span = columns.span(document)
    is_verse = np.empty(len(paragraphs), dtype=np.uint8)
    call_briefly(
        "dedupe_verse",
        len(paragraphs),
        (paragraphs - span.start).astype(np.uint32),
        columns.first_line[span],
        columns.last_line[span],
        columns.traits[span],
        ctypes.c_int32(MIN_STANZA_LINES),
        is_verse,
    )
    return is_verse.view(np.bool_)


class _Search:
    """One search over a document's paragraphs that stay and have a key."""

    def __init__(
        self,
        columns: Columns,
        document: int,
        paragraphs: I64,
        is_long: Mask,
        settings: Settings,
        text_of: Callable[[int], str],
    ) -> None:
        self._columns = columns
        self._first = int(columns.bounds[document])
        self._paragraphs = paragraphs
        self._is_long = is_long.view(np.uint8)
        self._keys: U32 = columns.key[paragraphs]
        self._leads_on: U8 = ((columns.traits[paragraphs] & LEADS_ON) != 0).view(np.uint8)
        self._settings = settings
        self._text_of = text_of
        self._near: dict[int, tuple[int, int, int]] = {}
        self._judged: dict[int, Dropped] = {}
        self._also_judged: dict[int, Dropped] = {}
        self._looked_at: dict[int, list[str]] = {}
        self._pieces = Pieces(repeats.MAX_PIECE_GAP)

    def run(self, begun: Begun | None = None) -> Found:
        size = len(self._paragraphs)
        fate = np.zeros(size, dtype=np.uint8)
        survivor, run = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
        if np.count_nonzero(self._is_long) > 1:
            self._search(fate, survivor, run, begun)
        return Found(
            self._paragraphs,
            fate == DROPPED_EXACT,
            fate == REPORTED_EXACT,
            self._paragraphs[survivor] if size else self._paragraphs,
            run,
            self._judged,
            self._also_judged,
        )

    def _search(self, fate: U8, survivor: I32, run: I32, begun: Begun | None) -> None:
        if begun is None:
            kind, search, event = self._begin(fate, survivor, run)
        else:
            kind, search, event = begun.kind, ctypes.c_void_p(begun.search), begun.event
        try:
            while kind:
                answer = self._judge_near(event) if kind == NEAR else self._judge_contained(event)
                call_briefly("dedupe_search_answer", search, answer)
                kind = call("dedupe_search_next", search, ctypes.byref(event))
            self._spare_templates(search)
            if begun is not None:
                call_briefly("dedupe_search_results", search, fate, survivor, run)
        finally:
            call_briefly("dedupe_search_free", search)

    def _begin(self, fate: U8, survivor: I32, run: I32) -> tuple[int, ctypes.c_void_p, SearchEvent]:
        keys = self._columns.keys
        event, search = SearchEvent(), ctypes.c_void_p()
        kind = call(
            "dedupe_search_begin",
            len(self._paragraphs),
            self._keys,
            self._is_long,
            self._leads_on,
            keys.tokens,
            keys.token_start,
            keys.token_hashes,
            ctypes.byref(search_limits(self._settings)),
            fate,
            survivor,
            run,
            ctypes.byref(event),
            ctypes.byref(search),
        )
        return kind, search, event

    def _tokens(self, passage: int) -> list[str]:
        tokens = self._looked_at.get(passage)
        if tokens is None:
            if len(self._looked_at) >= MAX_LOOKED_AT:
                self._looked_at.clear()
            tokens = self._looked_at[passage] = tokens_by_kernel(self._text(passage))
        return tokens

    def _text(self, passage: int) -> str:
        return self._text_of(int(self._paragraphs[passage]))

    def _number(self, passage: int) -> int:
        """Return the number of a passage within its document."""
        return int(self._paragraphs[passage]) - self._first

    def _record(self, passage: int, dropped: Dropped) -> int:
        """Note a repeat; return the answer for the search."""
        goes = self._settings.strips(dropped.rule)
        (self._judged if goes else self._also_judged)[int(self._paragraphs[passage])] = dropped
        return DROP if goes else REPORT

    def _judge_near(self, event: SearchEvent) -> int:
        passage, survivor = int(event.passage), int(event.survivor)
        both = (passage, survivor)
        unlike = difference(self._tokens(passage), self._tokens(survivor), lambda: map(self._text, both))
        if unlike.decisive:
            return REFUSE
        here, there = (shingles_of(self._tokens(each), candidates.SHINGLE_SIZE) for each in both)
        similarity = jaccard(here, there)
        if similarity < self._settings.threshold:
            return REFUSE  # hashes only say that they may be near
        self._near[int(self._paragraphs[passage])] = (int(event.place), int(event.start), int(event.end))
        score = round(similarity, 4)
        evidence = (("jaccard", score), *unlike.as_evidence())
        return self._record(passage, Dropped("DUP102", score, evidence, (self._number(survivor),)))

    def _judge_contained(self, event: SearchEvent) -> int:
        passage = int(event.passage)
        uncovered, survivors = (
            event.uncovered[: event.uncovered_count],
            event.survivors[: event.survivor_count],
        )
        count = event.token_count
        owners = list(zip(event.owners[:count], event.offsets[:count], strict=True))
        tokens = self._tokens(passage)
        if not self._stand_there(tokens, survivors, owners):
            return REFUSE
        left_over = [tokens[place] for place in uncovered]
        names = capitalised_tokens(self._text(passage)) if left_over else frozenset()
        if first_decisive(left_over, names | OPPOSITES):
            return REFUSE
        if len(survivors) == 1:
            covered = [offset for owner, offset in owners if owner >= 0]
            if not self._pieces.goes_on(survivors[0], min(covered), max(covered) + 1):
                return REFUSE
        score = round(1 - len(uncovered) / len(tokens), 4)
        evidence = (("contained", score), ("tokens", len(tokens)))
        numbers = tuple(self._number(survivor) for survivor in survivors)
        return self._record(passage, Dropped("DUP103", score, evidence, numbers))

    def _stand_there(self, tokens: list[str], survivors: list[int], owners: list[tuple[int, int]]) -> bool:
        """Return whether the words themselves stand in the survivors: their hashes only say that they may.

        `owners` tells for each token in which passage it stands, -1 for none, and which token it is there.
        """
        if len(tokens) != len(owners):
            return False  # the document has changed since it was read
        there = {survivor: self._tokens(survivor) for survivor in survivors}
        return all(
            owner < 0 or (offset < len(there[owner]) and there[owner][offset] == token)
            for token, (owner, offset) in zip(tokens, owners, strict=True)
        )

    def _spare_templates(self, search: ctypes.c_void_p) -> None:
        """Let near repeats stay that fill the same slot of the same paragraph with different words."""
        for paragraph, slot in self._near.items():
            # A template needs an event, so the search lives still.
            if call_briefly("dedupe_search_is_template", search, *slot):
                self._judged.pop(paragraph, None)
                self._also_judged.pop(paragraph, None)
