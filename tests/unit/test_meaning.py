"""Which words two texts may differ in and still say the same."""

from __future__ import annotations

import pytest

from dedupe.meaning import DECISIVE_WORDS, OPPOSITES, are_opposed, capitalised_tokens, is_harmless
from dedupe.normalizing import comparison_key

NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize("token", ["house", "quickly", "straße", "дом", "φιλία"])
def test_a_plain_word_is_harmless(token: str) -> None:
    assert is_harmless(token, NOBODY)


@pytest.mark.parametrize(
    "token",
    """
    not didnt never cannot without shall may must two half if unless except always seldom before after until
    nicht jamais нет χωρίσ muss
    """.split(),
)
def test_a_word_that_turns_the_meaning_is_not_harmless(token: str) -> None:
    assert not is_harmless(token, NOBODY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("above", "below"),
        ("rose", "fell"),
        ("accepted", "rejected"),
        ("guilty", "innocent"),
        ("northern", "southern"),
        ("morning", "evening"),
        ("cheap", "expensive"),
        ("begin", "end"),
        ("good", "bad"),
        ("he", "she"),
        ("monday", "friday"),
        ("likely", "unlikely"),
        ("happy", "unhappy"),
        ("legal", "illegal"),
        ("possible", "impossible"),
        ("honest", "dishonest"),
        ("useful", "useless"),
        ("help", "helpless"),
        ("estimated", "underestimated"),
    ],
)
def test_opposites_turn_a_sentence_round(one: str, other: str) -> None:
    assert (are_opposed(one, other), are_opposed(other, one)) == (True, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [("shut", "closed"), ("house", "houses"), ("build", "building"), ("art", "smart"), ("careful", "caring")],
)
def test_other_words_do_not(one: str, other: str) -> None:
    assert (are_opposed(one, other), are_opposed(other, one)) == (False, False)


@pytest.mark.parametrize("token", ["5", "1,000", "f16", "-", "+", "$", "%", "^", "&", "2nd", "\u20ac", "co2"])
def test_numbers_and_symbols_are_not_harmless(token: str) -> None:
    assert not is_harmless(token, NOBODY)


@pytest.mark.parametrize("token", ["東", "पुराना", "ก", "مدينة", "עיר"])
def test_a_word_in_a_script_without_capitals_is_not_harmless(token: str) -> None:
    assert not is_harmless(token, NOBODY)


def test_a_name_is_not_harmless() -> None:
    assert not is_harmless("anna", frozenset({"anna"}))


def test_every_decisive_word_is_a_token_of_the_key() -> None:
    assert [word for word in sorted(DECISIVE_WORDS | OPPOSITES) if comparison_key(word) != word] == []


def test_what_is_capitalised_may_be_a_name() -> None:
    text = "The mayor, Anna O\u2019Brien-Lee, met Élodie and SMITH at the iPhone stand in 5th Street"
    names = {"the", "anna", "obrienlee", "élodie", "smith", "street"}
    assert capitalised_tokens(text) == names


def test_titlecase_and_foreign_capitals_are_capitals() -> None:
    assert capitalised_tokens("\u01c5ungla и Москва, Ἀθῆναι") == {"džungla", "москва", "ἀθῆναι"}
