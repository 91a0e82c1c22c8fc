"""The settings of a run, out of its plan."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from dedupe.errors import UsageError
from dedupe.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedupe.plan.records import SettingValue


def settings_of(pairs: Mapping[str, SettingValue]) -> Settings:
    """Return the settings of a run from what its plan says; what is not known here, or does not fit, is left out."""
    known = {field.name for field in fields(Settings)}
    values = {
        name: frozenset(value)
        if name in ("strip", "ignore", "exempt") and isinstance(value, tuple)
        else value
        for name, value in pairs.items()
        if name in known
    }
    try:
        return Settings(**values)  # type: ignore[arg-type]  # of a plan whose digest fits
    except (UsageError, TypeError):
        return Settings()
