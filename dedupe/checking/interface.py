"""What a list of duplicates has to be able to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dedupe.checking.outcome import CheckOutcome
    from dedupe.checking.values import CheckedDocument, CountedParagraph
    from dedupe.model import Skipped

Write = Callable[[bytes], object]
"""Where the bytes of a list go, piece by piece; what arrives there is harmless to a terminal and a build server."""


class Lister(Protocol):
    """One format. It is told everything in order and writes as early as the format lets it.

    For each document `begin`, then `paragraph` for each that would go, known ones too, then `end`; `skipped` for an
    input that should have been read and was not; at last `finish`.
    """

    def begin(self, document: CheckedDocument) -> None:
        """Take a document."""

    def paragraph(self, paragraph: CountedParagraph) -> None:
        """Take a paragraph of it that would go."""

    def end(self) -> None:
        """Take that the document has no more of them."""

    def skipped(self, skipped: Skipped) -> None:
        """Take an input that should have been read and was not."""

    def finish(self, outcome: CheckOutcome) -> None:
        """Take how it ended, and write what is left to be written."""


class Listening:
    """A lister that does nothing yet; formats say only what they need."""

    def begin(self, document: CheckedDocument) -> None:
        """Take a document."""

    def paragraph(self, paragraph: CountedParagraph) -> None:
        """Take a paragraph of it that would go."""

    def end(self) -> None:
        """Take that the document has no more of them."""

    def skipped(self, skipped: Skipped) -> None:
        """Take an input that should have been read and was not."""

    def finish(self, outcome: CheckOutcome) -> None:
        """Take how it ended."""
