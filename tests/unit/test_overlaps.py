"""Which texts share so many shingles that one may be a copy of the other."""

from __future__ import annotations

from array import array
from unittest.mock import Mock

import pytest

from dedupe import overlaps
from dedupe.overlaps import OverlapJoin, hashes_of


def join(*texts: range | list[int], threshold: float = 0.8) -> OverlapJoin:
    return OverlapJoin([array("q", sorted(text)) for text in texts], threshold=threshold, contained=0.95)


def test_hashes_are_distinct_and_in_order() -> None:
    hashes = hashes_of([("a", "b"), ("b", "c"), ("a", "b")])
    assert list(hashes) == sorted({hash(("a", "b")), hash(("b", "c"))})


def test_kept_texts_that_are_near_are_found_in_the_order_of_keeping() -> None:
    index = join(range(100), range(200, 300), range(5, 105), range(2, 102))
    for number in (2, 1, 0):
        index.keep(number)
    assert index.like(3) == [2, 0]


def test_what_was_not_kept_is_not_found() -> None:
    index = join(range(100), range(100))
    assert index.like(1) == []
    index.keep(0)
    assert index.like(1) == [0]


@pytest.mark.parametrize(("start", "expected"), [(11, [0]), (12, [])])
def test_a_text_is_found_from_the_threshold_on(start: int, expected: list[int]) -> None:
    # 89 of 111, and 88 of 112
    index = join(range(100), range(start, start + 100))
    index.keep(0)
    assert index.like(1) == expected


@pytest.mark.parametrize(("start", "expected"), [(1905, [0]), (1906, [])])
def test_a_part_of_a_longer_text_is_found_from_its_containment_on(start: int, expected: list[int]) -> None:
    index = join(range(2000), range(start, start + 100))
    index.keep(0)
    assert index.like(1) == expected


def test_a_low_threshold_finds_the_part_that_has_it() -> None:
    index = join(range(100), range(50, 150), threshold=0.3)
    index.keep(0)
    assert index.like(1) == [0]


def test_hashes_may_be_negative_and_are_counted_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    spread = [(-1) ** number * number * 2**53 for number in range(100)]
    monkeypatch.setattr(overlaps, "COUNTED_AT_ONCE", 7)
    index = join(spread, spread[3:], [number + 1 for number in spread])
    index.keep(0)
    index.keep(2)
    assert index.like(1) == [0]


def test_pages_that_share_a_template_only_are_not_compared() -> None:
    # Of the 250 shingles beside the template's 750 a page shares 100 with each neighbour: not enough, but hopeful.
    pages = [[*range(750), *range(1000 + 150 * page, 1250 + 150 * page)] for page in range(400)]
    index = join(*pages)
    looked_at = Mock(wraps=index._needed)
    index._needed = looked_at  # type: ignore[method-assign]
    found = []
    for page in range(400):
        found += index.like(page)
        index.keep(page)
    assert found == []
    assert looked_at.call_count <= 2 * 400


def test_no_texts_are_no_trouble() -> None:
    assert join()._hopeful == set()
