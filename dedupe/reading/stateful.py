"""Encodings in which a byte's meaning hangs on escapes before it: ISO-2022, HZ and UTF-7.

They use bytes below 0x80 only, so a strict UTF-8 decoder takes them for ASCII. A text counts as one of them
when it holds an escape that designates a character set, decodes strictly from end to end (a sequence broken
off by the end of the file aside) and says something that is not ASCII. Colour codes of a terminal, a stray
escape or a `~{` in a program do not.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_JAPANESE = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext")
_JAPANESE_DESIGNATION = re.compile(rb"\x1b(?:\$[@AB]|\([IJ]|\$\([A-Z]|\.[AF])")
_KOREAN_DESIGNATION = b"\x1b$)C"
_CHINESE_DESIGNATION = re.compile(rb"\x1b\$(?:\)[AEG]|\*H|\+[I-M])")
_CHINESE_SHIFT = re.compile(rb"(?:\x0e|\x1b[NO])[!-~]{2}")
_HZ_SHIFTED = re.compile(rb"~\{(?:[!-}][!-~])+~\}")
_LINE = re.compile(rb"(?!\Z)([^\r\n]*)(\r\n|\r|\n|\Z)")

STATEFUL_CODECS = frozenset((*_JAPANESE, "iso2022_jp_1", "iso2022_kr", "hz", "utf-7"))


class StatefulText(NamedTuple):
    """A decoded text, and whether each of its lines begins and ends in the initial state."""

    text: str
    cuttable: bool


def codec_by_escapes(raw: bytes) -> str:
    """Return the stateful codec that the escapes in the ASCII bytes `raw` announce and fit, `""` if none."""
    candidates: tuple[str, ...] = ()
    if b"\x1b" in raw:
        if _KOREAN_DESIGNATION in raw:
            candidates += ("iso2022_kr",)
        if _JAPANESE_DESIGNATION.search(raw):
            candidates += _JAPANESE
    if b"~{" in raw and _HZ_SHIFTED.search(raw):
        candidates += ("hz",)
    for codec in candidates:
        decoder = codecs.getincrementaldecoder(codec)("strict")
        try:
            text = decoder.decode(raw)
        except UnicodeDecodeError:
            continue
        if not text.isascii():
            return codec
    return ""


def is_chinese_iso2022(raw: bytes) -> bool:
    """Return whether `raw` is ISO-2022-CN, which Python has no codec for."""
    designation = _CHINESE_DESIGNATION.search(raw) if raw.isascii() else None
    return designation is not None and _CHINESE_SHIFT.search(raw, designation.end()) is not None


def decode_stateful(raw: bytes, codec: str) -> StatefulText | None:
    """Return the text of `raw`, None where bytes before its end do not fit `codec`.

    A sequence broken off by the end travels as lone surrogates, U+DC00 and the byte.
    """
    decoder = codecs.getincrementaldecoder(codec)("strict")
    initial = decoder.getstate()
    pieces: list[str] = []
    content, cuttable = b"", True
    try:
        for line in _LINE.finditer(raw):
            content, end = line.groups()
            pieces.append(decoder.decode(content))
            cuttable = cuttable and "\n" not in pieces[-1] and "\r" not in pieces[-1]
            if not end:
                continue
            # A cut may begin before a line's end or behind it, so the state must be initial at both.
            cuttable = cuttable and decoder.getstate() == initial
            pieces.append(decoder.decode(end))
            cuttable = cuttable and decoder.getstate() == initial and pieces[-1] == end.decode("ascii")
    except UnicodeDecodeError:
        return None
    pending = decoder.getstate()[0]
    if content and not (pieces[-1] or pending):
        cuttable = False  # a last line of escapes only is no line of the text
    pieces.extend(chr(0xDC00 + byte) for byte in pending)
    return StatefulText("".join(pieces), cuttable)
