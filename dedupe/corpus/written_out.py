"""Sequences whose items are made when somebody looks into them: a document may lose a million paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

Item = TypeVar("Item")
PlaceRow = tuple[str, int, int, int, int]
"""A place as a plan spells it: document, start, end, first and last line."""
FindingRow = tuple[str, PlaceRow, float, tuple[tuple[str, "str | int | float"], ...], tuple[PlaceRow, ...]]
"""A finding as a plan spells it: rule, place, score, evidence and copies."""
CutRow = tuple[
    str, str, PlaceRow, float, tuple[tuple[str, "str | int | float"], ...], tuple[PlaceRow, ...], str, str
]
"""A cut of whole lines as a plan spells it: id, rule, place of the cut, score, evidence, survivors, text, and the gap
behind the text."""
Row = TypeVar("Row")


class WrittenOut(Sequence[Item], Generic[Item, Row]):
    """A sequence whose items are made when it is first looked into; its length is known before.

    `anew` makes them once more and holds none, for who looks at each once. `rows` may give what a plan says of the
    items without making them, None where only the items can tell.
    """

    def __init__(
        self,
        length: int,
        make: Callable[[], Iterator[Item]],
        rows: Callable[[], Iterator[Row]] | None = None,
    ) -> None:
        self._length = length
        self.anew = make
        self._items: tuple[Item, ...] | None = None
        self.rows = rows

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        return self._written()[place]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._written())

    def _written(self) -> tuple[Item, ...]:
        if self._items is None:
            self._items = tuple(self.anew())
        return self._items
