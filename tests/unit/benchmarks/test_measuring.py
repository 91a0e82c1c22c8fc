"""Commands run in turns, medians are compared, and the table begins with the ratio."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.contestants import distinct_paragraphs
from benchmarks.figures import memory_figure, table, time_figure
from benchmarks.measuring import CHECKOUT, CommandFailed, Run, Runs, in_turns, watched
from benchmarks.run import MEASUREMENT_BY_NAME
from benchmarks.yardstick import count_paragraphs


def runs(*seconds: float, megabytes: int = 0) -> Runs:
    return Runs(tuple(Run(one, one, megabytes * 1_000_000) for one in seconds))


def test_commands_run_in_turns() -> None:
    order: list[str] = []

    def run(name: str) -> Run:
        order.append(name)
        return Run(1.0, 1.0, 0)

    in_turns(3, {"ours": lambda: run("ours"), "theirs": lambda: run("theirs")})
    assert order == ["ours", "theirs"] * 3


def test_the_table_begins_with_the_ratio_of_medians() -> None:
    ours, theirs = runs(2.0, 9.0, 3.0, megabytes=600), runs(1.5, 1.5, 1.5, megabytes=60)
    figures = [time_figure("folder", ours, theirs, "<= 1.0"), memory_figure("memory", ours, theirs)]
    assert table(figures) == (
        "ratio   processors  goal    what    measured         beside\n"
        "------------------------------------------------------------------------\n"
        "2.00 x  2.00 x      <= 1.0  folder  3.00 s (2 to 9)  1.50 s (1.5 to 1.5)\n"
        "10.0 x                      memory  600 MB           60 MB"
    )


def test_a_command_gets_its_input_on_a_pipe() -> None:
    echo = "import os, stat, sys; print(stat.S_ISFIFO(os.fstat(0).st_mode), sys.stdin.read())"
    assert watched([sys.executable, "-c", echo], given=b"page").output == "True page\n"


def test_a_command_may_talk_to_a_terminal() -> None:
    ask = "import sys; print(sys.stderr.isatty()); sys.stderr.write('x' * 100_000)"
    assert watched([sys.executable, "-c", ask], terminal=True).output == "True\n"
    assert watched([sys.executable, "-c", ask]).output == "False\n"


def test_a_failing_command_is_told_with_what_it_said() -> None:
    with pytest.raises(CommandFailed, match=r"exit code 3(?s:.*)too bad"):
        watched([sys.executable, "-c", "import sys; print('too bad', file=sys.stderr); sys.exit(3)"])


def test_what_the_yardstick_prints_is_understood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("One, two.\n\nThree\n \nONE two\n", encoding="utf-8")
    count_paragraphs(tmp_path)
    said = capsys.readouterr().out
    assert said == "3 paragraphs, 2 distinct\n"
    assert distinct_paragraphs(Run(1.0, 1.0, 0, said)) == 2


def test_every_measurement_is_described() -> None:
    text = (CHECKOUT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    missing = [name for name in MEASUREMENT_BY_NAME if f"`--only {name}`" not in text]
    assert missing == []
