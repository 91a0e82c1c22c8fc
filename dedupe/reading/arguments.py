"""The paths of a request as they lie on disk, before anything is read."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Argument:
    """A path that exists.

    `path` is as given; `absolute` leads to it from the root of the file system and ends in the same part;
    `real_path` follows its symbolic links. `listed` is True for a path out of a list of files. `status` is
    None, and `fault` says why, when the system refuses to tell what the path is.
    """

    path: str
    absolute: str
    real_path: str
    listed: bool
    status: os.stat_result | None
    fault: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether the path is a folder, to be walked."""
        return self.status is not None and stat.S_ISDIR(self.status.st_mode)

    @property
    def is_pipe(self) -> bool:
        """Whether the path is a pipe, which can be read once only."""
        return self.status is not None and stat.S_ISFIFO(self.status.st_mode)

    @property
    def is_file(self) -> bool:
        """Whether the path is a regular file."""
        return self.status is not None and stat.S_ISREG(self.status.st_mode)


def arguments_of(paths: Sequence[Path], named_files: Sequence[Path]) -> list[Argument]:
    """Return each thing on disk once, in byte order of real paths, however often and in whatever order named.

    Raises UsageError for a path that does not exist.
    """
    mentions = [_argument(path, listed=False) for path in paths]
    mentions += [_argument(path, listed=True) for path in named_files]
    chosen: dict[str, Argument] = {}
    for mention in _in_order(mentions):
        chosen.setdefault(mention.real_path, mention)
    return list(chosen.values())


def _in_order(mentions: Iterable[Argument]) -> list[Argument]:
    return sorted(
        mentions,
        key=lambda one: (os.fsencode(one.real_path), one.listed, os.fsencode(one.absolute), one.path),
    )


def _argument(path: Path, *, listed: bool) -> Argument:
    status, fault = None, ""
    try:
        status = path.stat()
    except PermissionError as error:
        fault = error.strerror or str(error)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(
            f"{path}: no such file or folder; check the path, nothing was read or written"
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path}: {reason.lower()}; check the path, nothing was read or written") from error
    real_path = os.path.realpath(path)
    # `..` behind a symbolic link leads elsewhere than the text of the path says
    absolute = real_path if os.pardir in path.parts else str(path.absolute())
    return Argument(str(path), absolute, real_path, listed, status, fault)
