"""Scraped text and file names cannot act on a terminal, and are byte-exact on a pipe."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from command_line import BODY, PAGE, a_file, dedupe, dedupe_on_terminal

PAYLOADS = [
    b"\x1b[2J\x1b[31mred",
    b"\x1b]0;title\x07",
    b"\x1b]52;c;aGFja2Vk\x07",
    b"\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\",
    b"\x1bP$q\x1b\\",
    "\x9b2J".encode(),
    "a\u202eb\u2066c".encode(),
    b"\x08\x08\x08backspace",
    "tags \U000e0041\U000e007f".encode(),
]
MARKUP = ["[red]", "[/x]", "[/wiki/Foo]", ":smile:", "[link=http://example.org]x[/link]", "[bold", "\\[red]"]
OUR_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


def is_inert(shown: bytes) -> bool:
    text = OUR_COLOUR.sub(b"", shown).decode("utf-8")
    return not re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e0fff]", text
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_control_sequences_are_inert_on_a_terminal_and_exact_on_a_pipe(
    tmp_path: Path, payload: bytes
) -> None:
    line = payload + b" " + BODY[0].encode()
    content = line + b"\n" + BODY[1].encode() + b"\n" + line + b"\n"
    page = a_file(tmp_path / "page.txt", content)
    ran = dedupe("clean", page).exits(0)
    assert ran.stdout == line + b"\n" + BODY[1].encode() + b"\n", str(ran)
    for args in ((), ("--diff",), ("-v",), ("--color", "never")):
        shown = dedupe_on_terminal("clean", page, *args).exits(0).stdout
        assert is_inert(shown), shown
        assert b"ferry" in shown


@pytest.mark.parametrize(
    "name",
    [
        b"\x1b[31m.txt",
        b"new\nline.txt",
        b"\xff\xfe.txt",
        b"-n.txt",
        b"quote'\".txt",
        "\u202etxt.exe.txt".encode(),
        b"x" * 251 + b".txt",
    ],
)
def test_hostile_file_names_are_processed_and_shown_escaped(tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    try:
        (folder / os.fsdecode(name)).write_text(PAGE)
    except OSError:
        pytest.skip("this file system does not take the name")
    for args in ((), ("--diff",), ("-v",), ("-n", "--report", "r.md")):
        ran = dedupe_on_terminal("clean", "in", *args, cwd=tmp_path).exits(0)
        assert is_inert(ran.stdout), ran.stdout
    before = (folder / os.fsdecode(name)).read_bytes()
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", "--report", "r.json", cwd=tmp_path).exits(0)
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    assert (tmp_path / "back" / os.fsdecode(name)).read_bytes() == before
    named = dedupe("clean", b"./in/" + name, cwd=tmp_path).exits(0)
    assert named.stdout.startswith(b"Island ferry"), str(named)


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_and_emoji_codes_are_literal(tmp_path: Path, markup: str) -> None:
    line = f"{markup} {BODY[0]}"
    a_file(tmp_path / f"{markup.replace('/', '_')}.txt", f"{line}\n{BODY[1]}\n{line}\n")
    for colour in ("never", "always"):
        ran = dedupe("clean", tmp_path, "--color", colour, env={"COLUMNS": "160"}).exits(0)
        shown = re.sub(r"\x1b\[[0-9;]*m", "", ran.stderr)
        assert f"{markup.replace('/', '_')}.txt: 1 of 3 paragraphs removed\n" in shown, str(ran)
        assert f"exact repeat       {markup}" in shown, str(ran)


def is_a_command(line: str) -> bool:
    """Return whether a build server obeys the line: `::` at its start, the others anywhere in it."""
    return line.lstrip().startswith("::") or "##[" in line or "##vso[" in line.lower()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("::error::x.txt", "\\x3a:error::x.txt"),
        (" ::add-mask::a.txt", " \\x3a:add-mask::a.txt"),
        (":", "\\x3a"),
        ("##[error]x.txt", "#\\x23[error]x.txt"),
        ("a ##vso[task.x]y.txt", "a #\\x23vso[task.x]y.txt"),
        ("##VSO[task.x]y.txt", "#\\x23VSO[task.x]y.txt"),
    ],
)
def test_a_file_name_is_no_command_to_a_build_server(tmp_path: Path, name: str, shown: str) -> None:
    a_file(tmp_path / "in" / name)
    a_file(tmp_path / "in" / "c.txt", f"{name} {BODY[0]}\n\n{name} {BODY[0]}\n")
    a_file(tmp_path / "in" / f"{name}.txt" / "b.txt", BODY[0].encode("utf-16-le"))
    args = ("in", "--include", "*", "-o", "out", "--report", "r.md")
    for more in ((), ("-v",), ("--color", "always")):
        ran = dedupe("clean", *args, *more, cwd=tmp_path).exits(3)
        plain = OUR_COLOUR.sub(b"", ran.stderr.encode()).decode()
        assert not list(filter(is_a_command, ran.stderr.splitlines())), str(ran)
        assert not list(filter(is_a_command, plain.splitlines())), str(ran)
        assert f"{shown}: " in plain, str(ran)
    for words in (("clean", name), ("clean", name, "--debug"), ("restore", name)):
        ran = dedupe(*words, cwd=tmp_path).exits(2)
        assert not list(filter(is_a_command, ran.stderr.splitlines())), str(ran)


def test_a_header_line_cannot_be_forged_by_a_file_name(tmp_path: Path) -> None:
    a_file(tmp_path / "a <==\n==> b.txt")
    ran = dedupe("clean", tmp_path).exits(0)
    assert ran.stdout.startswith(b"==> a <==\\n==> b.txt <==\n"), str(ran)


@pytest.mark.parametrize(
    "args", [("clean", "\x1b[31mno.txt"), ("clean", "--\x1b[31m"), ("\x1b[31m",), ("restore", "\x1b]0;x\x07")]
)
def test_what_was_typed_is_shown_harmless_in_errors(args: tuple[str, ...]) -> None:
    ran = dedupe(*args).exits(2)
    assert "\x1b" not in ran.stderr, str(ran)
