"""Whole documents that are copies of others, on columns: the search of `dedupe.documents`.

Candidates come from `proposing.py`; the kernels compare the sets of all their shingles, and what they find is
compared by the words themselves before anything is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedupe.corpus.fates import CODES
from dedupe.corpus.proposing import Proposals
from dedupe.corpus.texts import DocumentText
from dedupe.documents import DOCUMENT_SHINGLE_SIZE, MIN_CONTAINED_SHARE, in_order_of_keeping
from dedupe.kernels.library import call
from dedupe.normalizing import shingles_of, tokens_of
from dedupe.sharing import MIN_SHARED_TOKENS
from dedupe.verifying import containment, jaccard

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64, U32, Mask
    from dedupe.corpus.columns import Columns
    from dedupe.corpus.fates import Fates
    from dedupe.model import Evidence, Shingle
    from dedupe.settings import Settings

U64 = npt.NDArray[np.uint64]

_CACHED_SETS = 128
_IS_BOILERPLATE = np.array([code.startswith("BPL") for code in CODES])


@dataclass(frozen=True, slots=True)
class DocumentCopy:
    """What a document is a copy of: `original` is the number of the document that stays."""

    rule: str
    score: float
    evidence: Evidence
    original: int


DocumentCopies = dict[int, DocumentCopy]


def find_duplicate_documents(
    columns: Columns, fates: Fates, *, settings: Settings, jobs: int, with_near: bool = True
) -> DocumentCopies:
    """Return the documents that are copies of one that stays, by DOC401 or DOC402; see `dedupe.documents`.

    Without `with_near` nothing is said of DOC402, and nothing else changes unless it is stripped.
    """
    if len(columns.documents) < 2 or not (settings.detects("DOC401") or settings.detects("DOC402")):
        return {}
    bodies = _Bodies(columns, fates)
    search = (
        _NearSearch(columns, bodies, settings, jobs) if with_near and settings.detects("DOC402") else None
    )
    first: dict[bytes, int] = {}
    copies: DocumentCopies = {}
    for number in in_order_of_keeping(bodies.sizes, settings.keep):
        tokens = int(bodies.tokens[number])
        if tokens < MIN_SHARED_TOKENS:
            continue
        keys = bodies.keys_of(number)
        original = first.get(keys)
        if original is not None and settings.detects("DOC401"):
            copies[number] = DocumentCopy("DOC401", 1.0, (("tokens", tokens),), original)
        if original is not None:
            continue
        near = search.near(number) if search else None
        if near is not None:
            copies[number] = near
        if near is None or not settings.strips("DOC402"):
            first[keys] = number  # it stays, so it can be what others are copies of
    return copies


class _Bodies:
    """The documents as the search for copies sees them.

    `tokens` counts all tokens of a document, `sizes` those of its content, in which no rule saw boilerplate.
    """

    def __init__(self, columns: Columns, fates: Fates) -> None:
        self._columns = columns
        is_keyed = columns.key != 0
        self._is_content: Mask = is_keyed & ~_IS_BOILERPLATE[fates.rule] & (fates.seen == 0)
        tokens = columns.keys.tokens[columns.key]
        self.tokens = _sums(tokens, columns.bounds)
        tokens[~self._is_content] = 0
        self.sizes: list[int] = _sums(tokens, columns.bounds).tolist()
        self._content = columns.key[self._is_content]
        self._bounds = np.concatenate([[0], np.cumsum(_sums(self._is_content, columns.bounds))])

    def keys_of(self, number: int) -> bytes:
        """Return what two documents have in common that have the same paragraphs in the same order."""
        keys = self._columns.key[self._columns.span(number)]
        told: bytes = keys[keys != 0].tobytes()
        return told

    def words_of(self, number: int) -> set[Shingle]:
        """Return the shingles of the content of a document as words; it is read again for that."""
        text_of, span = DocumentText(self._columns, number), self._columns.span(number)
        paragraphs = (np.flatnonzero(self._is_content[span]) + span.start).tolist()
        tokens = [token for paragraph in paragraphs for token in tokens_of(text_of(paragraph))]
        return shingles_of(tokens, DOCUMENT_SHINGLE_SIZE)

    def content_of(self, number: int) -> U32:
        """Return the keys of the content of a document."""
        content: U32 = self._content[self._bounds[number] : self._bounds[number + 1]]
        return content


def _sums(values: U32 | Mask, bounds: I64) -> I64:
    """Return the sum of the values between each bound and the next."""
    sums = np.zeros(len(bounds) - 1, dtype=np.int64)
    starts = bounds[:-1]
    is_filled = starts < bounds[1:]
    if is_filled.any():
        sums[is_filled] = np.add.reduceat(values, starts[is_filled], dtype=np.int64)
    return sums


@dataclass(frozen=True, slots=True)
class _Likeness:
    """Which document a text is nearly the same as, itself if none, and how near it is."""

    document: int
    jaccard: float
    contained: float


class _NearSearch:
    """Finds, for one document after the other, the first kept one that it is nearly the same as.

    Equal contents are one text: they are compared once.
    """

    def __init__(self, columns: Columns, bodies: _Bodies, settings: Settings, jobs: int) -> None:
        self._columns = columns
        self._bodies = bodies
        self._threshold = settings.threshold
        texts: dict[bytes, int] = {}
        self._text_of: dict[int, int] = {}
        self._document_of: list[int] = []
        for number, size in enumerate(bodies.sizes):
            if size >= MIN_SHARED_TOKENS:
                text = texts.setdefault(bodies.content_of(number).tobytes(), len(texts))
                self._text_of[number] = text
                if text == len(self._document_of):
                    self._document_of.append(number)
        self._sets = lru_cache(maxsize=_CACHED_SETS)(self._set_of)
        contents = [bodies.content_of(number) for number in self._document_of]
        self._proposals = Proposals(contents, columns, settings.threshold, jobs)
        self._likenesses: dict[int, _Likeness] = {}
        self._kept: dict[int, int] = {}  # the document that is kept of a text, in the order of keeping

    def near(self, number: int) -> DocumentCopy | None:
        """Return what a document is nearly the same as, or let it be found itself; short ones are neither."""
        text = self._text_of.get(number)
        if text is None:
            return None
        likeness = self._likenesses.get(text)
        if likeness is None:
            likeness = self._likenesses[text] = self._likeness(text) or _Likeness(number, 1.0, 1.0)
        if likeness.document == number:
            self._proposals.keep(text)
            self._kept[text] = number
            return None
        similarity, contained = round(likeness.jaccard, 4), round(likeness.contained, 4)
        score = similarity if likeness.jaccard >= self._threshold else contained
        evidence = (("jaccard", similarity), ("contained", contained), ("tokens", self._bodies.sizes[number]))
        return DocumentCopy("DOC402", score, evidence, likeness.document)

    def _likeness(self, text: int) -> _Likeness | None:
        for other in self._proposals.like(text):
            here, there = self._sets(text), self._sets(other)
            both = call("dedupe_shared_members", len(here), here, len(there), there)
            either = len(here) + len(there) - both
            similarity = both / either if either else 0.0
            contained = both / len(here) if len(here) else 0.0
            if similarity >= self._threshold or contained >= MIN_CONTAINED_SHARE:
                likeness = self._by_words(self._document_of[text], self._kept[other])
                if likeness is not None:
                    return likeness
        return None

    def _by_words(self, here: int, there: int) -> _Likeness | None:
        """Return how near two documents are by their words, None if not near enough: hashes only propose."""
        words = self._bodies.words_of(here), self._bodies.words_of(there)
        similarity, contained = jaccard(*words), containment(*words)
        if similarity >= self._threshold or contained >= MIN_CONTAINED_SHARE:
            return _Likeness(there, similarity, contained)
        return None

    def _set_of(self, text: int) -> U64:
        """Return the sorted shingles of a text."""
        number = self._document_of[text]
        content, keys = self._bodies.content_of(number), self._columns.keys
        out = np.empty(self._bodies.sizes[number] + 1, dtype=np.uint64)
        count = call(
            "dedupe_document_set",
            len(content),
            content,
            keys.token_start,
            keys.token_hashes,
            DOCUMENT_SHINGLE_SIZE,
            out,
        )
        return out[:count].copy()
