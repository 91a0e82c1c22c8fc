"""From fates to byte ranges, to clean bytes and back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.cutting import apply_cuts, cut_ranges, put_back
from dedupe.model import DecodedText, Dropped, Fate, Kept
from dedupe.segmenting import segment

KEEP, DROP = Kept(), Dropped("DUP101", 1.0)
FATES: tuple[Fate, ...] = (KEEP, DROP)


def cut(text: str, *gone: str) -> str:
    """Return `text` without its lines `gone`."""
    raw = text.encode()
    segmentation, texts = segment(DecodedText(raw, text, "utf-8"), "line")
    fates: list[Fate] = [DROP if each in gone else KEEP for each in texts]
    return apply_cuts(raw, sorted(cut_ranges(segmentation, fates).values())).decode()


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("a\nb\nc\n", "b", "a\nc\n"),
        ("a\n\nb\nc\n", "b", "a\n\nc\n"),
        ("a\nb\n\nc\n", "b", "a\n\nc\n"),
        ("a\n\nb\n\nc\n", "b", "a\n\nc\n"),
        ("a\n\n\nb\n\nc\n", "b", "a\n\n\nc\n"),
        ("a\nx\ny\n\nb\n", "xy", "a\n\nb\n"),
        ("a\n\nx\n\n\ny\nb\n", "xy", "a\n\nb\n"),
        ("a\nb\n", "b", "a\n"),
        ("a\nb", "b", "a"),
        ("a\n\nb\n\n\n", "b", "a\n\n\n"),
        ("a\nb\n", "a", "b\n"),
        ("\n\na\n\nb\n", "a", "\n\nb\n"),
        ("a\n", "a", ""),
        (" \na\n\n", "a", " \n"),
        ("a\r\nb\r\n\r\nc\r\n", "b", "a\r\n\r\nc\r\n"),
        ("a\rb\rc", "b", "a\rc"),
        ("a\n \nb\nc\n", "b", "a\n \nc\n"),
        ("a\r\nb\nc\n", "b", "a\r\nc\n"),  # of gaps of as many lines the first stays
        ("a\n \nb\n\t\nc\n", "b", "a\n \nc\n"),
    ],
)
def test_the_larger_gap_stays_between_kept_neighbours(text: str, gone: str, left: str) -> None:
    assert cut(text, *gone) == left


def test_nothing_dropped_cuts_nothing() -> None:
    assert cut("a\nb\n") == "a\nb\n"


def test_everything_dropped_leaves_the_head() -> None:
    assert cut("\n \na\n\nb\n", "a", "b") == "\n \n"


@given(st.text(alphabet="ab \n\r", max_size=40), st.data())
@settings(max_examples=200, derandomize=True, deadline=None)
def test_ranges_never_overlap_and_putting_them_back_gives_the_original(
    text: str, data: st.DataObject
) -> None:
    raw = text.encode()
    segmentation, texts = segment(DecodedText(raw, text, "utf-8"), "line")
    fates = data.draw(st.lists(st.sampled_from(FATES), min_size=len(texts), max_size=len(texts)))
    ranges = sorted(cut_ranges(segmentation, fates).values())
    assert all(first[1] <= second[0] for first, second in pairwise(ranges))
    cleaned = apply_cuts(raw, ranges)
    assert put_back(cleaned, [(start, raw[start:end]) for start, end in ranges]) == raw
    _, kept = segment(DecodedText(cleaned, cleaned.decode(), "utf-8"), "line")
    assert kept == tuple(each for each, fate in zip(texts, fates, strict=True) if fate is KEEP)


def test_a_cut_beyond_the_clean_text_is_refused() -> None:
    with pytest.raises(ValueError, match="the cut at byte 5 does not fit the cleaned text"):
        put_back(b"abc", [(5, b"x")])


def test_cuts_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="the cut at byte 0 does not fit"):
        put_back(b"abc", [(2, b"xy"), (0, b"z")])
