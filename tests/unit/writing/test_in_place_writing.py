"""`--in-place` replaces a file only when it is what was judged, and only after its backup."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_edits import digest_of, edit_of

from dedupe.errors import FolderLocked, OutputRefused, SelfCheckFailed, UsageError, WriteFailed
from dedupe.model import Skipped
from dedupe.writing import InPlace, disk


def corpus_in(tmp_path: Path) -> dict[str, Path]:
    folder = tmp_path / "corpus"
    (folder / "sub").mkdir(parents=True)
    (folder / "a").write_bytes(b"x\ny\n")
    (folder / "sub" / "b").write_bytes(b"x\ny\n")
    return {"corpus/a": folder / "a", "corpus/sub/b": folder / "sub" / "b"}


def taken(paths: dict[str, Path], backup_dir: Path) -> InPlace:
    """Return what is to take the last line out of each file."""
    in_place = InPlace(paths, backup_dir=backup_dir)
    for name in paths:
        in_place.take(edit_of(name, b"x\ny\n", [(2, 4)]))
    return in_place


def at_rename(number: int, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `act` come before the renaming of that number: first those of the backups, then those of the clean files."""
    replace_file, count = disk.replace, 0

    def counted(source: str | Path, target: str | Path) -> None:
        nonlocal count
        count += 1
        if count == number:
            act()
        replace_file(source, target)

    monkeypatch.setattr(disk, "replace", counted)


def test_files_with_cuts_are_replaced_and_backed_up(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    paths["corpus/a"].chmod(0o604)
    untouched = paths["corpus/sub/b"].stat()
    in_place = InPlace(paths, backup_dir=tmp_path / "backup")
    in_place.take(edit_of("corpus/a", b"x\ny\n", [(2, 4)]))
    in_place.take(edit_of("corpus/sub/b", b"x\ny\n"))
    assert paths["corpus/a"].read_bytes() == b"x\ny\n"
    assert in_place.publish() == ()
    assert paths["corpus/a"].read_bytes() == b"x\n"
    assert stat.S_IMODE(paths["corpus/a"].stat().st_mode) == 0o604
    assert paths["corpus/sub/b"].stat() == untouched
    assert in_place.run_folder == tmp_path / "backup" / "0001"
    assert [str(path.relative_to(in_place.run_folder)) for path in in_place.run_folder.rglob("*")] == [
        "files",
        "files/a",
    ]
    assert (in_place.run_folder / "files" / "a").read_bytes() == b"x\ny\n"
    assert (in_place.root, in_place.written("corpus/sub/b")) == (tmp_path / "corpus", "sub/b")


def test_an_earlier_backup_is_never_overwritten(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    for raw in (b"x\ny\n", b"x\n"):
        in_place = InPlace(paths, backup_dir=tmp_path / "backup")
        in_place.take(edit_of("corpus/a", raw, [(len(raw) - 2, len(raw))]))
        in_place.publish()
    assert paths["corpus/a"].read_bytes() == b""
    assert (tmp_path / "backup" / "0001" / "files" / "a").read_bytes() == b"x\ny\n"
    assert (tmp_path / "backup" / "0002" / "files" / "a").read_bytes() == b"x\n"


def test_a_file_changed_meanwhile_is_left_alone_and_told(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    in_place = taken(paths, tmp_path / "backup")
    paths["corpus/a"].write_bytes(b"edited")
    [skipped] = in_place.publish()
    assert skipped == Skipped(
        "corpus/a", "changed", "the file was changed while dedupe ran, and was left alone"
    )
    assert paths["corpus/a"].read_bytes() == b"edited"
    assert paths["corpus/sub/b"].read_bytes() == b"x\n"


def test_a_file_that_became_a_link_is_left_alone(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    in_place = InPlace(paths, backup_dir=tmp_path / "backup")
    in_place.take(edit_of("corpus/a", b"x\ny\n", [(2, 4)]))
    paths["corpus/a"].rename(tmp_path / "moved")
    paths["corpus/a"].symlink_to(tmp_path / "moved")
    [skipped] = in_place.publish()
    assert skipped.reason == "changed"
    assert (tmp_path / "moved").read_bytes() == b"x\ny\n"


def test_links_and_hard_links_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    (tmp_path / "link").symlink_to(paths["corpus/a"])
    os.link(paths["corpus/sub/b"], tmp_path / "hard")
    with pytest.raises(OutputRefused, match="a link is not replaced in place; name its target"):
        InPlace({"link": tmp_path / "link"}, backup_dir=tmp_path / "backup")
    with pytest.raises(OutputRefused, match=r"has 2 names \(hard links\)"):
        InPlace({"hard": tmp_path / "hard"}, backup_dir=tmp_path / "backup")
    with pytest.raises(OutputRefused, match="it is no regular file"):
        InPlace({"null": Path("/dev/null")}, backup_dir=tmp_path / "backup")
    with pytest.raises(OutputRefused, match="no such file"):
        InPlace({"none": tmp_path / "none"}, backup_dir=tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_one_file_under_two_names_is_refused(tmp_path: Path) -> None:
    path = corpus_in(tmp_path)["corpus/a"]
    (tmp_path / "other").symlink_to(path.parent)
    with pytest.raises(UsageError, match="a and b: they are one file; name it once"):
        InPlace({"a": path, "b": tmp_path / "other" / "a"}, backup_dir=tmp_path / "backup")


def test_discarding_leaves_nothing(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    in_place = InPlace(paths, backup_dir=tmp_path / "deep" / "backup")
    in_place.take(edit_of("corpus/a", b"x\ny\n", [(2, 4)]))
    (in_place.run_folder / "plan.jsonl").write_bytes(b"plan")
    in_place.discard()
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]
    assert paths["corpus/a"].read_bytes() == b"x\ny\n"


def test_a_run_without_cuts_leaves_no_backup_folder(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    in_place = InPlace(paths, backup_dir=tmp_path / "backup")
    in_place.take(edit_of("corpus/a", b"x\ny\n"))
    assert in_place.publish() == ()
    assert not (tmp_path / "backup").exists()


def test_a_second_run_is_locked_out(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    first = InPlace(paths, backup_dir=tmp_path / "backup")
    with pytest.raises(FolderLocked):
        InPlace(paths, backup_dir=tmp_path / "backup")
    first.discard()
    InPlace(paths, backup_dir=tmp_path / "backup").discard()


def test_a_wrong_cut_is_found_before_the_file_is_replaced(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    in_place = InPlace(paths, backup_dir=tmp_path / "backup")
    edit = edit_of("corpus/a", b"x\ny\n", [(2, 4)])
    in_place.take(replace(edit, cleaned_digest=digest_of(b"other")))
    with pytest.raises(SelfCheckFailed, match="internal error"):
        in_place.publish()
    assert paths["corpus/a"].read_bytes() == b"x\ny\n"


def test_a_folder_without_write_permission_is_refused_before_anything_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = corpus_in(tmp_path)
    in_place = taken(paths, tmp_path / "backup")
    may = os.R_OK  # and neither write nor enter
    monkeypatch.setattr(
        os, "access", lambda path, asked: path != tmp_path / "corpus" / "sub" or not asked & ~may
    )
    with pytest.raises(OutputRefused) as refused:
        in_place.publish()
    said = "the folder cannot be written to, and nothing was changed; change its permissions, or use -o"
    assert str(refused.value) == f"{tmp_path}/corpus/sub: {said}"
    in_place.discard()
    assert paths["corpus/a"].read_bytes() == b"x\ny\n"
    assert not (tmp_path / "backup").exists()


def test_a_document_to_be_dropped_cannot_be_taken(tmp_path: Path) -> None:
    in_place = InPlace(corpus_in(tmp_path), backup_dir=tmp_path / "backup")
    with pytest.raises(ValueError, match="not done in place"):
        in_place.take(replace(edit_of("corpus/a", b""), dropped=True))
    in_place.discard()


def test_a_backup_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(b"")
    with pytest.raises(OutputRefused, match="it is not a folder; choose another with --backup-dir"):
        InPlace({}, backup_dir=tmp_path / "backup")


CHANGED = "the file was changed while dedupe ran, and was left alone"


def test_a_file_that_got_a_second_name_is_left_alone_and_the_others_go_on(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    in_place = taken(paths, tmp_path / "backup")
    os.link(paths["corpus/a"], tmp_path / "second")
    assert in_place.publish() == (Skipped("corpus/a", "changed", CHANGED),)
    assert paths["corpus/sub/b"].read_bytes() == b"x\n"


def test_a_file_that_is_gone_is_told_of_and_the_others_go_on(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    in_place = taken(paths, tmp_path / "backup")
    paths["corpus/a"].unlink()
    assert in_place.publish() == (Skipped("corpus/a", "unreadable", "no such file or directory"),)
    assert paths["corpus/sub/b"].read_bytes() == b"x\n"


@pytest.mark.parametrize("when", ["before its backup", "after its backup"])
def test_a_file_that_changes_while_others_are_written_is_left_alone(
    tmp_path: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = corpus_in(tmp_path)
    (tmp_path / "corpus" / "c").write_bytes(b"x\ny\n")
    paths = {**paths, "corpus/c": tmp_path / "corpus" / "c"}
    in_place = taken(paths, tmp_path / "backup")
    number = 1 if when == "before its backup" else 4
    at_rename(number, lambda: paths["corpus/sub/b"].write_bytes(b"edited"), monkeypatch)
    assert in_place.publish() == (Skipped("corpus/sub/b", "changed", CHANGED),)
    assert paths["corpus/sub/b"].read_bytes() == b"edited"
    assert paths["corpus/c"].read_bytes() == b"x\n"
    in_place.discard()
    assert (in_place.run_folder / "files" / "a").read_bytes() == b"x\ny\n"


def test_a_backup_has_permissions_and_times_of_its_original_and_the_clean_file_new_times(
    tmp_path: Path,
) -> None:
    paths = corpus_in(tmp_path)
    paths["corpus/a"].chmod(0o604)
    os.utime(paths["corpus/a"], ns=(10**18, 10**18 + 7))
    in_place = InPlace(paths, backup_dir=tmp_path / "backup")
    in_place.take(edit_of("corpus/a", b"x\ny\n", [(2, 4)]))
    in_place.publish()
    backup, clean = (in_place.run_folder / "files" / "a").stat(), paths["corpus/a"].stat()
    assert (stat.S_IMODE(backup.st_mode), backup.st_mtime_ns) == (0o604, 10**18 + 7)
    assert stat.S_IMODE(clean.st_mode) == 0o604
    assert clean.st_mtime_ns != 10**18 + 7


def test_large_files_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = corpus_in(tmp_path)
    raw = b"x\ny\n" * 1000
    paths["corpus/a"].write_bytes(raw)
    monkeypatch.setattr("dedupe.writing.in_place.PIECE_BYTES", 7)
    in_place = InPlace(paths, backup_dir=tmp_path / "backup")
    in_place.take(edit_of("corpus/a", raw, [(2, 4)]))
    assert in_place.publish() == ()
    assert paths["corpus/a"].read_bytes() == raw[:2] + raw[4:]
    assert (in_place.run_folder / "files" / "a").read_bytes() == raw


def test_after_a_replaced_file_nothing_of_the_backup_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = corpus_in(tmp_path)
    in_place = taken(paths, tmp_path / "backup")

    def refuse() -> None:
        raise OSError(28, "No space left on device")

    at_rename(4, refuse, monkeypatch)
    with pytest.raises(WriteFailed) as refused:
        in_place.publish()
    in_place.discard()
    said = f"{paths['corpus/sub/b']}: no space left on device; free some space, then run again"
    assert str(refused.value) == said
    assert paths["corpus/a"].read_bytes() == b"x\n"
    for name in ("a", "sub/b"):
        assert (in_place.run_folder / "files" / name).read_bytes() == b"x\ny\n"


def test_locked_out_is_said_of_the_backup_folder(tmp_path: Path) -> None:
    paths = corpus_in(tmp_path)
    first = InPlace(paths, backup_dir=tmp_path / "backup")
    with pytest.raises(FolderLocked) as refused:
        InPlace(paths, backup_dir=tmp_path / "backup")
    said = f"{tmp_path / 'backup'}: another run is writing there; wait until it has ended"
    assert str(refused.value) == said
    first.discard()


def test_a_hard_link_is_refused_with_what_can_be_done(tmp_path: Path) -> None:
    path = corpus_in(tmp_path)["corpus/a"]
    os.link(path, tmp_path / "hard")
    with pytest.raises(OutputRefused) as refused:
        InPlace({"a": path}, backup_dir=tmp_path / "backup")
    assert str(refused.value) == (
        f"{path}: the file has 2 names (hard links), which replacing would part; "
        "leave it out with --exclude, or use -o"
    )


def test_a_file_that_changes_during_its_backup_is_left_alone_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = corpus_in(tmp_path)
    in_place = taken(paths, tmp_path / "backup")
    create = disk.create

    def change_first(path: Path) -> int:
        if path.parent == in_place.run_folder / "files":
            paths["corpus/a"].write_bytes(b"edited")
        return create(path)

    monkeypatch.setattr(disk, "create", change_first)
    assert in_place.publish() == (Skipped("corpus/a", "changed", CHANGED),)
    assert paths["corpus/a"].read_bytes() == b"edited"
    assert paths["corpus/sub/b"].read_bytes() == b"x\n"


def test_what_cannot_be_tidied_up_stays_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = corpus_in(tmp_path)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(disk, "remove_tree", refuse)
    monkeypatch.setattr(disk, "remove_folder", refuse)
    in_place = InPlace(paths, backup_dir=tmp_path / "backup")
    in_place.take(edit_of("corpus/a", b"x\ny\n", [(2, 4)]))
    in_place.discard()
    in_place = InPlace(paths, backup_dir=tmp_path / "backup")
    assert in_place.publish() == ()
    assert (tmp_path / "backup" / "0002").is_dir()
