"""Which paragraphs stand in another document too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from dedupe.candidates import (
    MAX_COMPARED_TOKENS,
    SHINGLE_SIZE,
    index_for,
)
from dedupe.fingerprinting import KeyTable
from dedupe.model import Evidence, Shingle
from dedupe.normalizing import shingles_of
from dedupe.settings import Settings
from dedupe.verifying import difference, jaccard

MIN_SHARED_TOKENS = 12
"""Shorter paragraphs stand in many documents without being copied."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A paragraph, or with `paragraph` None a whole document, that stands elsewhere too.

    `copy` is the one that stays: the number of its document, in reading order, and of its paragraph (None for a
    whole document).
    """

    document: int
    paragraph: int | None
    rule: str
    score: float
    evidence: Evidence
    copy: tuple[int, int | None]


def find_shared_paragraphs(
    documents: Sequence[Sequence[tuple[int, int]]],
    keys: KeyTable,
    *,
    settings: Settings,
    raw_text: Callable[[int, int], str],
) -> Iterable[Shared]:
    """Yield the paragraphs that repeat, exactly or nearly, a paragraph of an earlier document.

    A document is the (number, key) of its paragraphs that are left, in order. Near copies are told from the first
    of their kind only: A~B~C does not make C a copy of A. Where near copies are stripped, not only reported,
    those whose difference is decisive are not told; `raw_text` gives the text of a paragraph of a document
    for that.
    """
    documents = [
        [pair for pair in document if keys.token_count(pair[1]) >= MIN_SHARED_TOKENS]
        for document in documents
    ]
    search = _NearSearch(documents, keys, settings, raw_text) if settings.detects("XDP302") else None
    first: dict[int, tuple[int, int]] = {}
    for number, document in enumerate(documents):
        for paragraph, key in document:
            original = first.get(key)
            if original is None:
                is_comparable = keys.token_count(key) <= MAX_COMPARED_TOKENS
                near = search.near(number, paragraph, key) if search and is_comparable else None
                if near is None or not settings.strips("XDP302"):
                    first[key] = (number, paragraph)  # it stays, so it can be what others are copies of
                if near is not None:
                    yield near
            elif original[0] != number and settings.detects("XDP301"):
                evidence = (("tokens", keys.token_count(key)),)
                yield Shared(number, paragraph, "XDP301", 1.0, evidence, original)


class _NearSearch:
    """Finds, for one distinct paragraph after the other, the first kind it belongs to."""

    def __init__(
        self,
        documents: Sequence[Sequence[tuple[int, int]]],
        keys: KeyTable,
        settings: Settings,
        raw_text: Callable[[int, int], str],
    ) -> None:
        self._keys = keys
        self._threshold = settings.threshold
        self._is_guarded = settings.strips("XDP302")
        self._raw_text = raw_text
        self._distinct = list(
            dict.fromkeys(
                key
                for document in documents
                for _, key in document
                if keys.token_count(key) <= MAX_COMPARED_TOKENS
            )
        )
        self._order = {key: order for order, key in enumerate(self._distinct)}
        self._places: list[tuple[int, int, int]] = []  # document, paragraph, key of each first of its kind
        self._index = index_for(
            self._threshold, (self._shingles(key) for key in self._distinct), count=len(self._distinct)
        )

    def near(self, document: int, paragraph: int, key: int) -> Shared | None:
        """Return what the paragraph is nearly the same as, in another document, or let it be found itself."""
        shingles = self._shingles(key)
        for label in self._index.like(self._order[key], shingles):
            there, place, other = self._places[label]
            if there == document:
                continue
            similarity = jaccard(shingles, self._shingles(other))
            if similarity < self._threshold:
                continue
            shown: Evidence = ()
            if self._is_guarded:
                texts = partial(self._texts, (document, paragraph), (there, place))
                unlike = difference(self._keys.tokens(key), self._keys.tokens(other), texts)
                if unlike.decisive:
                    continue
                shown = unlike.as_evidence()
            score = round(similarity, 4)
            # Where both stay, what differs can be looked up in the two.
            evidence = (("jaccard", score), *shown)
            return Shared(document, paragraph, "XDP302", score, evidence, (there, place))
        self._index.keep(len(self._places), self._order[key], shingles)
        self._places.append((document, paragraph, key))
        return None

    def _texts(self, *places: tuple[int, int]) -> Sequence[str]:
        return [self._raw_text(*place) for place in places]

    def _shingles(self, key: int) -> set[Shingle]:
        return shingles_of(self._keys.tokens(key), SHINGLE_SIZE)
