"""`dedupe review` asks about clusters, the largest first; answers become a keep file that the next run obeys."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from command_line import BANNER, BODY, CLEAN_ARTICLE, a_file, dedupe, environment, tree
from run_here import RunHere, here

__all__ = ["here"]

SECOND_BANNER = "We use cookies to give you the best experience on our website."


@pytest.fixture
def plan(tmp_path: Path, here: RunHere) -> Path:
    """Return a plan in which the banner goes three times, other things once or twice."""
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / "in" / "b.txt", f"{BANNER}\n{SECOND_BANNER}\n{CLEAN_ARTICLE}")
    a_file(tmp_path / "in" / "c.txt", f"{BANNER.upper()}\n" + CLEAN_ARTICLE.replace("Five", "Six"))
    here("clean", "in", "-o", "out", "--plan", "plan.jsonl").exits(0)
    return tmp_path / "plan.jsonl"


def asked(shown: str) -> list[str]:
    """Return the first line of the text of each cluster that was shown."""
    return re.findall(r"^\d+ of \d+: .*\n(?:.*[^|].*\n)*?  \| (.*)$", shown, re.MULTILINE)


def test_the_largest_cluster_is_asked_about_first_and_the_next_run_obeys(here: RunHere, plan: Path) -> None:
    ran = here("review", "plan.jsonl", stdin="sq").exits(0).prints("")
    assert asked(ran.stderr)[0] == BANNER
    ran.says("7 clusters, 14 removals, largest first\n")
    ran.says("1 of 7: 3 removals, BPL202 known boilerplate\n")
    ran.says("  a.txt:1, b.txt:1, c.txt:1\n")
    ran.says("0 accepted, 1 spared; 6 clusters without an answer\n")
    ran.says("next: dedupe clean PATH… --keep-file dedupe.keep\n")
    again = here("clean", "in", "-o", "out", "--plan", "plan.jsonl", "--keep-file", "dedupe.keep").exits(0)
    assert (plan.parent / "out" / "c.txt").read_text().startswith(BANNER.upper()), str(again)
    assert BANNER not in asked(here("review", "plan.jsonl", stdin="nnnnnnnnnn").exits(0).stderr)


def test_a_review_goes_on_where_it_was_and_answers_can_be_changed(here: RunHere, plan: Path) -> None:
    first = asked(here("review", "plan.jsonl", stdin="asq").exits(0).stderr)
    ran = here("review", "plan.jsonl", stdin="").exits(0)
    assert asked(ran.stderr) == first[2:3]
    ran.says("; 2 answered before\n")
    # back to one answered in this sitting, and another answer
    here("review", "plan.jsonl", stdin="abs").exits(0).says("  your answer: accepted\n")
    keep = (plan.parent / "dedupe.keep").read_text()
    assert first[2] in keep
    assert keep.count("# accepted ") == 1


def test_all_keys_do_what_the_help_says(here: RunHere, plan: Path) -> None:
    ran = here("review", "plan.jsonl", stdin="?m\n\nz n\r\nA\x1b[Cb\xc3\xa9bq").exits(0)
    ran.says("a: it may go; s: keep it").says("no such key").says("passed over").says("more\n")
    first, second, *_ = asked(ran.stderr)
    assert asked(ran.stderr)[-1] == first
    assert second != first
    ran.says("1 accepted, 0 spared; 6 clusters without an answer\n").says("next: dedupe review plan.jsonl\n")


def test_nothing_is_written_without_an_answer(tmp_path: Path, here: RunHere, plan: Path) -> None:
    before = tree(tmp_path)
    for keys in ("", "q", "nnnnnnnnnnnnnn", "?mbq"):
        here("review", "plan.jsonl", stdin=keys).exits(0)
    assert tree(tmp_path) == before


def test_the_keep_file_of_the_configuration_is_the_one_that_is_written(
    tmp_path: Path, here: RunHere, plan: Path
) -> None:
    a_file(tmp_path / "dedupe.toml", 'keep-file = "ours.keep"\n')
    here("review", "plan.jsonl", stdin="s").exits(0)
    assert BANNER in (tmp_path / "ours.keep").read_text()
    here("review", "plan.jsonl", "--keep-file", "mine.keep", stdin="s").exits(0)
    assert BANNER in (tmp_path / "mine.keep").read_text()
    assert not (tmp_path / "dedupe.keep").exists()
    here("clean", "in", "-o", "out").exits(0)
    assert (tmp_path / "out" / "a.txt").read_text().startswith(BANNER)


def test_everything_answered_is_said(here: RunHere, plan: Path) -> None:
    here("review", "plan.jsonl", stdin="a" * 20).exits(0).says("7 accepted, 0 spared; 0 clusters without")
    here("review", "plan.jsonl", stdin="").exits(0).says(
        "7 clusters, 14 removals, largest first; 7 answered before"
    )


def test_what_a_keep_file_cannot_name_is_counted_and_not_asked(tmp_path: Path, here: RunHere) -> None:
    page = f"{BANNER}\n7\n#1A2B3C\n" + "\n".join(BODY) + "\n"
    a_file(tmp_path / "in" / "a.txt", page)
    a_file(tmp_path / "in" / "b.txt", page)
    here("clean", "in", "-o", "out", "--plan", "plan.jsonl", "--select", "ALL").exits(0)
    ran = here("review", "plan.jsonl", stdin="nnnnnn").exits(0)
    ran.says("not asked about, for a keep file cannot name them: ").says("1 whole document")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plan: plan[: len(plan) // 2],
        lambda plan: plan.replace(b"Subscribe", b"Unsubscribe"),
        lambda plan: plan.replace(b'"schema":1', b'"schema":9'),
        lambda _: b"{}\n",
        lambda _: b"",
    ],
)
def test_a_plan_that_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, here: RunHere, plan: Path, spoil: object
) -> None:
    assert callable(spoil)
    plan.write_bytes(spoil(plan.read_bytes()))
    before = tree(tmp_path)
    ran = here("review", "plan.jsonl", stdin="ssss").exits(2)
    assert ran.stderr.startswith("error: plan.jsonl: "), str(ran)
    assert ran.stderr.count("\n") == 1, str(ran)
    assert tree(tmp_path) == before


def test_a_plan_without_text_is_refused(tmp_path: Path, here: RunHere) -> None:
    a_file(tmp_path / "a.txt")
    here("clean", "a.txt", "-n", "--no-preview", "--plan", "plan.jsonl").exits(0)
    ran = here("review", "plan.jsonl", stdin="s").exits(2)
    ran.says_only("error: plan.jsonl: the plan holds no text to show; make it again without --no-preview\n")


class Sitting:
    """A review at a pseudo-terminal, key by key."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.ours, theirs = pty.openpty()
        self.before = termios.tcgetattr(theirs)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dedupe", "review", "plan.jsonl"],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, start_new_session=True,
            env=environment({"TERM": "xterm", "COLUMNS": "80", **env}),
        )  # fmt: skip
        self.theirs = theirs
        self.shown = b""

    def reads(self, text: bytes) -> None:
        """Wait until a text was shown since the last time."""
        seen, deadline = b"", time.monotonic() + 30
        while text not in seen and time.monotonic() < deadline:
            if select.select([self.ours], [], [], 0.2)[0]:
                seen += os.read(self.ours, 65536)
        self.shown += seen
        assert text in seen, seen

    def types(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def ends(self) -> int:
        code = self.process.wait(30)
        assert termios.tcgetattr(self.theirs) == self.before or code < 0
        os.close(self.theirs)
        os.close(self.ours)
        return code


def test_at_a_terminal_a_key_needs_no_enter_and_the_terminal_is_as_before(tmp_path: Path, plan: Path) -> None:
    sitting = Sitting(tmp_path)
    sitting.reads(b"quit ?")
    sitting.types(b"s")
    sitting.reads(b"quit ?")
    sitting.types(b"q")
    assert sitting.ends() == 0
    assert BANNER in (tmp_path / "dedupe.keep").read_text()


@pytest.mark.parametrize("keys", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_leaving_by_a_control_key_leaves_the_terminal_as_before(
    tmp_path: Path, plan: Path, keys: bytes
) -> None:
    sitting = Sitting(tmp_path)
    sitting.reads(b"quit ?")
    if keys == b"\x03":
        sitting.process.send_signal(signal.SIGINT)  # the terminal of no session sends none itself
    else:
        sitting.types(keys)
    assert sitting.ends() == (130 if keys == b"\x03" else 0)


def test_a_dumb_terminal_of_forty_columns_does(tmp_path: Path, plan: Path) -> None:
    sitting = Sitting(tmp_path, TERM="dumb", COLUMNS="40")
    sitting.reads(b"quit ?")
    sitting.types(b"a\r")
    sitting.reads(b"quit ?")
    sitting.types(b"q\r")
    assert sitting.ends() == 0
    assert b"\x1b" not in sitting.shown
    assert max(map(len, sitting.shown.decode().splitlines())) <= 40 + len("accepted")


def test_no_answer_is_lost_to_kill_9(tmp_path: Path, plan: Path) -> None:
    for spared in range(1, 4):
        sitting = Sitting(tmp_path)
        sitting.reads(b"quit ?")
        sitting.types(b"s")
        sitting.reads(b"quit ?")  # the next question: so the answer is there
        sitting.process.kill()
        sitting.ends()
        keep = (tmp_path / "dedupe.keep").read_text()
        assert len([line for line in keep.splitlines() if line and not line.startswith("#")]) == spared
    dedupe("review", "plan.jsonl", cwd=tmp_path).exits(0).says("; 3 answered before\n")
