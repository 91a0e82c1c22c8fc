"""Text that comes again in another split: a body joined into one paragraph, or a paragraph taken apart.

Kept paragraphs are joined to one stream of tokens. A paragraph is contained when stretches of the stream, each at
least `MIN_STRETCH` tokens long, cover nearly all of it. Shared shingles alone would not do: a formulaic sentence
finds its three-token shingles scattered over any long document.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from dedupe.model import Shingle

MIN_STRETCH = 8
"""Tokens that must follow each other in both texts to count as the same text."""
STRIDE = 4  # every fourth shingle is indexed: a stretch of MIN_STRETCH tokens holds one
SLACK = 2  # tokens by which a stretch may run past the bound of a paragraph by accident
MAX_POSITIONS = 16  # places tried for one shingle


@dataclass(frozen=True, slots=True)
class Cover:
    """How much of a paragraph stands in kept text.

    `share` is the share of its tokens that the stretches cover, `survivors` the numbers of the paragraphs that hold
    the stretches, in order, `uncovered` the tokens outside them. `begin` and `end` are where the stretches begin and
    end in a single survivor, in its tokens; both are 0 where there is none or more than one.
    """

    share: float
    survivors: tuple[int, ...]
    uncovered: tuple[str, ...]
    begin: int = 0
    end: int = 0


@dataclass(slots=True)
class Pieces:
    """Which pieces of single kept paragraphs have come again so far.

    They tell a body in another split from a quotation: who quotes takes a sentence out of the middle, and a body comes
    from its beginning on, in order, with at most `gap` tokens left out between two pieces, too few to be looked for by
    themselves.
    """

    gap: int
    _ends: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def goes_on(self, survivor: int, begin: int, end: int) -> bool:
        """Return whether the piece from `begin` to `end` of a kept paragraph is of a split body, and note it if so."""
        ends = self._ends[survivor]
        if begin > 0 and not any(begin - self.gap <= before <= begin for before in ends):
            return False
        ends.add(end)
        return True


class KeptText:
    """The tokens of the kept paragraphs of a document, in reading order, as one text."""

    def __init__(self, shingle_size: int) -> None:
        self._size = shingle_size
        self._tokens: list[str] = []
        self._starts: list[int] = []
        self._numbers: list[int] = []
        self._shingles: set[Shingle] = set()
        self._positions: dict[Shingle, list[int]] = {}
        self._indexed = 0

    def append(self, number: int, tokens: Sequence[str]) -> None:
        """Add the paragraph with this number behind the others."""
        joint = max(0, len(self._tokens) - self._size + 1)
        self._starts.append(len(self._tokens))
        self._numbers.append(number)
        self._tokens.extend(tokens)
        tail = self._tokens[joint:]
        self._shingles.update(zip(*(tail[offset:] for offset in range(self._size)), strict=False))

    def share_of(self, shingles: set[Shingle]) -> float:
        """Return the share of `shingles` that stand somewhere in the text; an upper bound of any similarity."""
        return len(shingles & self._shingles) / len(shingles) if shingles else 0.0

    def cover(self, tokens: Sequence[str]) -> Cover:
        """Return how stretches of the text cover `tokens`, the longest at each place first, ties to the earlier.

        Stretches that do not meet where a paragraph begins or ends in the text put together what nobody said, a half
        of one sentence and a half of another: then nothing is covered.
        """
        self._index()
        survivors: dict[int, None] = {}
        stretches: list[tuple[int, int]] = []
        uncovered: list[str] = []
        position = covered_to = 0
        before: int | None = None  # where in the text the stretch before ended
        while position < len(tokens):
            start, end, at = self._longest(tokens, position, position - covered_to)
            if end - start < MIN_STRETCH:
                uncovered.append(tokens[position])
                position += 1
                continue
            if before is not None and not (self._is_near_bound(before) or self._is_near_bound(at)):
                return Cover(0.0, (), tuple(tokens))
            before = at + end - start
            stretches.append((at, before))
            del uncovered[len(uncovered) - (position - start) :]
            for owner in range(bisect_right(self._starts, at) - 1, bisect_right(self._starts, before - 1)):
                survivors[self._numbers[owner]] = None
            position = covered_to = end
        begin = stop = 0
        if len(survivors) == 1:
            origin = self._starts[bisect_right(self._starts, stretches[0][0]) - 1]
            begin = min(at for at, _ in stretches) - origin
            stop = max(to for _, to in stretches) - origin
        share = 1 - len(uncovered) / len(tokens)
        return Cover(share, tuple(sorted(survivors)), tuple(uncovered), begin, stop)

    def _is_near_bound(self, at: int) -> bool:
        """Return whether a paragraph of the text begins or ends at `at`, give or take the few tokens two may share."""
        after = bisect_right(self._starts, at)
        following = self._starts[after] if after < len(self._starts) else len(self._tokens)
        return min(at - self._starts[after - 1], following - at) <= SLACK

    def _longest(self, tokens: Sequence[str], position: int, free: int) -> tuple[int, int, int]:
        """Return start and end in `tokens`, and the place in the text, of the longest stretch over `position`.

        The stretch may reach back over the `free` tokens before `position` that nothing covers yet.
        """
        best = (position, position, 0)
        for place in self._positions.get(tuple(tokens[position : position + self._size]), ()):
            back = 0
            while (
                back < free and place > back and tokens[position - back - 1] == self._tokens[place - back - 1]
            ):
                back += 1
            reach = self._size
            while (
                position + reach < len(tokens)
                and place + reach < len(self._tokens)
                and tokens[position + reach] == self._tokens[place + reach]
            ):
                reach += 1
            if back + reach > best[1] - best[0]:
                best = (position - back, position + reach, place - back)
        return best

    def _index(self) -> None:
        for position in range(self._indexed, len(self._tokens) - self._size + 1, STRIDE):
            places = self._positions.setdefault(tuple(self._tokens[position : position + self._size]), [])
            if len(places) < MAX_POSITIONS:
                places.append(position)
            self._indexed = position + STRIDE
