"""CSV and TSV: each row a record, one column of which is a text.

The text is cut in the field as it stands, so quotes, line ends
and the delimiter stay what they are, and rows that nothing is cut of stay the same bytes. A field's bytes are those of
its text, in whatever encoding the file has that agrees with ASCII.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from dedupe.inputs import Record, Skipped
from dedupe.reading.binary import WIDE_MARKS
from dedupe.reading.compression import TooLargeError
from dedupe.reading.contents import CHUNK_BYTES, Content
from dedupe.reading.csv_text import Field, Row, places_in, row_at
from dedupe.reading.records import (
    ByteRange,
    HeldRecord,
    RecordChangedError,
    RecordNotCutError,
    group_of,
    name_of,
    without,
)

if TYPE_CHECKING:
    from dedupe.settings import Bounds, Settings

DELIMITERS = {"csv": (b",", b";", b"\t", b"|"), "tsv": (b"\t",)}
"""What may stand between fields: the first with which the first row has the column of the text."""
_MARK = b"\xef\xbb\xbf"
_QUOTE = ord('"')


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """The text of a row; see `dedupe.reading.records.RecordSource`.

    `start` and `end` are where its content lies, `row_start` and `row_end` where the row does with its line end.
    `is_alone` tells that the row has no other field.
    """

    name: str
    group: str
    content: Content
    record: Record
    start: int
    end: int
    row_start: int
    row_end: int
    is_quoted: bool
    is_alone: bool

    @property
    def is_utf8(self) -> bool:
        """The encoding has to be found out, as that of a file."""
        return False

    @property
    def size(self) -> int:
        """About how many bytes the text has."""
        return self.end - self.start

    def read(self) -> bytes:
        """Return what the field says."""
        return self._said(self._stands())

    def _stands(self) -> bytes:
        content = self.content.read(self.start, self.end)
        if len(content) != self.end - self.start:
            raise OSError(errno.ESTALE, "it changed while it was being read")
        return content

    def _said(self, content: bytes) -> bytes:
        return content.replace(b'""', b'"') if self.is_quoted else content

    def ranges_in_file(self, text: bytes, cleaned: bytes, ranges: Sequence[ByteRange]) -> list[ByteRange]:
        """Return the bytes of the field that go; see `RecordSource`."""
        content = self._stands()
        if self._said(content) != text:
            raise RecordChangedError
        places = [place for each in ranges for place in each]
        if self.is_quoted:
            places = places_in(content, places)
        inside = list(zip(places[::2], places[1::2], strict=True))
        left = without(content, inside)
        if self.is_alone and not self.is_quoted and not left:
            raise RecordNotCutError("without its text the row would be a blank line, which is no row")
        if self._said(left) != cleaned:
            raise ValueError("what is left of the field would say something else")
        return [(self.start + start, self.start + end) for start, end in inside]

    def whole(self) -> ByteRange:
        """Return the row with its line end."""
        return self.row_start, self.row_end

    def __reduce__(self) -> tuple[Any, ...]:
        return HeldRecord, (self.name, self.group, self.read(), False)


@dataclass(frozen=True, slots=True)
class RowsOfFile:
    """Reads the rows of one file; `name` and `group` are the file's, `form` is `csv` or `tsv`.

    `note` is told all bytes that were read, once and in order.
    """

    name: str
    group: str
    form: str
    content: Content
    settings: Settings
    bounds: Bounds
    note: Callable[[bytes], object]

    def records(self) -> Iterator[CsvRecord | Skipped]:
        """Yield a source for each row that has a text, and why there is none for each other.

        The first row names the columns; a file in which none has the name of the text is passed over as a whole.

        Raises OSError as the system does, TooLargeError for a row that is larger than a text may be.
        """
        begin = self.content.read(0, 4)
        if begin.startswith(tuple(mark for mark, _ in WIDE_MARKS)):
            yield Skipped(
                self.name, "undecodable", "tables are read in UTF-8 and what agrees with ASCII; convert it"
            )
            return
        mark = len(_MARK) if begin.startswith(_MARK) else 0
        delimiter, columns = self._header(mark)
        field = self.settings.text_field
        if columns.count(field) != 1:
            said = "has no column" if field not in columns else "has two columns"
            yield Skipped(
                self.name, "no text field", f"its first row {said} {field!r}; name another with --text-field"
            )
            return
        self.note(_MARK[:mark])
        rows = self._rows(mark, delimiter)
        next(rows)
        yield from self._records(rows, columns)

    def _header(self, start: int) -> tuple[bytes, list[str]]:
        """Return the delimiter, and the names of the columns."""
        size = CHUNK_BYTES
        while True:
            begin = self.content.read(start, start + size)
            is_last = len(begin) < size
            found: dict[bytes, list[str]] = {}
            for delimiter in DELIMITERS[self.form]:
                row = row_at(begin, 0, delimiter, is_last=is_last)
                if row is not None:
                    found[delimiter] = [
                        # What stands behind a quote may be another delimiter.
                        field.said(begin).decode("utf-8", "replace") if field.is_plain else ""
                        for field in row.fields
                    ]
            if found or is_last:
                break
            self._check_size(size)
            size *= 4
        fitting = (each for each in found.items() if self.settings.text_field in each[1])
        return next(chain(fitting, found.items()), (b",", []))

    def _check_size(self, size: int) -> None:
        if self.bounds.document is not None and size > self.bounds.document + CHUNK_BYTES:
            raise TooLargeError

    def _rows(self, position: int, delimiter: bytes) -> Iterator[tuple[int, bytes, Row]]:
        """Yield rows: where the buffer lies that a row is in, the buffer, and the row; blank lines aside."""
        size = CHUNK_BYTES
        while buffer := self.content.read(position, position + size):
            is_last = len(buffer) < size
            read = 0
            while read < len(buffer):
                row = row_at(buffer, read, delimiter, is_last=is_last)
                if row is None:
                    break
                if row.end - row.start > 2 or buffer[row.start : row.end].strip(b"\r\n"):
                    yield position, buffer, row
                read = row.end
            self.note(buffer[:read])
            position += read
            if read:
                size = CHUNK_BYTES
            else:
                self._check_size(size)
                size *= 4

    def _records(
        self, rows: Iterator[tuple[int, bytes, Row]], columns: Sequence[str]
    ) -> Iterator[CsvRecord | Skipped]:
        text, identity, url = (
            columns.index(name) if name in columns else len(columns)
            for name in (self.settings.text_field, self.settings.id_field, self.settings.url_field)
        )
        for number, (behind, buffer, row) in enumerate(rows, 1):
            name = name_of(self.name, number)
            if row.is_open:
                yield Skipped(name, "malformed", "a quote in the row is never closed")
            elif len(row.fields) <= text:
                yield Skipped(name, "without text")
            elif not row.fields[text].is_plain:
                yield Skipped(name, "malformed", "something stands behind the closing quote of its text")
            elif self._is_too_large(row.fields[text]):
                yield Skipped(name, "too large", "its text is larger than --max-document-bytes")
            else:
                field = row.fields[text]
                said = [
                    row.fields[column].said(buffer).decode("utf-8", "replace")
                    if column < len(row.fields)
                    else ""
                    for column in (identity, url)
                ]
                group = group_of(self.settings.group_by, self.group, said[1])
                record = Record(self.name, number, said[0])
                yield CsvRecord(
                    name,
                    group,
                    self.content,
                    record,
                    behind + field.start,
                    behind + field.end,
                    behind + row.start,
                    behind + row.end,
                    field.is_quoted,
                    len(row.fields) == 1,
                )

    def _is_too_large(self, field: Field) -> bool:
        return self.bounds.document is not None and field.end - field.start > self.bounds.document
