"""Signals wait where they must, and nowhere longer."""

from __future__ import annotations

import os
import signal
import threading
import time
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


def test_a_signal_waits_though_another_thread_could_take_it(came: list[int]) -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    with signals_held():
        signal.pthread_kill(thread.ident or 0, signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        assert came == []
    assert sorted(came) == [signal.SIGINT, signal.SIGTERM]
    over.set()
    thread.join()


def test_handlers_are_put_back_whatever_happens(came: list[int]) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(OSError, match="full"), signals_held():
        raise OSError(28, "full")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with signals_held():
        signal.raise_signal(signal.SIGINT)
    assert signal.signal(signal.SIGINT, before) == signal.SIG_IGN


def test_an_interrupt_comes_out_of_the_block() -> None:
    # A shell lets what it begins in the background ignore the signal, and so would this process.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), signals_held():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_nothing_has_to_wait() -> None:
    done: list[int] = []

    def work() -> None:
        with signals_held():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]
