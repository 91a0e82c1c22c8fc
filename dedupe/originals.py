"""Documents that others are left out for: they have to be what they were when that was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dedupe.errors import SelfCheckFailed
from dedupe.model import Edit, Skipped


class Originals:
    """Holds that what goes on account of another document goes only when that one is what it was.

    A document that is left out may come before the one that stays in its place; that one is looked at first, by
    `is_unchanged`, and is held to stay what it was until its own turn. `changed` are the documents that are known not
    to be.
    """

    def __init__(self, is_unchanged: Callable[[str], bool]) -> None:
        self.changed: set[str] = set()
        self._is_unchanged = is_unchanged
        self._looked_at: set[str] = set()
        self._copy_of: dict[str, str] = {}

    def look_at(self, names: Iterable[str]) -> None:
        """Read each of the documents, unless its turn was before or it was looked at."""
        for name in names:
            if name not in self._looked_at:
                self._looked_at.add(name)
                if not self._is_unchanged(name):
                    self.changed.add(name)

    def note(self, made: Edit | Skipped) -> None:
        """Remember what became of a document whose turn it was.

        Raises SelfCheckFailed when it changed since a copy of it was left out.
        """
        self._looked_at.add(made.name)
        if isinstance(made, Skipped):
            if made.name in self._copy_of:
                raise SelfCheckFailed(
                    f"{made.name}: it changed after {self._copy_of[made.name]} had been left out as a copy of it; "
                    "nothing was written, run again"
                )
            self.changed.add(made.name)
        elif made.dropped:
            self._copy_of.update((place.document, made.name) for place in made.cuts[0].survivors)
