"""A plan that is there tells of clean files that are on the disk, whenever the machine stops."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import CLEAN_PAGE, PAGE, a_file
from run_here import dedupe_here as dedupe

from dedupe.writing import disk

COUNT = 100


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is flushed and renamed, in order."""
    for number in range(COUNT):
        a_file(tmp_path / "in" / str(number) / "page.txt", PAGE)
    noted = list[str]()
    sync_file, replace = disk.sync_file, disk.replace

    def note_flush(path: str) -> None:
        assert Path(path).read_text() in (PAGE, CLEAN_PAGE)
        noted.append("flush")
        sync_file(path)

    def note_rename(source: str | Path, target: str | Path) -> None:
        noted.append({"plan.jsonl": "plan", "page.txt": "file"}.get(Path(target).name, "ours"))
        replace(source, target)

    monkeypatch.setattr(disk, "sync_file", note_flush)
    monkeypatch.setattr(disk, "replace", note_rename)
    return noted


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_all_files_are_flushed_before_the_plan_has_its_name(
    tmp_path: Path, events: list[str], jobs: str
) -> None:
    flags = ("--group-by", "none", "-j", jobs, "-q")
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", *flags, cwd=tmp_path).exits(0)
    assert [event for event in events if event != "ours"] == [*["flush"] * COUNT, "plan", *["file"] * COUNT]


def test_without_a_plan_nothing_waits_for_the_disk(tmp_path: Path, events: list[str]) -> None:
    dedupe("clean", "in", "-o", "out", "--report", "report.md", "-q", cwd=tmp_path).exits(0)
    assert "flush" not in events
    assert events.count("file") == COUNT


def test_beside_a_diff_too(tmp_path: Path, events: list[str]) -> None:
    dedupe("clean", "in", "-o", "out", "--diff", "--plan", "plan.jsonl", "-q", cwd=tmp_path).exits(0)
    assert events.index("plan") == COUNT
