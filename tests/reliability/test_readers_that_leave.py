"""C7: `clean … | head -1` is quiet and ends with 141, however the reader leaves."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command_line import COMMAND, environment
from many_pages import put_pages

READERS = ["head -1", "true", "head -c 1", "head -c 70000", "sed -n 5q"]
ARGUMENTS = [
    "clean in",
    "clean in --diff",
    "clean in --stdout-format jsonl",
    "clean in --stdout-format null",
    "clean in -n -v 2>&1",
    "clean in --show-files",
    "check in --output-format json",
    "check in --output-format concise",
    "check in --output-format sarif",
    "clean --help",
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_a_reader_that_leaves_hears_nothing(tmp_path: Path, arguments: str, reader: str) -> None:
    put_pages(tmp_path / "in", 120)
    command = f"{{ {' '.join(COMMAND)} {arguments}; echo $? >code; }} | {reader} >/dev/null"
    ran = subprocess.run(
        ["/bin/sh", "-c", command], stderr=-1, cwd=tmp_path, env=environment(), timeout=60, check=False
    )
    code = (tmp_path / "code").read_text().strip()
    # What fits into the pipe was written before the reader left, and the run has ended as ever.
    assert code in {"0", "1", "141"}
    assert ran.stderr == b"" if code == "141" else b"Traceback" not in ran.stderr
