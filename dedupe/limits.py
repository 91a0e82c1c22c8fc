"""What a run may take of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.spilling import Room

MEGABYTE = 1024 * 1024
PROGRAM_BYTES = 48 * MEGABYTE
"""What the program itself takes, columns aside: Python, numpy and the documents in hand, measured at 50 MB."""
LEAST_MEMORY_MEGABYTES = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take of the machine; it never alters a result.

    `max_memory` is about how many bytes the run may hold in all, None for as many as it takes. `tmp_dir` is the folder
    of temporary files, None for the system's.

    Raises UsageError for less memory than the program works with.
    """

    max_memory: int | None = None
    tmp_dir: Path | None = None

    def __post_init__(self) -> None:
        if self.max_memory is not None and self.max_memory < LEAST_MEMORY_MEGABYTES * MEGABYTE:
            raise UsageError(
                f"max-memory of {self.max_memory:,} bytes is too little to work with;"
                f" give at least {LEAST_MEMORY_MEGABYTES}M"
            )

    def check_tmp_dir(self) -> None:
        """Raise SpillFailed if `tmp_dir` is a folder in which no file can be made."""
        if self.tmp_dir is not None:
            from dedupe.spilling import SpillFolder

            SpillFolder(self.tmp_dir).check()

    def room(self) -> Room:
        """Return a new room for columns: for what the program itself leaves of `max_memory`."""
        from dedupe.spilling import Room

        max_bytes = None if self.max_memory is None else self.max_memory - PROGRAM_BYTES
        return Room(max_bytes=max_bytes, folder=self.tmp_dir)
