"""Each exit code of `dedupe check` arises from what it should and from nothing else."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from command_line import BODY, CLEAN_ARTICLE, COMMAND, a_file, environment, start
from run_here import RunHere, here

import dedupe.pipeline
from dedupe.errors import SelfCheckFailed

__all__ = ["here"]

TWICE = f"{BODY[0]}\n{BODY[1]}\n{BODY[0]}\n"
FORMATS = ("full", "concise", "json", "github", "sarif", "junit", "markdown")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Files that are good, bad, empty and unreadable, and a baseline that knows what is bad."""
    a_file(tmp_path / "good.txt", CLEAN_ARTICLE)
    a_file(tmp_path / "bad.txt", TWICE)
    a_file(tmp_path / "empty.txt", "")
    a_file(tmp_path / "broken.txt", CLEAN_ARTICLE.encode("utf-16-le"))
    a_file(tmp_path / "worse.txt", f"{TWICE}{BODY[0]}\n")
    (tmp_path / "nothing").mkdir()
    a_file(tmp_path / "wrong.toml", "max-share = 'much'\n")
    a_file(tmp_path / "damaged", "# dedupe baseline 1, settings 00\n")
    return tmp_path


@pytest.fixture
def known(corpus: Path, here: RunHere) -> Path:
    here("check", "bad.txt", "--baseline", "known", "--update-baseline").exits(0)
    return corpus


TABLE: list[tuple[int, str]] = [
    # passed
    (0, "good.txt"),
    (0, "empty.txt"),
    (0, "good.txt empty.txt"),
    (0, "good.txt --max-share 0"),
    (0, "good.txt --exit-zero"),
    (0, "bad.txt --exit-zero"),
    (0, "bad.txt --max-duplicates 1"),
    (0, "bad.txt --max-share 100"),
    (0, "bad.txt --ignore DUP"),
    (0, "bad.txt --select BPL"),
    (0, "bad.txt --baseline known"),
    (0, "bad.txt --baseline known --fail-on-new"),
    (0, "worse.txt --baseline known --max-new 1"),
    (0, "good.txt --baseline known"),
    (0, "worse.txt --baseline fresh --update-baseline"),
    (0, "worse.txt --baseline known --update-baseline"),
    (0, "bad.txt --show-files"),
    (0, "bad.txt --show-settings"),
    (0, "--help"),
    (0, "good.txt --output-format json --output-file list.json"),
    (0, "good.txt --report r.json"),
    # a gate failed
    (1, "bad.txt"),
    (1, "bad.txt good.txt"),
    (1, "worse.txt --max-duplicates 1"),
    (1, "bad.txt --max-share 1"),
    (1, "bad.txt --max-share 100 --max-duplicates 0"),
    (1, "bad.txt --config max-per-rule={DUP101=0}"),
    (1, "worse.txt --baseline known"),
    (1, "worse.txt --baseline known --max-new 0"),
    (1, "bad.txt --baseline known --max-duplicates 0"),
    (1, "bad.txt --baseline fresh --update-baseline --max-share 1"),
    (1, "bad.txt broken.txt"),
    (1, "bad.txt --quiet"),
    (1, "bad.txt --statistics"),
    *((1, f"bad.txt --output-format {form} --output-file list") for form in FORMATS),
    (1, "bad.txt --report r.md"),
    # usage and configuration
    (2, "missing.txt"),
    (2, "nothing"),
    (2, "bad.txt --max-share 120"),
    (2, "bad.txt --max-duplicates x"),
    (2, "bad.txt --fail-on-new"),
    (2, "bad.txt --baseline missing"),
    (2, "bad.txt --baseline damaged"),
    (2, "bad.txt --baseline good.txt"),
    (2, "bad.txt --baseline known --threshold 0.9"),
    (2, "bad.txt --baseline known --fail-on-new --max-new 3"),
    (2, "bad.txt --output-format html"),
    (2, "bad.txt --output-format json --output-format sarif"),
    (2, "bad.txt --output-file bad.txt"),
    (2, "bad.txt --output-file no/list"),
    (2, "bad.txt --output-file nothing"),
    (2, "bad.txt --config wrong.toml"),
    (2, "bad.txt --config max-shar=3"),
    (2, "bad.txt --select DUP9"),
    (2, "bad.txt --in-place"),
    (2, "bad.txt -"),
    (2, "bad.txt --tmp-dir missing"),
    # something could not be read
    (3, "broken.txt"),
    (3, "good.txt broken.txt"),
    (3, "good.txt broken.txt --exit-zero"),
    (3, "bad.txt broken.txt --exit-zero"),
    (3, "bad.txt broken.txt --max-duplicates 9"),
    (3, "bad.txt broken.txt --on-error fail"),
    (3, "bad.txt broken.txt --baseline fresh --update-baseline"),
]


def test_the_table_has_sixty_outcomes() -> None:
    assert len(set(TABLE)) == len(TABLE) >= 60


@pytest.mark.parametrize(("code", "words"), TABLE, ids=lambda value: str(value))
def test_each_outcome_has_its_exit_code(known: Path, here: RunHere, code: int, words: str) -> None:
    ran = here("check", *words.split()).exits(code)
    if code == 2:
        assert ran.stderr.startswith("error: "), str(ran)
        assert ran.stderr.count("\n") == 1, str(ran)
        assert ran.stdout == b""


# What happens to the streams


def run(folder: Path, *words: str, close: int | None = None, stdout: int = subprocess.DEVNULL) -> int:
    """Return the exit code of a real process, with a stream closed or going somewhere."""
    closing = "" if close is None else f"{close}>&-"
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {closing}', "sh", sys.executable, "-m", "dedupe", "check", *words],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode


@pytest.mark.parametrize(
    ("close", "words", "code"),
    [
        (1, "bad.txt", 2),
        (1, "bad.txt --output-file list", 1),
        (1, "good.txt", 0),
        (1, "good.txt --output-format json", 2),
        (2, "bad.txt", 1),
        (2, "good.txt", 0),
        (0, "bad.txt", 1),
        (0, "", 2),
    ],
)
def test_a_closed_stream_never_makes_a_failed_gate_a_success(
    corpus: Path, close: int, words: str, code: int
) -> None:
    assert run(corpus, *words.split(), close=close) == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("form", FORMATS)
def test_2_when_the_disk_is_full(corpus: Path, form: str) -> None:
    with Path("/dev/full").open("wb") as full:
        assert run(corpus, "bad.txt", "--output-format", form, stdout=full.fileno()) == 2
    assert run(corpus, "bad.txt", "--output-format", form, "--output-file", "/dev/full") == 2


@pytest.mark.parametrize("form", ["full", "json", "junit"])
def test_141_when_the_reader_of_the_list_went_away(corpus: Path, form: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [*COMMAND, "check", "bad.txt", "--output-format", form],
        cwd=corpus,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (141, b"")


def wait_until_read(pipe: int) -> None:
    """Wait until whoever reads the pipe has read what is in it."""
    deadline = time.monotonic() + 60
    while struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_130_and_143_for_signals_and_nothing_is_left(corpus: Path, number: signal.Signals, code: int) -> None:
    before = sorted(path.name for path in corpus.iterdir())
    with start(
        "check", "--output-format", "json", "--output-file", "list", cwd=corpus, stdin=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(TWICE.encode())
        process.stdin.flush()
        wait_until_read(process.stdin.fileno())
        process.send_signal(number)
        assert process.wait(20) == code
        process.stdin.close()
    assert sorted(path.name for path in corpus.iterdir()) == before


# What goes wrong inside


def test_2_for_a_bug_of_our_own_and_not_1(
    corpus: Path, here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("halves")

    monkeypatch.setattr(dedupe.pipeline, "prepare", broken)
    ran = here("check", "bad.txt").exits(2).prints("")
    ran.says("error: internal error: ZeroDivisionError: halves; run again with --debug")


def test_4_when_the_self_check_fails(corpus: Path, here: RunHere, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object) -> None:
        raise SelfCheckFailed("bad.txt: the cuts put back do not give the original; report this")

    monkeypatch.setattr(dedupe.pipeline, "edit", fails)
    here("check", "bad.txt", "--output-file", "list").exits(4).prints("")
    assert not (corpus / "list").exists()


def test_no_other_command_ever_exits_1(corpus: Path, here: RunHere) -> None:
    for words in (
        "clean bad.txt -n",
        "clean bad.txt",
        "clean bad.txt --diff",
        "config",
        "formats",
        "restore bad.txt",
    ):
        assert here(*words.split()).code != 1
