"""Files without a name, in which columns are that do not fit into memory."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, TypeVar

from dedupe.errors import SpillFailed, what_failed
from dedupe.signals import signals_held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

Scalar = TypeVar("Scalar", bound="np.generic")

_ZEROS_BYTES = 1024 * 1024
_MORE_SPACE = "free some space there, name another folder with --tmp-dir, or raise --max-memory"
_WRITABLE = "name a folder you may write to with --tmp-dir"
_CURES = {
    errno.ENOSPC: _MORE_SPACE,
    errno.EDQUOT: _MORE_SPACE,
    errno.EFBIG: "name a folder that takes larger files with --tmp-dir, or raise --max-memory",
    errno.EACCES: _WRITABLE,
    errno.EPERM: _WRITABLE,
    errno.EROFS: _WRITABLE,
    errno.ENOENT: "make the folder first, or name another with --tmp-dir",
    errno.ENOTDIR: "name a folder with --tmp-dir",
    errno.EMFILE: "raise the limit of open files (ulimit -n), or --max-memory",
}


class SpillFolder:
    """The folder in which the files are; with `path` None the system's temporary folder, looked for when needed.

    Files lose their name at once or never have one, so that not even a killed process leaves any behind.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def check(self) -> None:
        """Raise SpillFailed if no file can be made in the folder; nothing stays there."""
        with self.faults():
            self.open().close()

    def open(self) -> IO[bytes]:
        """Return a new, empty file; raises OSError as the system does."""
        import tempfile

        folder = None if self._path is None else os.fspath(self._path)
        # Where a file must have a name first, no signal may come before the name is gone.
        with signals_held():
            return tempfile.TemporaryFile(buffering=0, prefix=".dedupe-", suffix="~", dir=folder)

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn what the system refuses into SpillFailed that names the folder."""
        try:
            yield
        except OSError as error:
            cure = _CURES.get(error.errno or 0, "check the disk, or name another folder with --tmp-dir")
            raise SpillFailed(f"{self._name()}: {what_failed(error)}; {cure}") from error

    def _name(self) -> str:
        import tempfile

        if self._path is not None:
            return str(self._path)
        try:
            return tempfile.gettempdir()
        except FileNotFoundError:
            return "temporary folder"


def allocate(file: IO[bytes], size: int) -> None:
    """Give an empty file `size` bytes, more than none, that are really there.

    A file that is only made longer has no space yet: on a full disk the first use of its mapping would kill us.
    """
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            # Some file systems cannot do it, and not every C library then writes by itself.
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise
        else:
            return
    zeros = memoryview(bytes(min(size, _ZEROS_BYTES)))
    for start in range(0, size, _ZEROS_BYTES):
        write(file, zeros[: size - start])


def write(file: IO[bytes], content: memoryview) -> None:
    """Write all of `content`."""
    while content:
        content = content[os.write(file.fileno(), content) :]


def mapped(file: IO[bytes], count: int, dtype: np.dtype[Scalar]) -> npt.NDArray[Scalar]:
    """Return the file as an array of `count` numbers, which keeps it when it is closed."""
    import mmap

    import numpy as np

    return np.frombuffer(mmap.mmap(file.fileno(), count * dtype.itemsize), dtype, count)
