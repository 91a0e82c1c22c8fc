"""Memory for an array that grows at its end.

Linux moves the pages of memory that is enlarged (mremap), so nothing is copied, neither then nor when the array is
complete. Where the system would copy, the array is a list of blocks, joined once, at the end, each let go as soon as it
is copied: no more than one block is there twice.
"""

from __future__ import annotations

import mmap
import sys
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

Scalar = TypeVar("Scalar", bound="np.generic")

FIRST_BLOCK_BYTES = 64 * 1024
LARGEST_BLOCK_BYTES = 64 * 1024 * 1024
"""Blocks double up to here. The C library returns blocks of this size to the system, and keeps smaller ones."""
RESERVED_BYTES = 64 * 1024 * 1024
"""What is more than a first block has room for so much, in large pages, as numpy has them: arrays of them are read at
random in half the time. When they move they are taken apart, so that it should seldom be.
"""


class Growing(Protocol[Scalar]):
    """Memory for an array that grows."""

    def add(self, values: npt.NDArray[Scalar]) -> None:
        """Copy values to the end."""

    def taken(self) -> Iterator[npt.NDArray[Scalar]]:
        """Yield what is there, piece by piece; each is let go as soon as the next is asked for."""

    def whole(self) -> npt.NDArray[Scalar]:
        """Return what is there as one array; nothing is added any more."""


class Blocks(Generic[Scalar]):
    """A list of blocks."""

    def __init__(self, dtype: np.dtype[Scalar]) -> None:
        self._dtype = dtype
        self._blocks: list[npt.NDArray[Scalar]] = []
        self._filled = 0  # of the last block; those before it are full
        self._count = 0

    def add(self, values: npt.NDArray[Scalar]) -> None:
        """Copy values to the end."""
        while len(values):
            if not self._blocks or self._filled == len(self._blocks[-1]):
                size = self._dtype.itemsize
                usual = min(max(self._count, FIRST_BLOCK_BYTES // size), LARGEST_BLOCK_BYTES // size)
                self._blocks.append(np.empty(max(len(values), usual), self._dtype))
                self._filled = 0
            block = self._blocks[-1]
            taken = min(len(values), len(block) - self._filled)
            block[self._filled : self._filled + taken] = values[:taken]
            self._filled += taken
            self._count += taken
            values = values[taken:]

    def taken(self) -> Iterator[npt.NDArray[Scalar]]:
        """Yield the filled part of each block, none of which is kept."""
        if self._blocks:
            self._blocks[-1] = self._blocks[-1][: self._filled]
        self._blocks.reverse()
        while self._blocks:
            yield self._blocks.pop()

    def whole(self) -> npt.NDArray[Scalar]:
        """Return what is there as one array."""
        array = np.empty(self._count, self._dtype)
        start = 0
        for block in self.taken():
            array[start : start + len(block)] = block
            start += len(block)
        return array


class Pages(Generic[Scalar]):
    """Pages that the system moves, not copies, when there are more of them; those never written to cost nothing."""

    def __init__(self, dtype: np.dtype[Scalar]) -> None:
        self._dtype = dtype
        self._count = 0
        self._pages: mmap.mmap | None = None
        self._array: npt.NDArray[Scalar] = np.empty(0, dtype)

    def add(self, values: npt.NDArray[Scalar]) -> None:
        """Copy values to the end."""
        behind = self._count + len(values)
        if behind > len(self._array):
            self._enlarge(behind)
        self._array[self._count : behind] = values
        self._count = behind

    def _enlarge(self, needed: int) -> None:
        size = self._dtype.itemsize
        room, self._array = len(self._array), np.empty(0, self._dtype)  # memory that is looked at cannot move
        usual = max(4 * room * size, RESERVED_BYTES) if room else FIRST_BLOCK_BYTES
        try:
            pages = self._resized(max(needed * size, usual))
        except OSError:
            pages = self._resized(needed * size)  # where room that is not used has to be there too
        self._pages = pages
        self._array = np.frombuffer(pages, self._dtype, len(pages) // size)

    def _resized(self, wanted: int) -> mmap.mmap:
        pages = self._pages
        if pages is None:
            pages = mmap.mmap(-1, wanted, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        else:
            pages.resize(wanted)
        if wanted >= RESERVED_BYTES and hasattr(mmap, "MADV_HUGEPAGE"):
            pages.madvise(mmap.MADV_HUGEPAGE)
        return pages

    def taken(self) -> Iterator[npt.NDArray[Scalar]]:
        """Yield what is there, which is not kept."""
        array, self._array, self._pages = self._array[: self._count], np.empty(0, self._dtype), None
        if len(array):
            yield array

    def whole(self) -> npt.NDArray[Scalar]:
        """Return what is there as one array, without a copy of it."""
        if self._pages is None:
            return self._array
        pages, self._pages, self._array = self._pages, None, np.empty(0, self._dtype)
        pages.resize(self._count * self._dtype.itemsize)
        array: npt.NDArray[Scalar] = np.frombuffer(pages, self._dtype, self._count)
        return array


def growing(dtype: np.dtype[Scalar]) -> Growing[Scalar]:
    """Return memory for an array that grows, the best that the system has."""
    return Pages(dtype) if sys.platform == "linux" else Blocks(dtype)
