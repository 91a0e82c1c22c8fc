"""What a run of `clean` and one of `check` have in common: where results come from, and what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.cli.beginnings import current_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.cli.console import Console
    from dedupe.cli.gathering import Gathered
    from dedupe.cli.request import Request
    from dedupe.cli.summary import Tally
    from dedupe.cli.targets import Plans
    from dedupe.model import Edit, Skipped
    from dedupe.progress import Progress


def results_of(request: Request, gathered: Gathered, progress: Progress) -> Iterator[Edit | Skipped]:
    """Yield what was passed over, then what becomes of each document, in byte order of names."""
    from dedupe.pipeline import prepare

    yield from gathered.skipped
    prepared = prepare(
        gathered.sources,
        settings=request.settings,
        progress=progress,
        jobs=request.jobs,
        limits=request.limits,
    )
    yield from prepared.edits()
    progress.end()


def write_reports(request: Request, gathered: Gathered, plans: Plans) -> None:
    """Write the reports, which are made of the plan; kept text is read again from files that are what they were."""
    if not request.reports:
        return
    from dedupe.plan import WholeTexts, open_plan
    from dedupe.reporters import write_report
    from dedupe.reports.interface import Beside

    plan = open_plan(plans.paths[0])
    # What came through a pipe lies in no file; it is here.
    given = {source.name: source.read() for source in gathered.sources} if request.inputs.stdin else {}
    beside = Beside(
        texts=WholeTexts(plan, given=given),
        folder=str(current_folder() or ""),
        plan_name=plan.path.name if plans.stays else "",
        tmp_dir=request.limits.tmp_dir,
    )
    for path in request.reports:
        write_report(plan, path, beside=beside)


def tell_failures(tally: Tally, console: Console) -> None:
    """Say which inputs could not be read, and how many more there are."""
    for message in tally.failures:
        console.error(message)
    if tally.failed > len(tally.failures):
        console.error(f"{tally.failed - len(tally.failures):,} more inputs; -v lists all")
