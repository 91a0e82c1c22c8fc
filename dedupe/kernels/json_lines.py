"""The kernels that read JSON lines, called without numpy: a page on a pipe may be one."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

from dedupe.kernels.library import call

FIELDS = 3


class LineFound(ctypes.Structure):
    """A line; see native/json_lines.h."""

    _fields_ = (
        ("start", ctypes.c_int64),
        ("end", ctypes.c_int64),
        ("field_start", ctypes.c_int64 * FIELDS),
        ("field_end", ctypes.c_int64 * FIELDS),
        ("status", ctypes.c_int64),
    )


class _Names(ctypes.Structure):
    _fields_ = (("bytes", ctypes.c_char_p), ("bounds", ctypes.c_void_p))


def lines_of(text: bytes, names: Sequence[bytes], most: int) -> tuple[ctypes.Array[LineFound], int, int]:
    """Return an array with the first `most` lines of a text, how many of its items are lines, and where they end.

    `names` are those of the fields for text, id and url, in UTF-8.
    """
    bounds = (ctypes.c_int64 * (FIELDS + 1))()
    for number, name in enumerate(names):
        bounds[number + 1] = bounds[number] + len(name)
    fields = _Names(b"".join(names), ctypes.cast(bounds, ctypes.c_void_p))
    lines = (LineFound * most)()
    read = ctypes.c_int64()
    count = call(
        "dedupe_json_lines",
        *(text, len(text)),
        *(ctypes.byref(fields), most, ctypes.byref(lines), ctypes.byref(read)),
    )
    return lines, count, read.value


def said(string: bytes) -> bytes:
    """Return what a valid string between its quotes says, in UTF-8; see `dedupe.reading.json_text`."""
    # A little more, for a string that is no valid one any more since its file changed.
    out = ctypes.create_string_buffer(len(string) + 8)
    length = call("dedupe_json_text", string, len(string), ctypes.byref(out))
    return ctypes.string_at(out, length)


def places_in(string: bytes, wanted: Sequence[int]) -> list[int]:
    """Return where in a valid string the places lie that are `wanted` in what it says.

    Raises ValueError for one behind its end or inside a character.
    """
    count = len(wanted)
    places, found = (ctypes.c_int64 * count)(*wanted), (ctypes.c_int64 * count)()
    if call("dedupe_json_places", string, len(string), count, ctypes.byref(places), ctypes.byref(found)):
        raise ValueError("a place lies behind the end or inside a character")
    return list(found)
