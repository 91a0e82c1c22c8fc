"""What the system's refusals mean to a person."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from dedupe.errors import WriteFailed

if TYPE_CHECKING:
    from pathlib import Path

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


def what_failed(error: OSError) -> str:
    """Return what the system said, in lower case: `no space left on device`."""
    said = error.strerror or str(error) or type(error).__name__
    return said[:1].lower() + said[1:]


def write_failed(path: Path, error: OSError) -> WriteFailed:
    """Return the error for a write to `path` that the system refused, with a cure."""
    cure = _CURES.get(error.errno or 0, "check the disk, then run again")
    return WriteFailed(f"{path}: {what_failed(error)}; {cure}")
