"""C6: SIGINT and SIGTERM stop a run within a second, and leave neither half a file nor a process."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from command_line import dedupe, start
from how_often import SIGNALS
from many_pages import RULES, clean_page, instants, put_pages, without_remains

PAGES = 60
SOON = 1.0
"""Seconds within which a run must have ended; what the machine does besides is measured with an idle process."""


def processes_of(session: int) -> list[int]:
    """Return the processes that run in a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if os.getsid(int(entry.name)) == session:
                    found.append(int(entry.name))
            except ProcessLookupError:
                continue
    return found


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_soon_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, code: int, jobs: str
) -> None:
    args = ("clean", "in", *RULES, "-j", jobs, "-o", "out", "--plan", "plan.jsonl", "--report", "report.json")
    put_pages(tmp_path / "in", PAGES)
    began = time.monotonic()
    dedupe(*args, cwd=tmp_path).exits(0)
    longest = time.monotonic() - began
    late = []
    for share in instants(number + int(jobs), SIGNALS):
        for path in (tmp_path / "out", tmp_path / "plan.jsonl", tmp_path / "report.json"):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        process = start(*args, cwd=tmp_path, new_session=True)
        time.sleep(share * longest)
        sent = time.monotonic()
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
        late.append(time.monotonic() - sent)
        # The interpreter itself may not have come as far as our handlers.
        if b"Fatal Python error: init" in said or b"Could not import runpy" in said:
            continue
        assert process.returncode in (0, code, -number), said
        assert b"Traceback" not in said or process.returncode == -number, said
        assert processes_of(process.pid) == []
        assert not [path for path in tmp_path.rglob("*~") if path.is_file()]
        if process.returncode == code:
            assert not (tmp_path / "report.json").exists() or (tmp_path / "plan.jsonl").exists()
        for name, content in without_remains(tmp_path / "out").items():
            assert content == clean_page(int(name[:3])), name
    late.sort()
    # One in ten may meet a machine that is busy with something else, and all a machine that is slow.
    assert late[len(late) * 9 // 10] < max(SOON, longest), late
