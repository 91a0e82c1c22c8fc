"""Which texts share so many shingles that one may be a copy of the other; nothing is missed.

An inverted index over the shingles of whole documents, in plain Python, which holds them as 64-bit hashes. Shingles
that the same texts hold are one *strand* with a weight, so a template of a thousand shingles that stands on a thousand
pages is looked at once a page. The rarest strands come first, and once what is left of a text is too little to make it
a copy of anything, no further texts are taken up (the prefix filter of Bayardo, Ma, Srikant, "Scaling up all pairs
similarity search", WWW 2007, with a bound of its own for containment).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from dedupe.model import Shingle

COUNTED_AT_ONCE = 1_000_000
"""Hashes that are counted together: counting all of a large corpus at once would take more memory than the corpus."""
_EPSILON = 1e-6
"""Bounds are lowered by this: a text too many is verified, one too few would be lost."""


def hashes_of(shingles: Iterable[Shingle]) -> array[int]:
    """Return the distinct hashes of `shingles`, ascending; equal in this process only."""
    return array("q", sorted(set(map(hash, shingles))))


class OverlapJoin:
    """Finds, for one text after the other, the kept ones that it may be a copy of.

    `texts` are the hashes of all texts that will be asked about, none empty, as `hashes_of` gives them; a text's number
    is its place there. One text may be a copy of another when their Jaccard similarity is at least `threshold`, or
    when at least the share `contained` of it stands in the other.
    """

    def __init__(self, texts: Sequence[array[int]], *, threshold: float, contained: float) -> None:
        self._jaccard_share = threshold / (1 + threshold)
        self._contained = contained
        self._least = min(threshold, contained)
        self._sizes = [len(text) for text in texts]
        shared = _shared_of(texts)
        self._hopeful = {
            number
            for number, size in enumerate(self._sizes)
            if len(shared[number]) >= self._least * size - _EPSILON
        }
        self._strands, self._weights = _strands_of(shared, self._hopeful)
        self._labels_by_strand: list[set[int]] = [set() for _ in self._weights]
        self._kept: list[int] = []

    def like(self, number: int) -> list[int]:
        """Return the kept texts that a text may be a copy of, the first one kept first."""
        if number not in self._hopeful:
            return []
        size = self._sizes[number]
        left = sum(self._weights[strand] for strand in self._strands[number])
        shared: dict[int, int] = {}
        for strand in self._strands[number]:
            labels, weight = self._labels_by_strand[strand], self._weights[strand]
            if left >= self._least * size - _EPSILON:
                for label in labels:
                    shared[label] = shared.get(label, 0) + weight
            elif shared:
                for label in shared.keys() & labels:
                    shared[label] += weight
            else:
                break
            left -= weight
        return [self._kept[label] for label in sorted(shared) if shared[label] >= self._needed(size, label)]

    def keep(self, number: int) -> None:
        """Let the text be found from now on."""
        label = len(self._kept)
        self._kept.append(number)
        for strand in self._strands[number]:
            self._labels_by_strand[strand].add(label)

    def _needed(self, size: int, label: int) -> float:
        """Return how many shingles a text of `size` must share with a kept one, at least, to be a copy of it.

        Of two sets with Jaccard similarity t the intersection is t / (1 + t) of the sum of their sizes.
        """
        together = size + self._sizes[self._kept[label]]
        return min(self._jaccard_share * together, self._contained * size) - _EPSILON


def _shared_of(texts: Sequence[array[int]]) -> list[array[int]]:
    """Return the hashes of each text that stand in another one, too."""
    shared = [array("q") for _ in texts]
    parts = sum(map(len, texts)) // COUNTED_AT_ONCE + 1
    bounds = [-(2**63) + 2**64 * part // parts for part in range(1, parts)]
    ends = [[0, *(bisect_left(text, bound) for bound in bounds), len(text)] for text in texts]
    for part in range(parts):
        slices = [text[end[part] : end[part + 1]] for text, end in zip(texts, ends, strict=True)]
        counts = Counter(chain.from_iterable(slices))
        several = {hashed for hashed, count in counts.items() if count > 1}
        for found, piece in zip(shared, slices, strict=True):
            found.extend(filter(several.__contains__, piece))
    return shared


def _strands_of(texts: Sequence[array[int]], wanted: Iterable[int]) -> tuple[list[list[int]], list[int]]:
    """Return the strands of each text, rarest first, and the weight of each strand.

    `texts` hold what they share with others. Only what one of the texts `wanted` holds is in a strand.
    """
    # Who holds a hash is known as a path of texts, one number for each, so that equal paths are told at once: a list
    # for each hash would take several times the memory.
    path_of = dict.fromkeys(chain.from_iterable(texts[number] for number in wanted), 0)
    steps: list[tuple[int, int]] = [(0, 0)]  # of each path the one it goes on from, and its last text
    for number, text in enumerate(texts):
        longer: dict[int, int] = {}
        for hashed in filter(path_of.__contains__, text):
            path = path_of[hashed]
            if path not in longer:
                longer[path] = len(steps)
                steps.append((path, number))
            path_of[hashed] = longer[path]
    weights = []
    holders = []
    for path, weight in Counter(path_of.values()).items():
        numbers = []
        while path:
            path, number = steps[path]
            numbers.append(number)
        weights.append(weight)
        holders.append(numbers)
    strands: list[list[int]] = [[] for _ in texts]
    for strand in sorted(range(len(holders)), key=lambda strand: len(holders[strand])):
        for number in holders[strand]:
            strands[number].append(strand)
    return strands, weights
