"""Where columns live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from dedupe.spilling.books import Books, Claim
from dedupe.spilling.column import Column
from dedupe.spilling.files import SpillFolder, allocate, mapped

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    import numpy.typing as npt

Scalar = TypeVar("Scalar", bound="np.generic")


class Room:
    """Where columns live: in memory while they take at most `max_bytes` together, else in files in `folder`.

    A column is an array of one dimension. With `max_bytes` None there is no limit; with `folder` None files are in the
    system's temporary folder. The folder is looked at only when something does not fit. Its files have no name, so
    nothing is left behind, not even by a process that is killed; their space is there before it is used, so a full
    disk is an error and never a crash.

    The bytes of an array count as free when it is released or no longer used, whichever is first; the system has them
    back when it is no longer used, and until then an array stays as it is. Threads may share a room.

    Raises SpillFailed where the folder does not take what does not fit.
    """

    def __init__(self, *, max_bytes: int | None = None, folder: Path | None = None) -> None:
        self._books = Books(max_bytes)
        self._folder = SpillFolder(folder)

    @property
    def held_bytes(self) -> int:
        """How many bytes of columns are in memory now; those of a growing column as far as it is filled."""
        return self._books.held

    @property
    def spilled_bytes(self) -> int:
        """How many bytes of columns are in files now."""
        return self._books.spilled

    def empty(self, count: int, dtype: np.dtype[Scalar] | type[Scalar]) -> npt.NDArray[Scalar]:
        """Return an array of `count` numbers, which may be any."""
        import numpy as np

        kind = _checked(dtype)
        if count < 0:
            raise ValueError(f"a column cannot have {count} numbers")
        size = count * kind.itemsize
        claim = Claim()
        try:
            if self._books.hold(claim, size):
                array = np.empty(count, kind)
            else:
                with self._folder.faults(), self._folder.open() as file:
                    allocate(file, size)
                    array = mapped(file, count, kind)
                self._books.spill(claim, size)
            self._books.own(array, claim)
        except BaseException:
            self._books.drop(claim)
            raise
        return array

    def column(self, dtype: np.dtype[Scalar] | type[Scalar]) -> Column[Scalar]:
        """Return a column that grows."""
        return Column(self._books, self._folder, _checked(dtype))

    def release(self, *arrays: npt.NDArray[np.generic]) -> None:
        """Count the bytes of `arrays` as free; the caller uses them no more.

        A view stands for the whole of its array. Releasing once more does nothing.
        """
        for array in arrays:
            self._books.give_back(array)

    def close(self) -> None:
        """Close the files and count everything as free; then no column can be made or grow.

        The space of a file comes back when the last array in it is no longer used.
        """
        self._books.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _checked(dtype: np.dtype[Scalar] | type[Scalar]) -> np.dtype[Scalar]:
    import numpy as np

    kind = np.dtype(dtype)
    if kind.hasobject or not kind.itemsize:
        raise TypeError(f"a column cannot hold {kind}: it takes what has a size, and no objects")
    return kind
