"""What is JSON, where its fields lie and what its strings say: by Python's own `json`, and by the kernel as well."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_made import damaged_lines, spelled

from dedupe.kernels import json_lines as kernels
from dedupe.kernels.library import library
from dedupe.reading import json_text
from dedupe.reading.json_text import (
    BLANK,
    MALFORMED,
    NOWHERE,
    TEXT,
    TEXT_TWICE,
    WITHOUT_TEXT,
    FieldNames,
    JsonLine,
)

NAMES = FieldNames()
TEXTS = st.text(st.characters(), max_size=12) | st.text(
    st.sampled_from('a\n"\\/é日😀\ud83d\ude00\0'), max_size=12
)
needs_kernels = pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")


class Pairs(list[tuple[str, Any]]):
    """An object with all its fields, however often one is there."""


def loaded(line: bytes) -> Any:
    # A number with 5,000 digits is JSON, though Python's int has no wish to read it.
    return json.loads(line.decode(), object_pairs_hook=Pairs, parse_int=float, parse_float=float)


def by_kernel(text: bytes) -> list[JsonLine]:
    found, count, read = kernels.lines_of(text, NAMES.encoded(), text.count(b"\n") + 1)
    assert read == len(text)
    return [
        JsonLine(line.status, line.start, line.end, *zip(line.field_start, line.field_end, strict=True))
        for line in found[:count]
    ]


@given(damaged_lines())
def test_a_line_is_what_json_says_it_is(line: bytes) -> None:
    found = list(json_text.read_lines(line, NAMES))
    if not line:
        assert found == []
        return
    (read,) = found
    assert (read.start, read.end) == (0, len(line))
    if not line.strip(b" \t\r\n"):
        assert read.kind == BLANK
        return
    try:
        value = loaded(line)
    except ValueError:
        assert read.kind == MALFORMED
        return
    fields = value if isinstance(value, Pairs) else Pairs()
    texts = [each for name, each in fields if name == "text"]
    is_string = len(texts) == 1 and isinstance(texts[0], str)
    assert read.kind == (TEXT_TWICE if len(texts) > 1 else TEXT if is_string else WITHOUT_TEXT)
    if is_string:
        assert json_text.said(line[slice(*read.text)]) == texts[0].encode("utf-8", "surrogatepass")
    for name, span in (("id", read.id), ("url", read.url)):
        values = [each for field, each in fields if field == name]
        assert (span != NOWHERE) == bool(values)
        if values:
            assert repr(loaded(line[slice(*span)])) == repr(values[-1])


@needs_kernels
@given(st.lists(damaged_lines(), max_size=4))
def test_the_kernel_reads_lines_as_python_does(lines: list[bytes]) -> None:
    text = b"\n".join(lines)
    assert by_kernel(text) == list(json_text.read_lines(text, NAMES))


@pytest.mark.parametrize("depth", [json_text.MAX_DEPTH, json_text.MAX_DEPTH + 1, 100_000])
def test_what_lies_too_deep_is_no_line_for_us(depth: int) -> None:
    line = b'{"text":"a","x":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
    (read,) = json_text.read_lines(line, NAMES)
    assert read.kind == (TEXT if depth <= json_text.MAX_DEPTH else MALFORMED)
    if library() is not None:
        assert by_kernel(line) == [read]


@given(st.data(), TEXTS)
def test_each_place_in_a_text_has_its_place_in_the_string(data: st.DataObject, text: str) -> None:
    string = data.draw(spelled(text))[1:-1].encode()
    characters = [
        character.encode("utf-8", "surrogatepass") for character in json.loads(f'"{string.decode()}"')
    ]
    ends = [len(b"".join(characters[:count])) for count in range(len(characters) + 1)]
    wanted = sorted(data.draw(st.lists(st.sampled_from(ends), max_size=4)))
    places = json_text.places_in(string, wanted)
    whole = json_text.said(string)
    for place, end in zip(places, wanted, strict=True):
        assert json_text.said(string[:place]) == whole[:end]
        assert json_text.said(string[place:]) == whole[end:]
    if library() is not None:
        assert kernels.said(string) == whole
        assert kernels.places_in(string, wanted) == places


@given(st.data(), TEXTS)
def test_a_place_inside_a_character_or_behind_the_end_is_refused(data: st.DataObject, text: str) -> None:
    string = data.draw(spelled(text))[1:-1].encode()
    place = data.draw(st.integers(0, len(json_text.said(string)) + 2))
    results = set()
    for module in (json_text, kernels) if library() is not None else (json_text,):
        try:
            results.add(module.places_in(string, [place])[0])
        except ValueError:
            results.add(-1)
    assert len(results) == 1
    if place > len(json_text.said(string)):
        assert results == {-1}
