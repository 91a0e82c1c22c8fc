"""Numbers for the distinct keys of a corpus, in the order in which they are met.

A key is known by the BLAKE2b digest of its text, 128 bits: who would let one paragraph pass for another has to find a
collision of a cryptographic hash. The table in which digests are looked up is chosen by their lower bits only.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedupe.kernels.library import call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.corpus.arrays import U8, U32

Digests = npt.NDArray[np.uint64]

ALL_BITS = 64
_FIRST_SLOTS = 1 << 12


class KeyNumbers:
    """Gives equal digests one number, from 1 on; `compared_bits` of them choose where they are looked for."""

    def __init__(self, compared_bits: int = ALL_BITS) -> None:
        self._bits = ctypes.c_int32(compared_bits)
        self._slots = np.zeros(_FIRST_SLOTS, dtype=np.uint32)
        self._known: Digests = np.zeros((_FIRST_SLOTS, 2), dtype=np.uint64)
        self.count = 1

    def number(self, digests: Digests, tokens: U32 | None = None) -> tuple[U32, U8]:
        """Return the number of each digest and whether it was met for the first time.

        Paragraphs without `tokens` get 0.
        """
        self._make_room(len(digests))
        numbers, is_new = np.empty(len(digests), dtype=np.uint32), np.empty(len(digests), dtype=np.uint8)
        self.count = call(
            "dedupe_number",
            len(digests),
            digests,
            tokens,
            self._slots,
            len(self._slots),
            self._known,
            self.count,
            self._bits,
            numbers,
            is_new,
        )
        return numbers, is_new

    def met(self, digests: Iterable[bytes], *, below: int) -> U32:
        """Return the numbers of those of some keys, by their digests, that have one `below` a bound, ascending.

        Keys that were not met get numbers behind all others: ask last.
        """
        numbers = self.numbered(digests)
        return np.sort(numbers[numbers < below])

    def numbered(self, digests: Iterable[bytes]) -> U32:
        """Return the numbers of some keys, by their digests."""
        numbers, _ = self.number(np.frombuffer(b"".join(digests), dtype="<u8").reshape(-1, 2).copy())
        return numbers

    def _make_room(self, more: int) -> None:
        needed = self.count + more
        if needed > len(self._known):
            known = np.zeros((max(needed, 2 * len(self._known)), 2), dtype=np.uint64)
            known[: self.count] = self._known[: self.count]
            self._known = known
        if 2 * needed > len(self._slots):
            self._slots = np.zeros(1 << (2 * needed - 1).bit_length(), dtype=np.uint32)
            call("dedupe_refill", self._known, self.count, self._slots, len(self._slots), self._bits)
