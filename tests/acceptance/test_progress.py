"""A person at a terminal sees what a run is at, how fast it goes and how long it takes; nobody else sees any of it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import PAGE, Ran, a_file, environment, on_terminal
from terminal_screen import Screen

IMPATIENT = """
import sys, time
from dedupe.cli import console, main
from dedupe.reading import sources
console.PATIENCE_SECONDS = console.PERIOD_SECONDS = 0.01
read = sources.FileSource.read
def read_slowly(source):
    time.sleep({pause})
    if source.name == "unreadable.txt":
        raise PermissionError(13, "Permission denied")
    return read(source)
sources.FileSource.read = read_slowly
{run}
"""
IMPORTED = """
code = main.main(sys.argv[1:])
print("imported:", *(name for name in ("rich", "rich.progress") if name in sys.modules), file=sys.stderr)
raise SystemExit(code)
"""
STAGES = ("reading", "deciding", "comparing", "cutting")
BAR = re.compile(
    "(?:reading|deciding|cutting) +[━╸╺]+ +[0-9]+ %  [0-9.]+ (?:bytes|kB|MB)/s  (?:[0-9]+ min )?[0-9]+ s left"
)


def program(*, pause: float = 0.005, run: str = "main.run()") -> list[str]:
    """Return a command that is `dedupe`, reads slowly and draws at once."""
    # Without `-W error`: a signal between opening a file and its `with` is a ResourceWarning, which users never see.
    return [sys.executable, "-c", IMPATIENT.format(pause=pause, run=run)]


def corpus(folder: Path, pages: int = 40) -> Path:
    for number in range(pages):
        a_file(folder / f"{number:03}.txt", PAGE + f"Report {number} was filed at {number * 7919} hours.\n")
    return folder


def frames(ran: Ran) -> list[str]:
    """Return the lines that were shown and wiped out again."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", ran.stdout.decode())
    return [frame for frame in re.split(r"[\r\n]|\x1b\[2K", plain) if frame.startswith(STAGES)]


def test_stage_rate_and_time_left_are_shown_and_wiped_out_again(tmp_path: Path) -> None:
    corpus(tmp_path / "in")
    ran = on_terminal([*program(), "clean", "in", "-o", "out"], cwd=tmp_path).exits(0)
    assert {frame.split()[0] for frame in frames(ran)} >= {"reading"}, str(ran)
    assert any(map(BAR.fullmatch, frames(ran))), str(ran)
    screen = Screen.after(ran.stdout)
    assert not [stage for stage in STAGES if f"{stage} ━" in screen.text], screen.text
    assert re.match(r"0[0-9]+\.txt: 13 of 18 paragraphs removed\n", screen.text), screen.text
    assert screen.text.endswith("# restorable\n"), screen.text
    assert screen.has_cursor


def test_the_cursor_is_never_hidden_for_a_killed_run_could_not_show_it_again(tmp_path: Path) -> None:
    corpus(tmp_path / "in")
    command = [*program(), "clean", "in", "-o", "out"]
    ran = on_terminal(command, cwd=tmp_path, interrupt=(b" left", signal.SIGKILL)).exits(-signal.SIGKILL)
    assert b"\x1b[?25l" not in ran.stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_the_terminal_as_it_was(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    corpus(tmp_path / "in")
    command = [*program(pause=0.1), "clean", "in", "-o", "out"]
    ran = on_terminal(command, cwd=tmp_path, interrupt=(b" left", number)).exits(code)
    assert frames(ran), str(ran)
    screen = Screen.after(ran.stdout)
    assert (screen.text.strip(), screen.column, screen.has_cursor) == ("", 0, True), str(ran)


CUT_SHORT = """
def cut_short(self, lines):
    self._write("removed \\x1b[31m")
    raise KeyboardInterrupt
console.Console.say = cut_short
main.run()
"""


@pytest.mark.parametrize(
    ("colour", "end"), [("auto", b"removed \x1b[31m\x1b[0m"), ("never", b"removed \x1b[31m")]
)
def test_a_report_that_is_cut_short_does_not_colour_what_follows(
    tmp_path: Path, colour: str, end: bytes
) -> None:
    command = [*program(run=CUT_SHORT), "clean", str(a_file(tmp_path / "a.txt"))]
    env = {"NO_COLOR": "1"} if colour == "never" else {}
    ran = on_terminal(command, env=env).exits(130)
    assert ran.stdout.endswith(end), str(ran)


def test_an_error_in_the_middle_stands_alone(tmp_path: Path) -> None:
    corpus(tmp_path / "in")
    a_file(tmp_path / "in" / "unreadable.txt")
    command = [*program(), "clean", "in", "-o", "out", "--on-error", "fail"]
    ran = on_terminal(command, cwd=tmp_path).exits(3)
    assert frames(ran), str(ran)
    error = "error: unreadable.txt: unreadable: permission denied; check its permissions\n"
    assert Screen.after(ran.stdout).text == error, str(ran)


@pytest.mark.parametrize("colour", ["auto", "never"])
def test_a_bar_is_coloured_only_where_colour_is_wanted(tmp_path: Path, colour: str) -> None:
    corpus(tmp_path / "in")
    ran = on_terminal([*program(), "clean", "in", "-o", "out", "--color", colour], cwd=tmp_path).exits(0)
    assert frames(ran), str(ran)
    assert (re.search(rb"\x1b\[[0-9;]*m", ran.stdout) is not None) == (colour == "auto"), str(ran)


def test_a_terminal_without_unicode_gets_a_plain_bar(tmp_path: Path) -> None:
    corpus(tmp_path / "in")
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ran = on_terminal([*program(), "clean", "in", "-o", "out"], cwd=tmp_path, env=env).exits(0)
    assert frames(ran), str(ran)
    assert not [frame for frame in frames(ran) if "\\u" in frame or not frame.isascii()], str(ran)


@pytest.mark.parametrize("columns", ["20", "40", "200"])
def test_a_bar_takes_one_line_on_any_terminal(tmp_path: Path, columns: str) -> None:
    corpus(tmp_path / "in", 20)
    ran = on_terminal(
        [*program(), "clean", "in", "-o", "out", "--color", "never"], cwd=tmp_path, env={"COLUMNS": columns}
    ).exits(0)
    plain = [
        frame for frame in re.split(r"[\r\n]|\x1b\[2K", ran.stdout.decode()) if "━" in frame or "…" in frame
    ]
    assert plain, str(ran)
    bars = [frame for frame in plain if not frame.startswith((" ", "0"))]
    assert max(map(len, bars)) <= int(columns), str(ran)


@pytest.mark.parametrize(
    ("args", "env"),
    [
        (("--progress", "never"), {}),
        (("--quiet",), {}),
        ((), {"DEDUPE_PROGRESS": "never"}),
        ((), {"TERM": "dumb"}),
    ],
)
def test_where_no_progress_is_wanted_nothing_is_drawn_nor_imported(
    tmp_path: Path, args: tuple[str, ...], env: dict[str, str]
) -> None:
    corpus(tmp_path / "in", 10)
    command = [*program(run=IMPORTED), "clean", "in", "-o", "out", "--color", "never", *args]
    ran = on_terminal(command, cwd=tmp_path, env=env).exits(0)
    assert frames(ran) == [], str(ran)
    assert b"\x1b" not in ran.stdout, str(ran)
    assert ran.stdout.endswith(b"imported:\r\n"), str(ran)


def test_where_nobody_watches_nothing_is_drawn_nor_imported(tmp_path: Path) -> None:
    corpus(tmp_path / "in", 10)
    ran = subprocess.run(
        [*program(run=IMPORTED), "clean", "in", "-o", "out"],
        capture_output=True,
        cwd=tmp_path,
        env=environment(),
        timeout=60,
        check=True,
    )
    assert b"\x1b" not in ran.stderr
    assert b"\r" not in ran.stderr
    assert ran.stderr.endswith(b"imported:\n")


def test_with_progress_the_bar_is_what_imports_rich(tmp_path: Path) -> None:
    corpus(tmp_path / "in", 10)
    command = [*program(run=IMPORTED), "clean", "in", "-o", "out", "--color", "never"]
    ran = on_terminal(command, cwd=tmp_path).exits(0)
    assert ran.stdout.endswith(b"imported: rich rich.progress\r\n"), str(ran)
