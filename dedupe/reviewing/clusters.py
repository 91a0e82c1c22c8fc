"""The removals of a plan that one line of a keep file would spare, together."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe.errors import PlanError
from dedupe.keeping import format_keep_entry
from dedupe.normalizing import comparison_key

if TYPE_CHECKING:
    from dedupe.plan import PlanIndex, PlannedCut

PLACES_HELD = 4


@dataclass(slots=True)
class Cluster:
    """All removals of paragraphs with one comparison key, whatever rule took them.

    `digest` is that of the key, `document` and `cut_id` say where the first stands in the plan. `places` are the first
    few, as document and line.
    """

    digest: str
    document: int
    cut_id: str
    removals: int = 0
    characters: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    places: list[tuple[str, int]] = field(default_factory=list)

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts the largest first."""
        return -self.removals, -self.characters


@dataclass(frozen=True, slots=True)
class Review:
    """The clusters of a plan, largest first.

    `unnamed` are removals that no line of a keep file can stand for, having no words or being no text, `documents`
    those of whole documents, which a keep file does not spare.
    """

    index: PlanIndex
    clusters: tuple[Cluster, ...]
    unnamed: int
    documents: int

    def first_removal(self, cluster: Cluster) -> PlannedCut:
        """Return the first removal of a cluster; PlanError when the plan was changed since."""
        document = self.index.document(self.index.entries[cluster.document])
        cut = next((cut for cut in document.cuts if cut.id == cluster.cut_id), None)
        if cut is None:
            raise PlanError(f"{self.index.path}: the plan was changed while it was in use; start again")
        return cut


def review_of(index: PlanIndex) -> Review:
    """Return the clusters of a plan; texts are not held.

    Raises PlanError for a plan without the removed text.
    """
    if not index.header.preview:
        raise PlanError(f"{index.path}: the plan holds no text to show; make it again without --no-preview")
    clusters: dict[str, Cluster | None] = {}
    unnamed = documents = 0
    for number, entry in enumerate(index.entries):
        document = index.document(entry)
        for cut in document.cuts:
            if cut.rule.startswith("DOC"):
                documents += 1
                continue
            digest = digest_of_key(comparison_key(cut.text))
            if digest not in clusters:
                clusters[digest] = Cluster(digest, number, cut.id) if _can_be_named(cut.text) else None
            cluster = clusters[digest]
            if cluster is None:
                unnamed += 1
                continue
            cluster.removals += 1
            cluster.characters += len(cut.text)
            cluster.rules[cut.rule] += 1
            if len(cluster.places) < PLACES_HELD:
                cluster.places.append((document.name, cut.first_line))
    named = [cluster for cluster in clusters.values() if cluster is not None]
    return Review(index, tuple(sorted(named, key=lambda cluster: cluster.rank)), unnamed, documents)


def digest_of_key(key: str) -> str:
    """Return the digest, 16 bytes in hexadecimal, by which a comparison key is known again."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _can_be_named(text: str) -> bool:
    try:
        format_keep_entry(text)
    except ValueError:
        return False
    return True
