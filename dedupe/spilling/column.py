"""An array that grows in a room.

In memory it grows as `growing.py` lets it. Once the room is full, what is there is written to a file, and so is
whatever follows. The file is mapped when the column is complete, so that nothing is copied again.
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

    from dedupe.spilling.growing import Growing

Scalar = TypeVar("Scalar", bound="np.generic")

STAGED_BYTES = 256 * 1024
"""So much of a column in a file waits in memory to be written at once; it is not counted."""


class Column(Generic[Scalar]):
    """An array that grows at its end; made by `Room.column`, used by one thread at a time."""

    def __init__(self, books: Books, folder: SpillFolder, dtype: np.dtype[Scalar]) -> None:
        import numpy as np

        from dedupe.spilling.growing import growing

        self._books = books
        self._folder = folder
        self._dtype = dtype
        self._claim = Claim()
        self._memory: Growing[Scalar] = growing(dtype)
        self._staged: npt.NDArray[Scalar] = np.empty(0, dtype)  # what waits to be written to the file
        self._filled = 0  # of what waits
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
        if self._claim.file is None:
            self._memory.add(values)
        else:
            self._stage(self._claim.file, values)

    def array(self) -> npt.NDArray[Scalar]:
        """Return what was appended, as one array; from then on the column does not grow.

        Asked again it returns the same array, and raises ValueError once nobody uses that any more.
        """
        if self._given is not None:
            array = self._given()
            if array is None:
                raise ValueError("this column was given out as an array, which is no longer there")
            return array
        array = self._memory.whole() if self._claim.file is None else self._mapped(self._claim.file)
        self._given = weakref.ref(array)
        self._books.hand_over(self, array)
        return array

    def _stage(self, file: IO[bytes], values: npt.NDArray[Scalar]) -> None:
        while len(values):
            if self._filled == len(self._staged):
                with self._writing():
                    write(file, _bytes_of(self._staged))
                self._filled = 0
            taken = min(len(values), len(self._staged) - self._filled)
            self._staged[self._filled : self._filled + taken] = values[:taken]
            self._filled += taken
            values = values[taken:]

    def _move_to_file(self) -> None:
        import numpy as np

        self._staged = np.empty(max(1, STAGED_BYTES // self._dtype.itemsize), self._dtype)
        with self._writing():
            file = self._claim.file = self._folder.open()
            for piece in self._memory.taken():
                write(file, _bytes_of(piece))
        self._books.spill(self._claim, 0)

    def _mapped(self, file: IO[bytes]) -> npt.NDArray[Scalar]:
        with self._writing():
            write(file, _bytes_of(self._staged[: self._filled]))
            self._staged = self._staged[:0].copy()
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


def _bytes_of(block: npt.NDArray[np.generic]) -> memoryview:
    import numpy as np

    return block.view(np.uint8).data
