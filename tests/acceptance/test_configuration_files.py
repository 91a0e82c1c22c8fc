"""Which rules strip, and who has the last word on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import BANNER, BODY, CLEAN_PAGE, HEADLINE, PAGE, a_file, dedupe

WITHOUT_REPEATS = "\n".join([BANNER, HEADLINE, *BODY]) + "\n"
WITHOUT_BANNER = "\n".join([HEADLINE, *BODY, *BODY, *BODY]) + "\n"


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), CLEAN_PAGE),
        (("--select", "ALL"), CLEAN_PAGE),
        (("--select", "DUP"), WITHOUT_REPEATS),
        (("--select", "BPL202"), WITHOUT_BANNER),
        (("--select", "BPL202", "--extend-select", "DUP"), CLEAN_PAGE),
        (("--ignore", "DUP"), WITHOUT_BANNER),
        (("--ignore", "BPL"), WITHOUT_REPEATS),
        (("--ignore", "ALL"), CLEAN_PAGE),
        (("--ignore", "BPL", "--extend-select", "BPL202"), CLEAN_PAGE),
        (("--select", "BPL", "--ignore", "BPL202"), PAGE),
        (("--select", "BPL202", "--ignore", "BPL202"), PAGE),
        (("--select", "BPL202", "--ignore", "BPL"), WITHOUT_BANNER),
        (("--select", "DUP,BPL"), CLEAN_PAGE),
        (("--select", "DUP", "--select", "BPL"), CLEAN_PAGE),
    ],
)
def test_the_longer_code_wins_then_ignore(args: tuple[str, ...], expected: str) -> None:
    dedupe("clean", *args, stdin=PAGE).exits(0).prints(expected)


def test_what_is_found_and_not_selected_is_reported() -> None:
    ran = dedupe("clean", "--select", "DUP", stdin=PAGE).exits(0)
    ran.says("found BPL202 known boilerplate (1 paragraph)")


def test_what_is_ignored_is_not_reported() -> None:
    assert "BPL202" not in dedupe("clean", "--ignore", "BPL", stdin=PAGE).exits(0).stderr


@pytest.mark.parametrize(
    ("user", "project", "variable", "args", "expected"),
    [
        ("DUP", None, None, (), WITHOUT_REPEATS),
        ("DUP", "BPL", None, (), WITHOUT_BANNER),
        ("DUP", "BPL", "DUP", (), WITHOUT_REPEATS),
        ("DUP", "BPL", "DUP", ("--config", "select=['BPL']"), WITHOUT_BANNER),
        ("DUP", "BPL", "DUP", ("--select", "BPL"), WITHOUT_BANNER),
        ("DUP", "BPL", "DUP", ("--isolated",), CLEAN_PAGE),
        ("DUP", "DUP", None, ("--config", "other.toml"), WITHOUT_BANNER),
    ],
)
def test_flags_then_variables_then_project_then_user_decide(
    tmp_path: Path, user: str, project: str | None, variable: str | None, args: tuple[str, ...], expected: str
) -> None:
    a_file(tmp_path / "home" / ".config" / "dedupe" / "dedupe.toml", f"select = ['{user}']\n")
    a_file(tmp_path / "work" / "other.toml", "select = ['BPL']\n")
    if project is not None:
        a_file(tmp_path / "work" / "pyproject.toml", f"[tool.dedupe]\nselect = ['{project}']\n")
    env = {"HOME": str(tmp_path / "home")} | ({"DEDUPE_SELECT": variable} if variable else {})
    (tmp_path / "work").mkdir(exist_ok=True)
    dedupe("clean", *args, stdin=PAGE, cwd=tmp_path / "work", env=env).exits(0).prints(expected)


def test_a_wrong_key_stops_before_anything_is_read(tmp_path: Path) -> None:
    a_file(tmp_path / "pyproject.toml", "[tool.dedupe]\nselekt = ['DUP']\n")
    ran = dedupe("clean", stdin=PAGE, cwd=tmp_path).exits(2).prints("")
    ran.says_only(f"error: {tmp_path}/pyproject.toml: unknown key 'selekt'; did you mean 'select'?\n")


UNUSABLE = {
    "a folder": "is not a file; remove it, or add --isolated",
    "a pipe": "is not a file; remove it, or add --isolated",
    "a link to nothing": "no such file or directory; check it, or name another with --config",
    "no UTF-8": "not UTF-8; save it as UTF-8, or name another with --config",
    "nested": "not valid TOML: nested too deeply",
}


@pytest.mark.parametrize("name", ["dedupe.toml", "pyproject.toml", "user"])
@pytest.mark.parametrize(("kind", "message"), UNUSABLE.items())
def test_a_configuration_that_cannot_be_used_is_named_and_nothing_is_read(
    tmp_path: Path, name: str, kind: str, message: str
) -> None:
    work = tmp_path / "work"
    path = tmp_path / ".config" / "dedupe" / "dedupe.toml" if name == "user" else work / name
    for folder in (work, path.parent):
        folder.mkdir(parents=True, exist_ok=True)
    match kind:
        case "a folder":
            path.mkdir()
        case "a pipe":
            os.mkfifo(path)
        case "a link to nothing":
            path.symlink_to("nothing")
        case "no UTF-8":
            path.write_text("[tool.dedupe]\n", encoding="utf-16")
        case _:
            path.write_text(f"dedupe = {'[' * 9999}{']' * 9999}\n")
    ran = dedupe("clean", stdin=PAGE, cwd=work, env={"HOME": str(tmp_path)}).exits(2).prints("")
    ran.says_only(f"error: {path}: {message}\n")
    dedupe("clean", "--isolated", stdin=PAGE, cwd=work, env={"HOME": str(tmp_path)}).exits(0)


def test_a_key_where_a_table_belongs_is_named(tmp_path: Path) -> None:
    path = a_file(tmp_path / "pyproject.toml", "[tool]\ndedupe = 3\n")
    ran = dedupe("clean", stdin=PAGE, cwd=tmp_path).exits(2).prints("")
    ran.says_only(f"error: {path}: tool.dedupe: expected a table, [tool.dedupe]\n")


def test_a_variable_for_what_stands_on_the_command_line_only_is_mentioned() -> None:
    ran = dedupe("clean", stdin=PAGE, env={"DEDUPE_IN_PLACE": "1"}).exits(0)
    ran.says("warning: DEDUPE_IN_PLACE is not read; give --in-place on the command line\n")


def test_a_scanned_folder_configures_nothing(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "dedupe.toml", "ignore = ['ALL']\n")
    a_file(tmp_path / "in" / "a.txt")
    dedupe("clean", "in", cwd=tmp_path).exits(0).prints(f"==> a.txt <==\n{CLEAN_PAGE}")


def test_a_misspelt_variable_is_mentioned() -> None:
    ran = dedupe("clean", stdin=PAGE, env={"DEDUPE_TRESHOLD": "0.9"}).exits(0)
    ran.says("warning: DEDUPE_TRESHOLD is not read; did you mean DEDUPE_THRESHOLD?\n")
