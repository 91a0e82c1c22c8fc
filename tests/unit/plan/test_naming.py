"""What a person types names one document of a plan, or is refused with what would help."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from made_edits import edit_of, plan_of
from run_here import dedupe_here

from dedupe.errors import UsageError
from dedupe.plan import PlanIndex, index_plan
from dedupe.plan.naming import entry_of, record_at

NAMES = ("a.txt", "s/a.txt", "s/b.txt", "t/b.txt", "u/c.txt")


@pytest.fixture
def index(tmp_path: Path) -> PlanIndex:
    """A plan of five documents, of which three have clean files."""
    for name in NAMES:
        file = tmp_path / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x\n")
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_bytes(b"x\n")
    plan_of(
        tmp_path / "plan",
        [edit_of(name, b"x\n") for name in NAMES],
        root=str(tmp_path / "out"),
        read={name: str(tmp_path / "in" / name) for name in NAMES[:3]},
        written={name: name for name in NAMES[:3]},
    )
    return index_plan(tmp_path / "plan")


@pytest.mark.parametrize("name", NAMES)
def test_the_name_itself_comes_first(index: PlanIndex, name: str) -> None:
    entry, by_clean_file = entry_of(index, name)
    assert (entry.name, by_clean_file) == (name, False)


@pytest.mark.parametrize("name", NAMES[:3])
def test_a_path_names_what_was_read_there_or_written(index: PlanIndex, tmp_path: Path, name: str) -> None:
    entry, by_clean_file = entry_of(index, str(tmp_path / "in" / name))
    assert (entry.name, by_clean_file) == (name, False)
    entry, by_clean_file = entry_of(index, str(tmp_path / "out" / name))
    assert (entry.name, by_clean_file) == (name, True)


def test_a_path_may_lead_over_links(index: PlanIndex, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "in")
    assert entry_of(index, str(tmp_path / "link" / "s" / "b.txt"))[0].name == "s/b.txt"
    (tmp_path / "b.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError):
        entry_of(index, str(tmp_path / "b.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_in_a_root_that_is_given_all_lie_under_their_names(
    index: PlanIndex, tmp_path: Path, name: str
) -> None:
    root = tmp_path / "moved"
    entry, by_clean_file = entry_of(index, str(root / name), root=root)
    assert (entry.name, by_clean_file) == (name, False)


def test_clean_files_are_looked_for_in_the_root_that_is_given(tmp_path: Path) -> None:
    plan_of(tmp_path / "plan", [edit_of("a.html", b"x\n")], root="/nowhere", written={"a.html": "a.txt"})
    indexed, moved = index_plan(tmp_path / "plan"), tmp_path / "moved"
    entry, by_clean_file = entry_of(indexed, str(moved / "a.txt"), root=moved)
    assert (entry.name, by_clean_file) == ("a.html", True)
    with pytest.raises(UsageError):
        entry_of(indexed, "/nowhere/a.txt", root=moved)
    assert entry_of(indexed, "/nowhere/a.txt")[1]


def test_where_a_plan_tells_no_root_no_clean_file_is_found(tmp_path: Path) -> None:
    plan_of(tmp_path / "plan", [edit_of("a.html", b"x\n")], written={"a.html": "a.txt"})
    with pytest.raises(UsageError):
        entry_of(index_plan(tmp_path / "plan"), "/a.txt")


def test_the_end_of_a_name_names_it_if_it_is_the_only_one(index: PlanIndex) -> None:
    entry, by_clean_file = entry_of(index, "c.txt")
    assert (entry.name, by_clean_file) == ("u/c.txt", False)
    with pytest.raises(UsageError) as refused:
        entry_of(index, "b.txt")
    assert str(refused.value) == "b.txt: 2 documents are called so (s/b.txt, t/b.txt); give the whole name"


def test_of_many_with_one_end_five_are_named(tmp_path: Path) -> None:
    for count, said in ((5, "0/a, 1/a, 2/a, 3/a, 4/a"), (8, "0/a, 1/a, 2/a, 3/a, 4/a and 3 more")):
        plan_of(tmp_path / "plan", [edit_of(f"{number}/a", b"x\n") for number in range(count)])
        with pytest.raises(UsageError) as refused:
            entry_of(index_plan(tmp_path / "plan"), "a")
        assert f"{count} documents are called so ({said}); " in str(refused.value)


def test_where_nothing_has_the_name_it_is_said_how_names_read(index: PlanIndex, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        entry_of(index, "other")
    said = f"other: {tmp_path / 'plan'} has no such document; its names read like {', '.join(NAMES)}"
    assert str(refused.value) == said
    plan_of(tmp_path / "empty", [])
    with pytest.raises(UsageError) as refused:
        entry_of(index_plan(tmp_path / "empty"), "other")
    assert str(refused.value).endswith(" has no such document; its names read like nothing")


def test_a_record_is_named_by_the_path_of_its_file_and_its_number(tmp_path: Path) -> None:
    (tmp_path / "a:b.jsonl").write_bytes(b'{"text": "one"}\n{"text": "two"}\n')
    dedupe_here("clean", "a:b.jsonl", "-o", "out", "--plan", "plan", cwd=tmp_path).exits(0)
    index = index_plan(tmp_path / "plan")
    path, moved = str(tmp_path / "a:b.jsonl"), tmp_path / "moved"
    for number in (1, 2):
        entry = record_at(index, f"{path}:{number}")
        assert entry is not None
        assert entry.name == f"a:b.jsonl:{number}"
        assert entry_of(index, f"{path}:{number}") == (entry, False)
        assert entry_of(index, f"{moved / 'a:b.jsonl'}:{number}", root=moved) == (entry, False)
        assert record_at(index, f"{moved / 'a:b.jsonl'}:{number}", root=moved) == entry
        assert record_at(index, f"{moved / 'a:b.jsonl'}:{number}") is None
        assert record_at(index, f"{moved / 'other'}:{number}", root=moved) is None
    for typed in (
        path,
        f"{path}:",
        f"{path}:x",
        f"{path}:3",
        f"{path}:²",
        f"{tmp_path}/other:1",
        "1",
        os.devnull,
    ):
        assert record_at(index, typed) is None
        assert record_at(index, typed, root=tmp_path / "nowhere") is None
