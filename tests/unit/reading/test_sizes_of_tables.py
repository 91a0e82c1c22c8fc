"""What comes out of a table is known before it is unpacked, and counted as if nothing stood there by reference."""

from __future__ import annotations

import io
import itertools
import random
from typing import Any

import pytest

from dedupe.reading import arrow
from dedupe.reading.parquet import ParquetReader
from dedupe.reading.tables import decoded_bytes

pa = pytest.importorskip(
    "pyarrow", reason="pyarrow is not installed here: pip install 'dedupe-text[parquet]'"
)
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow has no Parquet here")

LONG = "a long value that stands in many rows " * 50
TEXTS = [LONG, None, "short"] * 200


def one_of_each() -> Any:
    """Return a table with strings at every depth, large enough for compression to be worth while."""
    texts = pa.array(TEXTS)
    return pa.table(
        {
            "text": texts,
            "dictionary": texts.dictionary_encode(),
            "number": range(len(TEXTS)),
            "list": [[text, "x"] for text in TEXTS],
            "struct": [{"a": text, "b": 1} for text in TEXTS],
            "pair": pa.array([[text, text] for text in TEXTS], pa.list_(pa.string(), 2)),
            "map": pa.array([[("key", text)] for text in TEXTS], pa.map_(pa.string(), pa.string())),
            "bytes": texts.cast(pa.binary()),
        }
    )


def in_arrow(table: Any, *, compression: str | None, is_file: bool) -> bytes:
    sink, options = io.BytesIO(), pa.ipc.IpcWriteOptions(compression=compression)
    new = pa.ipc.new_file if is_file else pa.ipc.new_stream
    with new(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=1000)
    return sink.getvalue()


def opened(content: bytes) -> Any:
    return pa.PythonFile(io.BytesIO(content), mode="r")


@pytest.mark.parametrize("is_file", [True, False])
@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
def test_a_file_of_arrow_says_what_it_unpacks_to(compression: str | None, is_file: bool) -> None:
    table = one_of_each()
    content = in_arrow(table, compression=compression, is_file=is_file)
    claimed = sum(arrow.claims(opened(content)))
    assert table.nbytes <= claimed <= 1.1 * table.nbytes + 5000
    if compression:
        assert claimed > 5 * len(content)


@pytest.mark.parametrize("is_file", [True, False])
def test_what_is_no_message_is_a_value_error_and_nothing_else(is_file: bool) -> None:
    content = in_arrow(one_of_each().slice(0, 5), compression="zstd", is_file=is_file)
    chosen, refused = random.Random(1), 0
    for _ in range(3000):
        damaged = bytearray(content[: chosen.choice((len(content), chosen.randrange(len(content))))])
        for _ in range(min(len(damaged), chosen.randrange(4))):
            damaged[chosen.randrange(len(damaged))] = chosen.choice((0, 127, 128, 255))
        try:
            list(itertools.islice(arrow.claims(opened(bytes(damaged))), 10_000))
        except ValueError:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize("store_schema", [True, False])
def test_a_value_counts_in_each_row_that_shows_it(store_schema: bool) -> None:
    table = one_of_each()
    sink = io.BytesIO()
    pq.write_table(table, sink, store_schema=store_schema)
    held = counted = plain = 0
    for batch in ParquetReader(opened(sink.getvalue())).batches():
        held += batch.nbytes
        counted += sum(map(decoded_bytes, batch.columns))
    for batch in pq.ParquetFile(sink).iter_batches():
        plain += batch.nbytes
    assert held < plain / 5
    assert 0.9 * plain < counted < 1.2 * plain


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.binary(), pa.int64(), pa.list_(pa.string())]
)
def test_dictionaries_of_any_type_are_counted(kind: Any) -> None:
    value = {pa.int64(): 1, pa.list_(pa.string()): [LONG]}.get(kind, LONG)
    values = pa.DictionaryArray.from_arrays(pa.array([0, 0, 0, None]), pa.array([value, None], kind))
    size = {pa.int64(): 8}.get(kind, len(LONG))
    assert 3 * size <= decoded_bytes(values) <= 3 * (size + 30)


@pytest.mark.skipif(not hasattr(pa, "string_view"), reason="this pyarrow knows no views")
def test_a_view_counts_what_it_shows() -> None:
    views = pa.array([None, LONG, "short", None], pa.string_view())
    assert decoded_bytes(views) == len(LONG) + len("short")
    assert decoded_bytes(views.slice(2, 2)) == len("short")
    shared = pa.Array.from_buffers(
        pa.string_view(),
        1000,
        [None, pa.py_buffer(views.buffers()[1].to_pybytes()[16:32] * 1000), *views.buffers()[2:]],
    )
    assert shared.nbytes < decoded_bytes(shared) == 1000 * len(LONG)


def test_a_file_of_parquet_says_what_comes_out_of_it_at_least() -> None:
    table, sink = one_of_each(), io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    claimed = ParquetReader(opened(sink.getvalue())).claimed_bytes
    assert len(sink.getvalue()) < claimed <= table.nbytes


def test_groups_of_large_rows_are_read_in_few_rows_at_once() -> None:
    sink = io.BytesIO()
    large = [random.Random(number).randbytes(1 << 20) for number in range(100)]
    pq.write_table(pa.table({"text": ["a"] * 100, "image": large}), sink, use_dictionary=False)
    rows = [batch.num_rows for batch in ParquetReader(opened(sink.getvalue())).batches()]
    assert sum(rows) == 100
    assert max(rows) <= 64


def test_values_that_share_beginnings_are_read_in_few_rows_at_once() -> None:
    sink = io.BytesIO()
    encodings = {"text": "DELTA_BYTE_ARRAY"}
    pq.write_table(pa.table({"text": [LONG] * 100}), sink, use_dictionary=False, column_encoding=encodings)
    rows = [batch.num_rows for batch in ParquetReader(opened(sink.getvalue())).batches()]
    assert rows == [8] * 12 + [4]


@pytest.mark.skipif(not hasattr(pa, "json_"), reason="this pyarrow knows no JSON")
def test_what_cannot_be_read_as_a_dictionary_is_read_in_few_rows_at_once() -> None:
    sink = io.BytesIO()
    columns = {"text": ["a"] * 100, "json": pa.array([f'"{LONG}"'] * 100, pa.json_())}
    pq.write_table(pa.table(columns), sink)
    rows = [batch.num_rows for batch in ParquetReader(opened(sink.getvalue())).batches()]
    assert rows == [8] * 12 + [4]
