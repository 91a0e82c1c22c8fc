"""What the program does to the fixtures is what `fixtures/expected.json` says a reader wants."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from dedupe.model import Edit
from dedupe.pipeline import prepare
from dedupe.reading import discover
from dedupe.settings import Settings

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXPECTED = json.loads((FIXTURES / "expected.json").read_text(encoding="utf-8"))
FOLDERS = ["", *sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())]

LinesByRule = dict[str, list[int]]


def outcome(folder: str) -> dict[str, tuple[LinesByRule, LinesByRule]]:
    """Return the lines removed and reported by rule for each file, named as in `expected.json`."""
    prepared = prepare(discover([FIXTURES / folder]).sources, settings=Settings())
    found = {}
    for edit in prepared.edits():
        assert isinstance(edit, Edit)
        removed: defaultdict[str, list[int]] = defaultdict(list)
        reported: defaultdict[str, list[int]] = defaultdict(list)
        for cut in edit.cuts:
            removed[cut.rule] += range(cut.first_line, cut.last_line + 1)
        for finding in edit.findings:
            reported[finding.rule] += range(finding.place.first_line, finding.place.last_line + 1)
        name = f"{folder}/{edit.name}".lstrip("/")
        found[name] = (either_way(removed, EXPECTED[name]["removed"]), dict(reported))
    return found


def either_way(removed: LinesByRule, wanted: LinesByRule) -> LinesByRule:
    """Return the lines that one of two rules may remove under both names, where the expectation has both."""
    told = dict(removed)
    for either in wanted:
        if " or " in either:
            told[either] = sorted(line for rule in either.split(" or ") for line in told.pop(rule, []))
    return told


def expected(name: str, have: LinesByRule) -> tuple[LinesByRule, LinesByRule]:
    """Return what is expected of a file; what it tolerates is expected where it was found."""
    entry = EXPECTED[name]
    reported = dict(entry["reported"])
    for rule in entry.get("tolerated", {}):
        if rule in have:
            reported[rule] = have[rule]
    return entry["removed"], reported


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_fixture_comes_out_as_expected_in_any_company(folder: str) -> None:
    found = outcome(folder)
    assert found == {name: expected(name, reported) for name, (_, reported) in found.items()}


def test_no_fixture_is_left_out() -> None:
    assert outcome("").keys() == EXPECTED.keys()
