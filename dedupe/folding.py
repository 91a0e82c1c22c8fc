"""Tables that tell the compiled kernels what each character becomes in a comparison key.

Taken from `dedupe.normalizing` and Python's own character database, a block of 256 code points when one of them is
first met. What a character becomes hangs on its neighbours only where characters compose or change places (Unicode
Standard Annex #15); such characters are marked, and a paragraph in which that may happen is left to Python.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from dedupe.normalizing import CURRENCY_SIGNS, INSIDE_WORDS_OF_ANY, is_superscript, part_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

BLOCK = 256
_CODE_POINTS = 0x110000
_POOL = 1 << 21  # folded characters of all code points together: some 1.2 million

_IN_TOKEN, _WORD, _DECIMAL, _SPACE, _CURRENCY, _DIGIT, _ALPHA = (1 << bit for bit in range(21, 28))
_COMPOSES, _REORDERS, _LEAVES_MARK = 1 << 31, 1 << 30, 1 << 23
_COUNT_SHIFT = 24

# Where characters with canonical decompositions of two lie, in every version of Unicode that Python has.
_COMPOSED_RANGES = ((0xC0, 0x3400), (0xF900, 0x10000), (0x11000, 0x20000))
_is_in_token = re.compile(INSIDE_WORDS_OF_ANY).match
_is_currency = re.compile(CURRENCY_SIGNS).match


class FoldTables:
    """The tables, as arrays that are filled while they are used.

    `fold` (uint32, an entry a code point) holds where in `pool` its folded characters lie, how many they are, and
    whether neighbours matter; `pool` (uint32) the folded characters with their classes; `loaded` (uint8) which blocks
    are there. Memory is taken only where blocks are loaded.
    """

    def __init__(self) -> None:
        import numpy as np

        self.fold: npt.NDArray[np.uint32] = np.zeros(_CODE_POINTS, dtype=np.uint32)
        self.pool: npt.NDArray[np.uint32] = np.zeros(_POOL, dtype=np.uint32)
        self.loaded: npt.NDArray[np.uint8] = np.zeros(_CODE_POINTS // BLOCK, dtype=np.uint8)
        self._filled = 0
        self._filling = threading.Lock()

    def load(self, block: int) -> None:
        """Fill in one block of code points; other threads may read the tables meanwhile."""
        with self._filling:
            if self.loaded[block]:
                return
            for code_point in range(block * BLOCK, (block + 1) * BLOCK):
                character = chr(code_point)
                folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
                parts = "".join(map(part_of, folded))
                self.fold[code_point] = self._filled | len(parts) << _COUNT_SHIFT | _marks(character, folded)
                self.pool[self._filled : self._filled + len(parts)] = [_classed(part) for part in parts]
                self._filled += len(parts)
            self.loaded[block] = 1


@cache
def fold_tables() -> FoldTables:
    """Return the tables of this process."""
    return FoldTables()


def _classed(character: str) -> int:
    """Return the code point of a folded character with its classes in the bits above."""
    classes = ord(character)
    for bit, holds in (
        (_IN_TOKEN, _is_in_token(character) is not None),
        (_WORD, character.isalnum() or character == "_"),
        (_DECIMAL, character.isdecimal()),
        (_SPACE, character.isspace()),
        (_CURRENCY, _is_currency(character) is not None),
        (_DIGIT, character.isdigit()),
        (_ALPHA, character.isalpha()),
    ):
        classes |= bit * holds
    return classes


def _marks(character: str, folded: str) -> int:
    """Return whether neighbours of `character` matter, as bits."""
    decomposed = [unicodedata.normalize("NFKD", form) for form in (character, folded) if form]
    marks = 0
    if is_superscript(character) or any(form[0] in _seconds() for form in decomposed):
        marks |= _COMPOSES
    if any(unicodedata.combining(form[0]) for form in decomposed):
        marks |= _REORDERS
    if any(unicodedata.combining(form[-1]) for form in decomposed):
        marks |= _LEAVES_MARK
    return marks


@cache
def _seconds() -> frozenset[str]:
    """Return the characters that may compose with one before them: second in a canonical decomposition, or Jamo."""
    found = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    for first, behind in _COMPOSED_RANGES:
        for code_point in range(first, behind):
            decomposition = unicodedata.decomposition(chr(code_point))
            if decomposition and decomposition[0] != "<":
                _, _, second = decomposition.partition(" ")
                if second:
                    found.add(chr(int(second, 16)))
    return frozenset(found)
