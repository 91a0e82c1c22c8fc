"""Parquet read batch by batch in a room that does not follow what a file makes of few bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

BATCH_BYTES = 1 << 26
ROWS_AT_ONCE = 1024
"""So many rows are read at once when they are small."""

_ROWS_IF_VALUES_ARE_REPEATED = 8
_NOT_AS_DICTIONARIES = frozenset(("DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"))
_BYTES = ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")
"""The types of strings and bytes by name, for older versions of pyarrow do not know all."""

_MOST_MILLISECONDS = (1 << 63) // 1_000_000 - 1
_BITS = {"BOOLEAN": 1, "INT32": 32, "INT64": 64, "INT96": 64, "FLOAT": 32, "DOUBLE": 64, "BYTE_ARRAY": 32}
"""What a value of a physical type takes at least once it is decoded."""


@dataclass(frozen=True)
class ParquetReader:
    """A file of Parquet, opened; raises what pyarrow raises."""

    file: Any

    @cached_property
    def plain(self) -> Any:
        """The file as pyarrow reads it, values that stand in many rows as often."""
        import pyarrow.parquet as pq

        return pq.ParquetFile(self.file, pre_buffer=False)

    @property
    def schema(self) -> Any:
        """The schema as Arrow has it."""
        return self.plain.schema_arrow

    @property
    def claimed_bytes(self) -> int:
        """How much comes out of the file, as it says itself: what its pages unpack to, or its values take."""
        metadata = self.plain.metadata
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        return sum(self._claimed(group) for group in groups)

    def _claimed(self, group: Any) -> int:
        schema = self.plain.metadata.schema
        claimed = 0
        for number in range(group.num_columns):
            chunk, column = group.column(number), schema.column(number)
            bits = _BITS.get(column.physical_type, 8 * column.length)
            claimed += max(chunk.total_uncompressed_size, chunk.num_values * bits // 8)
        return claimed

    def batches(self, columns: list[str] | None = None) -> Iterator[Any]:
        """Yield record batches of all columns, or of some.

        Strings and bytes are dictionaries where pyarrow can read them so, at any depth: a value that stands in many
        rows takes no more room than once.
        """
        import pyarrow.parquet as pq

        metadata = self.plain.metadata
        unfit = self._not_as_dictionaries()
        paths = [path for path in self._bytes_paths() if path not in unfit]
        table = pq.ParquetFile(self.file, read_dictionary=paths, pre_buffer=False)
        most = _ROWS_IF_VALUES_ARE_REPEATED if any(map(_repeats, table.schema_arrow.types)) else ROWS_AT_ONCE
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            rows = min(most, rows_that_fit(self._claimed(group) // max(1, group.num_rows)))
            yield from table.iter_batches(
                batch_size=rows, row_groups=[number], columns=columns, use_threads=False
            )

    def _bytes_paths(self) -> list[str]:
        """Return the paths of all strings and bytes."""
        schema = self.plain.metadata.schema
        columns = map(schema.column, range(len(schema)))
        return [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]

    def _not_as_dictionaries(self) -> set[str]:
        """Return the paths of what is encoded in a way that pyarrow cannot read as dictionaries."""
        metadata = self.plain.metadata
        return {
            chunk.path_in_schema
            for group in map(metadata.row_group, range(metadata.num_row_groups))
            for chunk in map(group.column, range(group.num_columns))
            if not _NOT_AS_DICTIONARIES.isdisjoint(chunk.encodings)
        }

    @property
    def old_times(self) -> tuple[list[str], bool]:
        """The paths of the columns that hold times as INT96, and whether others hold times too."""
        metadata = self.plain.metadata
        columns = [metadata.schema.column(number) for number in range(metadata.num_columns)]
        old = [column.path for column in columns if column.physical_type == "INT96"]
        return old, any(column.logical_type.type == "TIMESTAMP" for column in columns)

    def fault_of_old_times(self) -> str:
        """Return why the INT96 could not be written again as they are, `""` where they can.

        pyarrow reads them as nanoseconds since 1970, without a word about those that do not fit.
        """
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        old, has_others = self.old_times
        if not old:
            return ""
        table = pq.ParquetFile(self.file, pre_buffer=False, coerce_int96_timestamp_unit="ms")
        names = table.schema_arrow.names
        if has_others or any(names.count(path) != 1 for path in old):
            return "its times are INT96 and in lists or beside others, which is not written; convert them"
        for batch in table.iter_batches(batch_size=ROWS_AT_ONCE, columns=old, use_threads=False):
            for column in batch.columns:
                ends = pc.min_max(column.cast(pa.int64()))
                first, last = ends["min"].as_py(), ends["max"].as_py()
                if first is not None and not -_MOST_MILLISECONDS < first <= last < _MOST_MILLISECONDS:
                    return "its INT96 hold times before 1678 or after 2261, which are not read right; convert them"
        return ""


def _repeats(kind: Any) -> bool:
    """Return whether a column of this type holds strings or bytes as often as they stand in it, at any depth."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return False
    kind = getattr(kind, "storage_type", kind)  # of an extension, such as JSON
    if kind.num_fields:
        return any(_repeats(kind.field(number).type) for number in range(kind.num_fields))
    return str(kind) in _BYTES


def rows_that_fit(row_bytes: int) -> int:
    """Return how many rows of so many bytes are read at once, at least one."""
    return max(1, BATCH_BYTES // max(1, row_bytes))
