"""From the paths of a request to the texts of its documents; a bad file is a value, not an exception."""

from __future__ import annotations

from dedupe.reading.binary import is_binary
from dedupe.reading.containers import part_containers
from dedupe.reading.decoding import decode
from dedupe.reading.discovery import discover
from dedupe.reading.opening import read_text
from dedupe.reading.sources import BytesSource, Discovery, FileSource, HeldSource

__all__ = [
    "BytesSource",
    "Discovery",
    "FileSource",
    "HeldSource",
    "decode",
    "discover",
    "is_binary",
    "part_containers",
    "read_text",
]
