"""One document, from its source to its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.model import DecodedText, Skipped
from dedupe.reading.binary import is_binary
from dedupe.reading.decoding import codec_named, decode, why_undecodable

if TYPE_CHECKING:
    from dedupe.model import Source


def read_text(source: Source, *, encoding: str = "auto") -> DecodedText | Skipped:
    """Return the text of `source`, or why there is none; the bytes of what could not be decoded go with it.

    With `encoding` UTF-16 or UTF-32 nothing counts as binary, for there NULs belong to text.

    Raises UsageError when `encoding` names no codec for text.
    """
    wide = encoding != "auto" and codec_named(encoding).startswith(("utf-16", "utf-32"))
    try:
        raw = source.read()
    except OSError as error:
        return Skipped(source.name, "unreadable", error.strerror or str(error))
    if not wide and is_binary(raw):
        return Skipped(source.name, "binary")
    decoded = decode(raw, encoding=encoding)
    if decoded is None:
        return Skipped(source.name, "undecodable", why_undecodable(raw, encoding=encoding), raw)
    return decoded
