"""Which paragraphs may be near-duplicates: nearly everything that is, and little that is not.

Two ways to the same answer. `ExactJoin` is an inverted index with a prefix filter (Bayardo, Ma, Srikant, "Scaling up
all pairs similarity search", WWW 2007): of a set with n shingles, any n - ceil(t n) + 1 of them include one that a
set of Jaccard similarity >= t shares. It imports nothing heavy and serves a page or a folder of pages. `LshJoin`
bands MinHash signatures (Indyk, Motwani 1998; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3)
in datasketch's `MinHashLSH` and serves corpora. Whatever either proposes is verified.

While every paragraph has fewer than `MAX_COMPARISONS` lookalikes, kept texts that share a rare shingle or a bucket with
it, `ExactJoin` misses nothing and `LshJoin` as little as `RECALL` says. Where there are more, each says what it misses.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from dedupe.model import Shingle

if TYPE_CHECKING:
    import datasketch
    import numpy as np
    import numpy.typing as npt

    from dedupe.kernels.reference import Hashes

SHINGLE_SIZE = 3
"""Tokens in a paragraph's shingle."""
MAX_COMPARISONS = 64
"""The most survivors one paragraph is compared with.

A paragraph that looks like so many kept ones and repeats none of them is an instance of a template; without the limit
a log of 100,000 lines would cost five billion comparisons.
"""
MAX_COMPARED_TOKENS = 20_000
"""Longer paragraphs are compared by identity only: no text of that length is one paragraph."""
MAX_EXACT_PARAGRAPHS = 10_000
"""Above so many paragraphs candidates come from MinHash and LSH."""
RECALL = 0.995
"""How many of the pairs at the threshold LSH finds, by the choice of bands and rows."""
_CHUNK = 4096
_CACHED_CHUNKS = 8  # near repeats are asked about in order, but told of kept ones a little later
"""Paragraphs whose signatures are computed at once."""


class CandidateIndex(Protocol):
    """Finds, for one text after the other, the kept ones before it that may be nearly the same.

    `number` is a text's place in the sequence the index was made for; `label` is what the caller calls a kept
    text, ascending in the order of keeping.
    """

    def like(self, number: int, shingles: set[Shingle]) -> list[int]:
        """Return the labels of kept texts that may be near, ascending, at most `MAX_COMPARISONS`."""

    def keep(self, label: int, number: int, shingles: set[Shingle]) -> None:
        """Let the text be found from now on, as `label`."""


class ExactJoin:
    """An inverted index from shingles to the kept paragraphs that hold them.

    Of each of a paragraph's rarest shingles the first `MAX_COMPARISONS` holders are looked up, and of all those the
    `MAX_COMPARISONS` that share the most are proposed, of equal ones the earliest. So a near text is found whatever
    stands before it when more than half of the rarest shingles stand in it and in no other kept text. It is missed
    when each one it shares has that many earlier holders, or when that many others share more, or as many and earlier.
    """

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._holders: dict[Shingle, list[int]] = {}

    def like(self, number: int, shingles: set[Shingle]) -> list[int]:
        """Return the labels of kept texts that may be near, ascending, at most `MAX_COMPARISONS`."""
        del number
        holders = self._holders
        known = [(len(holders[shingle]), shingle) for shingle in shingles if shingle in holders]
        required = math.ceil(self._threshold * len(shingles) - 1e-9)
        if len(known) < required:
            return []
        # Unknown shingles come first in the order of rareness and fill part of the prefix for nothing.
        prefix = len(shingles) - required + 1 - (len(shingles) - len(known))
        known.sort()
        shared: Counter[int] = Counter()
        for _, shingle in known[:prefix]:
            shared.update(holders[shingle][:MAX_COMPARISONS])
        if len(shared) <= MAX_COMPARISONS:
            return sorted(shared)
        likeliest = sorted(shared, key=lambda label: (-shared[label], label))
        return sorted(likeliest[:MAX_COMPARISONS])

    def keep(self, label: int, number: int, shingles: set[Shingle]) -> None:
        """Let the text be found from now on, as `label`."""
        del number
        for shingle in shingles:
            self._holders.setdefault(shingle, []).append(label)


def choose_bands(threshold: float, permutations: int) -> tuple[int, int]:
    """Return bands and rows per band: the most rows for which a pair at the threshold is found with `RECALL`.

    A pair of Jaccard similarity t shares all rows of one of the bands with probability 1 - (1 - t^rows)^bands.
    More rows mean fewer pairs to verify. Rows of one are returned where nothing reaches the recall.
    """
    for rows in range(permutations, 0, -1):
        bands = permutations // rows
        if 1 - (1 - threshold**rows) ** bands >= RECALL:
            return bands, rows
    return permutations, 1


class LshJoin:
    """Banded MinHash signatures in datasketch's `MinHashLSH`, for more paragraphs than an inverted index holds.

    `shingle_sets` are those of all texts that will be asked about, none empty, in the order of their numbers. What
    cannot be near to any other takes no part: a near-duplicate shares at least the threshold's share of its
    shingles with another paragraph, so one whose shingles mostly stand nowhere else is left out.

    Of `MAX_COMPARISONS` or more texts in the same buckets, near or not, the earliest are proposed, and the text that
    was asked about is not kept, so it is never found itself: of many instances of a template, near ones are missed
    that `ExactJoin` finds. `MinHashLSH` does not say how many buckets two texts share, so they cannot be ranked.
    """

    def __init__(self, threshold: float, shingle_sets: Iterable[set[Shingle]]) -> None:
        import datasketch
        import numpy as np

        from dedupe.kernels import reference

        hashes, bounds = array("I"), array("q", [0])
        for shingles in shingle_sets:
            hashes.extend(sorted(reference.shingle_hashes(shingles)))
            bounds.append(len(hashes))
        self._hashes = np.frombuffer(hashes, dtype=np.uint32)
        self._bounds = np.frombuffer(bounds, dtype=np.int64)
        self._is_hopeful = _share_enough(self._hashes, self._bounds, threshold)
        self._index = datasketch.MinHashLSH(
            num_perm=reference.NUM_PERMUTATIONS, params=choose_bands(threshold, reference.NUM_PERMUTATIONS)
        )
        self._permutations = reference.permutations()
        self._signatures = lru_cache(maxsize=_CACHED_CHUNKS)(self._signatures_of)
        self._crowded: set[int] = set()

    def like(self, number: int, shingles: set[Shingle]) -> list[int]:
        """Return the labels of kept texts that may be near, ascending, at most `MAX_COMPARISONS`."""
        del shingles
        if not self._is_hopeful[number]:
            return []
        found = self._index.query(self._sketch(number))
        if len(found) >= MAX_COMPARISONS:
            self._crowded.add(number)
        return sorted(found)[:MAX_COMPARISONS]

    def keep(self, label: int, number: int, shingles: set[Shingle]) -> None:
        """Let the text be found from now on, as `label`, unless its bucket is full already."""
        del shingles
        if self._is_hopeful[number] and number not in self._crowded:
            self._index.insert(label, self._sketch(number), check_duplication=False)

    def _signatures_of(self, chunk: int) -> Hashes:
        """Return the signatures of a chunk of texts that follow each other."""
        from dedupe.kernels import reference

        bounds = self._bounds[chunk * _CHUNK : (chunk + 1) * _CHUNK + 1]
        hashes = self._hashes[bounds[0] : bounds[-1]]
        return reference.signatures(hashes, bounds[:-1] - bounds[0])

    def _sketch(self, number: int) -> datasketch.MinHash:
        """Return the datasketch MinHash of a paragraph."""
        from datasketch import MinHash

        from dedupe.kernels import reference

        return MinHash(
            num_perm=reference.NUM_PERMUTATIONS,
            seed=reference.SEED,
            scheme="affine32",
            hashvalues=self._signatures(number // _CHUNK)[number % _CHUNK],
            permutations=self._permutations,
        )


def index_for(threshold: float, shingle_sets: Iterable[set[Shingle]], *, count: int) -> CandidateIndex:
    """Return an empty index for so many paragraphs: exact up to `MAX_EXACT_PARAGRAPHS`, banded above.

    `shingle_sets` are their `count` sets, none empty, in the order of their numbers; they are asked for only above.
    """
    if count <= MAX_EXACT_PARAGRAPHS:
        return ExactJoin(threshold)
    return LshJoin(threshold, shingle_sets)


def _share_enough(hashes: Hashes, bounds: npt.NDArray[np.int64], threshold: float) -> npt.NDArray[np.bool_]:
    """Return for each set, the hashes between two bounds, whether enough of its hashes stand in others too."""
    import numpy as np

    distinct, counts = np.unique(hashes, return_counts=True)
    is_shared = counts[np.searchsorted(distinct, hashes)] > 1
    sizes = np.diff(bounds)
    shared = np.add.reduceat(is_shared, bounds[:-1], dtype=np.int64) if len(sizes) else sizes
    return (sizes > 0) & (shared >= threshold * sizes - 1e-9)
