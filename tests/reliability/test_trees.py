"""L6, F1, S8: files met twice, links that lead out, things that are no files, and names nobody expects."""

from __future__ import annotations

import json
import os
import random
import socket
from pathlib import Path

import pytest
from command_line import CLEAN_PAGE, PAGE, a_file, dedupe, dedupe_on_terminal, tree
from test_hostile_text import is_inert

WAYS_TO_MEET_A_FILE_TWICE = {
    "one folder twice": ("in", "in"),
    "a folder and itself": ("in", "./in", "in/.", "in/sub/.."),
    "overlapping folders": ("in", "in/sub"),
    "a folder and its file": ("in", "in/a.txt"),
    "a link to the folder": ("in", "link"),
    "a loop of links": ("in", "--follow-symlinks"),
}


@pytest.mark.parametrize("way", WAYS_TO_MEET_A_FILE_TWICE)
@pytest.mark.parametrize("rules", [(), ("--select", "ALL")])
def test_a_file_that_is_met_twice_is_never_its_own_duplicate(
    tmp_path: Path, way: str, rules: tuple[str, ...]
) -> None:
    a_file(tmp_path / "in" / "a.txt")
    a_file(
        tmp_path / "in" / "sub" / "b.txt", "Another page altogether.\nNothing in it stands anywhere else.\n"
    )
    (tmp_path / "in" / "sub" / "loop").symlink_to("..")
    (tmp_path / "link").symlink_to("in")
    ran = dedupe("clean", *WAYS_TO_MEET_A_FILE_TWICE[way], *rules, "-n", "--report", "r.json", cwd=tmp_path)
    ran.exits(0).says("2 documents")
    totals = json.loads((tmp_path / "r.json").read_text())["totals"]
    assert not {"DOC401", "DOC402", "XDP301", "XDP302"} & {*totals["removed"], *totals["found"]}


def test_links_pipes_devices_and_sockets_are_not_opened(tmp_path: Path) -> None:
    secret = a_file(
        tmp_path / "secret.txt", "What lies outside must not be read, nor written anywhere.\n" * 2
    )
    folder = tmp_path / "in"
    a_file(folder / "a.txt")
    (folder / "out.txt").symlink_to(secret)
    (folder / "far.txt").symlink_to("/etc/passwd")
    (folder / "up").symlink_to("..")
    os.mkfifo(folder / "pipe.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    listener = socket.socket(socket.AF_UNIX)
    with listener:
        listener.bind(os.path.relpath(folder / "socket.txt"))
        ran = dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    assert {name for name in tree(tmp_path / "out") if not name.startswith(".dedupe")} == {"a.txt"}
    assert "must not be read" not in (tmp_path / "plan.jsonl").read_text()
    assert "1 document," in ran.stderr


ALPHABET = [
    *(b"\n", b"\r", b"\t", b"\x1b[31m", b"\x1b]0;x\x07", b"\x7f", b"\x9b", b"\xff\xfe", b"\xed\xa0\x80"),
    *(b"'", b'"', b"`", b"$(id)", b"\\", b" ", b"-", b"--", b"*", b"?", b"[", b"%s", b"{}", b"&", b";", b"|"),
    *(b"::error::", b"##[group]", b"[red]", b":smile:", b"<script>", b"=1+1", b"@", b"#"),
    *("\u202e".encode(), "\u2066".encode(), "\U000e0041".encode(), "é".encode(), "e\u0301".encode()),
]


def hostile_names(count: int) -> list[bytes]:
    chosen = random.Random(8)
    names = {b"".join(chosen.choices(ALPHABET, k=chosen.randrange(1, 6))) + b".txt" for _ in range(count * 2)}
    return [b"x" * 251 + b".txt", *sorted(names - {b".txt"})][:count]


def test_hostile_names_are_processed_shown_escaped_and_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    names = [name for name in hostile_names(100) if not name.startswith(b".")]
    for number, name in enumerate(names):
        (folder / os.fsdecode(name)).write_text(PAGE + f"Page {number} ends here.\n")
    assert len(names) >= 60
    rules = ("--ignore", "BPL201")
    for args in (("-n",), ("-n", "-v"), ("-n", "--diff"), ("--show-files",)):
        shown = dedupe_on_terminal("clean", "in", *rules, *args, cwd=tmp_path).exits(0).stdout
        assert is_inert(shown)
    for form in ("full", "concise", "github", "markdown"):
        assert is_inert(
            dedupe_on_terminal("check", "in", *rules, "--output-format", form, cwd=tmp_path).exits(1).stdout
        )
    dedupe(
        "clean", "in", *rules, "-o", "out", "--plan", "plan.jsonl", "--report", "r.md", cwd=tmp_path
    ).exits(0)
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    for number, name in enumerate(names):
        path = os.fsdecode(name)
        assert (tmp_path / "out" / path).read_text() == CLEAN_PAGE + f"Page {number} ends here.\n"
        assert (tmp_path / "back" / path).read_text() == PAGE + f"Page {number} ends here.\n"
