"""One line a duplicate, `path:line: CODE message`, as compilers write them and editors and terminals follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.checking.interface import Listening, Write
from dedupe.reports.sanitizing import inert_in_logs, visible

if TYPE_CHECKING:
    from dedupe.checking.values import CountedParagraph
    from dedupe.model import Skipped


class ConciseLister(Listening):
    """Writes each duplicate that is not known, and each input that could not be read, as it comes."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def paragraph(self, paragraph: CountedParagraph) -> None:
        """Write the paragraph's line, unless the baseline lets it be."""
        if not paragraph.is_known:
            where = f"{visible(paragraph.path)}:{paragraph.first_line}"
            self._line(f"{where}: {paragraph.message}")

    def skipped(self, skipped: Skipped) -> None:
        """Write the input's line."""
        detail = f": {visible(skipped.detail)}" if skipped.detail else ""
        self._line(f"{visible(skipped.name)}: not read, {skipped.reason}{detail}")

    def _line(self, line: str) -> None:
        self._write(f"{inert_in_logs(line)}\n".encode())
