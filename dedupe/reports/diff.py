"""The unified diff from originals to clean texts, built from the cuts alone.

`patch --binary -p0 -R` with it turns the clean files into the originals, byte for byte, for text without NUL.
Lines end at LF only, as `patch` has it; whatever else ends a line of ours is inside a line here.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from dedupe.errors import PlanError
from dedupe.plan import PlannedCut
from dedupe.plan.lf_lines import pieces_of
from dedupe.reports.hunks import BrokenCut, Change, changes_of, hunks_of, lf_lines
from dedupe.reports.interface import NOTHING_BESIDE

if TYPE_CHECKING:
    from dedupe.model import Edit
    from dedupe.plan import Plan, PlannedDocument
    from dedupe.reports.interface import Beside, Write

CONTEXT_LINES = 3

_PLAIN_NAME = re.compile(rb"[A-Za-z0-9_./+,=@%^~][A-Za-z0-9_./+,=@%^~-]*")
_C_ESCAPES = {
    7: b"\\a",
    8: b"\\b",
    9: b"\\t",
    10: b"\\n",
    11: b"\\v",
    12: b"\\f",
    13: b"\\r",
    34: b'\\"',
    92: b"\\\\",
}


class DiffReporter:
    """The diff of a finished plan; kept text is not in a plan, so its hunks have no lines of context."""

    sentence = "a unified diff from the originals to the clean texts; patch -R undoes it"

    def render(self, plan: Plan, write: Write, beside: Beside = NOTHING_BESIDE) -> None:  # noqa: ARG002
        """Write the diff of every document that lost something."""
        if not plan.header.preview:
            raise PlanError(
                f"{plan.path}: the plan holds no text to show; make it again without --no-preview"
            )
        for document, following in plan.walk():
            cuts = (each for each in following if isinstance(each, PlannedCut))
            if document.dropped:
                whole = replace(document, cuts=tuple(cuts))
                _write_dropped(document.name, _original_of(whole), write)
            elif first := next(cuts, None):
                broken = (
                    BrokenCut.of(cut.start, cut.removed or b"", cut.pieces) for cut in chain([first], cuts)
                )
                write(file_header(document.name))
                for hunk in hunks_of(changes_of(broken)):
                    write(hunk)


def diff_of(edit: Edit, write: Write, *, context: int = CONTEXT_LINES) -> None:
    """Write the diff of one document with so many lines of context; nothing if nothing goes."""
    if edit.dropped:
        _write_dropped(edit.name, edit.raw, write)
        return
    if not edit.cuts:
        return
    cuts = (
        BrokenCut.of(cut.start, cut.removed, pieces)
        for cut, pieces in zip(edit.cuts, pieces_of(edit), strict=True)
    )
    write(file_header(edit.name))
    for hunk in hunks_of(changes_of(cuts), edit.raw, context=context):
        write(hunk)


def quoted_name(name: str) -> bytes:
    """Return a document's name as diffs spell it: plain, or in double quotes with C escapes as git does."""
    plain = os.fsencode(name) if _is_from_bytes(name) else name.encode("utf-8", "surrogatepass")
    if _PLAIN_NAME.fullmatch(plain):
        return plain
    return b'"' + b"".join(_c_escaped(byte) for byte in plain) + b'"'


def _c_escaped(byte: int) -> bytes:
    if byte in _C_ESCAPES:
        return _C_ESCAPES[byte]
    return bytes([byte]) if 0x20 <= byte < 0x7F else b"\\%03o" % byte


def _is_from_bytes(name: str) -> bool:
    return not any("\ud800" <= character < "\udc80" for character in name)


def file_header(name: str, new_name: bytes | None = None) -> bytes:
    """Return the two lines that name a file, before and after."""
    quoted = quoted_name(name)
    return b"--- %s\n+++ %s\n" % (quoted, quoted if new_name is None else new_name)


def _write_dropped(name: str, original: bytes, write: Write) -> None:
    if original:
        write(file_header(name, b"/dev/null"))
        for hunk in hunks_of([Change(1, 0, lf_lines(original), ())]):
            write(hunk)


def _original_of(document: PlannedDocument) -> bytes:
    """Return the original of a dropped document, which is all in the plan."""
    rest, pieces, taken, position = document.rest or b"", [], 0, 0
    for cut in document.cuts:
        stays = cut.start - position
        pieces += [rest[taken : taken + stays], cut.removed or b""]
        taken, position = taken + stays, cut.end
    return b"".join([*pieces, rest[taken:]])
