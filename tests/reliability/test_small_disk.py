"""C3 on a real disk that is full: one clear line, inputs unharmed, nothing half-published, and room is made again."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import dedupe, tree
from many_pages import RULES, put_pages, without_remains

PAGES = 40


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a file system of 200 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(folder: Path, leave: int) -> None:
    """Write zeros until only so many bytes are left."""
    (folder / "filler").write_bytes(bytes(200 * 1024 - leave))


@pytest.mark.parametrize("leave", [0, 4096, 8192, 20480, 40960, 73728])
def test_a_full_disk_behind_the_output_folder(tmp_path: Path, small_disk: Path, leave: int) -> None:
    before = put_pages(tmp_path / "in", PAGES)
    fill(small_disk, leave)
    ran = dedupe("clean", "in", *RULES, "-o", small_disk / "out", cwd=tmp_path).exits(2)
    assert ran.stderr.startswith("error: "), str(ran)
    assert ran.stderr.count("\n") == 1, str(ran)
    assert "no space left" in ran.stderr
    assert tree(tmp_path / "in") == before
    assert without_remains(small_disk / "out") == {}
    (small_disk / "filler").unlink()
    dedupe("clean", "in", *RULES, "-o", small_disk / "out", cwd=tmp_path).exits(0)
    assert len(without_remains(small_disk / "out")) == PAGES


@pytest.mark.parametrize("leave", [0, 8192, 40960])
def test_a_full_disk_in_place(tmp_path: Path, small_disk: Path, leave: int) -> None:
    before = put_pages(small_disk / "in", 20)
    used = sum(-(-len(content) // 4096) * 4096 for content in before.values()) + 4096
    (small_disk / "filler").write_bytes(bytes(max(0, 200 * 1024 - used - leave)))
    ran = dedupe("clean", "in", *RULES, "--in-place", "--yes", cwd=small_disk).exits(2)
    assert ran.stderr.startswith("error: "), str(ran)
    assert "no space left" in ran.stderr, str(ran)
    assert without_remains(small_disk / "in") == before


@pytest.mark.parametrize("name", ["plan.jsonl", "report.md", "report.json"])
def test_a_full_disk_behind_a_plan_or_report(tmp_path: Path, small_disk: Path, name: str) -> None:
    put_pages(tmp_path / "in", 200)
    fill(small_disk, 4096)
    option = "--plan" if name == "plan.jsonl" else "--report"
    ran = dedupe("clean", "in", *RULES, "-n", option, small_disk / name, cwd=tmp_path).exits(2)
    assert ran.stderr.count("\n") == 1, str(ran)
    assert "no space left" in ran.stderr, str(ran)
    assert [path.name for path in small_disk.iterdir()] == ["filler"]
