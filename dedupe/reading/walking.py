"""The files below one folder, and what is passed over there."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dedupe.errors import UsageError
from dedupe.model import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pathspec import GitIgnoreSpec

DEFAULT_SUFFIXES = (".txt", ".md")
OWN_FOLDERS = frozenset((".dedupe", ".dedupe-backup"))
"""Folders this package makes; never input, and in no count."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file met on a walk: its path relative to the root, the path to open it by, its identity and its size in bytes.

    `identity` is device and inode, shared by hard links; `real_path` has no symbolic link in it.
    """

    relative: str
    path: str
    real_path: str
    identity: tuple[int, int]
    size: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a folder are read; the patterns are those of `.gitignore`, relative to the root."""

    included: GitIgnoreSpec | None = None
    excluded: GitIgnoreSpec | None = None
    hidden: bool = False
    follow_symlinks: bool = False
    suffixes: tuple[str, ...] = DEFAULT_SUFFIXES

    def excludes(self, relative: str) -> bool:
        """Return whether an exclude pattern fits; a folder's path ends in `/`."""
        return self.excluded is not None and self.excluded.match_file(relative)

    def wants(self, relative: str) -> bool:
        """Return whether a file has a suffix that is read, or fits an include pattern."""
        if relative.lower().endswith(self.suffixes):
            return True
        return self.included is not None and self.included.match_file(relative)


def selection(
    include: Sequence[str],
    exclude: Sequence[str],
    *,
    hidden: bool,
    follow: bool,
    suffixes: tuple[str, ...] = DEFAULT_SUFFIXES,
) -> Selection:
    """Return the selection the patterns describe, besides files with one of the suffixes.

    Raises UsageError for a pattern that is none.
    """
    return Selection(_compiled(include), _compiled(exclude), hidden, follow, suffixes)


def _compiled(patterns: Sequence[str]) -> GitIgnoreSpec | None:
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec  # imported here: slow, and seldom needed

    for pattern in patterns:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except (ValueError, re.error) as error:
            raise UsageError(f"pattern {pattern!r} is not valid; write it as in .gitignore") from error
    return GitIgnoreSpec.from_lines(patterns)


def walk(root: str, chosen: Selection) -> Iterator[FoundFile | Skipped]:
    """Yield the files below `root` that `chosen` wants and, as `Skipped`, what is passed over.

    A folder that is passed over counts as one. Every folder is entered once, first by a path without links.
    """
    return _Walk(chosen).below(root)


class _Folder(NamedTuple):
    relative: str
    path: str
    real_path: str


@dataclass(slots=True)
class _Walk:
    chosen: Selection
    entered: set[tuple[int, int]] = field(default_factory=set)
    behind_links: list[_Folder] = field(default_factory=list)

    def below(self, root: str) -> Iterator[FoundFile | Skipped]:
        # Folders behind links come last, so that a folder inside the tree is met under its own name.
        waiting = [_Folder("", root, os.path.realpath(root).rstrip("/"))]
        while waiting or self.behind_links:
            folder = waiting.pop() if waiting else self.behind_links.pop(0)
            try:
                if self.chosen.follow_symlinks and not self._enters(folder.path):
                    continue
                with os.scandir(folder.path) as entries:
                    listed = sorted(entries, key=lambda entry: os.fsencode(entry.name))
            except OSError as error:
                yield Skipped(folder.relative or ".", "unreadable", error.strerror or str(error))
                continue
            for entry in listed:
                match self._look_at(entry, folder):
                    case _Folder() as deeper:
                        (self.behind_links if entry.is_symlink() else waiting).append(deeper)
                    case FoundFile() | Skipped() as met:
                        yield met

    def _enters(self, path: str) -> bool:
        status = Path(path).stat()
        identity = (status.st_dev, status.st_ino)
        if identity in self.entered:
            return False
        self.entered.add(identity)
        return True

    def _look_at(self, entry: os.DirEntry[str], parent: _Folder) -> FoundFile | Skipped | _Folder | None:
        """Return a file, a folder to enter, what is passed over, or None for a folder of our own."""
        relative = f"{parent.relative}/{entry.name}" if parent.relative else entry.name
        if entry.name in OWN_FOLDERS:
            return None
        if entry.name.startswith(".") and not self.chosen.hidden:
            return Skipped(relative, "hidden")
        try:
            is_link = entry.is_symlink()
            is_folder = entry.is_dir(follow_symlinks=self.chosen.follow_symlinks)
            if self.chosen.excludes(relative + "/" if is_folder else relative):
                return Skipped(relative, "excluded")
            if is_link and not self.chosen.follow_symlinks:
                return Skipped(relative, "symbolic link")
            real_path = os.path.realpath(entry.path) if is_link else f"{parent.real_path}/{entry.name}"
            if is_folder:
                return _Folder(relative, entry.path, real_path)
            return self._file(entry, relative, real_path)
        except OSError as error:
            return Skipped(relative, "unreadable", error.strerror or str(error))

    def _file(self, entry: os.DirEntry[str], relative: str, real_path: str) -> FoundFile | Skipped:
        if not entry.is_symlink() and not entry.is_file():
            return Skipped(relative, "special file")
        if not self.chosen.wants(relative):
            return Skipped(relative, "other suffix")
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            return Skipped(relative, "special file")
        return FoundFile(relative, entry.path, real_path, (status.st_dev, status.st_ino), status.st_size)
