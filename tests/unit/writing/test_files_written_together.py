"""Files that a kernel writes many at a time are those that are written one by one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from made_edits import edit_of

from dedupe.errors import WriteFailed
from dedupe.kernels.library import library
from dedupe.writing import OutputFolder
from dedupe.writing.output_folder import MANY_FILES
from dedupe.writing.together import FILES_AT_ONCE, FilesTogether, PlannedFile

pytestmark = pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")

NAMES = [f"{number:03}.txt" for number in range(MANY_FILES + FILES_AT_ONCE + 3)]


def content_of(name: str) -> bytes:
    return f"{name}\n".encode() * (int(name[:3]) % 7)


def put_inputs(folder: Path) -> dict[str, Path]:
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / name).write_bytes(b"as it was")
        (folder / name).chmod(0o600 + 0o44 * (number % 2))
        os.utime(folder / name, ns=(number * 10**9 + 7, -number * 10**9 + 5))
    os.utime(folder / NAMES[0], ns=(10**19 + 3, 10**19 + 7))  # in 2286, beyond nanoseconds in 64 bits
    return {name: folder / name for name in NAMES}


def write(folder: Path, sources: dict[str, Path], jobs: int) -> OutputFolder:
    inputs = [next(iter(sources.values())).parent]
    output = OutputFolder(
        folder, targets={name: name for name in NAMES}, inputs=inputs, sources=sources, jobs=jobs
    )
    for name in NAMES:
        output.take(edit_of(name, content_of(name)))
    return output


def told_of(path: Path) -> tuple[bytes, int, int]:
    status = path.stat()
    return path.read_bytes(), stat.S_IMODE(status.st_mode), status.st_mtime_ns


def test_content_permissions_and_times_are_those_of_files_written_one_by_one(tmp_path: Path) -> None:
    sources = put_inputs(tmp_path / "in")
    for jobs in (1, 2):
        write(tmp_path / str(jobs), sources, jobs).publish()
    assert [told_of(tmp_path / "2" / name) for name in NAMES] == [
        told_of(tmp_path / "1" / name) for name in NAMES
    ]
    assert {told_of(tmp_path / "2" / name)[1] for name in NAMES} == {0o600, 0o644}


def test_a_source_that_is_gone_leaves_a_file_as_the_system_makes_it(tmp_path: Path) -> None:
    sources = put_inputs(tmp_path / "in")
    sources[NAMES[5]].unlink()
    write(tmp_path / "out", sources, 2).publish()
    assert (tmp_path / "out" / NAMES[5]).read_bytes() == content_of(NAMES[5])


def test_what_the_system_refuses_names_the_first_file_and_leaves_nothing(tmp_path: Path) -> None:
    sources = put_inputs(tmp_path / "in")
    output = write(tmp_path / "out", sources, 2)
    (tmp_path / "out" / ".dedupe" / "staging").rename(tmp_path / "elsewhere")
    with pytest.raises(WriteFailed) as refused:
        output.publish()
    # All but the last batches were written when there was a folder still.
    said = "no such file or directory; make the folder first"
    assert str(refused.value) in [f"{tmp_path}/out/{name}: {said}" for name in NAMES[2 * FILES_AT_ONCE :]]
    output.discard()
    assert not (tmp_path / "out").exists()


def test_what_stands_in_the_way_stays_and_nothing_behind_it_is_begun(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(b"stood here")
    together = FilesTogether()
    for number in range(3):
        together.add(PlannedFile(tmp_path / str(number), b"new", None, Path(f"shown {number}")))
    with pytest.raises(WriteFailed, match="shown 1: "):
        together.finish()
    together.stop()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"0": b"new", "1": b"stood here"}


def test_many_bytes_are_not_held_until_there_are_many_files(tmp_path: Path) -> None:
    together = FilesTogether()
    for number in range(4):
        together.add(PlannedFile(tmp_path / str(number), b"x" * 5_000_000, None, Path("shown")))
    assert len(together._files) < 4
    together.finish()
    assert [path.stat().st_size for path in sorted(tmp_path.iterdir())] == [5_000_000] * 4
