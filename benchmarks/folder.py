"""A folder of 100 MB: against the plain loop, from cold, with one and two jobs, and what progress costs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.contestants import clean_folder, compile_ours, count_plainly
from benchmarks.figures import Figure, memory_figure, time_figure
from benchmarks.measuring import Run, in_turns

PAGE_CACHE_SWITCH = Path("/proc/sys/vm/drop_caches")


def measure_folder(bench: Bench) -> list[Figure]:
    corpus, request = bench.corpus, bench.request
    compile_ours()
    seen = in_turns(
        request.runs,
        {
            "plain": lambda: count_plainly(corpus.folder),
            "clean": lambda: clean_folder(corpus.folder, bench.room, "--jobs", request.jobs),
        },
    )
    what = "folder: dedupe clean -o --plan / the plain loop"
    return [
        time_figure(what, seen["clean"], seen["plain"], "<= 1.0, better 0.5, best 0.35"),
        memory_figure("folder: memory of all processes together", seen["clean"], seen["plain"], "<= 600 MB"),
    ]


def measure_cold(bench: Bench) -> list[Figure]:
    corpus, jobs = bench.corpus, ("--jobs", bench.request.jobs)
    compile_ours()
    emptied = drop_page_cache()
    seen = in_turns(
        bench.request.runs,
        {
            "plain, cold": lambda: _after_emptying(lambda: count_plainly(corpus.folder)),
            "clean, cold": lambda: _after_emptying(lambda: _clean_uncompiled(bench)),
            "plain, warm": lambda: count_plainly(corpus.folder),
            "clean, warm": lambda: clean_folder(corpus.folder, bench.room, *jobs),
        },
    )
    disk = "" if emptied else " (the page cache could not be dropped: that needs root)"
    return [
        time_figure(f"cold: dedupe clean / the plain loop{disk}", seen["clean, cold"], seen["plain, cold"]),
        time_figure("cold: the same, both warm", seen["clean, warm"], seen["plain, warm"]),
        time_figure("cold: dedupe clean, cold / warm", seen["clean, cold"], seen["clean, warm"]),
    ]


def measure_jobs(bench: Bench) -> list[Figure]:
    folder = bench.corpus.folder
    compile_ours()
    seen = in_turns(
        bench.request.runs,
        {
            "one": lambda: clean_folder(folder, bench.room, "-j1"),
            "two": lambda: clean_folder(folder, bench.room, "-j2"),
        },
    )
    return [
        time_figure("jobs: dedupe clean -j2 / -j1", seen["two"], seen["one"]),
        memory_figure("jobs: the same, memory", seen["two"], seen["one"]),
    ]


def measure_progress(bench: Bench) -> list[Figure]:
    """Compare without `--quiet`, which silences the bar, so that both print the report to the terminal."""
    folder, jobs = bench.corpus.folder, bench.request.jobs
    compile_ours()

    def clean(progress: str) -> Run:
        options = ("--progress", progress, "--jobs", jobs)
        variables = {"TERM": "xterm-256color", "COLUMNS": "100"}
        return clean_folder(folder, bench.room, *options, quiet=False, terminal=True, environment=variables)

    seen = in_turns(bench.request.runs, {when: partial(clean, when) for when in ("never", "always")})
    return [time_figure("progress: --progress always / never", seen["always"], seen["never"])]


def drop_page_cache() -> bool:
    """Have the system forget what it has read of files; return whether it could be told to."""
    os.sync()
    try:
        PAGE_CACHE_SWITCH.write_text("3\n")
    except OSError:
        return False
    return True


def _after_emptying(command: Callable[[], Run]) -> Run:
    drop_page_cache()
    return command()


def _clean_uncompiled(bench: Bench) -> Run:
    """Clean with an empty folder in place of each folder where compiled code and other finds are kept."""
    with tempfile.TemporaryDirectory(dir=bench.room) as empty:
        variables = {"PYTHONPYCACHEPREFIX": empty, "XDG_CACHE_HOME": empty}
        return clean_folder(
            bench.corpus.folder, bench.room, "--jobs", bench.request.jobs, environment=variables
        )
