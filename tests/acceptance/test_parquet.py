"""Parquet and Arrow: rows are cleaned like files; schema, metadata and all other cells stay."""

from __future__ import annotations

import datetime
import io
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import CHECKOUT, CLEAN_ARTICLE, CLEAN_PAGE, PAGE, a_file, environment, tree
from command_line import dedupe as real_dedupe
from run_here import dedupe_here as dedupe

from dedupe.writing import tables

pa = pytest.importorskip(
    "pyarrow", reason="pyarrow is not installed here: pip install 'dedupe-text[parquet]'"
)
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow has no Parquet here")

TEXTS = [PAGE, CLEAN_ARTICLE, None, PAGE + "é\n", "short", CLEAN_ARTICLE]
CLEAN_TEXTS = [text and text.replace(PAGE, CLEAN_PAGE) for text in TEXTS]
COMPRESSION = {"id": "none", "text": "zstd", "big": "gzip", "tags.list.element": "gzip", "url": "gzip"}
KINDS = {
    "string": pa.string(),
    "large_string": pa.large_string(),
    "dictionary": pa.dictionary(pa.int32(), pa.string()),
    **({"string_view": pa.string_view()} if hasattr(pa, "string_view") else {}),
}


def a_table(kind: Any, *, texts: list[str | None] = TEXTS) -> Any:
    count = len(texts)
    schema = pa.schema(
        [
            pa.field("id", pa.int64()),
            pa.field("text", kind, metadata={"note": "the article"}),
            pa.field("big", pa.decimal128(30, 2)),
            pa.field("tags", pa.list_(pa.string())),
            pa.field("url", pa.string()),
        ],
        metadata={"huggingface": json.dumps({"info": {"features": {}}})},
    )
    columns = [
        pa.array(range(count)),
        pa.array(texts, pa.string()).cast(kind),
        pa.array([None] * count, pa.decimal128(30, 2)),
        pa.array([["a", None], [], None] * (count // 3), pa.list_(pa.string())),
        pa.array(["https://x.example/1"] * count),
    ]
    return pa.table(columns, schema=schema)


def written(table: Any, name: str) -> bytes:
    sink = io.BytesIO()
    match name.rpartition(".")[2]:
        case "parquet":
            pq.write_table(
                table,
                sink,
                row_group_size=4,
                compression=COMPRESSION,
            )
        case "arrow":
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table, max_chunksize=4)
        case _:
            with pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table, max_chunksize=4)
    return sink.getvalue()


def read(content: bytes, name: str) -> Any:
    match name.rpartition(".")[2]:
        case "parquet":
            return pq.read_table(io.BytesIO(content))
        case "arrow":
            return pa.ipc.open_stream(content).read_all()
        case _:
            return pa.ipc.open_file(content).read_all()


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.feather"])
@pytest.mark.parametrize("kind", KINDS)
def test_only_texts_change(tmp_path: Path, name: str, kind: str) -> None:
    raw = written(a_table(KINDS[kind]), name)
    a_file(tmp_path / name, raw)
    ran = dedupe("clean", name, "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    ran.says(f"{name}:1: 11 of 17 paragraphs removed").says("passed over: 1 without text")
    content = (tmp_path / "out" / name).read_bytes()
    before, after = read(raw, name), read(content, name)
    assert after.schema.equals(before.schema, check_metadata=True)
    assert after["text"].to_pylist() == CLEAN_TEXTS
    assert after.drop_columns(["text"]).equals(before.drop_columns(["text"]))
    flags = ("--format", "arrow") if name == "a.arrow" else ()  # a stream begins with nothing of its own
    again = dedupe("clean", *flags, "-q", stdin=raw)
    again.exits(0).prints(content)
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(3).says("take it from a backup")


def test_the_next_command_is_one_that_works(tmp_path: Path) -> None:
    a_file(tmp_path / "a.parquet", written(a_table(pa.string()), "a.parquet"))
    ran = dedupe("clean", "a.parquet", "-o", "out", cwd=tmp_path).exits(0)
    ran.says("next: dedupe clean a.parquet -o out --plan plan.jsonl\n")
    ran = dedupe("clean", "a.parquet", "-o", "out2", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    ran.says("next: dedupe report plan.jsonl --output-file report.html\n")
    dedupe("report", "plan.jsonl", "--output-file", "report.html", cwd=tmp_path).exits(0)
    page = (tmp_path / "report.html").read_text()
    assert "dedupe explain plan.jsonl" in page
    assert "dedupe restore" not in page


@pytest.mark.parametrize("encoding", ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY", "PLAIN"])
def test_each_encoding_of_strings_is_read(tmp_path: Path, encoding: str) -> None:
    table = a_table(pa.string())
    plain = {"text": encoding, "url": encoding}
    pq.write_table(
        table, tmp_path / "a.parquet", use_dictionary=["tags"], column_encoding=plain, row_group_size=4
    )
    dedupe("clean", "a.parquet", "-o", "out", "-q", cwd=tmp_path).exits(0)
    assert pq.read_table(tmp_path / "out" / "a.parquet")["text"].to_pylist() == CLEAN_TEXTS


def arrow_with_offsets(*offsets: int) -> bytes:
    """Return three texts of 11 bytes each whose places in the buffer are said to be others."""
    raw = written(pa.table({"text": ["hello world"] * 3}), "a.arrow")
    sound = struct.pack("<4i", 0, 11, 22, 33)
    assert raw.count(sound) == 1
    return raw.replace(sound, struct.pack("<4i", *offsets))


@pytest.mark.parametrize(
    "offsets", [(0, 11, 22, 1 << 30), (0, -(1 << 29), 22, 33), (0, 11, 22, 5000), (0, 22, 11, 33)]
)
def test_what_points_out_of_its_buffers_is_damaged(tmp_path: Path, offsets: tuple[int, ...]) -> None:
    raw = arrow_with_offsets(*offsets)
    a_file(tmp_path / "a.arrow", raw)
    ran = real_dedupe("clean", "a.arrow", "-q", "-o", "out", cwd=tmp_path).exits(3)
    ran.says("error: a.arrow: damaged: it is damaged, or is no arrow file (In column 0: Invalid: ")
    assert (tmp_path / "out" / "a.arrow").read_bytes() == raw


def test_an_index_out_of_a_dictionary_is_damage(tmp_path: Path) -> None:
    raw = written(pa.table({"text": pa.array(["one", "two", "one"]).dictionary_encode()}), "a.arrow")
    sound = struct.pack("<3i", 0, 1, 0)
    at = raw.rindex(sound)
    a_file(tmp_path / "a.arrow", raw[:at] + struct.pack("<3i", 0, 1, 1 << 28) + raw[at + len(sound) :])
    dedupe("clean", "a.arrow", "-q", "-o", "out", cwd=tmp_path).exits(3).says("error: a.arrow: damaged: ")


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.feather"])
def test_the_column_is_the_one_that_is_named(tmp_path: Path, name: str) -> None:
    table = a_table(pa.string()).rename_columns(["id", "body", "big", "tags", "text"])
    if name == "a.parquet":
        pq.write_table(table, tmp_path / name, row_group_size=4)
    else:
        a_file(tmp_path / name, written(table, name))
    dedupe("clean", name, "--text-field", "body", "-o", "out", "-q", cwd=tmp_path).exits(0)
    after = read((tmp_path / "out" / name).read_bytes(), name)
    assert after["body"].to_pylist() == CLEAN_TEXTS
    assert after.drop_columns(["body"]).equals(table.drop_columns(["body"]))


def test_a_group_of_many_rows_stays_one(tmp_path: Path) -> None:
    texts = [PAGE, *[None] * 20_000, PAGE + "é"]
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet", row_group_size=len(texts))
    dedupe("clean", "a.parquet", "-o", "out", "-q", cwd=tmp_path).exits(0)
    clean = pq.ParquetFile(tmp_path / "out" / "a.parquet")
    assert [clean.metadata.row_group(each).num_rows for each in range(clean.num_row_groups)] == [len(texts)]
    assert clean.read()["text"].to_pylist() == [CLEAN_PAGE, *[None] * 20_000, CLEAN_PAGE + "é"]


def test_large_rows_are_written_a_few_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if 30 kB were a lot: batches and what waits for being written stay small, and nothing else changes."""
    rows, batches = 300, list[int]()
    image = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([b"x" * 10_000]))
    texts = [PAGE, *[f"Said once, in row {number}." for number in range(1, rows)]]
    table = pa.table({"text": texts, "image": image.cast(pa.binary()), "id": range(rows)})
    pq.write_table(table, tmp_path / "a.parquet", store_schema=False, row_group_size=rows)
    monkeypatch.setattr("dedupe.reading.parquet.BATCH_BYTES", 30_000)
    monkeypatch.setattr("dedupe.writing.tables.BATCH_BYTES", 30_000)
    cleaned = tables._Texts.cleaned

    def note(self: Any, batch: Any, column: int) -> Any:
        batches.append(batch.num_rows)
        return cleaned(self, batch, column)

    monkeypatch.setattr(tables._Texts, "cleaned", note)
    dedupe("clean", "a.parquet", "-o", "out", "-q", "--max-expand", "none", cwd=tmp_path).exits(0)
    assert set(batches) == {2}
    clean = pq.ParquetFile(tmp_path / "out" / "a.parquet")
    assert clean.num_row_groups > 10
    assert clean.read()["text"].to_pylist() == [CLEAN_PAGE, *texts[1:]]
    assert clean.read().drop_columns(["text"]).equals(table.drop_columns(["text"]))


def test_without_other_columns_rows_are_as_large_as_their_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(pa.table({"text": [PAGE, *["x" * 1000] * 20]}), tmp_path / "a.parquet")
    monkeypatch.setattr("dedupe.reading.parquet.BATCH_BYTES", 5 * len(PAGE.encode()))
    sizes = list[int]()
    cleaned = tables._Texts.cleaned

    def note(self: Any, batch: Any, column: int) -> Any:
        sizes.append(batch.num_rows)
        return cleaned(self, batch, column)

    monkeypatch.setattr(tables._Texts, "cleaned", note)
    dedupe("clean", "a.parquet", "-o", "out", "-q", cwd=tmp_path).exits(0)
    assert sizes == [5, 5, 5, 5, 1]


def test_row_groups_and_compression_stay(tmp_path: Path) -> None:
    raw = written(a_table(pa.string()), "a.parquet")
    a_file(tmp_path / "a.parquet", raw)
    dedupe("clean", "a.parquet", "-o", "out", "-q", cwd=tmp_path).exits(0)
    before, after = (
        pq.ParquetFile(io.BytesIO(raw)).metadata,
        pq.ParquetFile(tmp_path / "out" / "a.parquet").metadata,
    )
    assert after.num_row_groups == before.num_row_groups == 2
    for column in range(before.num_columns):
        assert after.row_group(0).column(column).compression == before.row_group(0).column(column).compression


def test_in_place_the_backup_brings_a_table_back(tmp_path: Path) -> None:
    raw = written(a_table(pa.string()), "a.parquet")
    file = a_file(tmp_path / "in" / "a.parquet", raw)
    a_file(
        tmp_path / "in" / "b.parquet", written(a_table(pa.string(), texts=["A.", "B.", "C."]), "a.parquet")
    )
    before = tree(tmp_path / "in")
    dedupe("clean", "in", "--format", "parquet", "--in-place", "--yes", "-q", cwd=tmp_path).exits(0)
    assert pq.read_table(file)["text"].to_pylist() == CLEAN_TEXTS
    assert (tmp_path / "in" / "b.parquet").read_bytes() == before["b.parquet"]
    dedupe("restore", "in/.dedupe-backup/0001/plan.jsonl", cwd=tmp_path).exits(0).says("1 file restored")
    assert file.read_bytes() == raw


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.feather"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_row_of_a_duplicate_document_is_left_out(tmp_path: Path, name: str, kind: str) -> None:
    texts = [CLEAN_ARTICLE, CLEAN_ARTICLE, "short", CLEAN_ARTICLE, None, CLEAN_ARTICLE]
    raw = written(a_table(KINDS[kind], texts=texts), name)
    a_file(tmp_path / name, raw)
    dedupe("clean", name, "--extend-select", "DOC401", "-q", "-o", "out", cwd=tmp_path).exits(0)
    before, after = read(raw, name), read((tmp_path / "out" / name).read_bytes(), name)
    assert after.schema.equals(before.schema, check_metadata=True)
    kept = [0, 2, 4]
    assert after["id"].to_pylist() == kept
    assert after["text"].to_pylist() == [texts[number] for number in kept]
    assert after["tags"].to_pylist() == [before["tags"].to_pylist()[number] for number in kept]


def test_the_diff_shows_texts(tmp_path: Path) -> None:
    a_file(tmp_path / "a.parquet", written(a_table(pa.string()), "a.parquet"))
    flags = ("--extend-select", "DOC401", "-q")
    diff = dedupe("clean", "a.parquet", *flags, "--diff", cwd=tmp_path).exits(0)
    assert diff.out.startswith('--- "a.parquet:1"\n+++ "a.parquet:1"\n@@ ')


def test_a_table_without_the_column_is_told_of_and_a_damaged_one_is_listed(tmp_path: Path) -> None:
    raw = written(a_table(pa.string()), "a.parquet")
    for name, content in (("a.parquet", raw), ("b.parquet", raw[: len(raw) // 2]), ("c.parquet", b"")):
        a_file(tmp_path / name, content)
    ran = dedupe("clean", "a.parquet", "--text-field", "id", "-o", "out", cwd=tmp_path).exits(0)
    ran.says(
        "warning: a.parquet: passed over, it has no column of strings 'id'; name another with --text-field\n"
    )
    ran = dedupe("clean", "b.parquet", "c.parquet", "-o", "out2", cwd=tmp_path).exits(3)
    ran.says("error: b.parquet: damaged: ").says("error: c.parquet: damaged: ")
    assert (tmp_path / "out2" / "b.parquet").read_bytes() == raw[: len(raw) // 2]


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("name", ["a.parquet", "a.feather"])
def test_a_table_that_is_cut_off_is_damaged(tmp_path: Path, name: str, cut: float) -> None:
    raw = written(a_table(pa.string()), name)
    a_file(tmp_path / name, raw[: int(len(raw) * cut)])
    dedupe("clean", name, "-q", "-o", "out", cwd=tmp_path).exits(3).says(f"error: {name}: damaged: ")


def test_a_dictionary_made_to_burst_is_left_alone(tmp_path: Path) -> None:
    long = "x" * 1_000_000
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int32()), pa.array([long]))
    for name, column in (("a.parquet", "text"), ("b.parquet", "other")):
        other = {"text": pa.array(["a"] * 200_000)} if column == "other" else {}
        pq.write_table(pa.table({column: values, **other}), tmp_path / name)
        assert (tmp_path / name).stat().st_size < 100_000
        ran = dedupe("clean", name, "-o", f"out-{name}", "-q", cwd=tmp_path).exits(3)
        ran.says(f"error: {name}: too large: more comes out of it than --max-expand")


def test_a_missing_library_is_named_with_what_to_install(tmp_path: Path) -> None:
    a_file(tmp_path / "a.parquet", b"PAR1")
    a_file(tmp_path / "sitecustomize.py", "import sys\nsys.modules['pyarrow'] = None\n")
    ran = subprocess.run(
        [sys.executable, "-m", "dedupe", "clean", "a.parquet"],
        cwd=tmp_path,
        env={**environment(), "PYTHONPATH": f"{tmp_path}:{CHECKOUT}"},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 2
    said = b"error: a.parquet: reading parquet needs pyarrow; install it with: pip install 'dedupe-text[parquet]'\n"
    assert ran.stderr.endswith(said), ran.stderr


def test_a_damaged_page_is_listed_and_the_file_copied(tmp_path: Path) -> None:
    raw = bytearray(written(a_table(pa.string()), "a.parquet"))
    raw[4:12] = b"\xff" * 8
    a_file(tmp_path / "a.parquet", bytes(raw))
    dedupe("clean", "a.parquet", "-q", "-o", "out", cwd=tmp_path).exits(3).says("error: a.parquet: damaged: ")
    assert (tmp_path / "out" / "a.parquet").read_bytes() == raw


def with_times(times: dict[str, Any], path: Path) -> None:
    count = len(TEXTS)
    columns = {"text": pa.array(TEXTS), **{name: pa.array([time] * count) for name, time in times.items()}}
    pq.write_table(pa.table(columns), path, use_deprecated_int96_timestamps=True, store_schema=False)


def times_in(path: Path) -> tuple[str, Any]:
    file = pq.ParquetFile(path, coerce_int96_timestamp_unit="us")
    return file.schema.column(1).physical_type, file.read()["time"]


def test_times_as_int96_stay_what_they_are(tmp_path: Path) -> None:
    for year in (1700, 1969, 2026):
        file = tmp_path / f"{year}.parquet"
        with_times({"time": datetime.datetime(year, 2, 3, 4, 5, 6, 7)}, file)
        dedupe("clean", file, "-q", "-o", f"{file}.out", cwd=tmp_path).exits(0)
        clean = tmp_path / f"{file.name}.out" / file.name
        assert pq.read_table(clean)["text"].to_pylist() == CLEAN_TEXTS
        assert times_in(clean) == times_in(file)
        assert times_in(clean)[0] == "INT96"


@pytest.mark.parametrize("year", [1, 1600, 3000, 9999])
def test_times_as_int96_that_would_be_read_wrong_keep_the_file_as_it_is(tmp_path: Path, year: int) -> None:
    file = tmp_path / "a.parquet"
    with_times({"time": datetime.datetime(year, 2, 3)}, file)
    ran = dedupe("clean", file, "-q", "-o", "out", cwd=tmp_path).exits(3)
    ran.says(
        "malformed: its INT96 hold times before 1678 or after 2261, which are not read right; convert them"
    )
    assert (tmp_path / "out" / "a.parquet").read_bytes() == file.read_bytes()


def test_nested_times_as_int96_keep_the_file_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    with_times({"time": [datetime.datetime(2026, 2, 3)]}, file)
    ran = dedupe("clean", file, "-q", "-o", "out", cwd=tmp_path).exits(3)
    ran.says(
        "malformed: its times are INT96 and in lists or beside others, which is not written; convert them"
    )
    assert (tmp_path / "out" / "a.parquet").read_bytes() == file.read_bytes()
