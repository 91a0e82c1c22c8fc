"""Runs the real command in a process of its own and shows everything when it was not as expected."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-W", "error", "-m", "dedupe")
SHARED = (CHECKOUT / ".." / "shared").resolve()

HEADLINE = "Island ferry to run twice a day from April"
BODY = (
    "The ferry to the island will run twice a day from the first week of April, the harbour master said on Monday.",
    (
        "It left the mainland only three times a week last winter, after the older of the two boats had been laid"
        " up with a broken shaft and the younger one was needed for carrying cement, sheep, letters and the doctor."
    ),
    "“We have waited for this since the autumn storms,” said the owner of the only shop on the island, smiling.",
    "Tickets are to cost as much as before; people who live there pay half.",
    "The council has not yet decided whether bicycles may be taken along on the crossing early in the morning.",
)
BANNER = "Subscribe to our newsletter"
PAGE = "\n".join([BANNER, HEADLINE, *BODY, *BODY, *BODY]) + "\n"
CLEAN_PAGE = "\n".join([HEADLINE, *BODY]) + "\n"
CLEAN_ARTICLE = (
    "Five lighthouses along the northern coast are to be painted again before the summer visitors arrive.\n"
    "The work begins at the oldest of them, which was built of granite and has stood for two centuries.\n"
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did; as text it is all that one wants to know about a failure."""

    args: tuple[str, ...]
    code: int
    stdout: bytes
    stderr: str

    @property
    def out(self) -> str:
        return self.stdout.decode()

    def __str__(self) -> str:
        return f"dedupe {' '.join(self.args)}\nexit code {self.code}\nstdout:\n{self.stdout!r}\nstderr:\n{self.stderr}"

    def exits(self, code: int) -> Ran:
        """Return self; AssertionError with everything if the exit code is another."""
        assert self.code == code, str(self)
        return self

    def says(self, text: str) -> Ran:
        """Return self; AssertionError with everything if stderr does not hold `text`."""
        assert text in self.stderr, f"not said: {text}\n{self}"
        return self

    def says_only(self, text: str) -> Ran:
        """Return self; AssertionError with everything if stderr is not exactly `text`."""
        assert self.stderr == text, f"expected on stderr: {text}\n{self}"
        return self

    def prints(self, text: str | bytes) -> Ran:
        """Return self; AssertionError with everything if stdout is not exactly `text`."""
        expected = text.encode() if isinstance(text, str) else text
        assert self.stdout == expected, f"expected on stdout: {expected!r}\n{self}"
        return self


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment in which nothing of the person who runs the tests has a say."""
    kept = {
        key: os.environ[key]
        for key in ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "COVERAGE_PROCESS_CONFIG")
        if key in os.environ
    }
    return {
        **kept,
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/nonexistent",
        **(extra or {}),
    }


def dedupe(
    *args: str | Path | bytes,
    stdin: bytes | str = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Run the command with pipes for all three streams; under mutmut in this process, where a mutant is met."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    words = [os.fsdecode(word) for word in args]
    if "MUTANT_UNDER_TEST" in os.environ:
        from run_here import dedupe_here

        return dedupe_here(*words, stdin=given, cwd=cwd, env=env)
    ran = subprocess.run(
        [*COMMAND, *words],
        input=given,
        capture_output=True,
        cwd=cwd,
        env=environment(env),
        timeout=120,
        check=False,
    )
    return Ran(tuple(words), ran.returncode, ran.stdout, ran.stderr.decode("utf-8", "backslashreplace"))


def start(
    *args: str | Path,
    cwd: Path | None = None,
    stdin: int | None = subprocess.DEVNULL,
    new_session: bool = False,
) -> subprocess.Popen[bytes]:
    """Start the command as users do and return at once; in a session of its own whose processes can be counted."""
    # Without `-W error`: a signal between opening a file and its `with` is a ResourceWarning, which users never see.
    return subprocess.Popen(
        [sys.executable, "-m", "dedupe", *map(str, args)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=environment(),
        start_new_session=new_session,
    )


def dedupe_on_terminal(
    *args: str | Path | bytes,
    typed: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Run the command with a pseudo-terminal as all three streams; what it shows is `stdout`."""
    words = [os.fsdecode(word) for word in args]
    return on_terminal([*COMMAND, *words], typed=typed, cwd=cwd, env=env)


def on_terminal(
    command: Sequence[str],
    *,
    typed: bytes = b"",
    interrupt: tuple[bytes, signal.Signals] | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Run any command as `dedupe_on_terminal` does; `interrupt` sends a signal once a text has been shown."""
    ours, theirs = pty.openpty()
    settings = environment({"TERM": "xterm-256color", "COLUMNS": "80", **(env or {})})
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=cwd, env=settings, start_new_session=True
    )
    os.close(theirs)
    if typed:
        os.write(ours, typed)
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ready, _, _ = select.select([ours], [], [], 0.2)
        if not ready:
            if process.poll() is not None:
                break
            continue
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if interrupt is not None and interrupt[0] in shown:
            process.send_signal(interrupt[1])
            interrupt = None
    else:
        process.send_signal(signal.SIGKILL)
    code = process.wait(30)
    os.close(ours)
    return Ran(tuple(command), code, shown, "")


def a_file(path: Path, content: str | bytes = PAGE) -> Path:
    """Write a file, with the folders above it, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content, temporary files and all."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
