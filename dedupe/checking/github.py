"""Workflow commands of GitHub: annotations at lines of files, and the totals.

GitHub shows ten annotations of a kind for a step and drops the rest, so ten are written; all of them go to the
summary of the job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.checking.interface import Listening, Write
from dedupe.checking.values import file_spot
from dedupe.reports.sanitizing import inert_in_logs, visible

if TYPE_CHECKING:
    from dedupe.checking.outcome import CheckOutcome
    from dedupe.checking.values import CountedParagraph
    from dedupe.model import Skipped

MAX_ANNOTATIONS = 10
MAX_CHARACTERS = 300
"""So much of a paragraph is shown."""


class GithubLister(Listening):
    """Holds the first ten duplicates that are not known until it is known whether the gate failed.

    With `has_summary` all of them stand in the summary of the job, too.
    """

    def __init__(self, write: Write, *, has_summary: bool) -> None:
        self._write = write
        self._elsewhere = "in the summary of the job" if has_summary else "--output-format concise lists all"
        self._first: list[CountedParagraph] = []
        self._count = 0
        self._unread: list[Skipped] = []

    def paragraph(self, paragraph: CountedParagraph) -> None:
        """Keep one of the first ten."""
        if paragraph.is_known:
            return
        self._count += 1
        if len(self._first) < MAX_ANNOTATIONS:
            self._first.append(paragraph)

    def skipped(self, skipped: Skipped) -> None:
        """Keep one of the first ten."""
        if len(self._unread) < MAX_ANNOTATIONS:
            self._unread.append(skipped)

    def finish(self, outcome: CheckOutcome) -> None:
        """Write annotations, errors where the gate failed and warnings else, and the totals."""
        level = "warning" if outcome.passed else "error"
        lines = [_unread(skipped) for skipped in self._unread]
        lines += [_annotation(level, paragraph) for paragraph in self._first[: MAX_ANNOTATIONS - len(lines)]]
        more = self._count - len(lines) + len(self._unread)
        if more > 0:
            lines.append(f"and {more:,} more; {self._elsewhere}")
        lines += [visible(outcome.sentence), visible(outcome.verdict)]
        self._write("".join(f"{line}\n" for line in lines).encode())


def _annotation(level: str, paragraph: CountedParagraph) -> str:
    text = " ".join(paragraph.text[: 2 * MAX_CHARACTERS].split())[:MAX_CHARACTERS]
    shown = f": {text}" if text else ""
    spot = file_spot(paragraph.path, paragraph.first_line, paragraph.last_line)
    lines = "" if spot.first is None else f",line={spot.first},endLine={spot.last}"
    said = f"{spot.record}: {paragraph.message}{shown}" if spot.record else paragraph.message + shown
    return f"::{level} file={_property(spot.path)}{lines},title={_property(paragraph.label)}::{_data(said)}"


def _unread(skipped: Skipped) -> str:
    detail = f": {skipped.detail}" if skipped.detail else ""
    return f"::error title=not read::{_data(f'{skipped.name}: {skipped.reason}{detail}')}"


def _data(text: str) -> str:
    """Return text as the message of a command, on one line and with nothing in it that is a command itself."""
    return inert_in_logs(visible(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return text as a property of a command, which ends at a comma or at two colons."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
