"""`dedupe report`: a saved plan in any format, without deciding anything again."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedupe.cli.beginnings import current_folder
from dedupe.cli.console import Console, columns_shown, rendered, uses_colour
from dedupe.cli.options import GroupedCommand, complete_path, existing_folder, flags, given, refuse_empty
from dedupe.cli.output import flush_out, write_out, write_shown
from dedupe.cli.request import REPORT_SUFFIXES
from dedupe.cli.verdict import Verdict
from dedupe.errors import OutputRefused
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted

if TYPE_CHECKING:
    from dedupe.plan import NoText, Plan
    from dedupe.reports.interface import Beside, Write

FORMATS = ("text", "html", "md", "json", "sarif", "junit", "diff", "csv")
DEFAULT_FORMAT = "md"
MIN_COLUMNS_SHOWN = 20
_COMMANDS = re.compile(rb"^[^\S\n]*::|##(?=\[|vso\[)", re.IGNORECASE | re.MULTILINE)
"""What a build server obeys: `::` at the start of a line, the others anywhere in it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a person sees the report: `colour` as `--color` says it, `whole` where every paragraph is wanted."""

    colour: str
    whole: bool


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What `dedupe report` was asked to do.

    `form` is the name of a reporter; `file` is None where the report goes to standard output. `root` replaces the
    folders that the plan names.
    """

    plan: Path
    form: str
    file: Path | None
    root: Path | None

    @classmethod
    def of(cls, plan: str, form: str | None, file: str | None, root: str | None) -> ReportRequest:
        """Return the request; without a format the suffix of the file says it.

        Raises click.UsageError where neither does.
        """
        path = Path(file) if file is not None else None
        return cls(
            Path(plan),
            form or (_form_of(path) if path else _form_shown()),
            path,
            Path(root) if root else None,
        )


def _form_shown() -> str:
    """Return the format of standard output: for a person at a terminal, else one that can be kept."""
    return "text" if sys.stdout is not None and sys.stdout.isatty() else DEFAULT_FORMAT


def _form_of(path: Path) -> str:
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in REPORT_SUFFIXES:
        known = ", ".join(f".{name}" for name in REPORT_SUFFIXES)
        raise click.UsageError(
            f"--output-file {visible(str(path))}: no report has the suffix {visible(path.suffix)!r};"
            f" use one of {known}, or name a --format"
        )
    from dedupe.reporters import NAME_BY_SUFFIX

    return NAME_BY_SUFFIX[suffix]


@click.command(cls=GroupedCommand, short_help="Show a saved plan in another format.")
@click.argument("plan", metavar="PLAN", callback=refuse_empty, shell_complete=complete_path)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    metavar="|".join(FORMATS),
    help="How the report is written. [what the suffix of --output-file says, else text at a terminal, md elsewhere]",
)
@click.option(
    "--output-file",
    "-o",
    "file",
    metavar="FILE",
    callback=refuse_empty,
    help="Write the report to this file instead of stdout.",
)
@click.option("--root", metavar="DIR", callback=existing_folder, help="Where the files of the plan lie now.")
@flags("color", "quiet", "verbose", "debug")
@click.pass_context
def report(
    ctx: click.Context, /, plan: str, form: str | None, file: str | None, root: str | None, **_: object
) -> Verdict:
    """Write a report of what a run did, from its PLAN, without deciding anything again.

    Kept text is not in a plan. Where a report shows it, it is read from the files of the run, originals or clean
    ones, as long as they are what they were.
    """
    settings = given(ctx)
    console = Console(colour=str(settings.get("color", "auto")), quiet=bool(settings.get("quiet")))
    shown = Shown(str(settings.get("color", "auto")), whole=bool(settings.get("verbose")))
    return execute(ReportRequest.of(plan, form, file, root), console, shown)


def execute(request: ReportRequest, console: Console, shown: Shown) -> Verdict:
    """Do what the request says and tell of it on the console."""
    from dedupe.plan import IN_NO_FILE, WholeTexts, open_plan
    from dedupe.reporters import write_report
    from dedupe.reports.interface import Beside

    plan = open_plan(request.plan)
    missed: list[NoText] = []
    beside = Beside(
        texts=WholeTexts(plan, request.root),
        missed=missed.append,
        folder=str(current_folder() or ""),
        plan_name=plan.path.name,
    )
    if request.file is None:
        _print(plan, request.form, beside, shown)
    else:
        _refuse_to_replace(request.file, plan, request.root)
        write_report(plan, request.file, name=request.form, beside=beside)
    if missed:
        articles, first = counted(len(missed), "article"), missed[0]
        is_piped = first.why == IN_NO_FILE
        cure = "clean a file and not a pipe" if is_piped else "name the folder of the files with --root DIR"
        console.warn(
            f"{articles} shown without kept text, the first is {first.name}: {first.why}; {cure} to see it"
        )
    return Verdict()


def _print(plan: Plan, form: str, beside: Beside, shown: Shown) -> None:
    from dedupe.reporters import REPORTER_BY_NAME
    from dedupe.reports.joined import Joined

    # A diff holds the bytes of documents; all other reports are harmless on a terminal as they are.
    joined = Joined(write_out if form == "diff" else write_shown)
    if form == "html":
        page = Inert(joined.add)
        REPORTER_BY_NAME[form].render(plan, page.write, beside)
        page.finish()
    elif form == "text":
        _print_text(plan, beside, shown, joined.add)
    else:
        REPORTER_BY_NAME[form].render(plan, joined.add, beside)
    joined.flush()
    flush_out()


def _print_text(plan: Plan, beside: Beside, shown: Shown, write: Write) -> None:
    from dedupe.reports.terminal import TerminalReport

    coloured = uses_colour(shown.colour, sys.stdout, os.environ)
    width = max(MIN_COLUMNS_SHOWN, columns_shown(sys.stdout))
    for line in TerminalReport(width=width, whole=shown.whole).lines(plan, beside):
        write(rendered([line], coloured=coloured).encode("utf-8", "backslashreplace"))


class Inert:
    """Lines of a page in which a build server that logs them finds no command; to a browser they are the same.

    In a file a page holds what it shows as it is. Neither its style nor its script has anything to be replaced.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._begun = b""

    def write(self, piece: bytes) -> None:
        """Take a piece of the page."""
        if b"\n" in piece:
            lines, _, self._begun = (self._begun + piece).rpartition(b"\n")
            self._write(_COMMANDS.sub(_as_entities, lines + b"\n"))
        else:
            self._begun += piece

    def finish(self) -> None:
        """Write what is left of the last line."""
        self._write(_COMMANDS.sub(_as_entities, self._begun))


def _as_entities(found: re.Match[bytes]) -> bytes:
    return found[0].replace(b"#", b"&#35;").replace(b":", b"&#58;")


def _refuse_to_replace(file: Path, plan: Plan, root: Path | None) -> None:
    """Refuse to write over the plan or a file that it tells of.

    Raises OutputRefused.
    """
    name = visible(str(file))
    if file.is_dir():
        raise OutputRefused(f"{name}: is a folder; name a file")
    if os.path.realpath(file) == os.path.realpath(plan.path):
        raise OutputRefused(f"{name}: is the plan; write the report elsewhere")
    from dedupe.plan.own_files import holds_document

    folders = [folder for folder in (root, plan.header.root) if folder]
    if holds_document(file, chain(plan.documents(), plan.files()), folders):
        raise OutputRefused(f"{name}: is a document of the plan; write the report elsewhere")
