"""Text from outside is shown so that it cannot act, hide or reorder."""

from __future__ import annotations

import unicodedata

import pytest

from dedupe.reports.sanitizing import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"),
        ("\x00\x07\x7f\x9b\x85", "\\x00\\x07\\x7f\\x9b\\x85"),
        ("\u202egpj.exe\u2066", "\\u202egpj.exe\\u2066"),
        ("a\udcffb", "a\\udcffb"),
        ("\U000e0041", "\\U000e0041"),
        ("\u2028\ufeff", "\\u2028\\ufeff"),
        ("Ünï\\cödé 漢字 🙂 می‌خواهم 👩‍👩‍👧 ❤️", "Ünï\\cödé 漢字 🙂 می‌خواهم 👩‍👩‍👧 ❤️"),
        ("", ""),
    ],
)
def test_this_is_shown_like_this(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_control_character_and_no_surrogate_is_left_as_it_is() -> None:
    shown = visible("".join(map(chr, range(0x110000))))
    assert {unicodedata.category(character) for character in shown}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert {unicodedata.bidirectional(character) for character in shown}.isdisjoint(
        {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    )
