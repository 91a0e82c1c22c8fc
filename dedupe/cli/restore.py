"""`dedupe restore`: the originals back, byte for byte, or single removals."""

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
from dedupe.cli.summary import quoted
from dedupe.cli.verdict import Verdict
from dedupe.reports.layout import Span
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted

if TYPE_CHECKING:
    from dedupe.plan import Plan
    from dedupe.restoring import Selection


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What `dedupe restore` was asked to do; `root` replaces the folder that the plan names.

    With `ids`, `rules` or `documents` single removals are taken back; `new_plan` is where the plan of what is then
    still out of a pipe's text goes.
    """

    plan: Path
    out_dir: Path | None
    root: Path | None
    ids: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    new_plan: Path | None = None

    @property
    def is_selective(self) -> bool:
        """Whether single removals are meant."""
        return bool(self.ids or self.rules or self.documents)


@click.command(cls=GroupedCommand, short_help="Bring originals or single removals back.")
@click.argument("plan", metavar="PLAN", callback=refuse_empty, shell_complete=complete_path)
@click.option(
    "--out-dir",
    "-o",
    metavar="DIR",
    callback=refuse_empty,
    help="Rebuild the originals in this folder; with --id and the like, only the files concerned.",
)
@click.option("--root", metavar="DIR", callback=refuse_empty, help="Where the files of the plan lie now.")
@click.option(
    "--id",
    "ids",
    metavar="ID",
    multiple=True,
    help="Take this removal back; an id or its beginning. Repeatable.",
)
@click.option(
    "--rule",
    "rules",
    metavar="CODE",
    multiple=True,
    help="Take back what this rule removed; a code or its beginning. Repeatable.",
)
@click.option(
    "--document",
    "documents",
    metavar="FILE",
    multiple=True,
    help="Take back what was removed from this document only. Repeatable.",
)
@click.option(
    "--write-plan",
    metavar="FILE",
    callback=refuse_empty,
    help="For a pipe, with --id and the like: where the plan of the text that is printed goes.",
)
@flags("color", "quiet", "verbose", "debug")
@click.pass_context
def restore(
    ctx: click.Context,
    /,
    plan: str,
    out_dir: str | None,
    root: str | None,
    ids: tuple[str, ...],
    rules: tuple[str, ...],
    documents: tuple[str, ...],
    write_plan: str | None,
    **_: object,
) -> Verdict:
    """Bring the originals of a run back, byte for byte, from its PLAN, or single removals.

    Files cleaned in place go back where they were. Originals of files written with -o are rebuilt in the
    folder that -o names here. For a document cleaned on stdin, the clean text comes on stdin and the original
    goes to stdout. A file that is not as it was left is refused; the others go on.

    With --id, --rule or --document the removals that all of them mean are put into the clean files again, and PLAN is
    rewritten to tell of what is still out. With -o as well, those files are written there, and clean files and PLAN
    stay as they are.
    """
    settings = given(ctx)
    console = Console(colour=str(settings.get("color", "auto")), quiet=bool(settings.get("quiet")))
    request = RestoreRequest(
        Path(plan),
        Path(out_dir) if out_dir else None,
        Path(root) if root else None,
        ids,
        rules,
        documents,
        Path(write_plan) if write_plan else None,
    )
    return execute(request, console, verbose=bool(settings.get("verbose")))


def execute(request: RestoreRequest, console: Console, *, verbose: bool) -> Verdict:
    """Do what the request says and tell of it on the console."""
    from dedupe.plan import open_plan

    plan = open_plan(request.plan)
    is_stream = plan.header.destination == "stdout"
    if request.new_plan is not None and not (is_stream and request.is_selective):
        raise click.UsageError(
            "--write-plan is for a plan of a pipe, with --id, --rule or --document; otherwise PLAN itself is rewritten"
        )
    if plan.header.destination == "dry-run":
        raise click.UsageError("this plan is of a dry run: nothing was changed, nothing can be restored")
    selection = _selection(request) if request.is_selective else None
    if is_stream:
        return _restore_stream(request, plan, selection, console)
    if selection is not None:
        return _take_back(request, plan, selection, console, verbose=verbose)
    return _restore_files(request, plan, console, verbose=verbose)


def _selection(request: RestoreRequest) -> Selection:
    from dedupe.plan import index_plan
    from dedupe.restoring import Selection

    return Selection.of(
        index_plan(request.plan),
        ids=request.ids,
        rules=request.rules,
        documents=request.documents,
        root=request.root,
    )


def _restore_stream(
    request: RestoreRequest, plan: Plan, selection: Selection | None, console: Console
) -> Verdict:
    from dedupe.restoring import restore_bytes, take_back_into_text

    if request.out_dir is not None:
        raise click.UsageError(
            "--out-dir cannot be used with a plan of standard input; the original goes to stdout"
        )
    if sys.stdin is not None and sys.stdin.isatty():
        raise click.UsageError(
            "the plan is of a pipe: give the clean text on standard input, as in `< CLEAN`"
        )
    if selection is None:
        write_out(restore_bytes(plan, read_stdin()))
        flush_out()
        return Verdict()
    text, rewriter = take_back_into_text(plan, selection, read_stdin())
    if not rewriter.paragraphs:
        raise _nothing_meant(request)
    # Text first: without it the new plan would tell of something that is nowhere.
    write_out(text)
    flush_out()
    if request.new_plan is not None:
        from dedupe.writing.atomic import AtomicFile

        with AtomicFile(request.new_plan) as file:
            rewriter.write_to(file.write)
            file.publish()
    else:
        console.warn(
            f"{request.plan}: it tells of the text that was given, not of the one printed; "
            "--write-plan FILE writes one that does"
        )
    return Verdict()


def _nothing_meant(request: RestoreRequest) -> click.UsageError:
    return click.UsageError(
        f"{request.plan}: no removal is meant by all of --id, --rule and --document together; leave one out"
    )


def _take_back(
    request: RestoreRequest, plan: Plan, selection: Selection, console: Console, *, verbose: bool
) -> Verdict:
    from dedupe.restoring import RestoreRefused, take_back

    paragraphs = files = already = refused = 0
    for result in take_back(plan, selection, out_dir=request.out_dir, root=request.root):
        if isinstance(result, RestoreRefused):
            refused += 1
            console.error(result.why)
            continue
        if result.already:
            already += 1
            continue
        files += 1
        paragraphs += result.paragraphs
        if verbose:
            shown = visible(os.fspath(result.path))
            console.say([(Span(f"{counted(result.paragraphs, 'paragraph')} taken back into {shown}"),)])
    if not files + already + refused:
        raise _nothing_meant(request)
    notes = [f"{counted(paragraphs, 'paragraph')} taken back into {counted(files, 'file')}"]
    notes += [f"{already:,} already as wanted"] if already else []
    notes += [f"{refused:,} refused"] if refused else []
    console.say([(Span(", ".join(notes)),)])
    if files and request.out_dir is None:
        keep = f"dedupe review {quoted(request.plan)}"
        console.say(
            [
                (
                    Span("next: "),
                    Span(keep, "command"),
                    Span("  # have later runs keep such paragraphs"),
                )
            ]
        )
    return Verdict(failures=refused)


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
