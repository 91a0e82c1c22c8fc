"""A corpus between the two passes: what is known of its documents, paragraphs and distinct keys, as columns.

Paragraphs are numbered through the corpus in reading order, those of document d from `bounds[d]` to `bounds[d + 1]`.
Keys are numbered from 1 in the order in which they are met; 0 is the empty key. No text is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.model import Dropped, Place

EDGE = 0xFFFFFFFF
"""The name of a page's edge as a neighbour."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.corpus.arrays import I64, U8, U32, U64
    from dedupe.learned import LearnedSite
    from dedupe.model import Source


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """One document after the first pass; fields as in `dedupe.outlining.Outline`.

    `errors` is how bytes that do not fit were read: the name of a handler of codecs. `checksum` is xxh3_64 of all
    bytes: what tells, quicker than the digest, whether they are still the same. `is_ascii` tells that bytes are
    characters; `mode` how the text was divided, and `slack` how many of its lines may go in any case without a change
    of it.
    """

    source: Source
    digest: str
    checksum: int
    size: int
    encoding: str
    errors: str
    guessed: bool
    is_ascii: bool
    mode: str
    slack: int

    @property
    def name(self) -> str:
        """The document's name."""
        return self.source.name


@dataclass(slots=True)
class Shingles:
    """The hashes of the shingles of keys, those of key k from `start[k]` to `start[k + 1]`.

    There are none of keys that are not compared across documents.
    They are a third of all columns and are used by one search: what it has made of them it needs no more.
    """

    start: I64
    hashes: U32

    def release(self) -> None:
        """Let them go."""
        self.start, self.hashes = self.start[:0].copy(), self.hashes[:0].copy()


@dataclass(frozen=True, slots=True)
class KeyColumns:
    """What is known of the distinct keys, an entry a number.

    `tokens` counts; `names` are the numbers of lines that count as one when digits are masked, below `name_count`;
    `hints` holds the bits of `Fingerprints.hints`. The hashes of the tokens of key k lie from `token_start[k]` to
    `token_start[k + 1]` of `token_hashes`.
    """

    tokens: U32
    names: U32
    name_count: int
    hints: U8
    token_start: I64
    token_hashes: U32
    shingles: Shingles

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, slots=True)
class LearnedColumns:
    """What a profile tells of a site, as far as the corpus holds its lines.

    `names` are those of the lines, ascending, as in `KeyColumns.names`, `lines` what the profile calls them and `votes`
    the numbers of pages that hold them. A pair is the name above in the upper 32 bits and the one below in the lower,
    the page's edge `EDGE`; `pair_votes` are the numbers of pages that hold it.
    """

    site: LearnedSite
    names: U32
    lines: Sequence[str]
    votes: U32
    pairs: U64
    pair_votes: U32


@dataclass(frozen=True, slots=True)
class Columns:
    """The corpus.

    `start`, `text_end`, `first_line` and `last_line` are those of `dedupe.model.Paragraph`; `traits` holds bits;
    `key` the number of the paragraph's key. `known` is what BPL202 says of the keys that it knows. `searched`
    is `key` with 0 for paragraphs that no paragraph rule may take: repeats are sought among the others. `learned`
    is what profiles tell of sites.
    """

    documents: Sequence[DocumentFacts]
    bounds: I64
    start: U32
    text_end: U32
    first_line: U32
    last_line: U32
    traits: U8
    key: U32
    keys: KeyColumns
    known: dict[int, Dropped]
    searched: U32
    learned: Sequence[LearnedColumns] = ()

    def __len__(self) -> int:
        return len(self.key)

    @property
    def size(self) -> int:
        """How many bytes the documents have together."""
        return sum(facts.size for facts in self.documents)

    def span(self, document: int) -> slice:
        """Return where the paragraphs of a document are."""
        return slice(int(self.bounds[document]), int(self.bounds[document + 1]))

    def exempt_count(self, document: int) -> int:
        """Return how many paragraphs of a document no paragraph rule may take."""
        if self.key is self.searched:
            return 0
        span = self.span(document)
        return int(np.count_nonzero(self.key[span] != self.searched[span]))

    def document_of(self, paragraph: int) -> int:
        """Return the document that a paragraph belongs to."""
        return int(np.searchsorted(self.bounds, paragraph, side="right")) - 1

    def place_in(self, document: int, paragraph: int) -> Place:
        """Return where a paragraph of a document stands."""
        return Place(
            self.documents[document].name,
            int(self.start[paragraph]),
            int(self.text_end[paragraph]),
            int(self.first_line[paragraph]),
            int(self.last_line[paragraph]),
        )

    def whole(self, document: int) -> Place:
        """Return the place of a whole document."""
        facts, span = self.documents[document], self.span(document)
        last = int(self.last_line[span.stop - 1]) if span.stop > span.start else 1
        return Place(facts.name, 0, facts.size, 1, last)
