"""Clean a corpus by the command, take some of it back, then all: what has to be there again is there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from command_line import tree
from hypothesis import strategies as st
from run_here import dedupe_here
from strategies import raw_pages

RULE_SETS = (
    (),
    ("--select", "ALL"),
    ("--extend-select", "XDP,DOC402", "--keep", "longest"),
    ("--threshold", "0.6"),
)
CORPORA = st.lists(raw_pages(), min_size=1, max_size=3)


def cuts_of(plan: Path) -> dict[str, str]:
    """Return the documents of the cuts of a plan, by id."""
    lines = map(json.loads, plan.read_bytes().splitlines())
    return {line["id"]: line["document"] for line in lines if line["kind"] == "cut"}


def undone(folder: Path, contents: Sequence[bytes], rules: Sequence[str], chosen: Sequence[int]) -> None:
    """Clean and undo in every way; AssertionError where a byte is not what it was.

    `chosen` are numbers of removals, in order of their ids, that are taken back first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for number, content in enumerate(contents):
        path = folder / "in" / f"s{number % 2}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    originals = tree(folder / "in")
    ran = dedupe_here("clean", "in", "-o", "out", "--plan", "plan.jsonl", *rules, cwd=folder)
    assert ran.code in (0, 3), str(ran)
    as_it_is = {
        name for name in originals if f'"name":"{name}","reason"' in (folder / "plan.jsonl").read_text()
    }
    expected = {name: content for name, content in originals.items() if name not in as_it_is}
    _taken_back(folder, originals, chosen)
    dedupe_here("restore", "plan.jsonl", "-o", "back", cwd=folder).exits(0)
    assert tree(folder / "back") == expected
    if not {"--select", "--extend-select"} & set(rules):
        # documents cannot be left out in place
        dedupe_here("clean", "in", "--in-place", "--yes", "--plan", "placed.jsonl", *rules, cwd=folder)
        dedupe_here("restore", "placed.jsonl", cwd=folder).exits(0)
        shutil.rmtree(folder / "in" / ".dedupe-backup", ignore_errors=True)
        assert tree(folder / "in") == originals


def _taken_back(folder: Path, originals: Mapping[str, bytes], chosen: Sequence[int]) -> None:
    """Take single removals back, then look whether plan and clean files still tell of each other."""
    plan = folder / "plan.jsonl"
    cuts = cuts_of(plan)
    ids = sorted({sorted(cuts)[number % len(cuts)] for number in chosen}) if cuts else []
    if not ids:
        return
    before = tree(folder / "out")
    dedupe_here(
        "restore", "plan.jsonl", *(word for each in ids for word in ("--id", each)), cwd=folder
    ).exits(0)
    assert cuts_of(plan) == {each: name for each, name in cuts.items() if each not in ids}
    after = tree(folder / "out")
    for name, content in after.items():
        if name in originals and name not in {cuts[each] for each in ids}:
            assert content == before[name], name
    for name in {cuts[each] for each in ids} - set(cuts_of(plan).values()):
        assert after[name] == originals[name], name
