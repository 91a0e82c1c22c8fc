"""What a plan says of a file that holds documents has to fit what it says was taken out of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dedupe.plan.door import DamagedError
from dedupe.plan.file_check import FileCheck
from dedupe.plan.records import PlannedFile, PlannedSplice

FILE = PlannedFile("a.jsonl", "jsonl", 10, "0" * 32, 4, "1" * 32, True)
SPLICES = (
    PlannedSplice("a.jsonl", 0, b"123"),
    PlannedSplice("a.jsonl", 3, b"4"),
    PlannedSplice("a.jsonl", 8, b"90"),
)


def test_what_fits_is_handed_on_and_the_next_file_begins_anew() -> None:
    check = FileCheck()
    for _ in range(2):
        for splice in SPLICES:
            assert check.splice(splice) is splice
        assert check.file(FILE, preview=True) is FILE
        check.expect_none_open()
        other = replace(FILE, name="b.jsonl", bytes=0, cleaned_bytes=0)
        assert check.file(other, preview=True) is other
        assert check.splice(PlannedSplice("", 0, b"1")).file == ""
        assert check.file(replace(FILE, name="", cleaned_bytes=9), preview=True).name == ""


@pytest.mark.parametrize(
    ("splices", "said"),
    [
        (
            [*SPLICES, PlannedSplice("b.jsonl", 20, b"1")],
            "takes out of another file than the one before it",
        ),
        (
            [SPLICES[0], PlannedSplice("a.jsonl", 2, b"1")],
            "takes out what was taken out before, or out of order",
        ),
        ([SPLICES[2], SPLICES[0]], "takes out what was taken out before, or out of order"),
    ],
)
def test_what_cannot_have_been_taken_out_is_damage(splices: list[PlannedSplice], said: str) -> None:
    check = FileCheck()
    for splice in splices[:-1]:
        check.splice(splice)
    with pytest.raises(DamagedError) as damaged:
        check.splice(splices[-1])
    assert str(damaged.value) == said


NOT_OF_IT = "is no file that these bytes can have been taken out of"


@pytest.mark.parametrize(
    ("file", "preview", "said"),
    [
        (replace(FILE, name="b.jsonl"), True, "is not the file that bytes were taken out of before it"),
        (replace(FILE, bytes=9), True, NOT_OF_IT),
        (replace(FILE, bytes=9), False, NOT_OF_IT),
        (replace(FILE, is_spliced=False), True, NOT_OF_IT),
        (
            replace(FILE, cleaned_bytes=5),
            True,
            "tells of 'a.jsonl', whose bytes are not those that stay and those taken out",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_damage(file: PlannedFile, preview: bool, said: str) -> None:
    check = FileCheck()
    for splice in SPLICES:
        check.splice(splice)
    with pytest.raises(DamagedError) as damaged:
        check.file(file, preview=preview)
    assert str(damaged.value) == said


def test_without_text_in_the_plan_sizes_need_not_add_up() -> None:
    assert FileCheck().file(replace(FILE, cleaned_bytes=5), preview=False).cleaned_bytes == 5


def test_what_is_not_spliced_need_not_add_up() -> None:
    assert FileCheck().file(replace(FILE, is_spliced=False), preview=True).bytes == 10


def test_a_file_that_never_came_is_named() -> None:
    check = FileCheck()
    check.splice(SPLICES[0])
    with pytest.raises(DamagedError) as damaged:
        check.expect_none_open()
    assert str(damaged.value) == "comes before 'a.jsonl', of which bytes were taken out"
