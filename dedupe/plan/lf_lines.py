"""How cuts lie in the lines that `patch` sees, which end at LF only.

A cut is made of our lines, which also end at a lone CR, and may begin with the line end before it. So it can
begin or end inside an LF line; then a diff needs what stays of that line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Edit

_LINE_ENDS = (b"\n", b"\r\n")


@dataclass(frozen=True, slots=True)
class LfPieces:
    """The surroundings of one cut: the LF line it begins in, and what stays of the lines it breaks.

    `before` reaches from the line's beginning, or from the cut before in the same line, to the cut; `after`
    from the cut to the line's end, unless another cut of the same line follows, whose `before` it then is.

    A cut that begins with a line end and is followed by the same one takes out the same as the cut so many
    bytes further on, which has whole lines. `rotated` is that number, mostly 0; then `line` is the line of
    that other cut, and nothing stays of its lines.
    """

    line: int
    before: bytes = b""
    after: bytes = b""
    rotated: int = 0


def pieces_of(edit: Edit) -> Iterator[LfPieces]:
    """Yield the pieces around each cut, in order; reads the document once."""
    return pieces_around(edit.raw, [(cut.start, cut.end) for cut in edit.cuts])


def pieces_around(raw: bytes, cuts: Sequence[tuple[int, int]]) -> Iterator[LfPieces]:
    """Yield the pieces around each cut of a document, given as ranges in order; reads the document once."""
    rotations = _rotations(raw, cuts)
    starts = [start + rotated for (start, _), rotated in zip(cuts, rotations, strict=True)]
    line, counted_to, previous_end = 1, 0, 0
    ends_open = False  # whether the clean text before the cut ends inside a line that a cut broke
    for (_, end), start, rotated, limit in zip(cuts, starts, rotations, [*starts, len(raw)][1:], strict=True):
        line += raw.count(b"\n", counted_to, start)
        counted_to = start
        line_end = raw.rfind(b"\n", previous_end, start)
        before = b"" if rotated else raw[(line_end + 1 if line_end >= 0 else previous_end) : start]
        # Without an LF since the cut before, a line that it left open goes on.
        ends_open = bool(before) or (ends_open and line_end < 0)
        after = b""
        if not rotated and (ends_open or raw[end - 1 : end] != b"\n"):
            after = _up_to_line_end(raw, end, limit)
        previous_end = end + rotated
        yield LfPieces(line, before, after, rotated)


def _up_to_line_end(raw: bytes, position: int, limit: int) -> bytes:
    """Return the rest of a line, `b""` if it goes on behind `limit`, where the next cut is."""
    end = raw.find(b"\n", position, limit)
    if end >= 0:
        return raw[position : end + 1]
    return raw[position:] if limit == len(raw) else b""


def _rotations(raw: bytes, cuts: Sequence[tuple[int, int]]) -> list[int]:
    """Return for each cut how far it may move on to lie on whole lines, 0 if it need not or cannot.

    Cuts that touch move together or not at all, and none moves into the next.
    """
    rotations: list[int] = []
    while len(rotations) < len(cuts):
        first = last = len(rotations)
        while last + 1 < len(cuts) and cuts[last][1] == cuts[last + 1][0]:
            last += 1
        starts = [start for start, _ in cuts[first : last + 1]] + [cuts[last][1]]
        limit = cuts[last + 1][0] if last + 1 < len(cuts) else len(raw)
        rotations += [_rotation(raw, starts, limit)] * (last + 1 - first)
    return rotations


def _rotation(raw: bytes, starts: Sequence[int], limit: int) -> int:
    if starts[0] == 0 or raw[starts[0] - 1] == ord("\n"):
        return 0
    for line_end in _LINE_ENDS:
        if starts[-1] + len(line_end) <= limit and all(raw.startswith(line_end, start) for start in starts):
            return len(line_end)
    return 0
