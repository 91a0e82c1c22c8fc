"""Work in threads, its results in order: for kernels, which let other threads run while they do."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

WAITING_PER_JOB = 3
WAITING_AHEAD = 2
LOOKS_UP_SECONDS = 0.5
SWITCH_SECONDS = 0.0003
"""How long a thread that comes back from a kernel waits for the interpreter's lock at most, before it asks for it.

Kernels take a fraction of a millisecond. With Python's usual five milliseconds a thread would wait for the lock longer
than it works: tried on 100 MB with two threads, 13.8 s at five milliseconds and 10.7 s at 0.2.
"""


def map_in_threads(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    jobs: int,
    at_once: int = 1,
    stop: Callable[[], None] | None = None,
) -> Iterator[Result]:
    """Yield `function(task)` for each task, in order, whatever the number of `jobs`, which run at once.

    A thread takes `at_once` tasks, and few results wait at a time. When the caller stops early, or is interrupted, what
    has not begun is not begun; when it is interrupted `stop` is called, so that what has begun need not be waited for.
    """
    if jobs < 2 or len(tasks) <= at_once:
        yield from map(function, tasks)
        return
    from concurrent.futures import ThreadPoolExecutor, wait

    def work(batch: Sequence[Task]) -> list[Result]:
        return [function(task) for task in batch]

    remaining = (tasks[first : first + at_once] for first in range(0, len(tasks), at_once))
    executor = ThreadPoolExecutor(jobs)
    is_waited_for = True
    try:
        waiting = deque(executor.submit(work, batch) for batch in islice(remaining, WAITING_PER_JOB * jobs))
        while waiting:
            # A signal that comes in the instant before the wait begins would be looked at behind it only.
            while stop is not None and not wait((waiting[0],), timeout=LOOKS_UP_SECONDS).done:
                pass
            results = waiting.popleft().result()
            waiting.extend(executor.submit(work, batch) for batch in islice(remaining, 1))
            yield from results
    except GeneratorExit:
        raise  # who asked has all that was wanted
    except BaseException:
        if stop is not None:
            stop()
            is_waited_for = False  # nobody takes what is still in hand, and it may never come
        raise
    finally:
        executor.shutdown(wait=is_waited_for, cancel_futures=True)


def ahead(function: Callable[[Task], Result], tasks: Sequence[Task], *, jobs: int) -> Iterator[Result]:
    """Yield `function(task)` for each task, in order; with several `jobs` one thread works a little ahead.

    One, because who asks is busy with Python too, and more threads would only wait for its lock; docs/design.md has
    what was tried.
    """
    if jobs < 2 or len(tasks) < 2:
        yield from map(function, tasks)
        return
    from concurrent.futures import ThreadPoolExecutor

    remaining = iter(tasks)
    executor = ThreadPoolExecutor(1)
    try:
        waiting = deque(executor.submit(function, task) for task in islice(remaining, WAITING_AHEAD))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(executor.submit(function, task) for task in islice(remaining, 1))
            yield result
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def beside(work: Callable[[], Result], *, jobs: int) -> Iterator[Callable[[], Result]]:
    """Begin `work` in a thread of its own; what is yielded waits for what it returns, or raises what it raised.

    With one of `jobs` it is done when it is asked for. Who leaves with an exception does not wait.
    """
    if jobs < 2:
        yield work
        return
    from concurrent.futures import ThreadPoolExecutor

    executor = ThreadPoolExecutor(1)
    future = executor.submit(work)
    try:
        yield future.result
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


@contextmanager
def quick_switching() -> Iterator[None]:
    """Let threads wait for the interpreter's lock no longer than `SWITCH_SECONDS` while the block runs."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(usual, SWITCH_SECONDS))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
