"""How numbers stand in sentences, the same in every report."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return number and noun, the noun in the plural where it must be: `1,930 documents`."""
    plural = noun if number == 1 else f"{noun.removesuffix('y')}ies" if noun.endswith("py") else f"{noun}s"
    return f"{number:,} {plural}"


def size(count: int) -> str:
    """Return a number of bytes as people say it."""
    if count < 1000:
        return f"{count} bytes" if count != 1 else "1 byte"
    for power, unit in ((1, "kB"), (2, "MB")):
        if count < 999_950 * 1000 ** (power - 1):
            return f"{count / 1000**power:.1f} {unit}"
    return f"{count / 1000**3:.1f} GB"
