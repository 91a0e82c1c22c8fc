"""What is wrong with a line of a plan is said exactly, and all its fields come back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_edits import edit_of, plan_of

from dedupe.errors import PlanError
from dedupe.model import Edit, Skipped
from dedupe.plan import checks, index_plan, open_plan
from dedupe.plan.checks import PlanCheck
from dedupe.plan.door import DamagedError, Fields
from dedupe.plan.lf_lines import LfPieces


def kept_in_part(name: str, exempt: int) -> Edit:
    """Return an edit in which all fields say something."""
    edit = edit_of(name, b"x\ny\nz\n", [(1, 3)])
    return replace(edit, spared="template", segmentation="blank-line", exempt=exempt)


RESULTS: list[Edit | Skipped] = [
    kept_in_part("a", 2),
    kept_in_part("b", 3),
    Skipped("c", "unreadable", "it says so"),
]
HEADER, DOCUMENT, CUT = 0, 1, 2


@pytest.fixture
def lines(tmp_path: Path) -> list[dict[str, Any]]:
    plan_of(tmp_path / "plan", RESULTS)
    return [json.loads(line) for line in (tmp_path / "plan").read_bytes().splitlines()]


def test_all_fields_of_a_document_come_back(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", RESULTS)
    first, second = plan.documents()
    assert (first.spared, first.segmentation, first.exempt) == ("template", "blank-line", 2)
    assert (second.exempt, plan.totals.exempt) == (3, 5)
    assert [cut.pieces for cut in first.cuts] == [LfPieces(2, rotated=1)]
    assert index_plan(tmp_path / "plan").totals.exempt == 5


def said_of(lines: list[dict[str, Any]], number: int, **changes: Any) -> str:
    """Return what is said of a line that was changed."""
    check = PlanCheck()
    for line in lines[:number]:
        check.record_of(json.dumps(line).encode() + b"\n")
    with pytest.raises(DamagedError) as damaged:
        check.record_of(json.dumps({**lines[number], **changes}).encode() + b"\n")
    return str(damaged.value)


@pytest.mark.parametrize(
    ("number", "changes", "said"),
    [
        (HEADER, {"kind": "document"}, "is no header"),
        (HEADER, {"tool": "other"}, "is no header"),
        (HEADER, {"schema": 0}, "has the unknown schema 0"),
        (HEADER, {"destination": "moon"}, "the destination 'moon' is unknown"),
        (HEADER, {"settings": {"a": {}}}, "a setting is neither a simple value nor a list of strings"),
        (HEADER, {"settings": {"a": [1]}}, "a setting is neither a simple value nor a list of strings"),
        (HEADER, {"settings": []}, "'settings' is not an object"),
        (DOCUMENT, {"kind": "documents"}, "is of the unknown kind 'documents'"),
        (DOCUMENT, {"bom": "x"}, "'bom' is not hexadecimal"),
        (DOCUMENT, {"bytes": -1}, "'bytes' is not a count"),
        (DOCUMENT, {"bytes": 2**63}, "'bytes' is not a count"),
        (DOCUMENT, {"bytes": True}, "'bytes' is not a count"),
        (DOCUMENT, {"bytes": 1.0}, "'bytes' is not a count"),
        (DOCUMENT, {"digest": "0" * 31}, "'digest' is not a digest"),
        (DOCUMENT, {"guessed": 1}, "'guessed' is neither true nor false"),
        (DOCUMENT, {"name": 1}, "'name' is not a string"),
        (CUT, {"evidence": [["a", True]]}, "'evidence' holds what is no number"),
        (CUT, {"evidence": [["a", None]]}, "'evidence' holds what is no number"),
        (CUT, {"evidence": [["a", 2**63]]}, "'evidence' holds what is no number"),
        (CUT, {"evidence": [["a"]]}, "'evidence' is not a list of pairs"),
        (CUT, {"evidence": "a"}, "'evidence' is not a list"),
        (CUT, {"score": "1"}, "'score' holds what is no number"),
        (CUT, {"survivors": [1]}, "an item of 'survivors' is not an object"),
        (CUT, {"first_line": 9}, "a range ends before it starts"),
        (CUT, {"start": 4, "end": 3}, "a range ends before it starts"),
    ],
)
def test_of_a_changed_line(
    lines: list[dict[str, Any]], number: int, changes: dict[str, Any], said: str
) -> None:
    assert said_of(lines, number, **changes) == said


def test_counts_by_name_are_counts() -> None:
    fields = Fields.of_line(b'{"removed":{"DUP101":1,"DUP102":-1},"found":{"XDP301":2}}')
    assert fields.counter("found") == {"XDP301": 2}
    for key, said in (("removed", "'removed' is not a count"), ("skipped", "'skipped' is missing")):
        with pytest.raises(DamagedError) as damaged:
            fields.counter(key)
        assert str(damaged.value) == said


def test_a_place_ends_behind_its_beginning_by_bytes_and_by_lines(lines: list[dict[str, Any]]) -> None:
    for changes in ({"start": 2, "end": 1}, {"first_line": 2, "last_line": 1}):
        survivor = {**lines[CUT]["survivors"][0], **changes}
        assert said_of(lines, CUT, survivors=[survivor]) == "a range ends before it starts"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"x\n", "is not JSON"),
        (b"\xff\n", "is not JSON"),
        (b'{"a":NaN}\n', "is not JSON"),
        (b'{"a":Infinity}\n', "is not JSON"),
        (b"[" * 100_000 + b"\n", "is not JSON"),
        (b"[]\n", "the line is not an object"),
        (b"1\n", "the line is not an object"),
    ],
)
def test_of_what_is_no_line_of_a_plan(line: bytes, said: str) -> None:
    with pytest.raises(DamagedError) as damaged:
        Fields.of_line(line)
    assert str(damaged.value) == said


def test_the_largest_numbers_are_numbers() -> None:
    fields = Fields.of_line(b'{"a":9223372036854775807,"b":-9223372036854775807}')
    assert (fields.count("a"), fields.number("b")) == (2**63 - 1, -(2.0**63))


def test_behind_the_trailer_comes_nothing(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    check = PlanCheck()
    for line in (tmp_path / "plan").read_bytes().splitlines(keepends=True):
        check.record_of(line)
    with pytest.raises(DamagedError) as damaged:
        check.record_of(json.dumps(lines[DOCUMENT]).encode() + b"\n")
    assert str(damaged.value) == "comes after the trailer"


def test_a_line_that_is_too_long_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_LINE_BYTES", 10)
    for line in (b"x" * 10, b"x" * 11):
        with pytest.raises(DamagedError) as damaged:
            PlanCheck().record_of(line)
        assert str(damaged.value) == "is too long"
    with pytest.raises(DamagedError) as damaged:
        PlanCheck().record_of(b"x" * 8 + b"\n")
    assert str(damaged.value) == "is not JSON"


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    for path, fault in (
        (tmp_path / "none", "no such file or directory"),
        (Path("a\0b"), "embedded null byte"),
    ):
        with pytest.raises(PlanError) as refused:
            open_plan(path)
        assert str(refused.value) == f"{path}: {fault}; give a file that --plan wrote"


def test_what_is_binary_is_read_back_in_base_64(tmp_path: Path) -> None:
    edit = edit_of("a", b"\xffx y\xff z\n", [(3, 4)])
    [document] = plan_of(tmp_path / "plan", [edit]).documents()
    assert document.cuts[0].pieces == LfPieces(1, b"\xffx ", b"\xff z\n")
