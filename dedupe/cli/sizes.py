"""Sizes as people type them: `500M`, `2G`, `1500K`, plain bytes."""

from __future__ import annotations

import re

NO_LIMIT = "none"
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,3})?)(?:([KMGT])(B|iB)?|B)?", re.IGNORECASE)
_POWER = {"K": 1, "M": 2, "G": 3, "T": 4}


def factor_of(text: str) -> int | None:
    """Return the number that `200x` means, None where it is none."""
    found = re.fullmatch(r"([1-9][0-9]{0,8})x", text, re.IGNORECASE)
    return int(found[1]) if found else None


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
