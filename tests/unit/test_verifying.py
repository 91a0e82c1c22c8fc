"""What candidates must pass before anything goes."""

from __future__ import annotations

import pytest

from dedupe.normalizing import tokens_of
from dedupe.verifying import Difference, difference, jaccard, slot_of


def compared(here: str, there: str) -> Difference:
    return difference(tokens_of(here), tokens_of(there), lambda: (here, there))


@pytest.mark.parametrize(
    ("left", "right", "similarity"),
    [("", "", 0.0), ("abc", "", 0.0), ("abc", "abc", 1.0), ("abcd", "bcde", 0.6), ("ab", "cd", 0.0)],
)
def test_jaccard_is_the_intersection_over_the_union(left: str, right: str, similarity: float) -> None:
    sets: list[set[tuple[str, ...]]] = [{(letter,) for letter in side} for side in (left, right)]
    assert jaccard(sets[0], sets[1]) == similarity


def test_an_exchanged_word_is_on_both_sides() -> None:
    found = compared("the old bridge was shut for repairs", "the old bridge was closed for repairs")
    assert (found.only_here, found.only_there) == (("shut",), ("closed",))


def test_an_added_word_is_on_one_side() -> None:
    assert compared("The very old bridge", "The old bridge") == Difference(("very",), (), "")


def test_equal_texts_do_not_differ() -> None:
    assert compared("The old bridge", "the old bridge") == Difference((), (), "")


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("the road was open", "the road was not open"),
        ("you shall leave", "you may leave"),
        ("he met the man of Rome", "he met the man of Athens"),
        ("it cost 5 crowns", "it cost 6 crowns"),
        ("it rose by -5", "it rose by 5"),
        ("it cost $5", "it cost \u20ac5"),
        ("the prices rose", "the prices fell"),
        ("the first answer was yes and the second was no", "the first answer was no and the second was yes"),
        ("the dog of Anna bit the cat of Berta", "the dog of Berta bit the cat of Anna"),
        ("he was happy", "he was unhappy"),
        ("昨日は雨", "昨日は雪"),
        ("go go go go no", "go go go go no no"),
    ],
)
def test_a_decisive_word_makes_them_two_texts(here: str, there: str) -> None:
    assert compared(here, there).decisive


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("The bridge was repaired quickly", "The bridge was repaired speedily"),
        ("The council said it", "The board said it"),
        ("It was really good", "It was good"),
    ],
)
def test_a_harmless_word_does_not(here: str, there: str) -> None:
    assert compared(here, there).decisive == ""


def test_words_that_changed_places_differ() -> None:
    found = compared("the dog bit the man", "the man bit the dog")
    assert set(found.only_here + found.only_there) >= {"dog", "man"}


def test_the_texts_are_not_asked_for_when_a_token_decides() -> None:
    def never() -> tuple[str, ...]:
        raise AssertionError("asked")

    assert difference(["a", "5"], ["a", "6"], never).decisive == "5"


def test_the_difference_is_shown_as_evidence() -> None:
    assert Difference(("a", "b"), (), "").as_evidence() == (("only here", "a b"), ("only there", ""))


@pytest.mark.parametrize(
    ("left", "right", "slot"),
    [
        ("abcde", "abxde", (2, 2)),
        ("abc", "abc", (3, 0)),
        ("abc", "abcd", (3, 0)),
        ("abc", "xbc", (0, 2)),
        ("aaa", "aa", (2, 0)),
        ("", "a", (0, 0)),
    ],
)
def test_a_slot_is_what_is_shared_at_start_and_end(left: str, right: str, slot: tuple[int, int]) -> None:
    assert slot_of(left, right) == slot


@pytest.mark.parametrize(
    "pair", [("tenant", "landlord"), ("milligrams", "micrograms"), ("accepted", "noted")]
)
def test_roles_units_and_judgements_decide_alone(pair: tuple[str, str]) -> None:
    assert compared(f"The {pair[0]} was there", f"The {pair[1]} was there").decisive == pair[0]


def test_where_nothing_has_a_capital_every_word_may_be_a_name() -> None:
    assert compared("so john went home", "so mary went home").decisive == "john"
