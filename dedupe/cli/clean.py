"""`dedupe clean`: strip what repeats; print or write clean articles, and say what went."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from dedupe.cli.beginnings import current_folder, show_files, show_settings, warn_about_inputs
from dedupe.cli.clean_request import CleanRequest, InPlaceOf
from dedupe.cli.configuration import effective
from dedupe.cli.console import Console
from dedupe.cli.gathering import Gathered, gather
from dedupe.cli.options import GroupedCommand, complete_path, flags_of, given, refuse_empty
from dedupe.cli.preview import ARTICLES_SHOWN, ROWS_OF_MANY, ROWS_OF_ONE, Preview, totals_by_rule
from dedupe.cli.runs import content_spool, results_of, tell_failures, write_reports
from dedupe.cli.spooling import Spool
from dedupe.cli.summary import NAMES_SHOWN, Tally, failure_message, summary
from dedupe.cli.targets import Plans, Target, open_plans, open_target, refuse_outputs
from dedupe.cli.verdict import DEBUG_KEY, Verdict
from dedupe.errors import InputUnreadable
from dedupe.model import Edit, Skipped
from dedupe.reports.layout import listed
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted
from dedupe.settings import RULES

if TYPE_CHECKING:
    from dedupe.progress import Progress
    from dedupe.writing.rebuilding import CleanFile

RULE_LIST = "Rules: a paragraph goes, or is reported, because\n" + "\n".join(
    f"  {rule.code}  {rule.name}{'' if rule.stripped else ' (reported)'}: {rule.sentence}" for rule in RULES
)


@click.command(
    cls=GroupedCommand, epilog=RULE_LIST, short_help="Strip what repeats; print or write clean articles."
)
@click.argument("paths", nargs=-1, metavar="[PATH…|-]", callback=refuse_empty, shell_complete=complete_path)
@flags_of("clean")
@click.pass_context
def clean(ctx: click.Context, /, paths: tuple[str, ...], **_: object) -> Verdict:
    """Strip what repeats and print clean articles, or write them with -o or --in-place.

    PATH is a text file or a folder of .txt and .md files; - or nothing is standard input.
    A report of what went, why, and which copy stays appears on stderr.
    """
    settings = effective(given(ctx), environment=os.environ, folder=current_folder())
    if settings.switch("debug"):
        ctx.meta[DEBUG_KEY] = True
    if settings.switch("show-settings"):
        return show_settings(settings)
    request = CleanRequest.of(paths, settings)
    if request.inputs.stdin and not paths and sys.stdin is not None and sys.stdin.isatty():
        click.echo(ctx.get_help())
        raise click.exceptions.Exit(2)
    _refuse_unanswerable(request)
    console = Console(colour=request.talk.color, quiet=request.talk.quiet)
    for hint in settings.hints:
        console.warn(hint)
    return execute(request, console)


def execute(request: CleanRequest, console: Console) -> Verdict:
    """Do what the request says and tell of it on the console."""
    request.limits.check_tmp_dir()
    gathered = gather(request)
    if request.show_files:
        return show_files(request, gathered, console, null=request.stdout_format == "null")
    refuse_outputs(request, gathered)
    warn_about_inputs(request, gathered, console)
    if not request.preview and request.plan is not None:
        console.warn(
            f"{request.plan}: with --no-preview the plan cannot restore; leave it out to keep a way back"
        )
    with ExitStack() as stack:
        run = _Run(request, gathered, console, stack)
        run.decide()
        run.publish()
        run.report()
    return Verdict(failures=run.tally.failed)


class _Run:
    """One run of `clean`, from the first document read to the last line said."""

    def __init__(self, request: CleanRequest, gathered: Gathered, console: Console, stack: ExitStack) -> None:
        self._request = request
        self._gathered = gathered
        self._console = console
        self._progress: Progress = console.progress(request.talk.progress)
        stack.callback(self._progress.end)
        self._spool = content_spool(request, gathered, stack)
        self._target: Target = open_target(request, gathered)
        # Does nothing once everything is published; else nothing half-written may stay, whatever happened.
        stack.callback(self._target.destination.discard)
        self._plans: Plans = stack.enter_context(open_plans(request, self._target, request.plan))
        rows = None if request.talk.verbose else ROWS_OF_ONE if gathered.is_alone else ROWS_OF_MANY
        self._preview = Preview(width=console.width, rows=rows, most=ARTICLES_SHOWN)
        self._every: Spool | None = Spool(request.limits.tmp_dir) if request.talk.verbose else None
        self._published = False
        self.tally = Tally(keep_all=request.talk.verbose)

    def decide(self) -> None:
        """Take every result to the destination, the plan and the report; nothing is visible yet."""
        for result in results_of(self._request, self._gathered, self._progress, self._spool):
            match result:
                case Edit():
                    self._edit(result)
                case Skipped():
                    self._skip(result)
                case _:
                    self._take_file(result)

    def _edit(self, edit: Edit) -> None:
        self.tally.take(edit)
        self._target.destination.take(edit)
        self._plans.write(edit)
        if self._console.is_quiet or not self._request.preview:
            return
        if self._every is None:
            self._preview.take(edit)
        elif edit.cuts or edit.findings or edit.spared:
            self._every.write(
                self._console.rendered(self._preview.lines_of(edit)).encode("utf-8", "surrogateescape")
            )

    def _take_file(self, file: CleanFile) -> None:
        from dedupe.writing.rebuilding import FileChangedError, changed

        try:
            written = self._target.destination.take_file(file)
        except FileChangedError:
            self._skip(changed(file))
        else:
            self.tally.take_file(file, written)
            self._plans.write_file(file, written)

    def _skip(self, skipped: Skipped) -> None:
        if skipped.is_failure and self._request.stop_at_error:
            raise InputUnreadable(failure_message(skipped))
        self.tally.take(skipped)
        self._plans.write(skipped)
        if skipped.raw is not None:
            self._target.destination.take_as_is(skipped)

    def publish(self) -> None:
        """Finish the plan, then let everything be seen; not when a person says no."""
        if not self._may_replace():
            return
        if self._request.plan is not None:
            self._target.destination.flush()  # a plan that is there tells of files that are on the disk
        self._plans.finish(self.tally.totals)
        if not self._has_nothing_to_replace():  # else the folder made for the backup is discarded
            for changed in self._target.destination.publish():
                self.tally.take(changed)
            self._published = not self._request.dry_run
        write_reports(self._request, self._gathered, self._plans)

    def _has_nothing_to_replace(self) -> bool:
        return self._target.run_folder is not None and not self.tally.totals.removed

    def _may_replace(self) -> bool:
        output = self._request.output
        if not isinstance(output, InPlaceOf) or output.yes:
            return True
        if self._request.dry_run or self._has_nothing_to_replace():
            return True
        removed = sum(self.tally.totals.removed.values())
        files = counted(self.tally.totals.documents, "file")
        return self._console.ask(f"take {counted(removed, 'paragraph')} out of {files}, in place?")

    def report(self) -> None:
        """Say what went and what to do next."""
        if self._every is not None:
            self._every.copy_to(self._console.write_rendered, by_lines=True)
            self._every.close()
        else:
            self._console.say(self._preview.lines())
        tell_failures(self.tally, self._console)
        if remaining := self._target.remaining:
            names = listed([visible(name) for name in remaining], NAMES_SHOWN)
            self._console.warn(
                f"files of an earlier run stay in the output folder: {names}; remove what is stale"
            )
        self._console.say(totals_by_rule(self.tally.totals))
        run_folder = self._target.run_folder
        self._console.say(
            summary(self._request, self.tally, run_folder=run_folder, published=self._published)
        )


def _refuse_unanswerable(request: CleanRequest) -> None:
    output = request.output
    if not isinstance(output, InPlaceOf) or output.yes or request.dry_run or request.show_files:
        return
    if sys.stdin is None or not sys.stdin.isatty() or sys.stderr is None or not sys.stderr.isatty():
        raise click.UsageError(
            "--in-place asks before it replaces files, and nobody can answer; give --yes too"
        )
