"""The folder as records of one file, in each format, against the folder itself."""

from __future__ import annotations

import gzip
import json
from importlib.util import find_spec
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.contestants import clean_folder, compile_ours
from benchmarks.figures import Figure, memory_figure, time_figure
from benchmarks.measuring import in_turns

LIMITS = {"jsonl": "<= 1.3", "jsonl.gz": "<= 2.0", "parquet": "<= 1.3"}


def measure_formats(bench: Bench) -> list[Figure]:
    files = files_of(bench.corpus.folder, bench.room)
    jobs = ("--jobs", bench.request.jobs)
    compile_ours()
    seen = in_turns(
        bench.request.runs,
        {
            "folder": lambda: clean_folder(bench.corpus.folder, bench.room, *jobs, plan=False),
            **{
                form: (lambda path=path: clean_folder(path, bench.room, *jobs, plan=False))  # type: ignore[misc]
                for form, path in files.items()
            },
        },
    )
    figures = []
    for form in files:
        what = f"formats: dedupe clean corpus.{form} -o / of the folder"
        figures.append(time_figure(what, seen[form], seen["folder"], LIMITS[form]))
        figures.append(memory_figure(f"formats: memory, {form}", seen[form], seen["folder"]))
    return figures


def files_of(folder: Path, room: Path) -> dict[str, Path]:
    """Write the texts of a folder as records, in the order of their names, and return the files by format."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    records = [{"id": path.name, "text": path.read_bytes().decode("utf-8", "replace")} for path in paths]
    lines = "".join(f"{json.dumps(record)}\n" for record in records).encode()
    files = {"jsonl": room / "corpus.jsonl", "jsonl.gz": room / "corpus.jsonl.gz"}
    files["jsonl"].write_bytes(lines)
    files["jsonl.gz"].write_bytes(gzip.compress(lines, mtime=0))
    if find_spec("pyarrow") is not None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        files["parquet"] = room / "corpus.parquet"
        pq.write_table(pa.Table.from_pylist(records), files["parquet"], row_group_size=500)
    return files
