"""Parquet and Arrow: each row a record, one column of which is a text.

The texts are put into the spool when the file is opened, so that both passes read them without decoding columns; the
file is read again, batch by batch, when it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedupe.inputs import Record, Skipped
from dedupe.reading import arrow
from dedupe.reading.compression import DamagedFileError, TooLargeError
from dedupe.reading.contents import ContentFile
from dedupe.reading.parquet import ParquetReader
from dedupe.reading.records import SpooledRecord, group_of, name_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dedupe.reading.contents import Content, ContentSpool
    from dedupe.settings import Bounds, Settings

_VIEWS = ("string_view", "binary_view")
"""Types of newer versions of Arrow, by name, for older ones of pyarrow do not know them."""


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
        except (pa.ArrowException, EOFError, ValueError, OSError) as error:
            # What the system says has a number; pyarrow says in the same way that a page is damaged.
            if isinstance(error, OSError) and error.errno is not None:
                raise
            said = str(error).partition("\n")[0]
            raise DamagedFileError(f"it is damaged, or is no {self.form} file ({said})") from error

    def _records(self) -> Iterator[SpooledRecord | Skipped]:
        import pyarrow as pa

        file = pa.PythonFile(ContentFile(self.content, self.size), mode="r")
        parquet = ParquetReader(file) if self.form == "parquet" else None
        unfit = self._unfit(parquet.schema if parquet else arrow.schema_of(file))
        if unfit is None and parquet and (fault := parquet.fault_of_old_times()):
            unfit = Skipped(self.name, "malformed", fault)
        if unfit is not None:
            yield unfit
            return
        self._expect_at_most([parquet.claimed_bytes] if parquet else arrow.claims(file))
        number = told = 0
        for batch in parquet.batches() if parquet else arrow.batches_of(file):
            told += sum(decoded_bytes(column) for column in batch.columns)
            self._expect_at_most([told])
            texts, ids, urls = (
                _values(batch, name)
                for name in (self.settings.text_field, self.settings.id_field, self.settings.url_field)
            )
            for value, identity, url in zip(texts, ids, urls, strict=True):
                number += 1
                yield self._record(number, value, identity, url)

    def _unfit(self, schema: Any) -> Skipped | None:
        """Return why no text can be found in the rows, None where it can."""
        text = self.settings.text_field
        fitting = schema.get_all_field_indices(text)
        if len(fitting) == 1 and _is_text(_plain(schema.field(fitting[0]).type)):
            return None
        said = "more than one column" if len(fitting) > 1 else "no column of strings"
        return Skipped(self.name, "no text field", f"it has {said} {text!r}; name another with --text-field")

    def _expect_at_most(self, sizes: Iterable[int]) -> None:
        """Raise TooLargeError as soon as more has come together than may come out of the file."""
        together = 0
        for size in sizes:
            together += size
            if self.most is not None and together > self.most:
                raise TooLargeError

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


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view")


def decoded_bytes(column: Any) -> int:
    """Return how many bytes a column takes when no value of it is told by reference to another, at any depth."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        lengths = pa.array(_sizes(column.dictionary), pa.int64())
        return pc.sum(lengths.take(column.indices)).as_py() or 0
    if pa.types.is_map(kind):
        first, last = (column.offsets[end].as_py() for end in (0, len(column)))
        parts = (part.slice(first, last - first) for part in (column.keys, column.items))
        return 8 * len(column) + sum(decoded_bytes(part) for part in parts)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return 8 * len(column) + decoded_bytes(column.flatten())
    if pa.types.is_struct(kind):
        return len(column) + sum(decoded_bytes(part) for part in column.flatten())
    if str(kind) in _VIEWS:
        return int(_sizes(column).sum())
    return int(column.nbytes)


def _sizes(values: Any) -> NDArray[np.int64]:
    """Return how many bytes each value takes."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if str(kind) in _VIEWS:
        # A view is 16 bytes, the first four of them the length of what it shows; that of no value may be anything.
        views = np.frombuffer(values.buffers()[1], np.int32)[4 * values.offset :: 4][: len(values)]
        return np.where(values.is_valid(), views, 0).astype(np.int64)
    if _is_text(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        lengths = pc.binary_length(values.cast(pa.large_binary())).fill_null(0)
        return np.asarray(lengths.to_numpy(zero_copy_only=False), np.int64)
    return np.array([decoded_bytes(values.slice(number, 1)) for number in range(len(values))], np.int64)
