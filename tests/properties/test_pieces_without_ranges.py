"""What goes is left out of a content whatever the pieces are in which it comes."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from made_edits import raws_with_ranges

from dedupe.cutting import apply_cuts
from dedupe.reading.containers import RecordFile
from dedupe.reading.contents import HeldContent
from dedupe.reading.opened import Opened
from dedupe.reading.sources import BytesSource
from dedupe.writing.rebuilding import CleanFile


@given(raws_with_ranges(st.binary(max_size=40)), st.lists(st.integers(0, 40), max_size=8))
def test_ranges_are_left_out_of_pieces(pair: tuple[bytes, list[tuple[int, int]]], ends: list[int]) -> None:
    raw, ranges = pair
    file = RecordFile(BytesSource("a.jsonl", "", raw), "jsonl")
    clean = CleanFile("a.jsonl", Opened(file, HeldContent(raw), "", len(raw), (), ()), cuts=ranges)
    places = sorted({0, len(raw), *(end for end in ends if end < len(raw))})
    pieces = [raw[here:there] for here, there in itertools.pairwise(places)]
    kept = list(clean._kept(pieces))
    assert b"".join(kept) == apply_cuts(raw, ranges)
    assert b"" not in kept
    assert list(clean.removed()) == [(start, raw[start:end]) for start, end in ranges]
