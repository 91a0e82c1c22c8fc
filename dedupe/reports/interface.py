"""What a report has to be able to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dedupe.plan import Plan

Write = Callable[[bytes], object]
"""Where a report's bytes go, piece by piece."""


class Reporter(Protocol):
    """One format of report. It decides nothing: the finished plan says everything."""

    @property
    def sentence(self) -> str:
        """What the report is good for, as a short phrase for help texts."""

    def render(self, plan: Plan, write: Write) -> None:
        """Write the whole report, piece by piece; the same plan gives the same bytes.

        Raises PlanError when the plan proves damaged on the way, and whatever `write` raises.
        """
