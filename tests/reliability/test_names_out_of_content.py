"""F3: what a record calls itself is never a path; nothing is written outside the output folder."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import PAGE, a_file, dedupe, tree

DEEP = ["../" * depth + "escaped" for depth in range(1, 12)]
ODD = [
    "/etc/escaped",
    "//escaped",
    "~/escaped",
    "~root",
    "..",
    ".",
    "",
    "...",
    "../../",
    "a/../../escaped",
    "a/./b",
    "\\..\\..\\escaped",
    "C:\\escaped",
    "C:escaped",
    "\\\\host\\share",
    "file:///escaped",
    "http://escaped/",
    "con",
    "nul",
    "aux.txt",
    "$HOME/escaped",
    "$(touch escaped)",
    "`touch escaped`",
    "; touch escaped",
    "| touch escaped",
    "\n../escaped",
    "\r\nescaped",
    "a\0b",
    "\x1b[2J",
    "%2e%2e/escaped",
    "%2e%2e%2fescaped",
    "..%2fescaped",
    "..%c0%afescaped",
    "..;/escaped",
    "....//escaped",
    "..\u2215escaped",
    "\u2024\u2024/escaped",
    "\uff0e\uff0e/escaped",
    "\ud800",
    "\udcff",
    "\u202e",
    "e\u0301",
    ".dedupe",
    ".dedupe/lock",
    ".dedupe/marker",
    ".dedupe/staging/0",
    ".dedupe-backup",
    ".git/config",
    ".bashrc",
    "-rf",
    "--",
    "*",
    "?",
    "[a]",
    "a" * 300,
    "a/" * 200,
    "plan.jsonl",
    "records.jsonl",
    "records.jsonl:1",
    "out",
    "out/../../escaped",
    "/proc/self/mem",
    "/dev/null",
    "/dev/stdout",
    "dev/fd/1",
]
IDS = [
    *DEEP,
    *ODD,
    *(f"{name}.txt" for name in DEEP),
    *(f"x/{name}" for name in DEEP),
    *(f"{name}\0.txt" for name in DEEP),
]


def test_a_hundred_hostile_names_escape_nowhere(tmp_path: Path) -> None:
    assert len(IDS) >= 100
    room = tmp_path / "a" / "b" / "c"
    lines = [
        json.dumps({"id": name, "url": f"https://{name}", "text": PAGE + f"{number}\n"})
        for number, name in enumerate(IDS)
    ]
    a_file(room / "records.jsonl", "\n".join(lines).encode("utf-8", "surrogatepass"))
    rows = "".join(f'"{name}","{PAGE}"\n'.replace("\0", "") for name in IDS if '"' not in name)
    a_file(room / "rows.csv", ("id,text\n" + rows).encode("utf-8", "surrogatepass"))
    ran = dedupe(
        "clean",
        "records.jsonl",
        "rows.csv",
        "-o",
        "out",
        "--plan",
        "plan.jsonl",
        "--report",
        "page.html",
        "--report",
        "r.csv",
        cwd=room,
    )
    assert ran.code in (0, 3), str(ran)
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=room).exits(0)
    ran = dedupe("clean", "records.jsonl", "rows.csv", "--in-place", "--yes", cwd=room)
    assert ran.code in (0, 3), str(ran)
    written = {name.removeprefix("a/b/c/") for name in tree(tmp_path)}
    ours = {
        name
        for name in written
        if name.startswith((".dedupe-backup/0001/", "out/.dedupe/")) or name == ".dedupe-backup/lock"
    }
    assert written - ours == {
        "records.jsonl",
        "rows.csv",
        "out/records.jsonl",
        "out/rows.csv",
        "back/records.jsonl",
        "back/rows.csv",
        "plan.jsonl",
        "page.html",
        "r.csv",
    }
    assert not list(Path("/").glob("escaped*"))
