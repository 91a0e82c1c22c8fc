"""Where the lines of a document start and end, in its text and in its bytes.

A line ends at LF, CR LF or a lone CR, and at nothing else: NEL, U+2028 and form feeds are inside lines. That
keeps a line of the text and a line of the bytes the same thing in every encoding whose line ends are its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dedupe.model import DecodedText

_TEXT_LINE_END = re.compile(r"\r\n?|\n")
_BYTE_LINE_END = re.compile(rb"\r\n?|\n")
_WIDE_LINE_END = {
    "utf-16-le": re.compile(rb"\r\0\n\0|\r\0|\n\0"),
    "utf-16-be": re.compile(rb"\0\r\0\n|\0\r|\0\n"),
    "utf-32-le": re.compile(rb"\r\0\0\0\n\0\0\0|\r\0\0\0|\n\0\0\0"),
    "utf-32-be": re.compile(rb"\0\0\0\r\0\0\0\n|\0\0\0\r|\0\0\0\n"),
}
_UNIT_SIZE = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a document as parallel tuples, one entry a line.

    `text_start` and `text_end` count characters of `DecodedText.text`, `raw_start` and `raw_end` bytes of
    `DecodedText.raw`; an end is where the line's content ends, before its terminator. The last line has no
    terminator and is left out when it is empty. Where text and bytes do not correspond
    (`DecodedText.cuttable` is False) the lengths differ.
    """

    text_start: tuple[int, ...]
    text_end: tuple[int, ...]
    raw_start: tuple[int, ...]
    raw_end: tuple[int, ...]


def split_lines(text: str) -> list[str]:
    """Return the lines of `text`, without their ends."""
    return _TEXT_LINE_END.split(text)


def lines_of(decoded: DecodedText) -> Lines:
    """Return the lines of `decoded`."""
    text_bounds = [match.span() for match in _TEXT_LINE_END.finditer(decoded.text)]
    text_start, text_end = _starts_and_ends(text_bounds, 0, len(decoded.text))
    offset = len(decoded.bom)
    if len(decoded.raw) - offset == len(decoded.text) and decoded.raw.isascii():
        return Lines(text_start, text_end, text_start, text_end)
    raw_bounds = _raw_line_ends(decoded.raw, decoded.encoding, offset)
    return Lines(text_start, text_end, *_starts_and_ends(raw_bounds, offset, len(decoded.raw)))


def _starts_and_ends(
    bounds: list[tuple[int, int]], first: int, last: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    starts = [first, *(end for _, end in bounds)]
    ends = [*(start for start, _ in bounds), last]
    if starts[-1] == last:
        starts.pop()
        ends.pop()
    return tuple(starts), tuple(ends)


def _raw_line_ends(raw: bytes, encoding: str, offset: int) -> list[tuple[int, int]]:
    pattern = _WIDE_LINE_END.get(encoding)
    if pattern is None:
        return [match.span() for match in _BYTE_LINE_END.finditer(raw, offset)]
    size, bounds, position = _UNIT_SIZE[encoding], [], offset
    while match := pattern.search(raw, position):
        start, end = match.span()
        if (start - offset) % size:  # half of one code unit and half of the next
            position = start + 1
            continue
        bounds.append((start, end))
        position = end
    return bounds
