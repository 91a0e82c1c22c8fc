"""Which whole documents may be copies of others.

A few documents are compared each with each. Of many, MinHash signatures in bands propose those that are alike; those of
which one stands in the other, however much more that holds, are proposed by the shingles that both hold of a sample
(the modulus sketch of Broder, "On the resemblance and containment of documents", 1997).
"""

from __future__ import annotations

import ctypes
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from dedupe.candidates import MAX_COMPARISONS, choose_bands
from dedupe.documents import DOCUMENT_SHINGLE_SIZE
from dedupe.kernels.library import call
from dedupe.kernels.reference import NUM_PERMUTATIONS, permutations
from dedupe.threads import map_in_threads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.corpus.arrays import I64, U32, U64
    from dedupe.corpus.columns import Columns

MAX_COMPARED_EACH = 32
"""Up to so many texts are compared each with each."""
SAMPLING = 32
"""One of so many shingles is in the sample of a document."""
SPARE_SAMPLE = 256
"""Room for more sampled shingles than are to be expected."""
MAX_HOLDERS = 64
"""A shingle in more documents says nothing of two of them."""
ENOUGH_OF_SAMPLE = 0.75
"""Sampled shingles that one of two documents must share, to be compared: well below what has to be contained."""
_TEXTS_AT_ONCE = 64


class Proposals:
    """Which kept texts a text may be a near copy of, in the order of keeping."""

    def __init__(self, contents: list[U32], columns: Columns, threshold: float, jobs: int) -> None:
        self._order: dict[int, int] = {}
        self._is_exhaustive = len(contents) <= MAX_COMPARED_EACH
        self._buckets: defaultdict[int, list[int]] = defaultdict(list)
        self._overlapping: defaultdict[int, set[int]] = defaultdict(set)
        if not self._is_exhaustive:
            self._bands, rows = choose_bands(threshold, NUM_PERMUTATIONS)
            self._sketch(contents, columns, rows, jobs)

    def keep(self, text: int) -> None:
        """Let the text be proposed from now on."""
        self._order[text] = len(self._order)
        if not self._is_exhaustive:
            for key in self._band_keys[text].tolist():
                self._buckets[key].append(text)

    def like(self, text: int) -> Iterable[int]:
        """Return the kept texts that may be near, in the order in which they were kept."""
        if self._is_exhaustive:
            return list(self._order)
        found = Counter({other: self._bands for other in self._overlapping[text] if other in self._order})
        for key in self._band_keys[text].tolist():
            if key:
                found.update(self._buckets[key][:MAX_COMPARISONS] if key in self._buckets else ())
        # Pages of one template share bands by the thousand; the likeliest are compared.
        likeliest = sorted(found, key=lambda other: (-found[other], self._order[other]))[:MAX_COMPARISONS]
        return sorted(likeliest, key=self._order.__getitem__)

    def _sketch(self, contents: list[U32], columns: Columns, rows: int, jobs: int) -> None:
        multipliers, addends = permutations()
        count = len(contents)
        self._band_keys = np.zeros((count, self._bands), dtype=np.uint64)
        tokens = np.array([int(columns.keys.tokens[content].sum()) for content in contents], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(tokens * 2 // SAMPLING + SPARE_SAMPLE)])
        samples, sizes = np.empty(int(starts[-1]), dtype=np.uint64), np.zeros(count, dtype=np.int64)

        def sketch(first: int) -> None:
            behind = min(first + _TEXTS_AT_ONCE, count)
            batch = contents[first:behind]
            call(
                "dedupe_document_sketches",
                behind - first,
                np.cumsum([0, *map(len, batch)], dtype=np.int64),
                np.concatenate(batch),
                columns.keys.token_start,
                columns.keys.token_hashes,
                DOCUMENT_SHINGLE_SIZE,
                multipliers,
                addends,
                NUM_PERMUTATIONS,
                self._bands,
                rows,
                self._band_keys[first:behind],
                (1 << 64) // SAMPLING,
                starts[first : behind + 1],
                samples[starts[first] : starts[behind]],
                sizes[first:behind],
            )

        for _ in map_in_threads(sketch, range(0, count, _TEXTS_AT_ONCE), jobs=jobs):
            pass
        self._propose_overlapping(samples, starts, sizes)

    def _propose_overlapping(self, samples: U64, starts: I64, sizes: I64) -> None:
        """Note which texts share enough of their samples."""
        pieces = [
            samples[start : start + size]
            for start, size in zip(starts.tolist(), sizes.tolist(), strict=False)
        ]
        members = np.concatenate(pieces)
        owners = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
        order = np.argsort(members, kind="stable")
        room = 16 * len(sizes) + 1024
        while True:
            pairs = np.empty(room, dtype=np.uint64)
            found = call(
                "dedupe_overlapping",
                len(members),
                members[order],
                owners[order],
                sizes,
                MAX_HOLDERS,
                ctypes.c_double(ENOUGH_OF_SAMPLE),
                room,
                pairs,
            )
            if found <= room:
                break
            room = found
        for pair in pairs[:found].tolist():
            earlier, later = pair >> 32, pair & 0xFFFFFFFF
            self._overlapping[earlier].add(later)
            self._overlapping[later].add(earlier)
