"""The lines of many cuts or findings of one document at once, by the kernels: the spelling of `canonical`.

Plans hold them by the ten thousand; a line costs a kernel a microsecond, and Python some thirty.
"""

from __future__ import annotations

import ctypes
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe.corpus.written_out import CutRows, FindingRows
from dedupe.kernels.library import call_briefly
from dedupe.kernels.structures import Pieces
from dedupe.plan.canonical import spelled_evidence, spelled_string

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_ROOM = -1
_BYTES_A_LINE = 640


@singledispatch
def spelled_lines(rows: object) -> bytes | None:
    """Return the lines of `rows`, each with its end; None where a name has lone surrogates, which need `canonical`."""
    raise TypeError(f"{type(rows).__name__} is nothing that is spelled by lines")


@spelled_lines.register
def _(rows: FindingRows) -> bytes | None:
    try:
        document = spelled_string(rows.document).encode()
        names = Pieces.of(spelled_string(name).encode() for name in rows.names)
    except UnicodeEncodeError:
        return None
    columns = (rows.here, rows.there, ctypes.byref(names), rows.name_of, rows.tokens, rows.both, rows.either)
    return _spelled(
        "dedupe_spell_findings",
        len(rows.name_of) * _BYTES_A_LINE,
        len(rows.name_of),
        *_sized(document),
        *columns,
    )


@spelled_lines.register
def _(rows: CutRows) -> bytes | None:
    try:
        document = spelled_string(rows.document).encode()
        told = Pieces.of(_told(rows))
    except UnicodeEncodeError:
        return None
    text = int((rows.ranges[:, 1] - rows.ranges[:, 0]).sum())
    return _spelled(
        "dedupe_spell_cuts",
        len(rows.told) * _BYTES_A_LINE + 2 * text,
        len(rows.told),
        *_sized(rows.document.encode()),
        *_sized(document),
        rows.raw,
        rows.places,
        rows.ranges,
        rows.lf_lines,
        ctypes.byref(told),
        rows.survivor_bounds,
        rows.survivors,
    )


def _told(rows: CutRows) -> Iterable[bytes]:
    for rule, score, evidence in rows.told:
        yield rule.encode()
        yield repr(score).encode()
        yield spelled_evidence(evidence).encode()


def _sized(content: bytes) -> tuple[bytes, int]:
    return content, len(content)


def _spelled(kernel: str, room: int, *arguments: Any) -> bytes:
    """Call a kernel with room for its lines, with more of it when it does not suffice."""
    while True:
        lines = np.empty(room, dtype=np.uint8)
        length = call_briefly(kernel, *arguments, room, lines)
        if length != _NO_ROOM:
            return lines[:length].tobytes()
        room *= 4
