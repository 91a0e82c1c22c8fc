"""The paragraphs of one document and their fingerprints, by the kernels; what they leave to Python is done here."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedupe import segmenting, traits
from dedupe.boilerplate.hints import hints
from dedupe.boilerplate.line_names import MAX_MASKED_TOKENS, masked_key
from dedupe.folding import fold_tables
from dedupe.kernels.library import call, call_briefly
from dedupe.kernels.structures import GivenKeys, SegmentLimits, Tables
from dedupe.lines import lines_of
from dedupe.normalizing import comparison_key, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.corpus.arrays import I64, U8, U32, U64
    from dedupe.model import DecodedText

MODES = ("auto", "line", "blank-line")
MAY_BE_KNOWN, GRANTS_LICENCE, BEGINS_WITH_DIGIT, UNFOLDED, MOSTLY_UNSPACED = 1, 2, 4, 8, 16
"""Bits of `Fingerprints.hints`."""
RAGGED, SHORT_LINE, ENDS_SENTENCE, LEADS_ON, OWN_WORDS, MAY_BE_DEBRIS = 1, 2, 4, 8, 16, 32
"""Bits of `Paragraphs.traits`, as `dedupe.traits.Traits` names them; the last one errs on one side."""
_FIRST_BLOCK = 16
_NO_ROOM = -1
_LEFT_TO_PYTHON, _NO_ROOM_FOR_KEY = -1, -3


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Where the paragraphs of some texts lie, an entry a paragraph: bytes of their own text, and lines.

    `modes` tells how each text was divided, `slacks` how many lines of it, in paragraphs, may go without a change of
    that (0 where nobody knows), `counts` how many paragraphs it has. `traits` holds bits.
    """

    modes: Sequence[str]
    slacks: I64
    counts: I64
    start: U32
    text_end: U32
    first_line: U32
    last_line: U32
    traits: U8


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What the paragraphs of a document are compared by.

    `tokens` counts; `digests` and `names`, of shape (n, 2), are those of the comparison keys, and of the keys with
    digits masked where lines that differ in digits count as one; `hints` holds bits. `token_hashes` and
    `shingle_hashes` are those of all tokens, and of all shingles of three, one paragraph behind the other. `known`
    holds the keys of the paragraphs with the hint MAY_BE_KNOWN, a line each.
    """

    tokens: U32
    digests: U64
    names: U64
    hints: U8
    token_hashes: U32
    shingle_hashes: U32
    known: bytes


def xxh3_by_kernel(content: bytes) -> int:
    """Return xxh3_64 of `content` as the kernels compute it."""
    return call("dedupe_xxh3_64", content, len(content)) & ((1 << 64) - 1)


def digest_by_kernel(content: bytes) -> bytes:
    """Return the BLAKE2b digest, 16 bytes, as the kernels compute it."""
    digest = np.empty(2, dtype=np.uint64)
    call("dedupe_blake2b_128", content, len(content), digest)
    return digest.tobytes()


def digests_by_kernel(messages: Sequence[bytes], most_lanes: int) -> list[bytes]:
    """Return the digest of each message as the kernels compute many at once, in at most so many lanes: 8, 4 or 1."""
    digests = np.empty((len(messages), 2), dtype=np.uint64)
    bounds = np.cumsum([0, *map(len, messages)], dtype=np.int64)
    call("dedupe_digest_many", len(messages), b"".join(messages), bounds, most_lanes, digests)
    return [digest.tobytes() for digest in digests]


def tokens_by_kernel(text: str) -> list[str]:
    """Return the tokens of `text`, as `dedupe.normalizing.tokens_of` does, several times as quick."""
    content = text.encode("utf-8", "surrogatepass")
    room = 2 * len(content)
    while True:
        key = bytearray(room + 1)
        status = call_briefly("dedupe_key", content, len(content), ctypes.byref(_tables()), room, key)
        if status >= 0:
            return key[:status].decode("utf-8", "surrogatepass").split(" ") if status else []
        if status == _LEFT_TO_PYTHON:
            return tokens_of(text)
        if status == _NO_ROOM_FOR_KEY:
            room *= 4
        else:
            fold_tables().load(-status - _FIRST_BLOCK)


@cache
def segment_limits() -> SegmentLimits:
    """Return the constants of segmentation and traits as the kernels read them."""
    return SegmentLimits(
        segmenting.MIN_WRAP_COLUMNS,
        segmenting.MAX_WRAP_COLUMNS,
        traits.MIN_STANZA_LINES,
        traits.MAX_VERSE_COLUMNS,
        segmenting.MIN_FILLED_SHARE,
        segmenting.MIN_FILLED_SHARE_UNDIVIDED,
        segmenting.WIDTH_QUANTILE,
    )


def utf8_of(decoded: DecodedText) -> tuple[bytes, bool]:
    """Return the text in UTF-8, without its mark, and whether that is what lies in the document's own bytes."""
    if decoded.encoding == "utf-8":
        if decoded.text.isascii():
            return decoded.raw[len(decoded.bom) :], True
        try:
            return decoded.text.encode("utf-8"), True
        except UnicodeEncodeError:
            pass
    return decoded.text.encode("utf-8", "surrogatepass"), False


def paragraphs_of(texts: bytes, bounds: I64, choice: str = "auto") -> Paragraphs:
    """Return the paragraphs of texts in UTF-8, of which text d lies from `bounds[d]` to `bounds[d + 1]`."""
    count = len(bounds) - 1
    # A paragraph has a character and a line end; what is not used costs nothing.
    room = len(texts) // 2 + count
    start, text_end, first_line, last_line = (np.empty(room, dtype=np.uint32) for _ in range(4))
    found = np.empty(room, dtype=np.uint8)
    modes = np.full(count, MODES.index(choice), dtype=np.int32)
    slacks, counts = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    total = call(
        "dedupe_segment_all",
        texts,
        count,
        bounds,
        modes,
        ctypes.byref(segment_limits()),
        *(start, text_end, first_line, last_line, found),
        slacks,
        counts,
    )
    start, text_end, first_line, last_line = (
        column[:total].copy() for column in (start, text_end, first_line, last_line)
    )
    names = [MODES[mode] for mode in modes.tolist()]
    return Paragraphs(names, slacks, counts, start, text_end, first_line, last_line, found[:total].copy())


def put_in_documents(paragraphs: Paragraphs, documents: Sequence[tuple[DecodedText, bool]]) -> None:
    """Let places count the bytes of the documents; with each comes whether its text lies in it as it is."""
    behind = 0
    for (decoded, is_own), count in zip(documents, paragraphs.counts.tolist(), strict=True):
        span = slice(behind, behind + count)
        behind += count
        if is_own and decoded.bom:
            paragraphs.start[span] += np.uint32(len(decoded.bom))
            paragraphs.text_end[span] += np.uint32(len(decoded.bom))
        elif not is_own:
            lines = lines_of(decoded)
            starts, ends = (np.array(each, dtype=np.uint32) for each in (lines.raw_start, lines.raw_end))
            paragraphs.start[span] = starts[paragraphs.first_line[span] - 1]
            paragraphs.text_end[span] = ends[paragraphs.last_line[span] - 1]


def fingerprints_of(texts: bytes, start: U32, text_end: U32) -> Fingerprints:
    """Return the fingerprints of the paragraphs that lie from `start` to `text_end` in texts in UTF-8."""
    made = _fingerprints(texts, start, text_end, None)
    left = np.flatnonzero(made.hints == UNFOLDED)
    if not len(left):
        return made
    return _fingerprints(texts, start, text_end, _keys_by_python(texts, start, text_end, left))


def _fingerprints(text: bytes, start: U32, text_end: U32, given: GivenKeys | None) -> Fingerprints:
    room = len(text) // 2 + 2 * len(start) + 8
    while True:
        status, made = _try_fingerprints(text, start, text_end, given, room)
        if made is not None:
            return made
        if status == _NO_ROOM:
            room *= 4
        else:
            fold_tables().load(-status - _FIRST_BLOCK)


def _try_fingerprints(
    text: bytes, start: U32, text_end: U32, given: GivenKeys | None, room: int
) -> tuple[int, Fingerprints | None]:
    """Return fingerprints where the room suffices and all characters are known, else the status that tells why not."""
    count = len(start)
    tokens, flags = np.empty(count, dtype=np.uint32), np.empty(count, dtype=np.uint8)
    digests, names = np.empty((count, 2), dtype=np.uint64), np.empty((count, 2), dtype=np.uint64)
    token_hashes, shingle_hashes = np.empty(room, dtype=np.uint32), np.empty(room, dtype=np.uint32)
    known = np.empty(2 * room, dtype=np.uint8)
    shingles, known_bytes = ctypes.c_int64(), ctypes.c_int64()
    total = call(
        "dedupe_fingerprint",
        text,
        count,
        start,
        text_end,
        ctypes.byref(_tables()),
        ctypes.byref(hints()),
        None if given is None else ctypes.byref(given),
        ctypes.c_int32(MAX_MASKED_TOKENS),
        room,
        *(tokens, digests, names, flags, token_hashes, shingle_hashes),
        ctypes.byref(shingles),
        len(known),
        known,
        ctypes.byref(known_bytes),
    )
    if total < 0:
        return total, None
    hashes = (token_hashes[:total], shingle_hashes[: shingles.value])
    return total, Fingerprints(tokens, digests, names, flags, *hashes, known[: known_bytes.value].tobytes())


@cache
def _tables() -> Tables:
    tables = fold_tables()
    return Tables.of(tables.fold, tables.pool, tables.loaded)


def _keys_by_python(text: bytes, start: U32, text_end: U32, left: npt.NDArray[np.intp]) -> GivenKeys:
    """Return the keys of the paragraphs that are `left`."""
    count = len(start)
    keys, masked = [b""] * count, [b""] * count
    given = np.zeros(count, dtype=np.uint8)
    for number in left.tolist():
        raw = text[start[number] : text_end[number]]
        key = comparison_key(raw.decode("utf-8", "surrogatepass"))
        keys[number] = key.encode("utf-8", "surrogatepass")
        name = masked_key(key)
        masked[number] = name.encode("utf-8", "surrogatepass")
        given[number] = 1 | 2 * key[:1].isdigit() | 4 * (name != key)
    return GivenKeys.of(_joined(keys), _bounds(keys), _joined(masked), _bounds(masked), given)


def _joined(pieces: list[bytes]) -> U8:
    return np.frombuffer(b"".join(pieces) + b"\0", dtype=np.uint8)


def _bounds(pieces: list[bytes]) -> I64:
    return np.cumsum([0, *map(len, pieces)], dtype=np.int64)
