"""`dedupe check` changes nothing, counts what `clean` would remove, and fails when a gate does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import BODY, CLEAN_ARTICLE, Ran, a_file, tree
from run_here import dedupe_here as dedupe

TWICE = f"{BODY[0]}\n{BODY[1]}\n{BODY[0]}\n"
"""One paragraph of three stands twice."""


def totals_of(ran: Ran) -> dict[str, object]:
    totals = json.loads(ran.stdout)["totals"]
    assert isinstance(totals, dict)
    return totals


def test_nothing_is_written_beside_the_lists(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    before = tree(tmp_path)
    dedupe("check", "in", cwd=tmp_path).exits(1)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("select", ["DUP,BPL", "DUP", "BPL202", "ALL"])
def test_what_is_counted_is_what_clean_removes(tmp_path: Path, select: str) -> None:
    for name in ("a", "b"):
        a_file(tmp_path / "in" / f"{name}.txt")
    a_file(tmp_path / "in" / "c.txt", CLEAN_ARTICLE)
    checked = totals_of(dedupe("check", "in", "--select", select, "--output-format", "json", cwd=tmp_path))
    dedupe("clean", "in", "--select", select, "-n", "--report", "r.json", cwd=tmp_path).exits(0)
    cleaned = json.loads((tmp_path / "r.json").read_text())["totals"]
    assert checked["by_rule"] == cleaned["removed"] != {}
    assert checked["reported"] == cleaned["found"]
    assert (checked["documents"], checked["paragraphs"]) == (cleaned["documents"], cleaned["paragraphs"])


def test_the_share_is_of_characters_that_are_no_white_space(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt", f"\ufeff{BODY[0]}\n\n\n   {BODY[2]}   \n{BODY[0]}\n")
    totals = totals_of(dedupe("check", "a.txt", "--output-format", "json", cwd=tmp_path).exits(1))
    long, other = (len("".join(text.split())) for text in (BODY[0], BODY[2]))
    assert totals["duplicate_characters"] == long
    assert totals["characters"] == 2 * long + other
    assert totals["share"] == pytest.approx(100 * long / (2 * long + other))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_characters_are_counted_whatever_bytes_they_take(tmp_path: Path, encoding: str) -> None:
    line = "Der Fährmann von Östmere löst für die Überfahrt im März einen Schein zu dreißig Kronen für jeden Gast."
    a_file(tmp_path / "a.txt", f"{line}\n{line}\n".encode(encoding))
    ran = dedupe("check", "a.txt", "--output-format", "json", "--encoding", encoding, cwd=tmp_path).exits(1)
    assert totals_of(ran)["characters"] == 2 * len("".join(line.split()))


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ((), 1),
        (("--max-duplicates", "0"), 1),
        (("--max-duplicates", "1"), 0),
        (("--max-share", "0"), 1),
        (("--max-share", "25"), 1),
        (("--max-share", "25.3%"), 1),
        (("--max-share", "26"), 0),
        (("--max-share", "100"), 0),
        (("--max-share", "100", "--max-duplicates", "0"), 1),
        (("--max-share", "0", "--max-duplicates", "9"), 1),
        (("--max-share", "100", "--max-duplicates", "9"), 0),
        (("--ignore", "DUP"), 0),
        (("--select", "BPL"), 0),
        (("--config", "max-per-rule={DUP101=0}"), 1),
        (("--config", "max-per-rule={DUP101=1}"), 0),
        (("--config", "max-per-rule={DUP=0}"), 1),
        (("--config", "max-per-rule={BPL=0}"), 0),
        (("--config", "max-per-rule={ALL=0}"), 1),
        (("--config", "max-per-rule=DUP101=1,BPL=0"), 0),
        (("--config", "max-per-rule={DUP101=1}", "--max-duplicates", "0"), 1),
        (("--exit-zero",), 0),
        (("--exit-zero", "--max-share", "0"), 0),
    ],
)
def test_any_gate_that_fails_is_1(tmp_path: Path, args: tuple[str, ...], code: int) -> None:
    # 88 of 347 characters: 25.36 %
    a_file(tmp_path / "a.txt", TWICE)
    ran = dedupe("check", "a.txt", *args, cwd=tmp_path).exits(code)
    failed = code == 1 or "--exit-zero" in args
    ran.says("gate failed: " if failed else "gate passed: ")


def test_the_verdict_names_each_gate_that_failed_with_its_figures(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt", TWICE)
    args = ("--max-share", "5", "--max-duplicates", "3", "--config", "max-per-rule={DUP101=0}")
    ran = dedupe("check", "a.txt", *args, cwd=tmp_path).exits(1)
    ran.says(
        "gate failed: 25.36 % of the text, at most 5 % (max-share);"
        " 1 DUP101, at most 0 (max-per-rule DUP101)\n"
    )


def test_a_share_just_above_its_limit_does_not_look_like_it(tmp_path: Path) -> None:
    from dedupe.checking.gates import Gate, GateResult

    assert (
        GateResult(Gate("max-share", 5), 5.000001).sentence
        == "5.000001000 % of the text, at most 5 % (max-share)"
    )


def test_full_shows_place_rule_copy_and_text(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt", TWICE)
    ran = dedupe("check", "in", cwd=tmp_path).exits(1)
    ran.prints(
        "in/a.txt:3: DUP101 exact repeat; stays at line 1\n"
        "  | The ferry to the island will run twice a day from the first week of April,…\n"
    )
    ran.says_only(
        "1 document, 3 paragraphs: 1 duplicate in 1 cluster, 25.36 % of the text\n"
        "gate failed: 1 duplicate, at most 0 (max-duplicates)\n"
        "next: dedupe clean in -o clean\n"
    )


def test_concise_is_one_line_a_duplicate_that_leads_there(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    ran = dedupe("check", tmp_path / "in", "--output-format", "concise", cwd=tmp_path).exits(1)
    lines = ran.out.splitlines()
    assert lines[0] == "in/a.txt:1: BPL202 known boilerplate"
    assert lines[1] == "in/a.txt:8: DUP101 exact repeat; stays at line 3"
    assert len(lines) == 11


def test_a_copy_in_another_document_is_named_with_its_path(tmp_path: Path) -> None:
    for name in ("a", "b"):
        a_file(tmp_path / "in" / f"{name}.txt", f"{BODY[0]}\nIt is said in {name}.\n")
    ran = dedupe("check", "in", "--select", "XDP301", "--output-format", "concise", cwd=tmp_path).exits(1)
    ran.prints("in/b.txt:1: XDP301 shared paragraph, exact; stays at line 1 of in/a.txt\n")


def test_json_says_everything(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt", TWICE)
    ran = dedupe("check", "a.txt", "--output-format", "json", cwd=tmp_path).exits(1)
    told = json.loads(ran.stdout)
    assert len(told["findings"]) == 1
    assert told["findings"][0] == {
        "rule": "DUP101",
        "rule_name": "exact repeat",
        "path": "a.txt",
        "first_line": 3,
        "last_line": 3,
        "score": 1.0,
        "characters": 88,
        "fingerprint": told["findings"][0]["fingerprint"],
        "known": False,
        "copies": [{"path": "a.txt", "first_line": 1, "last_line": 1}],
        "text": BODY[0],
    }
    assert told["gates"] == [
        {"kind": "max-duplicates", "rule": "", "where": "", "limit": 0, "actual": 1, "failed": True}
    ]
    assert told["passed"] is False
    assert told["baseline"] is None


def test_statistics_count_by_rule_instead_of_listing(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / "in" / "b.txt")
    ran = dedupe("check", "in", "--statistics", cwd=tmp_path).exits(1)
    ran.prints(
        "rule                              duplicates    characters     share\n"
        "DUP101 exact repeat                       20         1,960   64.14 %\n"
        "BPL202 known boilerplate                   2            48    1.57 %\n"
        "DOC401 duplicate document, exact           1  reported, not counted\n"
        "total                                     22         2,008   65.71 %\n"
    )


def test_without_duplicates_stdout_is_empty_and_the_gate_passes(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt", CLEAN_ARTICLE)
    ran = dedupe("check", "a.txt", cwd=tmp_path).exits(0).prints("")
    ran.says_only(
        "1 document, 2 paragraphs: 0 duplicates\n"
        "gate passed: 0 duplicates, at most 0 (max-duplicates)\n"
        "next: dedupe check a.txt --select ALL --statistics  # also what documents share\n"
    )


def test_standard_input_is_checked(tmp_path: Path) -> None:
    ran = dedupe("check", "--output-format", "concise", stdin=TWICE).exits(1)
    ran.prints("-:3: DUP101 exact repeat; stays at line 1\n").says("next: dedupe clean < IN > CLEAN\n")
    dedupe("check", "-", stdin=CLEAN_ARTICLE).exits(0)
    dedupe("check", stdin="").exits(0).says("1 document, 0 paragraphs: 0 duplicates")


def test_reports_made_of_a_plan_are_written_too(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt", TWICE)
    dedupe("check", "a.txt", "--report", "r.json", "--report", "r.md", cwd=tmp_path).exits(1)
    assert json.loads((tmp_path / "r.json").read_text())["totals"]["removed"] == {"DUP101": 1}
    assert "DUP101" in (tmp_path / "r.md").read_text()


def test_no_preview_keeps_text_out_of_every_list(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt", TWICE)
    for form in ("full", "concise", "json", "github", "sarif", "junit", "markdown"):
        ran = dedupe("check", "a.txt", "--no-preview", "--output-format", form, cwd=tmp_path).exits(1)
        assert "ferry" not in ran.out + ran.stderr, str(ran)


def test_3_when_an_input_could_not_be_read_and_1_when_a_gate_failed_on_the_rest(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "b.txt", CLEAN_ARTICLE.encode("utf-16-le"))
    ran = dedupe("check", "in", cwd=tmp_path).exits(3)
    ran.prints("b.txt: not read, undecodable: " + ran.out.partition("undecodable: ")[2])
    ran.says("error: b.txt: undecodable").says("not checked: 1 input, listed above as errors\n")
    a_file(tmp_path / "in" / "a.txt", CLEAN_ARTICLE)
    dedupe("check", "in", cwd=tmp_path).exits(3)
    a_file(tmp_path / "in" / "a.txt", TWICE)
    dedupe("check", "in", cwd=tmp_path).exits(1)
    dedupe("check", "in", "--exit-zero", cwd=tmp_path).exits(3)


@pytest.mark.parametrize("name", ["nothing at all", "hidden", "binary", "other suffix"])
def test_2_when_there_is_nothing_to_check(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    if name == "hidden":
        a_file(tmp_path / "in" / ".a.txt")
    if name == "other suffix":
        a_file(tmp_path / "in" / "a.csv")
    if name == "binary":
        a_file(tmp_path / "in" / "a.txt", bytes(range(256)) * 8)
    ran = dedupe("check", "in", "--baseline", "b", "--update-baseline", cwd=tmp_path)
    assert not (tmp_path / "b").exists()
    ran.exits(2).prints("").says_only(
        "error: in: nothing to check, no .txt or .md text there; add other files with --include GLOB\n"
    )


def test_show_files_and_show_settings_check_nothing(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    dedupe("check", "in", "--show-files", cwd=tmp_path).exits(0).prints("in/a.txt\n")
    assert (
        "max-duplicates = 3  # command line\n"
        in dedupe("check", "in", "--max-duplicates", "3", "--show-settings", cwd=tmp_path).exits(0).out
    )


def test_a_large_folder_is_counted_as_a_small_one_is(tmp_path: Path) -> None:
    filler = "".join(
        f"On day {n} of the voyage the mate of ship {n * 7} wrote {n * n} words about clouds, eels and rope.\n"
        for n in range(5000)
    )
    page = f"{TWICE}{filler}{BODY[2]} {BODY[4]}\n{BODY[2]} {BODY[4]}\n"
    assert len(page) > 300_000  # what is decided on columns
    a_file(tmp_path / "a.txt", page)
    ran = dedupe("check", "a.txt", "--output-format", "json", cwd=tmp_path).exits(1)
    told = json.loads(ran.stdout)
    by_line = {found["first_line"]: found for found in told["findings"]}
    assert by_line[3]["copies"] == [{"path": "a.txt", "first_line": 1, "last_line": 1}]
    assert by_line[5005]["text"] == f"{BODY[2]} {BODY[4]}"
    assert told["totals"]["characters"] == len("".join(page.split()))
    assert told["totals"]["duplicates"] == len(told["findings"]) == 2
