"""C1: whenever a run is killed, inputs are unharmed, outputs absent, old or complete, and the next run heals."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import dedupe, start, tree
from how_often import KILLS
from many_pages import RULES, clean_page, instants, page, put_pages, without_remains

PAGES = 40


@dataclass(frozen=True, slots=True)
class Way:
    """A way of writing: what stands before the run, the run, and what is asked of it after a kill and at the end."""

    prepare: Callable[[Path], None]
    args: tuple[str, ...]
    check_killed: Callable[[Path], None]
    check_complete: Callable[[Path], None]


def originals(folder: Path) -> None:
    put_pages(folder / "in", PAGES)


def cleaned(folder: Path) -> None:
    originals(folder)
    dedupe("clean", "in", *RULES, "-o", "out", "--plan", "plan.jsonl", cwd=folder).exits(0)


def inputs_are_whole(folder: Path) -> None:
    assert tree(folder / "in") == {f"{n:03}.txt": page(n).encode() for n in range(PAGES)}


def output_is_absent_or_complete(folder: Path) -> None:
    inputs_are_whole(folder)
    for name, content in without_remains(folder / "out").items():
        assert content == clean_page(int(name[:3])), f"{name} is neither absent nor complete"


def output_is_complete(folder: Path) -> None:
    inputs_are_whole(folder)
    assert without_remains(folder / "out") == {f"{n:03}.txt": clean_page(n) for n in range(PAGES)}
    assert not [path for path in folder.rglob("*~") if path.is_file()], "temporary files were left behind"


def files_are_old_or_complete(folder: Path) -> None:
    backups = [path for path in (folder / "in" / ".dedupe-backup").rglob("*.txt") if path.is_file()]
    backed_up = {(path.name, path.read_bytes()) for path in backups}
    for number in range(PAGES):
        name = f"{number:03}.txt"
        content = (folder / "in" / name).read_bytes()
        old = page(number).encode()
        assert content in (old, clean_page(number)), f"{name} is neither old nor complete"
        assert content == old or (name, old) in backed_up, f"the original of {name} is lost"


def files_are_clean(folder: Path) -> None:
    files_are_old_or_complete(folder)
    assert without_remains(folder / "in") == {f"{n:03}.txt": clean_page(n) for n in range(PAGES)}


def restored_are_absent_or_whole(folder: Path) -> None:
    for name, content in without_remains(folder / "back").items():
        if not name.endswith("~"):
            assert content == page(int(name[:3])).encode(), f"{name} is neither absent nor the original"
    output_is_complete_but_for_remains(folder)


def output_is_complete_but_for_remains(folder: Path) -> None:
    inputs_are_whole(folder)
    assert without_remains(folder / "out") == {f"{n:03}.txt": clean_page(n) for n in range(PAGES)}


def all_are_restored(folder: Path) -> None:
    assert without_remains(folder / "back") == {f"{n:03}.txt": page(n).encode() for n in range(PAGES)}


WAYS = {
    "stdout": Way(
        originals, ("clean", "in", *RULES, "--plan", "plan.jsonl"), inputs_are_whole, inputs_are_whole
    ),
    "out-dir": Way(
        originals,
        ("clean", "in", *RULES, "-o", "out", "--plan", "plan.jsonl", "--report", "report.md"),
        output_is_absent_or_complete,
        output_is_complete,
    ),
    "in-place": Way(
        originals, ("clean", "in", *RULES, "--in-place", "--yes"), files_are_old_or_complete, files_are_clean
    ),
    "restore": Way(
        cleaned, ("restore", "plan.jsonl", "-o", "back"), restored_are_absent_or_whole, all_are_restored
    ),
}


def plans_are_absent_or_complete(folder: Path) -> None:
    for path in (folder / "plan.jsonl", folder / "report.md"):
        if path.exists():
            assert path.read_bytes().endswith(b"\n"), f"{path.name} is neither absent nor complete"
            if path.suffix == ".jsonl":
                assert path.read_bytes().splitlines()[-1].count(b'"kind":"trailer"'), "half a plan"


@pytest.mark.parametrize("name", WAYS)
def test_a_kill_at_any_instant_loses_nothing_and_the_next_run_heals(tmp_path: Path, name: str) -> None:
    way = WAYS[name]
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    way.prepare(undisturbed)
    began = time.monotonic()
    dedupe(*way.args, cwd=undisturbed).exits(0)
    longest = time.monotonic() - began
    way.check_complete(undisturbed)
    killed = 0
    for number, share in enumerate(instants(len(name), KILLS)):
        folder = tmp_path / str(number)
        folder.mkdir()
        way.prepare(folder)
        process = start(*way.args, cwd=folder)
        time.sleep(share * longest)
        process.kill()
        process.communicate(timeout=60)
        killed += process.returncode != 0
        # How long a run takes changes with what else the machine does.
        longest *= 1.02 if process.returncode else 0.9
        way.check_killed(folder)
        plans_are_absent_or_complete(folder)
        dedupe(*way.args, cwd=folder).exits(0)
        way.check_complete(folder)
        shutil.rmtree(folder)
    assert killed >= KILLS // 2, "most runs had ended before they were killed"
