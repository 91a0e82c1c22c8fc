"""C11: a file that ends too early is told of, wherever it ends."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from command_line import PAGE, a_file, dedupe
from run_here import RunHere, here  # noqa: F401 - a fixture

from dedupe.errors import DedupeError, PlanError
from dedupe.plan import index_plan, open_plan
from dedupe.progress import Silence
from dedupe.reading import FileSource, part_containers
from dedupe.reading.compression import compressed
from dedupe.reading.contents import ContentSpool
from dedupe.reading.opened import Opened
from dedupe.reading.opening_files import open_containers
from dedupe.settings import Bounds, Settings
from dedupe.spilling import SpillFolder

RECORD = json.dumps({"text": PAGE}).encode() + b"\n"


def opened(path: Path) -> Opened:
    spool = ContentSpool(SpillFolder(None))
    _, containers = part_containers([FileSource(path.name, "", path, path.name)], Settings(), Bounds())
    found, _ = open_containers(
        containers, (), settings=Settings(), bounds=Bounds(), spool=spool, progress=Silence()
    )
    spool.close()
    return found.files[path.name]


def table(form: str) -> bytes:
    pa: Any = pytest.importorskip("pyarrow")
    pq: Any = pytest.importorskip("pyarrow.parquet")
    made, sink = pa.table({"text": [PAGE[:300], "b"], "n": [1, 2]}), io.BytesIO()
    match form:
        case "parquet":
            pq.write_table(made, sink)
        case "feather":
            with pa.ipc.new_file(sink, made.schema) as writer:
                writer.write_table(made)
        case _:
            with pa.ipc.new_stream(sink, made.schema) as writer:
                writer.write_table(made)
    return sink.getvalue()


def warc() -> bytes:
    pytest.importorskip("fastwarc")
    body = PAGE[:200].encode()
    head = f"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


@pytest.mark.parametrize("kind", ["gz", "zst", "bz2", "xz"])
def test_at_every_offset_of_a_compressed_file(tmp_path: Path, kind: str) -> None:
    raw = b"".join(compressed([RECORD], kind))
    path = a_file(tmp_path / f"a.jsonl.{kind}", raw)
    assert len(opened(path).records) == 1
    for length in range(len(raw)):
        path.write_bytes(raw[:length])
        found = opened(path)
        assert [each.reason for each in found.skipped] == ["damaged"], length
        assert found.records == ()


@pytest.mark.parametrize("form", ["parquet", "feather", "arrow"])
def test_at_every_offset_of_a_table(tmp_path: Path, form: str) -> None:
    raw = table(form)
    path = a_file(tmp_path / f"a.{form}", raw)
    assert len(opened(path).records) == 2
    # A stream of Arrow may end without its mark of eight bytes: it ended where a batch of it ended.
    whole = len(raw) - 8 if form == "arrow" else len(raw)
    for length in range(whole):
        path.write_bytes(raw[:length])
        found = opened(path)
        assert [each.reason for each in found.skipped] in (["damaged"], ["damaged", "damaged"]) or (
            form == "arrow" and not found.records
        ), (length, found.skipped)
        assert found.records == ()


@pytest.mark.parametrize("name", ["a.wet", "a.wet.gz"])
def test_at_every_offset_of_a_crawl(tmp_path: Path, name: str) -> None:
    record = warc()
    raw = gzip.compress(record, mtime=0) if name.endswith(".gz") else record
    path = a_file(tmp_path / name, raw)
    assert len(opened(path).records) == 1
    for length in range(len(raw) - (0 if name.endswith(".gz") else 4)):
        path.write_bytes(raw[:length])
        found = opened(path)
        assert [each.reason for each in found.skipped] == ["damaged"], length
        assert found.records == ()


def test_at_every_offset_of_a_plan(tmp_path: Path) -> None:
    a_file(tmp_path / "a.jsonl", RECORD)
    dedupe("clean", "a.jsonl", "-o", "out", "--plan", "plan.jsonl", "-q", cwd=tmp_path).exits(0)
    raw = (tmp_path / "plan.jsonl").read_bytes()
    assert open_plan(tmp_path / "plan.jsonl").totals.removed
    cut_off = tmp_path / "cut.jsonl"
    for length in range(len(raw) - 1):
        cut_off.write_bytes(raw[:length])
        for opening in (open_plan, index_plan):
            with pytest.raises(PlanError):
                opening(cut_off)


def test_at_every_offset_of_a_baseline(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "a.txt", PAGE)
    here("check", "a.txt", "--baseline", "base.json", "--update-baseline", "-q").exits(0)
    here("check", "a.txt", "--baseline", "base.json", "-q").exits(0)
    raw = (tmp_path / "base.json").read_bytes()
    for length in range(len(raw.rstrip())):
        (tmp_path / "base.json").write_bytes(raw[:length])
        ran = here("check", "a.txt", "--baseline", "base.json").exits(2)
        assert ran.stderr.startswith("error: base.json: "), (length, str(ran))


def test_what_is_no_such_file_is_an_error_of_ours(tmp_path: Path) -> None:
    for length in (0, 1, 100):
        path = a_file(tmp_path / "plan.jsonl", b"\0" * length)
        with pytest.raises(DedupeError):
            open_plan(path)
