"""Every tricky file goes through: read, cut and restored byte for byte, alone and as records, where they are there."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from command_line import SHARED, dedupe, tree

from dedupe.plan import open_plan

CORPUS = SHARED / "corpora" / "tricky"
FILES = sorted(CORPUS.glob("*.txt")) if CORPUS.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="the corpus of tricky files is not beside the checkout")


def ended(raw: bytes) -> bytes:
    """Return bytes so that others may follow on a line of their own, in the same encoding."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        little = raw.startswith(b"\xff\xfe")
        return raw[: len(raw) & ~1] + ("\n\n".encode("utf-16-le" if little else "utf-16-be"))
    return raw + b"\n\n"


@pytest.mark.parametrize("rules", [("--select", "ALL"), ("--select", "ALL", "--paragraphs", "line")])
def test_all_come_back_cut_or_not(tmp_path: Path, rules: tuple[str, ...]) -> None:
    twice = tmp_path / "in" / "twice"
    twice.mkdir(parents=True)
    for path in FILES:
        raw = path.read_bytes()
        (tmp_path / "in" / path.name).write_bytes(raw)
        mark = 3 if raw.startswith(b"\xef\xbb\xbf") else 2 if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else 0
        (twice / path.name).write_bytes(ended(raw) + raw[mark:])
    before = tree(tmp_path / "in")
    dedupe("clean", "in", *rules, "--ignore", "DOC", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(
        0
    )
    assert tree(tmp_path / "in") == before
    planned = {each.name: each for each in open_plan(tmp_path / "plan.jsonl").documents()}
    uncut = [path for path in FILES if not planned[f"twice/{path.name}"].cuts]
    # A text that stands twice loses one of the two, unless a guard says why not, or it has too few words to be one.
    unexplained = [
        path for path in uncut if not planned[f"twice/{path.name}"].spared and path.stat().st_size > 100
    ]
    assert unexplained == []
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    assert tree(tmp_path / "back") == before
    dedupe("clean", "in", *rules, "--ignore", "DOC", "--in-place", "--yes", cwd=tmp_path).exits(0)
    assert tree(tmp_path / "in") != before
    plan = next((tmp_path / "in" / ".dedupe-backup").rglob("plan.jsonl"))
    dedupe("restore", plan, cwd=tmp_path).exits(0)
    after = tree(tmp_path / "in")
    assert {name: raw for name, raw in after.items() if not name.startswith(".dedupe")} == before


def test_without_a_mark_wide_text_is_left_alone_and_listed(tmp_path: Path) -> None:
    text = "Kein Zeichen sagt, wie dieser Text zu lesen ist.\n" * 40
    for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        (tmp_path / f"{name}.txt").write_bytes(text.encode(name))
    ran = dedupe("clean", ".", "--show-files", cwd=tmp_path).exits(0)
    assert len(ran.out.splitlines()) == 4
    ran = dedupe("clean", ".", "-o", "../out", cwd=tmp_path)
    (document_names, written) = ran.stderr, tree(tmp_path.parent / "out")
    for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        raw = (tmp_path / f"{name}.txt").read_bytes()
        assert written.get(f"{name}.txt", raw) == raw, document_names
    assert ran.code in (0, 3), str(ran)
    assert "listed above" in ran.stderr or "binary" in ran.stderr, str(ran)


def test_as_records_they_keep_every_other_byte(tmp_path: Path) -> None:
    lines = []
    for number, path in enumerate(FILES):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        record = {
            "raw": base64.b64encode(path.read_bytes()).decode(),
            "text": text + "\n\n" + text,
            "n": number,
        }
        lines.append(json.dumps(record, ensure_ascii=number % 2 == 0).encode("utf-8", "surrogatepass"))
    raw = b"\n".join(lines)
    (tmp_path / "a.jsonl").write_bytes(raw)
    ran = dedupe("clean", "a.jsonl", "--ignore", "DOC", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path)
    assert ran.code in (0, 3), str(ran)
    cleaned = (tmp_path / "out" / "a.jsonl").read_bytes()
    assert len(cleaned) < len(raw)
    for before, after in zip(raw.split(b"\n"), cleaned.split(b"\n"), strict=True):
        assert before.partition(b'"text"')[0] == after.partition(b'"text"')[0]
        assert before.rpartition(b'"n"')[2] == after.rpartition(b'"n"')[2]
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == raw
