"""`dedupe explain`: why a paragraph was removed or kept, or what became of an article."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedupe.cli.console import Console, columns_shown, rendered, uses_colour
from dedupe.cli.options import GroupedCommand, complete_path, existing_folder, flags, given, refuse_empty
from dedupe.cli.output import flush_out, write_shown
from dedupe.cli.summary import quoted
from dedupe.cli.verdict import DEBUG_KEY, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.explaining import Location
    from dedupe.plan import PlanHeader, PlanIndex, PlannedDocument, WholeTexts
    from dedupe.reports.layout import Line

MIN_COLUMNS_SHOWN = 20
_PIPED_LINE = re.compile(r"-:[\d-]+")


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """What `dedupe explain` was asked; `root` replaces the folders that the plan names."""

    plan: Path
    where: str
    root: Path | None
    colour: str
    verbose: bool


class _ExplainCommand(GroupedCommand):
    """Takes `-:LINE`, a line of what came through a pipe, for no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; Click would look for an option `-:`."""
        piped = [arg for arg in args if _PIPED_LINE.fullmatch(arg)]
        if piped and "--" not in args:
            args = [*(arg for arg in args if arg not in piped), "--", *piped]
        return super().parse_args(ctx, args)


@click.command(cls=_ExplainCommand, short_help="Say why a paragraph went or stays.")
@click.argument("plan", metavar="PLAN", callback=refuse_empty, shell_complete=complete_path)
@click.argument("where", metavar="WHERE", callback=refuse_empty, shell_complete=complete_path)
@click.option("--root", metavar="DIR", callback=existing_folder, help="Where the files of the plan lie now.")
@flags("color", "verbose", "debug")
@click.pass_context
def explain(ctx: click.Context, /, plan: str, where: str, root: str | None, **_: object) -> Verdict:
    """Say why a paragraph was removed or kept, from the PLAN of the run.

    WHERE is FILE:LINE, counting the lines of the original, or the id of a removal or a finding, or the beginning of
    one; FILE alone shows the whole article, with what went and why in the margin. FILE is a document as the plan or
    your shell names it; named by a clean file in another folder, LINE counts the lines of that file. Kept text is
    read from the original or the clean file, where it is still what it was.
    """
    settings = given(ctx)
    if settings.get("debug"):
        ctx.meta[DEBUG_KEY] = True
    colour, verbose = str(settings.get("color", "auto")), bool(settings.get("verbose"))
    request = ExplainRequest(Path(plan), where, Path(root) if root else None, colour, verbose)
    return execute(request, Console(colour=colour))


def execute(request: ExplainRequest, console: Console) -> Verdict:
    """Do what the request says: the explanation on standard output, what is missing on the console."""
    from dedupe.explaining import locate
    from dedupe.plan import IN_NO_FILE, WholeTexts, index_plan

    index = index_plan(request.plan)
    location = locate(index, request.where, root=request.root)
    texts = WholeTexts(index, request.root)
    if location.is_whole:
        name, missing = location.entry.name, _show_article(request, index.document(location.entry), texts)
    else:
        name, missing = location.entry.name, _show_paragraph(request, index, location, texts)
    flush_out()
    if missing and index.header.preview:
        cure = "name its folder with --root DIR to see kept text"
        if missing == IN_NO_FILE:
            cure = "clean a file and not a pipe to see kept text"
        console.error(f"{name}: {missing}; {cure}")
        return Verdict(failures=1)
    return Verdict()


def _show_paragraph(request: ExplainRequest, index: PlanIndex, location: Location, texts: WholeTexts) -> str:
    """Print the explanation of one paragraph; return why the text of a kept one cannot be shown, `""` if it can."""
    from dedupe.explaining import Removed, explain
    from dedupe.reports.explanation import ExplanationLayout

    told = explain(index, location, texts=texts)
    layout = ExplanationLayout(
        restoring=_restoring(request, index.header) if _takes_back(index, location) else None,
        width=_width(),
        whole=request.verbose,
    )
    _print(request, layout.lines(told))
    return "" if isinstance(told.decision, Removed) else told.no_text


def _takes_back(index: PlanIndex, location: Location) -> bool:
    """Return whether single removals go back into the clean file: into one that was written anew they do not."""
    record = index.document(location.entry).record
    return record is None or index.file_places()[record.container].is_spliced


def _restoring(request: ExplainRequest, header: PlanHeader) -> tuple[str, str] | None:
    """Return the command that takes a removal back, around its id; None where the plan cannot."""
    if not header.preview or header.destination == "dry-run":
        return None
    behind = " < CLEAN" if header.destination == "stdout" else ""
    return f"dedupe restore {quoted(request.plan)} --id ", behind


def _show_article(request: ExplainRequest, document: PlannedDocument, texts: WholeTexts) -> str:
    """Print one article; return as above."""
    from dedupe.plan import NoText
    from dedupe.reports.article import ArticleLayout

    text = texts.of(document)
    _print(request, ArticleLayout(width=_width(), whole=request.verbose).lines(document, text))
    return text.why if isinstance(text, NoText) else ""


def _width() -> int:
    return max(MIN_COLUMNS_SHOWN, columns_shown(sys.stdout))


def _print(request: ExplainRequest, lines: Iterable[Line]) -> None:
    coloured = uses_colour(request.colour, sys.stdout, os.environ)
    write_shown(rendered(lines, coloured=coloured).encode("utf-8", "backslashreplace"))
