"""CSV and TSV: rows are cleaned like files, their dialect and every other byte stay, and the originals come back."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from command_line import BANNER, BODY, CLEAN_ARTICLE, CLEAN_PAGE, PAGE, a_file
from run_here import dedupe_here as dedupe


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def table(page: str, line_end: str = "\r\n", delimiter: str = ",") -> str:
    rows = [
        ["nr", "text", "n"],
        ["1", quoted(page), "1.10"],
        ["2", quoted(CLEAN_ARTICLE), '"a ""b"""'],
        ["3"],
        [],
        ["4", "short", ""],
    ]
    return line_end.join(delimiter.join(row) for row in rows)


@pytest.mark.parametrize(
    ("name", "delimiter"), [("a.csv", ","), ("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t")]
)
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_a_table_keeps_its_dialect(tmp_path: Path, name: str, delimiter: str, line_end: str) -> None:
    a_file(tmp_path / name, table(PAGE, line_end, delimiter))
    ran = dedupe("clean", name, cwd=tmp_path).exits(0).prints(table(CLEAN_PAGE, line_end, delimiter))
    ran.says(f"{name}:1: 11 of 17 paragraphs removed").says("passed over: 1 without text")


def test_originals_come_back_and_patch_undoes_the_diff(tmp_path: Path) -> None:
    raw = table(PAGE + '“Hear,” "said" he.\r\n')
    a_file(tmp_path / "a.csv", raw)
    dedupe("clean", "a.csv", "-o", "out", "--plan", "plan.jsonl", "-q", cwd=tmp_path).exits(0)
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    assert (tmp_path / "back" / "a.csv").read_bytes() == raw.encode()
    diff = dedupe("clean", "a.csv", "--diff", "-q", cwd=tmp_path).exits(0).stdout
    dedupe("clean", "a.csv", "--in-place", "--yes", "-q", cwd=tmp_path).exits(0)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "out" / "a.csv").read_bytes()
    clean = (tmp_path / "a.csv").read_bytes()
    subprocess.run(["patch", "--binary", "-p0", "-R", "-s"], input=diff, cwd=tmp_path, check=True)
    assert (tmp_path / "a.csv").read_bytes() == raw.encode()
    a_file(tmp_path / "a.csv", clean)
    dedupe("restore", ".dedupe-backup/0001/plan.jsonl", cwd=tmp_path).exits(0)
    assert (tmp_path / "a.csv").read_bytes() == raw.encode()


def test_a_table_in_another_encoding_keeps_it(tmp_path: Path) -> None:
    page = "\n".join((*BODY[:2], "Die Fähre fuhr für fünf Gäste über den Fluß, hörte man später.", *BODY[:2]))
    raw = f"text;id\n{quoted(page)};Größe\n".encode("cp1252", "replace")
    a_file(tmp_path / "a.csv", raw)
    ran = dedupe("clean", "a.csv", cwd=tmp_path).exits(0)
    kept = "\n".join(page.split("\n")[:3])
    ran.prints(f"text;id\n{quoted(kept)};Größe\n".encode("cp1252", "replace"))


def test_rows_that_cannot_be_read_are_listed_and_left_alone(tmp_path: Path) -> None:
    raw = f'text,id\n{quoted(PAGE)},1\n"a"b,2\n{quoted(PAGE)},3\n"never closed,4\nx,5\n'
    a_file(tmp_path / "a.csv", raw)
    ran = dedupe("clean", "a.csv", cwd=tmp_path).exits(3).prints(raw.replace(PAGE, CLEAN_PAGE))
    ran.says("error: a.csv:2: malformed: something stands behind the closing quote of its text;")
    ran.says("error: a.csv:4: malformed: a quote in the row is never closed;")
    a_file(tmp_path / "b.csv", "text\n" + quoted(PAGE * 3) + "\n" + quoted(PAGE) + "\n")
    ran = dedupe("clean", "b.csv", "--max-document-bytes", "3K", cwd=tmp_path).exits(3)
    ran.prints("text\n" + quoted(PAGE * 3) + "\n" + quoted(CLEAN_PAGE) + "\n")
    ran.says("error: b.csv:1: too large: its text is larger than --max-document-bytes")


def test_a_table_without_the_column_is_told_of(tmp_path: Path) -> None:
    for header, said in (("body,id", "has no column 'text'"), ("text,text", "has two columns 'text'")):
        a_file(tmp_path / "a.csv", f"{header}\n{quoted(PAGE)},1\n")
        ran = dedupe("clean", "a.csv", cwd=tmp_path).exits(0).prints(f"{header}\n{quoted(PAGE)},1\n")
        ran.says(f"warning: a.csv: passed over, its first row {said}; name another with --text-field\n")
    a_file(tmp_path / "a.csv", f"body,id\n{quoted(PAGE)},1\n")
    ran = dedupe("clean", "a.csv", "--text-field", "body", "-q", cwd=tmp_path).exits(0)
    ran.prints(f"body,id\n{quoted(CLEAN_PAGE)},1\n")
    a_file(tmp_path / "w.csv", "text\n".encode("utf-16"))
    dedupe("clean", "w.csv", "-q", cwd=tmp_path).exits(3).says("w.csv: undecodable: ")


def test_a_row_of_a_duplicate_is_left_out_and_id_and_url_are_read(tmp_path: Path) -> None:
    raw = f"id,text,url\r\na,{quoted(CLEAN_ARTICLE)},https://x.example/1\r\nb,{quoted(CLEAN_ARTICLE)},\r\nc,x,\r\n"
    ran = dedupe(
        "clean",
        "--format",
        "csv",
        "--extend-select",
        "DOC401",
        "--plan",
        "p.jsonl",
        "-q",
        stdin=raw,
        cwd=tmp_path,
    ).exits(0)
    assert [row["id"] for row in csv.DictReader(io.StringIO(ran.out))] == ["a", "c"]
    lines = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    assert [line["record"]["id"] for line in lines if line["kind"] == "document"] == ["a", "b", "c"]
    dedupe("restore", "p.jsonl", stdin=ran.stdout, cwd=tmp_path).exits(0).prints(raw)


def test_a_field_may_be_large(tmp_path: Path) -> None:
    long = "".join(f"The boat of day {number} came in late.\n" for number in range(300_000))
    raw = "text\n" + quoted(long) + "\n" + quoted(PAGE) + "\n"
    a_file(tmp_path / "a.csv", raw)
    ran = dedupe("clean", "a.csv", "-q", cwd=tmp_path).exits(0)
    assert ran.stdout == raw.replace(PAGE, CLEAN_PAGE).encode()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [1, 10_000])
def test_a_row_does_not_become_a_blank_line(tmp_path: Path, line_end: str, count: int) -> None:
    rows = [
        "text",
        BANNER,
        f'"{BANNER}"',
        *(f"The boat of day {number} came in late." for number in range(count)),
    ]
    raw = line_end.join([*rows, ""])
    a_file(tmp_path / "a.csv", raw)
    ran = dedupe("clean", "a.csv", "-o", "out", "--plan", "p.jsonl", cwd=tmp_path).exits(3)
    ran.says(
        "error: a.csv:1: malformed: without its text the row would be a blank line, which is no row; it was left"
    )
    clean = (tmp_path / "out" / "a.csv").read_bytes()
    assert clean == raw.replace(f'"{BANNER}"', '""').encode()
    dedupe("restore", "p.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    assert (tmp_path / "back" / "a.csv").read_bytes() == raw.encode()
