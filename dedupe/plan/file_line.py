"""The line of a file that holds documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.writing.rebuilding import CleanFile, Written


def file_line(file: CleanFile, written: Written) -> dict[str, object]:
    """Return what a plan says of a file whose clean version is like `written`."""
    opened = file.opened
    size, digest = opened.original
    return {
        "kind": "file",
        "name": opened.file.name,
        "format": opened.file.format,
        "compression": opened.file.compression,
        "bytes": size,
        "digest": digest,
        "cleaned_bytes": written.size,
        "cleaned_digest": written.digest,
        "spliced": file.is_spliced,
    }
