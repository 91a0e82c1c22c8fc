"""Room for columns: large arrays, in memory while they fit and else in files without a name.

`room.py` gives the room, `column.py` an array that grows in it, in memory as `growing.py` lets it; `books.py` counts
bytes, `files.py` makes the files.
"""

from __future__ import annotations

from dedupe.spilling.column import Column
from dedupe.spilling.files import SpillFolder
from dedupe.spilling.room import Room

__all__ = ["Column", "Room", "SpillFolder"]
