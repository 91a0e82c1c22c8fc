"""Sequences whose items are made when somebody looks into them: a document may lose a million paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I32, I64, U32, Mask
    from dedupe.corpus.columns import Columns
    from dedupe.model import Evidence

Item = TypeVar("Item")
Rows = TypeVar("Rows")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """The corpus that is told of; `made` is for what the teller makes of it once."""

    columns: Columns
    made: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FindingRows:
    """Shared paragraphs of the document with a number, as a plan tells of them.

    `paragraphs` and `copies` are numbers in the corpus. Copy i stands in the document `copy_documents[i]`. `both` and
    `either` count the shingles that are in both and in either of the two, for XDP302; they are 0 for XDP301.
    """

    number: int
    corpus: Told
    paragraphs: I64
    copies: I64
    copy_documents: I64
    both: U32
    either: U32


@dataclass(frozen=True, slots=True)
class CutRows:
    """Cuts of the document with a number, in ASCII with LF lines, as a plan tells of them.

    The `paragraphs` go, each with the gap behind it, or, where `is_shifted`, with the one before it; such a cut begins
    at a line end and takes the same as it would one byte further on. A paragraph of a `run` repeats `survivor` exactly.
    Of the others, where `run` is 0, `told` has rule, score and evidence, in order, and the paragraphs that stay for
    the i-th of them are `survivors` from `survivor_bounds[i]` to `survivor_bounds[i + 1]`.
    """

    number: int
    corpus: Told
    raw: bytes
    paragraphs: I64
    is_shifted: Mask
    run: I32
    survivor: I32
    told: Sequence[tuple[str, float, Evidence]]
    survivor_bounds: I64
    survivors: I64


class WrittenOut(Sequence[Item], Generic[Item, Rows]):
    """A sequence whose items are made when it is first looked into; its length is known before.

    `anew` makes them once more and holds none, for who looks at each once. `rows` may give what a plan says of the
    items as columns, without making them; None where only the items can tell.
    """

    def __init__(
        self,
        length: int,
        make: Callable[[], Iterator[Item]],
        rows: Callable[[], Rows] | None = None,
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
