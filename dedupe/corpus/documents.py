"""Whole documents that are copies of others, on columns: the search of `dedupe.documents`.

A few documents are compared each with each. Of many, MinHash signatures in bands propose those that are alike; those of
which one stands in the other, however much more that holds, are proposed by the shingles that both hold of a sample
(the modulus sketch of Broder, "On the resemblance and containment of documents", 1997). Either way the sets of all
shingles are compared before anything is said.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedupe.candidates import choose_bands
from dedupe.corpus.fates import CODES
from dedupe.corpus.threads import map_in_threads
from dedupe.documents import DOCUMENT_SHINGLE_SIZE, MIN_CONTAINED_SHARE, in_order_of_keeping
from dedupe.kernels.library import call
from dedupe.kernels.reference import NUM_PERMUTATIONS, permutations
from dedupe.sharing import MIN_SHARED_TOKENS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.corpus.arrays import I64, U32
    from dedupe.corpus.columns import Columns
    from dedupe.corpus.fates import Fates
    from dedupe.model import Evidence
    from dedupe.settings import Settings

U64 = npt.NDArray[np.uint64]

MAX_COMPARED_EACH = 32
"""Up to so many texts are compared each with each."""
SAMPLING = 32
"""One of so many shingles is in the sample of a document."""
SPARE_SAMPLE = 256
"""Room for more sampled shingles than are to be expected."""
MAX_HOLDERS = 64
"""A shingle in more documents says nothing of two of them."""
ENOUGH_OF_SAMPLE = 0.75
"""Sampled shingles that one of two documents must share, to be compared: well below what has to be contained."""
_TEXTS_AT_ONCE, _CACHED_SETS = 64, 32
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
    columns: Columns, fates: Fates, *, settings: Settings, jobs: int
) -> DocumentCopies:
    """Return the documents that are copies of one that stays, by DOC401 or DOC402; see `dedupe.documents`."""
    if len(columns.documents) < 2 or not (settings.detects("DOC401") or settings.detects("DOC402")):
        return {}
    bodies = _Bodies(columns, fates)
    search = _NearSearch(columns, bodies, settings, jobs) if settings.detects("DOC402") else None
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
        is_content = is_keyed & ~_IS_BOILERPLATE[fates.rule] & ~_IS_BOILERPLATE[fates.reported]
        tokens = columns.keys.tokens[columns.key].astype(np.int64)
        self.tokens = _sums(tokens, columns.bounds)
        self.sizes: list[int] = _sums(tokens * is_content, columns.bounds).tolist()
        self._content = columns.key[is_content]
        self._bounds = np.concatenate([[0], np.cumsum(is_content)])[columns.bounds]

    def keys_of(self, number: int) -> bytes:
        """Return what two documents have in common that have the same paragraphs in the same order."""
        keys = self._columns.key[self._columns.span(number)]
        told: bytes = keys[keys != 0].tobytes()
        return told

    def content_of(self, number: int) -> U32:
        """Return the keys of the content of a document."""
        content: U32 = self._content[self._bounds[number] : self._bounds[number + 1]]
        return content


def _sums(values: I64, bounds: I64) -> I64:
    sums: I64 = np.diff(np.concatenate([[0], np.cumsum(values)])[bounds])
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
                return _Likeness(self._kept[other], similarity, contained)
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


class Proposals:
    """Which kept texts a text may be a near copy of, in the order of keeping."""

    def __init__(self, contents: list[U32], columns: Columns, threshold: float, jobs: int) -> None:
        self._order: dict[int, int] = {}
        self._is_exhaustive = len(contents) <= MAX_COMPARED_EACH
        self._buckets: defaultdict[int, list[int]] = defaultdict(list)
        self._overlapping: defaultdict[int, set[int]] = defaultdict(set)
        if not self._is_exhaustive:
            self._bands, rows = choose_bands(threshold, NUM_PERMUTATIONS)
            self._sketch(contents, columns, rows, jobs)

    def keep(self, text: int) -> None:
        """Let the text be proposed from now on."""
        self._order[text] = len(self._order)
        if not self._is_exhaustive:
            for key in self._band_keys[text].tolist():
                self._buckets[key].append(text)

    def like(self, text: int) -> Iterable[int]:
        """Return the kept texts that may be near, in the order in which they were kept."""
        if self._is_exhaustive:
            return list(self._order)
        found = {other for other in self._overlapping[text] if other in self._order}
        for key in self._band_keys[text].tolist():
            if key:
                found.update(self._buckets.get(key, ()))
        return sorted(found, key=self._order.__getitem__)

    def _sketch(self, contents: list[U32], columns: Columns, rows: int, jobs: int) -> None:
        multipliers, addends = permutations()
        count = len(contents)
        self._band_keys = np.zeros((count, self._bands), dtype=np.uint64)
        tokens = np.array([int(columns.keys.tokens[content].sum()) for content in contents], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(tokens * 2 // SAMPLING + SPARE_SAMPLE)])
        samples, sizes = np.empty(int(starts[-1]), dtype=np.uint64), np.zeros(count, dtype=np.int64)

        def sketch(first: int) -> None:
            behind = min(first + _TEXTS_AT_ONCE, count)
            batch = contents[first:behind]
            call(
                "dedupe_document_sketches",
                behind - first,
                np.cumsum([0, *map(len, batch)], dtype=np.int64),
                np.concatenate(batch),
                columns.keys.token_start,
                columns.keys.token_hashes,
                DOCUMENT_SHINGLE_SIZE,
                multipliers,
                addends,
                NUM_PERMUTATIONS,
                self._bands,
                rows,
                self._band_keys[first:behind],
                (1 << 64) // SAMPLING,
                starts[first : behind + 1],
                samples[starts[first] : starts[behind]],
                sizes[first:behind],
            )

        for _ in map_in_threads(sketch, range(0, count, _TEXTS_AT_ONCE), jobs=jobs):
            pass
        self._propose_overlapping(samples, starts, sizes)

    def _propose_overlapping(self, samples: U64, starts: I64, sizes: I64) -> None:
        """Note which texts share enough of their samples."""
        pieces = [
            samples[start : start + size]
            for start, size in zip(starts.tolist(), sizes.tolist(), strict=False)
        ]
        members = np.concatenate(pieces)
        owners = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
        order = np.argsort(members, kind="stable")
        room = 16 * len(sizes) + 1024
        while True:
            pairs = np.empty(room, dtype=np.uint64)
            found = call(
                "dedupe_overlapping",
                len(members),
                members[order],
                owners[order],
                sizes,
                MAX_HOLDERS,
                ctypes.c_double(ENOUGH_OF_SAMPLE),
                room,
                pairs,
            )
            if found <= room:
                break
            room = found
        for pair in pairs[:found].tolist():
            earlier, later = pair >> 32, pair & 0xFFFFFFFF
            self._overlapping[earlier].add(later)
            self._overlapping[later].add(earlier)
