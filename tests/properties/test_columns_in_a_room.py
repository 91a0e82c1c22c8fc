"""Whatever the limit of a room, its columns hold what was put into them, and its sums are those of the columns."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from dedupe.spilling import Room

KINDS = (np.uint8, np.uint32, np.float64)

Step = tuple[int, int, int]
"""A column or array by its number, how many numbers go into it, and what is done: 0 appends, 1 makes, 2 releases."""

steps = st.lists(
    st.tuples(st.integers(0, len(KINDS) - 1), st.integers(0, 2000), st.integers(0, 2)), max_size=30
)
limits = st.one_of(st.none(), st.integers(0, 60_000))


def filled(count: int, seed: int) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 255, count, np.uint8)


def what_came_out(room: Room, taken: Sequence[Step], limit: int | None) -> list[bytes]:
    columns = [room.column(kind) for kind in KINDS]
    arrays: dict[int, npt.NDArray[np.float64]] = {}
    for place, (number, count, action) in enumerate(taken):
        if action == 0:
            columns[number].append(filled(count, place))
        elif action == 1:
            arrays[number] = room.empty(count, np.float64)
            arrays[number][:] = filled(count, place)
        elif number in arrays:
            room.release(arrays.pop(number))
        assert limit is None or room.held_bytes <= limit
    grown = [column.array() for column in columns]
    everything = [*grown, *(arrays[number] for number in sorted(arrays))]
    assert room.held_bytes + room.spilled_bytes == sum(array.nbytes for array in everything)
    assert [len(array) for array in grown] == [column.count for column in columns]
    return [array.tobytes() for array in everything]


@given(steps, limits)
def test_whatever_the_limit_the_content_is_the_same(taken: list[Step], limit: int | None) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Room(max_bytes=limit, folder=Path(folder)) as room,
        Room() as boundless,
    ):
        found = what_came_out(room, taken, limit)
        assert found == what_came_out(boundless, taken, None)
        for number, kind in enumerate(KINDS):
            pieces = [
                filled(count, place)
                for place, (to, count, act) in enumerate(taken)
                if (to, act) == (number, 0)
            ]
            assert found[number] == np.concatenate([np.array([], np.uint8), *pieces]).astype(kind).tobytes()
        assert list(Path(folder).iterdir()) == []
    assert (room.held_bytes, room.spilled_bytes) == (0, 0)
