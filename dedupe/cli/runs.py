"""What a run of `clean` and one of `check` have in common: where results come from, and what is told of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dedupe.cli.beginnings import current_folder
from dedupe.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import ExitStack

    from dedupe.cli.console import Console
    from dedupe.cli.gathering import Gathered
    from dedupe.cli.request import Request
    from dedupe.cli.summary import Tally
    from dedupe.cli.targets import Plans
    from dedupe.model import Skipped, Source
    from dedupe.progress import Progress
    from dedupe.reading.contents import ContentSpool
    from dedupe.reading.opened import OpenedFiles
    from dedupe.writing.rebuilding import Result


def results_of(
    request: Request, gathered: Gathered, progress: Progress, spool: ContentSpool
) -> Iterator[Result]:
    """Yield what was passed over, then what becomes of each document, in byte order of names.

    Behind the last document of a file that holds several comes that file; what of it is in the spool is still needed
    then.
    """
    from dedupe.pipeline import prepare

    yield from gathered.skipped
    aside, sources, opened = opened_documents(request, gathered, progress, spool)
    yield from aside
    rebuilder = None
    if opened is not None:
        from dedupe.writing.rebuilding import Rebuilder

        rebuilder = Rebuilder(opened, jobs=request.jobs, text_field=request.settings.text_field)
    prepared = prepare(
        sources,
        settings=request.settings,
        progress=progress,
        jobs=request.jobs,
        limits=request.limits,
        read=partial(read_text, bounds=request.bounds),
    )
    yield from prepared.edits() if rebuilder is None else rebuilder.follow(prepared.edits())
    progress.end()


def opened_documents(
    request: Request, gathered: Gathered, progress: Progress, spool: ContentSpool
) -> tuple[Iterator[Skipped], Sequence[Source], OpenedFiles | None]:
    """Return what was met in files that hold documents and is none, all documents, and those files if there are any."""
    if not gathered.containers:
        return iter(()), gathered.sources, None
    from dedupe.reading.opening_files import open_containers

    opened, sources = open_containers(
        gathered.containers,
        gathered.sources,
        settings=request.settings,
        bounds=request.bounds,
        spool=spool,
        progress=progress,
        jobs=request.jobs,
    )
    return opened.skipped, sources, opened


def content_spool(request: Request, gathered: Gathered, stack: ExitStack) -> ContentSpool:
    """Return a spool for what cannot be read where it lies; it is let go with the stack, as what was gathered is."""
    from dedupe.reading.contents import ContentSpool
    from dedupe.spilling import SpillFolder

    spool = ContentSpool(SpillFolder(request.limits.tmp_dir))
    stack.callback(spool.close)
    stack.callback(gathered.close)
    return spool


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
    """Say what to know of inputs passed over, then which could not be read, and how many more there are."""
    for note in tally.notes:
        console.warn(note)
    for message in tally.failures:
        console.error(message)
    if tally.failed > len(tally.failures):
        console.error(f"{tally.failed - len(tally.failures):,} more inputs; -v lists all")
