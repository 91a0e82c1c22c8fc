"""Which paragraph is meant: a file and a line, or the beginning of an id."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.plan import DocumentEntry, PlanIndex

_FILE_AND_LINE = re.compile(r"(?P<file>.+):(?P<line>\d{1,18})(?:[-\u2013]\d+)?", re.DOTALL)
_ID = re.compile(r"[0-9a-f]{1,64}")
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Location:
    """A removal or finding by its id, or a line of a document; the other is `""` or 0.

    `is_clean_line` tells that the line is one of the clean file.
    """

    entry: DocumentEntry
    id: str = ""
    line: int = 0
    is_clean_line: bool = False


def locate(index: PlanIndex, where: str, *, root: Path | None = None) -> Location:
    """Return the place in the plan that `where` names.

    `FILE:LINE` counts lines of the original. FILE is a document's name, the path it was read from, or the end of one
    name only; the path of a clean file that lies elsewhere counts the lines of that file.

    Raises UsageError, with what to give instead, where nothing or more than one thing is named.
    """
    if match := _FILE_AND_LINE.fullmatch(where):
        entry, is_clean = entry_of(index, match["file"], root=root)
        if int(match["line"]) == 0:
            raise UsageError(f"{where}: lines count from 1; give another line")
        return Location(entry, line=int(match["line"]), is_clean_line=is_clean)
    if not _ID.fullmatch(where):
        raise UsageError(f"{where}: it is neither FILE:LINE nor an id; give one as reports show them")
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


def entry_of(index: PlanIndex, file: str, *, root: Path | None = None) -> tuple[DocumentEntry, bool]:
    """Return the document that `file` names, and whether by the path of its clean file only.

    Raises UsageError where it names none, or several by the end of their names.
    """
    if entry := index.entry_named(file):
        return entry, False
    path = os.path.realpath(file)
    folder = str(root) if root is not None else index.header.root
    clean: DocumentEntry | None = None
    ending: list[DocumentEntry] = []
    for entry in index.entries:
        if _is_at(path, entry.read) or (root is not None and _is_at(path, f"{root}/{entry.name}")):
            return entry, False
        if entry.written and folder and _is_at(path, f"{folder}/{entry.written}"):
            clean = entry
        if entry.name.endswith(f"/{file}"):
            ending.append(entry)
    if clean is not None:
        return clean, True
    if len(ending) == 1:
        return ending[0], False
    if ending:
        names = _listed([entry.name for entry in ending])
        raise UsageError(f"{file}: {len(ending)} documents are called so ({names}); give the whole name")
    names = _listed([entry.name for entry in index.entries[:_NAMES_SHOWN]])
    raise UsageError(f"{file}: {index.path} has no such document; its names read like {names or 'nothing'}")


def _is_at(path: str, other: str) -> bool:
    # Names are compared before links are followed: that asks the disk for every document.
    if not other or os.path.basename(other) != os.path.basename(path):  # noqa: PTH119 - many of them, and quick
        return False
    return os.path.realpath(other) == path


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more
