"""Bytes that are no text, and text that lacks the mark that would tell how to read it."""

from __future__ import annotations

import codecs
import re
import unicodedata

WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; UTF-32 first, for its little-endian mark begins with that of UTF-16."""

_SAMPLE_BYTES = 8192
_MAX_CONTROL_SHARE = 0.1
_MIN_NUL_SHARE = 0.2
_MIN_READABLE_SHARE = 0.9
_MAX_NARROW_SPACE_SHARE = 0.05
_MIN_WIDE_BYTES = 8
_NARROW_SPACE = re.compile(rb"(?<!\0)[ \r\n](?!\0)")
_CONTROLS = bytes(byte for byte in (*range(0x20), 0x7F) if byte not in b"\t\n\f\r")


def is_binary(raw: bytes) -> bool:
    """Return whether `raw` is no text: a NUL and over 10 % control characters in its first 8 KiB.

    UTF-16 and UTF-32 are text, with their mark or without.
    """
    sample = raw[:_SAMPLE_BYTES]
    if b"\0" not in sample or raw.startswith(tuple(mark for mark, _ in WIDE_MARKS)):
        return False
    return has_many_controls(sample) and not unmarked_wide_codec(raw)


def has_many_controls(raw: bytes) -> bool:
    """Return whether over 10 % of the first 8 KiB are controls other than tab, line ends and form feed."""
    sample = raw[:_SAMPLE_BYTES]
    return len(sample) - len(sample.translate(None, _CONTROLS)) > _MAX_CONTROL_SHARE * len(sample)


def unmarked_wide_codec(raw: bytes) -> str:
    """Return the UTF-16 or UTF-32 codec in which `raw`, without a mark, is a readable text; `""` if none.

    Text of one byte a character with stray NULs gives `""`.
    """
    sample = raw[: min(_SAMPLE_BYTES, len(raw) // 4 * 4)]
    nuls = sample.count(0)
    if not nuls or len(sample) < _MIN_WIDE_BYTES:
        return ""
    is_narrow = _has_narrow_spaces(sample) or (_is_utf8(sample) and not has_many_controls(sample))
    if nuls < _MIN_NUL_SHARE * len(sample) and is_narrow:
        return ""
    readable = {codec: _readable_share(sample, codec) for _, codec in WIDE_MARKS}
    best = max(readable, key=lambda codec: readable[codec])
    return best if readable[best] >= _MIN_READABLE_SHARE else ""


def _has_narrow_spaces(sample: bytes) -> bool:
    # In UTF-16 a space or line end stands beside a NUL; without one, the byte is half of another character.
    return len(_NARROW_SPACE.findall(sample)) > _MAX_NARROW_SPACE_SHARE * len(sample)


def _readable_share(sample: bytes, codec: str) -> float:
    text = codecs.getincrementaldecoder(codec)("replace").decode(sample)
    return 0.0 if "\0" in text else sum(map(_is_readable, text)) / max(1, len(text))


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _is_readable(character: str) -> bool:
    return character in "\t\n\r\f" or (character != "\ufffd" and unicodedata.category(character)[0] != "C")
