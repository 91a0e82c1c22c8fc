"""One run has a folder, and leaves it as it was if nothing comes of it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from dedupe.errors import FolderLocked, WriteFailed
from dedupe.writing import disk
from dedupe.writing.claim import FolderClaim, make_folders

SHOWN = Path("as typed")


def test_only_one_has_the_folder(tmp_path: Path) -> None:
    first = FolderClaim(tmp_path / "a" / "b", shown=SHOWN)
    assert first.is_held
    with pytest.raises(FolderLocked) as refused:
        FolderClaim(tmp_path / "a" / "b", shown=SHOWN)
    assert str(refused.value) == "as typed: another run is writing there; wait until it has ended"
    assert (tmp_path / "a" / "b" / "lock").exists()
    first.release()
    first.release()
    second = FolderClaim(tmp_path / "a" / "b", shown=SHOWN)
    first.undo()
    assert (tmp_path / "a" / "b" / "lock").exists()
    second.release()


def test_what_is_let_go_is_not_held(tmp_path: Path) -> None:
    for let_go in (FolderClaim.release, FolderClaim.undo):
        claim = FolderClaim(tmp_path, shown=SHOWN)
        let_go(claim)
        assert not claim.is_held


def test_what_was_made_here_goes_where_nothing_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    claim = FolderClaim(tmp_path / "a" / "b" / "c", shown=SHOWN)
    claim.undo()
    assert list(tmp_path.rglob("*")) == [tmp_path / "a"]
    claim = FolderClaim(tmp_path / "a" / "b" / "c", shown=SHOWN)
    (tmp_path / "a" / "b" / "other").write_bytes(b"")
    claim.undo()
    assert sorted(tmp_path.rglob("*")) == [
        tmp_path / "a",
        tmp_path / "a" / "b",
        tmp_path / "a" / "b" / "other",
    ]


def test_in_a_folder_that_was_there_the_lock_stays(tmp_path: Path) -> None:
    claim = FolderClaim(tmp_path, shown=SHOWN)
    claim.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


@pytest.mark.parametrize(("call", "left"), [("make_folder", []), ("open_lock", [])])
def test_what_the_system_refuses_names_what_was_typed(
    tmp_path: Path, call: str, left: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(disk, call, refuse)
    with pytest.raises(WriteFailed) as refused:
        FolderClaim(tmp_path / "a" / "b", shown=SHOWN)
    assert str(refused.value) == "as typed: read-only file system; choose a place you may write to"
    assert list(tmp_path.rglob("*")) == left


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    claim = FolderClaim(tmp_path, shown=SHOWN)
    for _ in range(3):
        with pytest.raises(FolderLocked):
            FolderClaim(tmp_path, shown=SHOWN)
    claim.release()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_lock_is_a_file_as_the_system_makes_it(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        FolderClaim(tmp_path, shown=SHOWN).release()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o644


def test_folders_are_made_from_the_outermost(tmp_path: Path) -> None:
    assert make_folders(tmp_path / "a" / "b") == [tmp_path / "a", tmp_path / "a" / "b"]
    assert make_folders(tmp_path / "a" / "b") == []
