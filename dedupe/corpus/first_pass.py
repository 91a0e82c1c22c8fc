"""The first pass over a corpus: every document read once, its paragraphs fingerprinted, nothing of its text kept.

Threads read and fingerprint batches of documents, for the kernels let each other run; what they found is joined in
reading order, so that numbers do not depend on how many threads there are.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.boilerplate.known import match_known
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
from dedupe.digests import checksum_of, digest_of_bytes
from dedupe.kernels.library import call
from dedupe.model import DecodedText, Dropped, Skipped, Source
from dedupe.progress import amounts_of

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64, U8, U32
    from dedupe.outlining import ReadText
    from dedupe.progress import Progress
    from dedupe.settings import Settings
    from dedupe.spilling import Room

DOCUMENTS_AT_ONCE = 16
MAX_DOCUMENT_BYTES = (1 << 32) - 1
"""Places in a document are counted in 32 bits."""


@dataclass(frozen=True, slots=True)
class Fingerprinted:
    """A document with its paragraphs and their fingerprints."""

    facts: DocumentFacts
    paragraphs: Paragraphs
    fingerprints: Fingerprints


def read_corpus(
    sources: Sequence[Source],
    *,
    settings: Settings,
    read: ReadText,
    progress: Progress,
    jobs: int,
    room: Room,
) -> tuple[Columns, list[Skipped]]:
    """Read `sources`, in this order, and return their columns, in `room`, and what could not be read."""
    batches = [
        sources[first : first + DOCUMENTS_AT_ONCE] for first in range(0, len(sources), DOCUMENTS_AT_ONCE)
    ]

    def work(batch: Sequence[Source]) -> list[Fingerprinted | Skipped]:
        return [fingerprint(source, settings=settings, read=read) for source in batch]

    gathering = _Gathering(room, knows=settings.detects("BPL202"))
    skipped: list[Skipped] = []
    amounts, unit = amounts_of([source.size for source in sources])
    progress.begin("reading", sum(amounts), unit)
    for batch, results in enumerate(map_in_threads(work, batches, jobs=jobs)):
        gathering.take([result for result in results if isinstance(result, Fingerprinted)])
        skipped += [result for result in results if isinstance(result, Skipped)]
        progress.advance(sum(amounts[batch * DOCUMENTS_AT_ONCE : (batch + 1) * DOCUMENTS_AT_ONCE]))
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
        checksum_of(decoded.raw),
        len(decoded.raw),
        decoded.encoding,
        decoded.guessed,
        is_own and decoded.text.isascii(),
        found.mode,
        found.slack,
    )
    return Fingerprinted(facts, in_document(found, decoded, is_own=is_own), fingerprints_of(text, found))


class _Gathering:
    """What has come in so far, in columns that grow."""

    def __init__(self, room: Room, *, knows: bool) -> None:
        self._room = room
        self._knows = knows
        self._numbers = KeyNumbers()
        self._documents: list[DocumentFacts] = []
        self._counts = [0]
        self._places = tuple(room.column(np.uint32) for _ in range(4))
        self._traits = room.column(np.uint8)
        self._keys = room.column(np.uint32)
        self._key_tokens = room.column(np.uint32)
        self._key_hints = room.column(np.uint8)
        self._key_names = room.column(np.uint64)
        self._hashes = (room.column(np.uint32), room.column(np.uint32))
        self._known: dict[int, Dropped] = {}
        self._key_tokens.append(np.zeros(1, dtype=np.uint32))
        self._key_hints.append(np.zeros(1, dtype=np.uint8))

    def take(self, documents: Sequence[Fingerprinted]) -> None:
        """Add documents behind the others."""
        if not documents:
            return
        places = [document.paragraphs for document in documents]
        prints = [document.fingerprints for document in documents]
        tokens = np.concatenate([each.tokens for each in prints])
        numbers, is_new = self._numbers.number(np.concatenate([each.digests for each in prints]), tokens)
        self._documents += [document.facts for document in documents]
        self._counts += [len(each.tokens) for each in prints]
        for column, name in zip(self._places, ("start", "text_end", "first_line", "last_line"), strict=True):
            column.append(np.concatenate([getattr(each, name) for each in places]))
        self._traits.append(np.concatenate([each.traits for each in places]))
        self._keys.append(numbers)
        self._take_keys(prints, tokens, numbers, is_new)

    def _take_keys(self, prints: Sequence[Fingerprints], tokens: U32, numbers: U32, is_new: U8) -> None:
        token_hashes = np.concatenate([each.token_hashes for each in prints])
        shingle_hashes = np.concatenate([each.shingle_hashes for each in prints])
        kept, kept_shingles = np.empty_like(token_hashes), np.empty_like(shingle_hashes)
        shingles = ctypes.c_int64()
        count = call(
            "dedupe_keep_new",
            len(is_new),
            is_new,
            tokens,
            token_hashes,
            shingle_hashes,
            kept,
            kept_shingles,
            ctypes.byref(shingles),
        )
        chosen = is_new.view(np.bool_)
        hints = np.concatenate([each.hints for each in prints])
        self._key_tokens.append(tokens[chosen])
        self._key_hints.append(hints[chosen])
        self._key_names.append(np.concatenate([each.names for each in prints])[chosen].reshape(-1))
        for column, hashes in zip(self._hashes, (kept[:count], kept_shingles[: shingles.value]), strict=True):
            column.append(hashes)
        if self._knows:
            self._look_for_known(prints, np.flatnonzero(hints & MAY_BE_KNOWN), numbers, is_new)

    def _look_for_known(self, prints: Sequence[Fingerprints], hinted: I64, numbers: U32, is_new: U8) -> None:
        """Look up new keys that may be known boilerplate; while other threads are in kernels there is time for it."""
        lines = b"".join([each.known for each in prints]).split(b"\n")
        new, keys = is_new[hinted].tolist(), numbers[hinted].tolist()
        for line, is_first, key in zip(lines, new, keys, strict=False):
            if is_first:
                found = known_boilerplate(line.decode("utf-8", "surrogatepass"))
                if found is not None:
                    self._known[key] = found

    def columns(self) -> Columns:
        """Return everything as columns."""
        start, text_end, first_line, last_line = (column.array() for column in self._places)
        return Columns(
            self._documents,
            np.cumsum(self._counts, dtype=np.int64),
            start,
            text_end,
            first_line,
            last_line,
            self._traits.array(),
            self._keys.array(),
            self._key_columns(),
            self._known,
        )

    def _key_columns(self) -> KeyColumns:
        tokens, digests = self._key_tokens.array(), self._key_names.array()
        names = self._room.empty(len(tokens), np.uint32)
        names[0] = 0
        names[1:], _ = KeyNumbers().number(digests.reshape(-1, 2))
        self._room.release(digests)
        token_start = self._room.empty(len(tokens) + 1, np.int64)
        shingle_start = self._room.empty(len(tokens) + 1, np.int64)
        token_start[0] = shingle_start[0] = 0
        np.cumsum(tokens, out=token_start[1:])
        np.cumsum(np.maximum(tokens, 2) - np.uint32(2), out=shingle_start[1:])
        token_hashes, shingle_hashes = (column.array() for column in self._hashes)
        return KeyColumns(
            tokens, names, self._key_hints.array(), token_start, token_hashes, shingle_start, shingle_hashes
        )


def known_boilerplate(key: str) -> Dropped | None:
    """Return what BPL202 says of a key, None where it does not know it."""
    match = match_known(key, key.count(" ") + 1)
    if match is None:
        return None
    return Dropped("BPL202", 1.0, (("category", match.category), *match.evidence))
