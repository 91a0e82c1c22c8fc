"""Where paragraphs lie: hard-wrapped text, line-structured scrapes, and the tiling of bytes."""

from __future__ import annotations

import textwrap

import pytest

from dedupe.model import DecodedText, Paragraph, Segmentation
from dedupe.segmenting import is_filled, segment

FERRY = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."
TICKETS = (
    "Passengers who hold a ticket for that day may travel on any other crossing until the end of the month."
)
WIND = "The harbour office expects the wind to drop on Saturday evening and the first boat to leave at six."
PROSE = " ".join([FERRY, TICKETS, WIND])


def wrapped(text: str, width: int = 72) -> str:
    return "\n".join(textwrap.wrap(text, width))


def segmented(text: str, choice: str = "auto") -> tuple[str, tuple[str, ...]]:
    segmentation, texts = segment(DecodedText(text.encode(), text, "utf-8"), choice)
    return segmentation.mode, texts


def test_a_page_with_a_paragraph_a_line_is_divided_by_lines() -> None:
    assert segmented(f"{FERRY}\n{TICKETS}\n\n{WIND}\n") == ("line", (FERRY, TICKETS, WIND))


def test_hard_wrapped_text_is_divided_by_blank_lines() -> None:
    first, second = wrapped(PROSE), wrapped(f"{WIND} {FERRY} {TICKETS}")
    assert segmented(f"{first}\n\n{second}\n") == ("blank-line", (first, second))


def test_text_wrapped_at_sixty_columns_is_divided_by_blank_lines() -> None:
    first, second = wrapped(PROSE, 60), wrapped(TICKETS + WIND, 60)
    assert segmented(f"{first}\n\n{second}\n") == ("blank-line", (first, second))


def test_one_hard_wrapped_paragraph_is_one_paragraph() -> None:
    assert segmented(wrapped(PROSE)) == ("blank-line", (wrapped(PROSE),))


def test_wrapped_text_with_indented_lines_and_headings_is_hard_wrapped() -> None:
    body = textwrap.indent(wrapped(PROSE, 66), "   ")
    text = f"1.  The crossing\n\n{body}\n\n   o  a point\n\n{body}\n"
    assert segmented(text)[0] == "blank-line"


def test_hard_wrapped_text_without_spaces_between_words_is_recognised() -> None:
    text = (
        "橋は長い間閉鎖されていたが、市の技術者が北側の石組みを直したので、来年の春には再び渡れるようになると役所は述べ、"
        * 4
    )
    lines = "\n".join(text[start : start + 36] for start in range(0, len(text), 36))
    assert segmented(f"{lines}\n\n{lines}\n")[0] == "blank-line"


def test_a_standfirst_and_a_line_below_it_are_two_paragraphs() -> None:
    standfirst = (
        "What the closing of the harbour means for those who live on the islands and for their guests"
    )
    text = f"Harbour closed\n\n{standfirst}\nGet more news\n\n{FERRY}\n\n{TICKETS}\n\n{WIND}\n"
    assert segmented(text) == ("line", ("Harbour closed", standfirst, "Get more news", FERRY, TICKETS, WIND))


def test_equal_lines_of_one_length_are_not_taken_for_wrapped_text() -> None:
    assert segmented(f"{FERRY}\n" * 3) == ("line", (FERRY, FERRY, FERRY))


def test_a_few_full_lines_do_not_make_a_page_without_blank_lines_hard_wrapped() -> None:
    lines = [*wrapped(PROSE, 72).split("\n")[:3], *(f"cell {number}" for number in range(9))]
    assert segmented("\n".join(lines)) == ("line", tuple(lines))


def test_a_poem_is_divided_by_lines() -> None:
    poem = "The gulls fly home\nacross the bay\nand all the boats\nare far away\n\nThe lamp is lit\nthe day is done"
    assert segmented(poem)[0] == "line"


def test_a_table_of_short_cells_is_divided_by_lines() -> None:
    assert segmented("Name\nSTATUS\nmandatory\n\nSize\nSTATUS\noptional\n")[0] == "line"


@pytest.mark.parametrize(
    ("choice", "texts"), [("line", ("one", "two", "three")), ("blank-line", ("one\ntwo", "three"))]
)
def test_a_choice_is_obeyed(choice: str, texts: tuple[str, ...]) -> None:
    assert segmented("one\ntwo\n\nthree\n", choice) == (choice, texts)


def test_the_head_is_blank_and_belongs_to_no_paragraph() -> None:
    text = " \n\n  one \r\ntwo"
    segmentation, texts = segment(DecodedText(text.encode(), text, "utf-8"))
    assert (segmentation, texts) == (
        Segmentation("line", 3, (Paragraph(0, 3, 9, 11, 3, 3), Paragraph(1, 11, 14, 14, 4, 4))),
        ("  one ", "two"),
    )


def test_a_byte_order_mark_is_head() -> None:
    text = "one\n"
    raw = b"\xff\xfe" + text.encode("utf-16-le")
    segmentation, _ = segment(DecodedText(raw, text, "utf-16-le", b"\xff\xfe"))
    assert segmentation == Segmentation("line", 2, (Paragraph(0, 2, 8, 10, 1, 1),))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t\r\n \r"])
def test_a_text_without_anything_visible_has_no_paragraphs(text: str) -> None:
    segmentation, texts = segment(DecodedText(text.encode(), text, "utf-8"))
    assert (segmentation, texts) == (Segmentation("line", len(text), ()), ())


@pytest.mark.parametrize("choice", ["auto", "line", "blank-line"])
@pytest.mark.parametrize("text", ["a\n\nb\n \n", "\r\ra\r\nb\r\rc", f"{wrapped(PROSE)}\n\n\n{wrapped(WIND)}"])
def test_paragraphs_tile_the_text(text: str, choice: str) -> None:
    raw = text.encode()
    segmentation, _ = segment(DecodedText(raw, text, "utf-8"), choice)
    head, pieces = raw[: segmentation.head_end], [raw[p.start : p.end] for p in segmentation.paragraphs]
    assert (head.strip(), b"".join([head, *pieces])) == (b"", raw)


@pytest.mark.parametrize(
    ("line", "following", "filled"),
    [
        ("the boat will leave at six", "o'clock sharp", True),
        ("the boat will leave", "at six", False),
        ("the boat will leave at six.", "Tomorrow", False),
        ("船は六時に出る予定", "です", False),
        ("船は六時に出る予定であるとい", "う話", True),
    ],
)
def test_a_line_is_filled_when_the_next_word_would_not_have_fitted(
    line: str, following: str, filled: bool
) -> None:
    assert is_filled(line, following, 30) is filled
