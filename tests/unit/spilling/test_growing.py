"""What is added to memory that grows comes out again, whatever way the system has to enlarge it."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.spilling.growing import Blocks, Growing, Pages

Kind = Callable[[np.dtype[np.uint32]], Growing[np.uint32]]
KINDS: list[Kind] = [Blocks] if sys.platform != "linux" else [Blocks, Pages]
DTYPE = np.dtype(np.uint32)


def filled(kind: Kind, lengths: list[int]) -> tuple[Growing[np.uint32], list[int]]:
    memory, expected = kind(DTYPE), list[int]()
    for length in lengths:
        values = np.arange(len(expected), len(expected) + length, dtype=DTYPE)
        memory.add(values)
        expected += values.tolist()
    return memory, expected


@pytest.mark.parametrize("kind", KINDS)
@given(st.lists(st.one_of(st.integers(0, 40), st.integers(0, 40_000)), max_size=12))
def test_what_was_added_comes_out_in_order(kind: Kind, lengths: list[int]) -> None:
    memory, expected = filled(kind, lengths)
    assert memory.whole().tolist() == expected
    memory, expected = filled(kind, lengths)
    assert [number for piece in memory.taken() for number in piece.tolist()] == expected
    assert list(memory.taken()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_can_be_written_to_and_outlives_the_memory(kind: Kind) -> None:
    memory, expected = filled(kind, [1, 3_000_000, 5])  # more than a large page
    array = memory.whole()
    del memory
    array += 1
    assert np.array_equal(array, np.array(expected, dtype=DTYPE) + 1)
