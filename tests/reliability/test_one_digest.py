"""D1: one digest over outputs, plan and reports, for every hash seed, number of workers and order of files."""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path

import pytest
from command_line import CHECKOUT, dedupe, tree

HASH_SEEDS = ("0", "1", "4242", "random")
JOBS = ("1", "2", "7")
ORDERS = 4
REPORTS = ("report.json", "report.md")


def the_corpus(folder: Path, copies: int) -> list[str]:
    """Return the names of the fixtures' files, copied into a folder as often as asked, each copy a site of its own."""
    for copy in range(copies):
        shutil.copytree(CHECKOUT / "fixtures", folder / f"{copy:02}")
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.is_file())


@pytest.mark.parametrize("copies", [1, 9], ids=["plain", "columns"])
def test_hash_seed_workers_and_order_change_nothing(tmp_path: Path, copies: int) -> None:
    names = the_corpus(tmp_path / "in", copies)
    digests: dict[str, list[tuple[str, str, int]]] = {}
    for seed in HASH_SEEDS:
        for jobs in JOBS:
            for order in range(ORDERS):
                shuffled = random.Random(order).sample(names, len(names)) if order else names
                out = tmp_path / "out"
                args = [
                    "clean",
                    "--files-from",
                    "-",
                    "--select",
                    "ALL",
                    "-j",
                    jobs,
                    "-o",
                    "../out",
                    "--overwrite",
                ]
                reports = [word for name in REPORTS for word in ("--report", f"../{name}")]
                ran = dedupe(
                    *args,
                    "--plan",
                    "../plan.jsonl",
                    *reports,
                    stdin="\n".join(shuffled),
                    cwd=tmp_path / "in",
                    env={"PYTHONHASHSEED": seed},
                )
                assert ran.code in (0, 3), str(ran)
                written = {name: content for name, content in tree(out).items() if name != ".dedupe/lock"}
                written |= {name: (tmp_path / name).read_bytes() for name in ("plan.jsonl", *REPORTS)}
                digest = hashlib.blake2b(repr((sorted(written.items()), ran.stderr)).encode()).hexdigest()
                digests.setdefault(digest, []).append((seed, jobs, order))
                shutil.rmtree(out)
    assert len(digests) == 1, digests
