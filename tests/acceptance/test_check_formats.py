"""Every list of `dedupe check` is what its readers take, alone and beside others."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command_line import BODY, CLEAN_ARTICLE, PAGE, a_file, dedupe
from lxml import etree
from run_here import RunHere, here

__all__ = ["here"]

SCHEMAS = Path(__file__).parents[1] / "schemas"
FORMATS = ("full", "concise", "json", "github", "sarif", "junit", "markdown")
TWICE = f"{BODY[0]}\n{BODY[1]}\n{BODY[0]}\n"


def sarif_of(content: bytes) -> dict[str, Any]:
    """Return the one run of a log that is valid by the published schema."""
    log = json.loads(content)
    jsonschema.Draft4Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text())).validate(log)
    assert len(log["runs"]) == 1
    run = log["runs"][0]
    assert isinstance(run, dict)
    return run


def junit_of(content: bytes) -> etree._Element:
    """Return the root of a report that is valid by the published schema."""
    root = etree.fromstring(content)
    etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd")).assertValid(root)
    return root


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / "in" / "b.txt", TWICE)
    a_file(tmp_path / "in" / "c.txt", CLEAN_ARTICLE)
    a_file(tmp_path / "in" / "d.txt", CLEAN_ARTICLE.encode("utf-16-le"))
    return tmp_path


@pytest.mark.parametrize(
    "args", [(), ("--max-duplicates", "99"), ("--baseline", "b"), ("--ignore", "DUP,BPL")]
)
def test_sarif_is_valid_and_has_one_result_a_cluster(
    corpus: Path, here: RunHere, args: tuple[str, ...]
) -> None:
    if "--baseline" in args:
        here("check", "in/c.txt", "--baseline", "b", "--update-baseline").exits(0)
    run = sarif_of(here("check", "in", "--output-format", "sarif", *args).stdout)
    results = run["results"]
    assert isinstance(results, list)
    prints = [result["partialFingerprints"]["dedupe/v1"] for result in results]
    assert len(prints) == len(set(prints)) == (0 if "DUP,BPL" in args else 6)
    if "DUP,BPL" in args:
        return
    ferry = next(result for result in results if BODY[0] in result["message"]["text"])
    assert ferry["level"] == ("warning" if "99" in args else "error")
    assert ferry.get("baselineState") == ("new" if "--baseline" in args else None)
    where = ferry["locations"][0]["physicalLocation"]
    assert where == {
        "artifactLocation": {"uri": "in/a.txt", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 8, "endLine": 8},
    }
    related = [
        (each["physicalLocation"]["artifactLocation"]["uri"], each["physicalLocation"]["region"]["startLine"])
        for each in ferry["relatedLocations"]
    ]
    assert related == [("in/a.txt", 3), ("in/a.txt", 13), ("in/b.txt", 3)]
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert "d.txt: not read, undecodable" in told[0]["message"]["text"]


def test_sarif_marks_what_is_known_as_unchanged(corpus: Path, here: RunHere) -> None:
    a_file(corpus / "known" / "b.txt", TWICE)
    here("check", "known", "--baseline", "b", "--update-baseline").exits(0)
    a_file(corpus / "known" / "b.txt", f"{TWICE}{BODY[2]}\n{BODY[4]}\n{BODY[2]}\n")
    run = sarif_of(here("check", "known", "--baseline", "b", "--output-format", "sarif").exits(1).stdout)
    states = {result["message"]["text"][:60]: result["baselineState"] for result in run["results"]}
    assert list(states.values()) == ["new", "unchanged"]
    a_file(corpus / "known" / "b.txt", f"{TWICE}{BODY[0]}\n")
    run = sarif_of(here("check", "known", "--baseline", "b", "--output-format", "sarif").exits(1).stdout)
    (result,) = run["results"]
    assert result["baselineState"] == "new"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 4
    assert "2 such paragraphs would go" in result["message"]["text"]


def test_sarif_has_at_most_5000_results_and_says_what_is_left_out(tmp_path: Path, here: RunHere) -> None:
    lines = [
        f"Ship {n} of the line of {n * n} left pier {n % 9} on day {n} with {n} crates of tea."
        for n in range(5100)
    ]
    a_file(tmp_path / "a.txt", "".join(f"{line}\n" for line in [*lines, *lines]))
    run = sarif_of(here("check", "a.txt", "--output-format", "sarif").exits(1).stdout)
    assert len(run["results"]) == 5000
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert told[0] == {"level": "warning", "message": {"text": "100 more clusters are left out"}}


@pytest.mark.parametrize(("args", "failures"), [((), 2), (("--max-duplicates", "99"), 0)])
def test_junit_is_valid_and_has_one_test_case_a_file(
    corpus: Path, here: RunHere, args: tuple[str, ...], failures: int
) -> None:
    root = junit_of(here("check", "in", "--output-format", "junit", *args).stdout)
    assert [case.get("name") for case in root.iter("testcase")] == [
        "in/a.txt",
        "in/b.txt",
        "in/c.txt",
        "d.txt",
    ]
    assert len(list(root.iter("failure"))) == failures
    suite = next(root.iter("testsuite"))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", str(failures), "1")
    said = next(root.iter("testcase"))[0].text or ""
    assert f"in/a.txt:8: DUP101 exact repeat; stays at line 3: {BODY[0]}" in said.splitlines()


def test_junit_passes_files_whose_duplicates_are_known(corpus: Path, here: RunHere) -> None:
    (corpus / "in" / "d.txt").unlink()
    here("check", "in", "--baseline", "b", "--update-baseline").exits(0)
    a_file(corpus / "in" / "c.txt", f"{CLEAN_ARTICLE}{CLEAN_ARTICLE}")
    root = junit_of(here("check", "in", "--baseline", "b", "--output-format", "junit").exits(1).stdout)
    failed = [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None]
    assert failed == ["in/c.txt"]


COMMAND = re.compile(r"::error file=([^,:]*),line=(\d+),endLine=(\d+),title=([^,:]*)::(.*)")


def test_github_has_at_most_ten_annotations_then_the_totals(corpus: Path, here: RunHere) -> None:
    (corpus / "in" / "d.txt").unlink()
    lines = here("check", "in", "--output-format", "github").exits(1).out.splitlines()
    found = [COMMAND.fullmatch(line) for line in lines[:10]]
    assert all(found)
    assert found[1] is not None
    assert found[1].groups()[:4] == ("in/a.txt", "8", "8", "DUP101 exact repeat")
    assert lines[10:] == [
        "and 2 more; --output-format concise lists all",
        "3 documents, 22 paragraphs: 12 duplicates in 6 clusters, 53.53 % of the text",
        "gate failed: 12 duplicates, at most 0 (max-duplicates)",
    ]


def test_github_counts_what_could_not_be_read_among_its_ten(corpus: Path, here: RunHere) -> None:
    lines = here("check", "in", "--output-format", "github").exits(1).out.splitlines()
    assert lines[0].startswith("::error title=not read::d.txt: undecodable")
    assert len([line for line in lines if line.startswith("::")]) == 10
    assert "and 3 more; --output-format concise lists all" in lines


def test_github_warns_where_the_gate_passed(corpus: Path, here: RunHere) -> None:
    lines = (
        here("check", "in/b.txt", "--output-format", "github", "--max-duplicates", "9")
        .exits(0)
        .out.splitlines()
    )
    assert lines[0].startswith("::warning file=in/b.txt,line=3,")


def test_github_writes_the_full_table_to_the_summary_of_the_job(corpus: Path, here: RunHere) -> None:
    a_file(corpus / "summary.md", "before\n")
    ran = here(
        "check", "in", "--output-format", "github", env={"GITHUB_STEP_SUMMARY": str(corpus / "summary.md")}
    )
    assert "and 3 more; in the summary of the job" in ran.out
    text = (corpus / "summary.md").read_text()
    assert text.startswith("before\n# dedupe check: failed\n")
    assert text.count("| DUP101 exact repeat | line ") == 11
    assert "- `d.txt`, undecodable" in text
    ran = here(
        "check", "in", "--output-format", "concise", env={"GITHUB_STEP_SUMMARY": str(corpus / "summary.md")}
    )
    assert (corpus / "summary.md").read_text() == text


def test_the_summary_of_a_job_stays_below_what_github_takes(tmp_path: Path, here: RunHere) -> None:
    lines = [
        f"Ship {n} of the line of {n * n} left pier {n % 9} on day {n} with {n} crates of tea."
        for n in range(9000)
    ]
    a_file(tmp_path / "a.txt", "".join(f"{line}\n" for line in [*lines, *lines]))
    here("check", "a.txt", "--output-format", "github", env={"GITHUB_STEP_SUMMARY": "s.md"}).exits(1)
    text = (tmp_path / "s.md").read_text()
    assert 900_000 < len(text.encode()) <= 1024 * 1024
    shown = text.count("| DUP101 exact repeat | line ")
    assert f"\n{9000 - shown:,} more have no room here.\n" in text


def test_a_summary_that_cannot_be_written_is_2(corpus: Path, here: RunHere) -> None:
    env = {"GITHUB_STEP_SUMMARY": "no/summary.md"}
    ran = here("check", "in/b.txt", "--output-format", "github", env=env).exits(2)
    ran.says("error: no/summary.md: no such file or directory; check GITHUB_STEP_SUMMARY\n")


def test_markdown_is_a_table_with_the_verdict_on_top(corpus: Path, here: RunHere) -> None:
    text = here("check", "in/b.txt", "--output-format", "markdown", "--max-share", "5").exits(1).out
    assert text == (
        "# dedupe check: failed\n\n"
        "1 document, 3 paragraphs: 1 duplicate in 1 cluster, 25.36 % of the text.\n\n"
        "| gate | limit | found | |\n|---|--:|--:|---|\n| `max-share` | 5 % | 25.360231 % | **failed** |\n\n"
        "| rule | duplicates | new | share |\n|---|--:|--:|--:|\n| DUP101 exact repeat | 1 |  | 25.36 % |\n\n"
        "| where | rule | stays at | text |\n|---|---|---|---|\n"
        f"| `in/b.txt:3` | DUP101 exact repeat | line 1 | `{BODY[0]}` |\n"
    )


# Where lists go


@pytest.mark.parametrize("form", FORMATS)
def test_a_list_in_a_file_is_the_list_on_stdout(corpus: Path, here: RunHere, form: str) -> None:
    printed = here("check", "in", "--output-format", form).stdout
    ran = here("check", "in", "--output-format", form, "--output-file", "list.out").prints("")
    assert (corpus / "list.out").read_bytes() == printed != b""
    ran.says("lists: list.out\n")


@pytest.mark.parametrize(
    ("args", "stdout", "files"),
    [
        (
            ("--output-format", "github", "--output-format", "sarif", "--output-file", "x.sarif"),
            "github",
            {"x.sarif": "sarif"},
        ),
        (
            ("--output-file", "x.xml", "--output-format", "junit", "--output-format", "json"),
            "json",
            {"x.xml": "junit"},
        ),
        (
            (
                "--output-format",
                "concise",
                "--output-file",
                "x.txt",
                "--output-file",
                "x.md",
                "--output-format",
                "markdown",
            ),
            None,
            {"x.txt": "concise", "x.md": "markdown"},
        ),
        (
            ("--output-file", "x.sarif", "--output-file", "x.json"),
            None,
            {"x.sarif": "sarif", "x.json": "json"},
        ),
        (("--output-file", "x.log"), None, {"x.log": "full"}),
        (("--output-format", "concise", "--output-file", "x.json"), None, {"x.json": "concise"}),
        (
            ("--config", "output-format=['github','junit']", "--config", "output-file=['x.xml']"),
            "github",
            {"x.xml": "junit"},
        ),
    ],
)
def test_several_lists_at_once(
    corpus: Path, here: RunHere, args: tuple[str, ...], stdout: str | None, files: dict[str, str]
) -> None:
    expected = {form: here("check", "in", "--output-format", form).stdout for form in FORMATS}
    ran = here("check", "in", *args).exits(1)
    assert ran.stdout == (expected[stdout] if stdout else b"")
    assert {name: (corpus / name).read_bytes() for name in files} == {
        name: expected[form] for name, form in files.items()
    }


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ("--output-format", "json", "--output-format", "sarif"),
            (
                "--output-format json and --output-format sarif cannot both go to stdout;"
                " give one of them an --output-file"
            ),
        ),
        (
            ("--output-format", "xml"),
            "--output-format: 'xml' is not one of full, concise, json, github, sarif, junit, markdown",
        ),
        (
            ("--output-file", "x.md", "--output-file", "./x.md"),
            "--output-file names one file twice; give each list its own file",
        ),
        (
            ("--statistics", "--output-format", "sarif"),
            "--statistics cannot be used with --output-format sarif; it counts by rule already, leave it out",
        ),
        (("--output-file", "in/a.txt"), "in/a.txt: is one of the inputs; write it elsewhere"),
        (
            ("--output-file", "x.json", "--report", "x.json"),
            "x.json: named for two outputs; give each its own file",
        ),
    ],
)
def test_lists_that_cannot_go_where_they_should_are_2(
    corpus: Path, here: RunHere, args: tuple[str, ...], message: str
) -> None:
    ran = here("check", "in", *args).exits(2).prints("")
    assert ran.stderr.startswith(f"error: {message}"), str(ran)
    assert (corpus / "in" / "a.txt").read_text() == PAGE


def test_a_list_that_was_there_stays_when_the_run_stops(corpus: Path, here: RunHere) -> None:
    a_file(corpus / "x.json", "old")
    here("check", "in", "--on-error", "fail", "--output-file", "x.json").exits(3)
    assert (corpus / "x.json").read_text() == "old"
    assert sorted(path.name for path in corpus.iterdir()) == ["in", "x.json"]


def test_colour_is_for_terminals_and_who_asks(corpus: Path) -> None:
    plain = dedupe("check", "in/b.txt", cwd=corpus).exits(1).stdout
    assert b"\x1b" not in plain
    coloured = dedupe("check", "in/b.txt", "--color", "always", cwd=corpus).exits(1).stdout
    assert re.sub(rb"\x1b\[[0-9;]*m", b"", coloured) == plain != coloured


def test_tools_that_know_files_are_led_to_the_line_of_a_record(tmp_path: Path, here: RunHere) -> None:
    record = json.dumps({"text": PAGE})
    a_file(tmp_path / "a.jsonl", f'{{"text":"Short."}}\n{record}\n')
    a_file(tmp_path / "b.csv", f'text\n"{PAGE}"\n')
    command = ("check", "a.jsonl", "b.csv")
    annotations = here(*command, "--output-format", "github").exits(1).out.splitlines()
    assert annotations[0].startswith("::error file=a.jsonl,line=2,endLine=2,title=BPL202"), annotations[0]
    assert "::record 2, line 1: BPL202" in annotations[0]
    run = json.loads(here(*command, "--output-format", "sarif").exits(1).out)["runs"][0]
    places = [location for result in run["results"] for location in result["locations"]]
    assert places[0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a.jsonl", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 2, "endLine": 2},
    }
    assert places[0]["logicalLocations"] == [{"name": "record 2, line 1", "kind": "element"}]
    related = [each for result in run["results"] for each in result.get("relatedLocations", [])]
    tables = [each for each in related if each["physicalLocation"]["artifactLocation"]["uri"] == "b.csv"]
    assert tables
    assert all("region" not in each["physicalLocation"] for each in tables)


def test_lines_of_a_text_are_none_of_the_file_that_it_is_read_from(tmp_path: Path, here: RunHere) -> None:
    a_file(tmp_path / "a.txt.gz", gzip.compress(PAGE.encode()))
    annotations = here("check", "a.txt.gz", "--output-format", "github").exits(1).out.splitlines()
    assert annotations[0].startswith("::error file=a.txt.gz,title=BPL202"), annotations[0]
    assert "::line 1 of its text: BPL202" in annotations[0]
