"""Writing behind the back of who decides: the system's calls in a thread of their own, in the order they came."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future, ThreadPoolExecutor

MAX_WAITING_BYTES = 1 << 24


class WriteBehind:
    """Runs what it is given at once, or with `apart` in one thread, while at most so many bytes wait.

    What a call raises is raised here, by the next `run` or by `finish`; what was to come behind it is not begun.
    """

    def __init__(self, *, apart: bool) -> None:
        self._executor: ThreadPoolExecutor | None = None
        self._waiting: deque[tuple[Future[None], int]] = deque()
        self._bytes = 0
        if apart:
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(1)

    def run(self, write: Callable[[], None], size: int) -> None:
        """Run `write`, which writes about `size` bytes, or let it wait its turn."""
        if self._executor is None:
            write()
            return
        while self._waiting and (self._waiting[0][0].done() or self._bytes + size > MAX_WAITING_BYTES):
            self._take_oldest()
        self._waiting.append((self._executor.submit(write), size))
        self._bytes += size

    def finish(self) -> None:
        """Wait until everything is written; nothing can be given afterwards."""
        while self._waiting:
            self._take_oldest()
        self.stop()

    def stop(self) -> None:
        """Begin nothing more, and wait until nothing runs any more."""
        self._waiting.clear()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def _take_oldest(self) -> None:
        future, size = self._waiting.popleft()
        self._bytes -= size
        try:
            future.result()
        except BaseException:
            self.stop()
            raise
