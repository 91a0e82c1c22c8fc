"""Work in threads, its results in order: for kernels, which let other threads run while they do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

WAITING_PER_JOB = 4


def map_in_threads(function: Callable[[Task], Result], tasks: Iterable[Task], *, jobs: int) -> Iterator[Result]:
    """Yield `function(task)` for each task, in order, whatever the number of `jobs`, which run at once.

    Few results wait at a time. When the caller stops early, or is interrupted, what has not begun is not begun.
    """
    if jobs < 2:
        yield from map(function, tasks)
        return
    from concurrent.futures import ThreadPoolExecutor

    remaining = iter(tasks)
    executor = ThreadPoolExecutor(jobs)
    try:
        waiting = deque(executor.submit(function, task) for task in islice(remaining, WAITING_PER_JOB * jobs))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(executor.submit(function, task) for task in islice(remaining, 1))
            yield result
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
