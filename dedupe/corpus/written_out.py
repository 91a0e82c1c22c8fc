"""Sequences whose items are made when somebody looks into them: a document may lose a million paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, overload

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64, U32
    from dedupe.model import Evidence

Item = TypeVar("Item")
Rows = TypeVar("Rows")


@dataclass(frozen=True, slots=True)
class FindingRows:
    """Shared paragraphs of one document, as a plan tells of them: XDP301 where `either` is 0, else XDP302.

    `here` and `there` (n by 4) are the places of the paragraphs and of their copies: start, end, first and last line.
    Copy i stands in `names[name_of[i]]`. `tokens` counts those of a paragraph, `both` and `either` its shingles that
    are in both and in either of the two.
    """

    document: str
    here: U32
    there: U32
    names: Sequence[str]
    name_of: U32
    tokens: U32
    both: U32
    either: U32


@dataclass(frozen=True, slots=True)
class CutRows:
    """Cuts of one document in ASCII with LF lines, each of whole lines or of whole lines once it is moved, for a plan.

    `places` (n by 4) are those of the paragraphs: start, end, first and last line. `ranges` (n by 2) are the bytes of
    the cuts; one that begins before its paragraph, at a line end, takes the same as that moved on by one byte.
    `lf_lines` are the lines in which the cuts begin, so moved. `told` has rule, score and evidence of each. The
    paragraphs that stay for cut i are at the places `survivors` (m by 4) from `survivor_bounds[i]` to
    `survivor_bounds[i + 1]`.
    """

    document: str
    raw: bytes
    places: U32
    ranges: U32
    lf_lines: U32
    told: Sequence[tuple[str, float, Evidence]]
    survivor_bounds: I64
    survivors: U32


class WrittenOut(Sequence[Item], Generic[Item, Rows]):
    """A sequence whose items are made when it is first looked into; its length is known before.

    `rows` may give what a plan says of the items as columns, without making them; None where only the items can tell.
    """

    def __init__(
        self,
        length: int,
        make: Callable[[], Iterator[Item]],
        rows: Callable[[], Rows] | None = None,
    ) -> None:
        self._length = length
        self._make = make
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
            self._items = tuple(self._make())
        return self._items
