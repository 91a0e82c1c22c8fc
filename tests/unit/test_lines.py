"""Where lines start and end, in text and in bytes."""

from __future__ import annotations

import codecs

import pytest

from dedupe.lines import Lines, lines_of
from dedupe.model import DecodedText


def decoded(text: str, encoding: str = "utf-8", bom: bytes = b"") -> DecodedText:
    return DecodedText(bom + text.encode(encoding), text, encoding, bom)


def text_lines(text: str) -> list[str]:
    lines = lines_of(decoded(text))
    return [text[start:end] for start, end in zip(lines.text_start, lines.text_end, strict=True)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a\rb\r", ["a", "b"]),
        ("a\n\nb", ["a", "", "b"]),
        ("a\r\r\nb", ["a", "", "b"]),
        ("a\n\rb", ["a", "", "b"]),
        ("\n", [""]),
        ("a\u0085b\u2028c\fd\x0be\x1cf\n", ["a\u0085b\u2028c\fd\x0be\x1cf"]),
        ("a\0b\nc", ["a\0b", "c"]),
    ],
)
def test_a_line_ends_at_lf_cr_lf_or_a_lone_cr_and_at_nothing_else(text: str, lines: list[str]) -> None:
    assert text_lines(text) == lines


def test_bytes_are_counted_from_behind_the_mark() -> None:
    lines = lines_of(decoded("\u00e9a\nb\r\nc", "utf-8", codecs.BOM_UTF8))
    assert lines == Lines((0, 3, 6), (2, 4, 7), (3, 7, 10), (6, 8, 11))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8", "cp1252"])
def test_each_line_of_the_bytes_is_the_line_of_the_text(encoding: str) -> None:
    text = "one\r\ntwo\rthree\n\n\u00e9nd"
    document = decoded(text, encoding)
    lines = lines_of(document)
    raw = zip(lines.raw_start, lines.raw_end, strict=True)
    in_text = zip(lines.text_start, lines.text_end, strict=True)
    assert (
        [document.raw[start:end].decode(encoding) for start, end in raw]
        == [text[start:end] for start, end in in_text]
        == ["one", "two", "three", "", "\u00e9nd"]
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_half_of_a_code_unit_is_no_line_end(encoding: str) -> None:
    text = "\u0a0a\u0d0d\u0a00\u000a\u0a0d\u0d00x"
    lines = lines_of(decoded(text, encoding))
    assert (len(lines.text_start), len(lines.raw_start)) == (2, 2)
