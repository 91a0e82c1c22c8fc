"""Parquet and Arrow written again: the same schema, metadata and rows, but for what was cut out of the texts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dedupe.reading import arrow
from dedupe.reading.contents import ContentFile
from dedupe.reading.parquet import BATCH_BYTES, ParquetReader, rows_that_fit
from dedupe.reading.records import without
from dedupe.reading.tables import decoded_bytes

if TYPE_CHECKING:
    from dedupe.reading.opened import Opened
    from dedupe.reading.records import ByteRange, SpooledRecord

_MOST_ROWS = 8192


class _Sink:
    """A file that pyarrow writes to, whose bytes are fetched in between."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, piece: bytes) -> int:
        """Keep bytes."""
        self._pieces.append(bytes(piece))
        self._size += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Return how many bytes have been written."""
        return self._size  # pragma: no cover - not every pyarrow asks

    def fetched(self) -> Iterator[bytes]:
        """Yield what has been written since it was asked last."""
        pieces, self._pieces = self._pieces, []
        yield from pieces

    def flush(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class _Texts:
    """The clean texts of a table, asked for in the order of its rows."""

    def __init__(
        self, records: tuple[SpooledRecord, ...], cuts: list[ByteRange], dropped: frozenset[int]
    ) -> None:
        self._records = iter(records)
        self._next = next(self._records, None)
        self._cuts = cuts
        self._cut = 0
        self._dropped = sorted(dropped)
        self._row = 0

    def cleaned(self, batch: Any, column: int) -> Any:
        """Return the batch that follows those before as a table, cleaned."""
        import pyarrow as pa

        first, self._row = self._row, self._row + batch.num_rows
        table = pa.Table.from_batches([batch])
        changed = dict(self._changed(first))
        if changed:
            field, values = batch.schema.field(column), batch.column(column)
            kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
            plain = [changed.get(number, value) for number, value in enumerate(values.cast(kind).to_pylist())]
            table = table.set_column(column, field, pa.array(plain, type=kind).cast(field.type))
        gone = [number - first - 1 for number in self._dropped_behind(first, self._row)]
        if gone:
            edges = pairwise([-1, *gone, table.num_rows])
            # Not every type can be filtered; slices are made of all.
            parts = [table.slice(before + 1, behind - before - 1) for before, behind in edges]
            table = pa.concat_tables(parts).combine_chunks()
        return table

    def _dropped_behind(self, first: int, last: int) -> list[int]:
        """Return the numbers of the rows behind `first`, up to `last`, that are left out."""
        return self._dropped[bisect_right(self._dropped, first) : bisect_right(self._dropped, last)]

    def _changed(self, first: int) -> Iterator[tuple[int, str]]:
        """Yield the rows of the batch whose text is another now, numbered within it, and their texts."""
        while self._next is not None and self._next.record.number <= self._row:
            record, ranges = self._next, []
            while self._cut < len(self._cuts) and self._cuts[self._cut][0] < record.end:
                start, end = self._cuts[self._cut]
                ranges.append((start - record.start, end - record.start))
                self._cut += 1
            if ranges:
                yield record.record.number - first - 1, without(record.read(), ranges).decode()
            self._next = next(self._records, None)


def rewritten(
    opened: Opened, cuts: list[ByteRange], dropped: frozenset[int], text_field: str
) -> Iterator[bytes]:
    """Yield the bytes of a table without what was cut out of its texts, and without the rows that are `dropped`.

    Raises OSError, and what pyarrow raises, where the file is not what it was.
    """
    import pyarrow as pa

    records: tuple[SpooledRecord, ...] = opened.records  # type: ignore[assignment]
    texts = _Texts(records, cuts, dropped)
    file = pa.PythonFile(ContentFile(opened.content, opened.content_size), mode="r")
    sink = _Sink()
    if opened.file.format == "parquet":
        largest = max((record.size for record in records), default=0)
        yield from _parquet(ParquetReader(file), sink, texts, text_field, largest)
    else:
        yield from _arrow(file, sink, texts, text_field)


def _parquet(
    reader: ParquetReader, sink: _Sink, texts: _Texts, text_field: str, largest: int
) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table, schema = reader.plain, reader.schema
    column = schema.get_field_index(text_field)
    rows = min(_MOST_ROWS, rows_that_fit(largest + _widest(reader, text_field)))
    with pq.ParquetWriter(
        pa.PythonFile(sink, mode="w"),
        schema,
        compression=_compressions(table.metadata),
        use_deprecated_int96_timestamps=bool(reader.old_times[0]),
        write_page_index=False,
    ) as writer:
        for group in range(table.num_row_groups):
            waiting: list[Any] = []
            for batch in table.iter_batches(batch_size=rows, row_groups=[group], use_threads=False):
                waiting.append(texts.cleaned(batch, column))
                if sum(each.nbytes for each in waiting) > 4 * BATCH_BYTES:
                    writer.write_table(pa.concat_tables(waiting))
                    waiting = []
                    yield from sink.fetched()
            if waiting:
                together = pa.concat_tables(waiting)
                writer.write_table(together, row_group_size=max(1, together.num_rows))
            yield from sink.fetched()
    yield from sink.fetched()


def _widest(reader: ParquetReader, text_field: str) -> int:
    """Return how many bytes a row takes besides its text in the widest batch."""
    others = [name for name in reader.schema.names if name != text_field]
    if not others:
        return 0
    sizes = (
        sum(decoded_bytes(column) for column in batch.columns) // max(1, batch.num_rows)
        for batch in reader.batches(others)
    )
    return max(sizes, default=0)


def _compressions(metadata: Any) -> Any:
    """Return how the columns are compressed, by their paths; where something goes there is a group of rows."""
    group = metadata.row_group(0)
    columns = (group.column(number) for number in range(group.num_columns))
    found = {column.path_in_schema: column.compression.lower() for column in columns}
    return {path: "none" if name == "uncompressed" else name for path, name in found.items()}


def _arrow(file: Any, sink: _Sink, texts: _Texts, text_field: str) -> Iterator[bytes]:
    import pyarrow as pa

    is_file, schema = arrow.is_file(file), arrow.schema_of(file)
    column = schema.get_field_index(text_field)
    out = pa.PythonFile(sink, mode="w")
    with pa.ipc.new_file(out, schema) if is_file else pa.ipc.new_stream(out, schema) as writer:
        tables: Iterator[Any] = (texts.cleaned(batch, column) for batch in arrow.batches_of(file))
        if is_file and any(pa.types.is_dictionary(field.type) for field in schema):
            # A file holds each dictionary once, so that of all batches has to be known first.
            tables = iter([pa.concat_tables(tables).unify_dictionaries()])
        for table in tables:
            writer.write_table(table)
            yield from sink.fetched()
    yield from sink.fetched()
