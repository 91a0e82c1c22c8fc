"""F7: for local paths no socket is opened; the commands run where there is no network at all."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from command_line import COMMAND, PAGE, a_file, environment

COMMANDS = [
    "clean in",
    "clean in -o out --plan plan.jsonl --report report.md",
    "clean in --in-place --yes",
    "check in --output-format sarif",
    "clean in --format jsonl -o out",
    "clean in --format html -o out",
    "clean in --format warc -o out",
    "learn in -o profile",
    "formats",
    "config",
    "completion bash",
]


def put_one_of_each(folder: Path) -> None:
    address = "http://unreachable.example/page"
    a_file(folder / "a.txt")
    a_file(folder / "a.jsonl", json.dumps({"url": address, "text": PAGE}) + "\n")
    page = f'<html><link href="{address}.css"><img src="{address}.png"><iframe src="{address}"></iframe><p>{PAGE}'
    a_file(folder / "a.html", page)
    head = f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: {address}\r\nContent-Type: text/plain\r\n"
    body = PAGE.encode()
    a_file(folder / "a.wet", f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n")


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
        put_one_of_each(tmp_path / name / "in")
        ran = run([*prefix, *COMMAND, *command.split()], tmp_path / name)
        results.append((ran.returncode, ran.stdout, ran.stderr))
    assert results[0] == results[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_socket_is_asked_for(tmp_path: Path, command: str) -> None:
    """The audit hook sees what any module of Python asks the system for."""
    put_one_of_each(tmp_path / "in")
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
