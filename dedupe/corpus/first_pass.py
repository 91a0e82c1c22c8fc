"""The first pass over a corpus: every document read once, its paragraphs fingerprinted, nothing of its text kept.

Threads read and fingerprint batches of documents, for the kernels let each other run; what they found is joined in
reading order, so that numbers do not depend on how many threads there are.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dedupe.corpus.columns import Columns, DocumentFacts, KeyColumns
from dedupe.corpus.fingerprints import (
    MAY_BE_KNOWN,
    Fingerprints,
    Paragraphs,
    fingerprints_of,
    in_document,
    paragraphs_of,
    utf8_of,
)
from dedupe.corpus.numbering import KeyNumbers
from dedupe.corpus.threads import map_in_threads
from dedupe.digests import digest_of_bytes
from dedupe.kernels.library import call
from dedupe.model import DecodedText, Skipped, Source

if TYPE_CHECKING:
    import numpy.typing as npt

    from dedupe.outlining import ReadText
    from dedupe.progress import Progress
    from dedupe.settings import Settings

DOCUMENTS_AT_ONCE = 8
MAX_DOCUMENT_BYTES = (1 << 32) - 1
"""Places in a document are counted in 32 bits."""


@dataclass(frozen=True, slots=True)
class Fingerprinted:
    """A document with its paragraphs and their fingerprints."""

    facts: DocumentFacts
    paragraphs: Paragraphs
    fingerprints: Fingerprints


def read_corpus(
    sources: Sequence[Source], *, settings: Settings, read: ReadText, progress: Progress, jobs: int
) -> tuple[Columns, list[Skipped]]:
    """Read `sources`, in this order, and return their columns and what could not be read."""
    batches = [
        sources[first : first + DOCUMENTS_AT_ONCE] for first in range(0, len(sources), DOCUMENTS_AT_ONCE)
    ]

    def work(batch: Sequence[Source]) -> list[Fingerprinted | Skipped]:
        return [fingerprint(source, settings=settings, read=read) for source in batch]

    gathering = _Gathering()
    skipped: list[Skipped] = []
    progress.begin("reading", len(sources))
    for results in map_in_threads(work, batches, jobs=jobs):
        for result in results:
            if isinstance(result, Skipped):
                skipped.append(result)
            else:
                gathering.take(result)
        progress.advance(len(results))
    progress.end()
    return gathering.columns(), skipped


def fingerprint(source: Source, *, settings: Settings, read: ReadText) -> Fingerprinted | Skipped:
    """Read one document and return its paragraphs, or why there are none."""
    decoded = read(source, encoding=settings.encoding)
    if isinstance(decoded, Skipped):
        return decoded
    if not decoded.cuttable:
        detail = f"its lines cannot be told apart in its bytes ({decoded.encoding}); convert it to UTF-8"
        return Skipped(source.name, "undecodable", detail, decoded.raw)
    if len(decoded.raw) > MAX_DOCUMENT_BYTES:
        return Skipped(source.name, "unreadable", "it is larger than 4 GiB; split it")
    return _fingerprinted(source, decoded, settings)


def _fingerprinted(source: Source, decoded: DecodedText, settings: Settings) -> Fingerprinted:
    text, is_own = utf8_of(decoded)
    found = paragraphs_of(text, settings.paragraphs)
    facts = DocumentFacts(
        source,
        digest_of_bytes(decoded.raw),
        len(decoded.raw),
        decoded.encoding,
        decoded.guessed,
        is_own and decoded.text.isascii(),
        found.mode,
    )
    return Fingerprinted(facts, in_document(found, decoded, is_own=is_own), fingerprints_of(text, found))


@dataclass(slots=True)
class _Gathering:
    """What has come in so far, a list of pieces a column."""

    numbers: KeyNumbers = field(default_factory=KeyNumbers)
    documents: list[DocumentFacts] = field(default_factory=list)
    counts: list[int] = field(default_factory=lambda: [0])
    places: tuple[list[npt.NDArray[np.generic]], ...] = field(
        default_factory=lambda: tuple([] for _ in range(6))
    )
    keys: tuple[list[npt.NDArray[np.generic]], ...] = field(
        default_factory=lambda: tuple([] for _ in range(5))
    )
    known: dict[int, str] = field(default_factory=dict)

    def take(self, document: Fingerprinted) -> None:
        """Add a document behind the others."""
        places, prints = document.paragraphs, document.fingerprints
        numbers, is_new = self.numbers.number(prints.digests, prints.tokens)
        self.documents.append(document.facts)
        self.counts.append(len(numbers))
        columns = (places.start, places.text_end, places.first_line, places.last_line, places.traits, numbers)
        for pieces, column in zip(self.places, columns, strict=True):
            pieces.append(column)
        if is_new.any():
            self._take_keys(prints, numbers, is_new)

    def _take_keys(
        self, prints: Fingerprints, numbers: npt.NDArray[np.uint32], is_new: npt.NDArray[np.uint8]
    ) -> None:
        chosen = is_new.view(np.bool_)
        token_hashes, shingle_hashes = np.empty_like(prints.token_hashes), np.empty_like(prints.shingle_hashes)
        shingles = ctypes.c_int64()
        tokens = call(
            "dedupe_keep_new",
            len(is_new),
            is_new,
            prints.tokens,
            prints.token_hashes,
            prints.shingle_hashes,
            token_hashes,
            shingle_hashes,
            ctypes.byref(shingles),
        )
        new = (
            prints.tokens[chosen],
            prints.names[chosen],
            prints.hints[chosen],
            token_hashes[:tokens],
            shingle_hashes[: shingles.value],
        )
        for pieces, column in zip(self.keys, new, strict=True):
            pieces.append(column)
        if prints.known:
            hinted = np.flatnonzero(prints.hints & MAY_BE_KNOWN)
            lines = prints.known.split(b"\n")
            for line, paragraph in zip(lines, hinted.tolist(), strict=False):
                if is_new[paragraph]:
                    self.known[int(numbers[paragraph])] = line.decode("utf-8", "surrogatepass")

    def columns(self) -> Columns:
        """Return everything as columns."""
        start, text_end, first_line, last_line, traits, key = (
            _joined(pieces, dtype)
            for pieces, dtype in zip(self.places, (*[np.uint32] * 4, np.uint8, np.uint32), strict=True)
        )
        return Columns(
            self.documents,
            np.cumsum(self.counts, dtype=np.int64),
            start,
            text_end,
            first_line,
            last_line,
            traits,
            key,
            self._key_columns(),
            self.known,
        )

    def _key_columns(self) -> KeyColumns:
        tokens, names, hints, token_hashes, shingle_hashes = self.keys
        counts = np.concatenate([np.zeros(1, dtype=np.uint32), *tokens]).astype(np.uint32)
        digests = np.concatenate([np.zeros((0, 2), dtype=np.uint64), *names])
        named, _ = KeyNumbers().number(np.ascontiguousarray(digests, dtype=np.uint64))
        return KeyColumns(
            counts,
            np.concatenate([np.zeros(1, dtype=np.uint32), named]),
            np.concatenate([np.zeros(1, dtype=np.uint8), *hints]).astype(np.uint8),
            np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]),
            _joined(token_hashes, np.uint32),
            np.concatenate([[0], np.cumsum(np.maximum(counts, 2).astype(np.int64) - 2)]),
            _joined(shingle_hashes, np.uint32),
        )


def _joined(pieces: list[npt.NDArray[np.generic]], dtype: type[np.generic]) -> npt.NDArray[np.generic]:
    joined = np.concatenate(pieces) if pieces else np.empty(0, dtype=dtype)
    pieces.clear()
    return joined
