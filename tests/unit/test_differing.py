"""The words that differ are shown in place, and nothing else is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.differing import Stretch, word_difference
from dedupe.normalizing import comparison_key

TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(["the", "The", "cat", "dog,", "sat", "–", "42", "猫", "\n"]), max_size=20).map(
        " ".join
    ),
)


def marked(stretches: tuple[Stretch, ...]) -> str:
    return "".join(f"[{stretch.text}]" if stretch.differs else stretch.text for stretch in stretches)


@pytest.mark.parametrize(
    ("here", "there", "shown_here", "shown_there"),
    [
        (
            "The ferry left at two.",
            "The ferry left at three.",
            "The ferry left at [two.]",
            "The ferry left at [three.]",
        ),
        ("one two three", "one three", "one [two] three", "one three"),
        ("a – b c d", "a x y d", "a – [b c] d", "a [x y] d"),
        ("一二三", "一四三", "一[二]三", "一[四]三"),
        ("Same words.", "“same\nWORDS”", "Same words.", "“same\nWORDS”"),
        ("", "word", "", "[word]"),
    ],
)
def test_words_that_differ_are_marked_where_they_stand(
    here: str, there: str, shown_here: str, shown_there: str
) -> None:
    found = word_difference(here, there)
    assert (marked(found.here), marked(found.there)) == (shown_here, shown_there)


@given(TEXTS, TEXTS)
def test_the_stretches_joined_are_the_texts(here: str, there: str) -> None:
    found = word_difference(here, there)
    assert "".join(stretch.text for stretch in found.here) == here
    assert "".join(stretch.text for stretch in found.there) == there


@given(TEXTS, TEXTS)
def test_what_is_not_marked_is_the_same_on_both_sides(here: str, there: str) -> None:
    found = word_difference(here, there)
    sides = [
        [
            key
            for stretch in side
            if not stretch.differs
            for word in stretch.text.split()
            if (key := comparison_key(word))
        ]
        for side in (found.here, found.there)
    ]
    assert "".join(sides[0]).replace(" ", "") == "".join(sides[1]).replace(" ", "")


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert word_difference(text, text).is_none


def test_very_long_texts_differ_whole_between_what_they_share_at_the_ends() -> None:
    here = " ".join(f"a{n}" for n in range(5_000))
    there = " ".join(f"b{n}" for n in range(5_000))
    found = word_difference(f"x {here} z", f"x {there} z")
    assert [stretch.differs for stretch in found.here] == [False, True, False]
