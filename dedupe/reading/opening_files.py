"""Opening files that hold documents, each by its format.

What cannot be opened is a value, and is copied as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.inputs import Skipped
from dedupe.naming import name_order
from dedupe.reading.compression import LEAST_CAP_BYTES, DamagedFileError, TooLargeError, decompressed
from dedupe.reading.containers import REENCODED, RecordFile
from dedupe.reading.contents import Content, ContentSpool, chunks
from dedupe.reading.opened import Opened, OpenedFiles
from dedupe.reading.opening import TOO_LARGE
from dedupe.reading.pages import Page, PageReader
from dedupe.reading.records import WholeText
from dedupe.threads import map_in_threads

if TYPE_CHECKING:
    from dedupe.model import Source
    from dedupe.progress import Progress
    from dedupe.reading.records import RecordSource
    from dedupe.settings import Bounds, Settings

FAILURES = (OSError, DamagedFileError, TooLargeError)
"""What says that a file cannot be opened."""


def open_containers(
    containers: Sequence[RecordFile],
    documents: Sequence[Source],
    *,
    settings: Settings,
    bounds: Bounds,
    spool: ContentSpool,
    progress: Progress,
    jobs: int = 1,
) -> tuple[OpenedFiles, tuple[Source, ...]]:
    """Open each container; return them, and all documents: `documents` and those in containers.

    What is not to be read where it lies goes into the spool. One of `documents` that has the name of a record is left
    out and listed. As many pages of HTML are read at once as there are `jobs`.
    """
    opened = OpenedFiles()
    progress.begin("opening", sum(container.source.size for container in containers), "bytes")
    ordered = sorted(containers, key=lambda each: name_order(each.name))
    with PageReader(bounds.seconds) as pages:
        opening = _Opening(spool, settings, bounds, pages, jobs)
        paged = [each for each in ordered if each.format == "html"]
        read = map_in_threads(opening.page_of, paged, jobs=jobs, stop=pages.close)
        for container in ordered:
            if container.format == "html":
                opened.files[container.name] = opening.opened_page(container, next(read))
            else:
                opened.files[container.name] = opening.opened(container)
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


@dataclass(frozen=True, slots=True)
class _PageText:
    """The text of a page in UTF-8, and what the file was like that it was read from."""

    text: bytes
    digest: _Digest


@dataclass(frozen=True, slots=True)
class _Opening:
    """Opens files one after the other; what is wrong with one stands among what is skipped."""

    spool: ContentSpool
    settings: Settings
    bounds: Bounds
    pages: PageReader
    jobs: int

    def opened(self, file: RecordFile) -> Opened:
        """Open a file; nothing of it stays in the spool where that fails."""
        before = self.spool.size
        try:
            return self._opened(file)
        except FAILURES as error:
            self.spool.forget(before)
            return _closed(file, _failure(file, error))

    def _opened(self, file: RecordFile) -> Opened:
        digest = _Digest()
        if file.format == "text" and not file.compression:
            return _closed(file, Skipped(file.name, "too large", TOO_LARGE))
        if file.compression:
            content, size = self._unpacked(file, digest)
            if file.format == "text":
                whole = WholeText(file.name, file.source.group, content, size)
                return Opened(file, content, digest.value, digest.size, (whole,), ())
            found = self._records(file, content, size, _unnoted)
        elif file.format in REENCODED:
            for piece in chunks(file.stored):
                digest.note(piece)
            content = file.stored
            found = self._records(file, content, digest.size, _unnoted)
        else:
            content = file.stored
            found = self._records(file, content, 0, digest.note)
        records, skipped = _parted(found)
        if not records and not file.is_converted:
            return Opened(file, file.stored, "", 0, (), skipped)  # it need not have been read to its end
        return Opened(file, content, digest.value, digest.size, records, skipped)

    def _unpacked(self, file: RecordFile, digest: _Digest) -> tuple[Content, int]:
        before = self.spool.size
        most = _most(file, self.bounds)
        for piece in decompressed(digest.noting(chunks(file.stored)), file.compression, most=most):
            self.spool.add(piece)
        return self.spool.content(before), self.spool.size - before

    def _records(
        self, file: RecordFile, content: Content, size: int, note: Callable[[bytes], object]
    ) -> Iterator[RecordSource | Skipped]:
        name, group, settings, bounds = file.name, file.source.group, self.settings, self.bounds
        match file.format:
            case "csv" | "tsv":
                from dedupe.reading.csv_rows import RowsOfFile

                return RowsOfFile(name, group, file.format, content, settings, bounds, note).records()
            case "parquet" | "arrow":
                from dedupe.reading.tables import RowsOfTable

                most = _most(file, bounds)
                table = RowsOfTable(
                    name, group, file.format, content, size, self.spool, settings, bounds, most
                )
                return table.records()
            case "warc":
                from dedupe.reading.warc import RecordsOfWarc

                most = _most(file, bounds)
                warc = RecordsOfWarc(
                    name, group, content, size, self.spool, self.pages, settings, bounds, most, self.jobs
                )
                return warc.records()
            case _:
                from dedupe.reading.json_lines import LinesOfFile

                return LinesOfFile(name, group, content, settings, bounds, note).records()

    def page_of(self, file: RecordFile) -> _PageText | Skipped:
        """Return the text of a page that is a file of its own; several threads may ask at once."""
        digest = _Digest()
        try:
            pieces: Iterable[bytes] = digest.noting(chunks(file.stored))
            most = _most(file, self.bounds)
            if file.compression:
                # Once to see that it is not too large, so that no bomb is held.
                for _ in decompressed(chunks(file.stored), file.compression, most=most):
                    pass
                pieces = decompressed(pieces, file.compression, most=most)
            elif most is not None and file.source.size > most:
                raise TooLargeError
            text = self.pages.text_or_failure(Page(file.name, b"".join(pieces)))
        except FAILURES as error:
            return _failure(file, error)
        return text if isinstance(text, Skipped) else _PageText(text, digest)

    def opened_page(self, file: RecordFile, page: _PageText | Skipped) -> Opened:
        """Open a file that is a page."""
        if isinstance(page, Skipped):
            return _closed(file, page)
        before = self.spool.size
        self.spool.add(page.text)
        content = self.spool.content(before)
        whole = WholeText(file.name, file.source.group, content, len(page.text), is_utf8=True)
        text_digest = _Digest()
        text_digest.note(page.text)
        digest = page.digest
        return Opened(file, content, digest.value, digest.size, (whole,), (), text_digest.value)


def _failure(file: RecordFile, error: Exception) -> Skipped:
    """Return what a file is skipped as that cannot be opened."""
    match error:
        case DamagedFileError():
            return Skipped(file.name, "damaged", str(error))
        case TooLargeError():
            return Skipped(file.name, "too large", _why_too_large(file))
        case OSError():
            return Skipped(file.name, "unreadable", error.strerror or str(error))
    raise error


def _most(file: RecordFile, bounds: Bounds) -> int | None:
    """Return how many bytes may come out of a compressed file."""
    limits = [bounds.document] if file.format in ("text", "html") else []
    if bounds.expansion is not None:
        limits.append(max(LEAST_CAP_BYTES, bounds.expansion * file.source.size))
    return min((limit for limit in limits if limit is not None), default=None)


def _why_too_large(file: RecordFile) -> str:
    if file.format == "html" and not file.compression:
        return TOO_LARGE
    if not file.compression and file.format not in REENCODED:
        return "a row of it is larger than --max-document-bytes"
    return "more comes out of it than --max-expand or --max-document-bytes allows"


def _parted(
    found: Iterator[RecordSource | Skipped],
) -> tuple[tuple[RecordSource, ...], tuple[Skipped, ...]]:
    """Return the records of a file, and what there is that is none."""
    records: list[RecordSource] = []
    skipped: list[Skipped] = []
    for each in found:
        if isinstance(each, Skipped):
            skipped.append(each)
        else:
            records.append(each)
    return tuple(records), tuple(skipped)


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
