"""The diff of a file that holds documents, from what was cut out of it: whole lines of the file, without context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.reading.records import without
from dedupe.reports.diff import file_header
from dedupe.reports.hunks import Change, hunks_of, lf_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.reading.contents import Content
    from dedupe.reading.records import ByteRange
    from dedupe.writing.rebuilding import CleanFile

_WINDOW_BYTES = 1 << 16


def diff_of_file(file: CleanFile) -> Iterator[bytes]:
    """Yield the diff of a file, nothing where nothing goes; `patch -R` with it gives the original back.

    Raises OSError as the system does.
    """
    if file.is_changed:
        yield file_header(file.name)
        yield from hunks_of(_changes(file.opened.content, file.cuts))


def _changes(content: Content, cuts: list[ByteRange]) -> Iterator[Change]:
    """Yield the lines that cuts lie in; cuts that share a line share a change."""
    line, counted_to, number = 1, 0, 0
    while number < len(cuts):
        first = number
        start, end = _line_start(content, cuts[first][0]), cuts[first][1]
        while True:
            end = _line_end(content, end)
            while number < len(cuts) and cuts[number][0] < end:
                end = max(end, cuts[number][1])
                number += 1
            old = content.read(start, end)
            new = without(old, [(one - start, other - start) for one, other in cuts[first:number]])
            longer = _line_end(content, end + 1)
            # A cut may take the end of the line that it begins in; then what follows belongs to it.
            if (old.endswith(b"\n") and (not new or new.endswith(b"\n"))) or longer <= end:
                break
            end = longer
        line += _count_line_ends(content, counted_to, start)
        counted_to = start
        yield Change(line, start, lf_lines(old), lf_lines(new))


def _count_line_ends(content: Content, start: int, end: int) -> int:
    windows = range(start, end, _WINDOW_BYTES)
    return sum(content.read(at, min(at + _WINDOW_BYTES, end)).count(b"\n") for at in windows)


def _line_start(content: Content, place: int) -> int:
    """Return where the line begins that a place is in."""
    while place > 0:
        window = max(0, place - _WINDOW_BYTES)
        end = content.read(window, place).rfind(b"\n") + 1
        if end:
            return window + end
        place = window
    return 0


def _line_end(content: Content, place: int) -> int:
    """Return where the line ends that the byte before a place is in; no further than the content."""
    place -= 1
    while piece := content.read(place, place + _WINDOW_BYTES):
        end = piece.find(b"\n") + 1
        if end:
            return place + end
        place += len(piece)
    return place
