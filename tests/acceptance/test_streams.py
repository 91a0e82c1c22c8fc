"""stdout is data, stderr is talk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import BANNER, BODY, CLEAN_ARTICLE, CLEAN_PAGE, PAGE, a_file, dedupe, dedupe_on_terminal


def test_a_pipe_gives_the_clean_text_and_nothing_else_on_stdout() -> None:
    ran = dedupe("clean", stdin=PAGE).exits(0).prints(CLEAN_PAGE)
    ran.says("DUP101 exact repeat").says("BPL202 known boilerplate").says(BANNER).says("stays at lines 3–7")


@pytest.mark.parametrize("args", [("clean",), ("clean", "-")])
def test_standard_input_is_read_with_a_dash_and_without_a_path(args: tuple[str, ...]) -> None:
    dedupe(*args, stdin=PAGE).exits(0).prints(CLEAN_PAGE)


def test_one_file_gives_its_clean_text_without_a_header(tmp_path: Path) -> None:
    dedupe("clean", a_file(tmp_path / "page.txt")).exits(0).prints(CLEAN_PAGE)


def test_several_files_stand_under_their_names(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt")
    a_file(tmp_path / "b.txt", CLEAN_ARTICLE.removesuffix("\n"))
    a_file(tmp_path / "c.txt", b"")
    ran = dedupe("clean", "b.txt", "a.txt", "c.txt", cwd=tmp_path).exits(0)
    ran.prints(f"==> a.txt <==\n{CLEAN_PAGE}==> b.txt <==\n{CLEAN_ARTICLE}==> c.txt <==\n")


def test_a_folder_with_one_file_has_a_header_too(tmp_path: Path) -> None:
    a_file(tmp_path / "corpus" / "a.txt")
    dedupe("clean", "corpus", cwd=tmp_path).exits(0).prints(f"==> a.txt <==\n{CLEAN_PAGE}")


def test_json_lines_hold_name_and_text(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt")
    a_file(tmp_path / "b.txt", CLEAN_ARTICLE.encode("utf-16"))
    lines = dedupe("clean", tmp_path, "--stdout-format", "jsonl").exits(0).out.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"name": "a.txt", "text": CLEAN_PAGE},
        {"name": "b.txt", "text": CLEAN_ARTICLE},
    ]


def test_nul_ends_names_and_texts(tmp_path: Path) -> None:
    a_file(tmp_path / "a\nb.txt")
    dedupe("clean", tmp_path, "--stdout-format", "null").exits(0).prints(f"a\nb.txt\0{CLEAN_PAGE}\0")


def test_a_diff_takes_the_place_of_the_text(tmp_path: Path) -> None:
    ran = dedupe("clean", "--diff", a_file(tmp_path / "page.txt")).exits(0)
    removed = [
        line[1:] for line in ran.out.splitlines() if line.startswith("-") and not line.startswith("---")
    ]
    assert removed == [BANNER, *BODY, *BODY], str(ran)


def test_a_diff_goes_to_stdout_beside_the_files_of_an_output_folder(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "page.txt")
    ran = dedupe("clean", "--diff", "in", "-o", "out", cwd=tmp_path).exits(0)
    assert f"-{BANNER}\n" in ran.out, str(ran)
    assert (tmp_path / "out" / "page.txt").read_text() == CLEAN_PAGE


def test_a_dry_run_prints_nothing_and_reports_everything(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "page.txt")
    ran = dedupe("clean", "-n", "in", "-o", "out", cwd=tmp_path).exits(0).prints("")
    ran.says("DUP101 exact repeat").says("next: dedupe clean in -o out\n")
    assert not (tmp_path / "out").exists()


def test_a_dry_run_prints_the_diff_and_writes_plan_and_report_when_asked(tmp_path: Path) -> None:
    a_file(tmp_path / "page.txt")
    args = (
        "-n",
        "--diff",
        "--plan",
        "plan.jsonl",
        "--report",
        "r.json",
        "--report",
        "r.md",
        "--report",
        "r.diff",
    )
    ran = dedupe("clean", "page.txt", *args, cwd=tmp_path).exits(0)
    assert f"-{BANNER}\n" in ran.out
    assert {path.name for path in tmp_path.iterdir()} == {
        "page.txt",
        "plan.jsonl",
        "r.json",
        "r.md",
        "r.diff",
    }
    json.loads((tmp_path / "r.json").read_bytes())
    assert BANNER in (tmp_path / "r.md").read_text()
    assert f"-{BANNER}\n" in (tmp_path / "r.diff").read_text()


def test_quiet_says_nothing(tmp_path: Path) -> None:
    dedupe("clean", "-q", a_file(tmp_path / "page.txt")).exits(0).prints(CLEAN_PAGE).says_only("")


def test_quiet_still_tells_errors(tmp_path: Path) -> None:
    a_file(tmp_path / "latin.txt", b"\xff\xfe\x00")
    ran = dedupe("clean", "-q", "--encoding", "ascii-does-not-exist", tmp_path).exits(2)
    assert ran.stderr.startswith("error: "), str(ran)


def test_the_summary_has_at_most_six_lines_and_ends_with_a_command(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "page.txt")
    a_file(tmp_path / "in" / ".hidden.txt")
    a_file(tmp_path / "in" / "data.csv")
    ran = dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    lines = ran.stderr.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("1 document, "))
    assert len(lines) - first <= 6, str(ran)
    assert "passed over: 1 hidden, 1 other suffix" in lines, str(ran)
    assert lines[-1] == "next: dedupe restore plan.jsonl -o originals", str(ran)


def test_dedupe_alone_prints_three_examples_then_the_commands() -> None:
    ran = dedupe().exits(0).says_only("")
    examples, _, commands = ran.out.partition("Commands:")
    shown = examples.partition("Examples:\n")[2].rstrip().splitlines()
    assert ["dedupe c" in line for line in shown] == [True] * 3, str(ran)
    assert [line.split()[0] for line in commands.partition("Options:")[0].splitlines() if line.strip()] == [
        "clean",
        "check",
        "restore",
        "report",
        "explain",
        "review",
        "learn",
        "config",
        "formats",
        "completion",
    ]


def test_clean_on_a_terminal_without_a_path_prints_its_help_instead_of_waiting() -> None:
    ran = dedupe_on_terminal("clean").exits(2)
    assert b"Usage: dedupe clean" in ran.stdout, str(ran)


def test_show_files_prints_what_would_be_read(tmp_path: Path) -> None:
    for name in ("a.txt", "b/c.md", "d.csv", ".e.txt"):
        a_file(tmp_path / "in" / name)
    dedupe("clean", "in", "--show-files", cwd=tmp_path).exits(0).prints("in/a.txt\nin/b/c.md\n").says_only("")
    ran = dedupe(
        "clean", "in", "--show-files", "--hidden", "--include", "*.csv", "--exclude", "b", cwd=tmp_path
    )
    ran.exits(0).prints("in/.e.txt\nin/a.txt\nin/d.csv\n")


def test_show_settings_prints_each_setting_and_its_origin(tmp_path: Path) -> None:
    a_file(tmp_path / "dedupe.toml", "hidden = true\n")
    ran = dedupe(
        "clean", "--show-settings", "--threshold", "0.9", cwd=tmp_path, env={"DEDUPE_IGNORE": "XDP"}
    ).exits(0)
    assert "threshold = 0.9  # command line\n" in ran.out
    assert f"hidden = true  # {tmp_path}/dedupe.toml\n" in ran.out
    assert 'ignore = ["XDP"]  # DEDUPE_IGNORE\n' in ran.out
    assert 'paragraphs = "auto"  # default\n' in ran.out


def test_a_list_of_files_is_read_by_lines_or_by_nul(tmp_path: Path) -> None:
    for name in ("a b.txt", "c\nd.txt"):
        a_file(tmp_path / name, CLEAN_ARTICLE)
    ran = dedupe("clean", "--files-from", "-", stdin="a b.txt\n", cwd=tmp_path).exits(0)
    ran.prints(f"==> a b.txt <==\n{CLEAN_ARTICLE}")
    a_file(tmp_path / "list", "a b.txt\0c\nd.txt\0")
    ran = dedupe("clean", "-0", "--files-from", "list", cwd=tmp_path).exits(0)
    ran.prints(f"==> a b.txt <==\n{CLEAN_ARTICLE}==> c\\nd.txt <==\n{CLEAN_ARTICLE}")


def test_formats_lists_readers_and_reports() -> None:
    ran = dedupe("formats").exits(0).says_only("")
    assert all(word in ran.out for word in (".txt", ".diff", ".json", ".md")), str(ran)


def test_the_version_is_that_of_the_project() -> None:
    import tomllib

    from command_line import CHECKOUT

    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    dedupe("--version").exits(0).prints(f"dedupe {project['version']}\n")


def test_the_same_report_is_said_with_and_without_colour(tmp_path: Path) -> None:
    import re

    page = a_file(tmp_path / "page.txt")
    plain = dedupe("clean", page)
    coloured = dedupe("clean", page, "--color", "always")
    assert "\x1b[" in coloured.stderr
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.stderr) == plain.stderr
    assert coloured.stdout == plain.stdout


@pytest.mark.parametrize(
    ("args", "variables", "coloured"),
    [
        ((), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
        ((), {"FORCE_COLOR": ""}, False),
    ],
)
def test_colour_on_a_pipe_is_what_was_asked_for(
    args: tuple[str, ...], variables: dict[str, str], coloured: bool
) -> None:
    assert ("\x1b[" in dedupe("clean", *args, stdin=PAGE, env=variables).stderr) is coloured


@pytest.mark.parametrize(("term", "coloured"), [("xterm-256color", True), ("dumb", False)])
def test_colour_on_a_terminal_is_there_unless_it_is_dumb(tmp_path: Path, term: str, coloured: bool) -> None:
    ran = dedupe_on_terminal("clean", a_file(tmp_path / "page.txt"), env={"TERM": term})
    assert (b"\x1b[" in ran.exits(0).stdout) is coloured, str(ran)


def test_the_report_fits_80_columns(tmp_path: Path) -> None:
    ran = dedupe("clean", "page.txt", cwd=a_file(tmp_path / "page.txt").parent)
    assert max(map(len, ran.stderr.splitlines())) <= 80, str(ran)


def test_verbose_shows_every_article(tmp_path: Path) -> None:
    for number in range(25):
        a_file(
            tmp_path / f"{number:02}.txt", f"{PAGE}Written by reporter number {number} of the coast desk.\n"
        )
    short = dedupe("clean", tmp_path).exits(0).says("and 5 more articles (-v shows all)\n")
    assert short.stderr.count(".txt: ") == 20, str(short)
    assert dedupe("clean", "-v", tmp_path).exits(0).stderr.count(".txt: ") == 25
