"""Profiles as files of the user: read, told apart from pages, and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.errors import UsageError
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from dedupe.learned import Profile

_LOOKED_AT_BYTES = 200


def read_profile(path: Path) -> Profile:
    """Return the profile in a file.

    Raises UsageError for one that cannot be read or used, with what to do.
    """
    from dedupe.boilerplate.profiles import parse_profile

    try:
        return parse_profile(path.read_bytes().decode(), visible(str(path)))
    except OSError as error:
        from dedupe.writing.failures import what_failed

        raise UsageError(f"{path}: {what_failed(error)}; check --profile") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not a profile; make one with dedupe learn PATH -o FILE") from error


def claims_to_be_profile(path: Path) -> bool:
    """Return whether a file begins as a profile does; False where it cannot be read."""
    from dedupe.boilerplate.profiles import is_profile

    try:
        with path.open("rb") as file:
            return is_profile(file.read(_LOOKED_AT_BYTES).decode("utf-8", "replace"))
    except OSError:
        return False
