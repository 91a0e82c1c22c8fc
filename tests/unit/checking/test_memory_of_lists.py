"""What is held of a check follows what is new in it, a few bytes a finding, whatever the list."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from dedupe.checking import baseline, sarif
from dedupe.checking.baseline import Ledger, fingerprint
from dedupe.checking.checker import Checker
from dedupe.checking.gates import Gate, Gates
from dedupe.checking.interface import Lister
from dedupe.checking.registry import LISTER_BY_NAME
from dedupe.cli.full_list import FullLister
from dedupe.corpus.written_out import WrittenOut
from dedupe.model import Cut, Edit, Place, Totals
from dedupe.reports import bodies

BYTES_A_FINDING = 200
NAMES = ("full", *LISTER_BY_NAME)


def cuts(count: int) -> Iterator[Cut]:
    """Yield distinct paragraphs, one after the other, as a large document is told of."""
    for n in range(count):
        text = f"Ship {n} of the line of {n * n} left pier {n % 9} with {n} crates of tea and no passengers."
        place = Place("a.txt", n, n + 1, n + 1, n + 1)
        removed = text.encode()
        yield Cut(str(n), "a.txt", n, n + 1, n + 1, n + 1, "DUP101", 1.0, (), (place,), removed, text)


def edit(count: int) -> Edit:
    told: WrittenOut[Cut, object] = WrittenOut(count, lambda: cuts(count))
    return Edit(
        "a.txt", b"x", b"", "", "", "utf-8", False, "line", count, cuts=told, sums=Totals(documents=1)
    )


def lister(name: str) -> Lister:
    def nowhere(piece: bytes) -> None:
        del piece

    if name == "full":
        return FullLister(nowhere, coloured=False, width=80)
    return LISTER_BY_NAME[name](nowhere, None, False)


@pytest.mark.parametrize("has_baseline", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_a_finding_takes_less_than_200_bytes(
    name: str, has_baseline: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Keys are made and forgotten; watched by tracemalloc, that would take most of the time.
    monkeypatch.setattr(baseline, "comparison_key", lambda text: text)
    count = 4_000
    # As many clusters for so many findings as 5,000 are for 100,000.
    monkeypatch.setattr(sarif, "MAX_RESULTS", 200)
    monkeypatch.setattr(bodies, "HELD_BYTES", 16 * 1024)
    ledger = None
    if has_baseline:
        ledger = Ledger()
        for cut in cuts(count):
            ledger.know(fingerprint(cut.rule, cut.text), 1)
    told = edit(count)
    tracemalloc.start()
    checker = Checker(
        [lister(name)], gates=Gates([Gate("max-duplicates", 0)]), ledger=ledger, path_of=lambda name: name
    )
    checker.take(told)
    outcome = checker.outcome(version="0", settings_digest="0")
    checker.finish(outcome)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.duplicates == count
    assert peak / count < BYTES_A_FINDING
