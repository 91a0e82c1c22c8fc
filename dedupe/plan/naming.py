"""Which document of a plan is meant by what a person types."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dedupe.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.plan.index import DocumentEntry, PlanIndex

_NAMES_SHOWN = 5


def entry_of(index: PlanIndex, file: str, *, root: Path | None = None) -> tuple[DocumentEntry, bool]:
    """Return the document that `file` names, and whether by the path of its clean file only.

    Raises UsageError where it names none, or several by the end of their names.
    """
    if entry := index.entry_named(file) or record_at(index, file, root=root):
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


def record_at(index: PlanIndex, typed: str, *, root: Path | None = None) -> DocumentEntry | None:
    """Return the record that is named by the path of its file, a colon and its number; None where none is."""
    file, colon, number = typed.rpartition(":")
    if not colon or not number.isdecimal():
        return None
    path = os.path.realpath(file)
    for held in index.files:
        if _is_at(path, held.read) or (root is not None and _is_at(path, f"{root}/{held.name}")):
            return index.entry_named(f"{held.name}:{number}")
    return None


def _is_at(path: str, other: str) -> bool:
    # Names are compared before links are followed: that asks the disk for every document.
    if not other or os.path.basename(other) != os.path.basename(path):  # noqa: PTH119 - many of them, and quick
        return False
    return os.path.realpath(other) == path


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more
