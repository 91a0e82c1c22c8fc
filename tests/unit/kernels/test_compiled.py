"""The compiled kernels compute what the reference computes, on any arrays."""

from __future__ import annotations

import datasketch
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts_of_every_script

from dedupe.corpus.numbering import KeyNumbers
from dedupe.kernels import reference
from dedupe.kernels.library import call, library
from dedupe.normalizing import tokens_of

pytestmark = pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")

some_sets = st.lists(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=40), min_size=1, max_size=12)


def signatures(sets: list[list[int]]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint32]]:
    starts = np.cumsum([0, *map(len, sets)], dtype=np.int64)
    hashes = np.array([each for members in sets for each in members], dtype=np.uint32)
    multipliers, addends = reference.permutations()
    made = np.empty((len(sets), reference.NUM_PERMUTATIONS), dtype=np.uint32)
    call(
        "dedupe_signatures", len(sets), starts, hashes, multipliers, addends, reference.NUM_PERMUTATIONS, made
    )
    return made


@given(some_sets)
def test_signatures_are_those_of_the_reference(sets: list[list[int]]) -> None:
    starts = np.cumsum([0, *map(len, sets[:-1])], dtype=np.int64)
    hashes = np.array([each for members in sets for each in members], dtype=np.uint32)
    assert np.array_equal(signatures(sets), reference.signatures(hashes, starts))


@given(texts_of_every_script())
def test_signatures_of_text_are_those_of_datasketch(text: str) -> None:
    tokens = tokens_of(text)
    shingles = [" ".join(tokens[i : i + 3]) for i in range(len(tokens) - 2)]
    if not shingles:
        return
    encoded = [shingle.encode("utf-8", "surrogatepass") for shingle in shingles]
    sketch = datasketch.MinHash(
        num_perm=reference.NUM_PERMUTATIONS,
        seed=reference.SEED,
        scheme="affine32",
        hashfunc=reference.shingle_hash_of_bytes,
    )
    sketch.update_batch(encoded)
    (made,) = signatures([[reference.shingle_hash_of_bytes(each) for each in encoded]])
    assert made.tolist() == sketch.hashvalues.tolist()


@given(some_sets, st.sampled_from([(21, 6), (8, 16), (128, 1), (1, 128)]))
def test_sets_share_a_band_key_exactly_when_they_share_all_rows_of_the_band(
    sets: list[list[int]], shape: tuple[int, int]
) -> None:
    bands, rows = shape
    starts = np.cumsum([0, *map(len, sets)], dtype=np.int64)
    hashes = np.array([each for members in sets for each in members], dtype=np.uint32)
    multipliers, addends = reference.permutations()
    keys = np.empty((len(sets), bands), dtype=np.uint64)
    arguments = (starts, hashes, multipliers, addends, reference.NUM_PERMUTATIONS, bands, rows, keys)
    call("dedupe_band_keys", len(sets), *arguments)
    made = signatures(sets)
    for band in range(bands):
        columns = made[:, band * rows : (band + 1) * rows]
        for one in range(len(sets)):
            for other in range(one):
                alike = bool((columns[one] == columns[other]).all())
                assert (keys[one, band] == keys[other, band]) == alike


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30), max_size=5),
    st.sampled_from([0, 1, 4, 64]),
)
def test_only_equal_digests_have_one_number_however_few_bits_choose_their_place(
    batches: list[list[tuple[int, int]]], compared_bits: int
) -> None:
    numbers = KeyNumbers(compared_bits)
    met: dict[tuple[int, int], int] = {}
    for batch in batches:
        digests = np.array(batch, dtype=np.uint64).reshape(-1, 2)
        found, is_new = numbers.number(digests)
        for digest, number, new in zip(batch, found.tolist(), is_new.tolist(), strict=True):
            assert bool(new) == (digest not in met)
            assert number == met.setdefault(digest, len(met) + 1)
    assert numbers.count == len(met) + 1


def test_the_table_of_numbers_grows_and_forgets_nothing() -> None:
    generator = np.random.default_rng(1)
    digests = generator.integers(0, 2**63, (20_000, 2)).astype(np.uint64)
    numbers = KeyNumbers()
    first = np.concatenate([numbers.number(piece)[0] for piece in np.array_split(digests, 7)])
    again, is_new = numbers.number(digests)
    assert np.array_equal(first, np.arange(1, len(digests) + 1))
    assert np.array_equal(first, again)
    assert not is_new.any()
