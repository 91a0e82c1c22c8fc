"""The signatures are datasketch's, so that its indexes can be asked with them."""

from __future__ import annotations

import datasketch
import numpy as np

from dedupe.kernels import reference
from dedupe.normalizing import shingles_of, tokens_of

TEXTS = (
    "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said.",
    "La barca non parte venerdì a causa della tempesta – è così.",
    "渡船は嵐のため金曜日には出ません",
    "one two three",
    "lone \udcff surrogate here",
)
SETS = [shingles_of(tokens_of(text), 3) for text in TEXTS]


def made(number: int = 128, seed: int = 1) -> reference.Hashes:
    hashes = [reference.shingle_hashes(shingles) for shingles in SETS]
    starts = np.cumsum([0, *(len(each) for each in hashes[:-1])])
    joined = np.array([each for some in hashes for each in some], dtype=np.uint32)
    return reference.signatures(joined, starts, number, seed)


def by_datasketch(number: int = 128, seed: int = 1) -> list[list[int]]:
    rows = []
    for shingles in SETS:
        sketch = datasketch.MinHash(
            num_perm=number, seed=seed, scheme="affine32", hashfunc=reference.shingle_hash_of_bytes
        )
        sketch.update_batch([" ".join(each).encode("utf-8", "surrogatepass") for each in shingles])
        rows.append([int(value) for value in sketch.hashvalues])
    return rows


def test_signatures_equal_those_of_datasketch() -> None:
    assert made().tolist() == by_datasketch()


def test_signatures_of_other_lengths_and_seeds_equal_those_of_datasketch() -> None:
    assert made(64, 7).tolist() == by_datasketch(64, 7)


def test_a_signature_does_not_depend_on_the_order_of_the_shingles() -> None:
    hashes = np.array(reference.shingle_hashes(sorted(SETS[0])), dtype=np.uint32)
    start = np.array([0])
    assert reference.signatures(hashes, start).tolist() == reference.signatures(hashes[::-1], start).tolist()


def test_a_signature_is_rows_of_32_bits() -> None:
    assert (made().shape, made().dtype.name) == ((5, 128), "uint32")


def test_fmix32_is_murmurs_finaliser() -> None:
    mixed = reference.fmix32(np.array([0, 1, 2, 0xFFFFFFFF], dtype=np.uint32))
    assert mixed.tolist() == [0, 0x514E28B7, 0x30F4C306, 0x81F16F39]


def test_every_multiplier_is_odd() -> None:
    multipliers, _ = reference.permutations()
    assert set((multipliers % 2).tolist()) == {1}


def test_shared_places_estimate_the_similarity() -> None:
    words = [f"w{number}" for number in range(400)]
    one, other = shingles_of(words[:300], 3), shingles_of(words[100:], 3)
    hashes = [*reference.shingle_hashes(one), *reference.shingle_hashes(other)]
    rows = reference.signatures(np.array(hashes, dtype=np.uint32), np.array([0, len(one)]), 1024)
    assert abs(float((rows[0] == rows[1]).mean()) - len(one & other) / len(one | other)) < 0.05
