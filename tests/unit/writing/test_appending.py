"""A file that grows by lines is never half written, and shows when somebody else wrote to it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from dedupe.errors import UsageError, WriteFailed
from dedupe.writing import disk
from dedupe.writing.appending import AppendedFile


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers"


def test_lines_follow_each_other_behind_one_heading(path: Path) -> None:
    file = AppendedFile(path)
    assert file.read() == b""
    file.append(b"one", heading=b"heading\n")
    file.append(b"two", heading=b"heading\n")
    file.close()
    assert path.read_bytes() == b"heading\none\ntwo\n"


def test_without_a_heading_a_file_begins_with_its_first_line(path: Path) -> None:
    file = AppendedFile(path)
    file.append(b"one")
    file.close()
    assert path.read_bytes() == b"one\n"


@pytest.mark.parametrize("begun", [b"by hand", b"by hand\n", b"a\n\nby hand"])
def test_a_line_of_somebody_else_is_ended_first(path: Path, begun: bytes) -> None:
    path.write_bytes(begun)
    file = AppendedFile(path)
    file.append(b"one", heading=b"heading\n")
    file.close()
    assert path.read_bytes() == begun.rstrip(b"\n") + b"\none\n"


def test_what_others_wrote_shows(path: Path) -> None:
    file = AppendedFile(path)
    assert not file.was_changed()  # there was none, and there is nothing in it
    path.write_bytes(b"x")
    assert file.was_changed()
    assert file.read() == b"x"
    assert not file.was_changed()
    path.write_bytes(b"xy")
    assert file.was_changed()
    file.read()
    file.append(b"one")
    assert not file.was_changed()
    os.utime(path, ns=(1, 1))
    assert file.was_changed()
    file.replace(b"new\n")
    assert not file.was_changed()
    assert file.read() == b"new\n"
    path.unlink()
    assert file.read() == b""
    assert not file.was_changed()
    file.close()


def test_another_file_under_the_name_is_another_file(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"same")
    file = AppendedFile(path)
    file.read()
    status = path.stat()
    (tmp_path / "other").write_bytes(b"same")
    os.utime(tmp_path / "other", ns=(status.st_atime_ns, status.st_mtime_ns))
    (tmp_path / "other").rename(path)
    assert file.was_changed()
    file.close()


def test_replacing_keeps_the_permissions(path: Path) -> None:
    path.write_bytes(b"x")
    path.chmod(0o640)
    file = AppendedFile(path)
    file.replace(b"y")
    file.close()
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"y", 0o640)


def test_a_new_file_is_what_the_system_makes_it(path: Path) -> None:
    before = os.umask(0)
    try:
        file = AppendedFile(path)
        file.append(b"one")
        file.close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666


def test_only_one_has_it_until_it_is_closed(path: Path) -> None:
    first, second = AppendedFile(path), AppendedFile(path)
    first.append(b"one")
    with pytest.raises(WriteFailed) as refused:
        second.append(b"two")
    assert str(refused.value) == f"{path}: another run is writing this file; wait until it has ended"
    first.close()
    first.close()
    second.append(b"two")
    second.close()
    assert path.read_bytes() == b"one\ntwo\n"


def test_nothing_is_opened_twice(path: Path) -> None:
    file, before = AppendedFile(path), open_descriptors()
    for _ in range(10):
        file.append(b"one")
        file.was_changed()
        file.replace(b"x\n")
    assert open_descriptors() == before + 1
    file.close()
    assert open_descriptors() == before


@pytest.mark.parametrize("call", ["append", "was_changed", "replace"])
def test_what_the_system_refuses_names_the_file(
    path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"x\n")

    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for name in ("open_to_append", "write") if call == "append" else ("open_to_append",):
        with monkeypatch.context() as patch:
            patch.setattr(disk, name, refuse)
            file = AppendedFile(path)
            with pytest.raises(WriteFailed) as refused:
                getattr(file, call)(*([] if call == "was_changed" else [b"y"]))
            assert str(refused.value) == f"{path}: no space left on device; free some space, then run again"
            file.close()
        assert path.read_bytes() == b"x\n"


def test_what_is_no_regular_file_is_refused(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(UsageError) as refused:
        AppendedFile(path).read()
    assert str(refused.value) == f"{path}: it is no regular file; name another file"
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError):
        AppendedFile(path).read()


def test_what_may_not_be_read_is_said(path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        AppendedFile(path.parent / ("n" * 300)).read()
    assert str(refused.value) == f"{path.parent}/{'n' * 300}: file name too long; name another file"


def test_a_new_file_has_its_name_on_the_disk_with_the_first_line(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = list[Path]()
    monkeypatch.setattr(disk, "sync_folder", folders.append)
    file = AppendedFile(path)
    file.append(b"one")
    assert folders == [path.parent.resolve()]
    file.append(b"two")
    assert len(folders) == 1
    file.close()
