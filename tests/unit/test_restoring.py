"""Originals come back byte for byte, or their files are left alone and the reason is told."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from made_edits import ANY_EDIT, digest_of, edit_of, plan_of

from dedupe.errors import PlanError, UsageError
from dedupe.model import Edit
from dedupe.restoring import Restored, RestoreRefused, restore, restore_bytes

RAW = b"kept\n\ngoes\n\nkept too"
EDIT = edit_of("a", RAW, [(4, 10)])


def corpus(tmp_path: Path, edits: list[Edit]) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for edit in edits:
        (folder / edit.name).write_bytes(edit.cleaned)
    return folder


@given(ANY_EDIT)
def test_any_edit_is_undone_on_a_pipe(edit: Edit) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(Path(folder) / "plan", [edit])
        assert restore_bytes(plan, edit.cleaned) == edit.raw
        assert restore_bytes(plan, edit.raw) == edit.raw


@given(ANY_EDIT)
def test_any_edit_is_undone_in_files_whatever_its_name(edit: Edit) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "root"
        folder.mkdir()
        (folder / "f").write_bytes(edit.cleaned)
        written = {edit.name: "f"}
        for destination, out_dir in (("out-dir", Path(name) / "new"), ("in-place", None)):
            plan = plan_of(
                Path(name) / "plan",
                [edit],
                destination="out-dir" if destination == "out-dir" else "in-place",
                root=str(folder),
                written=written,
            )
            results = list(restore(plan, out_dir=out_dir))
            assert len(results) == (0 if destination == "in-place" and not edit.cuts else 1)
            assert all(isinstance(result, Restored) for result in results)
            assert ((out_dir or folder) / "f").read_bytes() == edit.raw


def test_an_in_place_plan_puts_files_back_and_says_what_it_did(tmp_path: Path) -> None:
    edits = [edit_of(name, RAW, [(4, 10)]) for name in "abcd"]
    folder = corpus(tmp_path, edits)
    (folder / "b").write_bytes(RAW)
    (folder / "c").write_bytes(b"edited since")
    (folder / "d").unlink()
    (folder / "a").chmod(0o604)
    plan = plan_of(tmp_path / "plan", edits, destination="in-place", root=str(folder))
    refused = (
        f"{folder / 'c'}: the file is not as dedupe left it; it was left alone, restore it from the backup"
    )
    missing = f"{folder / 'd'}: no such file or directory; put the clean file back there"
    assert list(restore(plan)) == [
        Restored("a", folder / "a"),
        Restored("b", folder / "b", already=True),
        RestoreRefused("c", refused),
        RestoreRefused("d", missing),
    ]
    assert (folder / "a").read_bytes() == RAW
    assert (folder / "a").stat().st_mode & 0o777 == 0o604
    assert (folder / "c").read_bytes() == b"edited since"


def test_an_in_place_plan_leaves_documents_without_cuts_alone_whatever_they_are_now(tmp_path: Path) -> None:
    folder = corpus(tmp_path, [EDIT, edit_of("b", RAW, []), edit_of("c", RAW, [])])
    (folder / "b").write_bytes(b"edited since")
    (folder / "c").unlink()
    edits = [EDIT, edit_of("b", RAW, []), edit_of("c", RAW, [])]
    plan = plan_of(tmp_path / "plan", edits, destination="in-place", root=str(folder))
    assert list(restore(plan)) == [Restored("a", folder / "a")]
    assert (folder / "b").read_bytes() == b"edited since"
    assert [result.name for result in restore(plan, out_dir=tmp_path / "new")] == ["a", "b", "c"]


def test_an_out_dir_plan_needs_a_folder_and_builds_the_originals_in_it(tmp_path: Path) -> None:
    folder = corpus(tmp_path, [EDIT])
    plan = plan_of(tmp_path / "plan", [EDIT], destination="out-dir", root=str(folder))
    with pytest.raises(UsageError, match="name one with -o DIR"):
        restore(plan)
    with pytest.raises(UsageError, match="the clean files are there; name another folder"):
        restore(plan, out_dir=folder)
    out_dir = tmp_path / "originals"
    assert list(restore(plan, out_dir=out_dir)) == [Restored("a", out_dir / "a")]
    assert (out_dir / "a").read_bytes() == RAW
    assert (folder / "a").read_bytes() == EDIT.cleaned
    assert list(restore(plan, out_dir=out_dir)) == [Restored("a", out_dir / "a", already=True)]
    (out_dir / "a").write_bytes(b"something else")
    [refused] = restore(plan, out_dir=out_dir)
    assert isinstance(refused, RestoreRefused)
    assert "something else stands there" in refused.why
    assert (out_dir / "a").read_bytes() == b"something else"


def test_the_root_can_be_replaced(tmp_path: Path) -> None:
    folder = corpus(tmp_path, [EDIT])
    plan = plan_of(tmp_path / "plan", [EDIT], destination="in-place", root="/was/elsewhere")
    assert list(restore(plan, root=folder)) == [Restored("a", folder / "a")]
    rootless = plan_of(tmp_path / "plan", [EDIT], destination="in-place")
    with pytest.raises(PlanError, match="name the folder with --root DIR"):
        restore(rootless)


def test_a_dropped_document_is_built_from_the_plan_alone(tmp_path: Path) -> None:
    edit = replace(EDIT, dropped=True)
    (tmp_path / "clean").mkdir()
    plan = plan_of(tmp_path / "plan", [edit], destination="out-dir", root=str(tmp_path / "clean"))
    [result] = restore(plan, out_dir=tmp_path / "out")
    assert isinstance(result, Restored)
    assert result.path.read_bytes() == RAW


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/hostname", "..", "a/../../x", "a//b", "nul\0", "\ud800", "./x"]
)
def test_names_that_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "in" / "root").mkdir(parents=True)
    edit = edit_of(name, RAW, [(4, 10)])
    plan = plan_of(tmp_path / "plan", [edit], destination="in-place", root=str(tmp_path / "in" / "root"))
    for out_dir in (None, tmp_path / "in" / "out"):
        [result] = restore(plan, out_dir=out_dir)
        assert isinstance(result, RestoreRefused)
        assert "leads out of" in result.why
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["in", "plan", "root"]


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_bytes(EDIT.cleaned)
    folder = corpus(tmp_path, [EDIT])
    (folder / "sub").symlink_to(outside)
    plan = plan_of(
        tmp_path / "plan", [EDIT], destination="in-place", root=str(folder), written={"a": "sub/a"}
    )
    [result] = restore(plan)
    assert isinstance(result, RestoreRefused)
    (folder / "sub").unlink()
    (folder / "sub").mkdir()
    (folder / "sub" / "a").write_bytes(EDIT.cleaned)
    (tmp_path / "out").mkdir()
    assert (outside / "a").read_bytes() == EDIT.cleaned
    (outside / "a").unlink()
    (tmp_path / "out" / "sub").symlink_to(outside)
    [result] = restore(plan, out_dir=tmp_path / "out")
    assert isinstance(result, RestoreRefused)
    assert list(outside.iterdir()) == []


def test_a_file_that_became_a_link_or_a_pipe_is_refused(tmp_path: Path) -> None:
    folder = corpus(tmp_path, [])
    (folder / "target").write_bytes(EDIT.cleaned)
    (folder / "a").symlink_to("target")
    plan = plan_of(tmp_path / "plan", [EDIT], destination="in-place", root=str(folder))
    [result] = restore(plan)
    assert isinstance(result, RestoreRefused)
    (folder / "a").unlink()
    os.mkfifo(folder / "a")
    [result] = restore(plan)
    assert isinstance(result, RestoreRefused)


def test_what_is_put_back_must_be_the_original(tmp_path: Path) -> None:
    forged = replace(EDIT, digest=digest_of(b"another original"))
    folder = corpus(tmp_path, [forged])
    plan = plan_of(tmp_path / "plan", [forged], destination="in-place", root=str(folder))
    [result] = restore(plan)
    assert isinstance(result, RestoreRefused)
    assert (folder / "a").read_bytes() == EDIT.cleaned


NO_TEXT = (
    r"the plan holds digests and not the removed text \(--no-preview\); "
    "it cannot restore, take the originals from a backup$"
)


def test_plans_that_cannot_restore_say_why(tmp_path: Path) -> None:
    blind = plan_of(tmp_path / "blind", [EDIT], destination="in-place", preview=False, root="/")
    with pytest.raises(PlanError, match=NO_TEXT):
        restore(blind)
    with pytest.raises(PlanError, match=NO_TEXT):
        restore_bytes(blind, EDIT.cleaned)
    with pytest.raises(
        PlanError,
        match=r"wrote no files \(stdout\); give the clean text of its one document on standard input$",
    ):
        restore(plan_of(tmp_path / "printed", [EDIT]))
    with pytest.raises(PlanError, match="the plan has 2 documents; give one of a single text"):
        restore_bytes(plan_of(tmp_path / "two", [EDIT, edit_of("b", b"")]), b"")
    with pytest.raises(PlanError, match="not the one that this plan left; give the clean text, unchanged"):
        restore_bytes(plan_of(tmp_path / "one", [EDIT]), b"other")
