"""WARC and WET: what a crawler fetched, or the texts that were made of it, each record a document.

A record of plain text is a document as it stands, one of HTML is read as a page. Texts are put into the spool when the
file is opened; the file itself is read again, record by record, when it is written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedupe.inputs import Record, Skipped
from dedupe.reading.compression import DamagedFileError, TooLargeError
from dedupe.reading.contents import ContentFile
from dedupe.reading.pages import Page
from dedupe.reading.records import SpooledRecord, group_of, name_of

if TYPE_CHECKING:
    from dedupe.reading.contents import Content, ContentSpool
    from dedupe.reading.pages import PageReader
    from dedupe.settings import Bounds, Settings

KEPT_KINDS = ("warcinfo", "conversion")
"""Records that stand in a file of texts too; the others are what texts are made of, or belong to that."""
_WITH_BODIES = ("response", "resource", "conversion")
_PLAIN, _HTML = ("text/plain",), ("text/html", "application/xhtml+xml")
_MOST_HEADER_BYTES = 1 << 16
_PAGES_AT_ONCE, _PAGE_BYTES_AT_ONCE = 64, 1 << 25
_TOO_LARGE = "its text is larger than --max-document-bytes"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of the file, from `start` to `end` of its content, its header up to `body`, its block up to `body_end`.

    `number` counts from 1; `media` is the type its header names, in lower case and without parameters.
    """

    number: int
    start: int
    body: int
    body_end: int
    end: int
    kind: str
    uri: str
    media: str

    @property
    def may_have_text(self) -> bool:
        """Whether a text may be found in it."""
        return self.kind in _WITH_BODIES


@dataclass(frozen=True, slots=True)
class Body:
    """What a record brought: bytes, their media type and the encoding that is named for them."""

    content: bytes
    media: str
    encoding: str


def entries_of(content: Content, size: int) -> Iterator[Entry]:
    """Yield the records of a file, in order.

    Raises DamagedFileError for what is no such file or ends too early, OSError as the system does.
    """
    from fastwarc.warc import ArchiveIterator

    before: tuple[int, str, str, str, int] | None = None
    number = 0
    try:
        for record in ArchiveIterator(ContentFile(content, size), parse_http=False):
            met = (record.stream_pos, *_said(record))
            if before is not None:
                number += 1
                yield _entry(content, number, before, met[0])
            before = met
    except OSError as error:
        if error.errno is not None:
            raise
        raise DamagedFileError(f"it is damaged, or is no WARC file ({error})") from error
    if before is None:
        raise DamagedFileError("it is no WARC file: it has no record")
    yield _entry(content, number + 1, before, size)


def _said(record: Any) -> tuple[str, str, str, int]:
    headers = record.headers
    uri = (headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")
    media = (headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    return str(record.record_type), uri, media, int(record.content_length)


def _entry(content: Content, number: int, met: tuple[int, str, str, str, int], end: int) -> Entry:
    start, kind, uri, media, length = met
    head = content.read(start, min(end, start + _MOST_HEADER_BYTES))
    found = head.find(b"\r\n\r\n")
    body = start + found + 4
    if found < 0 or body + length > end:
        raise DamagedFileError(f"its record {number} ends too early")
    return Entry(number, start, body, body + length, end, kind, uri, media)


@dataclass(frozen=True, slots=True)
class RecordsOfWarc:
    """Reads the records of one file; `name` and `group` are the file's.

    No more than `most` bytes may come out of it, as text and unpacked on the way; None for any number.
    """

    name: str
    group: str
    content: Content
    size: int
    spool: ContentSpool
    pages: PageReader
    settings: Settings
    bounds: Bounds
    most: int | None
    jobs: int

    def records(self) -> Iterator[SpooledRecord | Skipped]:
        """Yield a source for each record that has a text, and why there is none for each other.

        Raises DamagedFileError for what is no such file, TooLargeError once more comes out of it than may, OSError as
        the system does.
        """
        waiting: list[tuple[Entry, Body | Skipped]] = []
        total = held = 0
        for entry in entries_of(self.content, self.size):
            found = self._body(entry)
            waiting.append((entry, found))
            if isinstance(found, Body):
                total, held = total + len(found.content), held + len(found.content)
                if self.most is not None and total > self.most:
                    raise TooLargeError
            if len(waiting) >= _PAGES_AT_ONCE or held >= _PAGE_BYTES_AT_ONCE:
                yield from self._read(waiting)
                waiting, held = [], 0
        yield from self._read(waiting)

    def _body(self, entry: Entry) -> Body | Skipped:
        name = name_of(self.name, entry.number)
        if not entry.may_have_text:
            return Skipped(name, "without text")
        most = self.bounds.document
        if most is not None and entry.body_end - entry.body > most:
            return Skipped(name, "too large", _TOO_LARGE)
        if entry.media != "application/http":
            return Body(self.content.read(entry.body, entry.body_end), entry.media, "")
        body = _http_body(self.content.read(entry.start, entry.end), most)
        if body is None:
            return Skipped(name, "malformed", "its HTTP response cannot be read")
        if most is not None and len(body.content) > most:
            return Skipped(name, "too large", _TOO_LARGE)
        return body

    def _read(self, waiting: list[tuple[Entry, Body | Skipped]]) -> Iterator[SpooledRecord | Skipped]:
        pages = [
            Page(name_of(self.name, entry.number), body.content, body.encoding)
            for entry, body in waiting
            if isinstance(body, Body) and body.media in _HTML
        ]
        texts = self.pages.texts_of(pages, jobs=self.jobs)
        for entry, body in waiting:
            if isinstance(body, Skipped):
                yield body
            elif body.media in _HTML:
                text = next(texts)
                yield text if isinstance(text, Skipped) else self._record(entry, text, is_utf8=True)
            elif body.media in _PLAIN:
                yield self._record(entry, body.content, is_utf8=False)
            else:
                yield Skipped(name_of(self.name, entry.number), "without text")

    def _record(self, entry: Entry, text: bytes, *, is_utf8: bool) -> SpooledRecord:
        start = self.spool.size
        self.spool.add(text)
        group = group_of(self.settings.group_by, self.group, entry.uri)
        record = Record(self.name, entry.number, entry.uri)
        name = name_of(self.name, entry.number)
        return SpooledRecord(name, group, self.spool, record, start, start + len(text), is_utf8)


def _http_body(raw: bytes, most: int | None) -> Body | None:
    """Return what a response of HTTP brought, unpacked, and a byte too much where that is more than `most`."""
    from fastwarc.warc import WarcRecord

    for decoding in ("all", "none"):
        with contextlib.suppress(OSError, ValueError):
            record = WarcRecord.from_bytes(raw)
            record.parse_http(auto_decode=decoding)
            media = (record.http_content_type or "").partition(";")[0].strip().lower()
            read: Callable[..., bytes] = record.reader.read
            body = Body(read() if most is None else read(most + 1), media, record.http_charset or "")
            # Some crawlers unpack what they store and leave the header that says how it was packed.
            if decoding == "all" or body.content.lstrip()[:1] == b"<":
                return body
    return None
