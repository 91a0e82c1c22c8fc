"""A file that grows by lines, each of them on the disk before anything else happens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dedupe.errors import UsageError, WriteFailed
from dedupe.writing import disk
from dedupe.writing.atomic import write_atomically
from dedupe.writing.failures import what_failed, write_failed

if TYPE_CHECKING:
    from pathlib import Path


class AppendedFile:
    """The file at `path`, which others may edit meanwhile; it is ours alone from the first line that we add on.

    It is made with the first line; `close` lets others write. Raises WriteFailed where the system refuses, or another
    run holds the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def read(self) -> bytes:
        """Return what is in the file, nothing where there is none; UsageError for what cannot be read."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise UsageError(f"{self._path}: {what_failed(error)}; name another file") from error

    def append(self, line: bytes, *, heading: bytes = b"") -> None:
        """Add a line, without its end; behind `heading` where the file is empty.

        When this returns, the line is on the disk; when it raises, the file is as it was.
        """
        try:
            self._open()
            size = os.fstat(self._descriptor).st_size
            before = heading if not size else b"" if self._ends_with_line_end(size) else b"\n"
            try:
                disk.write(self._descriptor, before + line + b"\n")
                disk.sync(self._descriptor)
            except OSError:
                disk.cut_off(self._descriptor, size)
                raise
            if not size:
                disk.sync_folder(self._path.resolve().parent)
        except OSError as error:
            raise write_failed(self._path, error) from error

    def replace(self, content: bytes) -> None:
        """Let the file hold `content` instead, in one step."""
        try:
            self._open()
            write_atomically(self._path, content, like=os.fstat(self._descriptor))
            self._open()
        except OSError as error:
            raise write_failed(self._path, error) from error

    def close(self) -> None:
        """Let others write."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)

    def _open(self) -> None:
        """Open the file that has the name now; an editor may have put another in the place of the one we had."""
        if self._descriptor >= 0:
            try:
                if os.path.samestat(os.fstat(self._descriptor), self._path.stat()):
                    return
            except FileNotFoundError:
                pass
            self.close()
        self._descriptor = disk.open_to_append(self._path)
        if not disk.try_lock(self._descriptor):
            self.close()
            raise WriteFailed(f"{self._path}: another run is writing this file; wait until it has ended")

    def _ends_with_line_end(self, size: int) -> bool:
        return os.pread(self._descriptor, 1, size - 1) == b"\n"
