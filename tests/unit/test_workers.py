"""Results come in the order of their sources, whoever worked them out."""

from __future__ import annotations

import pytest

from dedupe import workers
from dedupe.model import Source
from dedupe.reading import BytesSource

SOURCES = [BytesSource(f"{number}", "", b"x" * number) for number in range(40)]


def length_of(source: Source) -> int:
    return len(source.read())


def size(result: int) -> int:
    return result


def test_one_job_works_in_this_process() -> None:
    found = list(workers.map_in_order(length_of, SOURCES, jobs=1, size_of=size))
    assert found == list(range(40))


def test_nothing_gives_nothing() -> None:
    assert list(workers.map_in_order(length_of, [], jobs=4, size_of=size)) == []


def test_little_text_starts_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("started")

    monkeypatch.setattr(workers, "_map_in_processes", never)
    assert list(workers.map_in_order(length_of, SOURCES, jobs=4, size_of=size)) == list(range(40))


def test_several_processes_keep_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "WORTH_STARTING_BYTES", 30)
    monkeypatch.setattr(workers, "_DOCUMENTS_AT_ONCE", 3)
    found = list(workers.map_in_order(length_of, SOURCES, jobs=2, size_of=size))
    assert found == list(range(40))


def test_results_that_are_not_wanted_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    results = workers.map_in_order(length_of, SOURCES, jobs=1, size_of=size)
    assert [next(iter(results)), next(iter(results))] == [0, 1]


def test_at_least_one_processor_is_available() -> None:
    assert workers.available_processors() >= 1
