from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.boilerplate.debris import debris_shape, find_debris

SHAPE_BY_MARK = {"c": "colour code", "m": "mojibake", "n": "number", "p": "punctuation", "t": "", "G": ""}


def debris_of(page: str) -> list[int]:
    """Judge a page written with a mark a paragraph: G is gone by another rule, t is text that stays."""
    return find_debris([SHAPE_BY_MARK[mark] for mark in page], [mark == "G" for mark in page])


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("#000000", "colour code"),
        ("#FFF", "colour code"),
        (" #1a2B3c ", "colour code"),
        ("#333", "colour code"),
        ("#202020", "colour code"),
        ("#112233", "colour code"),
        ("rgb(0,0,0)", "colour code"),
        ("rgba(12, 40, 0, 0.5)", "colour code"),
        ("Â", "mojibake"),
        ("Ã‚Â", "mojibake"),
        ("Ã¢â‚¬â„¢", "mojibake"),
        ("â€", "mojibake"),
        ("ï»¿", "mojibake"),
        ("Â\u00a0Â\u00a0", "mojibake"),
        ("\ufffd\ufffd", "mojibake"),
        ("5", "number"),
        ("1,204", "number"),
        ("|", "punctuation"),
        ("»", "punctuation"),
        ("•", "punctuation"),
        ("·", "punctuation"),
    ],
)
def test_debris_is_recognised_by_its_shape(text: str, shape: str) -> None:
    assert debris_shape(text) == shape


@pytest.mark.parametrize(
    "text",
    [
        *(
            "```",
            "~~~",
            "````python",
            "---",
            "***",
            "* * *",
            "- - -",
            "___",
            "===",
            "=",
            "-",
            "+++",
            "...",
            "+",
            "*",
            ">",
            "#",
            "##",
        ),
        *("|---|---|", "| |", "||", "| 5 |", "- milk", "* milk", "1. milk", "5.", "1)", ":---:"),
        *(
            "2-1",
            "3:2",
            "2–1",
            "10:45",
            "12.05.14",
            "2014-12-03",
            "3/4",
            "12.5 %",
            "12.5",
            "3.2",
            "50%",
            "$5",
            "-5",
            "+3",
            "1.000",
        ),
        *("#42", "#100", "#123456", "#fail", "#cafes", "No. 5", "5 #", "²", "Ⅳ", "٣"),
        *("{", "}", ");", "//", "…", "[…]", "—", "–", "★★★", "✓", "?", "!", "⁂", "☃", "N/A"),
        *("", "  ", "à", "ñ", "â", "ï", "ð", "Âge", "Ã la carte", "é", "€", "£", "°", "5" * 65),
    ],
)
def test_what_may_mean_something_alone_on_a_line_is_not_debris(text: str) -> None:
    assert debris_shape(text) == ""


@pytest.mark.parametrize(
    ("page", "debris"),
    [
        ("GGnccGGmt", [2, 3, 4, 7]),
        ("Gct", [1]),
        ("tcG", [1]),
        ("cG", [0]),
        ("tct", []),
        ("c", []),
        ("tmcG", [1, 2]),
        ("GnG", [1]),
        ("nG", [0]),
        ("Gp", [1]),
        ("Gnt", []),
        ("tnG", []),
        ("GnnG", []),
        ("GnpG", []),
        ("GncnG", [1, 2, 3]),
        ("Gncnt", [1, 2]),
        ("Gcnct", [1, 2, 3]),
        ("ncG", [0, 1]),
        ("n", []),
        ("tnt", []),
        ("", []),
    ],
)
def test_debris_goes_only_with_what_stands_beside_it(page: str, debris: list[int]) -> None:
    assert debris_of(page) == debris


pages = st.text("cmnptG", max_size=14)


@given(pages)
def test_what_is_left_holds_no_debris_for_a_second_run(page: str) -> None:
    removed = set(debris_of(page))
    left = "".join(mark for number, mark in enumerate(page) if number not in removed and mark != "G")
    assert debris_of(left) == []


@given(pages)
def test_debris_is_never_text_and_never_what_another_rule_took(page: str) -> None:
    assert all(page[number] in "cmnp" for number in debris_of(page))


@given(pages)
def test_no_number_or_mark_goes_from_beside_a_paragraph_that_stays(page: str) -> None:
    debris = debris_of(page)
    removed = {number for number, mark in enumerate(page) if mark == "G"} | set(debris)
    for number in debris:
        if page[number] in "np":
            beside = {number - 1, number + 1} & set(range(len(page)))
            assert beside
            assert beside <= removed


@given(pages)
def test_debris_does_not_depend_on_the_reading_direction(page: str) -> None:
    assert debris_of(page[::-1]) == [len(page) - 1 - number for number in reversed(debris_of(page))]


@given(pages.filter(lambda page: "G" not in page))
def test_nothing_goes_where_nothing_else_went(page: str) -> None:
    assert debris_of(page) == []


@given(st.text("#0123456789abcxÂÃâ€\ufffd|»•-*_=~`:. ,%\n\u00a0", max_size=12))
def test_every_text_has_one_of_the_five_shapes(text: str) -> None:
    assert debris_shape(text) in {"", "colour code", "mojibake", "number", "punctuation"}
