"""A corpus large enough to be interrupted, and what its runs must leave."""

from __future__ import annotations

import random
from pathlib import Path

from command_line import CLEAN_PAGE, PAGE, a_file, tree

RULES = ("--ignore", "BPL201")
"""Each page is judged by itself, so what a page becomes is known without running anything."""


def put_pages(folder: Path, count: int) -> dict[str, bytes]:
    """Write pages that each lose something; return what they hold."""
    for number in range(count):
        a_file(folder / f"{number:03}.txt", page(number))
    return tree(folder)


def page(number: int) -> str:
    """Return a page whose body stands three times, with a line of its own that does too."""
    own = f"Report {number} was filed at the pier, {number * 7919} words into the night.\n"
    return PAGE + own * 3


def clean_page(number: int) -> bytes:
    """Return what must be left of it."""
    return (
        CLEAN_PAGE + f"Report {number} was filed at the pier, {number * 7919} words into the night.\n"
    ).encode()


def instants(seed: int, count: int) -> list[float]:
    """Return moments of a run as shares of the time that it takes."""
    chosen = random.Random(seed)
    return [chosen.random() for _ in range(count)]


def without_remains(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder but for those that tell of runs, not of documents."""
    return {
        name: content
        for name, content in tree(folder).items()
        if not name.startswith((".dedupe/", ".dedupe-backup/"))
    }
