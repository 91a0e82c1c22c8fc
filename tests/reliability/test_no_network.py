"""F7: for local paths no socket is opened; the commands run where there is no network at all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command_line import COMMAND, a_file, environment

COMMANDS = [
    "clean in",
    "clean in -o out --plan plan.jsonl --report report.md",
    "clean in --in-place --yes",
    "check in --output-format sarif",
    "formats",
    "config",
    "completion bash",
]


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        words,
        capture_output=True,
        cwd=folder,
        env=environment(),
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_the_same_without_a_network(tmp_path: Path, command: str) -> None:
    if run(["unshare", "-n", "true"], tmp_path).returncode:
        pytest.skip("networks cannot be taken away here")
    results = []
    for name, prefix in (("with", []), ("without", ["unshare", "-n"])):
        a_file(tmp_path / name / "in" / "a.txt")
        ran = run([*prefix, *COMMAND, *command.split()], tmp_path / name)
        results.append((ran.returncode, ran.stdout, ran.stderr))
    assert results[0] == results[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_socket_is_asked_for(tmp_path: Path, command: str) -> None:
    """The audit hook sees what any module of Python asks the system for."""
    a_file(tmp_path / "in" / "a.txt")
    script = (
        "import sys\n"
        "def hook(event, args):\n"
        "    if event.startswith('socket.'):\n"
        "        sys.stderr.write(f'asked for {event}\\n')\n"
        "sys.addaudithook(hook)\n"
        "from dedupe.cli.main import run\n"
        "run()\n"
    )
    ran = run([COMMAND[0], "-c", script, *command.split()], tmp_path)
    assert b"asked for socket" not in ran.stderr
