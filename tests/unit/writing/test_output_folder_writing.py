"""`-o` writes into a folder of its own, all or old, and endangers nothing."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from made_edits import edit_of

from dedupe.errors import FolderLocked, OutputRefused, UsageError, WriteFailed
from dedupe.model import Skipped
from dedupe.writing import OutputFolder, disk


def open_folder(
    folder: Path,
    targets: Mapping[str, str] | None = None,
    inputs: Sequence[Path] = (),
    *,
    overwrite: bool = False,
    sources: Mapping[str, Path] | None = None,
) -> OutputFolder:
    return OutputFolder(
        folder, targets=targets or {"a": "a.txt"}, inputs=inputs, overwrite=overwrite, sources=sources
    )


def clean_into(folder: Path, texts: Mapping[str, bytes]) -> OutputFolder:
    output = open_folder(folder, {name: name for name in texts})
    for name, text in texts.items():
        output.take(edit_of(name, text))
    output.publish()
    return output


def files_in(folder: Path) -> dict[str, bytes]:
    """Return all files that a user sees."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".dedupe" not in path.parts
    }


def test_nothing_is_seen_before_publish_and_everything_after(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    output = open_folder(folder, {"a": "sub/a.txt", "b": "b.txt"})
    output.take(edit_of("a", b"x\ny\n", [(2, 4)]))
    output.take_as_is(Skipped("b", "undecodable", raw=b"\xff"))
    assert files_in(folder) == {}
    assert output.publish() == ()
    assert files_in(folder) == {"sub/a.txt": b"x\n", "b.txt": b"\xff"}
    assert sorted(path.name for path in (folder / ".dedupe").iterdir()) == ["files", "lock", "marker"]
    assert (output.root, output.written("a")) == (folder, "sub/a.txt")
    output.discard()
    assert files_in(folder) == {"sub/a.txt": b"x\n", "b.txt": b"\xff"}


def test_discarding_leaves_no_folder_that_was_not_there(tmp_path: Path) -> None:
    output = open_folder(tmp_path / "deep" / "out")
    output.take(edit_of("a", b"x"))
    output.discard()
    assert list(tmp_path.iterdir()) == []


def test_discarding_in_a_folder_of_ours_leaves_the_earlier_files(tmp_path: Path) -> None:
    clean_into(tmp_path / "out", {"a": b"old"})
    output = open_folder(tmp_path / "out", {"a": "a"})
    output.take(edit_of("a", b"new"))
    output.discard()
    assert files_in(tmp_path / "out") == {"a": b"old"}
    assert clean_into(tmp_path / "out", {"a": b"new"}).remaining == ()


def test_a_dropped_document_is_not_written(tmp_path: Path) -> None:
    output = open_folder(tmp_path / "out")
    output.take(replace(edit_of("a", b"x"), dropped=True))
    output.publish()
    assert files_in(tmp_path / "out") == {}


def test_permissions_and_times_of_the_source_are_kept(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    source.chmod(0o604)
    os.utime(source, ns=(5, 10**18))
    output = open_folder(tmp_path / "out", sources={"a": source})
    output.take(edit_of("a", b"x"))
    output.publish()
    status = (tmp_path / "out" / "a.txt").stat()
    assert (stat.S_IMODE(status.st_mode), status.st_mtime_ns) == (0o604, 10**18)


def test_files_of_an_earlier_run_stay_and_are_named(tmp_path: Path) -> None:
    clean_into(tmp_path / "out", {"a": b"1", "gone": b"2", "sub/gone\udcff": b"3", "removed": b"4"})
    (tmp_path / "out" / "removed").unlink()
    (tmp_path / "out" / "of the user").write_bytes(b"5")
    for _ in range(2):
        assert clean_into(tmp_path / "out", {"a": b"new"}).remaining == ("gone", "sub/gone\udcff")
    assert len(files_in(tmp_path / "out")) == 4


@pytest.mark.parametrize("damage", [b"", b"{", b"3\n", b'"../../etc/passwd"\n', b"[" * 100_000, b"\xff"])
def test_a_damaged_list_of_files_is_no_list(tmp_path: Path, damage: bytes) -> None:
    clean_into(tmp_path / "out", {"gone": b"1"})
    (tmp_path / "out" / ".dedupe" / "files").write_bytes(damage)
    assert clean_into(tmp_path / "out", {"a": b"1"}).remaining == ()


def test_what_a_killed_run_staged_goes_with_the_next(tmp_path: Path) -> None:
    staging = tmp_path / "out" / ".dedupe" / "staging"
    staging.mkdir(parents=True)
    (staging / "0").write_bytes(b"half")
    clean_into(tmp_path / "out", {"a": b"1"})
    assert not staging.exists()
    assert files_in(tmp_path / "out") == {"a": b"1"}


def test_a_second_run_is_locked_out_and_changes_nothing(tmp_path: Path) -> None:
    first = open_folder(tmp_path / "out")
    first.take(edit_of("a", b"first"))
    with pytest.raises(FolderLocked) as refusal:
        open_folder(tmp_path / "out")
    said = "another run is writing there; wait until it has ended"
    assert str(refusal.value) == f"{tmp_path / 'out'}: {said}"
    first.publish()
    assert files_in(tmp_path / "out") == {"a.txt": b"first"}
    open_folder(tmp_path / "out").discard()


def refusal_of(folder: Path, targets: Mapping[str, str] | None = None, inputs: Sequence[Path] = ()) -> str:
    before = sorted(folder.parent.rglob("*"))
    with pytest.raises(UsageError) as refusal:
        open_folder(folder, targets, inputs)
    assert sorted(folder.parent.rglob("*")) == before
    return str(refusal.value)


def test_a_run_that_has_ended_takes_nothing_from_the_next_one(tmp_path: Path) -> None:
    ended = clean_into(tmp_path / "out", {"a": b"x\n"})
    running = open_folder(tmp_path / "out", {"a": "a.txt"})
    running.take(edit_of("a", b"y\n"))
    ended.discard()
    running.publish()
    assert files_in(tmp_path / "out")["a.txt"] == b"y\n"


def test_output_and_input_must_lie_apart(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "link").symlink_to(corpus)
    assert "is an input; choose another" in refusal_of(corpus, inputs=[tmp_path / "link"])
    assert f"lies inside the input {corpus}; choose" in refusal_of(tmp_path / "link" / "out", inputs=[corpus])
    (corpus / "a.txt").write_bytes(b"x")
    assert "lies inside the output folder; choose" in refusal_of(corpus, inputs=[corpus / "a.txt"])
    open_folder(tmp_path / "corpus-clean", inputs=[corpus]).discard()


def test_two_inputs_with_one_target_are_both_named(tmp_path: Path) -> None:
    said = refusal_of(tmp_path / "out", {"x/a.txt": "a.txt", "y/a.txt": "a.txt"})
    assert said.startswith("x/a.txt and y/a.txt: both would be written to")
    said = refusal_of(tmp_path / "out", {"x/a": "a", "y/a/b": "a/b"})
    assert said.startswith("x/a and y/a/b: both would be written to")


def test_a_foreign_folder_is_refused_without_overwrite(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "thesis.txt").write_bytes(b"years of work")
    said = refusal_of(folder)
    expected = (
        "the folder is not empty and not from an earlier run; choose another folder, or add --overwrite"
    )
    assert said == f"{folder}: {expected}"
    open_folder(folder, overwrite=True).discard()
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]
    refusal_of(folder)
    output = open_folder(folder, overwrite=True)
    output.take(edit_of("a", b"x"))
    output.publish()
    assert files_in(folder) == {"a.txt": b"x", "thesis.txt": b"years of work"}
    assert open_folder(folder).remaining == ()


def test_an_empty_folder_needs_no_overwrite(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    output = open_folder(tmp_path / "out")
    output.discard()
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    "target", ["../a", "/etc/passwd", "a/../../b", "", "a//b", ".", ".dedupe/marker", "a\0b", "\ud800"]
)
def test_targets_that_leave_the_folder_are_refused(tmp_path: Path, target: str) -> None:
    assert "would leave" in refusal_of(tmp_path / "out", {"a": target})


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"x")
    assert "it is not a folder; choose another" in refusal_of(tmp_path / "out")
    assert "it is not a folder; choose another" in refusal_of(tmp_path / "out" / "below")


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    clean_into(tmp_path / "out", {"sub/a": b"1", "b": b"1"})
    (tmp_path / "out" / "away").symlink_to(tmp_path)
    (tmp_path / "out" / "file").symlink_to(tmp_path / "nowhere")
    assert "leads out of the output folder; remove it" in refusal_of(tmp_path / "out", {"a": "away/a"})
    assert "leads out of the output folder; remove it" in refusal_of(tmp_path / "out", {"a": "file"})
    assert "a file stands where a folder is needed" in refusal_of(tmp_path / "out", {"a": "b/a"})
    assert "a folder stands where a file is to go" in refusal_of(tmp_path / "out", {"a": "sub"})


def test_our_own_folder_as_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".dedupe").symlink_to(tmp_path)
    assert "it is a link; remove it" in refusal_of(tmp_path / "out")


def test_a_folder_without_write_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(os, "access", lambda _, asked: not asked & (os.W_OK | os.X_OK))
    assert "the folder cannot be written to; choose another" in refusal_of(tmp_path / "out")


def test_names_that_differ_in_case_only_are_refused_where_that_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "out" / ".DEDUPE").mkdir(parents=True)
    (tmp_path / "out" / ".dedupe").mkdir()
    (tmp_path / "out" / ".dedupe" / "marker").write_bytes(b"")
    with pytest.raises(UsageError, match="both would be written to"):
        open_folder(tmp_path / "out", {"x/a": "a", "y/A": "A"})


def test_a_failure_while_staging_names_the_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = open_folder(tmp_path / "out")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dedupe.writing.disk.write", refuse)
    with pytest.raises(WriteFailed) as failure:
        output.take(edit_of("a", b"x"))
    said = "no space left on device; free some space, then run again"
    assert str(failure.value) == f"{tmp_path / 'out' / 'a.txt'}: {said}"
    output.discard()
    assert list(tmp_path.iterdir()) == []


def test_output_refused_is_a_usage_error() -> None:
    assert issubclass(OutputRefused, UsageError)


def test_messages_name_the_folder_as_it_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out" / "a.txt").mkdir(parents=True)
    (tmp_path / "sub").mkdir()
    for typed, shown in (
        ("out", "out"),
        ("sub/../out", f"{tmp_path}/out"),
        (str(tmp_path / "out"), f"{tmp_path}/out"),
    ):
        with pytest.raises(OutputRefused) as refused:
            open_folder(Path(typed), overwrite=True)
        assert str(refused.value) == f"{shown}/a.txt: a folder stands where a file is to go; remove it first"


def test_collisions_name_both_inputs_and_the_target(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for targets, at in (({"one": "x/a", "two": "x/a"}, "x/a"), ({"two": "x/a/b", "one": "x/a"}, "x/a")):
        with pytest.raises(UsageError) as refused:
            open_folder(folder, targets)
        names = "one and two"
        assert str(refused.value) == (
            f"{names}: both would be written to {folder / at}; give the folder above them, or rename one"
        )


def test_all_targets_are_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "x" / "y").mkdir(parents=True)
    (folder / "x" / "y" / "c").mkdir()
    with pytest.raises(OutputRefused, match="y/c: a folder stands where a file is to go"):
        open_folder(folder, {"a": "x/a", "b": "x/b", "c": "x/y/c"}, overwrite=True)
    (folder / "x" / "y" / "c").rmdir()
    (folder / "x" / "z").write_bytes(b"")
    with pytest.raises(OutputRefused, match="x/z: a file stands where a folder is needed"):
        open_folder(folder, {"a": "x/a", "b": "x/y/b", "c": "x/z/c"}, overwrite=True)


def test_links_that_stay_inside_are_written_through(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    clean_into(folder, {"real/a": b"old\n"})
    (folder / "link").symlink_to(folder / "real")
    output = open_folder(folder, {"a": "link/a"})
    output.take(edit_of("a", b"new\n"))
    output.publish()
    assert (folder / "real" / "a").read_bytes() == b"new\n"


def test_what_is_left_is_in_the_order_of_bytes(tmp_path: Path) -> None:
    names = ("é", "z", "\udcff", "\ue000", "\U00010000")  # as text the last comes before the one before it
    clean_into(tmp_path / "out", dict.fromkeys(names, b"x"))
    output = clean_into(tmp_path / "out", {"a": b"x"})
    assert output.remaining == tuple(sorted(names, key=os.fsencode)) != tuple(sorted(names))
    listed = (tmp_path / "out" / ".dedupe" / "files").read_bytes().splitlines()
    assert [json.loads(line) for line in listed] == sorted(["a", *names], key=os.fsencode)


@pytest.mark.parametrize("durable", [True, False])
def test_durable_files_and_their_folders_are_on_the_disk(
    tmp_path: Path, durable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, folders = list[tuple[int, int]](), list[Path]()
    sync, sync_folder = disk.sync, disk.sync_folder

    def note_file(descriptor: int) -> None:
        status = os.fstat(descriptor)
        files.append((status.st_dev, status.st_ino))
        sync(descriptor)

    def note_folder(folder: Path) -> None:
        folders.append(folder)
        sync_folder(folder)

    monkeypatch.setattr(disk, "sync", note_file)
    monkeypatch.setattr(disk, "sync_folder", note_folder)
    folder = tmp_path / "out"
    targets = {"a": "a", "b": "x/b", "c": "x/c", "d": "x/y/d"}
    output = OutputFolder(folder, targets=targets, inputs=[], durable=durable, jobs=2)
    for name in targets:
        output.take(edit_of(name, b"x\n"))
    output.publish()
    made = {name: (folder / target).stat() for name, target in targets.items()}
    assert all(((status.st_dev, status.st_ino) in files) == durable for status in made.values())
    assert [folder / each for each in ("", "x", "x/y") if folder / each in folders] == (
        [folder, folder / "x", folder / "x/y"] if durable else []
    )
    ours = [path.stat() for path in (folder / ".dedupe" / "marker", folder / ".dedupe" / "files")]
    assert all(((status.st_dev, status.st_ino) in files) == durable for status in ours)


def test_after_a_run_that_died_while_publishing_its_files_are_known_as_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_into(tmp_path / "out", {"old": b"x"})
    output = open_folder(tmp_path / "out", {"a": "a", "b": "b"})
    output.take(edit_of("a", b"x"))
    output.take(edit_of("b", b"x"))

    replace_file = disk.replace

    def die(source: str | Path, target: str | Path) -> None:
        if "staging" in str(source):
            raise KeyboardInterrupt
        replace_file(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(disk, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            output.publish()
    listed = (tmp_path / "out" / ".dedupe" / "files").read_bytes().splitlines()
    assert [json.loads(line) for line in listed] == ["a", "b", "old"]
    output.discard()


@pytest.mark.parametrize("count", [3, 200])
def test_what_is_flushed_is_on_the_disk_before_it_is_published(
    tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, flushed = tmp_path / "out", list[tuple[str, bytes]]()
    names = [f"{number}.txt" for number in range(count)]
    output = OutputFolder(folder, targets={name: name for name in names}, inputs=[], jobs=2)
    for name in names:
        output.take(edit_of(name, name.encode()))
    sync_file = disk.sync_file

    def note(path: str) -> None:
        flushed.append((path, Path(path).read_bytes()))
        sync_file(path)

    monkeypatch.setattr(disk, "sync_file", note)
    output.flush()
    assert [content.decode() for _, content in flushed] == names
    assert files_in(folder) == {}
    output.publish()
    assert files_in(folder) == {name: name.encode() for name in sorted(names)}
    assert len(flushed) == count


def test_a_file_that_may_not_be_read_again_is_not_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    output = open_folder(tmp_path / "out")
    output.take(edit_of("a", b"x\n"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        output.flush()
    output.publish()
    assert files_in(tmp_path / "out") == {"a.txt": b"x\n"}


def test_what_is_durable_is_not_flushed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = OutputFolder(tmp_path / "out", targets={"a": "a"}, inputs=[], durable=True)
    output.take(edit_of("a", b"x\n"))
    monkeypatch.setattr(disk, "sync_file", lambda _: pytest.fail("it is on the disk already"))
    output.flush()
    output.publish()


def test_what_cannot_be_tidied_up_stays_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = open_folder(tmp_path / "out")
    output.take(edit_of("a", b"x\n"))

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(disk, "remove_tree", refuse)
    output.discard()
    assert (tmp_path / "out" / ".dedupe" / "staging" / "0").is_file()


def test_what_is_gone_already_need_not_be_removed(tmp_path: Path) -> None:
    disk.remove(tmp_path / "none")


def refusing_at(monkeypatch: pytest.MonkeyPatch, name: str, part: str) -> None:
    """Let a call of `disk` fail that is about a path with `part` in it."""
    call = getattr(disk, name)

    def refuse(*paths: object) -> object:
        if any(part in str(path) for path in paths):
            raise OSError(28, os.strerror(28))
        return call(*paths)

    monkeypatch.setattr(disk, name, refuse)


@pytest.mark.parametrize(
    ("call", "part", "named"),
    [
        ("replace", "staging/1", "x/b"),
        ("make_folder", "out/x", "x/b"),
        ("replace", ".dedupe/marker", ".dedupe/marker"),
        ("remove_tree", "staging", ""),
    ],
)
def test_what_is_refused_while_publishing_is_named(
    tmp_path: Path, call: str, part: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    output = open_folder(folder, {"a": "a", "b": "x/b"})
    for name in "ab":
        output.take(edit_of(name, b"x\n"))
    refusing_at(monkeypatch, call, part)
    with pytest.raises(WriteFailed) as refused:
        output.publish()
    said = "no space left on device; free some space, then run again"
    assert str(refused.value) == f"{folder / named}: {said}"


def test_an_owner_that_may_not_be_given_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0o640)
    monkeypatch.setattr(os, "fchown", refuse)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    output = open_folder(tmp_path / "out", sources={"a": tmp_path / "a"})
    output.take(edit_of("a", b"x"))
    output.publish()
    assert stat.S_IMODE((tmp_path / "out" / "a.txt").stat().st_mode) == 0o640
