"""Which whole documents are copies of others, and which one of several stays.

Documents are looked at in the order of `Settings.keep`, and each is compared with those before it that stay. So copies
form stars round what stays, not chains: A~B~C does not make C a copy of A.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dedupe.fingerprinting import KeyTable
from dedupe.model import Shingle
from dedupe.normalizing import runs_of, shingles_of
from dedupe.overlaps import OverlapJoin, hashes_of
from dedupe.settings import Keep, Settings
from dedupe.sharing import MIN_SHARED_TOKENS, Shared
from dedupe.verifying import containment, jaccard

DOCUMENT_SHINGLE_SIZE = 5
"""Tokens in a document's shingle: unrelated books share runs of three."""
MIN_CONTAINED_SHARE = 0.95
"""A document of which so much stands in another one is a copy, however much more the other holds."""
_CACHED_SHINGLE_SETS = 16


@dataclass(frozen=True, slots=True)
class Body:
    """A document as the search for copies sees it.

    `keys` are the numbers of all its paragraphs' keys, `content` those of the paragraphs in which no rule saw
    boilerplate, both in order.
    """

    keys: Sequence[int]
    content: Sequence[int]


def find_duplicate_documents(bodies: Sequence[Body], table: KeyTable, *, settings: Settings) -> list[Shared]:
    """Return the documents that are copies of one that stays, by DOC401 or DOC402, in reading order.

    DOC401: the paragraphs have the same keys in the same order; those with an empty key do not count. DOC402: the
    tokens of the content, read as one, are nearly the same, or nearly all of them stand in the other. The copy that is
    named is the first such document in the order of `settings.keep`. A document with fewer than `MIN_SHARED_TOKENS`
    tokens is nobody's copy and nobody's original. One document, one rule: an exact copy is not compared with others,
    nor others with it, even where DOC401 is ignored. What is equal to a document that DOC402 strips is a near copy
    itself, because the copy it names must stay.
    """
    if len(bodies) < 2:
        return []
    sizes = [sum(map(table.token_count, body.content)) for body in bodies]
    search = _NearSearch(bodies, sizes, table, settings) if settings.detects("DOC402") else None
    first: dict[tuple[int, ...], int] = {}
    found = []
    for number in in_order_of_keeping(sizes, settings.keep):
        keys = tuple(filter(None, bodies[number].keys))
        tokens = sum(map(table.token_count, keys))
        if tokens < MIN_SHARED_TOKENS:
            continue
        original = first.get(keys)
        if original is not None:
            if settings.detects("DOC401"):
                found.append(Shared(number, None, "DOC401", 1.0, (("tokens", tokens),), (original, None)))
            continue
        near = search.near(number) if search else None
        if near is not None:
            found.append(near)
        if near is None or not settings.strips("DOC402"):
            first[keys] = number  # it stays, so it can be what others are copies of
    return sorted(found, key=lambda each: each.document)


def in_order_of_keeping(sizes: Sequence[int], keep: Keep) -> list[int]:
    """Return the documents' numbers so that of several copies the one that stays comes first."""
    numbers = range(len(sizes))
    match keep:
        case "first":
            return list(numbers)
        case "last":
            return list(reversed(numbers))
        case "longest":
            return sorted(numbers, key=lambda number: (-sizes[number], number))


@dataclass(frozen=True, slots=True)
class _Likeness:
    """Which document a text is nearly the same as, itself if none, and how near it is."""

    document: int
    jaccard: float
    contained: float


class _NearSearch:
    """Finds, for one document after the other, the first kept one that it is nearly the same as.

    Equal contents are one text: they are compared once. `sizes` are the documents' tokens.
    """

    def __init__(
        self, bodies: Sequence[Body], sizes: Sequence[int], table: KeyTable, settings: Settings
    ) -> None:
        self._sizes = sizes
        self._table = table
        self._threshold = settings.threshold
        texts: dict[tuple[int, ...], int] = {}
        self._text_of = {
            number: texts.setdefault(tuple(filter(None, body.content)), len(texts))
            for number, body in enumerate(bodies)
            if sizes[number] >= MIN_SHARED_TOKENS
        }
        self._texts = list(texts)
        self._shingles = lru_cache(maxsize=_CACHED_SHINGLE_SETS)(self._shingles_of)
        self._join = OverlapJoin(
            [hashes_of(runs_of(self._tokens(text), DOCUMENT_SHINGLE_SIZE)) for text in range(len(texts))],
            threshold=self._threshold,
            contained=MIN_CONTAINED_SHARE,
        )
        self._likenesses: dict[int, _Likeness] = {}
        self._kept: dict[int, int] = {}  # the document that is kept of a text

    def near(self, number: int) -> Shared | None:
        """Return what a document is nearly the same as, or let it be found itself; short ones are neither."""
        text = self._text_of.get(number)
        if text is None:
            return None
        likeness = self._likenesses.get(text)
        if likeness is None:
            likeness = self._likenesses[text] = self._likeness(text) or _Likeness(number, 1.0, 1.0)
        if likeness.document == number:
            self._join.keep(text)
            self._kept[text] = number
            return None
        similarity, contained = round(likeness.jaccard, 4), round(likeness.contained, 4)
        score = similarity if likeness.jaccard >= self._threshold else contained
        evidence = (("jaccard", similarity), ("contained", contained), ("tokens", self._sizes[number]))
        return Shared(number, None, "DOC402", score, evidence, (likeness.document, None))

    def _likeness(self, text: int) -> _Likeness | None:
        for other in self._join.like(text):
            here, there = self._shingles(text), self._shingles(other)
            similarity, contained = jaccard(here, there), containment(here, there)
            if similarity >= self._threshold or contained >= MIN_CONTAINED_SHARE:
                return _Likeness(self._kept[other], similarity, contained)
        return None

    def _shingles_of(self, text: int) -> set[Shingle]:
        return shingles_of(self._tokens(text), DOCUMENT_SHINGLE_SIZE)

    def _tokens(self, text: int) -> list[str]:
        return [token for key in self._texts[text] for token in self._table.tokens(key)]
