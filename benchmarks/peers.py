"""Measure other tools, each in its own virtual environment, on the corpus and beside the yardstick; see README.md."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.contestants import clean_folder, compile_ours, count_plainly
from benchmarks.corpora import Corpus, make_corpus
from benchmarks.figures import Figure, processor_ratio, table
from benchmarks.measuring import CHECKOUT, MEGABYTE, CommandFailed, Run, Runs, in_turns, machine
from benchmarks.peer_rooms import CannotSetUp, Package, set_up
from benchmarks.peer_tools import PEERS, Peer

ROOMS = CHECKOUT / ".bench-peers"
SHARDS = 4
HEADINGS = Figure("ratio", "processors", "", "tool", "time", "work")
NUMBA = Package("numba", "", also=("numpy",))
PEER_BY_NAME = {peer.package.project: peer for peer in PEERS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, and return 1 when a tool could not be set up or failed."""
    chosen = options().parse_args(arguments)
    names = chosen.only or ["dedupe", *PEER_BY_NAME, "numba"]
    print(machine(), flush=True)
    chosen.room.mkdir(parents=True, exist_ok=True)
    failures: list[Figure] = []
    rows: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="dedupe-peers-") as room:
        if set(names) - {"numba"}:
            corpus = make_corpus(Path(room) / "corpus", chosen.megabytes, generated=chosen.generated)
            print(f"corpus: {corpus}", flush=True)
            documents = Path(room) / "documents"
            write_json_lines(corpus, documents)
            for name in names:
                if name != "numba":
                    outcome = beside_yardstick(name, corpus, documents, chosen)
                    (failures if outcome.ratio == "failed" else rows).append(outcome)
    if "numba" in names:
        failures += numba_trial(chosen.room)
    if rows or failures:
        print(table([*rows, *failures], HEADINGS))
    return 1 if failures else 0


def beside_yardstick(name: str, corpus: Corpus, documents: Path, chosen: argparse.Namespace) -> Figure:
    """Measure one tool in turns with the yardstick; a tool that fails gives a figure that says so."""
    print(f"{name} ...", flush=True)
    try:
        run, work = runner(name, corpus, documents, chosen.room)
        plain = partial(count_plainly, corpus.folder)
        seen = in_turns(chosen.runs, {"plain": plain, name: run})
    except (CannotSetUp, CommandFailed) as failure:
        print(f"error: {name}: {failure}", file=sys.stderr, flush=True)
        return Figure("failed", "", "", name, "", str(failure).splitlines()[0])
    return _figure(name, seen[name], seen["plain"], work)


def runner(name: str, corpus: Corpus, documents: Path, rooms: Path) -> tuple[Callable[[], Run], str]:
    """Return what runs the tool once, and what of the work it does."""
    if name == "dedupe":
        compile_ours()
        return partial(clean_folder, corpus.folder, documents.parent), "all of it, texts and plan written"
    peer = PEER_BY_NAME[name]
    programs = set_up(peer.package, rooms)
    return partial(run_peer, peer, programs, documents), peer.work


def run_peer(peer: Peer, programs: Path, documents: Path) -> Run:
    """Run the tool in a fresh folder with links to the documents, since some write beside what they read."""
    with tempfile.TemporaryDirectory(dir=documents.parent) as room:
        fresh = Path(room)
        shutil.copytree(documents, fresh / "documents", copy_function=os.link)
        return peer.run(programs, fresh)


def write_json_lines(corpus: Corpus, folder: Path) -> None:
    """Write the texts as the other tools read them: records in JSON lines, in shards, plain and gzipped."""
    folder.mkdir()
    paths = sorted(corpus.folder.rglob("*.txt"))
    for shard in range(SHARDS):
        lines = "".join(json.dumps(_record(path)) + "\n" for path in paths[shard::SHARDS])
        (folder / f"{shard}.jsonl").write_text(lines, encoding="utf-8")
        with gzip.open(folder / f"{shard}.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as packed:
            packed.write(lines)


def _record(path: Path) -> dict[str, object]:
    day = "2000-01-01T00:00:00.000Z"
    text = path.read_text(encoding="utf-8", errors="replace")
    return {"id": path.stem, "text": text, "source": "texts", "added": day, "created": day, "metadata": {}}


def numba_trial(rooms: Path) -> list[Figure]:
    """Run the trial of numba in an environment of its own; it prints figures of its own."""
    print("numba ...", flush=True)
    try:
        python = set_up(NUMBA, rooms) / "python"
        subprocess.run([str(python), str(CHECKOUT / "benchmarks" / "numba_trial.py")], check=True)
    except (CannotSetUp, subprocess.CalledProcessError) as failure:
        return [Figure("failed", "", "", "numba", "", str(failure))]
    return []


def _figure(name: str, ours: Runs, plain: Runs, work: str) -> Figure:
    memory = f", {ours.peak_bytes / MEGABYTE:.0f} MB" if ours.peak_bytes else ""
    version = PEER_BY_NAME[name].package.version if name in PEER_BY_NAME else ""
    time = f"{ours}{memory}; plain loop {plain}"
    ratio = f"{ours.seconds / plain.seconds:.2f} x"
    counted = name not in PEER_BY_NAME or PEER_BY_NAME[name].waits
    processors = processor_ratio(ours, plain) if counted else "unknown"
    return Figure(ratio, processors, "", f"{name} {version}".strip(), time, work)


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    add = parser.add_argument
    names = ["dedupe", *PEER_BY_NAME, "numba"]
    add("--only", action="append", choices=names, help="measure only this; repeatable")
    add("--room", type=Path, default=ROOMS, metavar="DIR", help="where environments are made [.bench-peers]")
    add("--runs", type=int, default=1, metavar="N", help="runs of each tool [1]")
    add("--megabytes", type=int, metavar="N", help="size of the texts [all of the speed corpus, else 100]")
    add("--generated", action="store_true", help="generate text though the speed corpus is there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
