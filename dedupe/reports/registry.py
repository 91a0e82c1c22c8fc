"""The reporters by name, and the one way a report gets into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.reports.diff import DiffReporter
from dedupe.reports.json_report import JsonReporter
from dedupe.reports.markdown import MarkdownReporter
from dedupe.writing.atomic import AtomicFile

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.plan import Plan
    from dedupe.reports.interface import Reporter

REPORTER_BY_NAME: dict[str, Reporter] = {
    "diff": DiffReporter(),
    "json": JsonReporter(),
    "md": MarkdownReporter(),
}
"""The reporters by their name, which is also the suffix of the files they write."""


def write_report(plan: Plan, path: Path) -> None:
    """Write the report of `plan` that the suffix of `path` names, in capitals or not, to `path`.

    Raises WriteFailed and PlanError; then nothing half-written stays, and an older report stays as it was.
    Raises KeyError for a suffix that is not in `REPORTER_BY_NAME`.
    """
    reporter = REPORTER_BY_NAME[path.suffix.removeprefix(".").lower()]
    with AtomicFile(path) as file:
        reporter.render(plan, file.write)
        file.publish()
