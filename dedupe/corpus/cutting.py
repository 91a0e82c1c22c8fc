"""From fates to byte ranges on columns: the rule of `dedupe.cutting.cut_ranges`, whole runs at a time."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.corpus.fingerprints import MODES, segment_limits
from dedupe.cutting import apply_cuts
from dedupe.kernels.library import call

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64, Mask
    from dedupe.corpus.columns import Columns, DocumentFacts
    from dedupe.cutting import ByteRange


@dataclass(frozen=True, slots=True)
class Runs:
    """Paragraphs of a document that go and stand together, an entry a run.

    `first` and `last` are numbers within the document. `is_shifted` tells whether a run goes with the gap before it,
    not with the one behind it; `start` and `end` (int64) are the bytes that are left out for it.
    """

    first: I64
    last: I64
    is_shifted: Mask
    start: I64
    end: I64

    @classmethod
    def of(cls, columns: Columns, document: int, gone: Mask) -> Runs:
        """Return the runs of the paragraphs that go."""
        span, size = columns.span(document), columns.documents[document].size
        padded = np.zeros(len(gone) + 2, dtype=np.bool_)
        padded[1:-1] = gone
        edges = np.flatnonzero(padded[1:] != padded[:-1])
        first, behind = edges[::2], edges[1::2]
        if not len(first):
            return cls(first, first, np.zeros(0, dtype=np.bool_), first, first)
        last = behind - 1
        before, after = np.maximum(first - 1, 0), np.minimum(behind, len(gone) - 1)
        is_last = behind == len(gone)
        first_line, last_line = columns.first_line[span], columns.last_line[span]
        gap_before, gap_behind = first_line[first] - last_line[before], first_line[after] - last_line[last]
        is_shifted = (first > 0) & (is_last | (gap_behind > gap_before))
        start, text_end = columns.start[span].astype(np.int64), columns.text_end[span].astype(np.int64)
        return cls(
            first,
            last,
            is_shifted,
            np.where(is_shifted, text_end[before], start[first]),
            np.where(is_shifted, text_end[last], np.where(is_last, size, start[after])),
        )

    def ranges(self) -> list[ByteRange]:
        """Return the bytes that are left out, a range a run."""
        return list(zip(self.start.tolist(), self.end.tolist(), strict=True))

    def members(self) -> Mask:
        """Return whether each paragraph that goes is of a shifted run."""
        return np.repeat(self.is_shifted, self.last - self.first + 1)


def ranges_of(columns: Columns, document: int, gone: Mask) -> list[ByteRange]:
    """Return the bytes that are left out of a document, a range a run of paragraphs."""
    return Runs.of(columns, document, gone).ranges() if gone.any() else []


def cleaned_of(columns: Columns, document: int, gone: Mask, raw: bytes) -> bytes:
    """Return the document's bytes without the paragraphs that go."""
    return apply_cuts(raw, ranges_of(columns, document, gone))


def divides_alike(cleaned: bytes, facts: DocumentFacts) -> bool:
    """Return whether clean text would be divided into paragraphs as the original was."""
    text = cleaned
    if not facts.is_ascii:
        text = cleaned.decode(facts.encoding, "replace").encode("utf-8", "surrogatepass")
    mode = call("dedupe_choose_mode", text, len(text), ctypes.byref(segment_limits()))
    return mode == 0 or MODES[mode] == facts.mode
