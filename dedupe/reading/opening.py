"""One document, from its source to its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.model import DecodedText, Skipped
from dedupe.reading.binary import is_binary
from dedupe.reading.decoding import codec_named, decode, why_undecodable
from dedupe.settings import Bounds

if TYPE_CHECKING:
    from dedupe.model import Source

NO_BOUNDS = Bounds()
TOO_LARGE = "it is larger than --max-document-bytes"


def read_text(source: Source, *, encoding: str = "auto", bounds: Bounds = NO_BOUNDS) -> DecodedText | Skipped:
    """Return the text of `source`, or why there is none; the bytes of what could not be decoded go with it.

    What exceeds the bounds is not read, or given up. A record's text is what its file says that it is. With
    `encoding` UTF-16 or UTF-32 nothing counts as binary, for there NULs belong to text.

    Raises UsageError when `encoding` names no codec for text.
    """
    most = bounds.document
    if most is not None and source.size > most:
        return Skipped(source.name, "too large", TOO_LARGE)
    wide = encoding != "auto" and codec_named(encoding).startswith(("utf-16", "utf-32"))
    try:
        raw = source.read()
    except OSError as error:
        return Skipped(source.name, "unreadable", error.strerror or str(error))
    if getattr(source, "is_utf8", False):
        try:
            return DecodedText(raw, raw.decode("utf-8", "surrogatepass"), "utf-8")
        except UnicodeDecodeError:
            return Skipped(source.name, "changed", "it changed while it was being read")
    if most is not None and len(raw) > most:
        return Skipped(source.name, "too large", TOO_LARGE)
    if not wide and is_binary(raw):
        return Skipped(source.name, "binary")
    if bounds.line is not None and len(raw) > bounds.line and has_longer_line(raw, bounds.line):
        return Skipped(source.name, "too large", "it has a line longer than --max-line-bytes", raw)
    decoded = decode(raw, encoding=encoding)
    if decoded is None:
        return Skipped(source.name, "undecodable", why_undecodable(raw, encoding=encoding), raw)
    return decoded


def has_longer_line(raw: bytes, most: int) -> bool:
    """Return whether more than `most` bytes lie between two line ends."""
    position = 0
    while len(raw) - position > most:
        window = raw[position : position + most + 1]
        end = max(window.rfind(b"\n"), window.rfind(b"\r")) + 1
        if not end:
            return True
        position += end
    return False
