"""The rows and fields of CSV, told apart as Python's `csv` does when it is not strict, and where they lie."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row: where its content lies, between quotes if it is quoted.

    `is_plain` is False for one that has something behind its closing quote, which `csv` adds to it.
    """

    start: int
    end: int
    is_quoted: bool
    is_plain: bool = True

    def said(self, buffer: bytes) -> bytes:
        """Return what the field says."""
        content = buffer[self.start : self.end]
        return content.replace(b'""', b'"') if self.is_quoted else content


@dataclass(frozen=True, slots=True)
class Row:
    """A row and its fields: places in what it was read from; `end` is behind its line end.

    `is_open` tells that its last field begins with a quote that is never closed.
    """

    start: int
    end: int
    fields: tuple[Field, ...]
    is_open: bool = False


def places_in(quoted: bytes, wanted: Sequence[int]) -> list[int]:
    """Return where in a quoted field the places lie that are `wanted` in what it says, which are ascending.

    Raises ValueError for one behind its end.
    """
    found: list[int] = []
    said = position = 0
    for piece in quoted.split(b'""'):
        while len(found) < len(wanted) and wanted[len(found)] <= said + len(piece):
            found.append(position + wanted[len(found)] - said)
        said += len(piece) + 1
        position += len(piece) + 2
    if len(found) < len(wanted):
        raise ValueError("a place lies behind the end")
    return found


@cache
def _patterns(delimiter: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return patterns for a quoted field, with what stands behind its quote, and for one that is not."""
    rest = rb"[^%b\r\n]*+" % re.escape(delimiter)
    return re.compile(rb'"((?:[^"]++|"")*+)"(?!")(%b)' % rest), re.compile(rest)


def row_at(buffer: bytes, position: int, delimiter: bytes, *, is_last: bool) -> Row | None:
    """Return the row that begins at a place, None where it may go on behind the buffer, unless that is the last."""
    quoted, plain = _patterns(delimiter)
    start = position
    fields: list[Field] = []
    while True:
        if buffer[position : position + 1] == b'"':
            found = quoted.match(buffer, position)
            if found is None:
                field = Field(position + 1, len(buffer), is_quoted=True, is_plain=False)
                return Row(start, len(buffer), (*fields, field), is_open=True) if is_last else None
            fields.append(Field(found.start(1), found.end(1), is_quoted=True, is_plain=not found[2]))
            position = found.end()
        else:
            found = plain.match(buffer, position)
            assert found is not None  # noqa: S101 - nothing at all fits too
            position = found.end()
            fields.append(Field(found.start(), position, is_quoted=False))
        behind = buffer[position : position + 2]
        if len(behind) < 2 and not is_last:
            return None
        if behind[:1] != delimiter:
            end = position + (2 if behind == b"\r\n" else len(behind[:1]))
            return Row(start, end, tuple(fields))
        position += 1
