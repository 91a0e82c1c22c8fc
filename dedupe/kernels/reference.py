"""MinHash signatures in numpy, equal to those of `datasketch.MinHash(scheme="affine32")`.

A signature holds, for each of many permutations of the 32-bit integers, the smallest value that any shingle of a
set takes; two sets agree at a place with the probability of their Jaccard similarity (Broder, "On the resemblance
and containment of documents", 1997). The permutations are `a * fmix32(h) + b mod 2^32` with odd `a`, fmix32 being
the finaliser of MurmurHash3, as datasketch 2.0 defines them.

The same signature with datasketch alone:

    sketch = datasketch.MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=shingle_hash_of_bytes)
    sketch.update_batch(shingle.encode() for shingle in shingles)  # tokens joined by single spaces
    sketch.hashvalues
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import xxhash

NUM_PERMUTATIONS = 128
SEED = 1

Hashes = npt.NDArray[np.uint32]


def shingle_hash_of_bytes(shingle: bytes) -> int:
    """Return the low 32 bits of xxh3_64 of a shingle's UTF-8."""
    return xxhash.xxh3_64_intdigest(shingle) & 0xFFFFFFFF


def shingle_hashes(shingles: Iterable[tuple[str, ...]]) -> list[int]:
    """Return the 32-bit hash of each shingle: its tokens joined by single spaces, in UTF-8."""
    return [shingle_hash_of_bytes(" ".join(shingle).encode("utf-8", "surrogatepass")) for shingle in shingles]


def fmix32(hashes: Hashes) -> Hashes:
    """Return the MurmurHash3 finaliser of each hash, a bijection of the 32-bit integers."""
    mixed = hashes ^ (hashes >> np.uint32(16))
    mixed = mixed * np.uint32(0x85EBCA6B)
    mixed = mixed ^ (mixed >> np.uint32(13))
    mixed = mixed * np.uint32(0xC2B2AE35)
    finished: Hashes = mixed ^ (mixed >> np.uint32(16))
    return finished


def permutations(number: int = NUM_PERMUTATIONS, seed: int = SEED) -> tuple[Hashes, Hashes]:
    """Return the multipliers (odd) and addends of `number` permutations, shape `(number,)`, dtype uint32.

    Drawn from `numpy.random.RandomState` in the order datasketch draws them.
    """
    generator = np.random.RandomState(seed)
    multipliers = generator.randint(0, 1 << 31, number, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    addends = generator.randint(0, 1 << 32, number, dtype=np.uint32)
    return multipliers, addends


def signatures(
    hashes: Hashes, starts: npt.NDArray[np.int64], number: int = NUM_PERMUTATIONS, seed: int = SEED
) -> Hashes:
    """Return the MinHash signatures of sets of shingle hashes.

    `hashes` (uint32, shape `(h,)`) holds the sets one behind the other, `starts` (int64, shape `(n,)`) where
    each begins; no set is empty. The result has shape `(n, number)`, dtype uint32.
    """
    mixed = fmix32(hashes)
    multipliers, addends = permutations(number, seed)
    result = np.empty((len(starts), number), dtype=np.uint32)
    for column in range(number):
        result[:, column] = np.minimum.reduceat(mixed * multipliers[column] + addends[column], starts)
    return result
