"""A table in Markdown, for the summary of a job or a comment: verdict and totals on top, then every duplicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.checking.interface import Listening, Write
from dedupe.checking.values import share_of, share_text
from dedupe.reports.bodies import Body
from dedupe.reports.markdown import as_code
from dedupe.reports.sanitizing import inert_in_logs
from dedupe.settings import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.checking.outcome import CheckOutcome
    from dedupe.checking.values import Copy, CountedParagraph
    from dedupe.model import Skipped

MAX_CHARACTERS = 200
"""So much of a paragraph is shown."""
MAX_COPIES = 3


class MarkdownLister(Listening):
    """Lets rows wait in a file until what stands above them is known.

    No more than `max_bytes` are written in all; what is left off is counted. None means no limit.
    """

    def __init__(self, write: Write, tmp_dir: Path | None, max_bytes: int | None = None) -> None:
        self._write = write
        self._rows = Body(tmp_dir)
        self._room = max_bytes
        self._unread: list[Skipped] = []

    def paragraph(self, paragraph: CountedParagraph) -> None:
        """Add a row, unless the baseline lets the paragraph be."""
        if not paragraph.is_known:
            cells = (_where(paragraph), paragraph.label, _copies(paragraph), _text(paragraph))
            self._rows.write(f"| {' | '.join(cells)} |\n".encode())

    def skipped(self, skipped: Skipped) -> None:
        """Keep it for the top."""
        self._unread.append(skipped)

    def finish(self, outcome: CheckOutcome) -> None:
        """Write everything."""
        head = "".join(_head(outcome, self._unread)).encode()
        self._write(head)
        room = None if self._room is None else self._room - len(head) - 200
        is_first, left_off = True, 0
        for row in self._rows.lines():
            if room is not None and len(row) > room:
                left_off += 1
                continue
            if is_first:
                self._write(b"\n| where | rule | stays at | text |\n|---|---|---|---|\n")
                is_first = False
            self._write(row)
            if room is not None:
                room -= len(row)
        if left_off:
            self._write(f"\n{left_off:,} more have no room here.\n".encode())


def _head(outcome: CheckOutcome, unread: list[Skipped]) -> list[str]:
    mark = "passed" if outcome.passed else "failed"
    out = [f"# dedupe check: {mark}\n\n{outcome.sentence}.\n"]
    if outcome.gates:
        out.append("\n| gate | limit | found | |\n|---|--:|--:|---|\n")
        for result in outcome.gates:
            unit = " %" if result.gate.kind == "max-share" else ""
            limit, actual = f"{result.gate.limit:,g}{unit}", f"{result.actual:,.8g}{unit}"
            verdict = "**failed**" if result.failed else "passed"
            out.append(f"| {_cell(result.gate.name)} | {limit} | {actual} | {verdict} |\n")
    if outcome.counted:
        out.append("\n| rule | duplicates | new | share |\n|---|--:|--:|--:|\n")
        for rule in RULES:
            if count := outcome.counted[rule.code]:
                new = f"{outcome.new[rule.code]:,}" if outcome.has_baseline else ""
                share = share_text(share_of(outcome.counted_characters[rule.code], outcome.characters))
                out.append(f"| {rule.code} {rule.name} | {count:,} | {new} | {share} |\n")
    if unread:
        out.append("\nNot read:\n\n")
        for skipped in unread:
            detail = f": {_code(skipped.detail)}" if skipped.detail else ""
            out.append(f"- {_code(skipped.name)}, {skipped.reason}{detail}\n")
    return out


def _where(paragraph: CountedParagraph) -> str:
    return _cell(f"{paragraph.path}:{paragraph.first_line}")


def _copies(paragraph: CountedParagraph) -> str:
    shown = [_copy(copy, paragraph.path) for copy in paragraph.copies[:MAX_COPIES]]
    more = len(paragraph.copies) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _copy(copy: Copy, path: str) -> str:
    return copy.lines if copy.path == path else f"{copy.lines} of {_cell(copy.path)}"


def _text(paragraph: CountedParagraph) -> str:
    text = " ".join(paragraph.text[: 2 * MAX_CHARACTERS].split())
    if not text:
        return ""
    return _cell(text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…")


def _code(text: str) -> str:
    return inert_in_logs(as_code(text))


def _cell(text: str) -> str:
    """Return text as a code span that no bar can end: a table looks for them first."""
    return _code(text).replace("|", "\\|")
