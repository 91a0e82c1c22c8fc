"""Runs the command in the process of the tests, for tests of many runs; `command_line.py` starts real ones."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from unittest import mock

import pytest
from command_line import Ran

from dedupe.cli.main import main

RunHere = Callable[..., Ran]
_WITH_A_SAY = ("DEDUPE_", "GITHUB_", "XDG_", "COLUMNS", "FORCE_COLOR", "NO_COLOR")


class _Bytes(io.TextIOWrapper):
    """Standard output or error as the command meets it, kept in memory."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", errors="backslashreplace", write_through=True)

    def content(self) -> bytes:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue()


def dedupe_here(
    *args: str | Path, stdin: bytes | str = b"", cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Ran:
    """Do what `command_line.dedupe` does in this process: only `env` has a say, and `cwd` is the current folder."""
    words = [str(word) for word in args]
    out, err = _Bytes(), _Bytes()
    given = stdin.encode() if isinstance(stdin, str) else stdin
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_WITH_A_SAY)}
    with (
        contextlib.chdir(cwd or Path.cwd()),
        mock.patch.dict(os.environ, {**kept, "HOME": "/nonexistent", **(env or {})}, clear=True),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given))),
    ):
        code = main(words)
    return Ran(tuple(words), code, out.content(), err.content().decode("utf-8", "backslashreplace"))


@pytest.fixture
def here(tmp_path: Path) -> RunHere:
    """Return `dedupe_here` with `tmp_path` as the current folder."""
    return partial(dedupe_here, cwd=tmp_path)
