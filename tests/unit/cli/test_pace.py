"""Rate and time left are those of the last seconds, and never better than they are."""

from __future__ import annotations

import pytest

from dedupe.cli.pace import MEMORY_SECONDS, Pace, duration

MB = 1_000_000


def test_bytes_have_share_rate_and_time_left() -> None:
    assert Pace(100 * MB, "bytes", 50.0).words(25 * MB, 52.0) == " 25 %  12.5 MB/s  6 s left"


def test_documents_have_them_too() -> None:
    assert Pace(2000, "documents", 0.0).words(500, 1.0) == " 25 %  500 documents/s  3 s left"
    assert Pace(100, "documents", 0.0).words(1, 2.0) == "  1 %  0.5 documents/s  3 min 18 s left"
    assert Pace(100, "documents", 0.0).words(1, 1.0) == "  1 %  1 document/s  1 min 39 s left"


def test_without_a_total_there_is_no_time_left() -> None:
    assert Pace(None, "documents", 0.0).words(1234, 2.0) == "1,234 documents  617 documents/s"
    assert Pace(None, "bytes", 0.0).words(5 * MB, 2.0) == "5.0 MB  2.5 MB/s"


def test_what_cannot_be_known_yet_is_left_out() -> None:
    assert Pace(10, "documents", 7.0).words(0, 7.0) == "  0 %"
    assert Pace(10, "documents", 7.0).words(0, 9.0) == "  0 %"
    assert Pace(None, "bytes", 7.0).words(0, 9.0) == ""


def test_the_rate_follows_what_happens_now() -> None:
    pace = Pace(10**11, "bytes", 0.0)
    now, done = 0.0, 0
    for rate in (50 * MB, 1 * MB):
        for _ in range(300):
            now += 0.1
            done += rate // 10
            words = pace.words(done, now)
        assert f"  {rate / MB:.1f} MB/s  " in words


def test_a_stage_that_stands_still_gets_slower_and_then_has_no_rate() -> None:
    pace = Pace(100 * MB, "bytes", 0.0)
    assert pace.words(50 * MB, 1.0) == " 50 %  50.0 MB/s  1 s left"
    assert pace.words(50 * MB, 5.0) == " 50 %  10.0 MB/s  5 s left"
    assert pace.words(50 * MB, MEMORY_SECONDS + 5.0) == " 50 %"


def test_it_remembers_no_more_than_it_needs() -> None:
    pace = Pace(None, "bytes", 0.0)
    for tick in range(10_000):
        pace.words(tick, tick / 10)
    assert len(pace._seen) <= MEMORY_SECONDS * 10 + 2


def test_what_goes_on_when_all_is_counted_has_no_rate() -> None:
    assert Pace(100, "documents", 0.0).words(100, 2.0) == "100 %"
    assert Pace(100, "documents", 0.0).words(101, 2.0) == "100 %"


@pytest.mark.parametrize(
    ("done", "total", "share"), [(0, 0, "100"), (999, 1000, " 99"), (5, 4, "100"), (4, 4, "100")]
)
def test_all_is_done_only_when_it_is(done: int, total: int, share: str) -> None:
    assert Pace(total, "documents", 0.0).words(done, 0.0) == f"{share} %"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 s"),
        (0.1, "1 s"),
        (59.0, "59 s"),
        (59.1, "1 min 0 s"),
        (3599.5, "1 h 0 min"),
        (3600, "1 h 0 min"),
        (3661, "1 h 2 min"),
        (99 * 3600, "99 h 0 min"),
        (1e9, "more than 99 h"),
    ],
)
def test_a_time_is_said_as_people_do_and_never_too_short(seconds: float, words: str) -> None:
    assert duration(seconds) == words
