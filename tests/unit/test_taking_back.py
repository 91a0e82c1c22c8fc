"""Single removals come back into clean files, and the plan tells of what is still out."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_edits import ANY_EDIT, digest_of, edit_of, plan_of

from dedupe.errors import PlanError, UsageError, WriteFailed
from dedupe.model import Cut, Edit, Finding, Place, Skipped
from dedupe.plan import index_plan, open_plan
from dedupe.restoring import (
    Restored,
    RestoreRefused,
    Selection,
    TakenBack,
    restore,
    take_back,
    take_back_into_text,
)

RAW = b"one\ntwo\nthree\nfour\nfive\n"
RANGES = [(4, 8), (8, 14), (19, 24)]
ONE, TWO = edit_of("a", RAW, RANGES), edit_of("b", RAW, RANGES[:1], rule="BPL202")


def with_own_ids(edit: Edit) -> Edit:
    """Return the edit with ids that no two cuts share, as those of the program are."""
    cuts = tuple(
        replace(cut, id=digest_of(f"{edit.name}/{number}".encode("utf-8", "surrogatepass"))[:12])
        for number, cut in enumerate(edit.cuts)
    )
    return replace(edit, cuts=cuts)


def without(edit: Edit, back: set[str]) -> Edit:
    """Return the edit that had never removed what is taken back."""
    left: list[Cut] = [cut for cut in edit.cuts if cut.id not in back]
    ranges = [(cut.start, cut.end) for cut in left]
    made = edit_of(edit.name, edit.raw, ranges, encoding=edit.encoding, findings=tuple(edit.findings))
    return replace(made, cuts=tuple(left))


@given(st.lists(ANY_EDIT, min_size=1, max_size=3, unique_by=lambda edit: edit.name), st.data())
def test_any_removals_come_back_and_the_plan_is_the_one_that_never_had_them(
    edits: list[Edit], data: st.DataObject
) -> None:
    edits = [with_own_ids(edit) for edit in edits]
    ids = sorted({cut.id for edit in edits for cut in edit.cuts})
    back = set(data.draw(st.lists(st.sampled_from(ids), unique=True))) if ids else set()
    with tempfile.TemporaryDirectory() as name:
        folder, plan_path = Path(name) / "root", Path(name) / "plan"
        folder.mkdir()
        written = {edit.name: str(number) for number, edit in enumerate(edits)}
        for edit in edits:
            (folder / written[edit.name]).write_bytes(edit.cleaned)
        results: list[Edit | Skipped] = [*edits, Skipped("z", "binary")]
        plan = plan_of(plan_path, results, destination="in-place", root=str(folder), written=written)
        if back:
            taken = list(take_back(plan, Selection(ids=frozenset(back))))
            assert all(isinstance(result, TakenBack) and not result.already for result in taken)
        expected = [without(edit, back) for edit in edits]
        for edit in expected:
            assert (folder / written[edit.name]).read_bytes() == edit.cleaned
        rewritten = plan_path.read_bytes()
        plan_of(
            plan_path,
            [*expected, Skipped("z", "binary")],
            destination="in-place",
            root=str(folder),
            written=written,
        )
        assert rewritten == plan_path.read_bytes()
        for result in restore(open_plan(plan_path)):
            assert isinstance(result, Restored)
        for edit in edits:
            assert (folder / written[edit.name]).read_bytes() == edit.raw


def put(tmp_path: Path, edits: list[Edit], destination: str = "in-place") -> Path:
    folder = tmp_path / "clean"
    folder.mkdir()
    for edit in edits:
        if not edit.dropped:
            (folder / edit.name).write_bytes(edit.cleaned)
    plan_of(
        tmp_path / "plan",
        edits,
        destination="out-dir" if destination == "out-dir" else "in-place",
        root=str(folder),
    )
    return folder


def test_a_killed_run_is_finished_by_the_same_call(tmp_path: Path) -> None:
    folder = put(tmp_path, [ONE, TWO])
    old_plan = (tmp_path / "plan").read_bytes()
    selection = Selection(ids=frozenset({ONE.cuts[1].id}))
    [taken] = take_back(open_plan(tmp_path / "plan"), selection)
    done, new_plan = (folder / "a").read_bytes(), (tmp_path / "plan").read_bytes()
    # as if it had died between the file and the plan
    (tmp_path / "plan").write_bytes(old_plan)
    assert list(take_back(open_plan(tmp_path / "plan"), selection)) == [
        TakenBack("a", folder / "a", 1, already=True)
    ]
    assert isinstance(taken, TakenBack)
    assert ((folder / "a").read_bytes(), (tmp_path / "plan").read_bytes()) == (done, new_plan)


def test_a_file_that_is_not_as_it_was_left_is_refused_and_keeps_its_place_in_the_plan(tmp_path: Path) -> None:
    folder = put(tmp_path, [ONE, TWO])
    (folder / "a").write_bytes(b"edited since")
    refused, taken = take_back(open_plan(tmp_path / "plan"), Selection(rules=("DUP101", "BPL")))
    assert isinstance(refused, RestoreRefused)
    assert refused.why.startswith(f"{folder / 'a'}: the file is not as dedupe left it; ")
    assert taken == TakenBack("b", folder / "b", 1)
    assert (folder / "a").read_bytes() == b"edited since"
    documents = list(open_plan(tmp_path / "plan").documents())
    assert [len(document.cuts) for document in documents] == [3, 0]


def test_an_original_that_was_restored_whole_stays_and_so_does_its_plan(tmp_path: Path) -> None:
    folder = put(tmp_path, [ONE])
    plan = (tmp_path / "plan").read_bytes()
    list(restore(open_plan(tmp_path / "plan")))
    [result] = take_back(open_plan(tmp_path / "plan"), Selection(ids=frozenset({ONE.cuts[0].id})))
    assert result == TakenBack("a", folder / "a", 1, already=True)
    assert (folder / "a").read_bytes() == RAW
    assert (tmp_path / "plan").read_bytes() == plan


def test_nothing_is_touched_where_the_plan_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put(tmp_path, [ONE])
    plan = open_plan(tmp_path / "plan")

    def refuse(path: Path) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("dedupe.writing.disk.create", refuse)
    with pytest.raises(WriteFailed):
        list(take_back(plan, Selection(rules=("DUP",))))
    assert (folder / "a").read_bytes() == ONE.cleaned


def test_a_dropped_document_comes_back_as_a_file(tmp_path: Path) -> None:
    whole = replace(edit_of("a", RAW, [(0, len(RAW))], rule="DOC401"), dropped=True)
    folder = put(tmp_path, [whole], "out-dir")
    assert list(take_back(open_plan(tmp_path / "plan"), Selection(rules=("DOC",)))) == [
        TakenBack("a", folder / "a", 1)
    ]
    assert (folder / "a").read_bytes() == RAW
    [document] = open_plan(tmp_path / "plan").documents()
    assert (document.dropped, document.cuts, document.cleaned_bytes) == (False, (), len(RAW))


def test_a_dropped_document_does_not_replace_what_stands_in_its_place(tmp_path: Path) -> None:
    whole = replace(edit_of("a", RAW, [(0, len(RAW))], rule="DOC401"), dropped=True)
    folder = put(tmp_path, [whole], "out-dir")
    for standing in (b"mine", b""):
        (folder / "a").write_bytes(standing)
        [result] = take_back(open_plan(tmp_path / "plan"), Selection(rules=("DOC",)))
        assert isinstance(result, RestoreRefused)
        assert (folder / "a").read_bytes() == standing


def test_in_another_folder_files_are_built_and_nothing_else_changes(tmp_path: Path) -> None:
    folder = put(tmp_path, [ONE, TWO], "out-dir")
    before = ((folder / "a").read_bytes(), (tmp_path / "plan").read_bytes())
    out = tmp_path / "back"
    selection = Selection(ids=frozenset({ONE.cuts[2].id}), documents=frozenset({"a"}))
    assert list(take_back(open_plan(tmp_path / "plan"), selection, out_dir=out)) == [
        TakenBack("a", out / "a", 1)
    ]
    assert (out / "a").read_bytes() == b"one\nfour\nfive\n"
    assert ((folder / "a").read_bytes(), (tmp_path / "plan").read_bytes()) == before
    [again] = take_back(open_plan(tmp_path / "plan"), selection, out_dir=out)
    assert isinstance(again, TakenBack)
    assert again.already
    (out / "a").write_bytes(b"mine")
    [refused] = take_back(open_plan(tmp_path / "plan"), selection, out_dir=out)
    assert isinstance(refused, RestoreRefused)
    assert (out / "a").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["../b", "/b", "x/../../b"])
def test_nothing_is_written_outside_the_root(tmp_path: Path, name: str) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "b").write_bytes(ONE.cleaned)
    plan = plan_of(
        tmp_path / "plan", [edit_of(name, RAW, RANGES)], destination="in-place", root=str(tmp_path / "root")
    )
    [result] = take_back(plan, Selection(rules=("DUP",)))
    assert isinstance(result, RestoreRefused)
    assert (tmp_path / "b").read_bytes() == ONE.cleaned


def test_a_text_on_a_pipe_gets_its_removals_back_with_a_plan_that_fits(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [ONE])
    text, rewriter = take_back_into_text(plan, Selection(ids=frozenset({ONE.cuts[1].id})), ONE.cleaned)
    assert text == b"one\nthree\nfour\n"
    lines: list[bytes] = []
    rewriter.write_to(lines.append)
    (tmp_path / "new").write_bytes(b"".join(lines))
    [document] = open_plan(tmp_path / "new").documents()
    assert [cut.id for cut in document.cuts] == [ONE.cuts[0].id, ONE.cuts[2].id]
    with pytest.raises(PlanError):
        take_back_into_text(plan, Selection(), b"other")


def test_fields_of_a_later_version_stay_in_the_rewritten_plan(tmp_path: Path) -> None:
    folder = put(tmp_path, [ONE])
    plan = tmp_path / "plan"
    import hashlib
    import json

    lines = [json.loads(line) for line in plan.read_bytes().splitlines()]
    digest = hashlib.blake2b(digest_size=16)
    out = []
    for line in lines:
        line["later"] = {"x": 1.5}
        unhashed = {"local", "digest"} if line["kind"] == "trailer" else {"local"}
        hashed = {key: value for key, value in line.items() if key not in unhashed}
        spelled = json.dumps(hashed, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        digest.update(spelled)
        if line["kind"] == "trailer":
            line["digest"] = digest.hexdigest()
        out.append(json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    plan.write_bytes(b"".join(out))
    list(take_back(open_plan(plan), Selection(ids=frozenset({ONE.cuts[0].id}))))
    assert (folder / "a").read_bytes() == b"one\ntwo\nfour\n"
    assert plan.read_bytes().count(b'"later":{"x":1.5}') == len(lines) - 1


def test_what_is_not_in_the_plan_is_refused(tmp_path: Path) -> None:
    finding = Finding("XDP301", Place("a", 0, 2, 1, 1), 1.0, (), ())
    plan_of(tmp_path / "plan", [with_own_ids(edit_of("a", RAW, RANGES, findings=(finding,)))])
    index = index_plan(tmp_path / "plan")
    [entry] = index.entries
    document = index.document(entry)
    whole = document.cuts[0].id
    assert Selection.of(index, ids=[whole[:9]]).ids == {whole} or whole[:9] == document.cuts[1].id[:9]
    for ids, rules, documents in (
        (["ffffff"], [], []),
        ([""], [], []),
        ([document.findings[0].id], [], []),
        ([], ["DUP9"], []),
        ([], ["BPL"], []),
        ([], [""], []),
        ([], [], ["nothing"]),
    ):
        with pytest.raises(UsageError):
            Selection.of(index, ids=ids, rules=rules, documents=documents)
