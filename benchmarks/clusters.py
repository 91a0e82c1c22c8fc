"""What very many equal or nearly equal paragraphs cost, beside as many distinct ones of the same length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.contestants import clean_folder, compile_ours
from benchmarks.figures import Figure, time_figure
from benchmarks.measuring import Runs, in_turns

GOAL = "<= 1.5 x"
DOCUMENTS = 1_000
NEAR_SHARE = 10
"""There are so many times fewer near-equal paragraphs than equal ones."""
EQUAL_WORDS, NEAR_WORDS = 16, 58
"""Words a paragraph. Of 58, a word and a number side by side differ in 4 of 56 shingles of 3: Jaccard .87."""
SYLLABLES = [a + b for a, b in product("bdfgklmnprstvz", "aeiou")]
WORDS = [a + b for a, b in product(SYLLABLES, SYLLABLES)]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of cluster: its paragraphs, and the distinct ones beside them."""

    name: str
    alike: Sequence[str]
    distinct: Sequence[str]


def measure_clusters(bench: Bench) -> list[Figure]:
    """Measure each kind, all in one document and spread over many."""
    compile_ours()
    size = bench.request.cluster_size
    near = max(size // NEAR_SHARE, 2)
    figures = []
    for make in (partial(equal_kind, size), partial(near_kind, near)):
        kind = make()
        count = len(kind.alike)
        for documents in (1, min(DOCUMENTS, max(count // 10, 2))):
            spread = "in one document" if documents == 1 else f"spread over {documents:,} documents"
            what = f"clusters: {count:,} {kind.name} paragraphs {spread} / as many distinct ones"
            seen = _measured(bench, kind, documents)
            figures.append(time_figure(what, seen["alike"], seen["distinct"], GOAL))
            print(f"{figures[-1].ratio} {what}", flush=True)
    return figures


def equal_kind(count: int) -> Kind:
    distinct = list(islice(distinct_paragraphs(EQUAL_WORDS), count))
    return Kind("equal", [distinct[0]] * count, distinct)


def near_kind(count: int) -> Kind:
    distinct = list(islice(distinct_paragraphs(NEAR_WORDS), count))
    return Kind("near-equal", list(islice(near_paragraphs(NEAR_WORDS), count)), distinct)


def distinct_paragraphs(words: int) -> Iterator[str]:
    """Yield paragraphs of so many words drawn by lot, always the same, without end."""
    chance = random.Random(2)
    while True:
        yield " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def near_paragraphs(words: int) -> Iterator[str]:
    """Yield one paragraph again and again, a word and a number in its middle always others, without end."""
    template = next(distinct_paragraphs(words - 2)).split(" ")
    before, after = " ".join(template[: words // 2]), " ".join(template[words // 2 :])
    number = 0
    while True:
        yield f"{before} {WORDS[number % len(WORDS)]} {number} {after}"
        number += 1


def write_documents(folder: Path, paragraphs: Sequence[str], documents: int) -> None:
    """Write the paragraphs into so many texts below a new folder, in order and in equal shares."""
    folder.mkdir()
    for number in range(documents):
        first, last = (len(paragraphs) * place // documents for place in (number, number + 1))
        text = "\n\n".join(paragraphs[first:last]) + "\n"
        (folder / f"{number:04d}.txt").write_text(text, encoding="utf-8")


def _measured(bench: Bench, kind: Kind, documents: int) -> dict[str, Runs]:
    with bench.side_room() as room:
        write_documents(room / "alike", kind.alike, documents)
        write_documents(room / "distinct", kind.distinct, documents)
        jobs = ("--jobs", bench.request.jobs)
        return in_turns(
            bench.request.cluster_runs,
            {
                "distinct": lambda: clean_folder(room / "distinct", room, *jobs, plan=False),
                "alike": lambda: clean_folder(room / "alike", room, *jobs, plan=False),
            },
        )
