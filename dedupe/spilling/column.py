"""An array that grows in a room.

In memory it is a list of blocks, joined once, at the end, each let go as soon as it is copied: no more than one
block is there twice. Blocks and not doubling, because enlarging an array copies it; where the system could move its
pages instead (mremap), macOS cannot, and it may not be done while anything else looks at the array.

Once the room is full, the blocks are written to a file, and so is whatever follows. The file is mapped when the
column is complete, so that nothing is copied again.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Generic, TypeVar

from dedupe.errors import SpillFailed
from dedupe.spilling.books import Books, Claim
from dedupe.spilling.files import SpillFolder, mapped, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt

Scalar = TypeVar("Scalar", bound="np.generic")

FIRST_BLOCK_BYTES = 64 * 1024
LARGEST_BLOCK_BYTES = 64 * 1024 * 1024
"""Blocks double up to here. The C library returns blocks of this size to the system, and keeps smaller ones."""
STAGED_BYTES = 256 * 1024
"""So much of a column in a file waits in memory to be written at once; it is not counted."""


class Column(Generic[Scalar]):
    """An array that grows at its end; made by `Room.column`, used by one thread at a time."""

    def __init__(self, books: Books, folder: SpillFolder, dtype: np.dtype[Scalar]) -> None:
        self._books = books
        self._folder = folder
        self._dtype = dtype
        self._claim = Claim()
        self._blocks: list[npt.NDArray[Scalar]] = []
        self._filled = 0  # of the last block; those before it are full
        self._count = 0
        self._given: weakref.ref[npt.NDArray[Scalar]] | None = None
        books.own(self, self._claim)

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return self._count

    def append(self, array: npt.NDArray[np.generic]) -> None:
        """Add a copy of `array` at the end, in time proportional to its length.

        Raises TypeError where its numbers could lose something in the column's type, ValueError where it has more
        than one dimension or the column was given out already, SpillFailed where there is no space left.
        """
        if self._given is not None:
            raise ValueError("this column was given out as an array; nothing can be added to it")
        if array.ndim != 1:
            raise ValueError(f"a column takes arrays of one dimension, not of {array.ndim}")
        values = array.astype(self._dtype, casting="safe", copy=False)
        if self._claim.file is None and not self._books.hold(self._claim, values.nbytes):
            self._move_to_file()
        if self._claim.file is not None:
            self._books.spill(self._claim, values.nbytes)
        self._count += len(values)
        while len(values):
            if not self._blocks or self._filled == len(self._blocks[-1]):
                self._make_space(len(values))
            block = self._blocks[-1]
            taken = min(len(values), len(block) - self._filled)
            block[self._filled : self._filled + taken] = values[:taken]
            self._filled += taken
            values = values[taken:]

    def array(self) -> npt.NDArray[Scalar]:
        """Return what was appended, as one array; from then on the column does not grow.

        Asked again it returns the same array, and raises ValueError once nobody uses that any more.
        """
        if self._given is not None:
            array = self._given()
            if array is None:
                raise ValueError("this column was given out as an array, which is no longer there")
            return array
        array = self._joined() if self._claim.file is None else self._mapped(self._claim.file)
        self._given = weakref.ref(array)
        self._books.hand_over(self, array)
        return array

    def _make_space(self, wanted: int) -> None:
        import numpy as np

        if self._claim.file is not None:
            with self._writing():
                write(self._claim.file, _bytes_of(self._blocks[-1]))
        else:
            size = self._dtype.itemsize
            usual = min(max(self._count, FIRST_BLOCK_BYTES // size), LARGEST_BLOCK_BYTES // size)
            self._blocks.append(np.empty(max(wanted, usual), self._dtype))
        self._filled = 0

    def _move_to_file(self) -> None:
        import numpy as np

        with self._writing():
            file = self._claim.file = self._folder.open()
            for block in self._taken_blocks():
                write(file, _bytes_of(block))
        self._books.spill(self._claim, 0)
        self._blocks = [np.empty(max(1, STAGED_BYTES // self._dtype.itemsize), self._dtype)]

    def _joined(self) -> npt.NDArray[Scalar]:
        import numpy as np

        array = np.empty(self._count, self._dtype)
        start = 0
        for block in self._taken_blocks():
            array[start : start + len(block)] = block
            start += len(block)
        return array

    def _mapped(self, file: IO[bytes]) -> npt.NDArray[Scalar]:
        with self._writing():
            for block in self._taken_blocks():
                write(file, _bytes_of(block))
            array = mapped(file, self._count, self._dtype)
        file.close()
        self._claim.file = None
        return array

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._folder.faults():
                yield
        except SpillFailed:
            # What is in the file is not whole: its space is given back, and the closed file refuses to go on.
            self._books.drop(self._claim)
            raise

    def _taken_blocks(self) -> Iterator[npt.NDArray[Scalar]]:
        """Yield the filled part of each block, none of which is kept."""
        if self._blocks:
            self._blocks[-1] = self._blocks[-1][: self._filled]
        self._filled = 0
        self._blocks.reverse()
        while self._blocks:
            yield self._blocks.pop()


def _bytes_of(block: npt.NDArray[np.generic]) -> memoryview:
    import numpy as np

    return block.view(np.uint8).data
