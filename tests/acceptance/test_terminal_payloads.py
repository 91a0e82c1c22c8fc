"""More than 300 control sequences and 100 pieces of markup, through everything that prints, at a pseudo-terminal."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from command_line import BANNER, BODY, Ran, a_file, dedupe, on_terminal
from terminal_payloads import CONTROLS, MARKUP

from dedupe.reports.sanitizing import visible

DRIVER = """
import json, os, sys
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
from dedupe.cli.main import main
for words in json.load(open(sys.argv[1])):
    main(words)
"""
ACTS = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
"""Whatever a terminal may act on; a line end is CR LF there."""
COLOUR = re.compile(r"\x1b\[(?:[0-9]{1,2}(?:;[0-9]{1,2})?)?m")
WIDE = {"COLUMNS": "200", "NO_COLOR": "1"}


def test_there_are_as_many_payloads_as_promised() -> None:
    assert len(CONTROLS) >= 300
    assert len(MARKUP) >= 100
    assert not [payload for payload in CONTROLS if not ACTS.search(payload) and "\r" not in payload]


def run_all(folder: Path, commands: list[list[str]]) -> Ran:
    """Run many commands in one process that shows everything at a pseudo-terminal."""
    a_file(folder / "commands.json", json.dumps(commands))
    command = [sys.executable, "-c", DRIVER, str(folder / "commands.json")]
    return on_terminal(command, cwd=folder, env=WIDE)


def shown(ran: Ran) -> str:
    """Return what a terminal got, with line ends as one character; AssertionError for what acts on it."""
    text = ran.stdout.decode().replace("\r\n", "\n")
    found = [match[0] + text[match.start() - 20 : match.end() + 20] for match in ACTS.finditer(text)]
    assert found == []
    assert "\r" not in text
    return text


def a_corpus(folder: Path, payloads: tuple[str, ...]) -> list[str]:
    """Write documents in which text with the payloads goes, stays and is reported; return the lines of the first."""
    sentences = [f"{payload} No. {number}: {BODY[0]}" for number, payload in enumerate(payloads)]
    near = [sentence.replace("the harbour master", "the harbour chief master") for sentence in sentences[:20]]
    text = [*sentences, *sentences[::2], *near, *(f"{payload} {BANNER}" for payload in payloads[:30]), BANNER]
    for name in ("one", "two"):
        # Line ends inside of text would divide it.
        lines = [line.replace("\n", " ").replace("\r", " ") for line in text]
        a_file(folder / "in" / name / f"{name}.txt", "".join(f"{line}\n" for line in lines))
    return sentences


COMMANDS = [
    ["clean", "in", "--progress", "never"],
    ["clean", "in", "-v", "--progress", "never"],
    ["clean", "in/one/one.txt", "--progress", "never"],
    ["clean", "in", "--diff", "--progress", "never"],
    ["clean", "in", "-o", "out", "--plan", "plan.jsonl", "--progress", "never"],
    ["check", "in", "--progress", "never"],
    ["check", "in", "--output-format", "concise", "--progress", "never"],
    ["report", "plan.jsonl"],
    ["explain", "plan.jsonl", "one/one.txt"],
    ["explain", "plan.jsonl", "one/one.txt", "-v"],
    ["restore", "plan.jsonl", "-o", "back", "-v"],
]


def coloured(commands: list[list[str]], choice: str) -> list[list[str]]:
    return [[*words, "--color", choice] for words in commands]


@pytest.mark.parametrize("payloads", [CONTROLS, MARKUP], ids=["controls", "markup"])
def test_text_is_inert_wherever_it_is_shown(tmp_path: Path, payloads: tuple[str, ...]) -> None:
    sentences = a_corpus(tmp_path, payloads)
    places = [
        ["explain", "plan.jsonl", f"one/one.txt:{line}"] for line in range(1, len(payloads) * 3 // 2 + 1, 5)
    ]
    plain = shown(run_all(tmp_path, coloured([*COMMANDS, *places], "never")))
    for sentence in sentences:
        # as the only thing on a line of its own, with white space as it is there
        said = visible(sentence.replace("\r", " "))
        assert said in plain, sentence
        if payloads is MARKUP:
            assert sentence in plain
    in_colour = run_all(tmp_path, coloured([*COMMANDS, *places], "always"))
    without = COLOUR.sub("", in_colour.stdout.decode()).replace("\r\n", "\n")
    assert without == plain.replace("2 files restored", "0 files restored, 2 already as before")


def names_of(payloads: tuple[str, ...]) -> list[str]:
    return [f"{number} {payload.replace('/', '_')[:180]}.txt" for number, payload in enumerate(payloads)]


@pytest.mark.parametrize("payloads", [CONTROLS, MARKUP], ids=["controls", "markup"])
def test_names_are_inert_wherever_they_are_shown(tmp_path: Path, payloads: tuple[str, ...]) -> None:
    names = names_of(payloads)
    for name in names:
        a_file(tmp_path / "in" / name, f"{name}: {BODY[0]}\n{BODY[1]}\n{name}: {BODY[0]}\n{BANNER}\n")
    commands = [words for words in COMMANDS if "one" not in "".join(words)]
    commands += [["clean", "in", "--show-files"], ["clean", f"in/{names[0]}", "--in-place", "--yes"]]
    commands += [["explain", "plan.jsonl", f"{name}:4"] for name in names[::30]]
    commands += [["explain", "plan.jsonl", name] for name in names[::30]]
    commands += [["restore", "plan.jsonl", "--document", name, "-v"] for name in names[5::40]]
    text = shown(run_all(tmp_path, coloured(commands, "never")))
    for name in names:
        assert visible(name) in text


@pytest.mark.parametrize("payloads", [CONTROLS, MARKUP], ids=["controls", "markup"])
def test_what_was_typed_is_inert_in_errors(tmp_path: Path, payloads: tuple[str, ...]) -> None:
    a_corpus(tmp_path, payloads[:3])
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    commands: list[list[str]] = []
    for number, payload in enumerate(payloads):
        commands.append(
            [
                ["clean", payload],
                ["clean", f"--{payload}"],
                [payload],
                ["explain", "plan.jsonl", payload],
                ["explain", "plan.jsonl", f"{payload}:3"],
                ["explain", payload, "1"],
                ["restore", payload],
                ["restore", "plan.jsonl", "--id", payload],
                ["restore", "plan.jsonl", "--document", payload],
                ["restore", "plan.jsonl", "--rule", payload],
                ["review", payload],
                ["review", "plan.jsonl", "--keep-file", f"in/one/{payload.replace('/', '_')}"],
                ["clean", "in", "--select", payload],
                ["clean", "in", "--config", f"{payload}=1"],
                ["clean", "in", "--encoding", payload],
                ["check", "in", "--baseline", payload],
            ][number % 16]
        )
    text = shown(run_all(tmp_path, commands))
    assert text.count("error: ") >= 0.8 * len(payloads)


def test_keys_of_a_configuration_are_inert(tmp_path: Path) -> None:
    a_corpus(tmp_path, CONTROLS[:2])
    commands = []
    for number, payload in enumerate(CONTROLS[::3]):
        key = json.dumps(payload)
        a_file(tmp_path / f"{number}.toml", f"{key} = 1\n" if number % 2 else f"keep-file = {key}\n")
        commands.append(["clean", "in", "--config", f"{number}.toml"])
    text = shown(run_all(tmp_path, commands))
    assert text.count("error: ") == len(commands)


@pytest.mark.parametrize("payloads", [CONTROLS, MARKUP], ids=["controls", "markup"])
def test_a_review_is_inert_and_so_are_the_keys_that_are_typed(
    tmp_path: Path, payloads: tuple[str, ...]
) -> None:
    a_corpus(tmp_path, payloads)
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    a_file(tmp_path / "keys", b"m?" + b"msma" * 400)
    shell = f"{sys.executable} -m dedupe review plan.jsonl < keys"
    ran = on_terminal(["sh", "-c", shell], cwd=tmp_path, env=WIDE)
    text = shown(ran)
    for number, payload in enumerate(payloads[::2]):
        said = visible(" ".join(f"{payload} No. {2 * number}:".split()))
        assert said in text
    # the keep file is for people too
    assert not [
        line
        for line in (tmp_path / "dedupe.keep").read_text().split("\n")
        if line.startswith("# acc") and ACTS.search(line)
    ]
    a_file(tmp_path / "keys", "".join(payloads).encode() + b"q")
    (tmp_path / "dedupe.keep").unlink()
    shown(on_terminal(["sh", "-c", shell], cwd=tmp_path, env=WIDE))


def test_on_a_pipe_clean_text_is_exact(tmp_path: Path) -> None:
    lines = [f"{payload} No. {number}: {BODY[0]}" for number, payload in enumerate(CONTROLS)]
    page = "".join(f"{line}\n" for line in lines if "\r" not in line)
    ran = dedupe("clean", stdin=page + page.splitlines(keepends=True)[0]).exits(0)
    assert ran.stdout == page.encode()
