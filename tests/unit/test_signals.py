"""Signals wait where they must, and nowhere longer."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from dedupe.signals import signals_held


@pytest.fixture
def came() -> Iterator[list[int]]:
    numbers: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        numbers.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_comes_when_the_block_is_left(came: list[int], number: signal.Signals) -> None:
    with signals_held():
        signal.pthread_kill(threading.main_thread().ident or 0, number)
        assert came == []
    assert came == [number]


def test_a_thread_started_in_the_block_is_not_the_one_that_gets_it(came: list[int]) -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    with signals_held():
        thread.start()
        os.kill(os.getpid(), signal.SIGTERM)
        assert came == []
    assert came == [signal.SIGTERM]
    over.set()
    thread.join()
