"""A diff of a file that holds documents says what became of its lines, wherever in them the cuts lie."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedupe.reading.containers import RecordFile
from dedupe.reading.contents import HeldContent
from dedupe.reading.opened import Opened
from dedupe.reading.records import without
from dedupe.reading.sources import BytesSource
from dedupe.reports.file_diff import diff_of_file
from dedupe.writing.rebuilding import CleanFile


def undone(clean: bytes, diff: bytes) -> bytes:
    """Return the original by reading the hunks as `patch -R` does; AssertionError where one does not fit."""
    lines, old, position = clean.split(b"\n"), [], 0
    for hunk in diff.split(b"\n@@ ")[1:]:
        head, *body = hunk.removesuffix(b"\n").split(b"\n")
        start, count = _numbers(head.split(b"+")[1].split(b" ")[0])
        begin = start - 1 if count else start
        old += lines[position:begin]
        removed = [line[1:] for line in body if line.startswith(b"-")]
        added = [line[1:] for line in body if line.startswith(b"+")]
        assert lines[begin : begin + count] == added
        old += removed
        position = begin + count
    return b"\n".join([*old, *lines[position:]])


def _numbers(pair: bytes) -> tuple[int, int]:
    start, _, count = pair.partition(b",")
    return int(start), int(count or 1)


@given(st.text(st.sampled_from("ab\n\r"), max_size=40), st.lists(st.integers(0, 41), max_size=8))
def test_a_diff_is_undone(text: str, places: list[int]) -> None:
    raw = text.encode() + b"\n"
    bounds = sorted({min(place, len(raw) - 1) for place in places})
    cuts = list(zip(bounds[::2], bounds[1::2], strict=False))
    content = HeldContent(raw)
    opened = Opened(RecordFile(BytesSource("a", "", raw), "jsonl"), content, "", 0, (), ())
    diff = b"".join(diff_of_file(CleanFile("a", opened, cuts)))
    assert undone(without(raw, cuts), diff) == raw
