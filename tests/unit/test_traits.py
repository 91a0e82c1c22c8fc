"""What a paragraph's raw form tells: verse, questions, lead-ins."""

from __future__ import annotations

import pytest

from dedupe.model import DecodedText
from dedupe.segmenting import segment
from dedupe.traits import Traits, traits_of, verse_among

STANZA = ["The gulls fly home across the bay", "and all the boats", "are far away", "and the lamp is lit."]


def traits(text: str, choice: str = "line") -> tuple[Traits, ...]:
    return traits_of(*segment(DecodedText(text.encode(), text, "utf-8"), choice))


def verse(text: str, *gone: int) -> set[int]:
    segmentation, texts = segment(DecodedText(text.encode(), text, "utf-8"), "line")
    left = [number for number in range(len(texts)) if number not in gone]
    return verse_among(segmentation.paragraphs, traits_of(segmentation, texts), left)


@pytest.mark.parametrize(
    "line",
    [
        "He left.",
        "He left!",
        "He left…",
        "“He left.”",
        "(He left.)",
        "他走了。",
        "वह गया।",
        "وہ گیا۔",
        "He left. ",
    ],
)
def test_a_sentence_ends_here(line: str) -> None:
    assert traits(line)[0].ends_sentence


@pytest.mark.parametrize("line", ["He left", "He left,", "He left:", "3.5", "a.b"])
def test_no_sentence_ends_here(line: str) -> None:
    assert not traits(line)[0].ends_sentence


@pytest.mark.parametrize(
    "line", ["Who left?", "“Who left?”", "He said:", "The list;", "谁走了？", "من ذهب؟", "注："]
)
def test_what_follows_belongs_to_this(line: str) -> None:
    assert traits(line)[0].leads_on


def test_a_statement_does_not_lead_on() -> None:
    assert not traits("He left.")[0].leads_on


@pytest.mark.parametrize(
    ("line", "short"), [("x" * 80, True), ("x" * 81, False), ("東" * 40, True), ("東" * 41, False)]
)
def test_a_line_of_verse_is_at_most_eighty_columns_wide(line: str, short: bool) -> None:
    assert traits(line)[0].is_short_line is short


def test_a_block_of_uneven_lines_is_ragged_and_a_full_one_is_not() -> None:
    ragged = "\n".join(STANZA)
    full = "the boat leaves the quay at six\nand comes back at nine o'clock\nif the wind is not too strong\nfor it"
    assert [each.is_ragged for each in traits(f"{ragged}\n\n{full}", "blank-line")] == [True, False]


def test_two_lines_are_no_verse() -> None:
    assert verse("\n".join(STANZA[:2])) == set()


def test_a_stanza_is_verse() -> None:
    assert verse("Title\n\n" + "\n".join(STANZA) + "\n\nEnd.") == {1, 2, 3, 4}


def test_short_sentences_are_no_verse() -> None:
    assert verse("He came.\nHe saw.\nHe left.\nand that was it") == set()


def test_a_long_line_among_them_makes_them_prose() -> None:
    assert verse("\n".join([*STANZA, "x " * 60])) == set()


def test_what_was_cut_between_two_lines_does_not_part_them() -> None:
    assert verse(f"{STANZA[0]}\n{STANZA[1]}\nBanner\n{STANZA[2]}\n", 2) == {0, 1, 3}


def test_a_gap_that_stays_parts_two_stanzas() -> None:
    assert verse(f"{STANZA[0]}\n{STANZA[1]}\n\nBanner\n\n{STANZA[2]}\n", 2) == set()


def test_equal_traits_are_one_object() -> None:
    one, other = traits("He left.\nShe left.")
    assert one is other
