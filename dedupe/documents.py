"""Which whole documents are copies of others, and which one of several stays.

Documents are looked at in the order of `Settings.keep`, and each is compared with those before it that stay. So copies
form stars round what stays, not chains: A~B~C does not make C a copy of A.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dedupe.fingerprinting import KeyTable
from dedupe.model import Evidence, Shingle
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


@dataclass(frozen=True, slots=True)
class DocumentCopy:
    """What a document is a copy of: `original` is the number of the document that stays."""

    rule: str
    score: float
    evidence: Evidence
    original: int


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
    keys = [tuple(filter(None, body.keys)) for body in bodies]
    copies = find_copies(
        sizes,
        keys_of=keys.__getitem__,
        tokens_of=lambda number: sum(map(table.token_count, keys[number])),
        search=_near_search(bodies, sizes, table, settings) if settings.detects("DOC402") else None,
        settings=settings,
    )
    found = [
        Shared(number, None, copy.rule, copy.score, copy.evidence, (copy.original, None))
        for number, copy in copies.items()
    ]
    return sorted(found, key=lambda each: each.document)


def find_copies(
    sizes: Sequence[int],
    *,
    keys_of: Callable[[int], Hashable],
    tokens_of: Callable[[int], int],
    search: NearSearch | None,
    settings: Settings,
) -> dict[int, DocumentCopy]:
    """Return by number the documents that are copies, as `find_duplicate_documents` says, whatever holds them.

    `sizes` count the tokens of their contents, `tokens_of` all tokens of one; `keys_of` gives what two documents have
    in common that are equal. `search` finds near copies; with None there are none.
    """
    first: dict[Hashable, int] = {}
    copies: dict[int, DocumentCopy] = {}
    for number in in_order_of_keeping(sizes, settings.keep):
        tokens = tokens_of(number)
        if tokens < MIN_SHARED_TOKENS:
            continue
        keys = keys_of(number)
        original = first.get(keys)
        if original is not None:
            if settings.detects("DOC401"):
                copies[number] = DocumentCopy("DOC401", 1.0, (("tokens", tokens),), original)
            continue
        near = search.near(number, sizes[number]) if search else None
        if near is not None:
            copies[number] = near
        if near is None or not settings.strips("DOC402"):
            first[keys] = number  # it stays, so it can be what others are copies of
    return copies


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
class Likeness:
    """Which document a text is nearly the same as, and how near it is."""

    document: int
    jaccard: float
    contained: float


def is_near(similarity: float, contained: float, threshold: float) -> bool:
    """Return whether a document is a near copy of another: alike, or nearly all of it stands there."""
    return similarity >= threshold or contained >= MIN_CONTAINED_SHARE


class NearSearch:
    """Finds, for one document after the other, the first kept one that it is nearly the same as.

    Equal contents are one text, `text_of` each document that is long enough: they are compared once. `compare` finds
    the first near one among the texts that are kept, which it gets with the document that is kept of each; `keep` is
    told of those.
    """

    def __init__(
        self,
        text_of: Mapping[int, int],
        *,
        compare: Callable[[int, Mapping[int, int]], Likeness | None],
        keep: Callable[[int], None],
        threshold: float,
    ) -> None:
        self._text_of = text_of
        self._compare = compare
        self._keep = keep
        self._threshold = threshold
        self._likenesses: dict[int, Likeness] = {}
        self._kept: dict[int, int] = {}

    def near(self, number: int, tokens: int) -> DocumentCopy | None:
        """Return what a document of so many `tokens` is nearly the same as, or let it be found itself.

        Short ones are neither.
        """
        text = self._text_of.get(number)
        if text is None:
            return None
        likeness = self._likenesses.get(text)
        if likeness is None:
            likeness = self._compare(text, self._kept) or Likeness(number, 1.0, 1.0)
            self._likenesses[text] = likeness
        if likeness.document == number:
            self._keep(text)
            self._kept[text] = number
            return None
        similarity, contained = round(likeness.jaccard, 4), round(likeness.contained, 4)
        score = similarity if likeness.jaccard >= self._threshold else contained
        evidence = (("jaccard", similarity), ("contained", contained), ("tokens", tokens))
        return DocumentCopy("DOC402", score, evidence, likeness.document)


def _near_search(
    bodies: Sequence[Body], sizes: Sequence[int], table: KeyTable, settings: Settings
) -> NearSearch:
    texts: dict[tuple[int, ...], int] = {}
    text_of = {
        number: texts.setdefault(tuple(filter(None, body.content)), len(texts))
        for number, body in enumerate(bodies)
        if sizes[number] >= MIN_SHARED_TOKENS
    }
    comparison = _Comparison(list(texts), table, settings)
    return NearSearch(
        text_of, compare=comparison.first_near, keep=comparison.join.keep, threshold=settings.threshold
    )


class _Comparison:
    """Compares texts, each the numbers of its keys, by all their shingles."""

    def __init__(self, texts: Sequence[tuple[int, ...]], table: KeyTable, settings: Settings) -> None:
        self._texts = texts
        self._table = table
        self._threshold = settings.threshold
        self._shingles = lru_cache(maxsize=_CACHED_SHINGLE_SETS)(self._shingles_of)
        self.join = OverlapJoin(
            [hashes_of(runs_of(self._tokens(text), DOCUMENT_SHINGLE_SIZE)) for text in range(len(texts))],
            threshold=self._threshold,
            contained=MIN_CONTAINED_SHARE,
        )

    def first_near(self, text: int, kept: Mapping[int, int]) -> Likeness | None:
        """Return the first kept text that a text is near to, as `NearSearch` wants it."""
        for other in self.join.like(text):
            here, there = self._shingles(text), self._shingles(other)
            similarity, contained = jaccard(here, there), containment(here, there)
            if is_near(similarity, contained, self._threshold):
                return Likeness(kept[other], similarity, contained)
        return None

    def _shingles_of(self, text: int) -> set[Shingle]:
        return shingles_of(self._tokens(text), DOCUMENT_SHINGLE_SIZE)

    def _tokens(self, text: int) -> list[str]:
        return [token for key in self._texts[text] for token in self._table.tokens(key)]
