"""The values that flow between the stages."""

from __future__ import annotations

from collections import Counter
from dataclasses import FrozenInstanceError

import pytest

from dedupe.model import SKIP_REASONS, Cut, Edit, Finding, Place, Skipped, Totals

PLACE = Place("a", 0, 3, 1, 1)


def edit(
    cleaned: bytes = b"one\n", encoding: str = "utf-8", **rest: tuple[Cut, ...] | tuple[Finding, ...]
) -> Edit:
    return Edit("a", b"one\ntwo\n", cleaned, "", "", encoding, False, "line", 2, **rest)  # type: ignore[arg-type]


def test_totals_of_an_edit_count_paragraphs_bytes_rules_and_characters() -> None:
    cut = Cut("1", "a", 4, 8, 2, 2, "DUP101", 1.0, (), (PLACE,), b"two\n", "two")
    finding = Finding("XDP301", PLACE, 1.0)
    assert Totals.of(edit(cuts=(cut,), findings=(finding, finding))) == Totals(
        1, 2, 8, 4, Counter(DUP101=1), Counter(DUP101=3), Counter(XDP301=2), Counter()
    )


def test_totals_of_what_was_skipped_count_the_reason_only() -> None:
    assert Totals.of(Skipped("a", "binary")) == Totals(skipped=Counter(binary=1))


def test_totals_add() -> None:
    one = Totals(1, 2, 3, 4, Counter(DUP101=1), Counter(DUP101=5), Counter(), Counter(binary=1))
    other = Totals(10, 20, 30, 40, Counter(DUP101=1, BPL202=2), Counter(BPL202=7), Counter(XDP301=1))
    assert sum([one, other], Totals()) == Totals(
        11,
        22,
        33,
        44,
        Counter(DUP101=2, BPL202=2),
        Counter(DUP101=5, BPL202=7),
        Counter(XDP301=1),
        Counter(binary=1),
    )


def test_the_sum_of_nothing_is_nothing() -> None:
    assert sum([], Totals()) == Totals()


@pytest.mark.parametrize(("reason", "failure"), SKIP_REASONS.items())
def test_what_should_have_been_read_is_a_failure(reason: str, failure: bool) -> None:
    assert Skipped("a", reason).is_failure is failure


@pytest.mark.parametrize(
    ("cleaned", "encoding", "text"),
    [
        (b"\xc3\xa9", "utf-8", "\u00e9"),
        (b"\xef\xbb\xbfa", "utf-8", "\ufeffa"),
        (b"a\xff", "utf-8", "a\udcff"),
        (b"\xed\xb3\xbf", "utf-8", "\udcff"),
        (b"a\xe9", "cp1252", "a\u00e9"),
        (b"a\0", "utf-16-le", "a"),
    ],
)
def test_clean_text_is_decoded_without_losing_a_byte(cleaned: bytes, encoding: str, text: str) -> None:
    assert edit(cleaned, encoding).cleaned_text == text


def test_values_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        PLACE.start = 1  # type: ignore[misc]
