"""Clusters of a plan: removed paragraphs that went on account of the same copy, or that say the same boilerplate.

Exact numbers for every cluster cost some 200 bytes each; places and text are held for the largest only.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from dedupe.normalizing import comparison_key

if TYPE_CHECKING:
    from dedupe.model import Place
    from dedupe.plan import PlannedCut

SHOWN = 40
"""So many clusters are shown."""
PLACES_SHOWN = 200
DETAILED = 4_000
"""So many clusters have their places held while the plan is read."""
_MARK_BYTES = 12

Spot = tuple[str, int, int, int]
"""A document, where a cut starts in it, and its first and last line."""


@dataclass(slots=True)
class Cluster:
    """Removed paragraphs that belong together: the first is described, the places of others are listed.

    `stays` are the copies that stay, empty for boilerplate. `spots` holds up to 200 of `count` places.
    """

    rule: str
    text: str
    stays: tuple[Place, ...]
    count: int = 0
    spots: list[Spot] = field(default_factory=list)
    documents: int = 0


class Clusters:
    """Counts clusters exactly, in the order of the plan, and holds the details of those that grew first or most."""

    def __init__(self) -> None:
        self._number: dict[bytes, int] = {}
        self._counts = array("L")
        self._detailed: dict[int, Cluster] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, cut: PlannedCut) -> None:
        """Take a paragraph that went."""
        number = self._number.setdefault(_mark(cut), len(self._counts))
        if number == len(self._counts):
            self._counts.append(0)
        self._counts[number] += 1
        cluster = self._detailed.get(number)
        if cluster is None:
            cluster = self._detailed[number] = Cluster(cut.rule, cut.text[:2_000], cut.survivors[:5])
            if len(self._detailed) > DETAILED:
                self._forget_small_ones()
        if not cluster.spots or cluster.spots[-1][0] != cut.document:
            cluster.documents += 1
        if len(cluster.spots) < PLACES_SHOWN:
            cluster.spots.append((cut.document, cut.start, cut.first_line, cut.last_line))

    def _forget_small_ones(self) -> None:
        """Let the details of the smaller half go; should one of them grow later, it begins anew."""
        ranked = sorted(self._detailed, key=lambda number: (-self._counts[number], number))
        self._detailed = {number: self._detailed[number] for number in sorted(ranked[: DETAILED // 2])}

    def largest(self) -> list[Cluster]:
        """Return the largest clusters, of equal ones those with the longer text, then those that come first."""
        ranked = sorted(
            self._detailed,
            key=lambda number: (-self._counts[number], -len(self._detailed[number].text), number),
        )
        shown = [self._detailed[number] for number in ranked[:SHOWN]]
        for number, cluster in zip(ranked, shown, strict=False):
            cluster.count = self._counts[number]
        return shown

    def sizes(self) -> Counter[int]:
        """Return how many clusters there are of each size."""
        return Counter(self._counts)


def _mark(cut: PlannedCut) -> bytes:
    if cut.survivors:
        place = cut.survivors[0]
        content = f"{place.start} {place.end} {place.document}"
    elif cut.removed is None:
        content = cut.removed_digest
    else:
        content = f"{cut.rule[:3]} {_key(cut.text)}"
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=_MARK_BYTES).digest()


def _key(text: str) -> str:
    return comparison_key(text[:4_000])
