"""A plan from a stranger is read as it was written, or refused with a cure."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_edits import edit_of, plan_of

from dedupe.errors import PlanError
from dedupe.model import Finding, Place, Skipped
from dedupe.plan import Plan, open_plan
from dedupe.plan.canonical import canonical

FOREIGN = "it is no plan of dedupe; give a file that --plan wrote"


def small_plan(tmp_path: Path) -> bytes:
    finding = Finding("XDP301", Place("a", 0, 2, 1, 1), 1.0, (), (Place("b", 0, 2, 1, 1),))
    raw = b"x\r\xff\ny\xff\n"
    plan_of(tmp_path / "plan", [edit_of("a", raw, [(4, 7)], findings=(finding,)), Skipped("z", "binary")])
    return (tmp_path / "plan").read_bytes()


def hashed_content(plan: Plan) -> object:
    header = (plan.header.version, plan.header.destination, plan.header.settings, plan.header.preview)
    documents = [
        (document.name, document.digest, document.cuts, document.findings) for document in plan.documents()
    ]
    return header, documents, list(plan.skipped()), plan.totals


def opened_or_refused(path: Path, content: bytes) -> Plan | None:
    path.write_bytes(content)
    message = ""
    try:
        return open_plan(path)
    except PlanError as error:
        message = str(error)
    assert message.startswith(f"{path}: ")
    assert "; " in message
    return None


def test_a_plan_cut_off_at_any_byte_is_refused(tmp_path: Path) -> None:
    content = small_plan(tmp_path)
    for length in range(len(content)):
        assert opened_or_refused(tmp_path / "plan", content[:length]) is None, length


def test_a_changed_byte_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    content = small_plan(tmp_path)
    expected = hashed_content(open_plan(tmp_path / "plan"))
    for position in range(len(content)):
        for flipped in (content[position] ^ 1, content[position] ^ 0x80, 0x20, 0x0A, 0x39):
            changed = content[:position] + bytes([flipped]) + content[position + 1 :]
            plan = opened_or_refused(tmp_path / "plan", changed)
            assert plan is None or hashed_content(plan) == expected, position


def test_a_line_taken_out_or_doubled_is_refused(tmp_path: Path) -> None:
    lines = small_plan(tmp_path).splitlines(keepends=True)
    for number in range(len(lines)):
        for middle in ([], [lines[number]] * 2):
            changed = b"".join([*lines[:number], *middle, *lines[number + 1 :]])
            assert opened_or_refused(tmp_path / "plan", changed) is None


def forged(content: bytes, change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    """Return the plan with `change` made to its lines and a digest that fits."""
    lines = [json.loads(line) for line in content.splitlines()]
    change(lines)
    digest = hashlib.blake2b(digest_size=16)
    out = []
    for line in lines:
        hashed = {
            key: value
            for key, value in line.items()
            if key not in ("local", "digest" if line is lines[-1] else "")
        }
        digest.update(canonical(hashed) + b"\n")
        out.append(
            canonical(line if line is not lines[-1] else hashed | {"digest": digest.hexdigest()}) + b"\n"
        )
    return b"".join(out)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda lines: lines[2].update(start=-1), "line 3 'start' is not a count"),
        (
            lambda lines: lines[2].update(start=3),
            "line 3 the removed bytes are not as many as the range says",
        ),
        (
            lambda lines: lines[2].update(start=8, end=11),
            "line 3 cuts out of order or outside of its document",
        ),
        (lambda lines: lines[2].update(document="b"), "line 3 cuts another document than the one before it"),
        (lambda lines: lines[2].update(score=True), "line 3 'score' holds what is no number"),
        (lambda lines: lines[2].update(score=10**400), "line 3 'score' holds what is no number"),
        (lambda lines: lines[2].update(evidence=[["a"]]), "line 3 'evidence' is not a list of pairs"),
        (lambda lines: lines[2].update(survivors=[3]), "line 3 an item of 'survivors' is not an object"),
        (lambda lines: lines[2].update(text="\ud800"), "line 3 'text' holds what no bytes give"),
        (lambda lines: lines[2].update(removed_base64="%"), "line 3 'removed_base64' is not base 64"),
        (lambda lines: lines[2].update(lf_rotated=[]), "line 3 'lf_rotated' is not a count"),
        (lambda lines: lines[1].update(bytes="7"), "line 2 'bytes' is not a count"),
        (
            lambda lines: lines[1].update(bytes=70),
            "follows 'a', whose bytes are not those that stay and those cut",
        ),
        (lambda lines: lines[1].update(bom="x"), "line 2 'bom' is not hexadecimal"),
        (lambda lines: lines[1].update(digest="x"), "line 2 'digest' is not a digest"),
        (lambda lines: lines[1].update(local=[]), "line 2 'local' is not an object"),
        (lambda lines: lines[1].pop("name"), "line 2 'name' is missing"),
        (
            lambda lines: lines[3].update(document="b"),
            "line 4 is about another document than the one before it",
        ),
        (lambda lines: lines.insert(2, lines.pop(3)), "line 4 is a cut behind a finding"),
        (lambda lines: lines[4].update(reason="mood"), "line 5 the reason 'mood' is unknown"),
        (lambda lines: lines[4].update(kind="mood"), "line 5 is of the unknown kind 'mood'"),
        (
            lambda lines: lines[5]["totals"].update(bytes_in=1),
            "line 6 has other totals than the lines before it",
        ),
        (lambda lines: lines[5]["totals"].update(found=[]), "line 6 'found' is not an object"),
        (lambda lines: lines[0]["settings"].update(x={}), FOREIGN),
        (lambda lines: lines[0].update(destination="mars"), FOREIGN),
        (lambda lines: lines[0].update(tool="other"), FOREIGN),
        (lambda lines: lines[0].update(schema=0), FOREIGN),
        (
            lambda lines: lines[0].update(schema=3),
            "the plan has schema 3 and this dedupe reads 2; update dedupe",
        ),
    ],
)
def test_a_forged_plan_is_refused_for_what_is_wrong(
    tmp_path: Path, wrong: Callable[[list[dict[str, Any]]], object], message: str
) -> None:
    path = tmp_path / "plan"
    path.write_bytes(forged(small_plan(tmp_path), wrong))
    with pytest.raises(PlanError) as refusal:
        open_plan(path)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[]\n",
        b"hello",
        b"\xff\xfe",
        b"\0" * 100,
        b"[" * 200_000 + b"\n",
        b'{"a":' * 90_000,
        b"9" * 9000,
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, content: bytes) -> None:
    assert opened_or_refused(tmp_path / "plan", content) is None


def test_an_edited_plan_says_so(tmp_path: Path) -> None:
    (tmp_path / "plan").write_bytes(small_plan(tmp_path).replace(b"0.875", b"0.874"))
    with pytest.raises(PlanError) as refusal:
        open_plan(tmp_path / "plan")
    said = "the plan was changed after it was written: its digest does not fit; run dedupe again to make a new one"
    assert str(refusal.value) == f"{tmp_path / 'plan'}: {said}"


def test_a_plan_without_its_trailer_says_so(tmp_path: Path) -> None:
    lines = small_plan(tmp_path).splitlines(keepends=True)
    (tmp_path / "plan").write_bytes(b"".join(lines[:-1]))
    with pytest.raises(PlanError) as refusal:
        open_plan(tmp_path / "plan")
    said = "the plan is incomplete: its trailer is missing; run dedupe again to make a new one"
    assert str(refusal.value) == f"{tmp_path / 'plan'}: {said}"


def test_what_is_not_hashed_may_be_edited(tmp_path: Path) -> None:
    content = forged(small_plan(tmp_path), lambda lines: lines[0].update(local={"root": "/elsewhere"}))
    (tmp_path / "plan").write_bytes(content)
    assert open_plan(tmp_path / "plan").header.root == "/elsewhere"


def test_folders_pipes_and_missing_files_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("", "pipe", "missing", "nul\0"):
        with pytest.raises(PlanError, match="give a file that --plan wrote"):
            open_plan(tmp_path / name)


def test_whole_documents_may_be_cut_away_and_be_empty(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [edit_of("a", b"x", [(0, 1)]), edit_of("b", b"")])
    assert [document.cleaned_bytes for document in plan.documents()] == [0, 0]
