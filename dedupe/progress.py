"""What the library announces while it works; silent unless the caller hands in something that listens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

Unit = Literal["documents", "bytes"]
"""What a stage counts: bytes where they are known beforehand, for documents differ in size."""


def amounts_of(sizes: Sequence[int]) -> tuple[Sequence[int], Unit]:
    """Return how much each document of a stage counts, and of what: its bytes, or one where no size is known."""
    return (sizes, "bytes") if any(sizes) else ([1] * len(sizes), "documents")


class Progress(Protocol):
    """What a listener hears. Every method returns at once and never raises.

    One stage follows the other; while one lasts, any thread may call `advance`, as often as it has something done.
    """

    def begin(self, stage: str, total: int | None, unit: Unit = "documents") -> None:
        """Hear that `stage` starts; `total` of `unit` lie before it, `None` when nobody knows how many."""

    def advance(self, amount: int = 1) -> None:
        """Hear that so many more of the stage's documents or bytes are done."""

    def end(self) -> None:
        """Hear that the stage is over."""


class Silence:
    """The listener that does nothing."""

    def begin(self, stage: str, total: int | None, unit: Unit = "documents") -> None:
        """Do nothing."""

    def advance(self, amount: int = 1) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""
