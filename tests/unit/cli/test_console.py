from __future__ import annotations

import io
import sys

import pytest

from dedupe.cli.console import Console
from dedupe.cli.talk import Talk
from dedupe.reports.layout import Span
from dedupe.reports.sanitizing import inert_in_logs


class Broken(io.StringIO):
    """A stream of which every use fails, as one on a full disk or in a closed pipe."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self._fault = fault

    def write(self, text: str) -> int:  # noqa: ARG002
        raise self._fault

    def flush(self) -> None:
        raise self._fault


@pytest.mark.parametrize("fault", [OSError(28, "full"), BrokenPipeError(32, "gone"), ValueError("closed")])
def test_talk_that_nobody_can_hear_changes_nothing(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    monkeypatch.setattr(sys, "stderr", Broken(fault))
    assert Talk().write("word") == 4
    Talk().flush()
    Console().error("a.txt: unreadable")
    assert not Talk().isatty()


def test_without_a_standard_error_there_is_no_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    Talk().write("word")
    Talk().flush()
    assert (Talk().isatty(), Console().width) == (False, 80)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("\t ::error::x", "\t \\x3a:error::x"),
        ("a ##[group]b ##[x]", "a #\\x23[group]b #\\x23[x]"),
        ("##vso[a]##VSO[b]", "#\\x23vso[a]#\\x23VSO[b]"),
        ("###[x]", "##\\x23[x]"),
        ("a ::error::", "a ::error::"),
        ("## Heading [x] #[y] std::io", "## Heading [x] #[y] std::io"),
        ("", ""),
    ],
)
def test_what_a_build_server_obeys_is_broken_up_and_all_else_stays(line: str, shown: str) -> None:
    assert inert_in_logs(line) == shown


def test_a_command_is_broken_up_where_pieces_of_a_line_meet() -> None:
    lines = [(Span(":", "name"), Span(":error::x")), (Span("#"), Span("#[x]", "gone")), (Span("a", "name"),)]
    assert Console().rendered(lines) == "\\x3a:error::x\n#\\x23[x]\na\n"
    assert Console(colour="always").rendered(lines).startswith("\\x3a:error::x\n#\\x23[x]\n\x1b[")
