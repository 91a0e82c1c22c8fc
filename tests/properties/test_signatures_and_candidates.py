"""Signatures are datasketch's, and what LSH or the inverted index propose is what comparing all with all finds."""

from __future__ import annotations

import math
import random

import datasketch
import numpy as np
import pytest
from grammar import FAMILIES, TEMPLATES
from hypothesis import assume, given
from hypothesis import strategies as st

from dedupe import Document, Settings, clean
from dedupe.candidates import MAX_COMPARISONS, ExactJoin, LshJoin, choose_bands
from dedupe.kernels import reference
from dedupe.model import Shingle
from dedupe.verifying import jaccard

PERMUTATIONS = 128
RECALL = 0.995
THRESHOLDS = (0.3, 0.5, 0.65, 0.7, 0.8, 0.9, 0.95, 1.0)

TOKENS = st.text(min_size=1, max_size=6)
SHINGLE_SETS = st.sets(st.tuples(TOKENS, TOKENS, TOKENS), min_size=1, max_size=12)
FEW_SHINGLES = st.sets(st.integers(0, 9), min_size=1, max_size=10)


def sketch_of(shingles: set[Shingle]) -> datasketch.MinHash:
    """Return the MinHash of shingles as the documentation of `dedupe.kernels.reference` says to make it."""
    sketch = datasketch.MinHash(
        num_perm=128, seed=1, scheme="affine32", hashfunc=reference.shingle_hash_of_bytes
    )
    sketch.update_batch([" ".join(shingle).encode("utf-8", "surrogatepass") for shingle in shingles])
    return sketch


def signatures_of(sets: list[set[Shingle]]) -> reference.Hashes:
    hashes = [reference.shingle_hashes(shingles) for shingles in sets]
    starts = np.cumsum([0, *map(len, hashes)])[:-1]
    return reference.signatures(np.array([each for some in hashes for each in some], dtype=np.uint32), starts)


@given(st.lists(SHINGLE_SETS, min_size=1, max_size=4))
def test_signatures_equal_those_of_datasketch(sets: list[set[Shingle]]) -> None:
    for signature, shingles in zip(signatures_of(sets), sets, strict=True):
        assert signature.tolist() == sketch_of(shingles).hashvalues.tolist()


def test_the_documented_lines_give_the_signature() -> None:
    shingles = ["the ferry will", "ferry will not", "will not leave"]
    shingle_hash_of_bytes = reference.shingle_hash_of_bytes
    example = (reference.__doc__ or "").partition("datasketch alone:")[2]
    names = {"datasketch": datasketch, "shingle_hash_of_bytes": shingle_hash_of_bytes, "shingles": shingles}
    lines = [line.strip() for line in example.strip().splitlines()]
    assert len(lines) == 3
    exec("\n".join(lines[:-1]), names)
    values = eval(lines[-1], names)
    (expected,) = signatures_of([{(*shingle.split(),) for shingle in shingles}])
    assert values.tolist() == expected.tolist()


def test_signatures_agree_as_often_as_the_sets_are_alike() -> None:
    generator = random.Random(5)
    for share in (0.2, 0.5, 0.8):
        pairs = [_pair_of(generator, share) for _ in range(60)]
        agreeing = [
            float(np.mean(left == right)) - jaccard(*pair)
            for pair in pairs
            for left, right in [signatures_of(list(pair))]
        ]
        assert abs(sum(agreeing) / len(agreeing)) < 0.02


def _pair_of(generator: random.Random, share: float) -> tuple[set[Shingle], set[Shingle]]:
    left: set[Shingle] = {("a", "b", str(generator.randrange(10**9))) for _ in range(80)}
    right = {shingle if generator.random() < share else ("c", *shingle[1:]) for shingle in left}
    return left, right


@given(st.lists(FEW_SHINGLES, max_size=30), st.sampled_from(THRESHOLDS))
def test_the_exact_join_finds_what_comparing_all_with_all_finds(
    numbers: list[set[int]], threshold: float
) -> None:
    sets: list[set[Shingle]] = [{("a", "b", str(number)) for number in some} for some in numbers]
    index = ExactJoin(threshold)
    for place, shingles in enumerate(sets):
        proposed = index.like(place, shingles)
        assert proposed == sorted(set(proposed))
        near = [other for other in range(place) if jaccard(shingles, sets[other]) >= threshold]
        assert [other for other in proposed if jaccard(shingles, sets[other]) >= threshold] == near
        index.keep(place, place, shingles)


@given(
    st.integers(0, 60),
    st.integers(2, 20),
    st.integers(0, 4),
    st.integers(0, 100),
    st.sampled_from(THRESHOLDS),
)
def test_the_exact_join_finds_the_one_near_text_among_100_that_share_its_common_shingles(
    common: int, own: int, changed: int, place: int, threshold: float
) -> None:
    shared: set[Shingle] = {("a", "b", str(number)) for number in range(common)}
    kept = [shared | {(str(name), "own", str(number)) for number in range(own)} for name in range(101)]
    asked = kept[place] - {(str(place), "own", str(number)) for number in range(changed)}
    asked |= {("c", "d", str(number)) for number in range(changed)}
    assume(jaccard(asked, kept[place]) >= threshold)
    # Of the rarest shingles that are known, more than half must be the near text's own.
    rarest = len(asked) - math.ceil(threshold * len(asked) - 1e-9) + 1 - changed
    assume(2 * (own - changed) > rarest)
    index = ExactJoin(threshold)
    for number, shingles in enumerate(kept):
        index.keep(number, number, shingles)
    proposed = index.like(101, asked)
    assert place in proposed
    assert len(proposed) <= MAX_COMPARISONS < 100


def test_the_bands_for_the_usual_threshold_are_21_of_6_rows() -> None:
    assert choose_bands(0.8, PERMUTATIONS) == (21, 6)


@pytest.mark.parametrize("threshold", [number / 100 for number in range(5, 101)])
def test_bands_keep_the_promised_recall_with_as_many_rows_as_can_be(threshold: float) -> None:
    bands, rows = choose_bands(threshold, PERMUTATIONS)
    assert bands * rows <= PERMUTATIONS
    assert _recall(threshold, bands, rows) >= RECALL
    assert all(
        _recall(threshold, PERMUTATIONS // more, more) < RECALL for more in range(rows + 1, PERMUTATIONS + 1)
    )


def _recall(similarity: float, bands: int, rows: int) -> float:
    return 1 - (1 - similarity**rows) ** bands


def test_one_row_a_band_is_the_end_where_nothing_reaches_the_recall() -> None:
    assert choose_bands(0.01, PERMUTATIONS) == (PERMUTATIONS, 1)


def family(generator: random.Random, threshold: float, size: int) -> list[set[Shingle]]:
    """Return near-duplicates of one set of 60 shingles, from below the threshold to identical."""
    base: list[Shingle] = [("x", "y", str(generator.randrange(10**12))) for _ in range(60)]
    made = []
    for _ in range(size):
        most = int(60 * (1 - threshold) / (1 + threshold)) + 2
        fresh = {("x", "z", str(generator.randrange(10**12))) for _ in range(generator.randint(0, most))}
        made.append({*base[len(fresh) :], *fresh})
    return made


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.9])
def test_lsh_finds_what_the_exact_join_finds(threshold: float) -> None:
    generator = random.Random(11)
    sets = [shingles for _ in range(250) for shingles in family(generator, threshold, 6)]
    generator.shuffle(sets)
    exact, banded = ExactJoin(threshold), LshJoin(threshold, sets)
    expected = found = 0
    for number, shingles in enumerate(sets):
        near = {
            other for other in exact.like(number, shingles) if jaccard(shingles, sets[other]) >= threshold
        }
        expected += len(near)
        found += len(near & set(banded.like(number, shingles)))
        exact.keep(number, number, shingles)
        banded.keep(number, number, shingles)
    assert expected > 1500
    assert found >= RECALL * expected


def test_lsh_in_place_of_the_exact_join_gives_the_same_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [
        Document(
            str(number),
            "\n".join([*FAMILIES[number], *FAMILIES[1 - number][:6], *TEMPLATES, FAMILIES[2][number]]),
        )
        for number in range(2)
    ]
    settings = Settings(strip=frozenset({"DUP101", "DUP102", "DUP103", "XDP302"}))
    expected = clean(documents, settings=settings)
    assert {"DUP102", "XDP302"} <= set(expected.totals.removed)
    monkeypatch.setattr("dedupe.candidates.MAX_EXACT_PARAGRAPHS", 0)
    assert clean(documents, settings=settings) == expected
