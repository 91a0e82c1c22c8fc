"""`dedupe report`: a saved plan in any format, and one clear line where that cannot be."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import BODY, CHECKOUT, PAGE, a_file, dedupe, dedupe_on_terminal, tree

FORMATS = {
    "html": "html",
    "md": "md",
    "json": "json",
    "sarif": "sarif",
    "junit": "xml",
    "diff": "diff",
    "csv": "csv",
}


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A corpus, clean files and a plan."""
    shutil.copytree(CHECKOUT / "fixtures" / "duplicates", tmp_path / "corpus")
    dedupe("clean", "corpus", "-o", "clean", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    return tmp_path


@pytest.mark.parametrize(("form", "suffix"), FORMATS.items())
def test_a_report_is_the_same_on_stdout_in_a_file_and_beside_a_run(
    room: Path, form: str, suffix: str
) -> None:
    printed = dedupe("report", "plan.jsonl", "--format", form, cwd=room).exits(0).says_only("")
    dedupe("report", "plan.jsonl", "-o", f"one.{suffix}", cwd=room).exits(0).says_only("").prints("")
    dedupe("report", "plan.jsonl", "-o", "two.txt", "--format", form, cwd=room).exits(0)
    assert (room / f"one.{suffix}").read_bytes() == (room / "two.txt").read_bytes() == printed.stdout
    again = ("clean", "corpus", "-o", "clean", "--plan", "plan.jsonl", "--report", f"three.{suffix}")
    dedupe(*again, cwd=room).exits(0)
    assert (room / f"three.{suffix}").read_bytes() == printed.stdout


def test_every_format_of_the_registry_can_be_asked_for() -> None:
    from dedupe.cli.report import FORMATS as OFFERED
    from dedupe.reporters import REPORTER_BY_NAME

    assert set(OFFERED) == set(REPORTER_BY_NAME) == {*FORMATS, "text"}


def test_at_a_terminal_it_is_text_unless_another_is_asked_for(room: Path) -> None:
    text = dedupe("report", "plan.jsonl", "--format", "text", cwd=room).exits(0).says_only("").out
    assert "removed" in text.splitlines()[0]
    shown = dedupe_on_terminal("report", "plan.jsonl", "--color", "never", cwd=room).exits(0)
    assert shown.stdout.decode().replace("\r\n", "\n") == text
    in_colour = dedupe_on_terminal("report", "plan.jsonl", cwd=room).exits(0).stdout
    assert b"\x1b[31m" in in_colour
    shown = dedupe_on_terminal("report", "plan.jsonl", "--format", "csv", cwd=room).exits(0)
    assert shown.stdout.startswith(b"document,") or b"," in shown.stdout.splitlines()[0]
    dedupe("report", "plan.jsonl", "--format", "text", "-o", "report", cwd=room).exits(0)
    assert (room / "report").read_text() == text


def test_without_a_format_it_is_markdown(room: Path) -> None:
    markdown = dedupe("report", "plan.jsonl", "--format", "md", cwd=room).stdout
    dedupe("report", "plan.jsonl", cwd=room).exits(0).prints(markdown)


def test_the_page_shows_kept_text_in_place_and_says_where_it_was_not_to_be_had(room: Path) -> None:
    kept = (
        "said the harbour master" if "harbour master" in (room / "clean/tripled_body.txt").read_text() else ""
    )
    whole = dedupe("report", "plan.jsonl", "--format", "html", cwd=room).exits(0).says_only("")
    assert kept in whole.out
    shutil.rmtree(room / "corpus")
    dedupe("report", "plan.jsonl", "--format", "html", cwd=room).exits(0).prints(whole.stdout)
    (room / "clean").rename(room / "moved")
    lost = dedupe("report", "plan.jsonl", "--format", "html", cwd=room).exits(0)
    lost.says("warning: 6 articles shown without kept text, the first is ")
    lost.says(": the file is not there any more; name the folder of the files with --root DIR to see it")
    assert "Only what was removed is shown" in lost.out
    dedupe("report", "plan.jsonl", "--format", "html", "--root", "moved", cwd=room).exits(0).prints(
        whole.stdout
    )


def test_a_file_that_changed_since_is_not_shown(room: Path) -> None:
    for folder in ("corpus", "clean"):
        with (room / folder / "tripled_body.txt").open("a") as file:
            file.write("Not of the run.\n")
    ran = dedupe("report", "plan.jsonl", "--format", "html", cwd=room).exits(0)
    ran.says(
        "warning: 1 article shown without kept text, the first is tripled_body.txt: the file has changed since;"
    )
    assert "Not of the run" not in ran.out
    assert "the file has changed since" in ran.out


def test_what_came_through_a_pipe_is_shown_whole_in_the_report_of_its_run(tmp_path: Path) -> None:
    args = ("clean", "--report", "r.html", "--plan", "plan.jsonl", "-q")
    dedupe(*args, stdin=PAGE, cwd=tmp_path).exits(0)
    assert BODY[3] in (tmp_path / "r.html").read_text()
    assert "Only what was removed" not in (tmp_path / "r.html").read_text()
    ran = dedupe("report", "plan.jsonl", "--format", "html", cwd=tmp_path).exits(0)
    ran.says("the first is -: it lies in no file;")


def test_a_plan_without_preview_gives_line_numbers_and_no_text(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "page.txt", PAGE)
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", "--no-preview", "-q", cwd=tmp_path).exits(0)
    for form in sorted(FORMATS.keys() - {"diff"}):
        ran = dedupe("report", "plan.jsonl", "--format", form, cwd=tmp_path).exits(0).says_only("")
        assert not any(words in ran.out for words in BODY)
    refused = dedupe("report", "plan.jsonl", "--format", "diff", "-o", "r.diff", cwd=tmp_path).exits(2)
    refused.says_only(
        "error: plan.jsonl: the plan holds no text to show; make it again without --no-preview\n"
    )
    assert not (tmp_path / "r.diff").exists()


Damage = Callable[[bytes], bytes]
DAMAGED: dict[str, tuple[Damage, str]] = {
    "empty": (
        lambda _: b"",
        "the plan is incomplete: its trailer is missing; run dedupe again to make a new one",
    ),
    "foreign": (lambda _: b'{"name": "x"}\n', "it is no plan of dedupe; give a file that --plan wrote"),
    "text": (lambda _: PAGE.encode(), "it is no plan of dedupe; give a file that --plan wrote"),
    "cut short": (
        lambda plan: plan[: len(plan) // 2],
        "the plan is incomplete: it ends inside a line; run dedupe again to make a new one",
    ),
    "without its end": (
        lambda plan: b"".join(plan.splitlines(keepends=True)[:-1]),
        "the plan is incomplete: its trailer is missing; run dedupe again to make a new one",
    ),
    "edited": (
        lambda plan: plan.replace(b'"DUP101"', b'"DUP102"'),
        "the plan was changed after it was written: its digest does not fit; run dedupe again to make a new one",
    ),
    "newer": (
        lambda plan: plan.replace(b'"schema":1', b'"schema":3', 1),
        "the plan has schema 3 and this dedupe reads 2; update dedupe",
    ),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_plan_that_cannot_be_used_is_refused_and_nothing_is_overwritten(room: Path, kind: str) -> None:
    damage, fault = DAMAGED[kind]
    a_file(room / "bad.jsonl", damage((room / "plan.jsonl").read_bytes()))
    a_file(room / "report", "older")
    before = tree(room)
    dedupe("report", "bad.jsonl", "--format", "html", "-o", "report", cwd=room).exits(2).says_only(
        f"error: bad.jsonl: {fault}\n"
    )
    assert tree(room) == before


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("nowhere.jsonl",), "nowhere.jsonl: no such file or directory; give a file that --plan wrote"),
        (("corpus",), "corpus: it is no regular file; give a file that --plan wrote"),
        (
            ("plan.jsonl", "-o", "r.txt"),
            "--output-file r.txt: no report has the suffix '.txt'; use one of .csv, .diff, .html, .json, .md",
        ),
        (
            ("plan.jsonl", "-o", "plan.jsonl", "--format", "md"),
            "plan.jsonl: is the plan; write the report elsewhere",
        ),
        (
            ("plan.jsonl", "-o", "corpus/split_body.txt", "--format", "md"),
            "corpus/split_body.txt: is a document of the plan; write the report elsewhere",
        ),
        (
            ("plan.jsonl", "-o", "clean/split_body.txt", "--format", "md"),
            "clean/split_body.txt: is a document of the plan; write the report elsewhere",
        ),
        (("plan.jsonl", "-o", "corpus", "--format", "md"), "corpus: is a folder; name a file"),
        (
            ("plan.jsonl", "-o", "no/such/r.md"),
            "no/such/r.md: no such file or directory; check the path and its permissions",
        ),
        (
            ("plan.jsonl", "--root", "gone"),
            "--root gone: no such folder; name the one where the files lie now",
        ),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is_overwritten(
    room: Path, args: tuple[str, ...], message: str
) -> None:
    before = tree(room)
    ran = dedupe("report", *args, cwd=room).exits(2)
    assert re.fullmatch(r"error: [^\n]+\n", ran.stderr), str(ran)
    ran.says(message.partition(";")[0])
    assert tree(room) == before


def test_a_check_writes_sarif_and_junit_with_its_gates_though_they_are_asked_for_as_reports(
    room: Path,
) -> None:
    lists = ("--output-format", "sarif", "--output-file", "a.sarif", "--output-format", "junit")
    args = (*lists, "--output-file", "a.xml", "--report", "b.sarif", "--report", "b.xml", "--report", "b.csv")
    dedupe("check", "corpus", *args, cwd=room).exits(1)
    for suffix in ("sarif", "xml"):
        assert (room / f"a.{suffix}").read_bytes() == (room / f"b.{suffix}").read_bytes()
    assert "<failure" in (room / "b.xml").read_text()
    assert b"DUP101" in (room / "b.csv").read_bytes()


def test_lists_made_of_a_plan_name_files_as_they_are_opened_from_here_and_fail_nothing(room: Path) -> None:
    report = json.loads(dedupe("report", "plan.jsonl", "--format", "sarif", cwd=room).exits(0).stdout)
    uris = {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for result in report["runs"][0]["results"]
        for location in result["locations"] + result.get("relatedLocations", [])
    }
    assert uris
    assert all((room / uri).is_file() for uri in uris)
    assert {result["level"] for result in report["runs"][0]["results"]} == {"warning"}
    junit = dedupe("report", "plan.jsonl", "--format", "junit", cwd=room).out
    assert "<failure" not in junit
    assert 'failures="0"' in junit


def test_a_page_in_a_log_holds_no_command(tmp_path: Path) -> None:
    line = f"##[error]boo ##vso[task.complete]x {BODY[0]}"
    a_file(tmp_path / "in" / "a.txt", f"::error::boo\n{line}\n  ::warning::x\n{BODY[1]}\n{line}\n")
    dedupe("clean", "in", "-n", "-q", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    shown = dedupe("report", "plan.jsonl", "--format", "html", cwd=tmp_path).exits(0).out
    assert "boo" in shown
    assert not re.search(r"##\[|##vso\[", shown)
    assert not re.search(r"^\s*::", shown, re.MULTILINE)
    dedupe("report", "plan.jsonl", "-o", "r.html", cwd=tmp_path).exits(0)
    assert "##[error]boo" in (tmp_path / "r.html").read_text()


def test_reports_are_the_same_for_every_hash_seed(room: Path) -> None:
    shutil.copytree(CHECKOUT / "fixtures", room / "fixtures")
    made = ("clean", "fixtures", "-o", "all", "--select", "ALL", "--plan", "all.jsonl")
    dedupe(*made, cwd=room).exits(0)
    for form in FORMATS:
        args = ("report", "all.jsonl", "--format", form)
        first, second = (
            dedupe(*args, cwd=room, env={"PYTHONHASHSEED": seed}).exits(0).stdout for seed in "12"
        )
        assert first == second


def test_a_document_is_not_replaced_by_whatever_link_it_was_read(tmp_path: Path) -> None:
    a_file(tmp_path / "store.md")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").symlink_to("../store.md")
    clean = ("clean", "corpus", "--follow-symlinks", "-o", "clean", "--plan", "plan.jsonl", "-q")
    dedupe(*clean, cwd=tmp_path).exits(0)
    before = tree(tmp_path)
    dedupe("report", "plan.jsonl", "-o", "store.md", cwd=tmp_path).exits(2).says(
        "store.md: is a document of the plan; write the report elsewhere"
    )
    assert tree(tmp_path) == before


def test_a_file_that_holds_documents_is_neither_replaced_nor_added_to(tmp_path: Path) -> None:
    lines = [json.dumps({"id": number, "text": PAGE}) + "\n" for number in range(3)]
    (tmp_path / "articles.jsonl").write_text("".join(lines))
    dedupe("clean", "articles.jsonl", "-o", "clean", "--plan", "plan.jsonl", "-q", cwd=tmp_path).exits(0)
    before = tree(tmp_path)
    for file in ("articles.jsonl", "clean/articles.jsonl"):
        for args in (
            ("report", "plan.jsonl", "--format", "json", "-o", file),
            ("review", "plan.jsonl", "--keep-file", file),
        ):
            dedupe(*args, cwd=tmp_path, stdin="s").exits(2).says(f"{file}: is a document of the plan; ")
    assert tree(tmp_path) == before
