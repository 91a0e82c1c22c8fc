"""What the system's refusals mean to a person."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from dedupe.errors import WriteFailed, what_failed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["what_failed", "write_failed"]

_CURES = {
    errno.ENOSPC: "free some space, then run again",
    errno.EDQUOT: "free some space, then run again",
    errno.EACCES: "choose a place you may write to, or change its permissions",
    errno.EPERM: "choose a place you may write to, or change its permissions",
    errno.EROFS: "choose a place you may write to",
    errno.ENOENT: "make the folder first",
    errno.ENOTDIR: "a part of the path is a file; choose another path",
    errno.EISDIR: "a folder stands there; choose another name",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EMFILE: "raise the limit of open files (ulimit -n), then run again",
}


def write_failed(path: Path, error: OSError) -> WriteFailed:
    """Return the error for a write to `path` that the system refused, with a cure."""
    cure = _CURES.get(error.errno or 0, "check the disk, then run again")
    return WriteFailed(f"{path}: {what_failed(error)}; {cure}")
