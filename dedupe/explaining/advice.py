"""Which setting would have it otherwise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dedupe.explaining.values import Change, Found, Removed, Stays
from dedupe.settings import DEFAULT_SELECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dedupe.plan.records import SettingValue

MIN_ADVISED = 0.5
"""No lower threshold is proposed: texts that have no more in common are different texts."""
_MORE_CAREFUL = {"thorough": "balanced", "balanced": "careful"}
"""The next level of a setting that a run may know, and its plan names then."""
_SIMILAR = ("DUP102", "XDP302", "DOC402")
"""Rules whose score is compared with the threshold."""


def changes_of(
    decision: Removed | Stays,
    reported: tuple[Found, ...],
    *,
    threshold: float,
    settings: Mapping[str, SettingValue],
) -> tuple[Change, ...]:
    """Return what to type to have a paragraph kept that went, or taken that stays; none where nothing would.

    `settings` are those of the run, as its plan says them.
    """
    match decision:
        case Removed(found=found):
            return tuple(_to_keep(found, settings))
        case Stays():
            return tuple(_to_take(decision, reported, threshold))


def _to_keep(found: Found, settings: Mapping[str, SettingValue]) -> Iterator[Change]:
    if found.rule in _SIMILAR and (above := _just_above(found.score)) is not None:
        yield Change(f"--threshold {above}", f"only what is more alike than {found.score:.4g} counts as near")
    if not found.rule.startswith("DOC"):
        yield Change("--keep-file FILE", "with a line of these words in FILE it stays, wherever it stands")
    if found.rule == "BPL201" and settings.get("boilerplate") in _MORE_CAREFUL:
        level = _MORE_CAREFUL[str(settings["boilerplate"])]
        yield Change(f"--boilerplate {level}", "more has to speak for site boilerplate before it goes")
    if found.rule == "BPL201":
        yield Change("--group-by none", "no documents vote together, so BPL201 takes nothing")
    if found.rule.startswith(DEFAULT_SELECT):
        yield Change(f"--ignore {found.rule}", f"{found.rule} neither strips nor reports, anywhere")
    else:
        yield Change(f"leave {found.rule} out of --select", f"{found.rule} only reports")


def _to_take(stays: Stays, reported: tuple[Found, ...], threshold: float) -> Iterator[Change]:
    for rule in dict.fromkeys(found.rule for found in reported):
        yield Change(f"--extend-select {rule}", f"strip what {rule} finds, everywhere")
    if (
        stays.nearest is not None
        and not stays.reasons
        and MIN_ADVISED <= stays.nearest.similarity < threshold
    ):
        below = math.floor(stays.nearest.similarity * 100) / 100
        yield Change(
            f"--threshold {below:.2f}",
            "what is as alike counts as near, everywhere, and goes unless what differs may matter",
        )


def _just_above(score: float) -> str | None:
    """Return the next threshold above a score as it is typed, None where there is none."""
    above = (math.floor(score * 100) + 1) / 100
    return f"{above:.2f}" if above <= 1 else None
