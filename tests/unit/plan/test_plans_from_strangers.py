"""What only a stranger's plan says, or one that changes while it is read, is refused or left out, never believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_edits import digest_of, edit_of, plan_of

from dedupe.errors import PlanError, UsageError
from dedupe.inputs import Record
from dedupe.model import Finding, Place, Skipped
from dedupe.plan import (
    IN_NO_FILE,
    NoText,
    PlanHeader,
    PlanWriter,
    WholeText,
    WholeTexts,
    checks,
    index,
    index_plan,
    open_plan,
)
from dedupe.plan.canonical import canonical, new_digest
from dedupe.plan.naming import entry_of
from dedupe.plan.spelling import spelled_lines
from dedupe.plan.used_settings import settings_of
from dedupe.plan.whole_texts import decoded
from dedupe.settings import Settings

RAW = b"one\ntwo\nthree\n"


def lines_at(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def forge(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change the lines of a plan, and the digest with them."""
    lines = lines_at(path)
    change(lines)
    digest = new_digest()
    lines[-1].pop("digest", None)
    for line in lines:
        digest.update(canonical({key: value for key, value in line.items() if key != "local"}) + b"\n")
    lines[-1]["digest"] = digest.hexdigest()
    path.write_bytes(b"".join(canonical(line) + b"\n" for line in lines))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    finding = Finding("XDP301", Place("a", 0, 3, 1, 1), 1.0, (), (Place("b", 0, 2, 1, 1),))
    plan_of(tmp_path / "plan", [edit_of("a", RAW, [(4, 8)], findings=(finding,)), Skipped("z", "binary")])
    return tmp_path / "plan"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda lines: lines[1].update(name=3), "'name' is not a string"),
        (lambda lines: lines[1].update(guessed=0), "'guessed' is neither true nor false"),
        (lambda lines: lines[2].update(survivors={}), "'survivors' is not a list"),
        (
            lambda lines: lines[1].update(dropped=True, rest="longer than it says"),
            "whose rest is not as long as it says",
        ),
    ],
)
def test_a_line_that_cannot_be_is_told_of(path: Path, wrong: Callable[[Any], object], message: str) -> None:
    forge(path, wrong)
    with pytest.raises(PlanError, match=message):
        open_plan(path)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"1e999"])
def test_what_is_no_number_is_refused(path: Path, number: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(b'"score":0.875', b'"score":' + number))
    with pytest.raises(PlanError):
        open_plan(path)


def test_a_line_that_never_ends_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_LINE_BYTES", 200)
    with pytest.raises(PlanError):
        open_plan(path)


def test_a_file_that_cannot_be_read_to_its_end_is_refused() -> None:
    with pytest.raises(PlanError, match="Input/output error; "):
        open_plan(Path("/proc/self/mem"))


def test_an_index_does_not_believe_lines_that_it_has_not_looked_at(path: Path) -> None:
    forge(path, lambda lines: lines[2].update(start=-1))
    indexed = index_plan(path)
    with pytest.raises(PlanError, match=r"a line of 'a' 'start' is not a count; run dedupe again"):
        indexed.document(indexed.entries[0])


def test_an_id_before_every_document_belongs_to_none(path: Path) -> None:
    forge(path, lambda lines: lines.insert(1, lines.pop(2)))
    indexed = index_plan(path)
    assert indexed.ids_beginning(digest_of(RAW[4:8])[:12]) == []


def test_a_plan_that_changes_under_an_index_is_noticed(path: Path) -> None:
    indexed = index_plan(path)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content + b"\n")
    with pytest.raises(PlanError, match="the plan was changed while it was in use; start again"):
        indexed.document(indexed.entries[0])


def test_a_plan_that_changes_while_it_is_indexed_is_noticed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(path.read_bytes().replace(b"0.875", b"0.874"))
    monkeypatch.setattr(index, "open_plan", lambda _: None)  # as if it had been whole for a moment
    with pytest.raises(PlanError, match="the plan was changed while it was in use; start again"):
        index_plan(path)


def test_a_name_that_ends_two_documents_is_refused(tmp_path: Path) -> None:
    plan_of(tmp_path / "plan", [edit_of("x/a", RAW), edit_of("y/a", RAW)])
    indexed = index_plan(tmp_path / "plan")
    assert entry_of(indexed, "x/a") == (indexed.entries[0], False)
    with pytest.raises(UsageError, match=r"a: 2 documents are called so \(x/a, y/a\); give the whole name"):
        entry_of(indexed, "a")
    with pytest.raises(UsageError, match="has no such document; its names read like x/a, y/a"):
        entry_of(indexed, "b:1")


def test_a_plan_without_files_has_no_places_of_files(path: Path) -> None:
    assert open_plan(path).file_places() == {}
    assert index_plan(path).file_places() == {}


def test_a_record_of_a_file_that_the_plan_does_not_tell_of_lies_in_no_file(path: Path) -> None:
    forge(path, lambda lines: lines[1].update(record={"file": "gone.jsonl", "number": 1, "id": ""}))
    plan = open_plan(path)
    (document,) = plan.documents()
    assert document.record == Record("gone.jsonl", 1)
    assert WholeTexts(plan).of(document) == NoText("a", IN_NO_FILE)


def test_cuts_that_do_not_fit_the_clean_text_give_no_text(tmp_path: Path) -> None:
    edit = edit_of("a", RAW, [(4, 8)])
    plan_of(tmp_path / "plan", [edit])
    short = b"x"
    forge(
        tmp_path / "plan",
        lambda lines: lines[1].update(cleaned_digest=digest_of(short)),
    )
    plan = open_plan(tmp_path / "plan")
    (document,) = plan.documents()
    assert isinstance(WholeTexts(plan, given={"a": short}).of(document), NoText)
    assert isinstance(WholeTexts(plan, given={"a": RAW}).of(document), WholeText)


@pytest.mark.parametrize("encoding", ["no such codec", "rot13", "nul\0"])
def test_a_codec_that_there_is_not_shows_text_all_the_same(encoding: str) -> None:
    assert decoded(b"a\xff", encoding) == "a\udcff"


def test_settings_that_do_not_fit_are_left_out() -> None:
    assert settings_of({"threshold": 7}) == Settings()
    assert settings_of({"threshold": 0.5, "from the future": 1}).threshold == 0.5


def test_a_writer_takes_nothing_that_no_plan_holds(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="a setting cannot hold"):
        PlanHeader.of(OddSettings(), version="1", destination="stdout")
    with pytest.raises(TypeError, match="list is nothing that is spelled by lines"):
        spelled_lines([])
    header = PlanHeader.of(Settings(), version="1", destination="stdout")
    with (
        PlanWriter(tmp_path / "plan", header=header) as writer,
        pytest.raises(ValueError, match="local holds"),
    ):
        writer.write(edit_of("a", RAW), local={"elsewhere": "x"})
    assert list(tmp_path.iterdir()) == []


class OddSettings(Settings):
    """Settings with a value of another type."""

    def as_data(self) -> dict[str, object]:
        return {"odd": object()}
