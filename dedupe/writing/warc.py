"""WARC and WET written again as WET: a record of plain text for each document, without what was cut out of it.

The form is that of Common Crawl's files of texts: `conversion` records that refer to what they were made of (ISO 28500,
WARC 1.1, 6.7). Compressed with gzip each record is a member of its own, so that readers can jump to it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dedupe.reading.compression import compressed
from dedupe.reading.records import without
from dedupe.reading.warc import KEPT_KINDS, entries_of

if TYPE_CHECKING:
    from dedupe.reading.contents import Content
    from dedupe.reading.opened import Opened
    from dedupe.reading.records import ByteRange, SpooledRecord
    from dedupe.reading.warc import Entry

_COPIED = (b"warc-target-uri", b"warc-date", b"warc-warcinfo-id")
_DIGESTS = (b"warc-block-digest", b"warc-payload-digest")
_LINE_END = re.compile(rb"\r\n(?![ \t])")
"""Between fields; a line that begins with a space goes on with the field before it."""


def texts_of_warc(opened: Opened, cuts: list[ByteRange], dropped: frozenset[int]) -> Iterator[bytes]:
    """Yield the bytes of the file of texts, compressed as the file is; records that are `dropped` are left out.

    Raises OSError as the system does, DamagedFileError where the file is not what it was.
    """
    pieces = _records(opened, cuts, dropped)
    match opened.file.compression:
        case "":
            yield from pieces
        case "gz":
            for piece in pieces:
                yield from compressed((piece,), "gz")
        case other:
            yield from compressed(pieces, other)


def _records(opened: Opened, cuts: list[ByteRange], dropped: frozenset[int]) -> Iterator[bytes]:
    records: Iterable[SpooledRecord] = opened.records  # type: ignore[assignment]
    source_of = {record.record.number: record for record in records}
    place = 0
    for entry in entries_of(opened.content, opened.content_size):
        source = source_of.get(entry.number)
        ranges = []
        while source is not None and place < len(cuts) and cuts[place][0] < source.end:
            start, end = cuts[place]
            ranges.append((start - source.start, end - source.start))
            place += 1
        if entry.number in dropped:
            continue
        if entry.kind in KEPT_KINDS and not ranges:
            yield _copied(opened.content, entry)
        elif source is not None:
            text = without(source.read(), ranges)
            yield _conversion(opened.content.read(entry.start, entry.body), entry, text)


def _copied(content: Content, entry: Entry) -> bytes:
    """Return a record as it stands, with the two line ends behind it, which the last of a file may lack."""
    if content.read(entry.body_end, entry.end).startswith(b"\r\n\r\n"):
        return content.read(entry.start, entry.end)
    return content.read(entry.start, entry.body_end) + b"\r\n\r\n"


def _conversion(head: bytes, entry: Entry, text: bytes) -> bytes:
    """Return the record of a text whose own header, or that of what it was read from, is `head`."""
    lines = _LINE_END.split(head.removesuffix(b"\r\n\r\n"))
    digest = b"sha1:" + base64.b32encode(hashlib.sha1(text, usedforsecurity=False).digest())
    if entry.kind == "conversion":
        changed = [_changed(line, digest, len(text)) for line in lines]
    else:
        changed = [*_referring(lines, entry.number), b"WARC-Block-Digest: " + digest]
        changed += [b"Content-Type: text/plain", b"Content-Length: %d" % len(text)]
    return b"\r\n".join(changed) + b"\r\n\r\n" + text + b"\r\n\r\n"


def _changed(line: bytes, digest: bytes, size: int) -> bytes:
    name = _name_of(line)
    if name == b"content-length":
        return line.partition(b":")[0] + b": %d" % size
    return line.partition(b":")[0] + b": " + digest if name in _DIGESTS else line


def _referring(lines: list[bytes], number: int) -> Iterator[bytes]:
    """Yield the first lines of a header for the text of another record: those that say where it is from."""
    yield lines[0]
    yield b"WARC-Type: conversion"
    identity = b"%d" % number
    for line in lines[1:]:
        if _name_of(line) in _COPIED:
            yield line
        elif _name_of(line) == b"warc-record-id":
            identity = line.partition(b":")[2].strip()
            yield b"WARC-Refers-To: " + identity
    yield b"WARC-Record-ID: <urn:uuid:%s>" % _uuid_of(identity)


def _uuid_of(identity: bytes) -> bytes:
    """Return an identifier made of another one (RFC 9562, version 8), so that the same input gives the same output."""
    digits = hashlib.blake2b(identity, digest_size=16, person=b"dedupe WET").hexdigest()
    digits = f"{digits[:12]}8{digits[13:16]}{'89ab'[int(digits[16], 16) % 4]}{digits[17:]}"
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return "-".join(parts).encode("ascii")


def _name_of(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()
