"""Measure profiles: each page of a labelled set cleaned alone with what the other pages of its site tell.

Three ways are compared, by the F1 of tokens against the gold text, averaged over pages: the folder as a whole, each
page alone with a profile of the others, and each page alone with nothing. See QUALITY.md here.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from dedupe.learning import learn
from dedupe.model import Edit
from dedupe.pipeline import prepare
from dedupe.reading.sources import BytesSource
from dedupe.settings import Settings

WEB = Path(__file__).resolve().parents[1] / ".." / "shared" / "corpora" / "web"
TOKEN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]|[^\\W_]+")
"""What is counted: a word, or a character of a script without spaces."""
WAYS = ("folder", "profile", "alone")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one page: the F1 of each way, and its name."""

    name: str
    f1: Mapping[str, float]


def token_f1(output: str, gold: str) -> float | None:
    """Return the F1 of the bags of tokens of two texts, None where the gold one has none."""
    want, have = (Counter(TOKEN.findall(text.lower())) for text in (gold, output))
    if not want:
        return None
    both = sum((want & have).values())
    precision, recall = both / max(1, sum(have.values())), both / sum(want.values())
    return 2 * precision * recall / (precision + recall) if both else 0.0


def cleaned(sources: Sequence[BytesSource], settings: Settings) -> dict[str, str]:
    """Return the clean texts of some documents by their names."""
    edits = prepare(sources, settings=settings).edits()
    return {edit.name: edit.cleaned_text for edit in edits if isinstance(edit, Edit)}


def results_of(folder: Path, settings: Settings) -> Iterator[Result]:
    """Yield what comes of each page of a set that is scored."""
    scored = _scored(folder)
    sources = [
        BytesSource(f"{path.parent.name}/{path.stem}", path.parent.name, path.read_bytes())
        for path in sorted(folder.glob("pages/*/*.txt"))
    ]
    whole = cleaned(sources, settings)
    for _, group in groupby(sources, key=lambda source: source.group):
        pages = list(group)
        for page in pages:
            name = page.name.partition("/")[2]
            gold = folder / "gold" / f"{name}.txt"
            if name not in scored or not gold.is_file():
                continue
            profile, _ = learn([other for other in pages if other is not page], settings=settings)
            lone = replace(page, group="")
            outputs = {
                "folder": whole[page.name],
                "profile": cleaned([lone], replace(settings, profiles=(profile,)))[page.name],
                "alone": cleaned([lone], settings)[page.name],
            }
            text = gold.read_text(encoding="utf-8", errors="replace")
            f1 = {way: token_f1(outputs[way], text) for way in WAYS}
            if f1["folder"] is not None:
                yield Result(page.name, {way: value or 0.0 for way, value in f1.items()})


def _scored(folder: Path) -> set[str]:
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["id"] for record in map(json.loads, lines) if record.get("score")}


def table(results: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield "| set | pages | the folder | alone with a profile | alone |"
    yield "|---|---|---|---|---|"
    for name, of_set in results.items():
        means = [sum(result.f1[way] for result in of_set) / max(1, len(of_set)) for way in WAYS]
        yield f"| {name} | {len(of_set):,} | {' | '.join(f'{mean:.4f}' for mean in means)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and the pages that a profile serves worst; 2 where the sets are not beside the checkout."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.leave_one_out", description=__doc__)
    parser.add_argument("sets", nargs="*", default=["cleanportaleval"], metavar="SET")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name so many pages")
    chosen = parser.parse_args(arguments)
    missing = [name for name in chosen.sets if not (WEB / name / "manifest.jsonl").is_file()]
    if missing:
        sys.stderr.write(f"{WEB / missing[0]}: not there; nothing to measure\n")
        return 2
    results = {name: list(results_of(WEB / name, Settings())) for name in chosen.sets}
    for line in table(results):
        sys.stdout.write(f"{line}\n")
    behind = [
        (result.f1["profile"] - result.f1["folder"], result) for of in results.values() for result in of
    ]
    for gap, result in sorted(behind, key=lambda pair: pair[0])[: chosen.worst]:
        sys.stdout.write(f"{gap:+.3f} {result.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
