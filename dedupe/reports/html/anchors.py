"""Names for places to which links lead; none is made of anything that the corpus says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedupe.model import Place


MOST_WANTED = 1_500


class Anchors:
    """The copies that stay, each with its anchor.

    So many as `MOST_WANTED` of them may be wanted by removals in other documents; beyond that they are named only.
    """

    def __init__(self) -> None:
        self._number: dict[Place, int] = {}
        self._wanted: dict[str, list[Place]] = {}

    def want(self, places: Iterable[Place]) -> None:
        """Take places that something in another document will link to."""
        for place in places:
            if place not in self._number and len(self._number) < MOST_WANTED:
                self._number[place] = len(self._number) + 1
                self._wanted.setdefault(place.document, []).append(place)

    def places_in(self, document: str) -> list[Place]:
        """Return the places in a document that another one links to."""
        return self._wanted.get(document, [])

    def of(self, place: Place) -> str:
        """Return the anchor of a place."""
        return f"s{self._number.setdefault(place, len(self._number) + 1)}"

    def of_other(self, place: Place) -> str:
        """Return the anchor of a place in another document, `""` where it will not be shown."""
        return f"s{self._number[place]}" if place in self._wanted.get(place.document, ()) else ""

    def wanted(self) -> Iterator[Place]:
        """Yield all places that something in another document links to."""
        for places in self._wanted.values():
            yield from places
