"""Names for places to which links lead; none is made of anything that the corpus says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedupe.model import Place


class Anchors:
    """The copies that stay, each with its anchor; places that overlap in one document share one."""

    def __init__(self) -> None:
        self._number: dict[Place, int] = {}
        self._wanted: dict[str, list[Place]] = {}

    def want(self, places: Iterable[Place]) -> None:
        """Take places that something in another document will link to."""
        for place in places:
            if place not in self._number:
                self._number[place] = len(self._number) + 1
                self._wanted.setdefault(place.document, []).append(place)

    def places_in(self, document: str) -> list[Place]:
        """Return the places in a document that another one links to."""
        return self._wanted.get(document, [])

    def of(self, place: Place) -> str:
        """Return the anchor of a place."""
        return f"s{self._number.setdefault(place, len(self._number) + 1)}"

    def wanted(self) -> Iterator[Place]:
        """Yield all places that something in another document links to."""
        for places in self._wanted.values():
            yield from places
