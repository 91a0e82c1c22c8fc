"""Hold a folder for one run, and leave it as it was if nothing comes of it."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from dedupe.errors import FolderLocked
from dedupe.writing import disk
from dedupe.writing.failures import write_failed

if TYPE_CHECKING:
    from pathlib import Path


class FolderClaim:
    """A folder that is made if need be and ours alone, by the file `lock` in it, until it is released.

    Raises FolderLocked when another run has it, WriteFailed when the system refuses.
    """

    def __init__(self, folder: Path, *, shown: Path) -> None:
        self._lock_file = folder / "lock"
        self._made: list[Path] = []
        self._descriptor = -1
        try:
            self._made = make_folders(folder)
            descriptor = disk.open_lock(self._lock_file)
        except OSError as error:
            self.undo()
            raise write_failed(shown, error) from error
        if descriptor is None:
            raise FolderLocked(f"{shown}: another run is writing there; wait until it has ended")
        self._descriptor = descriptor

    @property
    def is_held(self) -> bool:
        """Whether the folder is still ours alone."""
        return self._descriptor >= 0

    def release(self) -> None:
        """Let other runs in; the folder stays."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def undo(self) -> None:
        """Let other runs in, and remove the folders that were made here where nothing else is in them."""
        with contextlib.suppress(OSError):
            if self._made and self._descriptor >= 0:
                disk.remove(self._lock_file)
            for folder in reversed(self._made):
                disk.remove_folder(folder)
        self.release()


def make_folders(folder: Path) -> list[Path]:
    """Make `folder` and the folders above it that are missing; return those made, outermost first."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    made = []
    for path in reversed(missing):
        # Another run may make the same folder at the same moment.
        with contextlib.suppress(FileExistsError):
            disk.make_folder(path)
            made.append(path)
    return made
