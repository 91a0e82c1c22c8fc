"""JSON made for tests: as people's programs write it, spelled every way there is, and damaged."""

from __future__ import annotations

import json

from hypothesis import strategies as st

_SPACES = st.sampled_from(("", "", "", " ", "\t", "  ", "\r"))
_NUMBERS = (
    "0",
    "-0",
    "1.10",
    "1234567890123456789012345",
    "1e5",
    "-1.5E+3",
    "true",
    "false",
    "null",
    "NaN",
    "-Infinity",
)
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "/": "\\/",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}


@st.composite
def spelled(draw: st.DrawFn, text: str) -> str:
    """A JSON string that says `text`: each character raw or escaped, as it comes."""
    ways = draw(st.lists(st.sampled_from(("ascii", "raw", "u", "U")), min_size=1, max_size=5))
    pieces = []
    for number, character in enumerate(text):
        how = ways[number % len(ways)]
        if "\ud800" <= character <= "\udfff" or how in "uU":
            units = character.encode("utf-16-be", "surrogatepass").hex()
            units = units.upper() if how == "U" else units
            pieces.append("".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4)))
        elif how == "raw" and character >= " " and character not in '"\\':
            pieces.append(character)
        else:
            pieces.append(_ESCAPES.get(character) or json.dumps(character)[1:-1])
    return f'"{"".join(pieces)}"'


_NAMES = ("id", "url", "z", "te\\u0078t2", "", "Text", "text ")
_STRINGS = st.text(max_size=6).flatmap(spelled)
VALUES = st.recursive(
    st.one_of(st.sampled_from(_NUMBERS), _STRINGS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{' , '.join(items)}]"),
        st.lists(st.tuples(st.sampled_from(("text", *_NAMES)), inner), max_size=3).map(
            lambda items: "{" + ",".join(f'"{name}" :{value}' for name, value in items) + "}"
        ),
    ),
    max_leaves=6,
)


@st.composite
def lines_with(draw: st.DrawFn, text: str) -> str:
    """An object, on one line, with the field `text` once and others before and behind, some of them twice."""
    fields = draw(st.lists(st.tuples(st.sampled_from(_NAMES), VALUES), max_size=4))
    place = draw(st.integers(0, len(fields)))
    key = draw(st.sampled_from(("text", "text", "te\\u0078t", "\\u0074ext")))
    fields.insert(place, (key, draw(spelled(text))))
    joined = ",".join(
        f'{draw(_SPACES)}"{name}"{draw(_SPACES)}:{draw(_SPACES)}{value}{draw(_SPACES)}'
        for name, value in fields
    )
    return f"{draw(_SPACES)}{{{joined}}}{draw(_SPACES)}"


OBJECTS = st.lists(st.tuples(st.sampled_from(("text", "text", *_NAMES)), VALUES), max_size=4).map(
    lambda items: "{" + ",".join(f'"{name}":{value}' for name, value in items) + "}"
)
_DAMAGE = st.tuples(
    st.integers(0, 200), st.sampled_from(("", *'{}[]",:\\u0 1-.eEntf\x01')), st.integers(0, 2)
)


@st.composite
def damaged_lines(draw: st.DrawFn) -> bytes:
    """A line that is JSON, or was before something happened to it."""
    line = draw(st.one_of(OBJECTS, VALUES)).encode("utf-8", "surrogatepass")
    for place, put_in, taken in draw(st.lists(_DAMAGE, max_size=2)):
        at = place % (len(line) + 1)
        line = line[:at] + put_in.encode() + line[at + taken :]
    if draw(st.booleans()) and draw(st.booleans()):
        line += draw(st.binary(max_size=3))
    return line.replace(b"\n", b" ")
