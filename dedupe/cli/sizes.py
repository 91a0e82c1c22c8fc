"""Sizes, factors and times as people type them: `500M`, `2G`, plain bytes; `200x`; `10s`."""

from __future__ import annotations

import re

NO_LIMIT = "none"
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,3})?)(?:([KMGT])(B|iB)?|B)?", re.IGNORECASE)
_POWER = {"K": 1, "M": 2, "G": 3, "T": 4}


def factor_of(text: str) -> int | None:
    """Return the number that `200x` means, None where it is none."""
    found = re.fullmatch(r"([1-9][0-9]{0,8})x", text, re.IGNORECASE)
    return int(found[1]) if found else None


def seconds_of(text: str) -> float | None:
    """Return the number of seconds that `10s`, `500ms` or `2m` means, None where it is none."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m)", text, re.IGNORECASE)
    seconds = float(found[1]) * {"ms": 0.001, "s": 1, "m": 60}[found[2].lower()] if found else 0.0
    return seconds or None


def bytes_of(text: str) -> int | None:
    """Return the number of bytes that `text` means, None where it is no size.

    A letter counts by 1024, as it does wherever memory is limited, with or without `iB` behind it; with `B` behind it
    by 1000. Upper and lower case are alike.
    """
    found = _SIZE.fullmatch(text)
    if found is None:
        return None
    number, letter, behind = found.groups()
    base = 1000 if (behind or "").upper() == "B" else 1024
    return int(float(number) * base ** _POWER.get((letter or "").upper(), 0))
