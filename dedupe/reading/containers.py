"""Files that hold documents other than as their own bytes: records, or a text that is compressed.

A container is found by its name or its first bytes, and opened when the run begins: then it is known which documents
are in it. What cannot be opened is a value, and is copied as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe.inputs import Skipped
from dedupe.naming import name_order
from dedupe.reading.contents import Content, FileContent, HeldContent
from dedupe.reading.formats import FORMAT_BY_SUFFIX, format_of, suffix_of
from dedupe.reading.opening import TOO_LARGE
from dedupe.reading.sources import BytesSource, FileSource, HeldSource

if TYPE_CHECKING:
    from dedupe.model import Source
    from dedupe.progress import Progress
    from dedupe.reading.records import RecordSource
    from dedupe.settings import Bounds, Settings

AnyFile = FileSource | BytesSource
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
    def stored(self) -> Content:
        """The bytes of the file as they are stored."""
        return stored(self.source)


@dataclass(frozen=True, slots=True)
class Opened:
    """A container and the documents in it.

    `content` is what their places count in, `digest` and `size` are those of the file as it is stored, `""` and 0 where
    it was not read to its end.
    """

    file: RecordFile
    content: Content
    digest: str
    size: int
    records: tuple[RecordSource, ...]
    skipped: tuple[Skipped, ...]

    @property
    def is_readable(self) -> bool:
        """Whether the file could be read at all, so that there is something to be copied."""
        return not any(each.name == self.file.name and each.reason == "unreadable" for each in self.skipped)


@dataclass(slots=True)
class OpenedFiles:
    """All containers of a run, opened; `refused` are documents that have the name of one in them."""

    files: dict[str, Opened] = field(default_factory=dict)
    refused: list[Skipped] = field(default_factory=list)

    @property
    def sources(self) -> Iterator[RecordSource]:
        """Yield the documents in all containers."""
        for opened in self.files.values():
            yield from opened.records

    @property
    def skipped(self) -> Iterator[Skipped]:
        """Yield what was met and is no document."""
        yield from self.refused
        for opened in self.files.values():
            yield from opened.skipped


def stored(file: AnyFile) -> Content:
    """Return the bytes of a file from any place in it."""
    if isinstance(file, BytesSource | HeldSource):
        return HeldContent(file.data)
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
        chosen = _format(file, settings)
        if chosen == "text" and (bounds.document is None or file.size <= bounds.document):
            documents.append(file)
        else:
            containers.append(RecordFile(file, chosen))
    return documents, containers


def _format(file: AnyFile, settings: Settings) -> str:
    known = FORMAT_BY_SUFFIX.get(suffix_of(file.name)) if settings.format == "auto" else settings.format
    if known == "text":
        return "text"
    try:
        return format_of(file.name, stored(file), settings)
    except OSError:
        return "text"


def open_containers(
    containers: Sequence[RecordFile],
    documents: Sequence[Source],
    *,
    settings: Settings,
    bounds: Bounds,
    progress: Progress,
) -> tuple[OpenedFiles, tuple[Source, ...]]:
    """Open each container; return them, and all documents: `documents` and those in containers.

    One of `documents` that has the name of a record is left out and listed.
    """
    opened = OpenedFiles()
    progress.begin("opening", sum(container.source.size for container in containers), "bytes")
    for container in sorted(containers, key=lambda each: name_order(each.name)):
        opened.files[container.name] = _open(container, settings, bounds)
        progress.advance(container.source.size)
    progress.end()
    records = list(opened.sources)
    names = {record.name for record in records}
    kept: list[Source] = [document for document in documents if document.name not in names]
    for document in documents:
        if document.name in names:
            detail = "a record of another file has the same name; rename it"
            opened.refused.append(Skipped(document.name, "unreadable", detail))
    return opened, (*kept, *records)


def _open(container: RecordFile, settings: Settings, bounds: Bounds) -> Opened:
    content = container.stored
    if container.format == "text":
        return Opened(container, content, "", 0, (), (Skipped(container.name, "too large", TOO_LARGE),))
    from dedupe.reading.json_lines import LinesOfFile

    digest, size = hashlib.blake2b(digest_size=16), 0

    def note(piece: bytes) -> None:
        nonlocal size
        digest.update(piece)
        size += len(piece)

    reader = LinesOfFile(container.name, container.source.group, content, settings, bounds, note)
    records: list[RecordSource] = []
    skipped: list[Skipped] = []
    try:
        for each in reader.records():
            if isinstance(each, Skipped):
                skipped.append(each)
            else:
                records.append(each)
    except OSError as error:
        failure = Skipped(container.name, "unreadable", error.strerror or str(error))
        return Opened(container, content, "", 0, (), (failure,))
    return Opened(container, content, digest.hexdigest(), size, tuple(records), tuple(skipped))
