"""Moments at which a run must not be interrupted."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_HELD = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def signals_held() -> Iterator[None]:
    """Let SIGINT and SIGTERM wait until the block is left.

    Their handlers run in the main thread only, so in another one there is nothing to wait for.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        came.append(number)

    # Not masked (pthread_sigmask): the system would hand them to any other thread, as numpy has, and the handlers
    # would run here all the same.
    before = {number: signal.getsignal(number) for number in _HELD}
    try:
        for number, handler in before.items():
            if handler is not None:  # else it is not Python's, and could not be put back
                signal.signal(number, note)
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
        for held in came:
            signal.raise_signal(held)
