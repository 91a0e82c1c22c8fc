"""Measure dedupe beside plain yardsticks on this machine, here and now; see README.md here."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks.bench import Bench, Request
from benchmarks.clusters import measure_clusters
from benchmarks.doubling import measure_doubling
from benchmarks.figures import Figure, table
from benchmarks.folder import measure_cold, measure_folder, measure_jobs, measure_progress
from benchmarks.formats import measure_formats
from benchmarks.measuring import CommandFailed, machine, watched
from benchmarks.starting import measure_imports, measure_start_up


def measure_documents(_bench: Bench) -> list[Figure]:
    """Run the comparison of near copies of documents, which prints figures of its own."""
    if find_spec("benchmarks.pgdoc") is None:
        return [Figure("-", "", "", "documents: benchmarks/pgdoc.py is not there", "", "")]
    print(watched([sys.executable, "-c", "from benchmarks.pgdoc import main; main()"]).output)
    return []


MEASUREMENT_BY_NAME: Mapping[str, Callable[[Bench], list[Figure]]] = {
    "start-up": measure_start_up,
    "import": measure_imports,
    "folder": measure_folder,
    "cold": measure_cold,
    "jobs": measure_jobs,
    "progress": measure_progress,
    "formats": measure_formats,
    "doubling": measure_doubling,
    "clusters": measure_clusters,
    "documents": measure_documents,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, print one table, and return 1 when something could not be measured."""
    chosen = options().parse_args(arguments)
    request = Request(
        runs=chosen.runs,
        start_ups=chosen.start_ups,
        megabytes=chosen.megabytes,
        base_megabytes=chosen.base_megabytes or chosen.megabytes,
        doubling_runs=chosen.doubling_runs,
        cluster_size=chosen.cluster_size,
        cluster_runs=chosen.cluster_runs,
        generated=chosen.generated,
        jobs=chosen.jobs,
    )
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="dedupe-bench-") as room:
        figures, failed = measure(chosen.only or list(MEASUREMENT_BY_NAME), Bench(request, Path(room)))
    print(table(figures))
    return 1 if failed else 0


def measure(names: Sequence[str], bench: Bench) -> tuple[list[Figure], bool]:
    """Return the figures of the measurements in the order of the table; one that fails does not stop the others."""
    figures: list[Figure] = []
    failed = False
    for name, take in MEASUREMENT_BY_NAME.items():
        if name not in names:
            continue
        print(f"{name} ...", flush=True)
        try:
            figures += take(bench)
        except CommandFailed as failure:
            failed = True
            print(f"error: {name}: {failure}", file=sys.stderr, flush=True)
            figures.append(Figure("failed", "", "", name, str(failure).splitlines()[0], ""))
    return figures, failed


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    add = parser.add_argument
    add("--only", action="append", choices=MEASUREMENT_BY_NAME, help="measure only this; repeatable")
    add("--runs", type=int, default=5, metavar="N", help="runs over a folder [5]")
    add("--start-ups", type=int, default=15, metavar="N", help="runs of a page, and of an import [15]")
    add("--megabytes", type=int, metavar="N", help="size of the folder [all of the speed corpus, else 100]")
    add("--base-megabytes", type=int, metavar="N", help="size of what is doubled [as --megabytes]")
    add("--doubling-runs", type=int, default=1, metavar="N", help="runs of each size of doubling [1]")
    add("--cluster-size", type=int, default=1_000_000, metavar="N", help="equal paragraphs [1000000]")
    add("--cluster-runs", type=int, default=1, metavar="N", help="runs of each cluster [1]")
    add("--generated", action="store_true", help="generate text though the speed corpus is there")
    add("--jobs", default="auto", metavar="N|auto", help="passed on to dedupe [auto]")
    return parser


if __name__ == "__main__":
    sys.exit(main())
