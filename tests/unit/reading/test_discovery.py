from __future__ import annotations

import os
import socket
import threading
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.errors import UsageError
from dedupe.model import Skipped
from dedupe.reading import Discovery, discover, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedupe.settings import GroupBy


def plant(root: Path, *names: str) -> Path:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{name}\n")
    return root


def names(found: Discovery) -> list[str]:
    return [source.name for source in found.sources]


def targets(found: Discovery) -> list[str]:
    return [source.target for source in found.sources]


def groups(found: Discovery) -> dict[str, str]:
    return {source.name: source.group for source in found.sources}


def passed_over(found: Discovery) -> dict[str, str]:
    return {skipped.name: skipped.reason for skipped in found.skipped}


# Which files


def test_a_folder_gives_its_text_files_in_byte_order_of_names(tmp_path: Path) -> None:
    plant(tmp_path, "b.txt", "a/z.md", "a.txt", "a/B.TXT", "ä.txt", "a-b.txt")
    found = discover([tmp_path])
    assert names(found) == ["a-b.txt", "a.txt", "a/B.TXT", "a/z.md", "b.txt", "ä.txt"]
    assert targets(found) == names(found)
    assert [source.read() for source in found.sources][2] == b"a/B.TXT\n"


def test_other_suffixes_are_counted_and_include_adds_to_the_default_ones(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", "b.html", "c", "raw/d.text", "raw/e.log")
    assert passed_over(discover([tmp_path])) == dict.fromkeys(
        ["b.html", "c", "raw/d.text", "raw/e.log"], "other suffix"
    )
    assert names(discover([tmp_path], include=["*.html", "raw/"])) == [
        "a.txt",
        "b.html",
        "raw/d.text",
        "raw/e.log",
    ]


def test_exclude_wins_over_include_and_a_folder_excluded_counts_as_one(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "a.txt",
        "drafts/a.txt",
        "drafts/b.txt",
        "deep/drafts/c.txt",
        "b.html",
        "top.txt",
        "deep/top.txt",
    )
    found = discover([tmp_path], include=["*.html"], exclude=["drafts/", "*.html", "/top.txt"])
    assert names(found) == ["a.txt", "deep/top.txt"]
    assert passed_over(found) == dict.fromkeys(["b.html", "deep/drafts", "drafts", "top.txt"], "excluded")


def test_an_exclude_pattern_may_take_back_what_an_earlier_one_excluded(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", "keep.txt")
    assert names(discover([tmp_path], exclude=["*.txt", "!keep.txt"])) == ["keep.txt"]


def test_a_pattern_that_is_none_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"pattern '!' is not valid; write it as in \.gitignore"):
        discover([tmp_path], exclude=["!"])


def test_hidden_files_and_folders_are_counted_and_read_only_if_asked_for(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", ".b.txt", ".git/c.txt")
    assert names(discover([tmp_path])) == ["a.txt"]
    assert passed_over(discover([tmp_path])) == {".b.txt": "hidden", ".git": "hidden"}
    assert names(discover([tmp_path], hidden=True)) == [".b.txt", ".git/c.txt", "a.txt"]


def test_folders_of_our_own_are_never_read_nor_counted(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", ".dedupe/b.txt", "c/.dedupe-backup/d.txt")
    found = discover([tmp_path], hidden=True)
    assert (names(found), found.skipped) == (["a.txt"], ())


def test_a_file_named_as_argument_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    plant(tmp_path, ".hidden.html", "plain")
    found = discover([tmp_path / ".hidden.html", tmp_path / "plain"], exclude=["plain"])
    assert (names(found), found.skipped) == ([".hidden.html", "plain"], ())


def test_an_argument_takes_back_what_the_walk_passed_over(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", "a.txt", "b.html", ".c/d.txt")
    found = discover([root, root / "b.html", root / ".c"])
    assert names(found) == [".c/d.txt", "b.html", "root/a.txt"]
    assert found.skipped == ()


@pytest.mark.parametrize("follow", [False, True])
def test_special_files_are_skipped_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, follow: bool
) -> None:
    plant(tmp_path, "a.txt")
    monkeypatch.chdir(tmp_path)  # the path of a socket is at most 108 bytes
    os.mkfifo(tmp_path / "pipe.txt")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
    (tmp_path / "device.txt").symlink_to("/dev/zero")
    found = discover([tmp_path], follow_symlinks=follow)
    assert names(found) == ["a.txt"]
    device = "special file" if follow else "symbolic link"
    assert passed_over(found) == {
        "device.txt": device,
        "pipe": "special file",
        "pipe.txt": "special file",
        "socket.txt": "special file",
    }


def test_symbolic_links_are_not_followed_out_of_the_tree(tmp_path: Path) -> None:
    plant(tmp_path, "out/secret.txt", "root/a.txt")
    (tmp_path / "root/file.txt").symlink_to("../out/secret.txt")
    (tmp_path / "root/folder").symlink_to("../out")
    found = discover([tmp_path / "root"])
    assert names(found) == ["a.txt"]
    assert passed_over(found) == {"file.txt": "symbolic link", "folder": "symbolic link"}
    assert names(discover([tmp_path / "root"], follow_symlinks=True)) == ["a.txt", "file.txt"]


def test_loops_of_links_end_and_files_keep_their_own_names(tmp_path: Path) -> None:
    plant(tmp_path, "a/b/c.txt", "z.txt")
    (tmp_path / "a/b/up").symlink_to("../..")
    (tmp_path / "a/self").symlink_to(".")
    (tmp_path / "0").symlink_to("a/b")
    (tmp_path / "0.txt").symlink_to("z.txt")
    (tmp_path / "zz").symlink_to("a/b")
    found = discover([tmp_path], follow_symlinks=True)
    assert (names(found), found.second_names) == (["a/b/c.txt", "z.txt"], ())


def test_broken_links_are_unreadable_when_followed_and_links_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("nowhere")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    assert passed_over(discover([tmp_path])) == dict.fromkeys(["a.txt", "loop.txt"], "symbolic link")
    assert passed_over(discover([tmp_path], follow_symlinks=True)) == dict.fromkeys(
        ["a.txt", "loop.txt"], "unreadable"
    )


def test_a_link_named_as_argument_is_followed_under_its_own_name(tmp_path: Path) -> None:
    plant(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "l.txt").symlink_to("real/a.txt")
    assert names(discover([tmp_path / "link"])) == ["a.txt"]
    assert names(discover([tmp_path / "l.txt"])) == ["l.txt"]


def test_a_folder_that_cannot_be_listed_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, "a.txt", "locked/b.txt")
    scandir = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = discover([tmp_path])
    assert names(found) == ["a.txt"]
    assert found.skipped == (Skipped("locked", "unreadable", "Permission denied"),)
    assert discover([tmp_path / "locked"]).skipped == (Skipped(".", "unreadable", "Permission denied"),)


def test_a_path_that_does_not_exist_is_a_usage_error_and_nothing_is_read(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt")
    for wrong in (tmp_path / "b.txt", tmp_path / "a.txt/c"):
        for arguments in ([tmp_path, wrong], [wrong]):
            with pytest.raises(UsageError) as caught:
                discover(arguments)
            assert (
                str(caught.value)
                == f"{wrong}: no such file or folder; check the path, nothing was read or written"
            )
    with pytest.raises(UsageError, match="file name too long"):
        discover([tmp_path / ("x" * 256)])
    with pytest.raises(UsageError, match="no such file or folder"):
        discover([], named_files=[tmp_path / "b.txt"])


def test_a_file_that_vanishes_before_it_is_read_is_unreadable(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt")
    (source,) = discover([tmp_path]).sources
    source.path.unlink()
    assert read_text(source) == Skipped("a.txt", "unreadable", "No such file or directory")


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_takes_the_place_of_a_file_before_it_is_read_is_not_waited_for(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    plant(tmp_path, "a.txt")
    (source,) = discover([tmp_path]).sources
    source.path.unlink()
    make(source.path)
    assert read_text(source) == Skipped("a.txt", "unreadable", "It is no longer a regular file")


def test_a_pipe_named_as_argument_is_read_once_and_can_be_read_again(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"through the pipe\n",))
    writer.start()
    (source,) = discover([pipe]).sources
    writer.join()
    assert (source.name, source.target) == ("pipe", "pipe")
    assert [source.read(), source.read()] == [b"through the pipe\n"] * 2


def test_a_device_named_as_argument_is_a_special_file() -> None:
    assert passed_over(discover([Path("/dev/zero")])) == {"zero": "special file"}


# One file, one source


def test_a_file_met_twice_is_one_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "root/a.txt", "root/sub/b.txt")
    (tmp_path / "link").symlink_to("root")
    monkeypatch.chdir(tmp_path / "root")
    here = [Path(), Path("../root"), tmp_path / "root", tmp_path / "link", Path("sub/..")]
    for arguments in permutations(here, 2):
        found = discover(arguments)
        assert (names(found), found.second_names) == (["a.txt", "sub/b.txt"], ())


def test_overlapping_roots_give_each_file_once_in_any_order(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", "a.txt", "sub/b.txt", "sub/c.txt")
    arguments = [root, root / "sub", root / "sub/c.txt", root / "a.txt", root / "sub"]
    for order in permutations(arguments):
        found = discover(order)
        assert names(found) == ["root/a.txt", "root/sub/b.txt", "root/sub/c.txt"]
        assert found == discover(arguments)


def test_a_hard_link_is_a_second_name_judged_once(tmp_path: Path) -> None:
    plant(tmp_path, "b.txt", "c/d.txt")
    (tmp_path / "a.txt").hardlink_to(tmp_path / "b.txt")
    (tmp_path / "z.txt").hardlink_to(tmp_path / "b.txt")
    found = discover([tmp_path])
    assert names(found) == ["a.txt", "c/d.txt"]
    assert [(source.name, source.target, first) for source, first in found.second_names] == [
        ("b.txt", "b.txt", "a.txt"),
        ("z.txt", "z.txt", "a.txt"),
    ]


# Names and targets


def test_files_are_named_by_their_base_names(tmp_path: Path) -> None:
    plant(tmp_path, "x/a.txt", "y/b.txt")
    found = discover([tmp_path / "y/b.txt", tmp_path / "x/a.txt"])
    assert names(found) == targets(found) == ["a.txt", "b.txt"]


def test_files_with_one_base_name_are_told_apart_and_share_a_target(tmp_path: Path) -> None:
    plant(tmp_path, "x/a.txt", "y/a.txt", "y/b.txt")
    found = discover([tmp_path / "x/a.txt", tmp_path / "y/a.txt", tmp_path / "y/b.txt"])
    assert names(found) == ["b.txt", "x/a.txt", "y/a.txt"]
    assert targets(found) == ["b.txt", "a.txt", "a.txt"]


def test_several_folders_are_each_under_their_own_name(tmp_path: Path) -> None:
    plant(tmp_path, "x/one/a.txt", "two/a.txt")
    found = discover([tmp_path / "two", tmp_path / "x/one"])
    assert names(found) == targets(found) == ["one/a.txt", "two/a.txt"]


def test_folders_with_one_base_name_are_told_apart_and_share_a_target(tmp_path: Path) -> None:
    plant(tmp_path, "x/pages/a.txt", "y/pages/a.txt", "z/a.txt")
    found = discover([tmp_path / "x/pages", tmp_path / "y/pages", tmp_path / "z"])
    assert names(found) == ["x/pages/a.txt", "y/pages/a.txt", "z/a.txt"]
    assert targets(found) == ["pages/a.txt", "pages/a.txt", "z/a.txt"]


def test_a_folder_beside_files_is_under_its_own_name(tmp_path: Path) -> None:
    plant(tmp_path, "root/a.txt", "a.txt")
    found = discover([tmp_path / "root", tmp_path / "a.txt"])
    assert names(found) == targets(found) == ["a.txt", "root/a.txt"]


def test_listed_files_are_named_below_the_folder_they_share(tmp_path: Path) -> None:
    plant(tmp_path, "corpus/x/a.txt", "corpus/y/a.txt", "corpus/y/b.html")
    listed = [tmp_path / "corpus" / name for name in ("y/b.html", "x/a.txt", "y/a.txt", "x/a.txt")]
    found = discover([], named_files=listed)
    assert names(found) == targets(found) == ["x/a.txt", "y/a.txt", "y/b.html"]
    assert names(discover([], named_files=listed[:1])) == ["b.html"]


def test_names_that_would_be_one_become_paths_below_the_common_folder(tmp_path: Path) -> None:
    plant(tmp_path, "x/y/a.txt", "q/x/y/a.txt", "q/x/b.txt")
    found = discover([tmp_path / "x"], named_files=[tmp_path / "q/x/y/a.txt", tmp_path / "q/x/b.txt"])
    assert len(set(names(found))) == 3
    plant(tmp_path, "q/y/a.txt", "q/z.txt")
    found = discover([tmp_path / "x/y"], named_files=[tmp_path / "q/y/a.txt", tmp_path / "q/z.txt"])
    assert names(found) == ["q/y/a.txt", "q/z.txt", "x/y/a.txt"]
    assert targets(found) == ["y/a.txt", "z.txt", "y/a.txt"]


def test_names_may_hold_line_ends_and_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    strange = [
        b"a\nb.txt",
        b"-rf.txt",
        b"\xff\xfe.txt",
        b" .txt",
        b"'\".txt",
        b"x" * 251 + b".txt",
        b"*.txt",
        b"a\\b.txt",
    ]
    for name in strange:
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    for found in (discover([tmp_path]), discover([tmp_path], exclude=["*.log"])):
        assert [os.fsencode(name) for name in names(found)] == sorted(strange)
        assert [source.read() for source in found.sources] == sorted(strange)
    assert len(discover([tmp_path], exclude=["*.txt"]).skipped) == len(strange)


def test_folders_a_hundred_deep_are_walked(tmp_path: Path) -> None:
    deep = "/".join(["deep"] * 100) + "/a.txt"
    assert names(discover([plant(tmp_path, deep)])) == [deep]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree").resolve()
    return plant(root, "a/a/f.txt", "a/b/a/f.txt", "b/a/a/f.txt", "a/f.txt", "b/f.txt")


PLACES = ["a", "b", "a/a", "a/b", "b/a", "b/a/a", "a/b/a", "a/f.txt", "b/a/a/f.txt", "a/a/f.txt"]


@given(st.sets(st.sampled_from(PLACES), min_size=1), st.sets(st.sampled_from(PLACES)))
def test_names_are_unique_relative_and_the_same_in_any_order(
    tree: Path, given_: set[str], listed: set[str]
) -> None:
    arguments, named = [tree / name for name in sorted(given_)], [tree / name for name in sorted(listed)]
    found = discover(arguments, named_files=named)
    assert discover(arguments[::-1], named_files=named[::-1]) == found
    assert len(set(names(found))) == len(names(found))
    assert len({source.path.resolve() for source in found.sources}) == len(found.sources)
    assert not any(name.startswith("/") or ".." in name for name in (*names(found), *targets(found)))
    places = {tree / name for name in given_ | listed}
    below = {path for place in places for path in [place, *place.rglob("*.txt")] if path.is_file()}
    assert {source.path.resolve() for source in found.sources} == below


# Groups


@pytest.mark.parametrize(
    ("group_by", "expected"),
    [
        ("auto", {"a/b/c.txt": "a", "a/d.txt": "a", "e.txt": "."}),
        ("site", {"a/b/c.txt": "a", "a/d.txt": "a", "e.txt": "."}),
        ("folder", {"a/b/c.txt": "a/b", "a/d.txt": "a", "e.txt": "."}),
        ("corpus", {"a/b/c.txt": ".", "a/d.txt": ".", "e.txt": "."}),
        ("none", {"a/b/c.txt": "", "a/d.txt": "", "e.txt": ""}),
    ],
)
def test_files_below_a_root_vote_with_their_site_folder_corpus_or_alone(
    tmp_path: Path, group_by: GroupBy, expected: dict[str, str]
) -> None:
    plant(tmp_path, "a/b/c.txt", "a/d.txt", "e.txt")
    assert groups(discover([tmp_path], group_by=group_by)) == expected


def test_groups_of_different_roots_are_different(tmp_path: Path) -> None:
    plant(
        tmp_path, "x/pages/s/a.txt", "x/pages/b.txt", "y/pages/s/a.txt", "y/pages/b.txt", "c.txt", "z/c.txt"
    )
    found = discover([tmp_path / "x/pages", tmp_path / "y/pages", tmp_path / "c.txt", tmp_path / "z/c.txt"])
    assert groups(found) == {
        "c.txt": ".",
        "x/pages/b.txt": "x/pages",
        "x/pages/s/a.txt": "x/pages/s",
        "y/pages/b.txt": "y/pages",
        "y/pages/s/a.txt": "y/pages/s",
        "z/c.txt": ".",
    }


def test_files_named_as_arguments_vote_together_or_by_their_folders(tmp_path: Path) -> None:
    plant(tmp_path, "x/a.txt", "y/b.txt", "y/c.txt")
    files = [tmp_path / "x/a.txt", tmp_path / "y/b.txt", tmp_path / "y/c.txt"]
    assert groups(discover(files)) == {"a.txt": ".", "b.txt": ".", "c.txt": "."}
    assert groups(discover(files, group_by="folder")) == {"a.txt": "./x", "b.txt": "./y", "c.txt": "./y"}
    assert set(groups(discover(files, group_by="none")).values()) == {""}
