"""The reporters by name, and the one way a report gets into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.checking.from_plan import ListReporter
from dedupe.reports.csv_report import CsvReporter
from dedupe.reports.diff import DiffReporter
from dedupe.reports.html.reporter import HtmlReporter
from dedupe.reports.interface import NOTHING_BESIDE
from dedupe.reports.joined import Joined
from dedupe.reports.json_report import JsonReporter
from dedupe.reports.markdown import MarkdownReporter
from dedupe.reports.terminal import TextReporter
from dedupe.writing.atomic import AtomicFile

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.plan import Plan
    from dedupe.reports.interface import Beside, Reporter

REPORTER_BY_NAME: dict[str, Reporter] = {
    "csv": CsvReporter(),
    "diff": DiffReporter(),
    "html": HtmlReporter(),
    "json": JsonReporter(),
    "junit": ListReporter("junit", "JUnit XML for CI servers: a test case a document, none of which fails"),
    "md": MarkdownReporter(),
    "sarif": ListReporter("sarif", "SARIF 2.1.0 for code hosts: a result for every cluster of what was cut"),
    "text": TextReporter(),
}
"""The reporters by the name by which they are asked for."""

SUFFIX_BY_NAME = {name: name for name in REPORTER_BY_NAME if name != "text"} | {"junit": "xml"}
"""The suffix of the files that each writes; `text` has none: a `.txt` is an article."""

NAME_BY_SUFFIX = {suffix: name for name, suffix in SUFFIX_BY_NAME.items()}


def write_report(plan: Plan, path: Path, *, name: str | None = None, beside: Beside = NOTHING_BESIDE) -> None:
    """Write a report of `plan` to `path`: the one of this name, or that the suffix of `path` names in any case.

    Raises WriteFailed and PlanError; then nothing half-written stays, and an older report stays as it was.
    Raises KeyError for a name or suffix that is not known.
    """
    reporter = REPORTER_BY_NAME[name or NAME_BY_SUFFIX[path.suffix.removeprefix(".").lower()]]
    with AtomicFile(path) as file:
        joined = Joined(file.write)
        reporter.render(plan, joined.add, beside)
        joined.flush()
        file.publish()
