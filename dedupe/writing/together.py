"""Many new files written by one call of a kernel, in a thread of its own while the next are made.

Where several threads run, a thread that writes file after file asks for the interpreter's lock four times for each.
"""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.writing.failures import write_failed

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor
    from pathlib import Path

FILES_AT_ONCE = 32
BYTES_AT_ONCE = 1 << 23


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A new file: its content, what it is to be like, and how it is named in messages."""

    path: Path
    content: bytes
    model: os.stat_result | None
    shown: Path


class FilesTogether:
    """Writes new files in the order in which they are added; what stands at their paths is an error.

    `add` and `finish` raise WriteFailed when the system refuses one of those before; none behind it is begun.
    """

    def __init__(self) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self._executor: ThreadPoolExecutor = ThreadPoolExecutor(1)
        self._files: list[PlannedFile] = []
        self._bytes = 0
        self._running: Future[None] | None = None

    @staticmethod
    def is_possible() -> bool:
        """Return whether the kernels are there to write files."""
        from dedupe.kernels.library import library

        return library() is not None

    def add(self, file: PlannedFile) -> None:
        """Let a file be written with the next ones."""
        self._files.append(file)
        self._bytes += len(file.content)
        if len(self._files) >= FILES_AT_ONCE or self._bytes >= BYTES_AT_ONCE:
            self._begin()

    def finish(self) -> None:
        """Wait until all are written."""
        self._begin()
        self._wait()
        self._executor.shutdown()

    def stop(self) -> None:
        """Begin nothing more, and wait until nothing is being written."""
        self._executor.shutdown()

    def _begin(self) -> None:
        self._wait()
        files, self._files, self._bytes = self._files, [], 0
        if files:
            self._running = self._executor.submit(_write, files)

    def _wait(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.result()


def _write(files: list[PlannedFile]) -> None:
    from dedupe.kernels.library import call
    from dedupe.kernels.structures import NewFile, Pieces

    paths = Pieces.of(os.fsencode(file.path) + b"\0" for file in files)
    new = (NewFile * len(files))(*[NewFile(*_as_new_file(file)) for file in files])
    failed = ctypes.c_int64()
    code = call(
        "dedupe_write_files", len(files), ctypes.byref(paths), ctypes.byref(new), ctypes.byref(failed)
    )
    if code:
        raise write_failed(files[failed.value].shown, OSError(code, os.strerror(code)))


def _as_new_file(file: PlannedFile) -> tuple[object, ...]:
    content, model = file.content, file.model
    if model is None:
        return content, len(content)
    seconds, ns = zip(*(divmod(each, 10**9) for each in (model.st_atime_ns, model.st_mtime_ns)), strict=True)
    return content, len(content), *seconds, *ns, model.st_mode & 0o777, model.st_uid, model.st_gid, 1
