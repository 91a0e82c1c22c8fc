"""How much memory a run may hold and where its temporary files are: said clearly, and never seen in a result."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import CLEAN_PAGE, PAGE, a_file, dedupe, tree

EXPECTED = "expected a size such as 500M or 2G, or none, got"
TOO_LITTLE = "is too little to work with; give at least 64M"
SEE = "; see dedupe clean --help"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("5X", f"--max-memory: {EXPECTED} '5X'{SEE}"),
        ("", f"--max-memory: {EXPECTED} ''{SEE}"),
        ("-1G", f"--max-memory: {EXPECTED} '-1G'{SEE}"),
        ("\x1b[31m", f"--max-memory: {EXPECTED} '\\x1b[31m'{SEE}"),
        ("60M", f"max-memory of 62,914,560 bytes {TOO_LITTLE}"),
        ("0", f"max-memory of 0 bytes {TOO_LITTLE}"),
    ],
)
def test_a_limit_that_is_none_is_one_clear_line_and_nothing_is_read(
    tmp_path: Path, value: str, message: str
) -> None:
    ran = dedupe("clean", f"--max-memory={value}", stdin=PAGE, cwd=tmp_path).exits(2).prints("")
    ran.says_only(f"error: {message}\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("max-memory = '5X'", f"max-memory: {EXPECTED} '5X'"),
        ("max-memory = true", f"max-memory: {EXPECTED} True"),
        ("max-memory = 1.5", f"max-memory: {EXPECTED} 1.5"),
        ("max-memory = 1000", f"max-memory: max-memory of 1,000 bytes {TOO_LITTLE}"),
        ("tmp-dir = 5", "tmp-dir: expected a text, got 5"),
    ],
)
def test_a_wrong_limit_in_a_file_is_named_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    path = a_file(tmp_path / "dedupe.toml", f"{line}\n")
    dedupe("clean", stdin=PAGE, cwd=tmp_path).exits(2).prints("").says_only(f"error: {path}: {message}\n")


def test_a_wrong_limit_in_a_variable_is_named_with_it() -> None:
    ran = dedupe("clean", stdin=PAGE, env={"DEDUPE_MAX_MEMORY": "lots"}).exits(2).prints("")
    ran.says_only(f"error: DEDUPE_MAX_MEMORY: max-memory: {EXPECTED} 'lots'\n")


def test_files_variables_and_flags_set_limits_in_their_order(tmp_path: Path) -> None:
    a_file(tmp_path / "dedupe.toml", "max-memory = 1000000000\ntmp-dir = 'spill'\n")
    shown = dedupe("clean", "--show-settings", cwd=tmp_path).exits(0).out
    assert f'max-memory = "1000000000"  # {tmp_path}/dedupe.toml\n' in shown
    assert f'tmp-dir = "spill"  # {tmp_path}/dedupe.toml\n' in shown
    env = {"DEDUPE_MAX_MEMORY": "500m", "DEDUPE_TMP_DIR": "/tmp"}
    shown = dedupe("clean", "--show-settings", "--max-memory", "none", cwd=tmp_path, env=env).exits(0).out
    assert 'max-memory = "none"  # command line\n' in shown
    assert 'tmp-dir = "/tmp"  # DEDUPE_TMP_DIR\n' in shown


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("gone", "gone: no such file or directory; make the folder first, or name another with --tmp-dir"),
        ("page.txt", "page.txt: not a directory; name a folder with --tmp-dir"),
        ("", "--tmp-dir: an empty path; is a variable in the command not set?"),
    ],
)
def test_a_folder_that_cannot_be_used_stops_before_anything_is_read(
    tmp_path: Path, folder: str, message: str
) -> None:
    a_file(tmp_path / "page.txt")
    ran = dedupe("clean", "page.txt", f"--tmp-dir={folder}", "-o", "out", cwd=tmp_path).exits(2).prints("")
    ran.says_only(f"error: {message}\n")
    assert tree(tmp_path) == {"page.txt": PAGE.encode()}
    assert not (tmp_path / "out").exists()


def test_limits_never_change_a_result(tmp_path: Path) -> None:
    for number in range(4):
        a_file(tmp_path / "in" / f"{number}.txt", PAGE + f"Report {number} was filed.\n")
    (tmp_path / "spill").mkdir()
    results = []
    for limits in ((), ("--max-memory", "64M", "--tmp-dir", "spill"), ("--max-memory", "8G")):
        ran = dedupe(
            "clean", "in", "--plan", "plan.jsonl", "--report", "r.json", "--diff", *limits, cwd=tmp_path
        ).exits(0)
        results.append((ran.stdout, ran.stderr, tree(tmp_path)))
        for name in ("plan.jsonl", "r.json"):
            (tmp_path / name).unlink()
    assert results[0] == results[1] == results[2]
    assert list((tmp_path / "spill").iterdir()) == []


def test_a_page_on_a_pipe_has_its_limits_too(tmp_path: Path) -> None:
    ran = dedupe("clean", "--max-memory", "1G", "--tmp-dir", tmp_path, stdin=PAGE).exits(0)
    ran.prints(CLEAN_PAGE)
