"""How a run ended, as a value; the only place where exit codes are decided."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from dedupe.errors import FolderLocked, InputUnreadable, SelfCheckFailed

DEBUG_KEY = "dedupe.debug"
"""Where a command leaves word, in its click context, that tracebacks are wanted."""


class Terminated(BaseException):
    """The system asked the run to end (SIGTERM); not an Exception, so that nothing swallows it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a run: how many inputs failed, what stopped it (None: nothing did), and whether a gate failed."""

    failures: int = 0
    fault: BaseException | None = None
    gate_failed: bool = False

    @property
    def exit_code(self) -> int:
        """Return the exit status.

        0 done, 1 a gate failed and nothing stopped the run, 2 usage, configuration or internal error, 3 finished
        but something could not be read, 4 self-check failed, 11 output folder locked, 130 SIGINT, 143 SIGTERM,
        141 the reader of standard output went away. A gate that failed on what could be read has failed.
        """
        match self.fault:
            case None if self.gate_failed:
                return 1
            case None:
                return 3 if self.failures else 0
            case InputUnreadable():
                return 3
            case SelfCheckFailed():
                return 4
            case FolderLocked():
                return 11
            case KeyboardInterrupt():
                return 130
            case Terminated():
                return 143
            case OSError(errno=errno.EPIPE):
                return 141
            case _:
                return 2
