"""The bytes of a file that holds documents, read from any place in them: as they lie on disk, or decompressed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedupe.spilling import SpillFolder

CHUNK_BYTES = 1 << 22


class Content(Protocol):
    """Bytes that can be read from any place, from several threads at once."""

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`, fewer where the content ends before.

        Raises OSError as the system does.
        """


def chunks(content: Content, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Yield all of a content, piece by piece."""
    position = 0
    while piece := content.read(position, position + size):
        yield piece
        position += len(piece)


@dataclass(frozen=True, slots=True)
class HeldContent:
    """Bytes in memory."""

    data: bytes

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`."""
        return self.data[start:end]


@dataclass(frozen=True, slots=True)
class FileContent:
    """The bytes of a file as it is now; it is opened for each reading, so that thousands need no descriptors."""

    path: Path

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return _read_at(descriptor, start, end)
        finally:
            os.close(descriptor)


class ContentFile:
    """A content as libraries want a file: read from any place, and nothing held open."""

    closed = False

    def __init__(self, content: Content, size: int) -> None:
        self._content = content
        self._size = size
        self._position = 0

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes."""
        end = self._size if size is None or size < 0 else min(self._position + size, self._size)
        piece = self._content.read(self._position, end)
        self._position += len(piece)
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        self._position = offset + (0, self._position, self._size)[whence]
        return self._position

    def tell(self) -> int:
        """Return the place."""
        return self._position

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def writable(self) -> bool:
        """Return that it cannot be written."""
        return False

    def seekable(self) -> bool:
        """Return that it can be read from any place."""
        return True

    def close(self) -> None:
        """Do nothing: nothing is held open."""


@dataclass(frozen=True, slots=True)
class SpooledContent:
    """Bytes that lie in a spool, from `start` to `end` of it."""

    spool: ContentSpool
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.end - self.start

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`."""
        return self.spool.read(self.start + start, min(self.start + end, self.end))


class ContentSpool:
    """One file without a name for all that cannot be read from any place where it lies, such as what is compressed.

    Raises SpillFailed when the folder of temporary files refuses.
    """

    def __init__(self, folder: SpillFolder) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._size = 0

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return self._size

    def add(self, piece: bytes) -> None:
        """Put bytes behind those that are there."""
        with self._folder.faults():
            if self._file is None:
                self._file = self._folder.open()
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._file.fileno(), rest) :]
        self._size += len(piece)

    def forget(self, size: int) -> None:
        """Let go of all but the first `size` bytes."""
        if self._file is not None:
            with self._folder.faults():
                os.ftruncate(self._file.fileno(), size)
                os.lseek(self._file.fileno(), size, os.SEEK_SET)
        self._size = size

    def content(self, start: int) -> SpooledContent:
        """Return what lies from `start` to the end that the spool has now."""
        return SpooledContent(self, start, self._size)

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`."""
        return b"" if self._file is None else _read_at(self._file.fileno(), start, end)

    def close(self) -> None:
        """Let go of everything."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _read_at(descriptor: int, start: int, end: int) -> bytes:
    """Return the bytes of a file from `start` to `end`; a single call of the system reads at most 2 GiB."""
    pieces = []
    while start < end:
        piece = os.pread(descriptor, end - start, start)
        if not piece:
            break
        pieces.append(piece)
        start += len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
