"""A plan is looked up without reading all of it into values, and refused as `open_plan` refuses it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_edits import ANY_EDIT, edit_of, plan_of

from dedupe.errors import PlanError
from dedupe.model import Edit, Finding, Place, Skipped
from dedupe.plan import index, index_plan, open_plan
from dedupe.plan.canonical import canonical


def small_plan(path: Path) -> bytes:
    finding = Finding("XDP301", Place("a", 0, 2, 1, 1), 1.0, (), (Place("b", 0, 2, 1, 1),))
    raw = b"x\r\xff\ny\xff\n"
    results: list[Edit | Skipped] = [
        edit_of("a", raw, [(4, 7)], findings=(finding,)),
        Skipped("b", "binary"),
        edit_of("c\udcff", raw),
    ]
    plan_of(path, results, root="/r", written={"a": 'x"\\y', "c\udcff": "c"})
    return path.read_bytes()


@given(st.lists(ANY_EDIT, max_size=4, unique_by=lambda edit: edit.name), st.integers(20, 400))
def test_what_is_looked_up_is_what_the_reader_says(edits: list[Edit], chunk: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "plan"
        plan = plan_of(path, edits, root="/r", written={edit.name: f"w/{edit.name}" for edit in edits[::2]})
        patch.setattr(index, "_CHUNK_BYTES", chunk)
        indexed = index_plan(path)
        assert (indexed.header, indexed.totals) == (plan.header, plan.totals)
        documents = list(plan.documents())
        assert [indexed.document(entry) for entry in indexed.entries] == documents
        for entry, document in zip(indexed.entries, documents, strict=True):
            assert (entry.name, entry.read, entry.written) == (document.name, document.read, document.written)
            assert indexed.entry_named(document.name) == entry
            for cut in document.cuts:
                assert (cut.id, entry) in indexed.ids_beginning(cut.id[:4])


def refusal(path: Path) -> str:
    with pytest.raises(PlanError) as refused:
        index_plan(path)
    return str(refused.value)


def test_a_plan_cut_off_at_any_byte_is_refused_as_the_reader_does(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    content = small_plan(path)
    for length in range(len(content)):
        path.write_bytes(content[:length])
        said = refusal(path)
        with pytest.raises(PlanError) as refused:
            open_plan(path)
        assert said == str(refused.value), length


def test_a_changed_byte_is_refused_unless_the_reader_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    content = small_plan(path)
    for position in range(len(content)):
        for flipped in (content[position] ^ 1, 0x0A):
            path.write_bytes(content[:position] + bytes([flipped]) + content[position + 1 :])
            assert by_index(path) == by_reader(path), position


def by_index(path: Path) -> object:
    try:
        found = index_plan(path)
    except PlanError as error:
        return str(error)
    return [found.document(entry) for entry in found.entries]


def by_reader(path: Path) -> object:
    try:
        return list(open_plan(path).documents())
    except PlanError as error:
        return str(error)


def test_a_plan_of_a_newer_schema_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.write_bytes(small_plan(path).replace(b'"schema":1', b'"schema":3'))
    assert "update dedupe" in refusal(path)


def test_a_plan_spelled_anew_by_another_program_is_looked_up_too(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    lines = [json.loads(line) for line in small_plan(path).splitlines()]
    plan = list(open_plan(path).documents())
    for line in lines:
        if line["kind"] == "document":
            line["local"]["read"] = "/elsewhere"
    # The keys of what `local` stands in may be spelled in any order; the others are hashed as they are.
    path.write_bytes(
        b"".join(
            json.dumps(dict(reversed(line.items())) if "local" in line else line, sort_keys="local" not in line,
                       separators=(",", ":"), ensure_ascii="\\ud" in json.dumps(line)).encode() + b"\n"
            for line in lines
        )
    )  # fmt: skip
    found = index_plan(path)
    assert [entry.read for entry in found.entries] == ["/elsewhere", "/elsewhere"]
    assert [found.document(entry).cuts for entry in found.entries] == [document.cuts for document in plan]


def test_what_text_says_is_no_id(tmp_path: Path) -> None:
    raw = b'kept\n"id":"abcdef","kind":"cut" stands here\n'
    plan_of(tmp_path / "plan", [edit_of("a", raw, [(5, len(raw))])])
    assert index_plan(tmp_path / "plan").ids_beginning("abcdef") == []


def with_digest(lines: list[dict[str, object]]) -> bytes:
    """Return a plan of these lines whose digest fits."""
    digest = hashlib.blake2b(digest_size=16)
    lines[-1].pop("digest", None)
    for line in lines:
        hashed = {key: value for key, value in line.items() if key != "local"}
        digest.update(canonical(hashed) + b"\n")
    lines[-1]["digest"] = digest.hexdigest()
    return b"".join(canonical(line) + b"\n" for line in lines)


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        (0, "tool", "other"),
        (0, "kind", "heading"),
        (0, "schema", 0),
        (0, "schema", 99),
        (-1, "kind", "trail"),
    ],
)
def test_what_only_looks_like_a_plan_is_refused_though_its_digest_fits(
    tmp_path: Path, place: int, key: str, value: object
) -> None:
    path = tmp_path / "plan"
    lines = [json.loads(line) for line in small_plan(path).splitlines()]
    path.write_bytes(with_digest(lines))
    index_plan(path)
    lines[place][key] = value
    path.write_bytes(with_digest(lines))
    with pytest.raises(PlanError) as refused:
        index_plan(path)
    with pytest.raises(PlanError) as refused_by_the_reader:
        list(open_plan(path).records())
    assert str(refused.value) == str(refused_by_the_reader.value)


@pytest.mark.parametrize("behind", [b"x", b"{}", b'{"kind":"trailer"}', b"\n", b"\0"])
def test_what_stands_behind_the_last_line_is_no_plan(tmp_path: Path, behind: bytes) -> None:
    content = small_plan(tmp_path / "plan")
    (tmp_path / "plan").write_bytes(content + behind)
    refusal(tmp_path / "plan")
    (tmp_path / "plan").write_bytes(content[:-1])
    refusal(tmp_path / "plan")


def test_what_a_dropped_document_kept_is_looked_up_too(tmp_path: Path) -> None:
    edit = replace(edit_of("a", b"x\ny\n", [(2, 4)]), dropped=True)
    plan_of(tmp_path / "plan", [edit])
    index = index_plan(tmp_path / "plan")
    assert index.document(index.entries[0]).rest == b"x\n"


def test_a_place_that_is_no_text_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    lines = [json.loads(line) for line in small_plan(path).splitlines()]
    for line in lines:
        if line["kind"] == "document":
            line["local"] = {"read": 5, "written": ["a"]}  # is not part of the digest
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert "line 2 'read' is not a string" in refusal(path)


def test_documents_that_another_program_spelled_anew_are_looked_up_too(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    lines = small_plan(path).splitlines()
    before = [(entry.name, entry.read, entry.written) for entry in index_plan(path).entries]
    anew = (
        json.dumps(dict(reversed(json.loads(line).items()))).encode()
        if b'"kind":"document"' in line
        else line
        for line in lines
    )
    path.write_bytes(b"".join(line + b"\n" for line in anew))
    after = index_plan(path)
    assert [(entry.name, entry.read, entry.written) for entry in after.entries] == before
    assert before[0] == ("a", "", 'x"\\y')
    for name, _, _ in before:
        entry = after.entry_named(name)
        assert entry is not None
        assert after.document(entry).name == name
