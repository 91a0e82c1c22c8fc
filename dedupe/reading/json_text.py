"""JSON lines: which are JSON, where their fields lie, and what a string in them says.

Nothing is built of the values, for what was built could not be written again as it stood. The grammar is that of
Python's `json`, which takes NaN and Infinity as well. Large texts are read by a kernel, `native/json_lines.h`, of
which this is the counterpart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_DEPTH = 200
"""How deep objects and arrays may lie in each other: the same for everyone, whatever stack Python has left."""

BLANK, TEXT, WITHOUT_TEXT, TEXT_TWICE, MALFORMED = range(5)
"""What a line is."""

Span = tuple[int, int]
NOWHERE: Span = (-1, -1)


@dataclass(frozen=True, slots=True)
class FieldNames:
    """The names of the fields that are looked for in the outermost object of a line."""

    text: str = "text"
    id: str = "id"
    url: str = "url"

    def encoded(self) -> tuple[bytes, bytes, bytes]:
        """Return the names in UTF-8."""
        return self.text.encode(), self.id.encode(), self.url.encode()


@dataclass(frozen=True, slots=True)
class JsonLine:
    """Where a line and its fields lie: bytes of the text it was found in, the line end aside.

    `kind` is one of the constants above. `text` is what stands between the quotes of the text, where the kind is TEXT;
    `id` and `url` are whole values; each is `NOWHERE` where there is none.
    """

    kind: int
    start: int
    end: int
    text: Span = NOWHERE
    id: Span = NOWHERE
    url: Span = NOWHERE


_SPACE = b" \t\n\r"
_STRING = rb'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_SCALAR = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null|NaN|-?Infinity"
_TOKEN = re.compile(
    rb"[ \t\n\r]*+(?:(?P<string>%b)|(?P<scalar>%b)|(?P<mark>[{}\[\],:]))" % (_STRING, _SCALAR)
)
_PIECE = re.compile(rb"[^\\]++|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.", re.DOTALL)


class _NoJsonError(Exception):
    """What follows is no JSON."""


def read_lines(text: bytes, names: FieldNames) -> Iterator[JsonLine]:
    """Yield the lines of a text that ends with a line; they end at LF only."""
    keys = names.encoded()
    position = 0
    while position < len(text):
        end = text.find(b"\n", position)
        end = end if end >= 0 else len(text)
        yield _line(text, position, end, keys)
        position = end + 1


def _line(text: bytes, start: int, end: int, keys: Sequence[bytes]) -> JsonLine:
    if not text[start:end].strip(_SPACE):
        return JsonLine(BLANK, start, end)
    try:
        text[start:end].decode("utf-8")
        found = list(_fields(text, start, end, keys))
    except (UnicodeDecodeError, _NoJsonError):
        return JsonLine(MALFORMED, start, end)
    spans = {field: span for field, span in found if field}
    others = (spans.get(1, NOWHERE), spans.get(2, NOWHERE))
    texts = [span for field, span in found if not field]
    if len(texts) > 1:
        return JsonLine(TEXT_TWICE, start, end, NOWHERE, *others)
    if texts and text[texts[0][0]] == ord('"'):
        return JsonLine(TEXT, start, end, (texts[0][0] + 1, texts[0][1] - 1), *others)
    return JsonLine(WITHOUT_TEXT, start, end, NOWHERE, *others)


def _fields(text: bytes, start: int, end: int, keys: Sequence[bytes]) -> Iterator[tuple[int, Span]]:
    """Yield which of the keys the outermost object has, by their numbers, and where their values lie."""
    walk = _Walk(text, start, end)
    field, value = -1, start
    while True:
        kind, token = walk.step()
        if len(walk.is_object) == 1 and walk.is_object[0]:
            if kind == "key":
                key = said(text[token[0] + 1 : token[1] - 1])
                field = keys.index(key) if key in keys else -1
            elif kind == "scalar":
                value = token[0]
        elif kind == "opened" and walk.is_object[:-1] == [True]:
            value = token[0]
        if kind in ("scalar", "closed") and walk.is_object == [True] and field >= 0:
            yield field, (value, token[1])
            field = -1
        if not walk.is_object:
            break
    if text[token[1] : end].strip(_SPACE):
        raise _NoJsonError


class _Walk:
    """Goes over JSON token by token. `is_object` tells of the objects and arrays it is in which they are."""

    def __init__(self, text: bytes, start: int, end: int) -> None:
        self.is_object: list[bool] = []
        self._text, self._position, self._end = text, start, end
        self._expected = "value"

    def step(self) -> tuple[str, Span]:
        """Return the next token: `key`, `scalar`, `opened` or `closed`, and where it lies.

        Raises _NoJsonError for what JSON has not there.
        """
        name, mark, span = self._token()
        if mark == b"," and self._expected == "comma or end":
            self._expected = "key" if self.is_object[-1] else "value"
            name, mark, span = self._token()
        if self._expected in ("key", "key or end") and name == "string":
            if self._token()[1] != b":":
                raise _NoJsonError
            self._expected = "value"
            return "key", span
        if mark in (b"}", b"]"):
            return self._close(mark, span)
        if self._expected not in ("value", "value or end") or mark in (b",", b":"):
            raise _NoJsonError
        if not mark:
            self._expected = "comma or end"
            return "scalar", span
        self.is_object.append(mark == b"{")
        if len(self.is_object) > MAX_DEPTH:
            raise _NoJsonError
        self._expected = "key or end" if self.is_object[-1] else "value or end"
        return "opened", span

    def _close(self, mark: bytes, span: Span) -> tuple[str, Span]:
        may_end = self._expected in ("comma or end", "key or end", "value or end")
        if not may_end or self.is_object.pop() != (mark == b"}"):
            raise _NoJsonError
        self._expected = "comma or end"
        return "closed", span

    def _token(self) -> tuple[str, bytes, Span]:
        """Return the kind of the next token, the mark that it is if it is one, and where it lies."""
        found = _TOKEN.match(self._text, self._position, self._end)
        if found is None:
            raise _NoJsonError
        self._position = found.end()
        name = found.lastgroup or ""
        return name, found["mark"] or b"", found.span(name)


def said(string: bytes) -> bytes:
    """Return what a valid string between its quotes says, in UTF-8; half a surrogate pair is encoded like a whole."""
    if b"\\" not in string:
        return string
    text: str = json.loads(b'"' + string + b'"')
    return text.encode("utf-8", "surrogatepass")


def places_in(string: bytes, wanted: Sequence[int]) -> list[int]:
    """Return where in a valid string the places lie that are `wanted` in what it says, which are ascending.

    Raises ValueError for one behind its end or inside a character.
    """
    found: list[int] = []
    told = 0
    for piece in _PIECE.finditer(string):
        is_plain = string[piece.start()] != ord("\\")
        size = len(piece[0]) if is_plain else len(said(piece[0]))
        while len(found) < len(wanted) and wanted[len(found)] < told + size:
            inside = wanted[len(found)] - told
            if inside and not is_plain:
                raise ValueError(f"place {wanted[len(found)]} lies inside a character")
            found.append(piece.start() + inside)
        told += size
    if any(place != told for place in wanted[len(found) :]):
        raise ValueError("a place lies behind the end")
    return found + [len(string)] * (len(wanted) - len(found))
