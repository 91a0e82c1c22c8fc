"""`dedupe restore`: the originals back, byte for byte."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedupe.cli.console import Console
from dedupe.cli.gathering import read_stdin
from dedupe.cli.options import GroupedCommand, complete_path, flags, given, refuse_empty
from dedupe.cli.output import flush_out, write_out
from dedupe.cli.verdict import Verdict
from dedupe.reports.layout import Span
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted

if TYPE_CHECKING:
    from dedupe.plan import Plan


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What `dedupe restore` was asked to do; `root` replaces the folder that the plan names."""

    plan: Path
    out_dir: Path | None
    root: Path | None


@click.command(cls=GroupedCommand, short_help="Bring the originals back, byte for byte.")
@click.argument("plan", metavar="PLAN", callback=refuse_empty, shell_complete=complete_path)
@click.option(
    "--out-dir",
    "-o",
    metavar="DIR",
    callback=refuse_empty,
    help="Rebuild the originals in this folder.",
)
@click.option("--root", metavar="DIR", callback=refuse_empty, help="Where the files of the plan lie now.")
@flags("color", "quiet", "verbose", "debug")
@click.pass_context
def restore(ctx: click.Context, /, plan: str, out_dir: str | None, root: str | None, **_: object) -> Verdict:
    """Bring the originals of a run back, byte for byte, from its PLAN.

    Files cleaned in place go back where they were. Originals of files written with -o are rebuilt in the
    folder that -o names here. For a document cleaned on stdin, the clean text comes on stdin and the original
    goes to stdout. A file that is not as it was left is refused; the others go on.
    """
    settings = given(ctx)
    console = Console(colour=str(settings.get("color", "auto")), quiet=bool(settings.get("quiet")))
    request = RestoreRequest(Path(plan), Path(out_dir) if out_dir else None, Path(root) if root else None)
    return execute(request, console, verbose=bool(settings.get("verbose")))


def execute(request: RestoreRequest, console: Console, *, verbose: bool) -> Verdict:
    """Do what the request says and tell of it on the console."""
    from dedupe.plan import open_plan

    plan = open_plan(request.plan)
    if plan.header.destination == "stdout":
        return _restore_stream(request, plan)
    if plan.header.destination == "dry-run":
        raise click.UsageError("this plan is of a dry run: nothing was changed, nothing can be restored")
    return _restore_files(request, plan, console, verbose=verbose)


def _restore_stream(request: RestoreRequest, plan: Plan) -> Verdict:
    from dedupe.restoring import restore_bytes

    if request.out_dir is not None:
        raise click.UsageError(
            "--out-dir cannot be used with a plan of standard input; the original goes to stdout"
        )
    if sys.stdin is not None and sys.stdin.isatty():
        raise click.UsageError(
            "the plan is of a pipe: give the clean text on standard input, as in `< CLEAN`"
        )
    write_out(restore_bytes(plan, read_stdin()))
    flush_out()
    return Verdict()


def _restore_files(request: RestoreRequest, plan: Plan, console: Console, *, verbose: bool) -> Verdict:
    from dedupe.restoring import RestoreRefused, restore

    restored = already = refused = 0
    for result in restore(plan, out_dir=request.out_dir, root=request.root):
        if isinstance(result, RestoreRefused):
            refused += 1
            console.error(result.why)
            continue
        restored += not result.already
        already += result.already
        if verbose:
            console.say([(Span(f"restored {visible(os.fspath(result.path))}"),)])
    notes = [f"{counted(restored, 'file')} restored"]
    notes += [f"{already:,} already as before"] if already else []
    notes += [f"{refused:,} refused"] if refused else []
    console.say([(Span(", ".join(notes)),)])
    return Verdict(failures=refused)
