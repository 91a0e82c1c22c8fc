"""`dedupe check`: change nothing, say what would go, and exit 1 if a gate fails."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from dedupe import __version__
from dedupe.cli.beginnings import current_folder, show_files, show_settings, warn_about_inputs
from dedupe.cli.check_lists import Lists, written_files
from dedupe.cli.check_request import CheckRequest
from dedupe.cli.check_summary import summary
from dedupe.cli.configuration import effective
from dedupe.cli.console import Console
from dedupe.cli.gathering import Gathered, gather, refuse_dangerous_outputs
from dedupe.cli.options import GroupedCommand, complete_path, flags_of, given, refuse_empty
from dedupe.cli.runs import content_spool, results_of, tell_failures, write_reports
from dedupe.cli.summary import Tally, failure_message
from dedupe.cli.targets import dry_target, open_plans
from dedupe.cli.verdict import DEBUG_KEY, Verdict
from dedupe.errors import InputUnreadable, OutputRefused, UsageError
from dedupe.model import Edit, Skipped
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe.checking.baseline import Ledger
    from dedupe.checking.outcome import CheckOutcome

EPILOG = """\
Gates: without one, nothing may repeat (--max-duplicates 0). Counted are the
paragraphs that the selected rules would remove, known ones too; only --max-new
and --fail-on-new look at the baseline. Limits for single rules and for files of
some paths stand in the configuration.

Exit codes: 0 passed, 1 a gate failed, 3 passed but an input could not be read.
"""


@click.command(cls=GroupedCommand, epilog=EPILOG, short_help="Change nothing; exit 1 if a gate fails (CI).")
@click.argument("paths", nargs=-1, metavar="[PATH…|-]", callback=refuse_empty, shell_complete=complete_path)
@flags_of("check")
@click.pass_context
def check(ctx: click.Context, /, paths: tuple[str, ...], **_: object) -> Verdict:
    """Find what dedupe clean would remove, change nothing, and exit 1 if a gate fails.

    PATH is a text file or a folder of .txt and .md files; - or nothing is standard input.
    The duplicates are listed on stdout; a summary and the verdict appear on stderr.
    """
    settings = effective(given(ctx), environment=os.environ, folder=current_folder())
    if settings.switch("debug"):
        ctx.meta[DEBUG_KEY] = True
    if settings.switch("show-settings"):
        return show_settings(settings)
    request = CheckRequest.of(paths, settings)
    if request.inputs.stdin and not paths and sys.stdin is not None and sys.stdin.isatty():
        click.echo(ctx.get_help())
        raise click.exceptions.Exit(2)
    console = Console(colour=request.talk.color, quiet=request.talk.quiet)
    for hint in settings.hints:
        console.warn(hint)
    return execute(request, console)


def execute(request: CheckRequest, console: Console) -> Verdict:
    """Do what the request says and tell of it on the console."""
    request.limits.check_tmp_dir()
    gathered = gather(request)
    if request.show_files:
        return show_files(request, gathered, console)
    _refuse_outputs(request, gathered)
    if gathered.is_empty and not any(skipped.is_failure for skipped in gathered.skipped):
        raise UsageError(_nothing_to_check(request))
    warn_about_inputs(request, gathered, console)
    ledger = _ledger(request)
    with ExitStack() as stack:
        run = _Run(request, gathered, console, ledger, stack)
        outcome = run.look()
        if not outcome.documents and not outcome.failed:
            raise UsageError(_nothing_to_check(request))
        run.publish(outcome)
        run.report(outcome)
    failed = not outcome.passed and not request.exit_zero
    return Verdict(failures=outcome.failed, gate_failed=failed)


def _refuse_outputs(request: CheckRequest, gathered: Gathered) -> None:
    written = [*request.reports, *written_files(request.lists)]
    if request.update_baseline and request.baseline is not None:
        from dedupe.checking.baseline import refuse_to_replace

        written.append(request.baseline)
        refuse_to_replace(request.baseline)
    elif request.baseline is not None:
        baseline = os.path.realpath(request.baseline)
        for path in written:
            if os.path.realpath(path) == baseline:
                raise OutputRefused(f"{visible(str(path))}: is the baseline; write it elsewhere")
    refuse_dangerous_outputs(written, request, gathered)


def _nothing_to_check(request: CheckRequest) -> str:
    for path in request.inputs.paths:
        if path.is_dir():
            return f"{path}: nothing to check, no .txt or .md text there; add other files with --include GLOB"
    return "nothing to check: neither a file nor a folder was named; name a PATH"


def _ledger(request: CheckRequest) -> Ledger | None:
    """Return what the baseline knows, None where there is nothing to compare with."""
    if request.baseline is None or request.update_baseline:
        return None
    from dedupe.checking.baseline import read_baseline

    return read_baseline(request.baseline, settings=request.identity, regenerate=request.regenerate)


class _Run:
    """One run of `check`, from the first document read to the last line said."""

    def __init__(
        self,
        request: CheckRequest,
        gathered: Gathered,
        console: Console,
        ledger: Ledger | None,
        stack: ExitStack,
    ) -> None:
        from dedupe.checking.checker import Checker
        from dedupe.checking.gates import Gates

        self._request = request
        self._gathered = gathered
        self._console = console
        self._progress = console.progress(request.talk.progress)
        stack.callback(self._progress.end)
        self._spool = content_spool(request, gathered, stack)
        limits, talk = request.limits, request.talk
        self._lists = Lists(
            request.lists, stack, color=talk.color, width=console.width, tmp_dir=limits.tmp_dir
        )
        self._plans = stack.enter_context(open_plans(request, dry_target(gathered)))
        gates = Gates(
            request.gates, fallback=request.fallback, sections=request.sections, fits=request.matcher()
        )
        self._checker = Checker(
            self._lists.listers,
            gates=gates,
            ledger=ledger,
            path_of=_paths(gathered),
            preview=request.preview,
        )
        self._tally = Tally(keep_all=talk.verbose)

    def look(self) -> CheckOutcome:
        """Take every result to the lists and the plan; return how it went."""
        for result in results_of(self._request, self._gathered, self._progress, self._spool):
            if isinstance(result, Edit | Skipped):
                self._take(result)
        return self._checker.outcome(version=__version__, settings_digest=self._request.identity)

    def _take(self, result: Edit | Skipped) -> None:
        if isinstance(result, Skipped) and result.is_failure and self._request.stop_at_error:
            raise InputUnreadable(failure_message(result))
        self._tally.take(result)
        self._plans.write(result)
        self._checker.take(result)

    def publish(self, outcome: CheckOutcome) -> None:
        """Finish the lists, and write baseline and reports."""
        self._checker.finish(outcome)
        self._lists.publish()
        self._plans.finish(self._tally.totals)
        write_reports(self._request, self._gathered, self._plans)
        if self._updates_baseline(outcome):
            self._write_baseline()

    def _updates_baseline(self, outcome: CheckOutcome) -> bool:
        # What could not be read may hold known duplicates, which would be forgotten.
        return self._request.update_baseline and not outcome.failed

    def _write_baseline(self) -> None:
        from dedupe.writing.atomic import AtomicFile

        assert self._request.baseline is not None  # noqa: S101 - the request saw to it
        with AtomicFile(self._request.baseline) as file:
            file.write(b"".join(self._checker.ledger.lines(self._request.identity)))
            file.publish()

    def report(self, outcome: CheckOutcome) -> None:
        """Say how it went and what to do next."""
        tell_failures(self._tally, self._console)
        if self._request.update_baseline and outcome.failed:
            self._console.error(
                f"{self._request.baseline}: not written, as not everything could be read; mend that, then run again"
            )
        self._console.say(summary(self._request, self._tally, outcome))


def _paths(gathered: Gathered) -> Callable[[str], str]:
    """Return what tells where the document of a name lies, from the current folder where it lies below that."""
    path_by_name = {source.name: str(source.path) for source in gathered.files}
    containers = {container.name for container in gathered.containers}
    folder = current_folder()
    top = f"{folder}/" if folder is not None else "\0"

    def path_of(name: str) -> str:
        file, colon, number = name.rpartition(":")
        if file in containers and name not in path_by_name:
            return path_of(file) + colon + number
        path = path_by_name.get(name, name)
        return path.removeprefix(top)

    return path_of
