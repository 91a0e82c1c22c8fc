"""Whatever stands in text and file names, every list is inert where it is shown, valid, and says all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from command_line import BODY, a_file
from run_here import RunHere, here
from test_check_formats import FORMATS, junit_of, sarif_of

__all__ = ["here"]

COMMANDS = [
    "::error::boo",
    "::error file=a.txt,line=1::boo",
    "  ::warning::boo",
    "::add-mask::secret",
    "::set-output name=x::y",
    "::stop-commands::token",
    "::group::x",
    "::debug::x",
    ":::error::x",
    "x ::error::boo",
    "##[group]x",
    "##[error]x",
    "##[command]x",
    "##[endgroup]",
    "x ##[section]y",
    "###[group]x",
    "##vso[task.setvariable variable=x]y",
    "##vso[task.complete result=Succeeded;]done",
    "##VSO[task.logissue type=error]x",
    "####vso[task.x]y",
    "##teamcity[message text='x']",
    "%0A::error::x",
    "%25%0D%0A##[error]x",
    "a%3Ab%2Cc",
    "a,b:c,line=9",
]
TERMINAL = [
    "\x1b[31mred\x1b[0m",
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;aGFja2Vk\x07",
    "\x1bP$q\x1b\\",
    "\x1b[6n",
    "\x9b2J",
    "\x9d0;x\x9c",
    "\x08\x08\x08gone",
    "a\x07b",
    "\x7fdel",
    "a\x00b",
    "a\x0bb\x0cc",
    "\x85next\u2028line\u2029",
    "a\u202eb\u202c",
    "a\u2066b\u2069\u200f",
    "\ufeffmark",
    "a\u200bb\u2060c",
    "tag\U000e0041\U000e007f",
    "a\u061cb",
    "\ufff9a\ufffab\ufffb",
]
MARKUP = [
    "[red]x[/red]",
    "[/x]",
    "[link=http://example.org]x[/link]",
    ":smile: [bold",
    "<script>alert(1)</script>",
    "</failure></testcase>",
    "<failure type='x'>",
    "]]>",
    "<!-- x --> &amp; &lt;",
    "`code` ``` `` |cell| \\|",
    "| a | b |",
    "\"quoted\" 'twice'",
    "\\u0041 \\x41 \\n",
    "\ufffe\uffff",
    "\U0001f600 \u0661",
    "=1+1 @x -y",
    "{{7*7}} ${x} $(x)",
]
PAYLOADS = [*COMMANDS, *TERMINAL, *MARKUP]
PERMITTED = re.compile(r"\x1b\[[0-9;]*m")
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)


def is_a_command(line: str) -> bool:
    """Return whether a build server obeys the line: `::` at its start, the others anywhere in it."""
    return line.lstrip().startswith("::") or "##[" in line or "##vso[" in line.lower()


def our_command(line: str) -> bool:
    return re.match(r"::(error|warning) (file=[^,:]*,line=\d+,endLine=\d+,)?title=[^,:]*::", line) is not None


def test_there_are_sixty_payloads() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_and_names_are_inert_in_every_list(tmp_path: Path, here: RunHere, payload: str) -> None:
    name = payload.replace("/", "_").replace("\0", "")[:60] + ".txt"
    line = f"{payload} {BODY[0]}"
    a_file(tmp_path / "in" / name, f"{line}\n{BODY[1]}\n{line}\n")
    for form in FORMATS:
        ran = here("check", "in", "--output-format", form, env={"COLUMNS": "200"}).exits(1)
        for shown in (ran.out, ran.stderr):
            assert not ACTING.search(shown), (form, shown)
            commands = [each for each in shown.splitlines() if is_a_command(each)]
            assert all(form == "github" and our_command(each) for each in commands), (form, commands)
        check = globals()[f"_check_{form}"]
        check(ran.stdout, f"in/{name}", line)


def shown(text: str) -> str:
    """Return the text as lists for people show it."""
    from dedupe.reports.sanitizing import visible

    return visible(" ".join(text.split()))


def inert(text: str) -> str:
    """Return what was shown without what keeps it from being a command."""
    return text.replace("\\x3a", ":").replace("#\\x23", "##")


def _check_full(content: bytes, path: str, line: str) -> None:
    text = inert(content.decode())
    assert f"{shown_name(path)}:3: DUP101" in text
    assert f"  | {shown(line)}" in text


def _check_concise(content: bytes, path: str, line: str) -> None:
    assert (
        inert(content.decode()).rstrip("\n") == f"{shown_name(path)}:3: DUP101 exact repeat; stays at line 1"
    )


def shown_name(path: str) -> str:
    from dedupe.reports.sanitizing import visible

    return visible(path)


def _check_json(content: bytes, path: str, line: str) -> None:
    (found,) = json.loads(content)["findings"]
    assert found["path"] == path
    assert found["text"] == line


def _check_github(content: bytes, path: str, line: str) -> None:
    first = content.decode().splitlines()[0]
    parts = re.match(r"::error file=([^,:]*),line=3,endLine=3,title=[^,:]*::(.*)", first)
    assert parts is not None
    name = parts[1].replace("%2C", ",").replace("%3A", ":").replace("%25", "%")
    assert inert(name) == shown_name(path)
    assert shown(line)[:60] in inert(parts[2].replace("%25", "%"))


def _check_sarif(content: bytes, path: str, line: str) -> None:
    (result,) = sarif_of(content)["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote_to_bytes(uri).decode() == path
    assert " ".join(line.split())[:60] in result["message"]["text"]


def _check_junit(content: bytes, path: str, line: str) -> None:
    (case,) = junit_of(content).iter("testcase")
    as_xml = {"\ufffe": "\\ufffe", "\uffff": "\\uffff"}
    name, text = shown_name(path), shown(line)
    for character, escape in as_xml.items():
        name, text = name.replace(character, escape), text.replace(character, escape)
    assert case.get("name") == name
    assert text[:60] in (case[0].text or "")


def _check_markdown(content: bytes, path: str, line: str) -> None:
    rows = [row for row in content.decode().splitlines() if "| DUP101 exact repeat | line 1 |" in row]
    (row,) = rows
    assert len(re.split(r"(?<!\\)\|", row)) == 6  # no cell more
    cell = inert(row.replace("\\|", "|"))
    assert f"{shown_name(path)}:3" in cell
    assert shown(line)[:60] in cell


@pytest.mark.parametrize("name", ["::error::x.txt", " ::add-mask::x.txt", "##[error]x.txt", "##vso[a]b.txt"])
def test_a_name_at_the_start_of_a_line_is_no_command(tmp_path: Path, here: RunHere, name: str) -> None:
    a_file(tmp_path / name, f"{BODY[0]}\n{BODY[1]}\n{BODY[0]}\n")
    for form in FORMATS:
        ran = here("check", name, "--output-format", form).exits(1)
        assert not [line for line in ran.out.splitlines() if is_a_command(line) and not our_command(line)]
        if form == "junit":
            (case,) = junit_of(ran.stdout).iter("testcase")
            assert case.get("name") == name
            assert f"{name}:3: DUP101" in (case[0].text or "")


@pytest.mark.parametrize("name", [b"\xff\xfe.txt", b"new\nline.txt", b"a\r\n::error::b.txt"])
def test_names_that_are_no_text_are_told_and_lists_stay_valid(
    tmp_path: Path, here: RunHere, name: bytes
) -> None:
    import os

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / os.fsdecode(name)).write_text(f"{BODY[0]}\n{BODY[1]}\n{BODY[0]}\n")
    for form in FORMATS:
        ran = here("check", "in", "--output-format", form).exits(1)
        assert not [line for line in ran.out.splitlines() if is_a_command(line) and not our_command(line)]
        if form == "sarif":
            (result,) = sarif_of(ran.stdout)["results"]
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            assert unquote_to_bytes(uri) == b"in/" + name
        elif form == "json":
            (found,) = json.loads(ran.stdout)["findings"]
            assert os.fsencode(found["path"]) == b"in/" + name
        elif form == "junit":
            junit_of(ran.stdout)


@pytest.mark.parametrize("payload", ["::error::x", "##[error]x", "\x1b[31mx", "##vso[task.x]y"])
def test_what_is_typed_and_configured_is_inert_in_the_verdict(
    tmp_path: Path, here: RunHere, payload: str
) -> None:
    a_file(tmp_path / "in" / "a.txt", f"{BODY[0]}\n{BODY[1]}\n{BODY[0]}\n")
    a_file(
        tmp_path / "dedupe.toml",
        f"[per-path.{json.dumps(payload + '/')}]\nmax-duplicates = 0\n[per-path.'*']\nmax-duplicates = 0\n",
    )
    runs = [here("check", "in", "--output-format", form) for form in FORMATS]
    runs.append(here("check", payload))
    runs.append(here("check", "in", "--baseline", payload))
    for ran in runs:
        for text in (ran.out, ran.stderr):
            assert not ACTING.search(text), str(ran)
            assert not [line for line in text.splitlines() if is_a_command(line) and not our_command(line)]
