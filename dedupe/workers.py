"""The first pass over many documents, on several processors when it is worth starting them."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from dedupe.model import Source

Result = TypeVar("Result")

WORTH_STARTING_BYTES = 8_000_000
"""Less text than this is read before new processes would have started."""
_DOCUMENTS_AT_ONCE = 16


def available_processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_in_order(
    function: Callable[[Source], Result],
    sources: Sequence[Source],
    *,
    jobs: int,
    size_of: Callable[[Result], int],
) -> Iterator[Result]:
    """Yield `function(source)` for each source, in order, whatever the number of `jobs`.

    Work starts in this process; other processes are started once `WORTH_STARTING_BYTES`, as `size_of` measures
    results, have been read and more sources follow.
    """
    remaining = iter(sources)
    done = 0
    while done < WORTH_STARTING_BYTES or jobs < 2:
        source = next(remaining, None)
        if source is None:
            return
        result = function(source)
        done += size_of(result)
        yield result
    yield from _map_in_processes(function, list(remaining), jobs)


def _map_in_processes(work: Callable[[Source], Result], sources: list[Source], jobs: int) -> Iterator[Result]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children, get_context

    strangers = set(active_children())
    # Spawned, not forked: a fork copies the threads' locks of whoever calls the library.
    executor = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    batches = (
        sources[first : first + _DOCUMENTS_AT_ONCE] for first in range(0, len(sources), _DOCUMENTS_AT_ONCE)
    )
    try:
        # Ctrl-C reaches every process of a terminal; ours start with it blocked and are ended by this one.
        with _interrupts_blocked():
            waiting = deque(
                executor.submit(_work_through, work, batch) for batch in islice(batches, 2 * jobs)
            )
        while waiting:
            results = waiting.popleft().result()
            waiting.extend(executor.submit(_work_through, work, batch) for batch in islice(batches, 1))
            yield from results
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for worker in set(active_children()) - strangers:
            worker.terminate()
        raise
    finally:
        executor.shutdown()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work_through(work: Callable[[Source], Result], batch: list[Source]) -> list[Result]:
    return [work(source) for source in batch]
