"""Files that hold documents other than as their own bytes: records, or a text that is compressed.

They are found by their names or their first bytes; `opened.py` opens them when the run begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.errors import UsageError
from dedupe.reading import formats
from dedupe.reading.compression import (
    DamagedFileError,
    compression_of,
    decompressed,
    require,
    without_suffix,
)
from dedupe.reading.contents import Content, FileContent, HeldContent, chunks
from dedupe.reading.formats import FORMAT_BY_SUFFIX, format_of, suffix_of
from dedupe.reading.sources import BytesSource, FileSource, HeldSource, SpooledSource

if TYPE_CHECKING:
    from dedupe.settings import Bounds, Settings

_LOOKED_AT_BYTES = 1 << 16
_BEGIN_BYTES = 1 << 20

AnyFile = FileSource | BytesSource | SpooledSource
"""A file, or standard input."""


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A file that holds documents, its format, and how that is compressed, `""` if it is not."""

    source: AnyFile
    format: str
    compression: str = ""

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.source.name

    @property
    def is_reencoded(self) -> bool:
        """Whether it is written anew, and not from its own bytes, when something goes."""
        return self.format in REENCODED

    @property
    def is_converted(self) -> bool:
        """Whether the clean version has another format."""
        return self.format in CONVERTED

    @property
    def stored(self) -> Content:
        """The bytes of the file as they are stored."""
        return stored(self.source)


REENCODED = frozenset(("parquet", "arrow", "warc"))
"""Formats that are written anew when something goes."""
CONVERTED = frozenset(("html", "warc"))
"""Formats whose clean version has another one: never in place, and not copied where they cannot be read."""


def stored(file: AnyFile) -> Content:
    """Return the bytes of a file from any place in it."""
    if isinstance(file, BytesSource | HeldSource):
        return HeldContent(file.data)
    if isinstance(file, SpooledSource):
        return file.content
    return FileContent(file.path)


def part_containers(
    files: Iterable[AnyFile], settings: Settings, bounds: Bounds
) -> tuple[list[AnyFile], list[RecordFile]]:
    """Return the files that are documents themselves, and those that hold documents.

    A file that cannot be read is left among the documents: what is wrong with it shows when it is read. One that is
    larger than a document may be is none, and is never held in memory.
    """
    documents: list[AnyFile] = []
    containers: list[RecordFile] = []
    for file in files:
        form, compression = _format(file, settings)
        is_document = form == "text" and not compression
        if is_document and (bounds.document is None or file.size <= bounds.document):
            documents.append(file)
        else:
            containers.append(RecordFile(file, form, compression))
    return documents, containers


def _format(file: AnyFile, settings: Settings) -> tuple[str, str]:
    """Return the format of a file, and how it is compressed.

    Raises UsageError where something has to be installed for it.
    """
    if settings.format == "auto" and FORMAT_BY_SUFFIX.get(suffix_of(file.name)) == "text":
        return "text", ""
    content = stored(file)
    try:
        compression = compression_of(file.name, content.read(0, _LOOKED_AT_BYTES))
        form = format_of(file.name, content, settings) if not compression else ""
    except OSError:
        return "text", ""
    try:
        if compression:
            require(compression)
            begin = HeldContent(_begin(content, compression))
            form = format_of(without_suffix(file.name), begin, settings)
        formats.require(form)
    except UsageError as error:
        raise UsageError(f"{file.name}: {error}") from error
    return form, compression


def _begin(content: Content, compression: str) -> bytes:
    """Return how a compressed content begins; nothing where it is damaged, which shows when it is opened."""
    pieces: list[bytes] = []
    try:
        for piece in decompressed(chunks(content, _LOOKED_AT_BYTES), compression, most=None):
            pieces.append(piece)
            if sum(map(len, pieces)) >= _BEGIN_BYTES:
                break
    except (DamagedFileError, OSError):
        pass
    return b"".join(pieces)
