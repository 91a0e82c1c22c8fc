"""Small pieces of a report or list, written together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.reports.interface import Write

JOINED_BYTES = 64 * 1024


class Joined:
    """Small pieces joined before they are written: a call of the system for each would cost more than they do."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Keep a piece, or write what has gathered."""
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size >= JOINED_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        pieces, self._pieces, self._size = self._pieces, [], 0
        if pieces:
            self._write(b"".join(pieces))
