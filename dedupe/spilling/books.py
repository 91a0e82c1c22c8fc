"""Who has how many bytes of a room."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from threading import RLock
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(slots=True)
class Claim:
    """The bytes that one array or column has of a room, and the file of a column that grows in one."""

    held: int = 0
    spilled: int = 0
    file: IO[bytes] | None = None


class Books:
    """The claims on a room and their sums; `max_bytes` may be held in memory, any number where it is None.

    Owners are known by weak references, so that what nobody uses any more comes back by itself. Threads may share
    the books.
    """

    def __init__(self, max_bytes: int | None) -> None:
        self.held = 0
        self.spilled = 0
        self._max_bytes = max_bytes
        self._claims: dict[int, tuple[weakref.ref[object], Claim]] = {}
        self._is_closed = False
        # The end of an owner can be noticed while this very thread writes in the books.
        self._lock = RLock()

    def hold(self, claim: Claim, size: int) -> bool:
        """Count `size` more bytes in memory; return False and count nothing where they do not fit."""
        with self._lock:
            self._refuse_if_closed()
            if self._max_bytes is not None and size and self.held + size > self._max_bytes:
                return False
            claim.held += size
            self.held += size
            return True

    def spill(self, claim: Claim, size: int) -> None:
        """Count `size` more bytes in files, and what the claim held in memory too."""
        with self._lock:
            self._refuse_if_closed()
            self.held -= claim.held
            self.spilled += claim.held + size
            claim.spilled += claim.held + size
            claim.held = 0

    def own(self, owner: object, claim: Claim) -> None:
        """Note whose the claim is; its bytes come back with the end of the owner."""
        key = id(owner)
        with self._lock:
            self._refuse_if_closed()
            self._claims[key] = (weakref.ref(owner, lambda _: self._end(key)), claim)

    def hand_over(self, owner: object, heir: object) -> None:
        """Note that what `owner` claimed is now claimed by `heir`."""
        with self._lock:
            self._refuse_if_closed()
            _, claim = self._claims.pop(id(owner))
            self.own(heir, claim)

    def give_back(self, array: npt.NDArray[np.generic]) -> None:
        """End the claim of an array, or of the one that it is a view of; without a claim nothing happens."""
        import numpy as np

        whole: object = array
        while isinstance(whole, np.ndarray) and id(whole) not in self._claims:
            whole = whole.base
        self._end(id(whole))

    def drop(self, claim: Claim) -> None:
        """Count the bytes of a claim as free and close its file."""
        with self._lock:
            self.held -= claim.held
            self.spilled -= claim.spilled
            claim.held = claim.spilled = 0
            if claim.file is not None:
                claim.file.close()

    def close(self) -> None:
        """End every claim; no other can be made."""
        with self._lock:
            self._is_closed = True
            for key in list(self._claims):
                self._end(key)

    def _end(self, key: int) -> None:
        with self._lock:
            _, claim = self._claims.pop(key, (None, None))
            if claim is not None:
                self.drop(claim)

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise ValueError("this room is closed")
