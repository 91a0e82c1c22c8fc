"""Text that comes again in another split."""

from __future__ import annotations

import pytest

from dedupe.containment import Cover, KeptText, Pieces
from dedupe.normalizing import shingles_of, tokens_of

FERRY = tokens_of(
    "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."
)
WIND = tokens_of(
    "The office expects the wind to drop on Saturday and the first boat to leave at six o'clock."
)
BRIDGE = tokens_of(
    "Engineers have found cracks in two of the pillars and will close one lane of it until May."
)


def kept(*paragraphs: list[str]) -> KeptText:
    text = KeptText(3)
    for number, paragraph in enumerate(paragraphs):
        text.append(number, paragraph)
    return text


def test_a_joined_paragraph_names_those_it_was_joined_from() -> None:
    assert kept(FERRY, WIND, BRIDGE).cover(FERRY + WIND) == Cover(1.0, (0, 1), ())


def test_a_part_of_a_paragraph_names_it() -> None:
    assert kept(BRIDGE, FERRY + WIND).cover(WIND) == Cover(1.0, (1,), (), 17, 35)


def test_a_piece_across_two_paragraphs_names_both() -> None:
    assert kept(FERRY, WIND).cover(FERRY[5:] + WIND[:12]) == Cover(1.0, (0, 1), ())


def test_paragraphs_joined_over_a_gap_are_covered() -> None:
    assert kept(FERRY, BRIDGE, WIND).cover(FERRY + WIND) == Cover(1.0, (0, 2), ())


def test_paragraphs_joined_in_another_order_are_covered() -> None:
    assert kept(FERRY, BRIDGE).cover(BRIDGE + FERRY) == Cover(1.0, (0, 1), ())


def test_what_stands_nowhere_is_uncovered() -> None:
    cover = kept(FERRY).cover([*FERRY, "he", "added"])
    assert (cover.survivors, cover.uncovered) == ((0,), ("he", "added"))


def test_an_uncovered_word_at_the_start_is_told() -> None:
    cover = kept(FERRY).cover(["correction", *FERRY])
    assert (cover.survivors, cover.uncovered) == ((0,), ("correction",))


def test_stretches_shorter_than_eight_tokens_cover_nothing() -> None:
    scattered = [*FERRY[:7], "x", *WIND[:7], "y", *BRIDGE[:7]]
    assert kept(FERRY, WIND, BRIDGE).cover(scattered) == Cover(0.0, (), tuple(scattered))


def test_halves_of_two_sentences_are_not_their_join() -> None:
    one = tokens_of(
        "The road between Ashby and Corle will be closed from Monday until the end of the week for repairs."
    )
    two = tokens_of(
        "The road between Denham and Foss will be closed from Friday until the day of the fair in the valley."
    )
    chimera = [*one[:10], *two[10:]]
    assert kept(one, two).cover(chimera).share < 0.95


def test_an_empty_text_covers_nothing() -> None:
    assert KeptText(3).cover(FERRY) == Cover(0.0, (), tuple(FERRY))


def test_paragraphs_shorter_than_a_shingle_can_be_kept() -> None:
    assert kept(["a"], ["b"], FERRY, ["c"]).cover(FERRY) == Cover(1.0, (2,), (), 0, 17)


@pytest.mark.parametrize(
    ("paragraph", "share"),
    [(FERRY, 1.0), (WIND, 0.0), (FERRY + FERRY, 1 - 2 / len(shingles_of(FERRY + FERRY, 3)))],
)
def test_the_share_counts_shingles_across_joints(paragraph: list[str], share: float) -> None:
    assert kept(FERRY).share_of(shingles_of(paragraph, 3)) == pytest.approx(share)


def test_the_share_of_no_shingles_is_nothing() -> None:
    assert kept(FERRY).share_of(set()) == 0.0


def test_a_text_grows_after_it_was_asked() -> None:
    text = kept(FERRY)
    text.cover(WIND)
    text.append(5, WIND)
    assert text.cover(WIND) == Cover(1.0, (5,), (), 0, 18)


def test_one_phrase_in_a_thousand_paragraphs_is_tried_in_few_places() -> None:
    text = kept(*[[*FERRY[:9], f"n{number}"] for number in range(2_000)])
    assert text.cover(FERRY[:9] * 200).survivors


def test_pieces_from_the_beginning_on_are_a_body_in_another_split() -> None:
    pieces = Pieces(14)
    assert [pieces.goes_on(0, *piece) for piece in ((0, 20), (20, 40), (54, 80))] == [True, True, True]


def test_a_piece_from_within_a_paragraph_is_a_quotation() -> None:
    pieces = Pieces(14)
    assert [pieces.goes_on(0, *piece) for piece in ((8, 30), (60, 80), (45, 58))] == [False, False, False]


def test_too_much_left_out_before_a_piece_makes_it_a_quotation() -> None:
    pieces = Pieces(14)
    assert [pieces.goes_on(0, *piece) for piece in ((0, 20), (35, 50))] == [True, False]


def test_pieces_of_other_paragraphs_lead_to_nothing() -> None:
    pieces = Pieces(14)
    assert [pieces.goes_on(*piece) for piece in ((0, 0, 20), (1, 20, 40))] == [True, False]


def test_a_quotation_behind_a_quotation_is_one_too() -> None:
    pieces = Pieces(14)
    assert [pieces.goes_on(0, *piece) for piece in ((8, 28), (28, 48))] == [False, False]
