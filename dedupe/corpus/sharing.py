"""Which paragraphs, and which whole documents, stand in another document too: `dedupe.sharing` on columns.

MinHash signatures in bands propose near copies where there are many paragraphs, an inverted index where there are few;
either way the kernels compare the sets of shingles themselves.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedupe.candidates import (
    MAX_COMPARED_TOKENS,
    MAX_COMPARISONS,
    MAX_EXACT_PARAGRAPHS,
    SHINGLE_SIZE,
    choose_bands,
)
from dedupe.corpus.fingerprints import tokens_by_kernel
from dedupe.kernels.library import address_of, call
from dedupe.kernels.reference import NUM_PERMUTATIONS, permutations
from dedupe.kernels.search_structures import ShareEvent, ShareLimits
from dedupe.normalizing import shingles_of
from dedupe.sharing import MIN_SHARED_TOKENS
from dedupe.threads import map_in_threads
from dedupe.verifying import difference, jaccard

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I32, I64, U8, U32, Mask
    from dedupe.corpus.columns import Columns
    from dedupe.settings import Settings
    from dedupe.spilling import Room

EXACTLY, NEARLY = 1, 2
SEEN_BITS = 26
_KINDS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class SharedParagraphs:
    """The paragraphs that repeat one of an earlier document, by their numbers, ascending.

    `how` is EXACTLY or NEARLY, `copy` the number of the paragraph they repeat, `both` and `either` how many shingles
    the two have in common and together, 0 for exact copies.
    """

    paragraphs: I64
    how: U8
    copy: I64
    both: U32
    either: U32

    @classmethod
    def none(cls) -> SharedParagraphs:
        """Return that nothing is shared."""
        empty = np.empty(0, dtype=np.int64)
        counts = np.empty(0, dtype=np.uint32)
        return cls(empty, np.empty(0, dtype=np.uint8), empty, counts, counts)


def find_shared_paragraphs(
    columns: Columns,
    left: Mask,
    *,
    settings: Settings,
    text_of: Callable[[int], str],
    is_hopeful: Mask | None,
    jobs: int,
    room: Room,
) -> SharedParagraphs:
    """Return the paragraphs among those that are `left` which stand in an earlier document too.

    `text_of` gives the text of a paragraph; it is asked only where near copies are stripped. `is_hopeful` is what
    `hopeful_keys` says.
    """
    if len(columns.documents) < 2:
        return SharedParagraphs.none()
    paragraphs = np.flatnonzero(left & (columns.keys.tokens[columns.key] >= MIN_SHARED_TOKENS))
    documents = np.repeat(np.arange(len(columns.documents), dtype=np.uint32), np.diff(columns.bounds))[
        paragraphs
    ]
    kinds, keys = _kinds(columns.key[paragraphs], len(columns.keys))
    join = _Join(columns, keys, is_hopeful, settings=settings, jobs=jobs, room=room)
    how, copy, both, either = join.run(
        documents,
        kinds,
        lambda here, there: _is_harmless(
            text_of(int(paragraphs[here])), text_of(int(paragraphs[there])), settings.threshold
        ),
    )
    found = np.flatnonzero(how)
    return SharedParagraphs(
        paragraphs[found], how[found], paragraphs[copy[found]], both[found], either[found]
    )


def _is_harmless(here: str, there: str, threshold: float) -> bool:
    """Return whether two texts are near by their words, not only by hashes, and differ harmlessly."""
    tokens = tokens_by_kernel(here), tokens_by_kernel(there)
    if jaccard(*(shingles_of(each, SHINGLE_SIZE) for each in tokens)) < threshold:
        return False
    return not difference(*tokens, lambda: (here, there)).decisive


def _kinds(keys: U32, number_of_keys: int) -> tuple[U32, U32]:
    """Return the kind of each paragraph, numbered in the order of first occurrence, and the key of each kind."""
    places = np.arange(len(keys), dtype=np.uint32)
    first = np.full(number_of_keys, len(keys), dtype=np.uint32)
    first[keys[::-1]] = places[::-1]
    is_first = first[keys] == places
    met = keys[is_first]
    kind_of = np.zeros(number_of_keys, dtype=np.uint32)
    kind_of[met] = np.arange(len(met), dtype=np.uint32)
    return kind_of[keys], met


class _Join:
    """The search over the kinds of a corpus: sets of shingles, the keys of their bands, and the kernel over both."""

    def __init__(
        self,
        columns: Columns,
        keys: U32,
        is_hopeful: Mask | None,
        *,
        settings: Settings,
        jobs: int,
        room: Room,
    ) -> None:
        self._room = room
        self._settings = settings
        self._jobs = jobs
        self._count = len(keys)
        self._set_start = np.zeros(len(keys) + 1, dtype=np.int64)
        self._sets: U32 = np.empty(0, dtype=np.uint32)
        self._bands = 0
        # Few kinds can be near to another one: only those have keys, each in a row of its own.
        self._band_keys: npt.NDArray[np.uint64] | None = None
        self._rows: I32 | None = None
        if settings.detects("XDP302"):
            self._prepare(columns, keys, is_hopeful)

    def _prepare(self, columns: Columns, keys: U32, is_hopeful: Mask | None) -> None:
        takes_part = columns.keys.tokens[keys] <= MAX_COMPARED_TOKENS
        by_bands = int(takes_part.sum()) > MAX_EXACT_PARAGRAPHS
        if by_bands and is_hopeful is not None:
            takes_part &= is_hopeful[keys]
        chosen = keys[takes_part]
        starts, self._sets = _distinct_sets(columns, chosen, self._room)
        columns.keys.shingles.release()
        sizes = np.zeros(len(keys), dtype=np.int64)
        sizes[takes_part] = np.diff(starts)
        np.cumsum(sizes, out=self._set_start[1:])
        if by_bands:
            self._bands, rows = choose_bands(self._settings.threshold, NUM_PERMUTATIONS)
            self._band_keys = self._banded(starts, rows)
            self._rows = np.full(len(keys), -1, dtype=np.int32)
            self._rows[takes_part] = np.arange(len(chosen), dtype=np.int32)

    def _banded(self, starts: I64, rows: int) -> npt.NDArray[np.uint64]:
        """Return the keys of the bands of all sets; signatures are not kept."""
        count = len(starts) - 1
        banded = self._room.empty(count * self._bands, np.uint64).reshape(count, self._bands)
        multipliers, addends = permutations()

        def band(first: int) -> None:
            behind = min(first + _KINDS_AT_ONCE, len(banded))
            call(
                "dedupe_band_keys",
                behind - first,
                starts[first : behind + 1],
                self._sets,
                multipliers,
                addends,
                NUM_PERMUTATIONS,
                self._bands,
                rows,
                banded[first:behind],
            )

        for _ in map_in_threads(band, range(0, len(banded), _KINDS_AT_ONCE), jobs=self._jobs):
            pass
        return banded

    def run(
        self, documents: U32, kinds: U32, is_harmless: Callable[[int, int], bool]
    ) -> tuple[U8, I32, U32, U32]:
        """Return how each paragraph is shared, with which one, and how many shingles they share and have."""
        count, limits = len(kinds), _share_limits(self._settings)
        how, copy = np.zeros(count, dtype=np.uint8), np.zeros(count, dtype=np.int32)
        both, either = np.zeros(count, dtype=np.uint32), np.zeros(count, dtype=np.uint32)
        event = ShareEvent()
        join = address_of(
            "dedupe_join_new",
            self._count,
            self._set_start,
            self._sets,
            self._bands,
            self._band_keys,
            self._rows,
            0 if self._band_keys is None else len(self._band_keys),
            ctypes.byref(limits),
        )
        try:
            while call(
                "dedupe_join_next",
                join,
                count,
                documents,
                kinds,
                how,
                copy,
                both,
                either,
                ctypes.byref(event),
            ):
                call("dedupe_join_answer", join, int(is_harmless(int(event.paragraph), int(event.copy))))
        finally:
            call("dedupe_join_free", join)
        return how, copy, both, either


def _share_limits(settings: Settings) -> ShareLimits:
    return ShareLimits(
        MAX_COMPARISONS,
        settings.detects("XDP301"),
        settings.detects("XDP302"),
        settings.strips("XDP302"),
        settings.strips("XDP302"),
        settings.threshold,
    )


def hopeful_keys(columns: Columns, settings: Settings) -> Mask | None:
    """Return for each key whether enough of its shingles stand in other keys too, for it to be near to one.

    None where that is not worth finding out. It hangs on nothing that is decided, so it can be found out early.
    """
    if len(columns.documents) < 2:
        return None
    tokens = columns.keys.tokens
    keys = np.flatnonzero((tokens >= MIN_SHARED_TOKENS) & (tokens <= MAX_COMPARED_TOKENS)).astype(np.uint32)
    if not settings.detects("XDP302") or len(keys) <= MAX_EXACT_PARAGRAPHS:
        return None
    once, twice = (np.zeros((1 << SEEN_BITS) // 64, dtype=np.uint64) for _ in range(2))
    sets = (len(keys), keys, columns.keys.shingles.start, columns.keys.shingles.hashes)
    call("dedupe_count_hashes", *sets, once, twice)
    is_hopeful = np.empty(len(keys), dtype=np.uint8)
    call("dedupe_hopeful", *sets, twice, ctypes.c_double(settings.threshold), is_hopeful)
    found = np.zeros(len(tokens), dtype=np.bool_)
    found[keys] = is_hopeful.view(np.bool_)
    return found


def _distinct_sets(columns: Columns, keys: U32, room: Room) -> tuple[I64, U32]:
    """Return the sorted sets of shingle hashes of some keys, and where each begins."""
    most = int(np.diff(columns.keys.shingles.start)[keys].sum())
    sets, starts = room.empty(most, np.uint32), np.empty(len(keys) + 1, dtype=np.int64)
    total = call(
        "dedupe_distinct_sets",
        len(keys),
        keys,
        columns.keys.shingles.start,
        columns.keys.shingles.hashes,
        starts,
        sets,
    )
    return starts, sets[:total]
