"""Limits say how much memory columns may take, and alter nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dedupe.errors import SpillFailed, UsageError
from dedupe.limits import LEAST_MEMORY_MEGABYTES, MEGABYTE, PROGRAM_BYTES, Limits
from dedupe.pipeline import prepare
from dedupe.settings import Settings

LEAST_BYTES = LEAST_MEMORY_MEGABYTES * MEGABYTE


def test_without_limits_nothing_is_bounded() -> None:
    assert Limits() == Limits(max_memory=None, tmp_dir=None)
    with Limits().room() as room:
        array = room.empty(10**6, np.uint8)
        assert (room.held_bytes, room.spilled_bytes) == (len(array), 0)


def test_columns_have_what_the_program_leaves_and_the_rest_is_in_the_folder(tmp_path: Path) -> None:
    left = LEAST_BYTES - PROGRAM_BYTES
    assert left > 0
    with Limits(LEAST_BYTES, tmp_path).room() as room:
        first, second = room.empty(left, np.uint8), room.empty(1, np.uint8)
        assert (room.held_bytes, room.spilled_bytes) == (len(first), len(second))
    with (
        Limits(LEAST_BYTES, tmp_path / "gone").room() as room,
        pytest.raises(SpillFailed, match=f"^{tmp_path}/gone: "),
    ):
        room.empty(left + 1, np.uint8)


@pytest.mark.parametrize("too_little", [LEAST_BYTES - 1, 5, 0, -1])
def test_too_little_to_work_with_is_refused_with_the_least_that_works(too_little: int) -> None:
    with pytest.raises(UsageError) as caught:
        Limits(max_memory=too_little)
    assert str(caught.value) == (
        f"max-memory of {too_little:,} bytes is too little to work with; give at least 64M"
    )
    assert Limits(max_memory=LEAST_BYTES).max_memory == 64 * 1024 * 1024


def test_a_folder_that_cannot_be_used_is_known_before_it_is_needed(tmp_path: Path) -> None:
    Limits().check_tmp_dir()
    Limits(tmp_dir=tmp_path).check_tmp_dir()
    with pytest.raises(SpillFailed, match="make the folder first"):
        Limits(tmp_dir=tmp_path / "gone").check_tmp_dir()


def test_a_corpus_is_prepared_within_the_limits_given() -> None:
    limits = Limits(max_memory=LEAST_BYTES)
    assert prepare([], settings=Settings(), limits=limits).limits is limits
    assert prepare([], settings=Settings()).limits == Limits()
