"""Where the bytes of documents come from."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.model import Skipped
    from dedupe.reading.contents import SpooledContent


@dataclass(frozen=True, slots=True)
class BytesSource:
    """A document in memory, standard input for one; it can be read any number of times."""

    name: str
    group: str
    data: bytes

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    def read(self) -> bytes:
        """Return the bytes."""
        return self.data


@dataclass(frozen=True, slots=True)
class SpooledSource:
    """What came through a pipe and is too much to be held: it lies in a spool."""

    name: str
    group: str
    content: SpooledContent

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.content.size

    def read(self) -> bytes:
        """Return the bytes."""
        return self.content.read(0, self.size)


@dataclass(frozen=True, slots=True)
class FileSource:
    """A document in a file, read anew each time.

    `path` is where it lies, as the caller gave it or joined to the folder the caller gave. `target` is the
    relative path, `/` between its parts, under which its output is written; it differs from `name` only
    where the base names of arguments collide, so that two sources may have one target. `found_size` is how many bytes
    it had when it was found, None where nobody looked.
    """

    name: str
    group: str
    path: Path
    target: str
    found_size: int | None = None

    @property
    def size(self) -> int:
        """How many bytes the file had when it was found, or has now; 0 where the system does not say."""
        if self.found_size is not None:
            return self.found_size  # asked for several times, and of thousands of files
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def read(self) -> bytes:
        """Return all bytes of the file as it is now.

        Raises OSError as `open` and `read` do, and when it has become something else than a file.
        """
        with open(self.path, "rb", buffering=0, opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, "It is no longer a regular file")
            return file.readall()


def _open_at_once(path: str, flags: int) -> int:
    # Opening a pipe that was put in the file's place would wait for somebody to write to it.
    return os.open(path, flags | os.O_NONBLOCK)


@dataclass(frozen=True, slots=True)
class HeldSource(FileSource):
    """A document from a pipe named as an argument (`/dev/stdin`, `<(command)`): read once, then held."""

    data: bytes = b""

    @property
    def size(self) -> int:
        """How many bytes came through the pipe."""
        return len(self.data)

    def read(self) -> bytes:
        """Return what came through the pipe."""
        return self.data


@dataclass(frozen=True, slots=True)
class Discovery:
    """What lies below the paths of a request: what is to be read and what is not.

    `sources` and `skipped` are in byte order of their names; no two sources are one file. `second_names`
    holds hard links: for each further name of a file its own source (never to be judged, and in no count of
    documents) and the name of the source that stands for it, whose cleaned bytes belong at its `target` too.
    """

    sources: tuple[FileSource, ...]
    skipped: tuple[Skipped, ...]
    second_names: tuple[tuple[FileSource, str], ...] = ()
