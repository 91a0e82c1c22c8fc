"""M1 and M2: what is larger than it may be is listed and copied as it is, and memory stays bounded."""

from __future__ import annotations

import gzip
import io
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command_line import BODY, COMMAND, environment
from how_often import IS_RELEASE

MEGABYTE = 1024 * 1024
NEEDED_BYTES = 6 << 30
PIECE = 4 * MEGABYTE


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder with space for two large files, which do not stay there."""
    if shutil.disk_usage(tmp_path).free < NEEDED_BYTES:
        pytest.skip("there are not 6 GiB free for temporary files")
    yield tmp_path
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()


@dataclass(frozen=True, slots=True)
class Measured:
    code: int
    stderr: str
    megabytes: float


def measured(*args: str, cwd: Path, stdin: Path | None = None, stdout: Path | None = None) -> Measured:
    """Run the command and return what it did and the most memory that it held."""
    with (
        (stdin or Path(os.devnull)).open("rb") as given,
        (stdout or Path(os.devnull)).open("wb") as out,
        subprocess.Popen(
            [*COMMAND, *args], cwd=cwd, env=environment(), stdin=given, stdout=out, stderr=subprocess.PIPE
        ) as process,
    ):
        assert process.stderr is not None
        said = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Measured(process.returncode, said, usage.ru_maxrss * 1024 / MEGABYTE)


def written(path: Path, pieces: Iterator[bytes]) -> Path:
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    return path


def repeated(content: bytes, size: int) -> Iterator[bytes]:
    piece = content * (PIECE // len(content))
    for _ in range(0, size, len(piece)):
        yield piece


def same(one: Path, other: Path) -> bool:
    return subprocess.run(["cmp", "--silent", one, other], check=False).returncode == 0


LARGE: dict[str, Callable[[int], Iterator[bytes]]] = {
    "line.txt": lambda size: repeated(b"abcdefg ", size),
    "spaces.txt": lambda size: repeated(b" ", size),
    "spaces.jsonl": lambda size: repeated(b" ", size),
    "line.jsonl": lambda size: iter([b'{"text":"', *repeated(b"abcdefg ", size), b'"}\n{"text":"a"}\n']),
}


@pytest.mark.parametrize("name", LARGE if IS_RELEASE else ("line.txt", "spaces.txt"))
def test_two_gigabytes_are_listed_and_copied(room: Path, name: str) -> None:
    file = written(room / name, LARGE[name](2048 * MEGABYTE))
    ran = measured("clean", name, "-o", "out", cwd=room)
    assert ran.megabytes <= 500, ran
    assert ran.code == 3, ran
    assert "too large" in ran.stderr, ran
    assert same(file, room / "out" / name)


@pytest.mark.parametrize("name", ["line.txt", "line.jsonl"] if IS_RELEASE else ["line.jsonl"])
def test_two_gigabytes_on_standard_input_come_out_again(room: Path, name: str) -> None:
    file = written(room / name, LARGE[name](2048 * MEGABYTE))
    ran = measured("clean", cwd=room, stdin=file, stdout=room / "out")
    assert ran.megabytes <= 500, ran
    assert ran.code == 3, ran
    assert "too large" in ran.stderr, ran
    assert same(file, room / "out")


def test_a_line_of_fifty_megabytes_is_cleaned(tmp_path: Path) -> None:
    file = written(
        tmp_path / "a.txt",
        iter([*repeated(b"abcdefg ", 50 * MEGABYTE), *["\n".join(["", *BODY, *BODY]).encode()]]),
    )
    ran = measured("clean", "a.txt", "-o", "out", cwd=tmp_path)
    assert ran.code == 0, ran
    assert (tmp_path / "out" / "a.txt").stat().st_size < file.stat().st_size


MANY = 500


def one_value(value: bytes | str, count: int = MANY) -> Any:
    """Return a column of Arrow that holds one value many times."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([value]))


def a_parquet(column: Callable[[], Any], name: str = "other", **flags: Any) -> Callable[[], bytes]:
    """Return what makes a file with such a column, which does not tell Arrow that it holds dictionaries."""

    def made() -> bytes:
        import pyarrow as pa
        import pyarrow.parquet as pq

        values, sink = column(), io.BytesIO()
        table = pa.table({"text": ["hello"] * len(values), name: values})
        pq.write_table(table, sink, compression="zstd", store_schema=False, **flags)
        return sink.getvalue()

    return made


def in_lists() -> Any:
    import pyarrow as pa

    return pa.ListArray.from_arrays(pa.array(range(MANY + 1), pa.int32()), one_value("x" * 8 * MEGABYTE))


def one_long_list() -> Any:
    import numpy as np
    import pyarrow as pa

    return pa.ListArray.from_arrays(
        pa.array([0, 50_000_000], pa.int32()), pa.array(np.zeros(50_000_000, "i8"))
    )


def of_one_length() -> Any:
    import pyarrow as pa

    return one_value(bytes(MEGABYTE)).cast(pa.dictionary(pa.int32(), pa.binary(MEGABYTE)))


def an_arrow(name: str) -> Callable[[], bytes]:
    """Return what makes a file of Arrow with one batch that unpacks to 500 MB."""

    def made() -> bytes:
        import pyarrow as pa

        table, sink = pa.table({"text": ["x" * 500 * MEGABYTE]}), io.BytesIO()
        new = pa.ipc.new_file if name == "file" else pa.ipc.new_stream
        with new(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        return sink.getvalue()

    return made


def zstd_bomb() -> bytes:
    from dedupe.reading.compression import compressed

    return b"".join(compressed((bytes(16 * MEGABYTE) for _ in range(256)), "zst"))


BOMBS: dict[str, Callable[[], bytes]] = {
    "a.txt.zst": zstd_bomb,
    "a.jsonl.zst": zstd_bomb,
    "a.jsonl.gz": lambda: gzip.compress(bytes(64 * MEGABYTE)) * 64,
    "a.html.gz": lambda: gzip.compress(bytes(64 * MEGABYTE)) * 64,
    "a.warc.gz": lambda: gzip.compress(b"WARC/1.0\r\n" + bytes(64 * MEGABYTE)) * 64,
    "text.parquet": a_parquet(lambda: one_value("x" * MEGABYTE, 100_000), "text"),
    "bytes.parquet": a_parquet(lambda: one_value(bytes(8 * MEGABYTE))),
    "lists.parquet": a_parquet(in_lists),
    "long_list.parquet": a_parquet(one_long_list),
    "one_length.parquet": a_parquet(of_one_length),
    "beginnings.parquet": a_parquet(
        lambda: one_value("x" * MEGABYTE).cast("string"),
        use_dictionary=False,
        column_encoding={"other": "DELTA_BYTE_ARRAY"},
    ),
    "file.arrow": an_arrow("file"),
    "stream.arrow": an_arrow("stream"),
}


def _bomb(name: str) -> bytes:
    return BOMBS[name]()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_stopped(tmp_path: Path, name: str) -> None:
    if name.endswith((".parquet", ".arrow")):
        pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed here")
    # In a process of its own: what is measured begins with what this one holds, and these take gigabytes.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as other:
        (tmp_path / name).write_bytes(bomb := other.submit(_bomb, name).result())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = measured("clean", name, "-o", "out", cwd=tmp_path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stderr.write(
        f"{name}: {len(bomb):,} bytes, {ran.megabytes:.0f} MB, {after.ru_utime - before.ru_utime:.2f} s\n"
    )
    assert ran.code == 3, ran
    assert "too large" in ran.stderr, ran
    assert ran.megabytes <= 300, ran


def test_a_group_of_more_than_a_million_rows_stays_one(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed here")
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed here")
    rows, text = 1_100_000, "\n".join([*BODY, *BODY])
    texts = pa.chunked_array([pa.array([text]), pa.nulls(rows - 2, pa.string()), pa.array([text + "é"])])
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet", row_group_size=rows)
    assert measured("clean", "a.parquet", "-o", "out", cwd=tmp_path).code == 0
    clean = pq.ParquetFile(tmp_path / "out" / "a.parquet")
    assert [clean.metadata.row_group(each).num_rows for each in range(clean.num_row_groups)] == [rows]
    column = clean.read()["text"]
    assert column.null_count == rows - 2
    assert len(column[0].as_py()) < len(text)
