"""Replace one file so that at every instant it is the old one or the new one, complete."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dedupe.errors import WriteFailed
from dedupe.signals import signals_held
from dedupe.writing import disk
from dedupe.writing.failures import write_failed

if TYPE_CHECKING:
    from types import TracebackType


class AtomicFile:
    """A file being written beside `path`; it takes that name with `publish`.

    Used in a `with` statement; leaving it without `publish` removes what was written. A link at `path` stays
    a link and its target is replaced. What is no regular file (a pipe, `/dev/null`) is written to directly.
    With `like` the file gets that file's permissions, and with `keep_times` its times too. `durable` waits
    until content and name are on the disk. Raises WriteFailed, with what was half-written removed.
    """

    def __init__(
        self,
        path: Path,
        *,
        like: os.stat_result | None = None,
        keep_times: bool = False,
        durable: bool = True,
    ) -> None:
        self._shown = path
        # `/dev/stdout` leads to a pipe, which has no path.
        self._path = path if _is_special(path) else Path(os.path.realpath(path))
        self._like = like
        self._keep_times = keep_times
        self._durable = durable
        self._beside: Path | None = None
        self._descriptor = -1

    def __enter__(self) -> Self:
        try:
            # Between making a file and noting its name no signal may come.
            with signals_held():
                self._open()
        except OSError as error:
            raise write_failed(self._shown, error) from error
        except BaseException:
            # Whoever could not enter is not asked to leave.
            self.__exit__(None, None, None)
            raise
        return self

    def _open(self) -> None:
        if _is_special(self._path):
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)
        else:
            beside = temporary_name(self._path)
            self._descriptor = _create_afresh(beside)
            self._beside = beside

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if self._beside is not None:
            _remove_quietly(self._beside)
            self._beside = None

    def write(self, content: bytes) -> None:
        """Add `content`."""
        try:
            disk.write(self._descriptor, content)
        except OSError as error:
            raise write_failed(self._shown, error) from error

    def publish(self) -> None:
        """Give the file its name. Nothing may be written afterwards."""
        try:
            if self._beside is None:
                self._close()
                return
            if self._like is not None:
                disk.make_alike(self._descriptor, self._like, times=self._keep_times)
            if self._durable:
                disk.sync(self._descriptor)
            # Renamed while still open: its lock tells another run that this temporary file is alive.
            disk.replace(self._beside, self._path)
            self._beside = None
            self._close()
            if self._durable:
                disk.sync_folder(self._path.parent)
        except OSError as error:
            raise write_failed(self._shown, error) from error

    def _close(self) -> None:
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)


def write_atomically(
    path: Path,
    content: bytes,
    *,
    like: os.stat_result | None = None,
    keep_times: bool = False,
    durable: bool = True,
) -> None:
    """Replace `path` by a file that holds `content`; see `AtomicFile`."""
    with AtomicFile(path, like=like, keep_times=keep_times, durable=durable) as file:
        file.write(content)
        file.publish()


def temporary_name(path: Path) -> Path:
    """Return the name beside `path` under which it is written: hidden, short, and always the same.

    Always the same, so that what a killed run left behind is replaced by the run that does its work again.
    """
    digest = hashlib.blake2b(os.fsencode(path.name), digest_size=8).hexdigest()
    return path.with_name(f".dedupe-{digest}~")


def _create_afresh(path: Path) -> int:
    """Return a locked descriptor of the new file `path`, in place of one that a killed run left."""
    try:
        descriptor = disk.create(path)
    except FileExistsError:
        _refuse_if_alive(path)
        # Removed, not emptied: what stands there may be a link that somebody put in our way.
        disk.remove(path)
        descriptor = disk.create(path)
    disk.try_lock(descriptor)
    return descriptor


def _refuse_if_alive(path: Path) -> None:
    if not stat.S_ISREG(path.lstat().st_mode):
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not disk.try_lock(descriptor):
            raise WriteFailed(f"{path}: another run is writing this file; wait until it has ended")
    finally:
        os.close(descriptor)


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:  # what it is shows when it is opened
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _remove_quietly(path: Path) -> None:
    # The error that brought us here is the one to be told.
    try:
        disk.remove(path)
    except OSError:
        return
