"""JSON lines: each line an object, one field of which is a text.

The text is cut in the line as it stands; nothing of the line is ever written anew.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from dedupe.inputs import Record, Skipped
from dedupe.reading import json_text
from dedupe.reading.contents import CHUNK_BYTES, Content
from dedupe.reading.json_text import BLANK, MALFORMED, TEXT, TEXT_TWICE, FieldNames, JsonLine, Span
from dedupe.reading.records import ByteRange, HeldRecord, RecordChangedError, group_of, name_of, without

if TYPE_CHECKING:
    from dedupe.settings import Bounds, Settings

LINES_LOOKED_AT = 100
WORTH_KERNELS_BYTES = 1 << 14
"""For less text the kernels are not worth being loaded."""
LINES_AT_ONCE = 1024
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """The text of a line; see `dedupe.reading.records.RecordSource`.

    `start` and `end` are where it lies in the content, between its quotes, `line_start` and `line_end` where its line
    does with its line end.
    """

    name: str
    group: str
    content: Content
    record: Record
    start: int
    end: int
    line_start: int
    line_end: int

    @property
    def is_utf8(self) -> bool:
        """JSON says characters, not bytes."""
        return True

    @property
    def size(self) -> int:
        """About how many bytes the text has."""
        return self.end - self.start

    def read(self) -> bytes:
        """Return what the string says, in UTF-8."""
        try:
            return said(self.content.read(self.start, self.end))
        except ValueError as error:
            raise OSError(errno.ESTALE, "it changed while it was being read") from error

    def ranges_in_file(self, text: bytes, cleaned: bytes, ranges: Sequence[ByteRange]) -> list[ByteRange]:
        """Return the bytes of the string that go; see `RecordSource`."""
        string = self.content.read(self.start, self.end)
        try:
            is_same = said(string) == text
        except ValueError:
            is_same = False
        if not is_same:
            raise RecordChangedError
        places = places_in(string, [place for each in ranges for place in each])
        inside = list(zip(places[::2], places[1::2], strict=True))
        if said(without(string, inside)) != cleaned:
            raise ValueError("what is left of the string would say something else")
        return [(self.start + start, self.start + end) for start, end in inside]

    def whole(self) -> ByteRange:
        """Return the line with its line end."""
        return self.line_start, self.line_end

    def __reduce__(self) -> tuple[Any, ...]:
        return HeldRecord, (self.name, self.group, self.read())


@dataclass(frozen=True, slots=True)
class LinesOfFile:
    """Reads the lines of one file; `name` and `group` are the file's.

    `note` is told all bytes that were read, once and in order.
    """

    name: str
    group: str
    content: Content
    settings: Settings
    bounds: Bounds
    note: Callable[[bytes], object]

    @property
    def names(self) -> FieldNames:
        """The names of the fields that are looked for."""
        return FieldNames(self.settings.text_field, self.settings.id_field, self.settings.url_field)

    def records(self) -> Iterator[JsonRecord | Skipped]:
        """Yield a source for each line that has a text, and why there is none for each other; blank lines aside.

        A file of whose first hundred lines none has a text is passed over as a whole.

        Raises OSError as the system does.
        """
        entries = self._entries()
        first = list(islice(entries, LINES_LOOKED_AT))
        reasons = {each.reason if isinstance(each, Skipped) else "" for each in first}
        if "without text" in reasons and reasons <= {"without text", "malformed"}:
            field = repr(self.settings.text_field)
            detail = (
                f"none of its first {len(first)} lines has a text {field}; name another with --text-field"
            )
            yield Skipped(self.name, "no text field", detail)
        elif reasons == {"malformed"} and len(first) == LINES_LOOKED_AT:
            yield Skipped(
                self.name,
                "malformed",
                f"its first {len(first)} lines are not JSON in UTF-8; try --format text",
            )
        else:
            yield from first
            yield from entries

    def _entries(self) -> Iterator[JsonRecord | Skipped]:
        number = 0
        for behind, text, lines in self._pieces():
            for line in lines:
                number += 1
                found = self._entry(number, behind, text, line)
                if found is not None:
                    yield found

    def _entry(
        self, number: int, behind: int, text: bytes, line: JsonLine | None
    ) -> JsonRecord | Skipped | None:
        """Return what a line holds, None for a blank one; the places in it count from `behind`."""
        name = name_of(self.name, number)
        longest = self.bounds.line
        if line is None or (longest is not None and line.end - line.start > longest):
            return Skipped(name, "too large", "its line is longer than --max-line-bytes")
        match line.kind:
            case json_text.BLANK:
                return None
            case json_text.MALFORMED:
                return Skipped(name, "malformed", "the line is not JSON in UTF-8")
            case json_text.TEXT_TWICE:
                return Skipped(
                    name, "malformed", f"the line has the field {self.settings.text_field!r} twice"
                )
            case json_text.TEXT:
                return self._record(name, number, behind, text, line)
        return Skipped(name, "without text")

    def _record(
        self, name: str, number: int, behind: int, text: bytes, line: JsonLine
    ) -> JsonRecord | Skipped:
        start, end = line.text
        most = self.bounds.document
        if most is not None and end - start > most:
            return Skipped(name, "too large", "its text is larger than --max-document-bytes")
        url = _value(text, line.url)
        identity = _value(text, line.id)
        shown = identity if isinstance(identity, str) else text[slice(*line.id)].decode()
        return JsonRecord(
            name,
            group_of(self.settings.group_by, self.group, url),
            self.content,
            Record(self.name, number, shown if line.id != json_text.NOWHERE else ""),
            behind + start,
            behind + end,
            behind + line.start,
            behind + line.end + (text[line.end : line.end + 1] == b"\n"),
        )

    def _pieces(self) -> Iterator[tuple[int, bytes, Iterator[JsonLine | None]]]:
        """Yield whole lines in pieces: where each lies, its bytes, and its lines, None for one that is too long."""
        position = 0
        if self.content.read(0, len(_MARK)) == _MARK:
            self.note(_MARK)
            position = len(_MARK)
        size = CHUNK_BYTES
        while piece := self.content.read(position, position + size):
            end = piece.rfind(b"\n") + 1
            if len(piece) < size:
                end = len(piece)
            if end:
                whole = piece[:end] if end < len(piece) else piece
                self.note(whole)
                yield position, whole, lines_of(whole, self.names)
                position, size = position + end, CHUNK_BYTES
            elif self.bounds.line is not None and size > self.bounds.line:
                yield position, b"", iter((None,))
                self.note(piece)
                position, size = self._behind_line(position + size), CHUNK_BYTES
            else:
                size *= 4

    def _behind_line(self, position: int) -> int:
        """Return where the line ends that goes on at a place."""
        while piece := self.content.read(position, position + CHUNK_BYTES):
            end = piece.find(b"\n") + 1
            self.note(piece[:end] if end else piece)
            if end:
                return position + end
            position += len(piece)
        return position


def _value(text: bytes, span: Span) -> object:
    """Return the string that a value is, None for any other value or none: numbers are not to be read."""
    start, end = span
    if start < 0 or text[start] != ord('"'):
        return None
    return json.loads(text[start:end])


@cache
def _has_kernels() -> bool:
    from dedupe.kernels.library import library

    return library() is not None


def lines_of(text: bytes, names: FieldNames) -> Iterator[JsonLine]:
    """Yield the lines of a text that ends with a line, by the kernel where that is worth it."""
    if len(text) < WORTH_KERNELS_BYTES or not _has_kernels():
        yield from json_text.read_lines(text, names)
        return
    from dedupe.kernels import json_lines as kernels

    keys, position = names.encoded(), 0
    while position < len(text):
        rest = text[position:] if position else text
        found, count, read = kernels.lines_of(rest, keys, LINES_AT_ONCE)
        for line in found[:count]:
            spans = [
                (start + position, end + position) if start >= 0 else json_text.NOWHERE
                for start, end in zip(line.field_start, line.field_end, strict=True)
            ]
            yield JsonLine(line.status, line.start + position, line.end + position, *spans)
        position += read


def said(string: bytes) -> bytes:
    """Return what a valid string between its quotes says, in UTF-8; see `json_text.said`."""
    if b"\\" not in string:
        return string
    if len(string) < WORTH_KERNELS_BYTES or not _has_kernels():
        return json_text.said(string)
    from dedupe.kernels import json_lines as kernels

    return kernels.said(string)


def places_in(string: bytes, wanted: Sequence[int]) -> list[int]:
    """Return where in a valid string the places lie that are `wanted` in what it says; see `json_text.places_in`."""
    if len(string) < WORTH_KERNELS_BYTES or not _has_kernels():
        return json_text.places_in(string, wanted)
    from dedupe.kernels import json_lines as kernels

    return kernels.places_in(string, wanted)


def looks_like_json_lines(sample: bytes, names: FieldNames) -> bool:
    """Return whether whole lines begin with an object and one of them has a text."""
    lines = [line for line in lines_of(sample.removeprefix(_MARK), names) if line.kind != BLANK]
    if not lines or lines[0].kind == MALFORMED or not sample.lstrip(b" \t\r\n" + _MARK).startswith(b"{"):
        return False
    return any(line.kind in (TEXT, TEXT_TWICE) for line in lines)
