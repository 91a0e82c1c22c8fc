"""Whole documents that are copies of others, on columns: the search of `dedupe.documents`.

Candidates come from `proposing.py`; the kernels compare the sets of all their shingles, and what they find is
compared by the words themselves before anything is said.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedupe.corpus.fates import CODES
from dedupe.corpus.fingerprints import tokens_by_kernel
from dedupe.corpus.proposing import Proposals
from dedupe.corpus.texts import DocumentText
from dedupe.documents import (
    DOCUMENT_SHINGLE_SIZE,
    DocumentCopy,
    Likeness,
    NearSearch,
    find_copies,
    is_near,
)
from dedupe.kernels.library import call
from dedupe.normalizing import shingles_of
from dedupe.sharing import MIN_SHARED_TOKENS
from dedupe.verifying import containment, jaccard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedupe.corpus.arrays import I64, U32, Mask
    from dedupe.corpus.columns import Columns
    from dedupe.corpus.fates import Fates
    from dedupe.model import Shingle
    from dedupe.settings import Settings

U64 = npt.NDArray[np.uint64]

_CACHED_SETS = 128
_IS_BOILERPLATE = np.array([code.startswith("BPL") for code in CODES])


def find_duplicate_documents(
    columns: Columns, fates: Fates, *, settings: Settings, jobs: int, with_near: bool = True
) -> dict[int, DocumentCopy]:
    """Return the documents that are copies of one that stays, by DOC401 or DOC402; see `dedupe.documents`.

    Without `with_near` nothing is said of DOC402, and nothing else changes unless it is stripped.
    """
    if len(columns.documents) < 2 or not (settings.detects("DOC401") or settings.detects("DOC402")):
        return {}
    bodies = _Bodies(columns, fates)
    return find_copies(
        bodies.sizes,
        keys_of=bodies.keys_of,
        tokens_of=lambda number: int(bodies.tokens[number]),
        search=_near_search(columns, bodies, settings, jobs)
        if with_near and settings.detects("DOC402")
        else None,
        settings=settings,
    )


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
        tokens = [token for paragraph in paragraphs for token in tokens_by_kernel(text_of(paragraph))]
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


def _near_search(columns: Columns, bodies: _Bodies, settings: Settings, jobs: int) -> NearSearch:
    texts: dict[bytes, int] = {}
    text_of: dict[int, int] = {}
    document_of: list[int] = []
    for number, size in enumerate(bodies.sizes):
        if size >= MIN_SHARED_TOKENS:
            text = text_of[number] = texts.setdefault(bodies.content_of(number).tobytes(), len(texts))
            if text == len(document_of):
                document_of.append(number)
    comparison = _Comparison(columns, bodies, document_of, settings, jobs)
    return NearSearch(
        text_of, compare=comparison.first_near, keep=comparison.proposals.keep, threshold=settings.threshold
    )


class _Comparison:
    """Compares texts, of each of which it knows a document."""

    def __init__(
        self, columns: Columns, bodies: _Bodies, document_of: Sequence[int], settings: Settings, jobs: int
    ) -> None:
        self._columns = columns
        self._bodies = bodies
        self._document_of = document_of
        self._threshold = settings.threshold
        self._sets = lru_cache(maxsize=_CACHED_SETS)(self._set_of)
        contents = [bodies.content_of(number) for number in document_of]
        self.proposals = Proposals(contents, columns, settings.threshold, jobs)

    def first_near(self, text: int, kept: Mapping[int, int]) -> Likeness | None:
        """Return the first kept text that a text is near to, as `NearSearch` wants it."""
        for other in self.proposals.like(text):
            here, there = self._sets(text), self._sets(other)
            both = call("dedupe_shared_members", len(here), here, len(there), there)
            either = len(here) + len(there) - both
            similarity = both / either if either else 0.0
            contained = both / len(here) if len(here) else 0.0
            if is_near(similarity, contained, self._threshold):
                likeness = self._by_words(self._document_of[text], kept[other])
                if likeness is not None:
                    return likeness
        return None

    def _by_words(self, here: int, there: int) -> Likeness | None:
        """Return how near two documents are by their words, None if not near enough: hashes only propose."""
        words = self._bodies.words_of(here), self._bodies.words_of(there)
        similarity, contained = jaccard(*words), containment(*words)
        if is_near(similarity, contained, self._threshold):
            return Likeness(there, similarity, contained)
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
