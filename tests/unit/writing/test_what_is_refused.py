"""What the system refuses, or somebody changes in between, is told of; what cannot be is an error of the caller."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from made_edits import edit_of

from dedupe.errors import OutputRefused, UsageError, WriteFailed
from dedupe.model import Skipped
from dedupe.writing import InPlace, OutputFolder, disk, folder_checks
from dedupe.writing.appending import AppendedFile
from dedupe.writing.atomic import AtomicFile

RAW = b"one\ntwo\nthree\n"


def refusing(*_: object, **__: object) -> int:
    raise OSError(28, "No space left on device")


def test_a_file_gets_the_owner_of_its_model_where_that_may_be(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a")
    other = list(path.stat())
    other[4] += 1
    with path.open("rb") as file:
        disk.make_alike(file.fileno(), os.stat_result(other), times=False)
    assert path.stat().st_uid == (other[4] if os.geteuid() == 0 else os.geteuid())


def test_a_lock_that_its_holder_just_removed_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, tried = tmp_path / "lock", list[int]()

    def remove_first(descriptor: int) -> bool:
        tried.append(descriptor)
        if len(tried) == 1:
            path.unlink()
        return True

    monkeypatch.setattr(disk, "try_lock", remove_first)
    descriptor = disk.open_lock(path)
    assert descriptor is not None
    assert os.path.samestat(os.fstat(descriptor), path.stat())
    os.close(descriptor)
    assert len(tried) == 2


def test_what_cannot_be_removed_does_not_hide_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "remove", refusing)
    with pytest.raises(ZeroDivisionError), AtomicFile(tmp_path / "a"):
        raise ZeroDivisionError


@pytest.mark.parametrize("act", [lambda file: file.was_changed(), lambda file: file.replace(b"b")])
def test_a_list_that_cannot_be_looked_at_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[AppendedFile], object]
) -> None:
    monkeypatch.setattr(disk, "open_to_append", refusing)
    with pytest.raises(WriteFailed, match="no space left on device"):
        act(AppendedFile(tmp_path / "a"))


def test_names_that_differ_in_case_collide_where_the_folder_does_not_tell_cases_apart(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / folder_checks.OURS.upper()).mkdir(parents=True)  # as if it were there under either name
    folder_checks.check_case(folder, {"a": "x/a", "b": "x/b"})
    with pytest.raises(UsageError, match=f"a and b: both would be written to {folder}/X/A; "):
        folder_checks.check_case(folder, {"a": "x/a", "b": "X/A"})


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(OutputRefused, match="the folder cannot be read; choose another folder with -o"):
        OutputFolder(tmp_path / "out", targets={}, inputs=[])


def test_files_of_one_folder_are_looked_at_together(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    folder = OutputFolder(tmp_path / "out", targets={"a": "x/a", "b": "x/b"}, inputs=[])
    folder.take(edit_of("a", RAW, [(4, 8)]))
    folder.publish()
    assert (tmp_path / "out" / "x" / "a").read_bytes() == b"one\nthree\n"


def test_what_was_skipped_without_its_bytes_cannot_be_copied(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path / "out", targets={"a": "a"}, inputs=[])
    with (
        contextlib.closing(Closing(folder)),
        pytest.raises(ValueError, match="'a' was skipped without its bytes"),
    ):
        folder.take_as_is(Skipped("a", "undecodable"))


class Closing:
    """Discards a folder when it is closed."""

    def __init__(self, folder: OutputFolder) -> None:
        self._folder = folder

    def close(self) -> None:
        """Discard what was staged."""
        self._folder.discard()


def in_place(tmp_path: Path) -> tuple[InPlace, Path]:
    path = tmp_path / "a"
    path.write_bytes(RAW)
    destination = InPlace({"a": path}, backup_dir=tmp_path / "backup")
    destination.take(edit_of("a", RAW, [(4, 8)]))
    return destination, path


def test_a_file_that_is_gone_is_listed(tmp_path: Path) -> None:
    destination, path = in_place(tmp_path)
    path.unlink()
    (skipped,) = destination.publish()
    assert (skipped.name, skipped.reason) == ("a", "unreadable")


def test_a_file_that_changes_behind_its_backup_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    destination, path = in_place(tmp_path)
    rename = disk.replace

    def rename_then_change(source: Path | str, target: Path | str) -> None:
        rename(source, target)
        path.write_bytes(b"mine now\n")

    monkeypatch.setattr(disk, "replace", rename_then_change)
    (skipped,) = destination.publish()
    assert (skipped.name, skipped.reason) == ("a", "changed")
    assert path.read_bytes() == b"mine now\n"
