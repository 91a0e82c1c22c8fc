"""From fates to byte ranges, and from byte ranges to clean bytes and back.

Removing leaves ranges of bytes out, restoring puts them back; nothing is ever rewritten or encoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dedupe.model import Dropped, Fate, Segmentation

ByteRange = tuple[int, int]


def cut_ranges(segmentation: Segmentation, fates: Sequence[Fate]) -> dict[int, ByteRange]:
    """Return the byte range that is left out for each dropped paragraph, by number.

    A range is the paragraph's text and the gap behind it, or, where that keeps the larger gap between two kept
    neighbours, the gap before it. A gap is as large as the number of its line ends. A run at the document's end goes
    with the gap before it, so that the document ends as it ended.
    """
    paragraphs = segmentation.paragraphs
    gap_lines = [after.first_line - before.last_line for before, after in pairwise(paragraphs)]
    ranges: dict[int, ByteRange] = {}
    number = 0
    while number < len(paragraphs):
        if not isinstance(fates[number], Dropped):
            number += 1
            continue
        first = number
        while number < len(paragraphs) and isinstance(fates[number], Dropped):
            number += 1
        last = number - 1
        at_end = number == len(paragraphs)
        shift = first > 0 and (at_end or gap_lines[last] > gap_lines[first - 1])
        for member in range(first, number):
            paragraph = paragraphs[member]
            if shift:
                ranges[member] = (paragraphs[member - 1].text_end, paragraph.text_end)
            else:
                ranges[member] = (paragraph.start, paragraph.end)
    return ranges


def apply_cuts(raw: bytes, ranges: Sequence[ByteRange]) -> bytes:
    """Return `raw` without the bytes of `ranges`, which are in order and do not overlap."""
    pieces = []
    position = 0
    for start, end in ranges:
        pieces.append(raw[position:start])
        position = end
    pieces.append(raw[position:])
    return b"".join(pieces)


def put_back(cleaned: bytes, removed: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the original: `cleaned` with each of `removed`, (start in the original, bytes), where it was.

    Raises ValueError when a start lies beyond what is left of `cleaned`.
    """
    pieces: list[bytes] = []
    length = position = 0
    for start, gone in removed:
        kept = start - length
        if kept < 0 or position + kept > len(cleaned):
            raise ValueError(f"the cut at byte {start} does not fit the cleaned text")
        pieces += (cleaned[position : position + kept], gone)
        position += kept
        length = start + len(gone)
    pieces.append(cleaned[position:])
    return b"".join(pieces)
