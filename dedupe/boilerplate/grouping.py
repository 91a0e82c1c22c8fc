"""Which documents are of one site, where nobody says so: those that share their chrome.

Two documents of a site have lines that stand beside each other in both. Such pairs tell more than lines do: "Contact
us" stands everywhere, "Contact us" below "Tide tables" on one site.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe.boilerplate.evidence import EDGE
from dedupe.boilerplate.frequency import MAX_SHARERS

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_SHARED_PAIRS = 12
MIN_SHARED_SHARE = 0.3
"""So many pairs of lines, or such a share of those of the longer one, make two documents one site's."""


def groups_by_chrome(documents: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the numbers of the documents of each site, in order; a document that shares with none stands alone.

    A document is the names of its lines in order, without those that say nothing.
    """
    pairs = [set(pairwise((EDGE, *names, EDGE))) if names else set() for names in documents]
    holders: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for number, own in enumerate(pairs):
        for pair in own:
            holders[pair].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        for place, later in enumerate(numbers):
            shared.update((earlier, later) for earlier in numbers[: min(place, MAX_SHARERS)])
    first = list(range(len(documents)))
    for (earlier, later), count in sorted(shared.items()):
        longer = max(len(pairs[earlier]), len(pairs[later]))
        if count >= MIN_SHARED_SHARE * longer or count >= MIN_SHARED_PAIRS:
            first[later] = first[earlier]
    return gathered(first)


def gathered(first: Sequence[int]) -> list[list[int]]:
    """Return the numbers that have the same first one together."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for number, of in enumerate(first):
        groups[of].append(number)
    return list(groups.values())
