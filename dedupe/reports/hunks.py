"""Unified hunks from cuts, without comparing texts: what goes is known already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedupe.plan.lf_lines import LfPieces

NO_NEWLINE = b"\n\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class Change:
    """Whole LF lines that become others: `line` counts from 1, `start` is the byte where `old` begins."""

    line: int
    start: int
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]

    @property
    def end(self) -> int:
        """Where the old lines end in the original."""
        return self.start + sum(map(len, self.old))

    @property
    def following_line(self) -> int:
        """The number of the line behind the old ones."""
        return self.line + len(self.old)


@dataclass(frozen=True, slots=True)
class BrokenCut:
    """A cut as a diff sees it: where it starts, its bytes, and what stays of the lines it breaks."""

    start: int
    removed: bytes
    pieces: LfPieces

    @classmethod
    def of(cls, start: int, removed: bytes, pieces: LfPieces) -> BrokenCut:
        """Return the cut, or the equal one of whole lines that `pieces` knows of."""
        shift = pieces.rotated
        return cls(start + shift, removed[shift:] + removed[:shift], pieces)


def changes_of(cuts: Iterable[BrokenCut]) -> Iterator[Change]:
    """Yield the changes that the cuts of one document make; cuts that share a line share a change."""
    old, new, line, start = b"", b"", 0, 0
    for cut in cuts:
        if not old:
            line, start = cut.pieces.line, cut.start - len(cut.pieces.before)
        kept = cut.pieces.before, cut.pieces.after
        old += kept[0] + cut.removed + kept[1]
        new += kept[0] + kept[1]
        if old.endswith(b"\n") and (not new or new.endswith(b"\n")):
            yield _without_equal_ends(Change(line, start, lf_lines(old), lf_lines(new)))
            old, new = b"", b""
    if old:
        yield _without_equal_ends(Change(line, start, lf_lines(old), lf_lines(new)))


def lf_lines(content: bytes) -> tuple[bytes, ...]:
    """Return the lines of `content`, which end at LF only, with their ends."""
    lines = content.split(b"\n")
    last = lines.pop()
    return (*(line + b"\n" for line in lines), *([last] if last else []))


def _without_equal_ends(change: Change) -> Change:
    """Return the change without the lines that are the same before and after at its beginning and its end."""
    old, new = change.old, change.new
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Change(
        change.line + head,
        change.start + sum(map(len, old[:head])),
        old[head : len(old) - tail],
        new[head : len(new) - tail],
    )


def hunks_of(changes: Iterable[Change], original: bytes = b"", *, context: int = 0) -> Iterator[bytes]:
    """Yield the hunks of one document's changes, each with so many lines of `original` around it.

    Without `context` the original is not looked at.
    """
    shift = 0
    together: list[Change] = []
    for change in changes:
        if together and change.line - together[-1].following_line > 2 * context:
            yield _hunk(together, original, context, shift)
            shift += _growth(together)
            together = []
        together.append(change)
    if together:
        yield _hunk(together, original, context, shift)


def _growth(changes: list[Change]) -> int:
    return sum(len(change.new) - len(change.old) for change in changes)


def _hunk(changes: list[Change], original: bytes, context: int, shift: int) -> bytes:
    first, last = changes[0], changes[-1]
    before = _lines_before(original, first.start, context)
    after = _lines_after(original, last.end, context)
    body = [_prefixed(b" ", before)]
    position = first.start
    for change in changes:
        if context:
            body.append(_prefixed(b" ", lf_lines(original[position : change.start])))
        body += [_prefixed(b"-", change.old), _prefixed(b"+", change.new)]
        position = change.end
    body.append(_prefixed(b" ", after))
    old_line = first.line - len(before)
    old_count = last.following_line - first.line + len(before) + len(after)
    new_count = old_count + _growth(changes)
    old_range = _range(old_line, old_count)
    new_range = _range(old_line + shift, new_count)
    return f"@@ -{old_range} +{new_range} @@\n".encode("ascii") + b"".join(body)


def _range(line: int, count: int) -> str:
    # A range without lines is named by the line before it.
    return f"{line if count else line - 1},{count}"


def _prefixed(prefix: bytes, lines: Iterable[bytes]) -> bytes:
    return b"".join(prefix + (line if line.endswith(b"\n") else line + NO_NEWLINE) for line in lines)


def _lines_before(original: bytes, position: int, count: int) -> tuple[bytes, ...]:
    start = position
    for _ in range(count):
        if start == 0:
            break
        start = original.rfind(b"\n", 0, start - 1) + 1
    return lf_lines(original[start:position])


def _lines_after(original: bytes, position: int, count: int) -> tuple[bytes, ...]:
    end = position
    for _ in range(count):
        line_end = original.find(b"\n", end)
        end = line_end + 1 if line_end >= 0 else len(original)
    return lf_lines(original[position:end])
