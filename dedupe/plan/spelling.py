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
from dedupe.kernels.structures import Article, Pieces, Spots
from dedupe.plan.canonical import spelled_evidence, spelled_string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.corpus.written_out import Told

_NO_ROOM = -1
_BYTES_A_LINE = 640


@singledispatch
def spelled_lines(rows: object) -> bytes | None:
    """Return the lines of `rows`, each with its end; None where a name has lone surrogates, which need `canonical`."""
    raise TypeError(f"{type(rows).__name__} is nothing that is spelled by lines")


@spelled_lines.register
def _(rows: FindingRows) -> bytes | None:
    try:
        names = _names(rows.corpus)
        document = spelled_string(rows.corpus.columns.documents[rows.number].name).encode()
    except UnicodeEncodeError:
        return None
    return _spelled(
        "dedupe_spell_findings",
        len(rows.paragraphs) * _BYTES_A_LINE,
        len(rows.paragraphs),
        document,
        len(document),
        ctypes.byref(_spots(rows.corpus)),
        rows.paragraphs,
        rows.copies,
        ctypes.byref(names),
        rows.copy_documents,
        rows.both,
        rows.either,
    )


@spelled_lines.register
def _(rows: CutRows) -> bytes | None:
    columns = rows.corpus.columns
    span = columns.span(rows.number)
    name = columns.documents[rows.number].name
    try:
        bare, quoted = name.encode(), spelled_string(name).encode()
        told = Pieces.of(_told(rows))
    except UnicodeEncodeError:
        return None
    article = Article(
        ctypes.pointer(_spots(rows.corpus)),
        *(span.stop, rows.raw, len(rows.raw), bare, quoted, len(bare), len(quoted)),
    )
    text = int((columns.text_end[rows.paragraphs] - columns.start[rows.paragraphs]).sum())
    return _spelled(
        "dedupe_spell_cuts",
        len(rows.paragraphs) * _BYTES_A_LINE + 2 * text,
        len(rows.paragraphs),
        ctypes.byref(article),
        rows.paragraphs,
        rows.is_shifted.view(np.uint8),
        rows.run,
        rows.survivor,
        ctypes.byref(told),
        rows.survivor_bounds,
        rows.survivors,
    )


def _told(rows: CutRows) -> Iterable[bytes]:
    for rule, score, evidence in rows.told:
        yield rule.encode()
        yield repr(score).encode()
        yield spelled_evidence(evidence).encode()


def _names(told: Told) -> Pieces:
    """Return the names of all documents between quotes; made once for a corpus, as the next."""
    if "names" not in told.made:
        told.made["names"] = Pieces.of(
            spelled_string(facts.name).encode() for facts in told.columns.documents
        )
    names: Pieces = told.made["names"]
    return names


def _spots(told: Told) -> Spots:
    if "spots" not in told.made:
        columns = told.columns
        told.made["spots"] = Spots.of(
            *(columns.start, columns.text_end, columns.first_line, columns.last_line),
            *(columns.key, columns.keys.tokens),
        )
    spots: Spots = told.made["spots"]
    return spots


def _spelled(kernel: str, room: int, *arguments: Any) -> bytes:
    """Call a kernel with room for its lines, with more of it when it does not suffice."""
    while True:
        lines = np.empty(room, dtype=np.uint8)
        length = call_briefly(kernel, *arguments, room, lines)
        if length != _NO_ROOM:
            return lines[:length].tobytes()
        room *= 4
