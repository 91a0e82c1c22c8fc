"""A figure, and the table that all of them end in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from benchmarks.measuring import MEGABYTE, Runs


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was compared, how much, and what it should be."""

    ratio: str
    processors: str
    """The ratio of the time of all processors, which other work on the machine disturbs less than wall time."""
    goal: str
    """Text beside the figure, never compared with it; empty where there is none."""
    what: str
    measured: str
    beside: str


HEADINGS = Figure("ratio", "processors", "goal", "what", "measured", "beside")


def time_figure(what: str, ours: Runs, theirs: Runs, goal: str = "") -> Figure:
    ratio, processors = f"{ours.seconds / theirs.seconds:.2f} x", processor_ratio(ours, theirs)
    return Figure(ratio, processors, goal, what, str(ours), str(theirs))


def processor_ratio(ours: Runs, theirs: Runs) -> str:
    return f"{ours.processor_seconds / theirs.processor_seconds:.2f} x" if theirs.processor_seconds else ""


def memory_figure(what: str, ours: Runs, theirs: Runs, goal: str = "") -> Figure:
    ratio = f"{ours.peak_bytes / theirs.peak_bytes:.1f} x" if theirs.peak_bytes else "unknown"
    return Figure(ratio, "", goal, what, _megabytes(ours), _megabytes(theirs))


def table(figures: Sequence[Figure], headings: Figure = HEADINGS) -> str:
    """Return the figures one a line, columns below each other, ratios first."""
    rows = [astuple(figure) for figure in (headings, *figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _megabytes(runs: Runs) -> str:
    return f"{runs.peak_bytes / MEGABYTE:.0f} MB"
