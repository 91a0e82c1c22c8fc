"""Which paragraph is meant: a file and a line, or the beginning of an id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.errors import UsageError
from dedupe.plan.naming import entry_of, record_at

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.plan import DocumentEntry, PlanIndex

_FILE_AND_LINE = re.compile(r"(?P<file>.+):(?P<line>\d{1,18})(?:[-\u2013]\d+)?", re.DOTALL)
_ID = re.compile(r"[0-9a-f]{1,64}")
_IDS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Location:
    """A removal or finding by its id, or a line of a document, or with neither the whole document.

    `is_clean_line` tells that the line is one of the clean file.
    """

    entry: DocumentEntry
    id: str = ""
    line: int = 0
    is_clean_line: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the whole document is meant."""
        return not self.id and not self.line


def locate(index: PlanIndex, where: str, *, root: Path | None = None) -> Location:
    """Return the place in the plan that `where` names.

    `FILE:LINE` counts lines of the original. FILE is a document's name, the path it was read from, or the end of one
    name only; the path of a clean file that lies elsewhere counts the lines of that file. FILE alone is the whole
    document. What may be an id or its beginning is one, unless a document is called exactly so.

    Raises UsageError, with what to give instead, where nothing or more than one thing is named.
    """
    if entry := index.entry_named(where) or record_at(index, where, root=root):
        return Location(entry)
    if match := _FILE_AND_LINE.fullmatch(where):
        entry, is_clean = entry_of(index, match["file"], root=root)
        if int(match["line"]) == 0:
            raise UsageError(f"{where}: lines count from 1; give another line")
        return Location(entry, line=int(match["line"]), is_clean_line=is_clean)
    if not _ID.fullmatch(where):
        return Location(entry_of(index, where, root=root)[0])
    found = dict(index.ids_beginning(where))
    if where in found:
        return Location(found[where], id=where)
    if not found:
        raise UsageError(
            f"{where}: no removal and no finding of {index.path} has an id like this; give another"
        )
    if len(found) > 1:
        raise UsageError(
            f"{where}: {len(found)} ids begin like this ({_listed(list(found))}); give more of it"
        )
    [(whole, entry)] = found.items()
    return Location(entry, id=whole)


def _listed(ids: list[str]) -> str:
    more = f" and {len(ids) - _IDS_SHOWN} more" if len(ids) > _IDS_SHOWN else ""
    return ", ".join(ids[:_IDS_SHOWN]) + more
