"""The plan as a table for spreadsheets: one row for each paragraph that was cut or reported.

Scraped text must not become a formula: a cell that a spreadsheet would read as one begins with an apostrophe. Data
that is cleaned is never altered like that; this is a report.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from dedupe.plan import PlannedCut
from dedupe.reports.interface import NOTHING_BESIDE
from dedupe.reports.sanitizing import inert_within_lines, visible
from dedupe.settings import RULE_BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.model import Evidence, Place
    from dedupe.plan import Plan, PlannedFinding
    from dedupe.reports.interface import Beside, Write

COLUMNS = (
    *("fate", "rule", "rule_name", "document", "first_line", "last_line", "start", "end", "score", "id"),
    *("copy_document", "copy_first_line", "copy_last_line", "copies", "evidence", "text"),
)
"""The heads of the columns; the place of the first copy stands in three, `copies` says how many there are."""

MAX_CELL_CHARACTERS = 32_000
"""Spreadsheets take 32,767 characters a cell; all of a text is in the plan."""

_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""

_BEGINS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


class CsvReporter:
    """One row for each cut and finding, in the order of the plan, then one for each input that was skipped."""

    sentence = "a table for spreadsheets: a row for every paragraph cut or reported"

    def render(self, plan: Plan, write: Write, beside: Beside = NOTHING_BESIDE) -> None:  # noqa: ARG002
        """Write the table, as RFC 4180 has it, in UTF-8 with a byte order mark."""
        write((_MARK + _row(COLUMNS)).encode())
        for _, following in plan.walk():
            for each in following:
                write(_row(_cut(each) if isinstance(each, PlannedCut) else _finding(each)).encode())
        for skipped in plan.skipped():
            why = f"{skipped.reason}: {skipped.detail}" if skipped.detail else skipped.reason
            blank = ("",) * (len(COLUMNS) - 5)
            write(_row(("skipped", "", "", _cell(skipped.name), *blank, _cell(why))).encode())


def _row(cells: tuple[object, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_NONNUMERIC).writerow(cells)
    return line.getvalue()


def _cut(cut: PlannedCut) -> tuple[object, ...]:
    place = (cut.document, cut.first_line, cut.last_line, cut.start, cut.end)
    return (
        *_head("removed", cut.rule, place),
        cut.score,
        _cell(cut.id),
        *_copies(cut.survivors),
        *(
            _cell(_evidence(cut.evidence)),
            _cell(cut.text),
        ),
    )


def _finding(finding: PlannedFinding) -> tuple[object, ...]:
    at = finding.place
    place = (at.document, at.first_line, at.last_line, at.start, at.end)
    return (
        *_head("reported", finding.rule, place),
        finding.score,
        _cell(finding.id),
        *_copies(finding.copies),
        *(
            _cell(_evidence(finding.evidence)),
            "",
        ),
    )


def _head(fate: str, rule: str, place: tuple[str, int, int, int, int]) -> Iterator[object]:
    name = RULE_BY_CODE[rule].name if rule in RULE_BY_CODE else ""
    document, *numbers = place
    yield from (fate, _cell(rule), name, _cell(document), *numbers)


def _copies(copies: tuple[Place, ...]) -> tuple[object, ...]:
    if not copies:
        return ("", "", "", 0)
    return (_cell(copies[0].document), copies[0].first_line, copies[0].last_line, len(copies))


def _evidence(evidence: Evidence) -> str:
    return ", ".join(f"{name} {value}" for name, value in evidence)


def _cell(text: str) -> str:
    """Return text from outside as a cell: on one line, nothing in it that acts, and no formula."""
    shown = inert_within_lines(visible(text[:MAX_CELL_CHARACTERS]))[:MAX_CELL_CHARACTERS]
    return f"'{shown}" if shown.lstrip().startswith(_BEGINS_FORMULA) else shown
