"""Columns are what was put into them, wherever they are, and their bytes are counted once."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import numpy as np
import pytest

from dedupe.spilling import Room, column, growing

NUMBERS = np.arange(1000, dtype=np.uint32)


@pytest.fixture(params=[None, 0, 1000, 10**6], ids=lambda limit: f"limit {limit}")
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Room:
    return Room(max_bytes=request.param, folder=tmp_path)


def is_empty(folder: Path) -> bool:
    return not list(folder.iterdir())


def test_an_array_can_be_written_and_read(room: Room, tmp_path: Path) -> None:
    with room:
        first, second = room.empty(1000, np.uint32), room.empty(1000, np.dtype("<f8"))
        first[:] = NUMBERS
        second[:] = NUMBERS
        assert (first.dtype.name, second.dtype.name) == ("uint32", "float64")
        assert np.array_equal(first, NUMBERS)
        assert np.array_equal(second, NUMBERS)
        assert room.held_bytes + room.spilled_bytes == 12_000
        assert is_empty(tmp_path)


def test_a_column_is_all_that_was_appended_in_order(room: Room, tmp_path: Path) -> None:
    grown = room.column(np.uint64)
    for start in range(0, 100_000, 1000):
        grown.append(NUMBERS + np.uint32(start))
    assert grown.count == 100_000
    assert room.held_bytes + room.spilled_bytes == 800_000
    array = grown.array()
    assert array.dtype == np.uint64
    assert np.array_equal(array, np.arange(100_000))
    assert room.held_bytes + room.spilled_bytes == 800_000
    assert is_empty(tmp_path)
    array[0] = 7
    assert grown.array()[0] == 7


def test_the_sum_in_memory_never_exceeds_the_limit(tmp_path: Path) -> None:
    with Room(max_bytes=10_000, folder=tmp_path) as room:
        arrays = [room.empty(1000, np.uint32) for _ in range(3)]
        assert (room.held_bytes, room.spilled_bytes) == (8000, 4000)
        small = room.empty(500, np.uint32)
        assert (room.held_bytes, room.spilled_bytes) == (10_000, 4000)
        grown = room.column(np.uint8)
        grown.append(NUMBERS.astype(np.uint8))
        assert (room.held_bytes, room.spilled_bytes) == (10_000, 5000)
        assert len(small) + len(arrays) == 503


def test_a_growing_column_moves_to_a_file_as_a_whole(tmp_path: Path) -> None:
    with Room(max_bytes=6000, folder=tmp_path) as room:
        grown = room.column(np.uint32)
        grown.append(NUMBERS)
        assert (room.held_bytes, room.spilled_bytes) == (4000, 0)
        grown.append(NUMBERS)
        assert (room.held_bytes, room.spilled_bytes) == (0, 8000)
        grown.append(NUMBERS[:0])
        assert np.array_equal(grown.array(), np.concatenate([NUMBERS, NUMBERS]))


def test_a_column_that_fits_exactly_stays_in_memory(tmp_path: Path) -> None:
    with Room(max_bytes=4000, folder=tmp_path) as room:
        grown = room.column(np.uint32)
        grown.append(NUMBERS)
        array = grown.array()
        assert (len(array), room.held_bytes, room.spilled_bytes) == (1000, 4000, 0)


def test_released_bytes_can_be_used_again(room: Room) -> None:
    before = room.empty(10, np.uint8)
    counts = (room.held_bytes, room.spilled_bytes)
    array, grown = room.empty(1000, np.uint32), room.column(np.uint32)
    grown.append(NUMBERS)
    joined = grown.array()
    room.release(array[10:20].view(np.uint8), joined)
    assert (room.held_bytes, room.spilled_bytes) == counts
    room.release(array, joined, np.arange(3))
    assert (room.held_bytes, room.spilled_bytes) == counts
    room.release(before)
    assert (room.held_bytes, room.spilled_bytes) == (0, 0)


def test_what_is_no_longer_used_is_released_by_itself(room: Room) -> None:
    array, grown = room.empty(1000, np.uint32), room.column(np.uint32)
    grown.append(NUMBERS)
    part = array[5:]
    del array
    gc.collect()
    assert room.held_bytes + room.spilled_bytes == 8000
    del part, grown
    gc.collect()
    assert (room.held_bytes, room.spilled_bytes) == (0, 0)


def test_an_array_outlives_its_release_and_its_room(room: Room) -> None:
    array = room.empty(1000, np.uint32)
    array[:] = NUMBERS
    room.release(array)
    room.close()
    assert np.array_equal(array, NUMBERS)


def test_a_closed_room_holds_nothing_and_takes_nothing(room: Room) -> None:
    with room:
        kept, grown = room.empty(1000, np.uint32), room.column(np.uint32)
        grown.append(NUMBERS)
    room.close()
    assert (room.held_bytes, room.spilled_bytes) == (0, 0)
    for act in (
        lambda: room.empty(1, np.uint8),
        lambda: room.column(np.uint8),
        lambda: grown.append(NUMBERS),
    ):
        with pytest.raises(ValueError, match="closed"):
            act()
    assert len(kept) == 1000


def test_nothing_is_a_column_too(room: Room) -> None:
    assert len(room.empty(0, np.uint32)) == len(room.column(np.uint32).array()) == 0
    assert (room.held_bytes, room.spilled_bytes) == (0, 0)


def test_records_are_numbers_too(room: Room) -> None:
    kind = np.dtype([("place", "<u4"), ("digest", "V12")])
    grown = room.column(kind)
    grown.append(np.zeros(600, kind))
    array = grown.array()
    array["place"] = NUMBERS[:600]
    assert np.array_equal(array["place"], NUMBERS[:600])


def test_strided_arrays_are_appended_by_their_numbers(room: Room) -> None:
    grown = room.column(np.uint32)
    grown.append(NUMBERS[::-3])
    assert np.array_equal(grown.array(), NUMBERS[::-3])


def test_what_would_lose_something_is_refused(room: Room) -> None:
    grown = room.column(np.uint32)
    with pytest.raises(TypeError, match="safe"):
        grown.append(np.array([-1]))
    with pytest.raises(ValueError, match="one dimension, not of 2"):
        grown.append(np.zeros((2, 2), np.uint32))
    with pytest.raises(TypeError, match="no objects"):
        room.empty(3, np.object_)
    with pytest.raises(TypeError, match="a size"):
        room.column(np.dtype("V0"))
    with pytest.raises(ValueError, match="-1 numbers"):
        room.empty(-1, np.uint8)
    assert (grown.count, room.held_bytes, room.spilled_bytes) == (0, 0, 0)


def test_a_column_that_was_given_out_does_not_grow(room: Room) -> None:
    grown = room.column(np.uint32)
    grown.append(NUMBERS)
    array = grown.array()
    with pytest.raises(ValueError, match="given out"):
        grown.append(NUMBERS)
    room.release(array)
    del array
    with pytest.raises(ValueError, match="no longer there"):
        grown.array()


def test_pieces_of_any_size_give_the_same_column(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column, "STAGED_BYTES", 40)
    for name in ("FIRST_BLOCK_BYTES", "LARGEST_BLOCK_BYTES"):
        monkeypatch.setattr(growing, name, 40)
    grown = room.column(np.uint32)
    for length in (0, 1, 9, 10, 11, 25, 100, 3):
        grown.append(NUMBERS[:length])
    expected = np.concatenate([NUMBERS[:length] for length in (0, 1, 9, 10, 11, 25, 100, 3)])
    assert np.array_equal(grown.array(), expected)


def test_threads_share_a_room(tmp_path: Path) -> None:
    room = Room(max_bytes=50_000, folder=tmp_path)
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(200):
            array = room.empty(1000, np.uint32)
            array[:] = number
            if not (array == number).all():
                wrong.append(number)
            room.release(array)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert (room.held_bytes, room.spilled_bytes) == (0, 0)


def test_the_folder_is_not_looked_at_while_everything_fits(tmp_path: Path) -> None:
    with Room(max_bytes=4000, folder=tmp_path / "nowhere") as room:
        assert len(room.empty(1000, np.uint32)) == 1000
