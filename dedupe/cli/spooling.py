"""Data that waits until it may be shown: in memory and, when it grows, in a file without a name."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING

from dedupe.errors import WriteFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SPOOL_BYTES = 32 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024


class Spool:
    """Data that waits until it may be shown; leaves no file behind, whatever happens.

    With `tmp_dir` None what grows is in the system's temporary folder.
    """

    def __init__(self, tmp_dir: Path | None = None) -> None:
        self._tmp_dir = tmp_dir
        self._file: IO[bytes] = io.BytesIO()
        self._size = 0
        self._in_memory = True

    def write(self, data: bytes) -> None:
        """Keep `data` behind what is there.

        Raises WriteFailed where the temporary folder is full.
        """
        self._size += len(data)
        try:
            if self._in_memory and self._size > SPOOL_BYTES:
                self._roll_over()
            self._file.write(data)
        except OSError as error:
            from dedupe.writing.failures import what_failed

            raise WriteFailed(
                f"{self._tmp_dir or 'temporary folder'}: {what_failed(error)};"
                " free some space there, or name another folder with --tmp-dir"
            ) from error

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._size

    def forget(self, size: int) -> None:
        """Let go of all but the first `size` bytes."""
        self._file.truncate(size)
        self._file.seek(size)
        self._size = size

    def _roll_over(self) -> None:
        import shutil
        import tempfile

        on_disk = tempfile.TemporaryFile(dir=self._tmp_dir)  # noqa: SIM115 - closed with the spool
        self._file.seek(0)
        shutil.copyfileobj(self._file, on_disk)
        self._file, self._in_memory = on_disk, False

    def copy_to(self, write: Callable[[bytes], object], *, by_lines: bool = False) -> None:
        """Hand everything over in pieces; `by_lines` for a receiver that looks at whole lines."""
        self._file.seek(0)
        while piece := self._file.readline() if by_lines else self._file.read(_CHUNK_BYTES):
            write(piece)

    def close(self) -> None:
        """Forget the data."""
        self._file.close()
