"""How wide a line is on a terminal."""

from __future__ import annotations

import re

_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003ffff]"
)


def columns_of(line: str) -> int:
    """Return how many columns of a terminal `line` takes; East Asian wide characters take two."""
    return len(line) if line.isascii() else len(line) + len(_WIDE.findall(line))
