"""From fates to byte ranges on columns: the rule of `dedupe.cutting.cut_ranges`, whole runs at a time."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from dedupe.corpus.fingerprints import MODES, segment_limits
from dedupe.cutting import apply_cuts
from dedupe.kernels.library import call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.corpus.arrays import Mask
    from dedupe.corpus.columns import Columns, DocumentFacts


def runs_of(gone: Mask) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each run of paragraphs that go."""
    padded = np.zeros(len(gone) + 2, dtype=np.bool_)
    padded[1:-1] = gone
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    for first, behind in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield first, behind - 1


def shifts(columns: Columns, document: int, first: int, last: int) -> bool:
    """Return whether a run of paragraphs goes with the gap before it, not with the one behind it."""
    span = columns.span(document)
    if first == 0:
        return False
    if last == span.stop - span.start - 1:
        return True
    starts, ends = columns.first_line[span], columns.last_line[span]
    return int(starts[last + 1]) - int(ends[last]) > int(starts[first]) - int(ends[first - 1])


def range_of_run(columns: Columns, document: int, first: int, last: int) -> tuple[int, int]:
    """Return the bytes that are left out for a run of paragraphs, numbered within the document."""
    span = columns.span(document)
    if shifts(columns, document, first, last):
        return int(columns.text_end[span.start + first - 1]), int(columns.text_end[span.start + last])
    behind = span.start + last + 1
    end = int(columns.start[behind]) if behind < span.stop else columns.documents[document].size
    return int(columns.start[span.start + first]), end


def ranges_of(columns: Columns, document: int, gone: Mask) -> list[tuple[int, int]]:
    """Return the bytes that are left out of a document, a range a run of paragraphs."""
    return [range_of_run(columns, document, first, last) for first, last in runs_of(gone)]


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
