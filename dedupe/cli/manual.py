"""The manual page `dedupe(1)`, made from the commands themselves when the package is built."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

import click

from dedupe import __version__
from dedupe.cli.app import COMMANDS, EXAMPLES, app
from dedupe.cli.flags import HEADINGS
from dedupe.cli.options import FlagOption
from dedupe.settings import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

EXIT_CODES = (
    ("0", "done, or the gates of check passed"),
    ("1", "check: a gate failed; nothing else ever exits 1"),
    ("2", "usage or configuration error, a write that the system refused, or an internal error"),
    ("3", "finished, but something that should have been read was not, and is listed"),
    ("4", "the self-check failed; nothing was published"),
    ("11", "the output folder is locked by another run"),
    ("130, 143, 141", "interrupted; terminated; the reader of standard output went away"),
)
FILES = (
    ("dedupe.toml, pyproject.toml", "settings of a project, up to the folder that holds .git"),
    ("~/.config/dedupe/dedupe.toml", "settings of a user"),
)


def manual_page() -> str:
    """Return the page as roff; the same program gives the same page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f'.TH DEDUPE 1 "" "dedupe {__version__}" "User Commands"'
    yield from (
        ".SH NAME",
        f"dedupe \\- {_plain('find what repeats in scraped text, strip it, and say what went')}",
    )
    yield ".SH SYNOPSIS"
    for name in COMMANDS:
        yield from (f".B dedupe {name}", _plain(_usage(name)), ".br")
    yield from (".SH DESCRIPTION", *_paragraphs(app.help or ""))
    yield from (".SH EXAMPLES", ".nf", *map(_plain, EXAMPLES.splitlines()[1:]), ".fi")
    for name in COMMANDS:
        yield from _command(name)
    yield ".SH RULES"
    for rule in RULES:
        reported = "" if rule.stripped else " (reported)"
        yield from _item(f"{rule.code} {rule.name}{reported}", f"{rule.sentence}.")
    for heading, items in (("EXIT STATUS", EXIT_CODES), ("FILES", FILES)):
        yield f".SH {heading}"
        for term, text in items:
            yield from _item(term, f"{text}.")
    yield ".SH ENVIRONMENT"
    yield _plain("Every key of a configuration file is a variable too: threshold is DEDUPE_THRESHOLD.")


def _command_of(name: str) -> click.Command:
    command = getattr(import_module(f"dedupe.cli.{name}"), name)
    assert isinstance(command, click.Command)  # noqa: S101 - a module of this name holds one
    return command


def _usage(name: str) -> str:
    command = _command_of(name)
    return " ".join(command.collect_usage_pieces(click.Context(command)))


def _command(name: str) -> Iterator[str]:
    command = _command_of(name)
    yield from (f".SH DEDUPE {name.upper()}", *_paragraphs(command.help or ""))
    context = click.Context(command)
    by_heading: dict[str, list[click.Option]] = {}
    headings: tuple[str, ...] = (*HEADINGS, "Help")
    for param in command.get_params(context):
        if isinstance(param, click.Option):
            heading = param.flag.heading if isinstance(param, FlagOption) else "Output"
            by_heading.setdefault("Help" if "--help" in param.opts else heading, []).append(param)
    for name_of_group in headings:
        if options := by_heading.get(name_of_group):
            yield f".SS {name_of_group}"
            for option in options:
                term, text = option.get_help_record(context) or ("", "")
                yield from _item(term, text)


def _item(term: str, text: str) -> Iterator[str]:
    yield from (".TP", f".B {_plain(term)}", _plain(text))


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        yield from (".PP", _plain(" ".join(paragraph.split())))


def _plain(text: str) -> str:
    """Return text as roff that shows it and obeys nothing in it."""
    shown = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "\\[u2026]")
    return f"\\&{shown}" if shown.startswith((".", "'")) else shown
