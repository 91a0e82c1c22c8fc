"""How numbers stand in sentences, the same in every report."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return number and noun, the noun in the plural where it must be: `1,930 documents`."""
    plural = noun if number == 1 else f"{noun.removesuffix('y')}ies" if noun.endswith("py") else f"{noun}s"
    return f"{number:,} {plural}"
