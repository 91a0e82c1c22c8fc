"""The cases: text files, one a behaviour; see tests/cases/README.md."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

from dedupe import Document, Settings, clean, restore
from dedupe.model import Edit
from dedupe.settings import DEFAULT_SELECT, select_rules

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.relative_to(CASES).as_posix() for path in CASES.rglob("*.txt"))

_HEADER = re.compile(r"^==> (.+) <==\n", re.MULTILINE)


def parsed_flags(line: str) -> Settings:
    parser = argparse.ArgumentParser(prog="case", exit_on_error=False)
    parser.add_argument("--select", default=",".join(DEFAULT_SELECT))
    parser.add_argument("--ignore", default="")
    parser.add_argument("--threshold", type=float, default=0.8)
    parser.add_argument("--paragraphs", default="auto")
    parser.add_argument("--keep", default="first")
    flags = parser.parse_args(shlex.split(line))
    strip, ignore = select_rules(
        *(tuple(filter(None, each.split(","))) for each in (flags.select, "", flags.ignore))
    )
    return Settings(
        strip=strip,
        ignore=ignore,
        threshold=flags.threshold,
        paragraphs=flags.paragraphs,
        keep=flags.keep,
    )


def documents_of(text: str) -> dict[str, str]:
    """Return the documents of half a case by name: one, or those below their `==> name <==` lines."""
    first, *rest = _HEADER.split(text)
    if not rest:
        return {"-": first}
    assert not first, "text before the first header"
    return dict(zip(rest[::2], rest[1::2], strict=True))


def read_case(name: str) -> tuple[Settings, dict[str, str], dict[str, str]]:
    content = (CASES / name).read_bytes().decode("utf-8")
    flags, _, rest = content.partition("\n")
    assert flags.startswith("# flags:"), "the first line is the flags line"
    given, _, expected = rest.partition("# output\n")
    return parsed_flags(flags.removeprefix("# flags:")), documents_of(given), documents_of(expected)


def cleaned(texts: dict[str, str], settings: Settings) -> dict[str, Edit]:
    results = clean([Document(name, text) for name, text in texts.items()], settings=settings).results
    return {result.name: result for result in results if isinstance(result, Edit)}


@pytest.mark.parametrize("name", NAMES)
def test_a_case_comes_out_as_written_stays_so_and_can_be_undone(name: str) -> None:
    settings, given, expected = read_case(name)
    edits = cleaned(given, settings)
    once = {name: edit.cleaned_text for name, edit in edits.items()}
    assert once == expected
    twice = {name: edit.cleaned_text for name, edit in cleaned(once, settings).items()}
    assert twice == once, "a second cleaning changed something"
    assert {name: restore(edit) for name, edit in edits.items()} == given, "the original did not come back"


def test_there_are_cases() -> None:
    assert len(NAMES) > 25


def test_a_case_that_is_wrong_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wrong.txt").write_text("# flags:\na\n# output\nb\n", encoding="utf-8")
    monkeypatch.setattr(f"{__name__}.CASES", tmp_path)
    with pytest.raises(AssertionError):
        test_a_case_comes_out_as_written_stays_so_and_can_be_undone("wrong.txt")
