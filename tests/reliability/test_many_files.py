"""M6: very many tiny files, names of 255 bytes, and folders a hundred deep are cleaned, and come back."""

from __future__ import annotations

import os
from pathlib import Path

from command_line import CLEAN_PAGE, PAGE, a_file, dedupe

FILES = 100_000


def test_very_many_tiny_files(tmp_path: Path) -> None:
    for number in range(FILES):
        folder = tmp_path / "in" / f"{number // 1000:03}"
        if number % 1000 == 0:
            folder.mkdir(parents=True)
        (folder / f"{number}.txt").write_text(
            f"{number} is the number of this page, and {number * 7919} its seal.\n"
        )
    a_file(tmp_path / "in" / "000" / "page.txt")
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    count = sum(len(names) for path, _, names in os.walk(tmp_path / "out") if ".dedupe" not in path)
    assert count == FILES + 1
    assert (tmp_path / "out" / "000" / "page.txt").read_text() == CLEAN_PAGE


def test_names_of_255_bytes_in_folders_a_hundred_deep(tmp_path: Path) -> None:
    names = []
    folder = Path("in")
    for depth in range(100):
        folder /= f"{depth:02}" + "d" * 18
        names.append(folder / ("x" * 250 + f"{depth % 10}.txt"))
    # Longer than a path may be in one call: made folder by folder, as a walk meets them.
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        os.mkdir("in", dir_fd=here)
        at = os.open("in", os.O_RDONLY, dir_fd=here)
        for depth in range(100):
            name = f"{depth:02}" + "d" * 18
            os.mkdir(name, dir_fd=at)
            inner = os.open(name, os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = inner
            descriptor = os.open("x" * 250 + f"{depth % 10}.txt", os.O_WRONLY | os.O_CREAT, dir_fd=at)
            os.write(descriptor, (PAGE + f"At depth {depth}.\n").encode())
            os.close(descriptor)
        os.close(at)
    finally:
        os.close(here)
    ran = dedupe(
        "clean", "in", "--ignore", "BPL201", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path
    ).exits(0)
    assert "100 documents" in ran.stderr, str(ran)
    for depth, path in enumerate(names):
        written = tmp_path / "out" / path.relative_to("in")
        assert written.read_text() == CLEAN_PAGE + f"At depth {depth}.\n"
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    for depth, path in enumerate(names):
        restored = tmp_path / "back" / path.relative_to("in")
        assert restored.read_text() == PAGE + f"At depth {depth}.\n"
