"""Every call that changes something on disk, and no decision; each raises OSError as the system does.

Kept in one place so that a test can let the k-th of them fail, for each k.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CALLS = (
    "create",
    "write",
    "sync",
    "sync_file",
    "replace",
    "remove",
    "remove_tree",
    "make_folder",
    "remove_folder",
    "sync_folder",
    "make_alike",
    "open_lock",
    "open_to_append",
    "cut_off",
)
"""The functions of this module that change something."""


def create(path: Path) -> int:
    """Return a descriptor of the new, empty file `path`; a file or link that stands there is an error."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)


def open_to_append(path: Path) -> int:
    """Return a descriptor to read and to add to the file `path`, which is made if need be."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK, 0o666)


def cut_off(descriptor: int, size: int) -> None:
    """Let the file end after `size` bytes."""
    os.ftruncate(descriptor, size)


def write(descriptor: int, content: bytes | memoryview) -> None:
    """Write all of `content`."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync(descriptor: int) -> None:
    """Wait until the file's content is on the disk."""
    os.fsync(descriptor)


def sync_file(path: str) -> None:
    """Wait until the content of the file at `path` is on the disk; one that may not be read again is passed over."""
    with contextlib.suppress(PermissionError):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace(source: Path | str, target: Path | str) -> None:
    """Give `source` the name `target`, in one step; what stood there is gone."""
    os.replace(source, target)  # noqa: PTH105 - spelled as the system call it is


def remove(path: Path) -> None:
    """Remove a file or link; that it is gone already is no error."""
    path.unlink(missing_ok=True)


def remove_tree(path: Path) -> None:
    """Remove a folder of ours with all it holds; links in it are removed, not followed."""
    import shutil  # heavy: it brings all of Python's archive formats

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)


def make_folder(path: Path) -> None:
    """Make a folder; its parent must exist and itself must not."""
    path.mkdir()


def remove_folder(path: Path) -> None:
    """Remove an empty folder."""
    path.rmdir()


def sync_folder(path: Path) -> None:
    """Wait until the folder's entries are on the disk, where the system can do that."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # Some file systems cannot sync folders and say so with EINVAL; there is nothing more to be done.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_alike(descriptor: int, model: os.stat_result, *, times: bool) -> None:
    """Give the file the permissions of `model`, its owner where we may, and with `times` its times."""
    with contextlib.suppress(PermissionError):
        if (model.st_uid, model.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(descriptor, model.st_uid, model.st_gid)
    os.fchmod(descriptor, model.st_mode & 0o777)
    if times:
        os.utime(descriptor, ns=(model.st_atime_ns, model.st_mtime_ns))


def open_lock(path: Path) -> int | None:
    """Return a descriptor that holds the lock file `path` until it is closed, None if another run has it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        if not try_lock(descriptor):
            os.close(descriptor)
            return None
        # Its last holder may have removed the file between our two calls; then we hold what no one else sees.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Return whether the open file is ours alone from now on; nobody waits."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
