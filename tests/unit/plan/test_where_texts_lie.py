"""A text is looked for in the root that is given, or where the plan says, and nowhere that a name leads out to."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from made_edits import edit_of, plan_of
from run_here import dedupe_here

from dedupe.inputs import Record
from dedupe.model import Edit
from dedupe.plan import NoText, Plan, WholeText, WholeTexts, open_plan
from dedupe.plan.record_texts import RecordTexts
from dedupe.plan.whole_texts import decoded

EDIT = edit_of("a.txt", b"kept\n\ngoes\n\nkept too", [(6, 12)])
CHANGED = NoText("a.txt", "the file has changed since")
GONE = NoText("a.txt", "the file is not there any more")


def a_plan(
    folder: Path, *, edit: Edit = EDIT, root: str = "", read: str = "", written: str = ""
) -> tuple[Plan, WholeText | NoText]:
    plan = plan_of(folder / "plan", [edit], root=root, read={edit.name: read}, written={edit.name: written})
    return plan, WholeTexts(plan).of(next(plan.documents()))


def test_it_is_read_where_it_was_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(EDIT.raw)
    assert isinstance(a_plan(tmp_path, read=str(tmp_path / "x"))[1], WholeText)


def test_a_relative_place_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x").write_bytes(EDIT.raw)
    assert a_plan(tmp_path, read="x")[1] == GONE


def test_else_it_is_read_where_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_bytes(EDIT.cleaned)
    found = a_plan(tmp_path, root=str(tmp_path), read="/nonexistent/x", written="clean.txt")[1]
    assert isinstance(found, WholeText)
    assert found.raw == EDIT.raw


def test_without_a_root_nothing_was_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clean.txt").write_bytes(EDIT.cleaned)
    assert a_plan(tmp_path, written="clean.txt")[1] == GONE


@pytest.mark.parametrize("written", ["../outside", "/outside"])
def test_a_name_that_leads_out_of_the_root_is_not_followed(tmp_path: Path, written: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside").write_bytes(EDIT.cleaned)
    written = written if written[0] == "." else f"{tmp_path}{written}"
    assert a_plan(tmp_path, root=str(root), written=written)[1] == GONE
    plan = open_plan(tmp_path / "plan")
    assert WholeTexts(plan, root).of(next(plan.documents())) == GONE
    leading_out = edit_of("../outside", EDIT.raw)
    plan = plan_of(tmp_path / "plan", [leading_out])
    found = WholeTexts(plan, root).of(next(plan.documents()))
    assert found == NoText("../outside", "the file is not there any more")


def test_with_a_root_that_is_given_only_that_counts(tmp_path: Path) -> None:
    for name in ("x", "clean.txt"):
        (tmp_path / name).write_bytes(EDIT.raw)
    plan, found = a_plan(tmp_path, root=str(tmp_path), read=str(tmp_path / "x"), written="clean.txt")
    assert isinstance(found, WholeText)
    (tmp_path / "given").mkdir()
    assert WholeTexts(plan, tmp_path / "given").of(next(plan.documents())) == GONE


def test_a_file_of_another_size_is_not_even_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"another")
    assert a_plan(tmp_path, read=str(tmp_path / "x"))[1] == CHANGED
    (tmp_path / "x").unlink()
    os.mkfifo(tmp_path / "x")
    assert a_plan(tmp_path, read=str(tmp_path / "x"))[1] == CHANGED
    assert a_plan(tmp_path, read=str(tmp_path))[1] in (CHANGED, GONE)


def test_a_file_of_the_same_size_is_known_by_its_digest(tmp_path: Path) -> None:
    for content in (EDIT.raw, EDIT.cleaned):
        (tmp_path / "x").write_bytes(content[:-1] + b"X")
        assert a_plan(tmp_path, read=str(tmp_path / "x"))[1] == CHANGED


def test_clean_bytes_that_do_not_give_the_original_are_none_of_it(tmp_path: Path) -> None:
    wrong = replace(EDIT, digest="0" * 32)
    (tmp_path / "x").write_bytes(wrong.cleaned)
    assert a_plan(tmp_path, edit=wrong, read=str(tmp_path / "x"))[1] == CHANGED


def test_bytes_are_shown_whatever_the_codec_is() -> None:
    assert decoded("é".encode("cp1252"), "cp1252") == "é"
    assert decoded(b"a\xff", "utf-8") == "a\udcff"
    assert decoded(b"a\x81b", "cp1252") == "a\udc81b"
    assert decoded(b"a\0b", "utf-16-le") == "a\ufffd"  # no lone surrogates there
    assert decoded(b"a\xff", "no such codec") == "a\udcff"
    assert decoded(b"a", "base64") == "a"  # a codec, but none of texts


RECORDS = b'{"text": "one"}\n{"text": "two"}\n'


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A folder in which two records were cleaned from `in/a.jsonl` into `out/a.jsonl`."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_bytes(RECORDS)
    run = ("clean", "in", "--format", "jsonl", "-o", "out", "--plan", "plan")
    dedupe_here(*run, cwd=tmp_path).exits(0)
    return tmp_path


def record(number: int, file: str = "a.jsonl") -> Record:
    return Record(file, number)


def test_records_are_read_out_of_the_original_then_the_clean_file(records: Path) -> None:
    texts = RecordTexts(open_plan(records / "plan"), None)
    assert texts.paths(record(1)) == [records / "in" / "a.jsonl", records / "out" / "a.jsonl"]
    for number, text in ((1, b"one"), (2, b"two"), (3, None), (1, b"one")):
        assert list(texts.contents(record(number))) == [text, text]
    (records / "out" / "a.jsonl").write_bytes(b'{"text": "three"}\n')
    texts = RecordTexts(open_plan(records / "plan"), None)
    assert list(texts.contents(record(1))) == [b"one", b"three"]
    assert list(texts.contents(record(2))) == [b"two", None]
    (records / "in" / "a.jsonl").unlink()
    assert list(texts.contents(record(1))) == [b"three"]


def test_a_file_stays_open_for_the_next_record(records: Path) -> None:
    texts = RecordTexts(open_plan(records / "plan"), None)
    (records / "out" / "a.jsonl").unlink()
    assert list(texts.contents(record(1))) == [b"one"]
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    (records / "in" / "a.jsonl").write_bytes(b'{"text": "ONE"}\n{"text": "TWO"}\n')
    # The places are those of the file as it was opened.
    assert list(texts.contents(record(2))) == [b"TWO"]
    (records / "in" / "a.jsonl").write_bytes(b"\n" + RECORDS)
    assert list(texts.contents(record(2))) != [b"one"]
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_in_a_root_that_is_given_files_lie_under_either_name(records: Path) -> None:
    moved = records / "moved"
    moved.mkdir()
    (moved / "a.jsonl").write_bytes(RECORDS)
    texts = RecordTexts(open_plan(records / "plan"), moved)
    assert set(texts.paths(record(1))) == {moved / "a.jsonl"}
    assert next(iter(texts.contents(record(2)))) == b"two"
    assert texts.paths(record(1, "b.jsonl")) == []


@pytest.mark.parametrize("key", ["read", "written"])
@pytest.mark.parametrize("value", ["", "relative", "../../outside"])
def test_places_that_a_stranger_wrote_into_a_plan_lead_nowhere(records: Path, key: str, value: str) -> None:
    lines = [json.loads(line) for line in (records / "plan").read_text().splitlines()]
    for line in lines:
        if line["kind"] == "file":
            line["local"][key] = value  # where files lie is not part of the digest
    (records / "plan").write_text("".join(json.dumps(line) + "\n" for line in lines))
    known = {"read": records / "in" / "a.jsonl", "written": records / "out" / "a.jsonl"}
    del known[key]
    if (key, value) == ("written", "relative"):
        known["written"] = records / "out" / "relative"
    assert RecordTexts(open_plan(records / "plan"), None).paths(record(1)) == list(known.values())
    root = records / "root"
    expected = [root / "a.jsonl"] + [root / "relative"] * ((key, value) == ("written", "relative"))
    if key == "read":
        expected.append(root / "a.jsonl")
    assert RecordTexts(open_plan(records / "plan"), root).paths(record(1)) == expected


def test_a_run_into_no_folder_wrote_nothing_anywhere(records: Path) -> None:
    lines = [json.loads(line) for line in (records / "plan").read_text().splitlines()]
    del lines[0]["local"]
    (records / "plan").write_text("".join(json.dumps(line) + "\n" for line in lines))
    paths = RecordTexts(open_plan(records / "plan"), None).paths(record(1))
    assert paths == [records / "in" / "a.jsonl"]
