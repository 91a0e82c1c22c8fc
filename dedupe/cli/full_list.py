"""`--output-format full`: for a person at a terminal, each duplicate with the beginning of its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.checking.interface import Listening
from dedupe.cli.console import rendered
from dedupe.reports.layout import Line, Span, excerpt, fitted
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from dedupe.checking.interface import Write
    from dedupe.checking.values import CountedParagraph
    from dedupe.model import Skipped


class FullLister(Listening):
    """Writes each duplicate that is not known as it comes; lines fit `width` columns where that can be."""

    def __init__(self, write: Write, *, coloured: bool, width: int) -> None:
        self._write = write
        self._coloured = coloured
        self._width = width

    def paragraph(self, paragraph: CountedParagraph) -> None:
        """Write place, rule and text, unless the baseline lets the paragraph be."""
        if paragraph.is_known:
            return
        label, _, stays = paragraph.message.partition("; ")
        where = f"{visible(paragraph.path)}:{paragraph.first_line}"
        line: Line = (Span(where, "name"), Span(": "), Span(label, "rule"))
        if stays:
            line += (Span(f"; {stays}", "stays"),)
        lines = [line]
        if paragraph.text:
            text = fitted(excerpt(paragraph.text), self._width - 4)
            lines.append((Span("  | ", "quiet"), Span(text, "gone")))
        self._say(*lines)

    def skipped(self, skipped: Skipped) -> None:
        """Write that an input was not read."""
        detail = f": {visible(skipped.detail)}" if skipped.detail else ""
        self._say(
            (Span(visible(skipped.name), "name"), Span(f": not read, {skipped.reason}{detail}", "error"))
        )

    def _say(self, *lines: Line) -> None:
        self._write(rendered(lines, coloured=self._coloured).encode())
