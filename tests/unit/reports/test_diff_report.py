"""The diff shows what went, and `patch -R` with it gives the original back."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from made_edits import EDITS_OF_LINES, NAMES_FOR_PATCH, edit_of, plan_of

from dedupe.errors import PlanError
from dedupe.model import Edit
from dedupe.reporters import REPORTER_BY_NAME
from dedupe.reports import diff_of
from dedupe.reports.diff import quoted_name

needs_patch = pytest.mark.skipif(shutil.which("patch") is None, reason="needs the command patch")


def diff_with_context(edit: Edit) -> bytes:
    pieces: list[bytes] = []
    diff_of(edit, pieces.append)
    return b"".join(pieces)


def diff_of_plan(folder: Path, edit: Edit) -> bytes:
    pieces: list[bytes] = []
    REPORTER_BY_NAME["diff"].render(plan_of(folder / "plan", [edit]), pieces.append)
    return b"".join(pieces)


def patched_back(folder: Path, edit: Edit, diff: bytes) -> bytes | None:
    """Return what `patch -R` makes of the clean file; its exit code must be 0."""
    path = folder / edit.name
    path.parent.mkdir(exist_ok=True)
    if edit.dropped:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(edit.cleaned)
    if diff:
        command = ["patch", "--binary", "-p0", "-R"]
        done = subprocess.run(command, input=diff, capture_output=True, cwd=folder, check=False)
        assert done.returncode == 0, (done.stdout, done.stderr, diff)
    return path.read_bytes()


@needs_patch
@given(EDITS_OF_LINES)
def test_patch_turns_any_clean_file_into_its_original(edit: Edit) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "corpus"
        folder.mkdir()
        assert patched_back(folder, edit, diff_with_context(edit)) == edit.raw
        assert patched_back(folder, edit, diff_of_plan(Path(name), edit)) == edit.raw


@needs_patch
def test_a_cut_is_not_moved_into_the_next(tmp_path: Path) -> None:
    edit = edit_of("a", b"a\r\nb\r\nc\nd\n", [(1, 4), (5, 7)])
    (tmp_path / "corpus").mkdir()
    assert patched_back(tmp_path / "corpus", edit, diff_of_plan(tmp_path, edit)) == edit.raw


@needs_patch
@pytest.mark.parametrize("name", NAMES_FOR_PATCH)
def test_patch_finds_files_of_any_name(tmp_path: Path, name: str) -> None:
    edit = edit_of(name, b"kept\ngoes\n", [(5, 10)])
    assert patched_back(tmp_path, edit, diff_with_context(edit)) == edit.raw


@needs_patch
@pytest.mark.parametrize("raw", [b"x\ny\n", b"x\ny", b"x"])
def test_patch_brings_a_dropped_document_back(tmp_path: Path, raw: bytes) -> None:
    edit = replace(edit_of("a", raw, [(0, 1)]), dropped=True)
    (tmp_path / "corpus").mkdir()
    assert patched_back(tmp_path / "corpus", edit, diff_with_context(edit)) == raw
    assert patched_back(tmp_path / "corpus", edit, diff_of_plan(tmp_path, edit)) == raw


def test_the_diff_has_three_lines_of_context_and_merges_near_cuts(tmp_path: Path) -> None:
    raw = b"".join(b"%d\n" % number for number in range(1, 20))
    edit = edit_of("a b", raw, [(8, 10), (16, 18), (39, 42)])
    assert diff_with_context(edit) == (
        b'--- "a b"\n+++ "a b"\n'
        b"@@ -2,11 +2,9 @@\n 2\n 3\n 4\n-5\n 6\n 7\n 8\n-9\n 10\n 11\n 12\n"
        b"@@ -14,6 +12,5 @@\n 14\n 15\n 16\n-17\n 18\n 19\n"
    )
    assert diff_of_plan(tmp_path, edit) == (
        b'--- "a b"\n+++ "a b"\n@@ -5,1 +4,0 @@\n-5\n@@ -9,1 +7,0 @@\n-9\n@@ -17,1 +14,0 @@\n-17\n'
    )


def test_a_missing_final_newline_is_told(tmp_path: Path) -> None:
    edit = edit_of("a", b"x\ny", [(1, 3)])
    hunk = b"@@ -1,2 +1,1 @@\n-x\n-y\n\\ No newline at end of file\n+x\n\\ No newline at end of file\n"
    assert diff_with_context(edit) == b"--- a\n+++ a\n" + hunk
    assert diff_of_plan(tmp_path, edit) == b"--- a\n+++ a\n" + hunk


def test_a_cut_from_line_end_to_line_end_is_shown_as_whole_lines(tmp_path: Path) -> None:
    edit = edit_of("a", b"x\r\n\r\ny\r\nz\r\n", [(1, 6)])
    assert diff_of_plan(tmp_path, edit) == b"--- a\n+++ a\n@@ -2,2 +1,0 @@\n-\r\n-y\r\n"


def test_documents_without_cuts_are_not_in_the_diff(tmp_path: Path) -> None:
    edit = edit_of("a", b"x\n")
    assert diff_with_context(edit) == diff_of_plan(tmp_path, edit) == b""


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("corpus/a-b_1.txt", b"corpus/a-b_1.txt"),
        ("-rf", b'"-rf"'),
        ('a "b"\\\n\x1b\x7f', b'"a \\"b\\"\\\\\\n\\033\\177"'),
        ("é\udcff", b'"\\303\\251\\377"'),
        ("\ud83d", b'"\\355\\240\\275"'),
        ("", b'""'),
    ],
)
def test_names_are_quoted_as_git_does(name: str, quoted: bytes) -> None:
    assert quoted_name(name) == quoted


def test_a_plan_without_text_gives_no_diff(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [edit_of("a", b"x\n", [(0, 2)])], preview=False)
    with pytest.raises(PlanError, match="holds no text to show; make it again without --no-preview"):
        REPORTER_BY_NAME["diff"].render(plan, lambda _: None)


def test_rendering_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    edit = edit_of(os.fsdecode(b"\xff"), b"x\ny\n", [(0, 2)])
    assert diff_of_plan(tmp_path, edit) == diff_of_plan(tmp_path, edit)
