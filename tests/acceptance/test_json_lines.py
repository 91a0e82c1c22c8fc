"""JSON lines: records are cleaned like files, every other byte of them stays, and the originals come back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from command_line import BODY, CLEAN_ARTICLE, CLEAN_PAGE, PAGE, a_file, tree
from run_here import dedupe_here as dedupe

ODD = '"n" : 1234567890123456789012345,"x":1.10, "x":2,  "e":"\\u00e9\\/"'


def line(text: str, **fields: str) -> str:
    return json.dumps({**fields, "text": text})


def odd_line(text: str) -> str:
    return f'  {{{ODD}, "text":{json.dumps(text)} ,"z":[ ]}}\r'


RECORDS = "\n".join([odd_line(PAGE), "", line(CLEAN_ARTICLE, id="b"), '{"title":"no text"}', line("“short”")])
CLEAN_RECORDS = "\n".join(
    [odd_line(CLEAN_PAGE), "", line(CLEAN_ARTICLE, id="b"), '{"title":"no text"}', line("“short”")]
)


def test_records_keep_every_byte_that_is_not_cut(tmp_path: Path) -> None:
    a_file(tmp_path / "a.jsonl", RECORDS)
    ran = dedupe("clean", "a.jsonl", cwd=tmp_path).exits(0).prints(CLEAN_RECORDS)
    ran.says("a.jsonl:1: 11 of 17 paragraphs removed").says("passed over: 1 without text")
    dedupe("clean", "a.jsonl", "-o", "out", "-q", cwd=tmp_path).exits(0)
    assert (tmp_path / "out" / "a.jsonl").read_bytes().decode() == CLEAN_RECORDS


@pytest.mark.parametrize("flags", [(), ("--format", "jsonl")])
def test_a_filter_keeps_json_lines(flags: tuple[str, ...]) -> None:
    dedupe("clean", *flags, stdin=RECORDS).exits(0).prints(CLEAN_RECORDS)
    dedupe("clean", *flags, stdin=RECORDS + "\n").exits(0).prints(CLEAN_RECORDS + "\n")


def test_what_is_no_json_lines_stays_a_text() -> None:
    for text in ('{"title": 1}\n', "{not json}\n" + PAGE, '{\n  "text": "pretty"\n}\n', ""):
        dedupe("clean", "-q", stdin=text).exits(0).prints(text.replace(PAGE, CLEAN_PAGE))
    dedupe("clean", "--format", "text", "-q", stdin=line("a") + "\n").exits(0).prints(line("a") + "\n")


def test_a_filter_writes_no_record_that_it_was_not_given(tmp_path: Path) -> None:
    dedupe("clean", "--format", "jsonl", stdin="").exits(0).prints("")
    dedupe("clean", "--format", "jsonl", stdin="\n \n").exits(0).prints("\n \n")


def test_originals_come_back_from_each_kind_of_plan(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.jsonl", RECORDS)
    a_file(tmp_path / "in" / "b.txt", PAGE + "One more.\n")
    flags = ("--include", "*.jsonl", "-q")
    dedupe("clean", "in", *flags, "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    originals = tree(tmp_path / "in")
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0).says_only("2 files restored\n")
    assert tree(tmp_path / "back") == originals
    dedupe("clean", "in", *flags, "--in-place", "--yes", "--backup-dir", "backup", cwd=tmp_path).exits(0)
    assert (tmp_path / "in" / "a.jsonl").read_bytes().decode() == CLEAN_RECORDS
    assert (tmp_path / "backup" / "0001" / "files" / "a.jsonl").read_bytes().decode() == RECORDS
    dedupe("restore", "backup/0001/plan.jsonl", cwd=tmp_path).exits(0).says("2 files restored")
    assert tree(tmp_path / "in") == originals
    clean = dedupe("clean", "--plan", "stdin.jsonl", "-q", stdin=RECORDS, cwd=tmp_path).exits(0)
    dedupe("restore", "stdin.jsonl", stdin=clean.stdout, cwd=tmp_path).exits(0).prints(RECORDS)


def test_the_page_of_a_report_says_how_one_removal_is_taken_back(tmp_path: Path) -> None:
    a_file(tmp_path / "a.jsonl", json.dumps({"text": PAGE}) + "\n")
    dedupe("clean", "a.jsonl", "-o", "out", "--plan", "p.jsonl", "-q", cwd=tmp_path).exits(0)
    dedupe("report", "p.jsonl", "--output-file", "r.html", cwd=tmp_path).exits(0)
    page = (tmp_path / "r.html").read_text()
    assert "dedupe restore p.jsonl -o originals" in page
    assert "dedupe restore p.jsonl --id ID" in page


def test_a_clean_file_that_was_edited_is_not_restored(tmp_path: Path) -> None:
    a_file(tmp_path / "a.jsonl", RECORDS)
    dedupe("clean", "a.jsonl", "-o", "out", "--plan", "plan.jsonl", "-q", cwd=tmp_path).exits(0)
    a_file(tmp_path / "out" / "a.jsonl", CLEAN_RECORDS.replace("short", "shirt"))
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(3).says("not as dedupe left it")
    assert not (tmp_path / "back").exists()


def test_the_diff_is_one_of_the_file_and_patch_undoes_it(tmp_path: Path) -> None:
    records = RECORDS + "\n" + line("\n".join((*BODY, *BODY)))
    a_file(tmp_path / "a.jsonl", records)
    diff = dedupe("clean", "a.jsonl", "--diff", "-q", cwd=tmp_path).exits(0).stdout
    assert diff.startswith(b"--- a.jsonl\n+++ a.jsonl\n@@ -1,1 +1,1 @@\n")
    dedupe("clean", "a.jsonl", "--in-place", "--yes", "-q", cwd=tmp_path).exits(0)
    assert (tmp_path / "a.jsonl").read_bytes().decode() != records
    subprocess.run(["patch", "--binary", "-p0", "-R", "-s"], input=diff, cwd=tmp_path, check=True)
    assert (tmp_path / "a.jsonl").read_bytes().decode() == records


def test_check_says_record_and_line(tmp_path: Path) -> None:
    a_file(tmp_path / "sub" / "a.jsonl", line("Short.\n") + "\n" + line("\n".join((*BODY[:2], *BODY[:2]))))
    ran = dedupe("check", "sub/a.jsonl", "--output-format", "concise", cwd=tmp_path).exits(1)
    assert ran.out.splitlines()[0] == "sub/a.jsonl:2:3: DUP101 exact repeat; stays at line 1"


def test_lines_that_cannot_be_read_are_listed_and_left_alone(tmp_path: Path) -> None:
    bad = ['{"text":"a","text":"b"}', '{"text": "broken}', "[1,", '{"text":"' + "\udcff" + '"}']
    records = "\n".join([line(PAGE), *bad, '{"text":null}', '{"text":["a"]}', "[]"]).encode(
        "utf-8", "surrogateescape"
    )
    a_file(tmp_path / "a.jsonl", records)
    ran = (
        dedupe("clean", "a.jsonl", cwd=tmp_path)
        .exits(3)
        .prints(records.replace(json.dumps(PAGE).encode(), json.dumps(CLEAN_PAGE).encode()))
    )
    ran.says("error: a.jsonl:2: malformed: the line has the field 'text' twice; it was left as it is\n")
    for number in (3, 4, 5):
        ran.says(f"error: a.jsonl:{number}: malformed: the line is not JSON in UTF-8; it was left as it is\n")
    ran.says("passed over: 3 without text\n")


def test_a_file_without_the_text_field_is_told_of_and_is_no_error(tmp_path: Path) -> None:
    records = "".join(f'{{"body": "{number}"}}\n' for number in range(200)) + line(PAGE) + "\n"
    a_file(tmp_path / "a.jsonl", records)
    ran = dedupe("clean", "a.jsonl", cwd=tmp_path).exits(0).prints(records)
    ran.says(
        "warning: a.jsonl: passed over, none of its first 100 lines has a text 'text'; name another with --text-field\n"
    )
    dedupe("clean", "a.jsonl", "-o", "out", "--plan", "p.jsonl", "-q", cwd=tmp_path).exits(0)
    assert (tmp_path / "out" / "a.jsonl").read_bytes().decode() == records
    late = "".join(f'{{"body": "{number}"}}\n' for number in range(99)) + line(PAGE) + "\n"
    dedupe("clean", "--format", "jsonl", "-q", stdin=late).exits(0).prints(
        late.replace(json.dumps(PAGE), json.dumps(CLEAN_PAGE))
    )


def test_the_fields_have_the_names_that_are_given(tmp_path: Path) -> None:
    records = json.dumps({"nr": "17", "text": PAGE, "body": PAGE}) + "\n"
    ran = dedupe(
        "clean",
        "--text-field",
        "body",
        "--id-field",
        "nr",
        "--plan",
        "p.jsonl",
        "-q",
        stdin=records,
        cwd=tmp_path,
    )
    ran.exits(0).prints(json.dumps({"nr": "17", "text": PAGE, "body": CLEAN_PAGE}) + "\n")
    documents = [json.loads(each) for each in (tmp_path / "p.jsonl").read_text().splitlines()]
    assert [each["record"] for each in documents if each["kind"] == "document"] == [
        {"file": "-", "id": "17", "number": 1}
    ]


def test_the_group_of_a_record_is_the_host_of_its_url(tmp_path: Path) -> None:
    footer = ("Harbour Gazette, printed at the old mill", "Write to us about the tides and the moorings")

    def pages(*hosts: str) -> str:
        return "".join(
            line(
                f"Story {number} of the {word} that came in with the evening tide to the harbour.\n"
                + "\n".join(footer),
                url=f"https://{host}/{number}",
            )
            + "\n"
            for number, (host, word) in enumerate(
                zip(hosts, ("boat", "gale", "net", "rope", "mast", "keel"), strict=False)
            )
        )

    one = dedupe("clean", stdin=pages(*["one.example"] * 6)).exits(0)
    assert footer[0] not in one.out, str(one)
    many = dedupe("clean", stdin=pages(*[f"{number}.example" for number in range(6)])).exits(0)
    assert many.out.count(footer[0]) == 6
    together = dedupe(
        "clean", "--group-by", "corpus", stdin=pages(*[f"{number}.example" for number in range(6)])
    )
    assert footer[0] not in together.exits(0).out, str(together)


def test_the_line_of_a_duplicate_document_is_left_out(tmp_path: Path) -> None:
    records = [
        line(CLEAN_ARTICLE, id="1"),
        line(CLEAN_PAGE, id="2"),
        line(CLEAN_ARTICLE, id="3"),
        line("Last."),
    ]
    flags = ("--extend-select", "DOC401", "-q")
    a_file(tmp_path / "a.jsonl", "\n".join(records))
    ran = dedupe("clean", "a.jsonl", *flags, cwd=tmp_path).exits(0)
    ran.prints("\n".join([records[0], records[1], records[3]]))
    dedupe("clean", "a.jsonl", *flags, "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    assert (tmp_path / "back" / "a.jsonl").read_bytes().decode() == "\n".join(records)


def test_several_files_keep_their_format_where_they_have_one(tmp_path: Path) -> None:
    a_file(tmp_path / "a.jsonl", line("A.") + "\n")
    a_file(tmp_path / "b.jsonl", line("B.") + "\n")
    a_file(tmp_path / "c.txt", "C.\n")
    two = ("a.jsonl", "b.jsonl")
    dedupe("clean", *two, cwd=tmp_path).exits(0).prints(line("A.") + "\n" + line("B.") + "\n")
    ran = dedupe("clean", *two, "c.txt", cwd=tmp_path).exits(0)
    for name, text in (("a.jsonl", line("A.")), ("b.jsonl", line("B.")), ("c.txt", "C.")):
        assert f"==> {name} <==\n{text}\n" in ran.out
    null = dedupe("clean", *two, "--stdout-format", "null", cwd=tmp_path).exits(0)
    null.prints(b"a.jsonl:1\0A.\0b.jsonl:1\0B.\0")


def test_folders_are_walked_for_the_format_that_is_asked_for(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.jsonl", RECORDS)
    a_file(tmp_path / "in" / "b.NDJSON", RECORDS)
    a_file(tmp_path / "in" / "c.csv", "x")
    ran = dedupe("clean", "in", "-o", "out", cwd=tmp_path).exits(0)
    ran.says("nothing to read: no .txt or .md files there; for .jsonl files add --format jsonl")
    dedupe("clean", "in", "--format", "jsonl", "-o", "out", "-q", cwd=tmp_path).exits(0)
    assert {name: tree(tmp_path / "out")[name].decode() for name in ("a.jsonl", "b.NDJSON")} == {
        "a.jsonl": CLEAN_RECORDS,
        "b.NDJSON": CLEAN_RECORDS,
    }
    ran = dedupe("clean", "in", "--format", "jsonl", "--plan", "in/plan.jsonl", cwd=tmp_path).exits(2)
    ran.says("lies in a folder that is read")


def test_a_text_with_the_name_of_a_record_is_refused(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.jsonl", line(PAGE))
    a_file(tmp_path / "in" / "a.jsonl:1", PAGE)
    ran = dedupe("clean", "in", "--include", "a.*", "-o", "out", "-q", cwd=tmp_path).exits(3)
    ran.says("error: a.jsonl:1: unreadable: a record of another file has the same name; rename it\n")
    assert (tmp_path / "out" / "a.jsonl").read_bytes().decode() == line(CLEAN_PAGE)


def test_too_large_texts_and_lines_are_listed_and_left_alone(tmp_path: Path) -> None:
    long = line(PAGE * 3)
    records = "\n".join([line(PAGE), long, line(PAGE)])
    a_file(tmp_path / "a.jsonl", records)
    small = json.dumps(PAGE), json.dumps(CLEAN_PAGE)
    for flag in ("--max-document-bytes", "--max-line-bytes"):
        ran = dedupe("clean", "a.jsonl", flag, "3K", cwd=tmp_path).exits(3)
        ran.prints(records.replace(*small)).says("error: a.jsonl:2: too large: its ").says(flag)
    a_file(tmp_path / "a.txt", PAGE * 4)
    a_file(tmp_path / "b.txt", PAGE.replace("\n", " ") + "\n" + PAGE)
    ran = dedupe(
        "clean",
        "a.txt",
        "b.txt",
        "-o",
        "out",
        "--max-document-bytes",
        "5K",
        "--max-line-bytes",
        "1K",
        "-q",
        cwd=tmp_path,
    ).exits(3)
    ran.says("error: a.txt: too large: it is larger than --max-document-bytes; ")
    ran.says("error: b.txt: too large: it has a line longer than --max-line-bytes; ")
    assert (tmp_path / "out" / "a.txt").read_bytes().decode() == PAGE * 4
    assert (tmp_path / "out" / "b.txt").read_bytes().decode() == PAGE.replace("\n", " ") + "\n" + PAGE
    dedupe("clean", "--max-document-bytes", "3K", "-q", stdin=PAGE * 3).exits(3).prints(PAGE * 3)


def test_a_large_file_is_cleaned_on_columns_the_same(tmp_path: Path) -> None:
    pages = [
        f"{word} came in.\n" + PAGE.replace("Monday", word) for word in ("boat", "gale", "net", "rope") * 120
    ]
    records = "".join(odd_line(page).replace("\r", "") + "\n" for page in pages)
    a_file(tmp_path / "a.jsonl", records)
    for number, page in enumerate(pages):
        a_file(tmp_path / "in" / f"{number:05}.txt", page)
    dedupe("clean", "a.jsonl", "-o", "out", "--plan", "plan.jsonl", "-q", cwd=tmp_path).exits(0)
    dedupe("clean", "in", "-o", "files", "-q", cwd=tmp_path).exits(0)
    texts = [json.loads(each)["text"] for each in (tmp_path / "out" / "a.jsonl").read_text().splitlines()]
    assert texts == [(tmp_path / "files" / f"{number:05}.txt").read_text() for number in range(len(pages))]
    assert texts[0] != pages[0]
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    assert (tmp_path / "back" / "a.jsonl").read_bytes().decode() == records
