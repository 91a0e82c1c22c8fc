"""What a report has to be able to do, and what it may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.plan import NoText, Plan, WholeTexts

Write = Callable[[bytes], object]
"""Where a report's bytes go, piece by piece; they are harmless to a terminal, a diff's excepted."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What there is beside the plan for a report to use; none of it alters what was decided.

    `texts` find kept text, None where none is to be looked for; `missed` is told of each text that was wanted and not
    to be had. `folder` is the absolute folder from which people open files, `""` where none is known. `plan_name` is
    the name by which a person finds the plan, `""` where it does not stay. `tmp_dir` holds what waits (None: the
    system's).
    """

    texts: WholeTexts | None = None
    missed: Callable[[NoText], object] = lambda _: None
    folder: str = ""
    plan_name: str = ""
    tmp_dir: Path | None = None


NOTHING_BESIDE = Beside()


class Reporter(Protocol):
    """One format of report. It decides nothing: the finished plan says everything."""

    @property
    def sentence(self) -> str:
        """What the report is good for, as a short phrase for help texts."""

    def render(self, plan: Plan, write: Write, beside: Beside = NOTHING_BESIDE) -> None:
        """Write the whole report, piece by piece; the same plan and texts give the same bytes.

        Raises PlanError when the plan proves damaged on the way, and whatever `write` raises.
        """
