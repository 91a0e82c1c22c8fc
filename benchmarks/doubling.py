"""How time and memory grow while the corpus is doubled three times, in texts that are all distinct."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import NamedTuple

from benchmarks.bench import Bench
from benchmarks.contestants import clean_folder, compile_ours, count_plainly, distinct_paragraphs
from benchmarks.corpora import COPIES, add_copy, make_corpus
from benchmarks.figures import Figure, processor_ratio
from benchmarks.measuring import MEGABYTE, Runs, in_turns

WALL_GOAL, MEMORY_GOAL = "<= 2.2 x", "<= 500 B"


class Size(NamedTuple):
    """What was seen at one size."""

    copies: int
    distinct: int
    clean: Runs
    plain: Runs


def measure_doubling(bench: Bench) -> list[Figure]:
    request = bench.request
    compile_ours()
    sizes: list[Size] = []
    with bench.side_room() as room:
        base = make_corpus(room / "base", request.base_megabytes, generated=request.generated)
        folder, made = room / "copies", 0
        print(f"doubling: {base}", flush=True)
        for copies in (1, 2, 4, COPIES):
            began = time.perf_counter()
            for number in range(made, copies):
                add_copy(base, folder, number)
            made = copies
            print(f"doubling: {copies} times, made in {time.perf_counter() - began:.1f} s", flush=True)
            seen = in_turns(
                request.doubling_runs,
                {
                    "plain": lambda: count_plainly(folder),
                    "clean": lambda: clean_folder(folder, room, "--jobs", request.jobs),
                },
            )
            distinct = distinct_paragraphs(seen["plain"].each[0])
            sizes.append(Size(copies, distinct, seen["clean"], seen["plain"]))
    return [
        *(_wall_figure(small, large) for small, large in pairwise(sizes)),
        *(_memory_figure(small, large) for small, large in [*pairwise(sizes), (sizes[0], sizes[-1])]),
    ]


def _wall_figure(small: Size, large: Size) -> Figure:
    plain = large.plain.seconds / small.plain.seconds
    return Figure(
        f"{large.clean.seconds / small.clean.seconds:.2f} x",
        processor_ratio(large.clean, small.clean),
        WALL_GOAL,
        f"doubling: {large.copies} times the corpus / {small.copies} times, time",
        f"{large.clean.seconds:.2f} s / {small.clean.seconds:.2f} s",
        f"the plain loop: {plain:.2f} x, {large.plain.seconds:.2f} s / {small.plain.seconds:.2f} s",
    )


def _memory_figure(small: Size, large: Size) -> Figure:
    grown = large.clean.peak_bytes - small.clean.peak_bytes
    paragraphs = large.distinct - small.distinct
    return Figure(
        f"{grown / paragraphs:.0f} B",
        "",
        MEMORY_GOAL,
        f"doubling: {small.copies} to {large.copies} times the corpus, memory a distinct paragraph",
        f"{small.clean.peak_bytes / MEGABYTE:.0f} to {large.clean.peak_bytes / MEGABYTE:.0f} MB",
        f"{small.distinct:,} to {large.distinct:,} distinct paragraphs",
    )
