"""Restoring refuses what does not fit, says why, and touches nothing else: files, links, plans of all kinds."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import BODY, PAGE, a_file, tree
from made_edits import digest_of, edit_of, plan_of
from run_here import RunHere, here  # noqa: F401 - a fixture

from dedupe.errors import PlanError, UsageError
from dedupe.plan import index_plan, open_plan
from dedupe.plan.canonical import canonical, new_digest
from dedupe.restoring import (
    Restored,
    RestoreRefused,
    Selection,
    TakenBack,
    restore,
    restore_bytes,
    take_back,
    take_back_into_text,
)

RAW = b"one\ntwo\nthree\n"
EDIT = edit_of("d/a", RAW, [(4, 8)])
RECORD = json.dumps({"text": PAGE}).encode() + b"\n"
ALL = Selection(rules=("",))


def lines_at(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def forge(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    change(lines)
    digest = new_digest()
    lines[-1].pop("digest", None)
    for line in lines:
        digest.update(canonical({key: value for key, value in line.items() if key != "local"}) + b"\n")
    lines[-1]["digest"] = digest.hexdigest()
    path.write_bytes(b"".join(canonical(line) + b"\n" for line in lines))


def files_of(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["kind"] == "file"]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Return a folder with a clean file whose plan lies beside it."""
    a_file(tmp_path / "out" / "d" / "a", EDIT.cleaned)
    plan_of(tmp_path / "plan", [EDIT], destination="out-dir", root=str(tmp_path / "out"))
    return tmp_path


@pytest.fixture
def records(tmp_path: Path, here: RunHere) -> Path:  # noqa: F811
    """Return a folder with clean JSON lines in `out`, whose plan lies beside it."""
    a_file(tmp_path / "in" / "a.jsonl", RECORD)
    here("clean", "in", "--format", "jsonl", "-o", "out", "--plan", "plan", "-q").exits(0)
    return tmp_path


def why(results: list[Any]) -> str:
    (refused,) = results
    assert isinstance(refused, RestoreRefused), refused
    assert refused.name in ("d/a", "a.jsonl", "a.jsonl.gz")
    path, colon, _ = refused.why.partition(": ")
    assert colon
    assert path.endswith(("a", "a.jsonl", "a.jsonl.gz", "escaped", "/x", "/d", "/back", "/file")), path
    return refused.why


@pytest.mark.parametrize("making", ["texts", "records"])
def test_a_path_that_leads_out_is_refused(request: pytest.FixtureRequest, making: str) -> None:
    folder: Path = request.getfixturevalue(making)
    before = tree(folder / "out")

    def lead_out(lines: list[dict[str, Any]]) -> None:
        for line in lines:
            if line["kind"] in ("document", "file"):
                line["local"] = {"written": "../../escaped"}

    forge(folder / "plan", lead_out)
    plan = open_plan(folder / "plan")
    for results in (
        restore(plan, out_dir=folder / "b"),
        take_back(plan, ALL),
        take_back(plan, ALL, out_dir=folder / "b"),
    ):
        assert "../../escaped: the path leads out of" in why(list(results))
    assert tree(folder / "out") == before
    assert not (folder / "b").exists()


@pytest.mark.parametrize(("making", "name"), [("texts", "d/a"), ("records", "a.jsonl")])
def test_a_link_in_the_way_is_refused(request: pytest.FixtureRequest, making: str, name: str) -> None:
    folder: Path = request.getfixturevalue(making)
    path = folder / "out" / name
    path.rename(folder / "elsewhere")
    path.symlink_to(folder / "out" / ".." / "elsewhere")
    said = why(list(take_back(open_plan(folder / "plan"), ALL)))
    assert "the path leads out of" in said or "it has become a link; remove it" in said
    path.unlink()
    (folder / "elsewhere").rename(path.with_name("other"))
    path.symlink_to("other")
    assert "it has become a link; remove it and restore again" in why(
        list(take_back(open_plan(folder / "plan"), ALL))
    )
    back = folder / "back"
    back.mkdir()
    (back / name.split("/")[0]).symlink_to(folder)
    plan = open_plan(folder / "plan")
    assert why(list(restore(plan, out_dir=back)))
    assert why(list(take_back(plan, ALL, out_dir=back)))


@pytest.mark.parametrize(("making", "name"), [("texts", "d/a"), ("records", "a.jsonl")])
def test_what_is_gone_or_another_file_is_refused(
    request: pytest.FixtureRequest, making: str, name: str
) -> None:
    folder: Path = request.getfixturevalue(making)
    plan, path, back = open_plan(folder / "plan"), folder / "out" / name, folder / "back"
    path.write_bytes(b"something else\n")
    for results in (restore(plan, out_dir=back), take_back(plan, ALL), take_back(plan, ALL, out_dir=back)):
        assert "the file is not as dedupe left it" in why(list(results))
    path.unlink()
    for results in (restore(plan, out_dir=back), take_back(plan, ALL), take_back(plan, ALL, out_dir=back)):
        assert "no such file or directory; put the clean file back there" in why(list(results))
    assert not back.exists()


@pytest.mark.parametrize(("making", "name"), [("texts", "d/a"), ("records", "a.jsonl")])
def test_what_stands_in_the_new_folder_stays(request: pytest.FixtureRequest, making: str, name: str) -> None:
    folder: Path = request.getfixturevalue(making)
    plan = open_plan(folder / "plan")
    a_file(folder / "back" / name, "mine")
    for results in (restore(plan, out_dir=folder / "back"), take_back(plan, ALL, out_dir=folder / "back")):
        assert "something else stands there; remove it or choose another -o" in why(list(results))
    (folder / "back" / name).unlink()
    (folder / "back" / name).mkdir()  # a folder cannot be read as a file
    for results in (restore(plan, out_dir=folder / "back"), take_back(plan, ALL, out_dir=folder / "back")):
        assert "something else stands there; remove it or choose another -o" in why(list(results))


@pytest.mark.parametrize("making", ["texts", "records"])
def test_a_folder_that_cannot_be_made_is_refused(
    request: pytest.FixtureRequest, making: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder: Path = request.getfixturevalue(making)
    plan = open_plan(folder / "plan")
    a_file(folder / "file", "in the way")
    for results in (
        restore(plan, out_dir=folder / "file" / "x"),
        take_back(plan, ALL, out_dir=folder / "file" / "x"),
    ):
        assert "file/x" in why(list(results))
    from dedupe.writing import disk

    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    before = tree(folder / "out")
    with monkeypatch.context() as patched:
        patched.setattr(disk, "create", refuse)
        assert "no space left" in why(list(restore(plan, out_dir=folder / "back")))
        assert "no space left" in why(list(take_back(plan, ALL, out_dir=folder / "back")))
    create, made = disk.create, list[Path]()

    def refuse_the_second(path: Path) -> int:
        made.append(path)
        return refuse() if len(made) == 2 else create(path)

    with monkeypatch.context() as patched:
        patched.setattr(disk, "create", refuse_the_second)
        assert "no space left" in why(list(take_back(plan, ALL)))
    assert tree(folder / "out") == before


@pytest.mark.parametrize(("making", "name"), [("texts", "d/a"), ("records", "a.jsonl")])
def test_permissions_stay_and_what_was_done_is_told(
    request: pytest.FixtureRequest, making: str, name: str
) -> None:
    folder: Path = request.getfixturevalue(making)
    plan, clean = open_plan(folder / "plan"), folder / "out" / name
    clean.chmod(0o604)
    os.utime(clean, (1_000_000_000, 1_000_000_000))
    file, count = name, sum(len(each.cuts) for each in plan.documents())
    for act in (lambda out: restore(plan, out_dir=out), lambda out: take_back(plan, ALL, out_dir=out)):
        back = folder / f"back-{len(list(folder.iterdir()))}"
        for already in (False, True):
            (done,) = act(back)
            expected = (
                Restored(file, back / name, already=already)
                if isinstance(done, Restored)
                else TakenBack(file, back / name, count, already=already)
            )
            assert done == expected
        assert (back / name).stat().st_mode & 0o777 == 0o604
        is_restored = isinstance(done, Restored)
        assert ((back / name).stat().st_mtime == 1_000_000_000) == is_restored  # else it is a new clean file
    (done,) = take_back(plan, ALL)
    assert done == TakenBack(file, clean, count)
    assert clean.stat().st_mode & 0o777 == 0o604


def test_in_place_a_link_or_a_full_disk_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dedupe.writing import disk

    path = a_file(tmp_path / "out" / "d" / "a", EDIT.cleaned)
    plan = plan_of(tmp_path / "plan", [EDIT], destination="in-place", root=str(tmp_path / "out"))

    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(disk, "create", refuse)
        assert "no space left on device" in why(list(restore(plan)))
    path.rename(path.with_name("b"))
    path.symlink_to("b")
    assert "it has become a link; remove it and restore again" in why(list(restore(plan)))
    path.unlink()
    path.with_name("b").rename(path)
    assert list(restore(plan)) == [Restored("d/a", path)]
    assert list(restore(plan)) == [Restored("d/a", path, already=True)]


def test_a_pipe_takes_nothing_but_its_clean_text(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [edit_of("-", RAW, [(4, 8)])])
    for text in (RAW, b"x"):
        with pytest.raises(
            PlanError, match="the text is not the one that this plan left; give the clean text"
        ):
            take_back_into_text(plan, ALL, text)


def test_an_original_in_the_place_of_its_clean_file_is_found_out(records: Path) -> None:
    plan = open_plan(records / "plan")
    (records / "out" / "a.jsonl").write_bytes(RECORD)
    some = Selection(ids=frozenset([next(plan.documents()).cuts[0].id]))
    (taken,) = take_back(plan, some)
    assert taken == TakenBack("a.jsonl", records / "out" / "a.jsonl", 1, already=True)
    (built,) = take_back(plan, some, out_dir=records / "back")
    assert not isinstance(built, RestoreRefused)
    assert (records / "back" / "a.jsonl").read_bytes() != RECORD


def test_splices_that_do_not_fit_are_refused(records: Path) -> None:
    (records / "in" / "a.jsonl").unlink()  # else it is found there

    def move(lines: list[dict[str, Any]]) -> None:
        next(line for line in lines if line["kind"] == "splice")["start"] += 1

    forge(records / "plan", move)
    plan = open_plan(records / "plan")
    assert "the file is not as dedupe left it" in why(list(take_back(plan, ALL)))
    forge(
        records / "plan", lambda lines: files_of(lines)[0].update(cleaned_digest=files_of(lines)[0]["digest"])
    )
    (records / "out" / "a.jsonl").write_bytes(b"x")
    plan = open_plan(records / "plan")
    assert "the file is not as dedupe left it" in why(list(take_back(plan, ALL)))
    assert "the file is not as dedupe left it" in why(list(restore(plan, out_dir=records / "back")))


def test_clean_bytes_shorter_than_a_place_are_refused(records: Path) -> None:
    (records / "in" / "a.jsonl").unlink()
    forge(records / "plan", lambda lines: files_of(lines)[0].update(cleaned_digest=digest_of(b"x")))
    (records / "out" / "a.jsonl").write_bytes(b"x")
    plan = open_plan(records / "plan")
    assert "the file is not as dedupe left it" in why(list(take_back(plan, ALL)))
    assert "the file is not as dedupe left it" in why(list(restore(plan, out_dir=records / "back")))


def test_records_that_are_not_where_they_were_are_refused(records: Path) -> None:
    def renumber(lines: list[dict[str, Any]]) -> None:
        next(line for line in lines if line["kind"] == "document")["record"]["number"] = 7

    forge(records / "plan", renumber)
    plan = open_plan(records / "plan")
    for results in (take_back(plan, ALL), take_back(plan, ALL, out_dir=records / "back")):
        assert "its records are not where they were; nothing was changed" in why(list(results))
    forge(records / "plan", lambda lines: lines[0].update(destination="stdout"))
    with pytest.raises(PlanError, match="its records are not where they were; nothing was changed"):
        take_back_into_text(open_plan(records / "plan"), ALL, (records / "out" / "a.jsonl").read_bytes())


def test_a_record_that_is_cut_otherwise_is_refused(records: Path) -> None:
    plan = open_plan(records / "plan")
    document = next(plan.documents())
    some = Selection(ids=frozenset([document.cuts[0].id]))
    from dedupe.reading import json_lines

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(json_lines, "places_in", lambda _, wanted: [0] * len(wanted))
        assert "its records are not where they were" in why(list(take_back(plan, some)))


def test_a_page_gets_single_paragraphs_back(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    pytest.importorskip("resiliparse")
    a_file(tmp_path / "a.html", "<html>" + "".join(f"<p>{text}</p>" for text in (*BODY, *BODY)))
    here("clean", "a.html", "-o", "out", "--plan", "plan", "-q").exits(0)
    plan = open_plan(tmp_path / "plan")
    first = next(plan.documents()).cuts[0]
    here("restore", "plan", "--id", first.id).exits(0).says("1 paragraph taken back into 1 file")
    assert (tmp_path / "out" / "a.html.txt").read_text().count(BODY[0]) == 2
    here("restore", "plan", "-o", "back").exits(0)
    assert (tmp_path / "back" / "a.html.txt").read_text() == "\n\n".join((*BODY, *BODY)) + "\n"


def test_what_was_written_anew_is_not_rebuilt_anywhere(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "a.jsonl.gz", gzip.compress(RECORD))
    here("clean", "a.jsonl.gz", "-o", "out", "--plan", "plan", "-q").exits(0)
    plan = open_plan(tmp_path / "plan")
    assert "is not rebuilt; take it from a backup" in why(list(restore(plan, out_dir=tmp_path / "back")))
    for out_dir in (None, tmp_path / "back"):
        assert "takes no single removals back" in why(list(take_back(plan, ALL, out_dir=out_dir)))


def test_a_document_that_was_left_out_comes_back_into_another_folder(texts: Path) -> None:
    whole = edit_of("d/a", RAW, [(0, len(RAW))])
    plan = plan_of(
        texts / "gone", [replace(whole, dropped=True)], destination="out-dir", root=str(texts / "out")
    )
    (built,) = take_back(plan, ALL, out_dir=texts / "back")
    assert not isinstance(built, RestoreRefused)
    assert (texts / "back" / "d" / "a").read_bytes() == RAW


@pytest.mark.parametrize("last", [b"three\n", b"\xff\n"])
def test_a_document_that_came_back_has_no_rest_in_the_plan(tmp_path: Path, last: bytes) -> None:
    raw = b"one\ntwo\n" + last
    (tmp_path / "out").mkdir()
    whole = replace(edit_of("a", raw, [(0, 8)]), dropped=True)
    plan = plan_of(tmp_path / "plan", [whole], destination="out-dir", root=str(tmp_path / "out"))
    assert [each.rest for each in plan.documents()] == [last]
    from dedupe.writing.folder_checks import MARKER, OURS

    a_file(tmp_path / "out" / OURS / MARKER, "ours")
    (taken,) = take_back(plan, ALL)
    assert taken == TakenBack("a", tmp_path / "out" / "a", 1)
    (line,) = (each for each in lines_at(tmp_path / "plan") if each["kind"] == "document")
    assert not line.keys() & {"rest", "rest_base64"}
    assert not line["dropped"]
    (document,) = open_plan(tmp_path / "plan").documents()
    assert (document.cuts, document.cleaned_digest, document.rest) == ((), digest_of(raw), None)


def test_nothing_meant_gives_the_text_as_it_is(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    clean = here("clean", "--plan", "plan", "-q", stdin=RECORD).exits(0).stdout
    plan = open_plan(tmp_path / "plan")
    text, rewriter = take_back_into_text(plan, Selection(rules=("BPL203",)), clean)
    assert (text, rewriter.paragraphs) == (clean, 0)
    with pytest.raises(PlanError, match="the text is not the one that this plan left"):
        take_back_into_text(plan, ALL, RECORD)


def test_what_was_written_anew_on_a_pipe_is_not_rebuilt(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    packed = gzip.compress(RECORD)
    clean = here("clean", "--plan", "plan", "-q", stdin=packed).exits(0).stdout
    plan = open_plan(tmp_path / "plan")
    with pytest.raises(PlanError, match="is not rebuilt; take it from a backup"):
        restore_bytes(plan, clean)
    with pytest.raises(PlanError, match="takes no single removals back"):
        take_back_into_text(plan, ALL, clean)


def test_a_plan_of_several_texts_is_none_of_a_pipe(texts: Path) -> None:
    plan = plan_of(texts / "two", [edit_of("a", RAW, [(4, 8)]), edit_of("b", RAW, [(4, 8)])])
    for act in (lambda: restore_bytes(plan, RAW), lambda: take_back_into_text(plan, ALL, RAW)):
        with pytest.raises(PlanError, match="the plan has 2 documents; give one of a single text"):
            act()


def test_no_removal_of_a_record_that_is_not_meant_comes_back(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "a.txt", PAGE)
    a_file(tmp_path / "a.jsonl", RECORD)
    here("clean", "a.txt", "a.jsonl", "-o", "out", "--plan", "plan", "-q").exits(0)
    before = (tmp_path / "out" / "a.jsonl").read_bytes()
    here("restore", "plan", "--document", "a.txt").exits(0).says("into 1 file")
    assert (tmp_path / "out" / "a.jsonl").read_bytes() == before
    assert (tmp_path / "out" / "a.txt").read_text() == PAGE
    here("restore", "plan", "--document", "a.jsonl:1", "-o", "back").exits(0)
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == RECORD


def test_no_other_file_of_records_is_touched(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    for name in "ab":
        a_file(tmp_path / f"{name}.jsonl", RECORD)
    here("clean", "a.jsonl", "b.jsonl", "-o", "out", "--plan", "plan", "-q").exits(0)
    before = (tmp_path / "out" / "b.jsonl").read_bytes()
    here("restore", "plan", "--document", "a.jsonl:1").exits(0)
    assert (tmp_path / "out" / "a.jsonl").read_bytes() == RECORD
    assert (tmp_path / "out" / "b.jsonl").read_bytes() == before
    here("restore", "plan", "-o", "back").exits(0)
    assert (tmp_path / "back" / "b.jsonl").read_bytes() == RECORD


def test_ids_and_rules_that_mean_nothing_or_too_much_are_refused(texts: Path) -> None:
    same = [edit_of(name, RAW, [(4, 8), (8, 14)]) for name in "ab"]
    plan_of(texts / "two", same)
    index = index_plan(texts / "two")
    for ids, rules, said in (
        (("",), (), "no removal has an id like ''"),
        ((), ("XYZ",), "no rule has the code 'XYZ'"),
        ((), ("BPL",), "BPL removed nothing there; name another rule"),
        ((), ("",), "no rule has the code ''"),
    ):
        with pytest.raises(UsageError, match=said):
            Selection.of(index, ids=ids, rules=rules)
    assert Selection.of(index, rules=("DUP",)).rules == ("DUP",)
    many = bytes(range(33, 75)).replace(b"\n", b"")
    plan_of(texts / "many", [edit_of("a", many, [(at, at + 1) for at in range(len(many))])])
    index = index_plan(texts / "many")
    every = [cut.id for document in open_plan(texts / "many").documents() for cut in document.cuts]
    beginnings = [each[0] for each in every]
    shared = next(each for each in beginnings if beginnings.count(each) > 1)
    with pytest.raises(UsageError, match=f"ids begin with '{shared}'; give more of it"):
        Selection.of(index, ids=(shared,))
    assert Selection.of(index, ids=(every[0],)).ids == {every[0]}
    twice = next(each for each in every if len([other for other in every if other[:2] == each[:2]]) == 2)
    with pytest.raises(UsageError, match=f"2 ids begin with '{twice[:2]}'"):
        Selection.of(index, ids=(twice[:2],))
    with pytest.raises(UsageError, match=r"the rules are DUP101, DUP102, DUP103, BPL201, "):
        Selection.of(index, rules=("XYZ",))


def test_a_document_is_named_by_its_path_below_the_root(texts: Path) -> None:
    index = index_plan(texts / "plan")
    a_file(texts / "moved" / "d" / "a", RAW)
    chosen = Selection.of(index, documents=(str(texts / "moved" / "d" / "a"),), root=texts / "moved")
    assert chosen.documents == {"d/a"}


def test_an_in_place_backup_that_is_gone_or_another_is_not_put_back(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    packed = gzip.compress(RECORD)
    file = a_file(tmp_path / "in" / "a.jsonl.gz", packed)
    here("clean", "in", "--format", "jsonl", "--in-place", "--yes", "-q").exits(0)
    plan = tmp_path / "in" / ".dedupe-backup" / "0001" / "plan.jsonl"
    kept = plan.parent / "files" / "a.jsonl.gz"
    original, clean = kept.read_bytes(), file.read_bytes()
    kept.write_bytes(b"another")
    assert "is not rebuilt; take it from a backup" in why(list(restore(open_plan(plan))))
    kept.unlink()
    assert "is not rebuilt; take it from a backup" in why(list(restore(open_plan(plan))))
    kept.write_bytes(original)
    assert not isinstance(next(restore(open_plan(plan))), RestoreRefused)
    assert file.read_bytes() == packed != clean
