"""What the bytes of a document say, and in which encoding.

In this order: a byte order mark; UTF-8, also when a few bytes do not fit; ISO-2022 and HZ by their escapes;
a guess among the encodings that agree with ASCII. UTF-16 and UTF-32 without a mark are left alone: a wrong
guess there would cut characters in two.
"""

from __future__ import annotations

import codecs

from dedupe.errors import UsageError
from dedupe.model import DecodedText
from dedupe.reading.binary import WIDE_MARKS, has_many_controls, unmarked_wide_codec
from dedupe.reading.guessing import count_misfits, guess, keeps_line_ends
from dedupe.reading.stateful import STATEFUL_CODECS, codec_by_escapes, decode_stateful, is_chinese_iso2022

_BYTES_A_MISFIT = 1000
_WIDTH_BY_CODEC = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
_NOT_FOR_FILES = frozenset(("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"))


def decode(raw: bytes, *, encoding: str = "auto") -> DecodedText | None:
    """Return what `raw` says, None when it cannot be read as text without losing something.

    `encoding` is `auto` or a codec to read with whatever the bytes look like; a mark of that codec is still
    taken off. Never fails on any bytes. No bytes at all are an empty document.

    Raises UsageError when `encoding` names no codec for text.
    """
    return _decode_auto(raw) if encoding == "auto" else _decode_as(raw, codec_named(encoding))


def codec_named(encoding: str) -> str:
    """Return Python's own name of the codec `encoding`.

    Raises UsageError when there is none, or none for text in files.
    """
    try:
        codec = codecs.lookup(encoding)
        # only `decode` itself knows that codecs such as base64 give no text
        b"a".decode(encoding, "replace")
    except (LookupError, ValueError) as error:
        raise _unknown(encoding) from error
    if codec.name in _NOT_FOR_FILES:
        raise _unknown(encoding)
    return "utf-8" if codec.name == "utf-8-sig" else codec.name


def _unknown(encoding: str) -> UsageError:
    return UsageError(
        f"encoding {encoding!r} is not known; give auto or a name such as utf-8, cp1252 or gb18030"
    )


def why_undecodable(raw: bytes, *, encoding: str = "auto") -> str:
    """Return, for a person, why `decode` gave None for `raw`, and the cure if there is one."""
    if encoding != "auto":
        return f"its bytes do not fit {encoding}"
    if codec := unmarked_wide_codec(raw):
        return f"{codec[:6].upper()} without a byte order mark; try --encoding {codec}"
    if is_chinese_iso2022(raw):
        return "ISO-2022-CN is not supported; convert it to UTF-8"
    return "no encoding fits its bytes; name one with --encoding"


def _decode_auto(raw: bytes) -> DecodedText | None:
    if raw.startswith(codecs.BOM_UTF8):
        return _decode_as(raw, "utf-8")
    for mark, codec in WIDE_MARKS:
        if raw.startswith(mark) and (decoded := _decode_wide(raw, codec)):
            return decoded
    if raw.isascii():
        return _decode_ascii(raw)
    if unmarked_wide_codec(raw):
        return None
    text = raw.decode("utf-8", "surrogateescape")
    if count_misfits(text, limit=_most_misfits(len(raw))) is not None:
        return DecodedText(raw, text, "utf-8")
    if has_many_controls(raw):
        return None
    codec, text = guess(raw)
    return DecodedText(raw, text, codec, guessed=True)


def _most_misfits(size: int) -> int:
    """Return the largest number under 0.1 % of `size`."""
    return max(0, (size - 1) // _BYTES_A_MISFIT)


def _decode_ascii(raw: bytes) -> DecodedText | None:
    # Two bytes tell most texts from the encodings that shift; looking for one byte takes next to no time.
    if b"\x1b" in raw or b"~" in raw:
        if codec := codec_by_escapes(raw):
            return _decode_as(raw, codec)
        if is_chinese_iso2022(raw):
            return None
    if unmarked_wide_codec(raw):
        return None
    return DecodedText(raw, raw.decode("ascii"), "utf-8")


def _decode_as(raw: bytes, codec: str) -> DecodedText | None:
    if codec in ("utf-16", "utf-32"):
        big_endian = codecs.BOM_UTF16_BE if codec == "utf-16" else codecs.BOM_UTF32_BE
        codec += "-be" if raw.startswith(big_endian) else "-le"
    if codec in _WIDTH_BY_CODEC:
        return _decode_wide(raw, codec)
    if codec in STATEFUL_CODECS:
        stateful = decode_stateful(raw, codec)
        return DecodedText(raw, stateful.text, codec, cuttable=stateful.cuttable) if stateful else None
    bom = codecs.BOM_UTF8 if codec == "utf-8" and raw.startswith(codecs.BOM_UTF8) else b""
    try:
        text = raw[len(bom) :].decode(codec, "surrogateescape")
    except UnicodeError:
        return None
    return DecodedText(raw, text, codec, bom, cuttable=keeps_line_ends(codec))


def _decode_wide(raw: bytes, codec: str) -> DecodedText | None:
    mark = next(mark for mark, name in WIDE_MARKS if name == codec)
    bom = mark if raw.startswith(mark) else b""
    width = _WIDTH_BY_CODEC[codec]
    end = len(raw) - (len(raw) - len(bom)) % width
    try:
        # Half a surrogate pair stays what it is; only UTF-32 has units that are no characters at all.
        text = raw[len(bom) : end].decode(codec, "surrogatepass")
    except UnicodeDecodeError:
        return None
    return DecodedText(raw, text + "".join(chr(0xDC00 + byte) for byte in raw[end:]), codec, bom)
