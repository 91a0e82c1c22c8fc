"""A run that is stopped says nothing needless, leaves nothing half-written, and tells it by its exit code."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import BODY, CLEAN_PAGE, COMMAND, PAGE, a_file, dedupe, environment, start, tree

LINES = "".join(
    f"Line {n} of a text that is far longer than any pipe holds at once, {n * n}.\n" for n in range(9000)
)


def corpus(folder: Path, pages: int) -> Path:
    for number in range(pages):
        page = PAGE + f"Report {number} was filed at the pier, {number * 7919} words into the night.\n" * 3
        a_file(folder / f"{number:03}.txt", page)
    return folder


def test_a_reader_that_goes_away_is_exit_code_141_and_no_message(tmp_path: Path) -> None:
    page = a_file(tmp_path / "page.txt", LINES)
    process = start("clean", page)
    assert process.stdout is not None
    assert process.stdout.readline() == LINES.splitlines(keepends=True)[0].encode()
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), said) == (141, b"")


@pytest.mark.parametrize(
    "arguments", ["clean --help", "clean --show-settings", "clean -n page.txt 2>&1 >/dev/null"]
)
def test_whatever_is_shown_a_reader_that_goes_away_gets_no_message(tmp_path: Path, arguments: str) -> None:
    a_file(tmp_path / "page.txt", LINES)
    command = f"{{ {' '.join(COMMAND)} {arguments}; echo $? >code; }} | true"
    ran = subprocess.run(
        ["/bin/sh", "-c", command], stderr=-1, cwd=tmp_path, env=environment(), timeout=60, check=False
    )
    assert ran.stderr == b""
    assert (tmp_path / "code").read_text() in {"0\n", "141\n"}


def test_head_gets_its_line_and_nobody_complains(tmp_path: Path) -> None:
    a_file(tmp_path / "page.txt", LINES)
    command = f"{' '.join(COMMAND)} clean page.txt | head -1"
    ran = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        cwd=tmp_path,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == (LINES.splitlines(keepends=True)[0].encode(), b"")


def moments(seed: int, count: int, longest: float) -> list[float]:
    return [random.Random(seed * 100 + n).uniform(0.05, longest) for n in range(count)]


def as_it_was_or_complete(folder: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    for name, content in tree(folder).items():
        assert not name.endswith("~"), f"{name} was left behind"
        if name.endswith(
            "plan.jsonl"
        ):  # names the folder, so it is not the same; restoring has its own tests
            continue
        assert content in (before.get(name), after.get(name)), f"{name} is neither the old nor the new file"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("mode", ["out-dir", "in-place", "stdout"])
def test_a_signal_at_any_instant_leaves_files_absent_old_or_complete(
    tmp_path: Path, mode: str, number: signal.Signals, code: int
) -> None:
    args = {
        "out-dir": (
            "clean",
            "in",
            "--ignore",
            "BPL201",
            "-o",
            "out",
            "--plan",
            "plan.jsonl",
            "--report",
            "r.md",
        ),
        "in-place": ("clean", "in", "--ignore", "BPL201", "--in-place", "--yes"),
        "stdout": ("clean", "in", "--ignore", "BPL201", "--report", "r.json"),
    }[mode]
    undisturbed = tmp_path / "undisturbed"
    corpus(undisturbed / "in", 60)
    began = time.monotonic()
    dedupe(*args, cwd=undisturbed).exits(0)
    longest = time.monotonic() - began
    after = tree(undisturbed / "in")
    for instant, delay in enumerate(moments(number, 4, longest)):
        folder = tmp_path / str(instant)
        before = tree(corpus(folder / "in", 60))
        process = start(*args, cwd=folder)
        time.sleep(delay)
        process.send_signal(number)
        stderr = process.communicate(timeout=60)[1]
        # The interpreter itself may not have come as far as our handlers, or not even to its site module.
        if not stderr.startswith(b"Fatal Python error: init_import_site"):
            assert process.returncode in (0, code, -number), stderr
            assert b"Traceback" not in stderr or process.returncode == -number, stderr
        as_it_was_or_complete(folder / "in", before, after)
        if mode == "out-dir" and (folder / "out").exists():
            written = {
                name: content for name, content in tree(folder / "out").items() if name.endswith(".txt")
            }
            assert all(after_of(before[name]) == content for name, content in written.items())
        if mode == "in-place":
            assert_backed_up(folder / "in", before)
        assert not list(folder.glob(".dedupe-*~"))


def after_of(before: bytes) -> bytes:
    lines = before.decode().splitlines()
    extra = [line for line in lines if line.startswith("Report ")]
    return (CLEAN_PAGE + extra[0] + "\n").encode()


def assert_backed_up(folder: Path, before: dict[str, bytes]) -> None:
    """Every file that was replaced has its original in the backup."""
    backup = {
        name.rpartition("/")[2]: content
        for name, content in tree(folder).items()
        if name.startswith(".dedupe-backup/")
    }
    for name, content in before.items():
        assert content in ((folder / name).read_bytes(), backup.get(name)), f"the original of {name} is lost"


def test_the_next_run_after_a_kill_gives_the_undisturbed_result(tmp_path: Path) -> None:
    corpus(tmp_path / "in", 40)
    for delay in moments(9, 3, 0.8):
        process = start("clean", "in", "--ignore", "BPL201", "-o", "out", cwd=tmp_path)
        time.sleep(delay)
        process.kill()
        process.communicate(timeout=60)
    dedupe("clean", "in", "--ignore", "BPL201", "-o", "out", cwd=tmp_path).exits(0)
    dedupe("clean", "in", "--ignore", "BPL201", "-o", "fresh", cwd=tmp_path).exits(0)
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")
    assert BODY[0].encode() in tree(tmp_path / "out")["000.txt"]


def test_a_signal_while_the_interpreter_shuts_down_adds_no_traceback(tmp_path: Path) -> None:
    script = (
        "import atexit, os, signal, sys\n"
        "from dedupe.cli.main import run\n"
        "atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "sys.argv = ['dedupe', '--version']\n"
        "run()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        cwd=tmp_path,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_comes_where_nothing_can_be_raised_is_obeyed_all_the_same(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """What a callback of the garbage collector raises is dropped by the interpreter."""
    script = (
        "import gc, os, signal, sys\n"
        "from dedupe.cli.main import run\n"
        "def once(phase, info):\n"
        f"    if signal.getsignal({number.value}).__module__ == 'dedupe.cli.main':\n"
        "        gc.callbacks.clear()\n"
        f"        os.kill(os.getpid(), {number.value})\n"
        "gc.set_threshold(1)\n"
        "gc.set_threshold = lambda *_: None\n"
        "sys.argv = ['dedupe', 'clean']\n"
        "gc.callbacks.append(once)\n"
        "run()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    )
    try:
        # Standard input stays open, so nothing but the signal ends this run.
        assert process.wait(60) == code
        assert process.stderr is not None
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.communicate()
