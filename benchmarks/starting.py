"""How long it takes to start: a page on a pipe, and what importing each library costs."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial

from benchmarks.bench import Bench
from benchmarks.contestants import compile_ours
from benchmarks.corpora import a_page
from benchmarks.figures import Figure, time_figure
from benchmarks.measuring import MEGABYTE, CommandFailed, Runs, in_turns, watched

IMPORTS = (
    "import click, xxhash, rich",
    "import numpy",
    "import datasketch",
    "import numba",
)
"""What could be imported, each beside a Python that imports nothing."""


def measure_start_up(bench: Bench) -> list[Figure]:
    page = a_page()
    clean = [sys.executable, "-m", "dedupe", "clean", "--isolated"]
    plain = [sys.executable, "-c", "import click"]
    compile_ours()
    commands = {"page": partial(watched, clean, given=page), "click": partial(watched, plain)}
    for command in commands.values():  # fills caches
        command()
    seen = in_turns(bench.request.start_ups, commands)
    what = f'start-up: a page of {len(page):,} bytes on a pipe / python -c "import click"'
    return [time_figure(what, seen["page"], seen["click"], "<= 5")]


def measure_imports(bench: Bench) -> list[Figure]:
    commands = {"pass": partial(watched, [sys.executable, "-c", "pass"])}
    missing = []
    for statement in IMPORTS:
        try:
            watched([sys.executable, "-c", statement])
        except CommandFailed:
            missing.append(statement)
            continue
        commands[statement] = partial(watched, [sys.executable, "-c", statement])
    seen = in_turns(bench.request.start_ups, commands)
    absent = [Figure("-", "", "", f"import: {statement}", "not installed", "") for statement in missing]
    return [
        *(_import_figure(name, runs, seen["pass"]) for name, runs in seen.items() if name != "pass"),
        *absent,
    ]


def _import_figure(statement: str, importing: Runs, bare: Runs) -> Figure:
    figure = time_figure(f"import: {statement} / pass", importing, bare)
    more = (importing.peak_bytes - bare.peak_bytes) / MEGABYTE
    added = f"+{importing.seconds - bare.seconds:.3f} s, +{more:.0f} MB: {figure.measured}"
    return replace(figure, measured=added)
