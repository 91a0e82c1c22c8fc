"""L7: a file that changes between the passes is left alone and listed, whatever it becomes; no stale cut is made."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from how_often import CHANGES
from many_pages import clean_page, page, put_pages

from dedupe.model import Edit, Skipped
from dedupe.pipeline import prepare
from dedupe.reading import discover
from dedupe.settings import Settings

SETTINGS = Settings(ignore=frozenset({"BPL201"}))


def append(path: Path, chosen: random.Random) -> None:
    path.write_bytes(path.read_bytes() + b"One more line.\n")


def shorten(path: Path, chosen: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: chosen.randrange(len(content))])


def flip(path: Path, chosen: random.Random) -> None:
    """Change one byte and keep size and time."""
    status = path.stat()
    content = bytearray(path.read_bytes())
    content[chosen.randrange(len(content))] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def put_in_front(path: Path, chosen: random.Random) -> None:
    path.write_bytes(b"Now first.\n" + path.read_bytes())


def empty(path: Path, chosen: random.Random) -> None:
    path.write_bytes(b"")


def remove(path: Path, chosen: random.Random) -> None:
    path.unlink()


def turn_into_a_folder(path: Path, chosen: random.Random) -> None:
    path.unlink()
    path.mkdir()


def turn_into_a_pipe(path: Path, chosen: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


Change = Callable[[Path, random.Random], None]
ALL_CHANGES: tuple[Change, ...] = (
    append,
    shorten,
    flip,
    put_in_front,
    empty,
    remove,
    turn_into_a_folder,
    turn_into_a_pipe,
)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("pages", [25, 200], ids=["plain", "columns"])
def test_a_changed_file_is_left_alone_and_all_others_are_cleaned(
    tmp_path: Path, pages: int, jobs: int
) -> None:
    chosen = random.Random(jobs)
    names = [f"{number:03}.txt" for number in range(pages)]
    for trial in range(max(1, CHANGES // pages // 2)):
        folder = tmp_path / str(trial)
        put_pages(folder, pages)
        prepared = prepare(discover([folder]).sources, settings=SETTINGS, jobs=jobs)
        changed: dict[str, Change] = {
            name: chosen.choice(ALL_CHANGES) for name in names if chosen.random() < 0.7
        }
        for name, change in changed.items():
            change(folder / name, chosen)
        results = {each.name: each for each in prepared.edits()}
        assert results.keys() == set(names)
        for name, result in results.items():
            if name in changed:
                assert isinstance(result, Skipped), (
                    f"{name} was cut though {changed[name].__name__} came between"
                )
                assert result.reason in ("changed", "unreadable"), result
            else:
                assert isinstance(result, Edit)
                assert result.cleaned == clean_page(int(name[:3]))
                assert result.raw == page(int(name[:3])).encode()
