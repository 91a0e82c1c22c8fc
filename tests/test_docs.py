"""The pages say what the program does: every command, option, rule and error is there, and every example runs."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from generated_docs import CHECKOUT, GENERATED_FILES, anchor, refreshed, run_dedupe

from dedupe import Document, clean, errors
from dedupe.cli.app import COMMANDS
from dedupe.cli.flags import FLAGS
from dedupe.cli.verdict import Terminated, Verdict
from dedupe.model import Edit
from dedupe.settings import RULES

README = CHECKOUT / "README.md"
DOCS = CHECKOUT / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md")), CHECKOUT / "benchmarks" / "README.md"]
MARKS = {"-": "cut", "!": "found", " ": "kept"}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def fenced(text: str, language: str) -> list[str]:
    """Return the contents of the fenced blocks in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def sections(text: str) -> dict[str, str]:
    """Return what stands under each heading of the second level."""
    parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


# What the program writes


@pytest.mark.parametrize("name", GENERATED_FILES)
def test_generated_blocks_are_current(name: str) -> None:
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    assert refreshed(text) == text, f"{name} is not what the program says today: run make readme"


def test_a_block_that_was_changed_by_hand_is_not_current() -> None:
    text = README.read_text(encoding="utf-8")
    assert refreshed(text.replace("it matches the shipped patterns", "it is dull")) == text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_with_its_help(command: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert f"<!-- begin help-{command} -->" in text
    assert f"Usage: dedupe {command} " in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_the_readme(command: str) -> None:
    options = set(re.findall(r"(?<![\w-])--?[a-z0-9][a-z-]*", run_dedupe(command, "--help").stdout))
    documented = set(re.findall(r"(?<![\w-])--?[a-z0-9][a-z-]*", README.read_text(encoding="utf-8")))
    assert options <= documented


# Rules


def test_every_rule_has_a_section_that_begins_with_its_sentence() -> None:
    found = sections(page("rules.md"))
    assert list(found) == [*(f"{rule.code} {rule.name}" for rule in RULES), "Guards"]
    for rule in RULES:
        first = found[f"{rule.code} {rule.name}"].strip().splitlines()[0]
        assert first.removeprefix("A paragraph goes because ").lower() == f"{rule.sentence}.".lower()
        assert first.startswith("A paragraph goes because ") == rule.stripped


def test_every_rule_shows_an_example_and_a_counter_example() -> None:
    for rule in RULES:
        blocks = fenced(sections(page("rules.md"))[f"{rule.code} {rule.name}"], "diff")
        taken, spared = (
            [what for found in outcomes(block).values() for what in found.values()] for block in blocks
        )
        assert rule.code in {code for _, code in taken}, rule.code
        assert rule.code not in {code for _, code in spared}, rule.code


@pytest.mark.parametrize("block", fenced(page("rules.md"), "diff"))
def test_examples_of_rules_come_out_as_they_are_marked(block: str) -> None:
    marked = {
        name: [(MARKS[mark], text) for mark, text in lines] for name, lines in marked_lines(block).items()
    }
    found = outcomes(block)
    shown = {
        name: [(found[name].get(number, ("kept", ""))[0], text) for number, (_, text) in enumerate(lines, 1)]
        for name, lines in marked.items()
    }
    assert shown == marked


def marked_lines(block: str) -> dict[str, list[tuple[str, str]]]:
    """Return mark and text of the lines of an example, by document."""
    documents: dict[str, list[tuple[str, str]]] = {}
    name = "page"
    for line in block.splitlines():
        if header := re.fullmatch(r"==> (.*) <==", line):
            name = header[1]
            continue
        documents.setdefault(name, []).append((line[0], line[2:]))
    return documents


def outcomes(block: str) -> dict[str, dict[int, tuple[str, str]]]:
    """Return what `clean` does to the lines of an example and by which rule, by document and line."""
    documents = [
        Document(name, "".join(f"{text}\n" for _, text in lines))
        for name, lines in marked_lines(block).items()
    ]
    done: dict[str, dict[int, tuple[str, str]]] = {}
    for result in clean(documents).results:
        assert isinstance(result, Edit)
        found = {finding.place.first_line: ("found", finding.rule) for finding in result.findings}
        done[result.name] = found | {cut.first_line: ("cut", cut.rule) for cut in result.cuts}
    return done


# Errors and exit codes


def test_every_error_has_its_paragraph_and_no_other() -> None:
    slugs = [
        kind.slug
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.DedupeError)
    ]
    assert sorted(sections(page("messages.md"))) == sorted(slugs)


def test_messages_tell_the_exit_code_the_program_gives() -> None:
    paragraphs = sections(page("messages.md"))
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.DedupeError) and kind.slug != "error":
            assert f"(exit code {Verdict(fault=kind()).exit_code})" in paragraphs[kind.slug]


def test_the_readme_tells_every_exit_code_and_no_other() -> None:
    table = sections(README.read_text(encoding="utf-8"))["Exit codes"]
    told = {
        int(code) for cell in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for code in cell.split(",")
    }
    faults = [
        errors.UsageError(),
        errors.SelfCheckFailed(),
        errors.FolderLocked(),
        KeyboardInterrupt(),
        Terminated(),
        BrokenPipeError(32, "Broken pipe"),
    ]
    given = {Verdict(fault=fault).exit_code for fault in faults} | {
        Verdict().exit_code,
        Verdict(gate_failed=True).exit_code,
        Verdict(failures=1).exit_code,
    }
    assert told == given


# Configuration and architecture


def test_every_room_of_the_package_is_in_the_architecture() -> None:
    text = page("architecture.md")
    for path in (CHECKOUT / "dedupe").iterdir():
        if path.name.startswith("_") or path.name == "py.typed":
            continue
        assert f"`{path.name}{'/' if path.is_dir() else ''}`" in text, path.name


def test_every_key_that_the_program_knows_is_documented() -> None:
    settings = run_dedupe("clean", "--isolated", "--show-settings").stdout
    keys = [line.partition(" = ")[0] for line in settings.splitlines()]
    assert keys == re.findall(r"^\| `([a-z-]+)` \|", page("configuration.md"), re.MULTILINE)


def test_every_flag_without_a_key_is_listed_as_such() -> None:
    listed = sections(page("configuration.md"))["Flags only"]
    told = re.findall(r"^- `(?:-\w, )?--([a-z0-9-]+)`", listed, re.MULTILINE)
    assert told == [flag.key for flag in FLAGS if not flag.configurable]


def test_configuration_examples_are_accepted(tmp_path: Path) -> None:
    examples = fenced(page("configuration.md"), "toml")
    assert len(examples) == 7
    for example in examples:
        name = "pyproject.toml" if "[tool.dedupe]" in example else "dedupe.toml"
        file = tmp_path / name
        file.write_text(example, encoding="utf-8")
        shown = run_dedupe("clean", "--config", str(file), "--show-settings").stdout
        assert shown.count(f"# {file}") == len(re.findall(r"^[a-z-]+ = ", example, re.MULTILINE))


# Links and commands


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text(encoding="utf-8")))
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        file, _, fragment = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), f"{path.name}: {link}"
        if fragment:
            headings = re.findall(
                r"^#+ (.*)$", without_code(target.read_text(encoding="utf-8")), re.MULTILINE
            )
            assert fragment in [anchor(heading) for heading in headings], f"{path.name}: {link}"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh checkout in which the commands of the README have run, one after the other."""
    room = tmp_path_factory.mktemp("fresh")
    return after_commands_of(README, room)


def test_what_the_readme_restores_is_the_original(checkout: Path) -> None:
    for folder, original in (("originals", "fixtures"), ("pages", "fixtures/duplicates")):
        texts = [path for path in (checkout / folder).rglob("*.txt") if ".dedupe-backup" not in path.parts]
        assert texts
        for path in texts:
            assert (
                path.read_bytes() == (checkout / original / path.relative_to(checkout / folder)).read_bytes()
            )


def test_what_the_readme_writes_is_there(checkout: Path) -> None:
    assert "DUP101" in (checkout / "report.html").read_text(encoding="utf-8")
    assert "DUP101" in (checkout / "removed.csv").read_text(encoding="utf-8")
    assert "The bridge stays closed" in (checkout / "page.txt").read_text(encoding="utf-8")
    assert (checkout / "out/duplicates/tripled_body.txt").is_file()


@pytest.mark.parametrize("name", ["configuration.md", "ci.md", "reports.md"])
def test_commands_of_a_page_run(tmp_path: Path, name: str) -> None:
    after_commands_of(DOCS / name, tmp_path)


def after_commands_of(path: Path, room: Path) -> Path:
    """Return a copy of what the page's commands read, after all that begin with `dedupe` or go with it have run."""
    checkout = room / "checkout"
    checkout.mkdir()
    for name in ("docs", "fixtures"):
        shutil.copytree(CHECKOUT / name, checkout / name)
    command = room / "dedupe"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -W error -m dedupe "$@"\n')
    command.chmod(0o755)
    blocks = [
        block
        for block in fenced(path.read_text(encoding="utf-8"), "sh")
        if re.search("dedupe (clean|check|explain|report|restore|review)", block)
    ]
    assert len(blocks) >= 2
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(blocks)],
        cwd=checkout,
        env={
            "PATH": f"{room}:/usr/bin:/bin",
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONUTF8": "1",
            "HOME": str(room),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, f"{''.join(blocks)}\n{ran.stdout}\n{ran.stderr}"
    return checkout


# Examples of the library


@pytest.mark.parametrize("path", [README, DOCS / "library.md"], ids=lambda path: path.name)
def test_library_examples_give_what_they_show(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    examples = "\n".join(fenced(path.read_text(encoding="utf-8"), "pycon"))
    test = doctest.DocTestParser().get_doctest(examples, {}, path.name, str(path), 0)
    said: list[str] = []
    results = doctest.DocTestRunner().run(test, out=said.append)
    assert results.attempted > 0
    assert results.failed == 0, "".join(said)


def test_library_docstring_example_gives_what_it_shows() -> None:
    from dedupe import api

    assert doctest.testmod(api).attempted > 0
    assert doctest.testmod(api).failed == 0


# Pictures


def test_pictures_are_small_and_shown() -> None:
    from pictures import IMAGES, MOST_BYTES

    shown = set(re.findall(r"\]\(images/([^)]+)\)", page("reports.md")))
    assert shown == {path.name for path in IMAGES.iterdir()}
    assert all(path.stat().st_size < MOST_BYTES for path in IMAGES.iterdir())
