"""What a format writes behind a head that is known last: it waits, out of memory once it grows."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from dedupe.errors import WriteFailed, what_failed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HELD_BYTES = 256 * 1024


class Body:
    """Lines that wait in memory and then in a file without a name; `tmp_dir` None is the system's folder."""

    def __init__(self, tmp_dir: Path | None) -> None:
        self._tmp_dir = tmp_dir
        self._held: list[bytes] = []
        self._size = 0
        self._file: IO[bytes] | None = None

    def write(self, lines: bytes) -> None:
        """Add whole lines.

        Raises WriteFailed where the temporary folder is full.
        """
        self._held.append(lines)
        self._size += len(lines)
        if self._size > HELD_BYTES:
            self._put_away()

    def _put_away(self) -> None:
        import tempfile

        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._tmp_dir)  # noqa: SIM115 - closed when read
            self._file.write(b"".join(self._held))
        except OSError as error:
            raise WriteFailed(
                f"{self._tmp_dir or 'temporary folder'}: {what_failed(error)};"
                " free some space there, or name another folder with --tmp-dir"
            ) from error
        self._held, self._size = [], 0

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, once, and forget them."""
        if self._file is not None:
            self._put_away()
            self._file.seek(0)
            yield from self._file
            self._file.close()
            self._file = None
        yield from b"".join(self._held).splitlines(keepends=True)
        self._held = []
