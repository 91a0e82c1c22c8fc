"""Which paragraphs may be near-duplicates: the exact join misses none, LSH few, until there are too many."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.candidates import (
    MAX_COMPARISONS,
    MAX_EXACT_PARAGRAPHS,
    CandidateIndex,
    ExactJoin,
    LshJoin,
    choose_bands,
    index_for,
)
from dedupe.model import Shingle
from dedupe.verifying import jaccard

ShingleSets = list[set[Shingle]]


def found_pairs(index: CandidateIndex, sets: ShingleSets) -> set[tuple[int, int]]:
    pairs: set[tuple[int, int]] = set()
    for number, shingles in enumerate(sets):
        pairs.update((label, number) for label in index.like(number, shingles))
        index.keep(number, number, shingles)
    return pairs


def near_pairs(sets: ShingleSets, threshold: float) -> set[tuple[int, int]]:
    return {
        (earlier, later)
        for later, shingles in enumerate(sets)
        for earlier in range(later)
        if jaccard(sets[earlier], shingles) >= threshold
    }


def families(count: int, seed: int) -> ShingleSets:
    """Make sets of 40 shingles in pairs of similarities from .5 to 1."""
    source = random.Random(seed)
    sets: ShingleSets = []
    for family in range(count):
        base: list[Shingle] = [(f"f{family}", str(place)) for place in range(40)]
        other: list[Shingle] = [("new", f"f{family}", str(place)) for place in range(source.randrange(14))]
        sets += [set(base), {*base[len(other) :], *other}]
    return sets


@given(
    st.lists(st.sets(st.integers(0, 12), min_size=1, max_size=10), max_size=20),
    st.sampled_from([0.3, 0.5, 0.8, 0.9, 1.0]),
)
@settings(max_examples=150, derandomize=True, deadline=None)
def test_the_exact_join_misses_no_pair_at_the_threshold(numbers: list[set[int]], threshold: float) -> None:
    sets: ShingleSets = [{(str(each),) for each in some} for some in numbers]
    assert near_pairs(sets, threshold) <= found_pairs(ExactJoin(threshold), sets)


def test_the_exact_join_proposes_nothing_that_shares_nothing() -> None:
    assert found_pairs(ExactJoin(0.8), [{("a",)}, {("b",)}]) == set()


def test_labels_come_in_ascending_order_and_are_limited() -> None:
    index = ExactJoin(0.5)
    for label in range(3 * MAX_COMPARISONS):
        index.keep(label, label, {("a",), ("b",)})
    assert index.like(0, {("a",), ("b",)}) == list(range(MAX_COMPARISONS))


def lookalikes(count: int, *, common: int = 39, own: int = 9) -> ShingleSets:
    """Make sets that share `common` shingles, then one more of them, and what is near to that one only."""
    shared: list[Shingle] = [("common", str(place)) for place in range(common)]
    sets: ShingleSets = [
        {*shared, *((f"own {number}", str(place)) for place in range(own))} for number in range(count + 1)
    ]
    near = {*sets[-1], ("harmless",)} - {(f"own {count}", "0")}
    return [*sets, near]


@pytest.mark.parametrize("count", [MAX_COMPARISONS - 1, MAX_COMPARISONS, 100, 1000])
def test_the_exact_join_finds_a_near_text_behind_any_number_of_lookalikes(count: int) -> None:
    sets = lookalikes(count)
    assert near_pairs(sets[-3:], 0.8) == {(1, 2)}
    index = ExactJoin(0.8)
    for number, shingles in enumerate(sets[:-1]):
        index.keep(number, number, shingles)
    assert count in index.like(count + 1, sets[-1])


def test_the_exact_join_misses_a_near_text_whose_shingles_all_have_enough_earlier_holders() -> None:
    index = ExactJoin(0.5)
    for label in range(MAX_COMPARISONS):
        index.keep(label, label, {("a",), (f"own {label}",), (f"too {label}",)})
    near: set[Shingle] = {("a",), ("b",)}
    index.keep(MAX_COMPARISONS, MAX_COMPARISONS, {("a",)})
    assert jaccard({("a",)}, near) == 0.5
    assert index.like(MAX_COMPARISONS + 1, near) == list(range(MAX_COMPARISONS))


def test_what_was_not_kept_is_not_found() -> None:
    index = ExactJoin(0.8)
    index.like(0, {("a",)})
    assert index.like(1, {("a",)}) == []


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0])
def test_bands_and_rows_reach_the_recall_and_one_more_row_would_not(threshold: float) -> None:
    bands, rows = choose_bands(threshold, 128)
    recalls = [1 - (1 - threshold**each) ** (128 // each) for each in (rows, rows + 1)]
    assert bands * rows <= 128
    assert recalls[0] >= 0.995
    assert rows == 128 or recalls[1] < 0.995


@pytest.mark.parametrize(
    ("threshold", "chosen"), [(0.8, (21, 6)), (0.7, (32, 4)), (1.0, (1, 128)), (0.01, (128, 1))]
)
def test_the_choice_for_a_threshold_is_this(threshold: float, chosen: tuple[int, int]) -> None:
    assert choose_bands(threshold, 128) == chosen


def test_higher_thresholds_never_get_fewer_rows() -> None:
    rows = [choose_bands(threshold / 100, 128)[1] for threshold in range(1, 101)]
    assert all(lower <= higher for lower, higher in pairwise(rows))


def test_lsh_finds_nearly_all_pairs_of_the_exact_join() -> None:
    sets = families(150, seed=5)
    wanted = near_pairs_of_neighbours(sets, 0.8)
    found = found_pairs(LshJoin(0.8, sets), sets)
    assert len(wanted) > 50
    assert len(wanted - found) <= 0.02 * len(wanted)


def near_pairs_of_neighbours(sets: ShingleSets, threshold: float) -> set[tuple[int, int]]:
    return {
        (place, place + 1)
        for place in range(0, len(sets), 2)
        if jaccard(sets[place], sets[place + 1]) >= threshold
    }


def test_lsh_leaves_out_what_shares_too_little_with_all_others() -> None:
    sets: ShingleSets = [
        {(f"own {each}", str(place)) for place in range(9)} | {("all",)} for each in range(3)
    ]
    assert found_pairs(LshJoin(0.8, sets), sets) == set()


def test_lsh_finds_sets_beyond_its_first_chunk() -> None:
    sets: ShingleSets = [{(str(each), "a"), (str(each), "b")} for each in range(4100)]
    sets.append(set(sets[4099]))
    index = LshJoin(0.8, sets)
    index.keep(7, 4099, sets[4099])
    assert (index.like(4100, sets[4100]), index.like(0, sets[0])) == ([7], [])


def test_lsh_finds_a_near_text_behind_fewer_lookalikes_than_it_may_compare() -> None:
    sets = lookalikes(50)
    assert (50, 51) in found_pairs(LshJoin(0.8, sets), sets)


def test_lsh_misses_a_near_text_behind_more_lookalikes_than_it_may_compare() -> None:
    """The price of `MAX_COMPARISONS`: the text in front of which so many stand is not kept."""
    sets = lookalikes(100, common=42, own=6)
    found = found_pairs(LshJoin(0.8, sets), sets)
    assert (100, 101) not in found
    assert (100, 101) in found_pairs(ExactJoin(0.8), sets)
    asked_last = [earlier for earlier, later in found if later == 101]
    assert len(asked_last) == MAX_COMPARISONS


def test_a_crowded_bucket_stops_growing() -> None:
    same: set[Shingle] = {("a",), ("b",), ("c",)}
    sets: ShingleSets = [same] * (3 * MAX_COMPARISONS)
    index = LshJoin(0.8, sets)
    for number in range(len(sets)):
        index.like(number, same)
        index.keep(number, number, same)
    assert index.like(0, same) == list(range(MAX_COMPARISONS))


def test_the_index_is_exact_up_to_its_limit_and_asks_for_no_sets() -> None:
    asked: Iterator[set[Shingle]] = iter([{("a",)}])
    assert isinstance(index_for(0.8, asked, count=MAX_EXACT_PARAGRAPHS), ExactJoin)
    assert list(asked) == [{("a",)}]


def test_the_index_is_banded_above_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedupe.candidates.MAX_EXACT_PARAGRAPHS", 1)
    assert isinstance(index_for(0.8, [{("a",)}, {("b",)}], count=2), LshJoin)
