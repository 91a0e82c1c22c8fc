"""Of documents that are copies one is written, the one that was asked for, and the others can be had back."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CHECKOUT, CLEAN_ARTICLE, a_file, dedupe, environment, tree

SHORT, MIDDLE, LONG = (
    CLEAN_ARTICLE + more
    for more in (
        "",
        "Rain will delay it.\n",
        "Rain will delay it, and so will gulls that have nested in the lamp.\n",
    )
)
OTHER = (
    "A seal that had slept on the slipway for a week was led back to the water on Friday by two wardens.\n"
)
HEAVY = ("numpy", "datasketch", "scipy")
LISTING_IMPORTS = """
import sys
from dedupe.cli.main import main
code = main(sys.argv[1:])
sys.stdout.write(" ".join(name for name in {heavy!r} if name in sys.modules))
raise SystemExit(code)
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    for name, text in (("a", MIDDLE), ("b", LONG), ("c", SHORT), ("d", OTHER), ("e", SHORT)):
        a_file(tmp_path / "in" / f"{name}.txt", text)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ((), "abcde"),
        (("--select", "DOC"), "abd"),
        (("--select", "DOC", "--keep", "first"), "abd"),
        (("--select", "DOC", "--keep", "last"), "bde"),
        (("--select", "DOC", "--keep", "longest"), "bd"),
        (("--select", "DOC401", "--keep", "last"), "abde"),
        (("--select", "DOC402"), "abd"),
        (("--select", "DOC", "--threshold", "0.5"), "ad"),
    ],
)
def test_one_of_several_copies_is_written(room: Path, options: tuple[str, ...], written: str) -> None:
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", *options, cwd=room).exits(0)
    assert "".join(sorted(path.stem for path in (room / "out").glob("*.txt"))) == written
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=room).exits(0)
    assert tree(room / "back") == tree(room / "in")


def test_the_report_says_which_document_stays_and_how_near_it_is(room: Path) -> None:
    for name in "bde":
        (room / "in" / f"{name}.txt").unlink()
    dedupe("clean", "in", "-n", "--keep", "last", "--report", "r.md", cwd=room).exits(0).says(
        "a.txt: nothing removed\n  found DOC402 duplicate document, near: c.txt\n"
    ).says("found    DOC402 duplicate document, near  1 document\n")
    assert (
        "- **DOC402** duplicate document, near, lines 1 to 3, score 0.89; also at `c.txt` lines 1 to 2"
        " (jaccard 0.886, contained 0.886, tokens 39)\n" in (room / "r.md").read_text()
    )


def test_a_configuration_file_may_choose_which_stays(room: Path) -> None:
    a_file(room / "dedupe.toml", 'keep = "longest"\nselect = ["DOC"]\n')
    dedupe("clean", "in", "-o", "out", cwd=room).exits(0)
    assert [path.name for path in sorted((room / "out").glob("*.txt"))] == ["b.txt", "d.txt"]


def test_documents_are_compared_without_heavy_imports(
    tmp_path: Path,
) -> None:
    shutil.copytree(CHECKOUT / "fixtures" / "editions", tmp_path / "in")
    command = [
        sys.executable,
        "-c",
        LISTING_IMPORTS.format(heavy=HEAVY),
        "clean",
        "in",
        "-n",
        "--select",
        "ALL",
    ]
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert ran.stdout == ""
    assert "DOC402 duplicate document, near" in ran.stderr
