"""The guess at an encoding that nothing in the bytes declares.

Only encodings that agree with ASCII are guessed: their line ends are the same bytes, so that a wrong guess
changes what paragraphs are compared by and never what is written.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MULTIBYTE = frozenset(
    (
        *("big5", "big5hkscs", "cp950"),
        *("gb2312", "gbk", "gb18030"),
        *("cp932", "shift_jis", "shift_jis_2004", "shift_jisx0213"),
        *("euc_jp", "euc_jis_2004", "euc_jisx0213"),
        *("cp949", "euc_kr", "johab"),
    )
)
_GUESSED_MULTIBYTE = ("big5", "cp932", "cp949", "euc_jp", "gb18030")
# What the web is written in (the Encoding Standard of WHATWG): with codecs of DOS and of mainframes among the
# candidates, three lines of German come out as Baltic.
_GUESSED_SINGLE_BYTE = (
    *(f"cp{number}" for number in (866, 874, *range(1250, 1259))),
    *(f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("koi8_r", "koi8_u", "mac_cyrillic", "mac_roman"),
)
_JAPANESE = ("euc_jp", "cp932")
_KANA = re.compile("[\u3041-\u30fe]")
_BEYOND_ASCII = re.compile("[^\0-\x7f]")
_MIN_KANA_SHARE = 0.2
_MIN_CHARACTERS_A_MISFIT = 5
_FALL_BACK = "cp1252"
_SAMPLE_PIECES = 16
_PIECE_BYTES = 4096
_BYTES_A_MISFIT = 50
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_ESCAPED = re.compile("[\udc80-\udcff]")


@cache
def keeps_line_ends(codec: str) -> bool:
    """Return whether in `codec` the bytes of LF and CR always mean a line end, and nothing else does."""
    if codec in ("utf-8", "ascii") or codec in MULTIBYTE:
        return True
    table = bytes(range(256)).decode(codec, "surrogateescape") if _is_single_byte(codec) else ""
    return (
        len(table) == 256 and table.find("\n") == 0x0A and table.find("\r") == 0x0D and table.count("\n") == 1
    )


def _is_single_byte(codec: str) -> bool:
    try:
        return all(len(bytes([byte]).decode(codec, "surrogateescape")) == 1 for byte in range(256))
    except UnicodeDecodeError:
        return False


def guess(raw: bytes) -> tuple[str, str]:
    """Return the likeliest codec of `raw` and its text, bytes that do not fit it as lone surrogates.

    The same bytes give the same guess. Long input is judged by a sample around its bytes beyond ASCII; the
    codec found must then fit the whole. Where nothing fits, `cp1252` is assumed.
    """
    for codec in _candidates(sample_of(raw)):
        text = raw.decode(codec, "surrogateescape")
        if count_misfits(text, limit=len(raw) // _BYTES_A_MISFIT) is not None:
            return codec, text
    return _FALL_BACK, raw.decode(_FALL_BACK, "surrogateescape")


def _candidates(sample: bytes) -> Iterator[str]:
    """Yield codecs in which `sample` reads well, the best first."""
    if _is_damaged_utf8(sample):
        yield "utf-8"
    # Kana tell Japanese from other languages better than the statistics of a short text.
    yield from (codec for codec in _JAPANESE if _kana_share(sample, codec) >= _MIN_KANA_SHARE)
    from charset_normalizer import from_bytes  # imported here: slow, and needed for few files

    for match in from_bytes(sample, cp_isolation=[*_GUESSED_MULTIBYTE, *_GUESSED_SINGLE_BYTE]):
        codec = codecs.lookup(match.encoding).name
        if codec in _GUESSED_MULTIBYTE:
            yield codec
        elif keeps_line_ends(codec):
            # of single-byte codecs that give the same text, the usual one
            usual, found = (sample.decode(name, "surrogateescape") for name in (_FALL_BACK, codec))
            yield _FALL_BACK if usual == found else codec


def _is_damaged_utf8(sample: bytes) -> bool:
    # Other encodings form the sequences of UTF-8 by accident, and rarely.
    text = sample.decode("utf-8", "surrogateescape")
    misfits, beyond_ascii = len(_ESCAPED.findall(text)), len(_BEYOND_ASCII.findall(text))
    return misfits * _MIN_CHARACTERS_A_MISFIT <= beyond_ascii


def _kana_share(sample: bytes, codec: str) -> float:
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError:
        return 0.0
    return len(_KANA.findall(text)) / max(1, len(_BEYOND_ASCII.findall(text)))


def count_misfits(text: str, *, limit: int) -> int | None:
    """Return how many bytes did not fit the encoding `text` was decoded with, None if more than `limit`."""
    count = 0
    for _ in _ESCAPED.finditer(text):
        count += 1
        if count > limit:
            return None
    return count


def sample_of(raw: bytes) -> bytes:
    """Return what stands for `raw` before the detector: lines with bytes beyond ASCII, from all over it."""
    if len(raw) <= _SAMPLE_PIECES * _PIECE_BYTES:
        return raw[: _last_break(raw)]
    pieces: list[bytes] = []
    end = 0
    for number in range(_SAMPLE_PIECES):
        high = _HIGH_BYTE.search(raw, max(end, number * len(raw) // _SAMPLE_PIECES))
        if high is None:
            break
        start = raw.rfind(b"\n", max(end, high.start() - _PIECE_BYTES), high.start()) + 1
        if not start and pieces:
            continue  # inside a long line, where nobody knows which byte begins a character
        # the very first byte beyond ASCII begins one
        start = start or high.start()
        piece = raw[start : start + _PIECE_BYTES]
        pieces.append(piece[: _last_break(piece)])
        end = start + len(pieces[-1])
    return b"".join(pieces)


def _last_break(piece: bytes) -> int:
    # What follows the last white space may be broken off inside a character; half of the piece must remain.
    last = max(piece.rfind(space) for space in (b"\n", b"\r", b" "))
    return last + 1 if last * 2 >= len(piece) else len(piece)
