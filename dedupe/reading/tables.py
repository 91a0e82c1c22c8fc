"""Parquet and Arrow: each row a record, one column of which is a text.

The texts are put into the spool when the file is opened, so that both passes read them without decoding columns; the
file is read again, batch by batch, when it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedupe.inputs import Record, Skipped
from dedupe.reading.compression import DamagedFileError, TooLargeError
from dedupe.reading.contents import ContentFile
from dedupe.reading.records import SpooledRecord, group_of, name_of

if TYPE_CHECKING:
    from dedupe.reading.contents import Content, ContentSpool
    from dedupe.settings import Bounds, Settings

BATCH_BYTES = 1 << 26
MOST_ROWS = 8192
_MOST_MILLISECONDS = (1 << 63) // 1_000_000 - 1
ROWS_AT_ONCE = 1024
"""So many rows are read at once when it is not known yet how large they are."""


def batches_of(
    form: str, content: Content, size: int, columns: Sequence[str] | None, rows: int
) -> Iterator[Any]:
    """Yield the record batches of a table, of at most so many rows where the format lets one choose.

    Strings of Parquet are dictionaries, so that a value that stands in many rows takes no more room than once.

    Raises what pyarrow raises.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pa.PythonFile(ContentFile(content, size), mode="r")
    if form == "parquet":
        schema = pq.ParquetFile(file).schema_arrow
        strings = [field.name for field in schema if _is_text(field.type)]
        table = pq.ParquetFile(file, read_dictionary=strings, pre_buffer=False)
        yield from table.iter_batches(batch_size=rows, columns=columns, use_threads=False)
        return
    yield from opened_arrow(file)


def opened_arrow(file: Any) -> Any:
    """Return a reader of Arrow's file format or of its stream; iterating gives batches.

    Raises what pyarrow raises.
    """
    import pyarrow as pa

    begin = file.read(6)
    file.seek(0)
    if begin == b"ARROW1":
        reader = pa.ipc.open_file(file)
        return (reader.get_batch(number) for number in range(reader.num_record_batches))
    return pa.ipc.open_stream(file)


def schema_of(form: str, content: Content, size: int) -> Any:
    """Return the schema of a table.

    Raises what pyarrow raises.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pa.PythonFile(ContentFile(content, size), mode="r")
    if form == "parquet":
        return pq.ParquetFile(file).schema_arrow
    begin = file.read(6)
    file.seek(0)
    return pa.ipc.open_file(file).schema if begin == b"ARROW1" else pa.ipc.open_stream(file).schema


def old_times(metadata: Any) -> tuple[list[str], bool]:
    """Return the paths of the columns of Parquet that hold times as INT96, and whether others hold times too."""
    columns = [metadata.schema.column(number) for number in range(metadata.num_columns)]
    old = [column.path for column in columns if column.physical_type == "INT96"]
    return old, any(column.logical_type.type == "TIMESTAMP" for column in columns)


def _fault_of_old_times(content: Content, size: int) -> str:
    """Return why the INT96 of a file could not be written again as they are, `""` where they can.

    pyarrow reads them as nanoseconds since 1970, without a word about those that do not fit. Raises what it raises.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    file = pa.PythonFile(ContentFile(content, size), mode="r")
    table = pq.ParquetFile(file, pre_buffer=False, coerce_int96_timestamp_unit="ms")
    old, has_others = old_times(table.metadata)
    if not old:
        return ""
    names = table.schema_arrow.names
    if has_others or any(names.count(path) != 1 for path in old):
        return "its times are INT96 and in lists or beside others, which is not written; convert them"
    for batch in table.iter_batches(batch_size=ROWS_AT_ONCE, columns=old, use_threads=False):
        for column in batch.columns:
            ends = pc.min_max(column.cast(pa.int64()))
            first, last = ends["min"].as_py(), ends["max"].as_py()
            if first is not None and not -_MOST_MILLISECONDS < first <= last < _MOST_MILLISECONDS:
                return (
                    "its INT96 hold times before 1678 or after 2261, which are not read right; convert them"
                )
    return ""


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


@dataclass(frozen=True, slots=True)
class RowsOfTable:
    """Reads the rows of one table; `name` and `group` are the file's, `form` is `parquet` or `arrow`."""

    name: str
    group: str
    form: str
    content: Content
    size: int
    spool: ContentSpool
    settings: Settings
    bounds: Bounds
    most: int | None

    def records(self) -> Iterator[SpooledRecord | Skipped]:
        """Yield a source for each row that has a text, and why there is none for each other.

        Raises DamagedFileError for what is no such table, TooLargeError once more comes out of it than may, OSError as
        the system does.
        """
        import pyarrow as pa

        try:
            yield from self._records()
        except (pa.ArrowException, EOFError, UnicodeDecodeError, OSError) as error:
            # What the system says has a number; pyarrow says in the same way that a page is damaged.
            if isinstance(error, OSError) and error.errno is not None:
                raise
            said = str(error).partition("\n")[0]
            raise DamagedFileError(f"it is damaged, or is no {self.form} file ({said})") from error

    def _records(self) -> Iterator[SpooledRecord | Skipped]:
        schema = schema_of(self.form, self.content, self.size)
        text = self.settings.text_field
        fitting = schema.get_all_field_indices(text)
        if len(fitting) != 1 or not _is_text(_plain(schema.field(fitting[0]).type)):
            said = "more than one column" if len(fitting) > 1 else "no column of strings"
            yield Skipped(
                self.name, "no text field", f"it has {said} {text!r}; name another with --text-field"
            )
            return
        if self.form == "parquet" and (fault := _fault_of_old_times(self.content, self.size)):
            yield Skipped(self.name, "malformed", fault)
            return
        number = told = 0
        for batch in batches_of(self.form, self.content, self.size, None, ROWS_AT_ONCE):
            told += sum(decoded_bytes(column) for column in batch.columns)
            if self.most is not None and told > self.most:
                raise TooLargeError
            texts, ids, urls = (
                _values(batch, name) for name in (text, self.settings.id_field, self.settings.url_field)
            )
            for value, identity, url in zip(texts, ids, urls, strict=True):
                number += 1
                yield self._record(number, value, identity, url)

    def _record(self, number: int, value: object, identity: object, url: object) -> SpooledRecord | Skipped:
        name = name_of(self.name, number)
        if not isinstance(value, str):
            return Skipped(name, "without text")
        text = value.encode("utf-8")
        if self.bounds.document is not None and len(text) > self.bounds.document:
            return Skipped(name, "too large", "its text is larger than --max-document-bytes")
        start = self.spool.size
        self.spool.add(text)
        group = group_of(self.settings.group_by, self.group, url)
        record = Record(self.name, number, "" if identity is None else str(identity))
        return SpooledRecord(name, group, self.spool, record, start, start + len(text))


def _plain(kind: Any) -> Any:
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _values(batch: Any, name: str) -> Iterator[Any]:
    """Yield the values of a column of strings or numbers, None for each row where there is no such column."""
    import pyarrow as pa

    found = batch.schema.get_all_field_indices(name)
    kind = _plain(batch.schema.field(found[0]).type) if len(found) == 1 else None
    if kind is None or not (_is_text(kind) or pa.types.is_integer(kind)):
        return iter([None] * batch.num_rows)
    return (value.as_py() for value in batch.column(found[0]))


def decoded_bytes(column: Any) -> int:
    """Return how many bytes a column takes when no value of it is told by reference to another."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type) and _is_text(column.type.value_type):
        lengths = pc.binary_length(column.dictionary.cast(pa.large_binary()))
        return pc.sum(lengths.take(column.indices)).as_py() or 0
    return int(column.nbytes)
