"""The two that are measured on a folder: `dedupe clean`, and the plain loop beside it."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measuring import CHECKOUT, Run, watched

YARDSTICK = CHECKOUT / "benchmarks" / "yardstick.py"


def count_plainly(folder: Path) -> Run:
    """Run the yardstick over a folder."""
    return watched([sys.executable, str(YARDSTICK), str(folder)])


def distinct_paragraphs(run: Run) -> int:
    """Return how many distinct paragraphs the yardstick said there are."""
    found = re.search(r"([\d,]+) distinct", run.output)
    if found is None:
        raise ValueError(f"not what the yardstick says: {run.output!r}")
    return int(found[1].replace(",", ""))


def clean_folder(
    folder: Path,
    room: Path,
    *options: str,
    plan: bool = True,
    quiet: bool = True,
    environment: Mapping[str, str] | None = None,
    terminal: bool = False,
) -> Run:
    """Run `dedupe clean` over a folder into a fresh one below `room`.

    What it wrote stays until `room` goes: when ext4 makes a file it passes over those that were removed in the last
    seconds, one by one, and a run would pay for what was left by the one before (`benchmarks/README.md`).
    """
    out = Path(tempfile.mkdtemp(dir=room)) / "out"
    plan_file = out.with_name("plan.jsonl")
    command = [sys.executable, "-m", "dedupe", "clean", str(folder), "-o", str(out), "--isolated", *options]
    if plan:
        command += ["--plan", str(plan_file)]
    if quiet:
        command += ["--quiet"]
    return watched(command, environment=environment, terminal=terminal)


def compile_ours() -> None:
    """Let Python compile the modules of the package, so that the first run is like the others."""
    watched([sys.executable, "-m", "compileall", "-q", "dedupe"])
