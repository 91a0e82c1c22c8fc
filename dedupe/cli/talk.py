"""Standard error, whatever becomes of it."""

from __future__ import annotations

import contextlib
import errno
import os
import sys


class Talk:
    """Standard error as a stream that never fails: a run is as good as before when nobody can hear of it."""

    def __init__(self) -> None:
        self._stream = sys.stderr

    def write(self, text: str) -> int:
        """Write the text; it is lost where that is impossible."""
        if self._stream is not None:
            try:
                self._stream.write(text)
            except (OSError, ValueError):
                self._give_up()
        return len(text)

    def flush(self) -> None:
        """Bring what was written to its reader, if there is one."""
        if self._stream is not None:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self._give_up()

    @property
    def encoding(self) -> str:
        """The codec in which the text leaves."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Return whether a person reads."""
        return self._stream is not None and not self._stream.closed and self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor; raises OSError or ValueError where there is none."""
        if self._stream is None:
            raise OSError(errno.EBADF, "standard error is closed")
        return self._stream.fileno()

    def _give_up(self) -> None:
        # The interpreter flushes what is left at its exit, and would fail there with a code of its own.
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
