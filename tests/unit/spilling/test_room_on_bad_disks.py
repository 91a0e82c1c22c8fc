"""A folder that does not take what does not fit is one clear error, and nothing stays in it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from dedupe.errors import SpillFailed
from dedupe.spilling import Room, SpillFolder, files

DISK_BYTES = 4 * 1024 * 1024
MORE_SPACE = "free some space there, name another folder with --tmp-dir, or raise --max-memory"
WRITABLE = "name a folder you may write to with --tmp-dir"


def mounted(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("nobody but root may mount a small disk, and not everywhere")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    yield from mounted(tmp_path / "disk", f"size={DISK_BYTES}")


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Path]:
    yield from mounted(tmp_path / "disk", "ro")


def free_bytes(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bfree * status.f_frsize


def grow(room: Room, folder: Path) -> None:
    column = room.column(np.uint8)
    for _ in range(2 * DISK_BYTES // 65536):
        column.append(np.ones(65536, np.uint8))


def make(room: Room, folder: Path) -> None:
    room.empty(2 * DISK_BYTES, np.uint8)


WAYS = pytest.mark.parametrize("spill", [make, grow])


@WAYS
def test_a_full_disk_is_one_clear_error_and_its_space_comes_back(
    small_disk: Path, spill: Callable[[Room, Path], None]
) -> None:
    with Room(max_bytes=0, folder=small_disk) as room:
        before = free_bytes(small_disk)
        with pytest.raises(SpillFailed) as caught:
            spill(room, small_disk)
        assert str(caught.value) == f"{small_disk}: no space left on device; {MORE_SPACE}"
        del caught
        assert free_bytes(small_disk) == before
        assert (room.held_bytes, room.spilled_bytes, list(small_disk.iterdir())) == (0, 0, [])
        room.empty(DISK_BYTES // 2, np.uint8).fill(1)  # what fits still does


def test_no_write_to_a_spilled_array_can_find_the_disk_full(small_disk: Path) -> None:
    with Room(max_bytes=0, folder=small_disk) as room:
        array = room.empty(DISK_BYTES // 2, np.uint8)
        (small_disk / "of others").write_bytes(bytes(free_bytes(small_disk)))
        array.fill(1)  # on a disk where the space was only promised, this is a bus error
        assert array.sum() == DISK_BYTES // 2


def test_a_column_that_could_not_be_written_does_not_go_on(small_disk: Path) -> None:
    with Room(max_bytes=0, folder=small_disk) as room:
        column = room.column(np.uint8)
        filler = small_disk / "of others"
        filler.write_bytes(bytes(DISK_BYTES))
        with pytest.raises(SpillFailed):
            column.append(np.ones(DISK_BYTES // 2, np.uint8))
        filler.unlink()
        with pytest.raises(ValueError, match="closed file"):
            column.append(np.ones(DISK_BYTES // 2, np.uint8))
        with pytest.raises(ValueError, match="closed file"):
            column.array()


def test_released_space_on_disk_can_be_used_again(small_disk: Path) -> None:
    with Room(max_bytes=0, folder=small_disk) as room:
        for _ in range(5):
            column = room.column(np.uint8)
            column.append(np.ones(DISK_BYTES * 3 // 4, np.uint8))
            array = column.array()
            room.release(array)
            del array, column
            array = room.empty(DISK_BYTES * 3 // 4, np.uint8)
            room.release(array)
            del array


@WAYS
def test_a_read_only_disk_is_one_clear_error(
    read_only_disk: Path, spill: Callable[[Room, Path], None]
) -> None:
    with (
        Room(max_bytes=0, folder=read_only_disk) as room,
        pytest.raises(SpillFailed, match=rf": read-only file system; {WRITABLE}$"),
    ):
        spill(room, read_only_disk)


@WAYS
def test_a_folder_that_is_not_there_is_one_clear_error(
    tmp_path: Path, spill: Callable[[Room, Path], None]
) -> None:
    nowhere = tmp_path / "nowhere"
    with Room(max_bytes=0, folder=nowhere) as room, pytest.raises(SpillFailed) as caught:
        spill(room, nowhere)
    cure = "make the folder first, or name another with --tmp-dir"
    assert str(caught.value) == f"{nowhere}: no such file or directory; {cure}"


def test_a_file_in_place_of_the_folder_is_one_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    with pytest.raises(SpillFailed) as caught:
        SpillFolder(file).check()
    assert str(caught.value) == f"{file}: not a directory; name a folder with --tmp-dir"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_one_clear_error(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(SpillFailed) as caught:
        SpillFolder(folder).check()
    assert str(caught.value) == f"{folder}: permission denied; {WRITABLE}"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_folder_in_which_nothing_can_be_made_is_an_error() -> None:
    with pytest.raises(SpillFailed, match=r"^/proc/self: "):
        SpillFolder(Path("/proc/self")).check()


def test_a_folder_that_was_checked_holds_nothing(tmp_path: Path) -> None:
    SpillFolder(tmp_path).check()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.EMFILE, "too many open files; raise the limit of open files (ulimit -n), or --max-memory"),
        (errno.EDQUOT, f"disk quota exceeded; {MORE_SPACE}"),
        (errno.EIO, "input/output error; check the disk, or name another folder with --tmp-dir"),
    ],
)
def test_each_refusal_has_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, cure: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with Room(max_bytes=0, folder=tmp_path) as room, pytest.raises(SpillFailed) as caught:
        room.empty(1, np.uint8)
    assert str(caught.value) == f"{tmp_path}: {cure}"


def test_without_a_folder_it_is_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with Room(max_bytes=0) as room, pytest.raises(SpillFailed, match=f"^{tmp_path}/gone: no such file"):
        room.empty(1, np.uint8)


def test_a_system_without_any_temporary_folder_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", find_none)
    monkeypatch.setattr(tempfile, "_sanitize_params", lambda *_: find_none())
    with (
        Room(max_bytes=0) as room,
        pytest.raises(SpillFailed, match=r"^temporary folder: no usable temporary"),
    ):
        room.empty(1, np.uint8)


def test_where_a_file_must_have_a_name_it_is_short_and_hidden_and_lost_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[str] = []
    unlink = os.unlink

    def note(path: str) -> None:
        removed.append(Path(path).name)
        unlink(path)

    monkeypatch.setattr(tempfile, "_O_TMPFILE_WORKS", False, raising=False)
    monkeypatch.setattr(os, "unlink", note)
    with Room(max_bytes=0, folder=tmp_path) as room:
        room.empty(100, np.uint8).fill(1)
        assert list(tmp_path.iterdir()) == []
    (name,) = removed
    assert name.startswith(".dedupe-")
    assert len(name) < 20


def test_where_space_cannot_be_asked_for_it_is_written(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(files, "_ZEROS_BYTES", 1000)
    monkeypatch.setattr(os, "posix_fallocate", unknown)
    with Room(max_bytes=0, folder=small_disk) as room:
        before = free_bytes(small_disk)
        array = room.empty(1_000_001, np.uint8)
        assert before - free_bytes(small_disk) >= 1_000_001
        assert not array.any()
        with pytest.raises(SpillFailed, match="no space left"):
            room.empty(DISK_BYTES, np.uint8)
    monkeypatch.delattr(os, "posix_fallocate")
    with Room(max_bytes=0, folder=small_disk) as room:
        room.empty(1_000_001, np.uint8).fill(1)


KILLED = """
import sys, time
from pathlib import Path
import numpy as np
from dedupe.spilling import Room
room = Room(max_bytes=1000, folder=Path(sys.argv[1]))
array, column = room.empty(10**6, np.uint8), room.column(np.uint8)
column.append(array)
print(room.spilled_bytes, flush=True)
time.sleep(60)
"""


def test_a_killed_process_leaves_nothing(small_disk: Path) -> None:
    before = free_bytes(small_disk)
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(small_disk)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"2000000\n"
        assert list(small_disk.iterdir()) == []
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    assert (list(small_disk.iterdir()), free_bytes(small_disk)) == ([], before)


GROWING = """
import resource, sys
from pathlib import Path
import numpy as np
from dedupe.spilling import Room
limit = None if sys.argv[2] == "none" else int(sys.argv[2])
with Room(max_bytes=limit, folder=Path(sys.argv[1])) as room:
    piece, column = np.ones(10_000, np.uint64), room.column(np.uint64)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(2500):
        column.append(piece)
    written = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    array = column.array()
    print(written - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, len(array))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in kB as Linux does")
@pytest.mark.parametrize(("limit", "most"), [("none", 1.5), ("50000000", 0.5)])
def test_a_large_column_is_never_twice_in_memory(tmp_path: Path, limit: str, most: float) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", GROWING, str(tmp_path), limit], capture_output=True, text=True, check=True
    )
    written, joined, count = (int(word) for word in ran.stdout.split())
    assert count == 25_000_000
    size = count * 8 / 1024
    assert max(written, joined) < most * size
