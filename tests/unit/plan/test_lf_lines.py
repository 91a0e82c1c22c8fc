"""How cuts lie in lines that end at LF: what stays of the lines that a cut breaks, for `patch`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from made_edits import EDITS_OF_LINES, edit_of, plan_of

from dedupe.model import Edit
from dedupe.plan.lf_lines import LfPieces, pieces_around, pieces_of

CASES: dict[str, tuple[bytes, list[tuple[int, int]], list[LfPieces]]] = {
    "a whole line": (b"a\nb\nc\n", [(2, 4)], [LfPieces(2)]),
    "the middle of a line": (b"a b c\nd\n", [(2, 4)], [LfPieces(1, b"a ", b"c\n")]),
    "the middle of the last line": (b"x\na b c", [(4, 6)], [LfPieces(2, b"a ", b"c")]),
    "the end of a line but for its end": (b"ab\ncd\nef", [(1, 2)], [LfPieces(1, b"a", b"\n")]),
    "the beginning of a line": (b"ab\ncd\n", [(0, 1)], [LfPieces(1, b"", b"b\n")]),
    "all of the last line": (b"a\nb", [(2, 3)], [LfPieces(2)]),
    "twice in a line": (
        b"a b c d\ne",
        [(2, 4), (6, 7)],
        [LfPieces(1, b"a ", b""), LfPieces(1, b"c ", b"\n")],
    ),
    "twice in the last line": (
        b"ab cde",
        [(0, 1), (3, 4)],
        [LfPieces(1, b"", b""), LfPieces(1, b"b ", b"de")],
    ),
    "in two lines": (b"ab\ncd\n", [(1, 2), (3, 5)], [LfPieces(1, b"a", b"\n"), LfPieces(2, b"", b"\n")]),
    "from within a line to its end, then the next": (
        b"ab\ncd\nef\n",
        [(1, 3), (3, 6)],
        [LfPieces(1, b"a", b""), LfPieces(2, b"", b"ef\n")],
    ),
    "a line that ends at CR": (b"a\rb\n", [(2, 3)], [LfPieces(1, b"a\r", b"\n")]),
    "with the line end before it": (b"a\nb\nc\n", [(1, 3)], [LfPieces(2, rotated=1)]),
    "with both bytes of the line end before it": (b"a\r\nb\r\nc", [(1, 4)], [LfPieces(2, rotated=2)]),
    "the middle of the third line": (b"x\ny\na b c\n", [(6, 8)], [LfPieces(3, b"a ", b"c\n")]),
    "behind a blank line": (b"\nab", [(1, 2)], [LfPieces(2, b"", b"b")]),
    "the end of what follows a blank line": (b"\na b", [(3, 4)], [LfPieces(2, b"a ", b"")]),
    "the first line": (b"a\nb\n", [(0, 2)], [LfPieces(1)]),
    "the first two lines": (b"a\nb\nc", [(0, 2), (2, 4)], [LfPieces(1), LfPieces(2)]),
    "three that move together": (
        b"a\nb\nc\nd\ne",
        [(1, 3), (3, 5), (5, 7)],
        [LfPieces(2, rotated=1), LfPieces(3, rotated=1), LfPieces(4, rotated=1)],
    ),
    "one that moves before two that do not": (
        b"a\nb\nc d e f",
        [(1, 3), (6, 7), (10, 11)],
        [LfPieces(2, rotated=1), LfPieces(3, b"c ", b""), LfPieces(3, b" e ", b"")],
    ),
    "at the beginning of a blank line": (b"a\n\nb\n\nc", [(2, 4)], [LfPieces(2, b"", b"\n")]),
    "at the beginning, which is a blank line": (b"\na\nb", [(0, 2)], [LfPieces(1, b"", b"\n")]),
    "one line end of several": (b"a\n\n\nb", [(1, 2)], [LfPieces(2, rotated=1)]),
    "up to a line end that is cut too": (
        b"a\r\nb\r\nc",
        [(1, 4), (5, 6)],
        [LfPieces(1, b"a", b""), LfPieces(2, b"\r", b"c")],
    ),
    "up to a line end that is cut too, and another": (
        b"a\r\nb\r\nc d",
        [(1, 4), (5, 6), (8, 9)],
        [LfPieces(1, b"a", b""), LfPieces(2, b"\r", b""), LfPieces(3, b"c ", b"")],
    ),
    "with the line end before it, at the end": (b"a\nb", [(1, 3)], [LfPieces(1, b"a", b"")]),
    "two that move together": (
        b"a\nb\nc\nd",
        [(1, 3), (3, 5)],
        [LfPieces(2, rotated=1), LfPieces(3, rotated=1)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_pieces(name: str) -> None:
    raw, cuts, expected = CASES[name]
    assert list(pieces_around(raw, cuts)) == expected


@given(EDITS_OF_LINES)
def test_they_come_back_out_of_a_plan(edit: Edit) -> None:
    with tempfile.TemporaryDirectory() as folder:
        [document] = plan_of(Path(folder) / "plan", [edit]).documents()
    assert [cut.pieces for cut in document.cuts] == list(pieces_of(edit))


def test_a_plan_without_text_holds_the_line_only(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [edit_of("a", b"x\na b c\n", [(4, 6)])], preview=False)
    [document] = plan.documents()
    assert [cut.pieces for cut in document.cuts] == [LfPieces(2)]
