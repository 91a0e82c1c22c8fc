"""Shells complete what there is, and the manual page tells of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import a_file, environment
from run_here import RunHere, here

from dedupe.cli.app import COMMANDS
from dedupe.cli.completion import SHELLS, VARIABLE
from dedupe.cli.flags import FLAGS
from dedupe.cli.manual import manual_page

__all__ = ["here"]


def completed(here: RunHere, *words: str) -> list[str]:
    """Return what bash is told to complete the last word to."""
    env = {
        VARIABLE: "bash_complete",
        "COMP_WORDS": "\n".join(["dedupe", *words]),
        "COMP_CWORD": str(len(words)),
    }
    return [line.partition(",")[2] for line in here(env=env).exits(0).out.splitlines() if line]


MAXIMA = ("share", "duplicates", "new", "memory", "document-bytes", "line-bytes", "expand")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("",), list(COMMANDS)),
        (("ch",), ["check"]),
        (("check", "--max-"), [f"--max-{what}" for what in MAXIMA]),
        (("check", "--output-format", "s"), ["sarif"]),
        (("check", "--output-format", "sarif", "--output-format", "j"), ["json", "junit"]),
        (("clean", "--select", "DUP"), ["DUP101", "DUP102", "DUP103"]),
        (("clean", "--keep", ""), ["first", "longest", "last"]),
        (("clean", "--out-d"), ["--out-dir"]),
        (("check", "--out-d"), []),
        (("completion", ""), list(SHELLS)),
        (("check", "--threshold", "0"), []),
    ],
)
def test_words_are_completed(here: RunHere, words: tuple[str, ...], expected: list[str]) -> None:
    assert completed(here, *words) == expected


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("check", "cor"), "file"),
        (("check", "--baseline", "b"), "file"),
        (("check", "--output-file", ""), "file"),
        (("clean", "-o", ""), "dir"),
        (("restore", "p"), "file"),
    ],
)
def test_paths_are_left_to_the_shell(here: RunHere, words: tuple[str, ...], kind: str) -> None:
    env = {
        VARIABLE: "bash_complete",
        "COMP_WORDS": "\n".join(["dedupe", *words]),
        "COMP_CWORD": str(len(words)),
    }
    assert here(env=env).exits(0).out.startswith(f"{kind},")


def test_a_shell_without_completion_is_2(here: RunHere) -> None:
    here("completion", "tcsh").exits(2).says_only(
        "error: no completion for 'tcsh'; the shells are bash, zsh, fish\n"
    )
    here("completion").exits(2)


TRY = {
    "bash": """
source ./script
COMP_WORDS=(dedupe check --output-format s); COMP_CWORD=3
_dedupe_completion dedupe
printf '%s\\n' "${COMPREPLY[@]}"
""",
    "fish": """
source ./script
complete -C 'dedupe check --output-format s'
""",
    "zsh": """
autoload -Uz compinit; compinit -u -D
compdef() { : }
source ./script
compadd() { print -l -- "${@[-1]}"; eval print -l -- '"${'"${@[-1]}"'[@]}"' }
_describe() { eval print -l -- '"${'"${@[-1]}"'[@]}"' }
words=(dedupe check --output-format s); CURRENT=4
_dedupe_completion dedupe
""",
}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_works_in_its_shell(tmp_path: Path, here: RunHere, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}")
    a_file(tmp_path / "script", here("completion", shell).exits(0).stdout)
    command = a_file(tmp_path / "bin" / "dedupe", f'#!/bin/sh\nexec "{sys.executable}" -m dedupe "$@"\n')
    command.chmod(0o755)
    env = environment({"HOME": str(tmp_path)})
    env["PATH"] = f"{tmp_path / 'bin'}:{env['PATH']}"
    flags = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    ran = subprocess.run(
        [shell, *flags, "-c", TRY[shell]], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert "sarif" in ran.stdout.split(), ran
    assert "json" not in ran.stdout.split(), ran


def test_the_manual_has_every_command_option_and_exit_code() -> None:
    page = manual_page()
    for name in COMMANDS:
        assert f".SH DEDUPE {name.upper()}\n" in page
    for flag in FLAGS:
        if flag.is_option:
            assert flag.option.replace("-", "\\-") in page, flag.option
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    for codes in re.findall(r"^\| ([\d, ]+) \|", readme, re.MULTILINE):
        assert f".B {codes}\n" in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_the_manual_is_typeset_without_a_warning() -> None:
    ran = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-k"],
        input=manual_page().encode(),
        capture_output=True,
        check=True,
    )
    assert ran.stderr == b""
    assert b"only one of" not in ran.stdout
    assert (
        "Fail when a duplicate is not in --baseline." in re.sub(rb"\x1b\[[0-9;]*m", b"", ran.stdout).decode()
    )


def test_the_manual_is_the_same_each_time() -> None:
    assert manual_page() == manual_page()
