"""Which files on the disk are those of a plan, so that nothing else is written over them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dedupe.plan.index import DocumentEntry
    from dedupe.plan.records import PlannedDocument, PlannedFile

    Holder = PlannedDocument | DocumentEntry | PlannedFile


def holds_document(file: Path, documents: Iterable[Holder], folders: Iterable[str | Path]) -> bool:
    """Return whether `file` is a document, or a file that holds some, original or clean, by whatever name or link.

    `folders` are those in which documents lie under their names, or under the names of their clean files.
    """
    try:
        status = os.stat(file)  # noqa: PTH116 - as below
    except (OSError, ValueError):
        return False
    places = [str(folder) for folder in folders]
    return any(_is_at(status, path) for document in documents for path in _paths(document, places))


def _paths(document: Holder, folders: list[str]) -> Iterator[str]:
    read, written, name = document.read, document.written, document.name
    if read:
        yield read
    for folder in folders:
        yield f"{folder}/{name}"
        if written and written != name:
            yield f"{folder}/{written}"


def _is_at(status: os.stat_result, path: str) -> bool:
    try:
        return os.path.samestat(status, os.stat(path))  # noqa: PTH116 - a path for each document takes long to make
    except (OSError, ValueError):
        return False
