"""Clean one corpus in every order of its sources and with one and two processes; print one digest for each run.

Started by `test_same_for_everyone` in interpreters of different hash seeds. Spawned workers import this file again.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from dedupe import workers
from dedupe.model import Source
from dedupe.pipeline import prepare
from dedupe.reading import discover
from dedupe.settings import RULES, Settings

FIXTURES = Path(__file__).parents[2] / "fixtures"
SETTINGS = (Settings(), Settings(strip=frozenset(rule.code for rule in RULES), threshold=0.5))


def orders_of(sources: Sequence[Source]) -> Iterator[list[Source]]:
    yield list(sources)
    yield list(reversed(sources))
    for seed in (1, 2):
        shuffled = list(sources)
        random.Random(seed).shuffle(shuffled)
        yield shuffled


def digest_of(sources: Sequence[Source], settings: Settings, jobs: int) -> str:
    """Return one digest over all that a run gives: outputs, cuts, findings, skipped documents, their order."""
    digest = hashlib.blake2b()
    for result in prepare(sources, settings=settings, jobs=jobs).edits():
        digest.update(repr(result).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def main() -> None:
    """Print a line a run; with two processes only the orders whose numbers are given as arguments."""
    workers.WORTH_STARTING_BYTES = 0
    sources = discover([FIXTURES]).sources
    for number, order in enumerate(orders_of(sources)):
        for jobs in (1, 2) if str(number) in sys.argv[1:] else (1,):
            for chosen, settings in enumerate(SETTINGS):
                sys.stdout.write(f"{chosen} {digest_of(order, settings, jobs)}\n")


if __name__ == "__main__":
    main()
