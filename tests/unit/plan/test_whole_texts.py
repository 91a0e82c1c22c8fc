"""The whole text of a document is shown from files that prove to be the right ones, and from no others."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from made_edits import ANY_EDIT, edit_of, plan_of

from dedupe.model import Edit
from dedupe.plan import NoText, PlannedCut, WholeText, WholeTexts

RAW = b"\xef\xbb\xbfkept\n\ngoes\n\nkept too"
EDIT = edit_of("site/a.txt", RAW, [(9, 15)])


def whole(found: WholeText | NoText) -> WholeText:
    assert isinstance(found, WholeText)
    return found


@given(ANY_EDIT)
def test_pieces_joined_are_the_original_whether_it_or_the_clean_text_is_found(edit: Edit) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(Path(folder) / "plan", [edit])
        document = next(plan.documents())
        for content in (edit.raw, edit.cleaned):
            text = whole(WholeTexts(plan, given={edit.name: content}).of(document))
            assert text.raw == edit.raw
            position, cuts = 0, []
            for piece in text.pieces():
                if isinstance(piece, PlannedCut):
                    assert piece.start >= position
                    cuts.append(piece)
                    position = piece.end
                else:
                    assert piece
            assert tuple(cuts) == document.cuts


def test_kept_text_and_cuts_come_in_order_without_the_byte_order_mark(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [EDIT])
    document = next(plan.documents())
    pieces = list(whole(WholeTexts(plan, given={EDIT.name: RAW}).of(document)).pieces())
    assert pieces == ["kept\n\n", document.cuts[0], "kept too"]


@pytest.mark.parametrize("content", [EDIT.raw, EDIT.cleaned], ids=["original", "clean"])
@pytest.mark.parametrize("name", ["site/a.txt", "elsewhere.txt"])
def test_a_corpus_that_moved_is_found_under_its_new_root(tmp_path: Path, content: bytes, name: str) -> None:
    plan = plan_of(tmp_path / "plan", [EDIT], root="/nonexistent", written={EDIT.name: "elsewhere.txt"})
    root = tmp_path / "moved"
    (root / name).parent.mkdir(parents=True)
    (root / name).write_bytes(content)
    document = next(plan.documents())
    assert whole(WholeTexts(plan, root).of(document)).raw == RAW
    assert WholeTexts(plan).of(document) == NoText(EDIT.name, "the file is not there any more")


def test_a_file_that_changed_is_not_shown(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [EDIT])
    document = next(plan.documents())
    (tmp_path / "site").mkdir()
    for content in (RAW.replace(b"kept", b"KEPT"), RAW + b"x", b""):
        (tmp_path / "site/a.txt").write_bytes(content)
        assert WholeTexts(plan, tmp_path).of(document) == NoText(EDIT.name, "the file has changed since")


def test_a_plan_without_preview_shows_no_text_though_the_original_is_there(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [EDIT], preview=False)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/a.txt").write_bytes(RAW)
    found = WholeTexts(plan, tmp_path).of(next(plan.documents()))
    assert found == NoText(EDIT.name, "the plan was made with --no-preview")


def test_a_document_that_lies_in_no_file_has_no_text_unless_it_is_given(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [edit_of("-", RAW, [(9, 15)])])
    document = next(plan.documents())
    assert WholeTexts(plan).of(document) == NoText("-", "it lies in no file")
    assert whole(WholeTexts(plan, given={"-": RAW}).of(document)).raw == RAW


def test_the_text_of_a_dropped_document_is_all_in_the_plan(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [replace(EDIT, dropped=True)])
    assert whole(WholeTexts(plan).of(next(plan.documents()))).raw == RAW


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "link/secret.txt"])
def test_nothing_outside_the_root_is_read(tmp_path: Path, name: str) -> None:
    edit = edit_of(name, RAW, [(9, 15)])
    plan = plan_of(tmp_path / "plan", [edit])
    root = tmp_path / "root"
    (tmp_path / "aside").mkdir()
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "aside")
    for place in (tmp_path / "secret.txt", tmp_path / "aside/secret.txt"):
        place.write_bytes(RAW)
    assert isinstance(WholeTexts(plan, root).of(next(plan.documents())), NoText)


def test_a_named_pipe_in_the_place_of_a_file_does_not_hold_us(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [edit_of("a", RAW, [(9, 15)])])
    os.mkfifo(tmp_path / "a")
    assert isinstance(WholeTexts(plan, tmp_path).of(next(plan.documents())), NoText)


@pytest.mark.parametrize("codec", ["no-such-codec", "hex", "", "a\0b"])
def test_a_codec_that_there_is_not_does_not_stop_the_showing(tmp_path: Path, codec: str) -> None:
    plan = plan_of(tmp_path / "plan", [replace(EDIT, encoding=codec)])
    document = next(plan.documents())
    assert "kept" in "".join(
        piece
        for piece in whole(WholeTexts(plan, given={EDIT.name: RAW}).of(document)).pieces()
        if isinstance(piece, str)
    )
