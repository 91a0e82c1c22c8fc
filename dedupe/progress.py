"""What the library announces while it works; silent unless the caller hands in something that listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a listener hears. Every method returns at once and never raises."""

    def begin(self, stage: str, total: int | None) -> None:
        """Hear that `stage` starts; `total` documents lie before it, `None` when nobody knows yet."""

    def advance(self, documents: int = 1) -> None:
        """Hear that so many more documents of the stage are done."""

    def end(self) -> None:
        """Hear that the stage is over."""


class Silence:
    """The listener that does nothing."""

    def begin(self, stage: str, total: int | None) -> None:
        """Do nothing."""

    def advance(self, documents: int = 1) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""
