"""Single keys, from a terminal without Enter or from a pipe."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPE = b"\x1b"
_END_OF_INPUT = b"\x04"
"""What Ctrl-D sends; a terminal that hands over single keys does not act on it itself."""


class Keys:
    """The keys that are pressed, as small letters and signs; used in a `with` statement.

    On a terminal each key comes as soon as it is pressed and is not shown; Ctrl-C and Ctrl-Z do what they always do.
    However the block is left, the terminal is as it was. Line ends, arrow keys and what is no ASCII are passed over, so
    that keys may also be typed with Enter, and a pipe may have one a line.
    """

    def __init__(self) -> None:
        self._descriptor = -1
        self._modes: list[object] | None = None

    def __enter__(self) -> Self:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            self._descriptor = sys.stdin.fileno()
        if self._descriptor >= 0 and os.isatty(self._descriptor):
            import termios
            import tty

            self._modes = termios.tcgetattr(self._descriptor)
            tty.setcbreak(self._descriptor, termios.TCSADRAIN)
        return self

    def __exit__(self, *_: object) -> None:
        if self._modes is not None:
            import termios

            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._modes)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[str]:
        """Yield one key after the other, until the input ends."""
        while byte := self._byte():
            if byte == _ESCAPE:
                self._pass_over_sequence()
            elif byte == _END_OF_INPUT and self._modes is not None:
                return
            elif 0x20 < byte[0] < 0x7F:
                yield byte.decode().lower()

    def _byte(self) -> bytes:
        if self._descriptor < 0:  # standard input is no file, as in tests
            return sys.stdin.buffer.read(1) if sys.stdin is not None else b""
        try:
            return os.read(self._descriptor, 1)
        except OSError:  # the terminal has gone
            return b""

    def _pass_over_sequence(self) -> None:
        """Read what an arrow or function key sends behind its escape, as far as it has come already."""
        import select

        while self._descriptor >= 0 and select.select([self._descriptor], [], [], 0.02)[0]:
            byte = self._byte()
            if not byte or (0x40 <= byte[0] < 0x7F and byte not in b"[O"):
                return
