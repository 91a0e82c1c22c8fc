"""From fates to byte ranges on columns: the rule of `dedupe.cutting.cut_ranges`, whole runs at a time."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedupe.corpus.fingerprints import MODES, segment_limits
from dedupe.cutting import apply_cuts
from dedupe.kernels.library import call

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        """Return the runs of the paragraphs of a document that go."""
        return next(iter(runs_of_documents(columns, range(document, document + 1), gone)[1]))

    def ranges(self) -> list[ByteRange]:
        """Return the bytes that are left out, a range a run."""
        return list(zip(self.start.tolist(), self.end.tolist(), strict=True))

    def members(self) -> Mask:
        """Return whether each paragraph that goes is of a shifted run."""
        return np.repeat(self.is_shifted, self.last - self.first + 1)


def runs_of_documents(columns: Columns, documents: range, gone: Mask) -> tuple[Runs, Iterator[Runs]]:
    """Return the runs of the paragraphs that go from documents that follow each other: of all, and of each.

    `gone` tells of all their paragraphs whether they go. In the runs of all, paragraphs are numbered in the corpus.
    """
    bounds = columns.bounds[documents.start : documents.stop + 1]
    span = slice(int(bounds[0]), int(bounds[-1]))
    is_first, is_last = np.zeros(len(gone) + 1, dtype=np.bool_), np.zeros(len(gone) + 1, dtype=np.bool_)
    is_first[bounds - span.start] = True
    is_last[:-1] = is_first[1:]
    goes_before, goes_behind = np.zeros_like(gone), np.zeros_like(gone)
    goes_before[1:], goes_behind[:-1] = gone[:-1], gone[1:]
    first = np.flatnonzero(gone & (is_first[:-1] | ~goes_before))
    last = np.flatnonzero(gone & (is_last[:-1] | ~goes_behind))
    owners = np.searchsorted(bounds, first + span.start, side="right") - 1
    before, after = np.maximum(first - 1, 0), np.minimum(last + 1, len(gone) - 1)
    at_end = is_last[last]
    first_line, last_line = columns.first_line[span], columns.last_line[span]
    gap_before, gap_behind = first_line[first] - last_line[before], first_line[after] - last_line[last]
    is_shifted = ~is_first[first] & (at_end | (gap_behind > gap_before))
    start, text_end = columns.start[span], columns.text_end[span]
    sizes = np.array([columns.documents[each].size for each in documents], dtype=np.int64)
    every = Runs(
        first + span.start,
        last + span.start,
        is_shifted,
        np.where(is_shifted, text_end[before], start[first]).astype(np.int64),
        np.where(is_shifted, text_end[last], np.where(at_end, sizes[owners], start[after])).astype(np.int64),
    )
    return every, _of_each(every, bounds)


def _of_each(every: Runs, bounds: I64) -> Iterator[Runs]:
    """Yield the runs of each document, its paragraphs numbered from 0."""
    places = np.searchsorted(every.first, bounds).tolist()
    for behind, (here, there) in zip(bounds.tolist(), pairwise(places), strict=False):
        yield Runs(
            every.first[here:there] - behind,
            every.last[here:there] - behind,
            every.is_shifted[here:there],
            every.start[here:there],
            every.end[here:there],
        )


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
