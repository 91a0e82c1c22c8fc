"""The same input gives the same bytes: for any hash seed, number of processes, order, and way of asking."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import corpora

from dedupe import Document, Settings, clean, workers
from dedupe.pipeline import prepare
from dedupe.reading import discover
from dedupe.settings import RULES

RUN = Path(__file__).with_name("digest_of_a_run.py")
EVERY_RULE = Settings(strip=frozenset(rule.code for rule in RULES))


HASH_SEEDS = ("0", "1", "42", "random")


def start(hash_seed: str, orders_in_processes: Iterable[int]) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(RUN), *map(str, orders_in_processes)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_hash_seed_processes_and_order_change_nothing() -> None:
    # Starting processes is slow: each hash seed does it for an order of its own, in the long profile for all.
    is_long = settings().max_examples > 200
    runs = [
        start(hash_seed, range(4) if is_long else (number,)) for number, hash_seed in enumerate(HASH_SEEDS)
    ]
    printed = [run.communicate(timeout=300)[0].splitlines() for run in runs]
    assert [run.returncode for run in runs] == [0] * 4
    assert [len(lines) for lines in printed] == [16 if is_long else 10] * 4
    assert len({line for lines in printed for line in lines}) == 2  # one digest for each of two settings


def test_two_processes_are_asked_for_where_the_text_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    def map_here(work: Callable[[object], object], sources: list[object], jobs: int) -> Iterator[object]:
        started.append(jobs)
        return map(work, sources)

    monkeypatch.setattr(workers, "WORTH_STARTING_BYTES", 0)
    monkeypatch.setattr(workers, "_map_in_processes", map_here)
    clean([Document("a", "One line.\n"), Document("b", "Another line.\n")], jobs=2)
    assert started == [2]


@given(corpora(), st.permutations(range(4)), st.sampled_from([Settings(), EVERY_RULE]))
def test_the_order_of_documents_changes_nothing(
    documents: list[Document], order: list[int], chosen: Settings
) -> None:
    shuffled = [documents[place] for place in order if place < len(documents)]
    assert clean(shuffled, settings=chosen) == clean(documents, settings=chosen)


@given(corpora(most=2))
def test_the_library_and_a_folder_of_files_give_the_same(documents: list[Document]) -> None:
    documents = [Document(each.name, each.text.removeprefix("\ufeff"), each.group) for each in documents]
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for document in documents:
            path = root / document.name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(document.text.encode())
        found = discover([root])
        assert found.skipped == ()
        from_files = list(prepare(found.sources, settings=Settings()).edits())
    assert from_files == list(clean(documents).results)
