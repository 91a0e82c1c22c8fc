"""`dedupe explain`: why a paragraph was removed or kept."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from dedupe.cli.console import Console, columns_shown, rendered, uses_colour
from dedupe.cli.options import GroupedCommand, complete_path, flags, given, refuse_empty
from dedupe.cli.output import flush_out, write_shown
from dedupe.cli.summary import quoted
from dedupe.cli.verdict import DEBUG_KEY, Verdict

MIN_COLUMNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """What `dedupe explain` was asked; `root` replaces the folders that the plan names."""

    plan: Path
    where: str
    root: Path | None
    colour: str
    verbose: bool


@click.command(cls=GroupedCommand, short_help="Say why a paragraph was removed or kept.")
@click.argument("plan", metavar="PLAN", callback=refuse_empty, shell_complete=complete_path)
@click.argument("where", metavar="WHERE", callback=refuse_empty, shell_complete=complete_path)
@click.option("--root", metavar="DIR", callback=refuse_empty, help="Where the files of the plan lie now.")
@flags("color", "verbose", "debug")
@click.pass_context
def explain(ctx: click.Context, /, plan: str, where: str, root: str | None, **_: object) -> Verdict:
    """Say why a paragraph was removed or kept, from the PLAN of the run.

    WHERE is FILE:LINE, counting the lines of the original, or the id of a removal or a finding, or the beginning of
    one. FILE is a document as the plan or your shell names it; named by a clean file in another folder, LINE counts the
    lines of that file. Kept text is read from the original or the clean file, where it is still what it was.
    """
    settings = given(ctx)
    if settings.get("debug"):
        ctx.meta[DEBUG_KEY] = True
    colour, verbose = str(settings.get("color", "auto")), bool(settings.get("verbose"))
    request = ExplainRequest(Path(plan), where, Path(root) if root else None, colour, verbose)
    return execute(request, Console(colour=colour))


def execute(request: ExplainRequest, console: Console) -> Verdict:
    """Do what the request says: the explanation on standard output, what is missing on the console."""
    from dedupe.explaining import Removed
    from dedupe.explaining import explain as explained
    from dedupe.plan import WholeTexts, index_plan
    from dedupe.reports.explanation import ExplanationLayout

    index = index_plan(request.plan)
    told = explained(index, request.where, texts=WholeTexts(index, request.root))
    width = max(MIN_COLUMNS_SHOWN, columns_shown(sys.stdout))
    layout = ExplanationLayout(plan=quoted(request.plan), width=width, whole=request.verbose)
    coloured = uses_colour(request.colour, sys.stdout, os.environ)
    write_shown(rendered(layout.lines(told), coloured=coloured).encode("utf-8", "backslashreplace"))
    flush_out()
    if told.no_text and index.header.preview and not isinstance(told.decision, Removed):
        console.error(f"{told.document}: {told.no_text}; name its folder with --root DIR to see kept text")
        return Verdict(failures=1)
    return Verdict()
