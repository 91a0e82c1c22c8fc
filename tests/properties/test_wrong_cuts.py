"""A wrong cut is found before anything is published."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dedupe import Document, clean, editing
from dedupe.cutting import ByteRange, apply_cuts, cut_ranges
from dedupe.errors import SelfCheckFailed

LINE = (
    "The harbour office in Eastmere said on Monday that the ferry will not leave the northern quay this week."
)
OTHER = "A baker in the upper town has begun to make loaves from barley, wheat and rye that grows on the far bank."
PAGES = {
    "a run at the end": f"{LINE}\nYes.\n{OTHER}\n\n{LINE}\nYes.\n{OTHER}\n",
    "a run in the middle": f"{LINE}\n\nMore follows.\n{LINE}\n\n\nThe end of it.\n",
    "a banner first": f"Advertisement\n{LINE}\n{OTHER}\nShare this article\n{LINE}\nThe end.\n",
    "three copies": f"\ufeff\n{LINE}\r\n{LINE}\r\n{LINE}\r\n{OTHER}",
    "letters of two bytes": f"Früh am Morgen.\n{OTHER} Überall.\nÖl.\n{OTHER} Überall.\nÄpfel.\n{LINE}\n",
}
Ranges = dict[int, ByteRange]


def first(ranges: Ranges, change: Callable[[int, int], ByteRange]) -> Ranges:
    number = min(ranges)
    return {**ranges, number: change(*ranges[number])}


def last(ranges: Ranges, change: Callable[[int, int], ByteRange]) -> Ranges:
    number = max(ranges)
    return {**ranges, number: change(*ranges[number])}


WRONG: dict[str, Callable[[Ranges], Ranges]] = {
    "starts a byte early": lambda ranges: first(ranges, lambda start, end: (start - 1, end)),
    "starts a byte late": lambda ranges: first(ranges, lambda start, end: (start + 1, end)),
    "ends a byte early": lambda ranges: last(ranges, lambda start, end: (start, end - 1)),
    "ends in its own text": lambda ranges: first(ranges, lambda start, end: (start, (start + end) // 2)),
    "reaches into the next text": lambda ranges: first(ranges, lambda start, end: (start, end + 5)),
    "reaches into the text before": lambda ranges: last(ranges, lambda start, end: (start - 9, end)),
    "is turned round": lambda ranges: first(ranges, lambda start, end: (end, start)),
    "is empty": lambda ranges: first(ranges, lambda start, _: (start, start)),
    "lies beyond the end": lambda ranges: last(ranges, lambda start, end: (start + 9_999, end + 9_999)),
    "begins before the document": lambda ranges: first(ranges, lambda start, end: (start - 9_999, end)),
    "is another paragraph's": lambda ranges: first(ranges, lambda start, end: (start - (end - start), start)),
    "takes the whole document": lambda ranges: {min(ranges): (0, 9_999)},
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_range_fails_the_self_check(fault: str, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document("page", PAGES[page])
    assert clean([document]).totals.removed
    monkeypatch.setattr(editing, "cut_ranges", lambda *arguments: WRONG[fault](cut_ranges(*arguments)))
    with pytest.raises(SelfCheckFailed, match="a fault of this program"):
        clean([document])


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("shift", [-1, 1])
def test_a_wrong_application_of_right_ranges_fails_the_self_check(
    shift: int, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        editing,
        "apply_cuts",
        lambda raw, ranges: apply_cuts(raw, [(start, end + shift) for start, end in ranges]),
    )
    with pytest.raises(SelfCheckFailed, match="a fault of this program"):
        clean([Document("page", PAGES[page])])
