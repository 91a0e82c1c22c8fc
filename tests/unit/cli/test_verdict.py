from __future__ import annotations

import errno

import pytest

from dedupe.cli.verdict import Terminated, Verdict
from dedupe.errors import (
    ConfigurationError,
    FolderLocked,
    InputUnreadable,
    OutputRefused,
    PlanError,
    SelfCheckFailed,
    UsageError,
    WriteFailed,
)


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict(), 0),
        (Verdict(failures=1), 3),
        (Verdict(gate_failed=True), 1),
        (Verdict(failures=1, gate_failed=True), 1),
        (Verdict(gate_failed=True, fault=WriteFailed("x")), 2),
        (Verdict(gate_failed=True, fault=KeyboardInterrupt()), 130),
        (Verdict(gate_failed=True, fault=BrokenPipeError(errno.EPIPE, "x")), 141),
        (Verdict(fault=InputUnreadable("x")), 3),
        (Verdict(fault=UsageError("x")), 2),
        (Verdict(fault=ConfigurationError("x")), 2),
        (Verdict(fault=OutputRefused("x")), 2),
        (Verdict(fault=WriteFailed("x")), 2),
        (Verdict(fault=PlanError("x")), 2),
        (Verdict(fault=ZeroDivisionError("x")), 2),
        (Verdict(fault=OSError(errno.ENOSPC, "x")), 2),
        (Verdict(failures=3, fault=SelfCheckFailed("x")), 4),
        (Verdict(fault=FolderLocked("x")), 11),
        (Verdict(fault=KeyboardInterrupt()), 130),
        (Verdict(fault=BrokenPipeError(errno.EPIPE, "x")), 141),
        (Verdict(fault=Terminated()), 143),
    ],
)
def test_each_end_has_its_exit_code(verdict: Verdict, code: int) -> None:
    assert verdict.exit_code == code


def test_no_end_but_a_failed_gate_is_ever_1() -> None:
    faults = [None, *(cls("x") for cls in (Exception, OSError, BrokenPipeError, UsageError, SystemError))]
    assert all(Verdict(failures, fault).exit_code != 1 for failures in (0, 1, 7) for fault in faults)
