"""Files that hold documents, opened: which documents are in them, and where.

What cannot be opened is a value, and is copied as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe.inputs import Skipped
from dedupe.naming import name_order
from dedupe.reading.compression import (
    LEAST_CAP_BYTES,
    DamagedFileError,
    TooLargeError,
    decompressed,
)
from dedupe.reading.containers import REENCODED, RecordFile
from dedupe.reading.contents import Content, ContentSpool, chunks
from dedupe.reading.opening import TOO_LARGE
from dedupe.reading.records import WholeText

if TYPE_CHECKING:
    from dedupe.model import Source
    from dedupe.progress import Progress
    from dedupe.reading.records import RecordSource
    from dedupe.settings import Bounds, Settings


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


def open_containers(
    containers: Sequence[RecordFile],
    documents: Sequence[Source],
    *,
    settings: Settings,
    bounds: Bounds,
    spool: ContentSpool,
    progress: Progress,
) -> tuple[OpenedFiles, tuple[Source, ...]]:
    """Open each container; return them, and all documents: `documents` and those in containers.

    What is not to be read where it lies goes into the spool. One of `documents` that has the name of a record is left
    out and listed.
    """
    opened = OpenedFiles()
    progress.begin("opening", sum(container.source.size for container in containers), "bytes")
    for container in sorted(containers, key=lambda each: name_order(each.name)):
        opened.files[container.name] = _open(container, spool, settings, bounds)
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


def _open(file: RecordFile, spool: ContentSpool, settings: Settings, bounds: Bounds) -> Opened:
    """Open a file; what is wrong with it stands among what is skipped, and nothing of it in the spool."""
    before = spool.size
    digest = _Digest()
    try:
        if file.compression:
            return _open_compressed(file, spool, digest, settings, bounds)
        if file.format == "text":
            return _closed(file, Skipped(file.name, "too large", TOO_LARGE))
        if file.format in REENCODED:
            return _open_table(file, spool, digest, settings, bounds)
        records, skipped = _parted(file, file.stored, settings, bounds, digest.note)
        if not records:
            return Opened(file, file.stored, "", 0, (), skipped)  # it need not have been read to its end
        return Opened(file, file.stored, digest.value, digest.size, records, skipped)
    except OSError as error:
        failure = Skipped(file.name, "unreadable", error.strerror or str(error))
    except DamagedFileError as error:
        failure = Skipped(file.name, "damaged", str(error))
    except TooLargeError:
        failure = Skipped(file.name, "too large", _why_too_large(file))
    spool.forget(before)
    return _closed(file, failure)


def _open_compressed(
    file: RecordFile, spool: ContentSpool, digest: _Digest, settings: Settings, bounds: Bounds
) -> Opened:
    before = spool.size
    for piece in decompressed(digest.noting(chunks(file.stored)), file.compression, most=_most(file, bounds)):
        spool.add(piece)
    content = spool.content(before)
    size = spool.size - before
    if file.format == "text":
        whole = WholeText(file.name, file.source.group, content, size)
        return Opened(file, content, digest.value, digest.size, (whole,), ())
    records, skipped = _parted(file, content, settings, bounds, _unnoted)
    return Opened(file, content, digest.value, digest.size, records, skipped)


def _open_table(
    file: RecordFile, spool: ContentSpool, digest: _Digest, settings: Settings, bounds: Bounds
) -> Opened:
    from dedupe.reading.tables import RowsOfTable

    for piece in chunks(file.stored):
        digest.note(piece)
    rows = RowsOfTable(
        file.name,
        file.source.group,
        file.format,
        file.stored,
        digest.size,
        spool,
        settings,
        bounds,
        _most(file, bounds),
    )
    found = list(rows.records())
    records = tuple(each for each in found if not isinstance(each, Skipped))
    skipped = tuple(each for each in found if isinstance(each, Skipped))
    return Opened(file, spool.content(0), digest.value, digest.size, records, skipped)


def _most(file: RecordFile, bounds: Bounds) -> int | None:
    """Return how many bytes may come out of a compressed file."""
    limits = [bounds.document] if file.format == "text" else []
    if bounds.expansion is not None:
        limits.append(max(LEAST_CAP_BYTES, bounds.expansion * file.source.size))
    return min((limit for limit in limits if limit is not None), default=None)


def _why_too_large(file: RecordFile) -> str:
    if not file.compression and file.format not in REENCODED:
        return "a row of it is larger than --max-document-bytes"
    return "more comes out of it than --max-expand or --max-document-bytes allows"


def _parted(
    file: RecordFile, content: Content, settings: Settings, bounds: Bounds, note: Callable[[bytes], object]
) -> tuple[tuple[RecordSource, ...], tuple[Skipped, ...]]:
    """Return the records of a file, and what there is that is none."""
    records: list[RecordSource] = []
    skipped: list[Skipped] = []
    for each in _records_of(file, content, settings, bounds, note):
        if isinstance(each, Skipped):
            skipped.append(each)
        else:
            records.append(each)
    return tuple(records), tuple(skipped)


def _records_of(
    file: RecordFile, content: Content, settings: Settings, bounds: Bounds, note: Callable[[bytes], object]
) -> Iterator[RecordSource | Skipped]:
    name, group = file.name, file.source.group
    if file.format in ("csv", "tsv"):
        from dedupe.reading.csv_rows import RowsOfFile

        return RowsOfFile(name, group, file.format, content, settings, bounds, note).records()
    from dedupe.reading.json_lines import LinesOfFile

    return LinesOfFile(name, group, content, settings, bounds, note).records()


def _unnoted(piece: bytes) -> None:
    """Do nothing: what was decompressed is not what is digested."""


def _closed(file: RecordFile, failure: Skipped) -> Opened:
    return Opened(file, file.stored, "", 0, (), (failure,))


class _Digest:
    """The digest and the size of pieces that are noted one after the other."""

    def __init__(self) -> None:
        self._digest = hashlib.blake2b(digest_size=16)
        self.size = 0

    @property
    def value(self) -> str:
        """The digest of what was noted so far."""
        return self._digest.hexdigest()

    def note(self, piece: bytes) -> None:
        """Take a piece into account."""
        self._digest.update(piece)
        self.size += len(piece)

    def noting(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield pieces that are noted as they go by."""
        for piece in pieces:
            self.note(piece)
            yield piece
