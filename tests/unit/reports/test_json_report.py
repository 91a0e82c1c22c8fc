"""The JSON report is one object that any reader takes, whatever text is in it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from made_edits import ANY_EDIT, edit_of, plan_of

from dedupe.model import Edit, Finding, Place, Skipped
from dedupe.plan import Plan
from dedupe.reporters import REPORTER_BY_NAME


def json_of(plan: Plan) -> bytes:
    pieces: list[bytes] = []
    REPORTER_BY_NAME["json"].render(plan, pieces.append)
    return b"".join(pieces)


def test_the_report_holds_totals_documents_and_skipped_inputs(tmp_path: Path) -> None:
    finding = Finding("XDP301", Place("a", 0, 2, 1, 1), 1.0, (), (Place("b", 4, 6, 3, 3),))
    edit = edit_of("a", b"x\ny\n", [(2, 4)], findings=(finding,))
    report = json.loads(json_of(plan_of(tmp_path / "plan", [edit, Skipped("z", "changed")])))
    assert list(report) == [
        "format_version",
        "tool",
        "version",
        "destination",
        "preview",
        "settings",
        "settings_digest",
        "totals",
        "documents",
        "skipped",
    ]
    assert report["format_version"] == 1
    assert report["totals"] == {
        "documents": 1,
        "paragraphs": 3,
        "bytes_in": 4,
        "bytes_out": 2,
        "removed": {"DUP101": 1},
        "removed_characters": {"DUP101": 1},
        "found": {"XDP301": 1},
        "skipped": {"changed": 1},
    }
    [document] = report["documents"]
    [cut] = document["cuts"]
    assert (cut["rule"], cut["rule_name"], cut["text"]) == ("DUP101", "exact repeat", "y")
    assert cut["survivors"] == [{"document": "a", "start": 0, "end": 2, "first_line": 1, "last_line": 1}]
    [found] = document["findings"]
    assert found["copies"] == [{"document": "b", "start": 4, "end": 6, "first_line": 3, "last_line": 3}]
    assert report["skipped"] == [{"name": "z", "reason": "changed", "detail": "", "is_failure": True}]


def test_an_empty_run_is_a_whole_object(tmp_path: Path) -> None:
    report = json.loads(json_of(plan_of(tmp_path / "plan", [])))
    assert (report["documents"], report["skipped"]) == ([], [])


@given(st.lists(ANY_EDIT, max_size=3), st.booleans())
def test_any_text_and_name_comes_back_from_the_report(edits: list[Edit], preview: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = json_of(plan_of(Path(folder) / "plan", edits, preview=preview))
    report = json.loads(content)
    assert [document["name"] for document in report["documents"]] == [edit.name for edit in edits]
    for document, edit in zip(report["documents"], edits, strict=True):
        expected = [cut.text if preview else None for cut in edit.cuts]
        assert [cut["text"] for cut in document["cuts"]] == expected


def test_nothing_that_acts_on_a_terminal_is_in_the_report(tmp_path: Path) -> None:
    edit = edit_of("\x1b\x9b\u202e\u2028", "\x1b]0;\x07\x9b\x7f\u202e\n".encode(), [(0, 10)])
    text = json_of(plan_of(tmp_path / "plan", [edit])).decode()
    assert not set(text) & {"\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\u2028"}
