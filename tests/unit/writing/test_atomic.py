"""A file being replaced is the old one or the new one, and nothing else stays behind."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from dedupe.errors import WriteFailed
from dedupe.writing import disk
from dedupe.writing.atomic import AtomicFile, temporary_name, write_atomically
from dedupe.writing.paths import is_within


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_old_file_stands_until_the_new_one_is_published(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with AtomicFile(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
        file.publish()
        assert path.read_bytes() == b"new"
    assert names_in(tmp_path) == ["a.txt"]


def test_leaving_without_publishing_leaves_nothing(tmp_path: Path) -> None:
    with AtomicFile(tmp_path / "a.txt") as file:
        file.write(b"half")
    assert names_in(tmp_path) == []


def test_the_temporary_name_is_short_hidden_and_not_of_the_same_kind() -> None:
    name = temporary_name(Path("/corpus") / ("x" * 251 + ".txt")).name
    assert name.startswith(".")
    assert not name.endswith(".txt")
    assert len(name) < 40


def test_no_two_files_of_a_folder_have_the_same_temporary_name() -> None:
    names = {temporary_name(Path(name)) for name in ("a", "b", "a.txt", "\udcff")}
    assert len(names) == 4
    assert temporary_name(Path("x/a")) == temporary_name(Path("x/a")) != temporary_name(Path("y/a"))


def test_a_name_of_255_bytes_can_be_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("é" * 127 + "x"), b"content")
    assert names_in(tmp_path) == ["é" * 127 + "x"]


def test_permissions_and_times_are_taken_over_when_asked(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.write_bytes(b"")
    model.chmod(0o640)
    os.utime(model, ns=(10**18, 10**18 + 7))
    write_atomically(tmp_path / "a", b"x", like=model.stat(), keep_times=True)
    write_atomically(tmp_path / "b", b"x", like=model.stat())
    assert (
        stat.S_IMODE((tmp_path / "a").stat().st_mode)
        == stat.S_IMODE((tmp_path / "b").stat().st_mode)
        == 0o640
    )
    assert (tmp_path / "a").stat().st_mtime_ns == 10**18 + 7
    assert (tmp_path / "b").stat().st_mtime_ns != 10**18 + 7


def test_what_a_killed_run_left_is_replaced(tmp_path: Path) -> None:
    temporary_name(tmp_path / "a").write_bytes(b"left by a killed run")
    write_atomically(tmp_path / "a", b"new")
    assert names_in(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"new"


@pytest.mark.parametrize("make", [os.symlink, os.link])
def test_a_link_under_the_temporary_name_is_not_written_through(tmp_path: Path, make: object) -> None:
    (tmp_path / "victim").write_bytes(b"precious")
    assert callable(make)
    make(tmp_path / "victim", temporary_name(tmp_path / "a"))
    write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "victim").read_bytes() == b"precious"
    assert names_in(tmp_path) == ["a", "victim"]


def test_two_runs_do_not_write_one_file_at_once(tmp_path: Path) -> None:
    with AtomicFile(tmp_path / "a") as first:
        first.write(b"first")
        with pytest.raises(WriteFailed, match="another run is writing this file; wait"):
            write_atomically(tmp_path / "a", b"second")
        first.publish()
    assert (tmp_path / "a").read_bytes() == b"first"


def test_a_link_stays_a_link_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_device_is_written_to_and_never_replaced() -> None:
    write_atomically(Path("/dev/null"), b"gone")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_full_disk_is_one_clear_line() -> None:
    with pytest.raises(WriteFailed) as failure:
        write_atomically(Path("/dev/full"), b"x")
    assert str(failure.value) == "/dev/full: no space left on device; free some space, then run again"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EMFILE, 9999])
def test_every_refusal_of_the_system_has_a_cure(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("dedupe.writing.disk.write", refuse)
    with pytest.raises(WriteFailed) as failure:
        write_atomically(tmp_path / "a", b"x")
    path, what = str(failure.value).split(": ", 1)
    assert path == str(tmp_path / "a")
    assert len(what.split("; ")) == 2
    assert names_in(tmp_path) == []


def test_a_link_to_an_open_pipe_is_written_to() -> None:
    reading, writing = os.pipe()
    write_atomically(Path(f"/proc/self/fd/{writing}"), b"content")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"content"


def test_what_is_written_is_on_the_disk_unless_that_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = list[int]()
    monkeypatch.setattr(disk, "sync", synced.append)
    monkeypatch.setattr(disk, "sync_folder", lambda _: synced.append(-1))
    write_atomically(tmp_path / "a", b"x")
    assert len(synced) == 2
    with AtomicFile(tmp_path / "b") as file:
        file.publish()
    assert len(synced) == 4
    synced.clear()
    write_atomically(tmp_path / "a", b"y", durable=False)
    assert not synced
    assert (tmp_path / "a").read_bytes() == b"y"


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("/a", "/a", True),
        ("/a/b", "/a", True),
        ("/ab", "/a", False),
        ("/a", "/a/b", False),
        ("/a", "/", True),
        ("/a", "//", True),
        ("/a b/c", "/a b", True),
        ("/aX/c", "/aX", True),
        ("/a/c", "/a ", False),
        ("/a /c", "/a ", True),
    ],
)
def test_what_lies_in_a_folder(inner: str, outer: str, expected: bool) -> None:
    assert is_within(inner, outer) is expected


def test_a_new_file_has_the_permissions_that_the_system_gives(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_atomically(tmp_path / "a", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666
