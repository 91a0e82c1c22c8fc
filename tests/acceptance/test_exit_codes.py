"""The exit code says how a run ended, and 0 and 1 never lie."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from command_line import CLEAN_ARTICLE, CLEAN_PAGE, COMMAND, PAGE, a_file, dedupe, environment, tree

from dedupe.cli.main import main

UNMARKED = CLEAN_ARTICLE.encode("utf-16-le")


def test_0_when_everything_went_well(tmp_path: Path) -> None:
    dedupe("clean", a_file(tmp_path / "page.txt")).exits(0)


def test_0_when_binary_hidden_and_other_files_were_passed_over(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / "in" / "b.txt", bytes(range(256)) * 8)
    a_file(tmp_path / "in" / ".c.txt")
    a_file(tmp_path / "in" / "d.csv")
    dedupe("clean", tmp_path / "in").exits(0).says("passed over: 1 binary, 1 hidden, 1 other suffix\n")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("clean", "--treshold", "1"), "no such option"),
        (("clean", "--thresh", "1"), "no such option"),
        (("clean", "--out", "x", "y"), "no such option"),
        (("cleam", "x"), "no such command"),
        (("clean", "--threshold"), "requires an argument"),
        (("clean", "--threshold", "2"), "threshold 2.0 is out of range; give a number above 0 and at most 1"),
        (("clean", "--threshold", "nan"), "threshold nan is out of range"),
        (("clean", "--threshold", "high"), "--threshold: expected a number, got 'high'"),
        (("clean", "--paragraphs", "page"), "--paragraphs: 'page' is not one of auto, line, blank-line"),
        (("clean", "--jobs", "0"), "--jobs: expected a whole number from 1 to 1,024, or auto, got '0'"),
        (
            ("clean", "--jobs", "9" * 20),
            "--jobs: expected a whole number from 1 to 1,024, or auto, got '9999",
        ),
        (("clean", "--select", ""), "--select: expected a list of rule codes, got ''"),
        (("clean", "--ignore", " , "), "--ignore: expected a list of rule codes, got ' , '"),
        (("clean", "--select", "DUP9"), "no rule has the code 'DUP9'; the rules are DUP101, "),
        (("clean", "--keep", "newest"), "--keep: 'newest' is not one of first, longest, last"),
        (
            ("clean", "--report", "r.pdf"),
            "--report r.pdf: no report has the suffix '.pdf'; use one of .csv",
        ),
        (("clean", "--quiet=yes"), "does not take a value"),
        (("clean", "--config", "nothing.toml"), "nothing.toml: no such file or directory; check it, or"),
        (("clean", "--config", "treshold=1"), "--config: unknown key 'treshold'; did you mean 'threshold'?"),
        (("clean", "nothing.txt"), "nothing.txt: no such file or folder"),
        (("clean", "--files-from", "nothing"), "nothing: no such file or directory; check --files-from"),
        (("clean", "--encoding", "klingon"), "klingon"),
        (("restore",), "missing argument 'PLAN'"),
        (("restore", "nothing.jsonl"), "nothing.jsonl"),
    ],
)
def test_2_and_one_line_for_what_cannot_be_done(tmp_path: Path, args: tuple[str, ...], message: str) -> None:
    ran = dedupe(*args, stdin=PAGE, cwd=tmp_path).exits(2).prints("")
    assert ran.stderr.startswith("error: "), str(ran)
    assert ran.stderr.count("\n") == 1, str(ran)
    ran.says(message)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("-", "a.txt"), "- (standard input) cannot be used with another PATH; give it alone"),
        (("-", "-"), "- (standard input) cannot be used with another PATH; give it alone"),
        (("-", "--files-from", "x"), "- (standard input) cannot be used with --files-from; give it alone"),
        (
            ("-", "-o", "out"),
            "- (standard input) cannot be used with --out-dir; send stdout to a file instead",
        ),
        (
            ("--in-place", "--yes"),
            "- (standard input) cannot be used with --in-place; send stdout to a file instead",
        ),
        (("a.txt", "-o", "out", "--in-place"), "--out-dir cannot be used with --in-place; choose one"),
        (("a.txt", "--overwrite"), "--overwrite goes with --out-dir; give both or neither"),
        (("a.txt", "--yes"), "--yes goes with --in-place; give both or neither"),
        (("a.txt", "--backup-dir", "b"), "--backup-dir goes with --in-place; give both or neither"),
        (("a.txt", "-q", "-v"), "--quiet cannot be used with --verbose; choose one"),
        (("a.txt", "-0"), "--null says how the list of --files-from is read; give --files-from too"),
        (
            ("a.txt", "--in-place"),
            "--in-place asks before it replaces files, and nobody can answer; give --yes too",
        ),
        (
            ("a.txt", "--in-place", "--yes", "--no-preview"),
            "--in-place cannot be used with --no-preview; its plan must be able to restore",
        ),
        (
            ("a.txt", "--in-place", "--yes", "--select", "ALL"),
            "--in-place cannot be used with a rule for whole documents (DOC401); add --ignore DOC, or use --out-dir",
        ),
        (
            ("a.txt", "--diff", "--stdout-format", "jsonl"),
            "--diff cannot be used with --stdout-format; a diff takes the place of the text",
        ),
        (
            ("a.txt", "-o", "out", "--stdout-format", "jsonl"),
            "--stdout-format cannot be used with --out-dir; no text goes to stdout then, leave it out",
        ),
        (
            ("a.txt", "--in-place", "--yes", "--stdout-format", "text"),
            "--stdout-format cannot be used with --in-place; no text goes to stdout then, leave it out",
        ),
        (
            ("a.txt", "-o", "out", "--no-preview", "--report", "r.json", "--report", "r.diff"),
            "--no-preview cannot be used with --report r.diff; a diff is made of the removed text",
        ),
        (
            ("a.txt", "--isolated", "--config", "d.toml"),
            "--config FILE cannot be used with --isolated; give the keys as --config 'key=value'",
        ),
    ],
)
def test_2_for_contradictions_and_both_options_are_named(
    tmp_path: Path, args: tuple[str, ...], message: str
) -> None:
    a_file(tmp_path / "a.txt")
    a_file(tmp_path / "d.toml", "")
    dedupe("clean", *args, cwd=tmp_path).exits(2).prints("").says_only(f"error: {message}\n")
    assert (tmp_path / "a.txt").read_text() == PAGE
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", "d.toml"}


def test_0_with_an_output_folder_when_the_form_of_stdout_is_only_configured(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt")
    dedupe("clean", "a.txt", "-o", "out", cwd=tmp_path, env={"DEDUPE_STDOUT_FORMAT": "jsonl"}).exits(0)


def test_0_in_place_with_every_rule_but_those_for_whole_documents(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt")
    dedupe("clean", "a.txt", "--in-place", "--yes", "--select", "ALL", "--ignore", "DOC", cwd=tmp_path).exits(
        0
    )


EMPTY = "an empty path; is a variable in the command not set?"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("clean", "", "--in-place", "--yes"), EMPTY),
        (("clean", "a.txt", ""), EMPTY),
        (("clean", "a.txt", "-o", ""), f"--out-dir: {EMPTY}"),
        (("clean", "a.txt", "--plan", ""), f"--plan: {EMPTY}"),
        (("clean", "a.txt", "--in-place", "--yes", "--backup-dir="), f"--backup-dir: {EMPTY}"),
        (("clean", "--files-from", ""), f"--files-from: {EMPTY}"),
        (("clean", "a.txt", "--report="), "--report: an empty text; is a variable in the command not set?"),
        (("clean", "a.txt", "--config="), "--config: an empty text; is a variable in the command not set?"),
        (("restore", ""), EMPTY),
        (("restore", "p.jsonl", "-o", ""), f"--out-dir: {EMPTY}"),
        (("restore", "p.jsonl", "--root="), f"--root: {EMPTY}"),
    ],
)
def test_2_for_an_empty_path_which_is_not_the_current_folder(
    tmp_path: Path, args: tuple[str, ...], message: str
) -> None:
    a_file(tmp_path / "a.txt")
    dedupe(*args, cwd=tmp_path).exits(2).prints("").says_only(f"error: {message}\n")
    assert tree(tmp_path) == {"a.txt": PAGE.encode()}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("clean", "a.txt"), 0),
        (("clean", "a.txt", "-o", "out"), 0),
        (("clean", "a.txt", "--color", "always", "--progress", "always"), 0),
        (("clean", "nothing.txt"), 2),
        (("clean", "--thresh", "1"), 2),
        (("clean", "nothing.txt", "--debug"), 2),
        (("bogus",), 2),
    ],
)
def test_never_1_though_nobody_can_hear_what_is_said(
    tmp_path: Path, args: tuple[str, ...], code: int
) -> None:
    a_file(tmp_path / "a.txt")
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [*COMMAND, *args], stdout=-1, stderr=full, stdin=-3, cwd=tmp_path, env=environment(), check=False
        )
    assert ran.returncode == code
    assert ran.stdout == (CLEAN_PAGE.encode() if code == 0 and "-o" not in args else b"")
    assert (tmp_path / "out").exists() is ("-o" in args)


def test_0_when_the_reader_of_stderr_went_away(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt")
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [*COMMAND, "clean", "a.txt"], stdout=-1, stderr=writer, cwd=tmp_path, env=environment(), check=False
    )
    os.close(writer)
    assert (ran.returncode, ran.stdout) == (0, CLEAN_PAGE.encode())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("args", [("--help",), ("clean", "--help"), ("--version",), ("formats",)])
def test_2_and_one_line_when_help_cannot_be_printed(args: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([*COMMAND, *args], stdout=full, stderr=-1, env=environment(), check=False)
    assert (ran.returncode, ran.stderr) == (
        2,
        b"error: standard output: no space left on device; give it somewhere else to go, then run again\n",
    )


def test_2_for_a_bug_of_our_own_with_a_traceback_only_when_debugging(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import dedupe.pipeline

    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("seven\nhalves")

    monkeypatch.setattr(dedupe.pipeline, "prepare", broken)
    page = str(a_file(tmp_path / "page.txt"))
    assert main(["clean", page]) == 2
    assert capsys.readouterr().err == (
        "error: internal error: ZeroDivisionError: seven halves; run again with --debug to see where, and report it\n"
    )
    assert main(["clean", page, "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err
    monkeypatch.setenv("DEDUPE_DEBUG", "1")
    assert main(["clean", page]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_debug_may_stand_in_a_configuration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_file(tmp_path / "dedupe.toml", "debug = true\n")
    monkeypatch.chdir(tmp_path)
    assert main(["clean", "nothing.txt"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_3_when_an_input_could_not_be_read_and_the_others_are_cleaned(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt", CLEAN_ARTICLE)
    os.mkfifo(tmp_path / "in" / "b.txt")
    a_file(tmp_path / "in" / "c.txt", UNMARKED)
    ran = dedupe("clean", tmp_path / "in", "-o", tmp_path / "out").exits(3)
    ran.says("error: c.txt: undecodable").says("not cleaned: 1 input, listed above as errors\n")
    assert (tmp_path / "out" / "a.txt").read_text() == CLEAN_ARTICLE
    assert (tmp_path / "out" / "c.txt").read_bytes() == UNMARKED


def test_3_at_once_and_nothing_published_with_on_error_fail(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt", CLEAN_ARTICLE)
    a_file(tmp_path / "in" / "c.txt", UNMARKED)
    args = ("-o", "out", "--plan", "plan.jsonl", "--report", "r.json", "--on-error", "fail")
    dedupe("clean", "in", *args, cwd=tmp_path).exits(3).says("error: c.txt: undecodable")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "in"]


def test_4_when_the_self_check_fails_and_nothing_is_published(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    from dedupe import pipeline
    from dedupe.errors import SelfCheckFailed

    def fails(*args: object) -> None:
        raise SelfCheckFailed("b.txt: the cuts put back do not give the original; report this")

    pages = [a_file(tmp_path / "in" / name) for name in ("a.txt", "b.txt")]
    real, calls = getattr(pipeline, "edit"), []  # noqa: B009

    def second_fails(*args: object) -> object:
        calls.append(args)
        return fails() if len(calls) > 1 else real(*args)  # type: ignore[func-returns-value]

    monkeypatch.setattr(pipeline, "edit", second_fails)
    out, plan = tmp_path / "out", tmp_path / "plan.jsonl"
    assert main(["clean", *map(str, pages)]) == 4
    captured = capsysbinary.readouterr()
    assert captured.out == b""
    assert captured.err == b"error: b.txt: the cuts put back do not give the original; report this\n"
    calls.clear()
    assert main(["clean", str(tmp_path / "in"), "-o", str(out), "--plan", str(plan)]) == 4
    calls.clear()
    assert main(["clean", str(tmp_path / "in"), "--in-place", "--yes", "--plan", str(plan)]) == 4
    assert [path.read_text() for path in pages] == [PAGE, PAGE]
    left = [path for path in tmp_path.rglob("*.*") if path.is_file() and path not in pages]
    assert [path.name for path in left if "plan" in path.name or "txt" in path.name] == []


def test_11_when_another_run_holds_the_output_folder(tmp_path: Path) -> None:
    import sys

    a_file(tmp_path / "in" / "a.txt")
    holder = (
        "import sys, pathlib\n"
        "from dedupe.writing import OutputFolder\n"
        "folder = OutputFolder(pathlib.Path('out'), targets={'a.txt': 'a.txt'}, inputs=[pathlib.Path('in')])\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=-1, stdout=-1, cwd=tmp_path, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        ran = dedupe("clean", "in", "-o", "out", cwd=tmp_path)
        process.communicate(b"")
    ran.exits(11)
    assert ran.stderr.startswith("error: out: "), str(ran)
    assert not (tmp_path / "out" / "a.txt").exists()


def test_the_finished_report_counts_what_was_skipped(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / "in" / "b.csv")
    dedupe("clean", "in", "-n", "--report", "r.json", cwd=tmp_path).exits(0)
    assert json.loads((tmp_path / "r.json").read_text())["totals"]["skipped"] == {"other suffix": 1}
