"""`--in-place` asks first, keeps a backup, and can be undone."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import CLEAN_ARTICLE, CLEAN_PAGE, PAGE, a_file, dedupe, dedupe_on_terminal, tree


def test_files_are_replaced_and_originals_and_plan_lie_in_the_backup_folder(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / "in" / "b" / "b.txt", CLEAN_ARTICLE)
    ran = dedupe("clean", "in", "--in-place", "--yes", cwd=tmp_path).exits(0).prints("")
    assert (tmp_path / "in" / "a.txt").read_text() == CLEAN_PAGE
    assert (tmp_path / "in" / "b" / "b.txt").read_text() == CLEAN_ARTICLE
    run = tmp_path / "in" / ".dedupe-backup" / "0001"
    assert tree(run).keys() == {"plan.jsonl", "files/a.txt"}
    assert (run / "files" / "a.txt").read_text() == PAGE
    assert ran.stderr.splitlines()[-1] == "next: dedupe restore in/.dedupe-backup/0001/plan.jsonl", str(ran)


def test_the_next_command_of_an_in_place_run_brings_the_originals_back(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    ran = dedupe("clean", "in", "--in-place", "--yes", cwd=tmp_path).exits(0)
    command = ran.stderr.splitlines()[-1].removeprefix("next: dedupe ").split()
    dedupe(*command, cwd=tmp_path).exits(0).says_only("1 file restored\n")
    assert (tmp_path / "in" / "a.txt").read_text() == PAGE


def test_a_file_by_itself_has_its_backup_beside_it_or_where_it_was_asked_for(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt")
    a_file(tmp_path / "b.txt")
    dedupe("clean", "a.txt", "--in-place", "--yes", cwd=tmp_path).exits(0)
    assert (tmp_path / ".dedupe-backup" / "0001" / "files" / "a.txt").read_text() == PAGE
    dedupe("clean", "b.txt", "--in-place", "--yes", "--backup-dir", "kept", cwd=tmp_path).exits(0)
    assert (tmp_path / "kept" / "0001" / "files" / "b.txt").read_text() == PAGE


def test_the_plan_is_written_where_it_was_asked_for_too(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    dedupe("clean", "in", "--in-place", "--yes", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    backup = tmp_path / "in" / ".dedupe-backup" / "0001" / "plan.jsonl"
    assert backup.read_bytes() == (tmp_path / "plan.jsonl").read_bytes()


def test_nothing_to_replace_leaves_no_backup_folder_behind(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt", CLEAN_ARTICLE)
    before = tree(tmp_path)
    ran = dedupe("clean", "in", "--in-place", "--yes", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    ran.says("no file had to be replaced")
    assert tree(tmp_path).keys() == {*before, "plan.jsonl"}


def test_a_second_run_in_place_changes_nothing(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    dedupe("clean", "in", "--in-place", "--yes", cwd=tmp_path).exits(0)
    before = tree(tmp_path)
    dedupe("clean", "in", "--in-place", "--yes", cwd=tmp_path).exits(0)
    assert tree(tmp_path) == before


def test_on_a_terminal_it_asks_and_no_is_exit_code_0_and_changes_nothing(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    before = tree(tmp_path)
    for typed in (b"n\n", b"\n", b"nonsense\n", b"\x04"):
        ran = dedupe_on_terminal("clean", "in", "--in-place", typed=typed, cwd=tmp_path).exits(0)
        assert b"take 11 paragraphs out of 1 file, in place? [y/N]" in ran.stdout, str(ran)
        assert tree(tmp_path) == before


def test_on_a_terminal_yes_replaces(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    dedupe_on_terminal("clean", "in", "--in-place", typed=b"y\n", cwd=tmp_path).exits(0)
    assert (tmp_path / "in" / "a.txt").read_text() == CLEAN_PAGE


def test_a_dry_run_in_place_asks_nothing_and_changes_nothing(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    before = tree(tmp_path)
    ran = dedupe("clean", "in", "--in-place", "-n", "--report", "r.json", cwd=tmp_path).exits(0)
    ran.says("next: dedupe clean in --in-place\n")
    assert tree(tmp_path).keys() == {*before, "r.json"}
    assert json.loads((tmp_path / "r.json").read_text())["totals"]["removed"] == {"BPL202": 1, "DUP101": 10}


def test_permissions_stay(tmp_path: Path) -> None:
    page = a_file(tmp_path / "in" / "a.txt")
    page.chmod(0o640)
    dedupe("clean", "in", "--in-place", "--yes", cwd=tmp_path).exits(0)
    assert page.stat().st_mode & 0o777 == 0o640
