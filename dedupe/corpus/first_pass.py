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

from dedupe.boilerplate.known import digest_of_key, match_known
from dedupe.candidates import MAX_COMPARED_TOKENS
from dedupe.corpus.columns import Columns, DocumentFacts, KeyColumns, Shingles
from dedupe.corpus.files import LoadedSource, load
from dedupe.corpus.fingerprints import (
    MAY_BE_KNOWN,
    Fingerprints,
    Paragraphs,
    fingerprints_of,
    paragraphs_of,
    put_in_documents,
    utf8_of,
)
from dedupe.corpus.learned import learned_of
from dedupe.corpus.numbering import KeyNumbers
from dedupe.digests import checksum_of, digest_of_bytes
from dedupe.kernels.library import call
from dedupe.model import DecodedText, Dropped, Skipped, Source
from dedupe.progress import amounts_of
from dedupe.sharing import MIN_SHARED_TOKENS
from dedupe.threads import map_in_threads

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64, U8, U32
    from dedupe.outlining import ReadText
    from dedupe.progress import Progress
    from dedupe.settings import Settings
    from dedupe.spilling import Room

DOCUMENTS_AT_ONCE = 16
BYTES_AT_ONCE = 1 << 24
MAX_DOCUMENT_BYTES = 1 << 30
"""Places in a document, and its text in UTF-8, are counted in 32 bits."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents with their paragraphs and those's fingerprints, one document behind the other."""

    documents: Sequence[DocumentFacts]
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

    def work(batch: Sequence[Source]) -> tuple[list[Batch], list[Skipped]]:
        return fingerprint(batch, settings=settings, read=read)

    gathering = _Gathering(room, knows=settings.detects("BPL202"), compares=settings.detects("XDP302"))
    skipped: list[Skipped] = []
    amounts, unit = amounts_of([source.size for source in sources])
    progress.begin("reading", sum(amounts), unit)
    for batch, (fingerprinted, left_out) in enumerate(map_in_threads(work, batches, jobs=jobs)):
        for each in fingerprinted:
            gathering.take(each)
        skipped += left_out
        progress.advance(sum(amounts[batch * DOCUMENTS_AT_ONCE : (batch + 1) * DOCUMENTS_AT_ONCE]))
    progress.end()
    return gathering.columns(settings), skipped


def fingerprint(
    sources: Sequence[Source], *, settings: Settings, read: ReadText
) -> tuple[list[Batch], list[Skipped]]:
    """Read documents and return them with their paragraphs, and those that have none, each with the reason."""
    skipped: list[Skipped] = []
    together: list[tuple[Source, DecodedText]] = []
    batches: list[Batch] = []
    for plain, loaded in zip(sources, load(sources), strict=True):
        source = loaded or plain
        decoded = _readable(source, settings, read)
        if isinstance(decoded, Skipped):
            skipped.append(decoded)
            continue
        if together and sum(len(each.raw) for _, each in together) + len(decoded.raw) > BYTES_AT_ONCE:
            batches.append(_fingerprinted(together, settings))
            together = []
        together.append((source, decoded))
    if together:
        batches.append(_fingerprinted(together, settings))
    return batches, skipped


def _readable(source: Source, settings: Settings, read: ReadText) -> DecodedText | Skipped:
    decoded = read(source, encoding=settings.encoding)
    if isinstance(decoded, Skipped):
        return decoded
    if not decoded.cuttable:
        detail = f"its lines cannot be told apart in its bytes ({decoded.encoding}); convert it to UTF-8"
        return Skipped(source.name, "undecodable", detail, decoded.raw)
    if len(decoded.raw) > MAX_DOCUMENT_BYTES:
        return Skipped(source.name, "unreadable", "it is larger than 1 GiB; split it")
    return decoded


def _fingerprinted(documents: Sequence[tuple[Source, DecodedText]], settings: Settings) -> Batch:
    texts = [utf8_of(decoded) for _, decoded in documents]
    bounds = np.cumsum([0, *(len(text) for text, _ in texts)], dtype=np.int64)
    joined = b"".join([text for text, _ in texts])
    found = paragraphs_of(joined, bounds, settings.paragraphs)
    offsets = np.repeat(bounds[:-1].astype(np.uint32), found.counts)
    prints = fingerprints_of(joined, found.start + offsets, found.text_end + offsets)
    own = [is_own for _, is_own in texts]
    put_in_documents(found, [(decoded, is_own) for (_, decoded), is_own in zip(documents, own, strict=True)])
    facts = [
        DocumentFacts(
            *_known_again_by(source, decoded.raw),
            len(decoded.raw),
            decoded.encoding,
            "replace" if is_own else _errors_of(decoded),
            decoded.guessed,
            is_own and decoded.text.isascii(),
            mode,
            slack,
        )
        for (source, decoded), is_own, mode, slack in zip(
            documents, own, found.modes, found.slacks.tolist(), strict=True
        )
    ]
    return Batch(facts, found, prints)


def _known_again_by(source: Source, raw: bytes) -> tuple[Source, str, int]:
    if isinstance(source, LoadedSource):
        return source.source, source.digest, source.checksum
    return source, digest_of_bytes(raw), checksum_of(raw)


def _errors_of(decoded: DecodedText) -> str:
    """Return the name of the handler of errors with which the text was read, so that it can be read like this again."""
    content = decoded.raw[len(decoded.bom) :]
    for errors in ("surrogateescape", "surrogatepass"):
        try:
            if content.decode(decoded.encoding, errors) == decoded.text:
                return errors
        except UnicodeDecodeError:
            continue
    return "replace"  # half a character at the end; who reads paragraphs reads before it


class _Gathering:
    """What has come in so far, in columns that grow."""

    def __init__(self, room: Room, *, knows: bool, compares: bool) -> None:
        self._room = room
        self._knows = knows
        # What is not compared with other documents' paragraphs needs no shingles: they are a third of all columns.
        self._compared = (MIN_SHARED_TOKENS, MAX_COMPARED_TOKENS) if compares else (1, 0)
        self._numbers = KeyNumbers()
        self._documents: list[DocumentFacts] = []
        self._counts = [0]
        self._places = tuple(room.column(np.uint32) for _ in range(4))
        self._traits = room.column(np.uint8)
        self._keys = room.column(np.uint32)
        self._key_tokens = room.column(np.uint32)
        self._key_hints = room.column(np.uint8)
        # Few lines have a name of their own: only those that are masked are kept, with their keys.
        self._masked_keys = room.column(np.uint32)
        self._masked_names = room.column(np.uint64)
        self._hashes = (room.column(np.uint32), room.column(np.uint32))
        self._known: dict[int, Dropped] = {}
        self._key_tokens.append(np.zeros(1, dtype=np.uint32))
        self._key_hints.append(np.zeros(1, dtype=np.uint8))

    def take(self, batch: Batch) -> None:
        """Add documents behind the others."""
        places, prints = batch.paragraphs, batch.fingerprints
        numbers, is_new = self._numbers.number(prints.digests, prints.tokens)
        self._documents += batch.documents
        self._counts += places.counts.tolist()
        columns = (places.start, places.text_end, places.first_line, places.last_line)
        for column, values in zip(self._places, columns, strict=True):
            column.append(values)
        self._traits.append(places.traits)
        self._keys.append(numbers)
        self._take_keys(prints, numbers, is_new)

    def _take_keys(self, prints: Fingerprints, numbers: U32, is_new: U8) -> None:
        kept, kept_shingles = np.empty_like(prints.token_hashes), np.empty_like(prints.shingle_hashes)
        shingles = ctypes.c_int64()
        count = call(
            "dedupe_keep_new",
            len(is_new),
            is_new,
            *self._compared,
            prints.tokens,
            prints.token_hashes,
            prints.shingle_hashes,
            kept,
            kept_shingles,
            ctypes.byref(shingles),
        )
        chosen = is_new.view(np.bool_)
        self._key_tokens.append(prints.tokens[chosen])
        self._key_hints.append(prints.hints[chosen])
        is_masked = chosen & (prints.names[:, 0] != prints.digests[:, 0])
        self._masked_keys.append(numbers[is_masked])
        self._masked_names.append(prints.names[is_masked].reshape(-1))
        for column, hashes in zip(self._hashes, (kept[:count], kept_shingles[: shingles.value]), strict=True):
            column.append(hashes)
        if self._knows and prints.known:
            self._look_for_known(prints, np.flatnonzero(prints.hints & MAY_BE_KNOWN), numbers, is_new)

    def _look_for_known(self, prints: Fingerprints, hinted: I64, numbers: U32, is_new: U8) -> None:
        """Look up new keys that may be known boilerplate; while other threads are in kernels there is time for it."""
        lines = prints.known.split(b"\n")
        new, keys = is_new[hinted].tolist(), numbers[hinted].tolist()
        for line, is_first, key in zip(lines, new, keys, strict=False):
            if is_first:
                found = known_boilerplate(line.decode("utf-8", "surrogatepass"))
                if found is not None:
                    self._known[key] = found

    def columns(self, settings: Settings) -> Columns:
        """Return everything as columns, with what settings say of some keys."""
        start, text_end, first_line, last_line = (column.array() for column in self._places)
        numbers, key_columns = self._keys.array(), self._key_columns()
        spared = self._numbers.met(map(digest_of_key, settings.exempt), below=len(key_columns))
        learned = learned_of(settings, self._numbers, below=key_columns.name_count)
        del self._numbers
        searched = numbers
        if len(spared):
            searched = self._room.empty(len(numbers), np.uint32)
            searched[:] = np.where(np.isin(numbers, spared), np.uint32(0), numbers)
        return Columns(
            self._documents,
            np.cumsum(self._counts, dtype=np.int64),
            start,
            text_end,
            first_line,
            last_line,
            self._traits.array(),
            numbers,
            key_columns,
            {key: said for key, said in self._known.items() if key not in set(spared.tolist())},
            searched,
            learned,
        )

    def _key_columns(self) -> KeyColumns:
        tokens = self._key_tokens.array()
        names = self._room.empty(len(tokens), np.uint32)
        names[:] = np.arange(len(tokens), dtype=np.uint32)
        # What is masked has the number of the key that looks like it, or a new one behind all keys.
        found, _ = self._numbers.number(self._masked_names.array().reshape(-1, 2))
        names[self._masked_keys.array()] = found
        name_count = self._numbers.count
        token_start = self._room.empty(len(tokens) + 1, np.int64)
        shingle_start = self._room.empty(len(tokens) + 1, np.int64)
        token_start[0] = shingle_start[0] = 0
        np.cumsum(tokens, out=token_start[1:])
        fewest, most = self._compared
        shingles = np.where((tokens >= fewest) & (tokens <= most), tokens - np.uint32(2), np.uint32(0))
        np.cumsum(shingles, out=shingle_start[1:])
        token_hashes, shingle_hashes = (column.array() for column in self._hashes)
        return KeyColumns(
            tokens,
            names,
            name_count,
            self._key_hints.array(),
            token_start,
            token_hashes,
            Shingles(shingle_start, shingle_hashes),
        )


def known_boilerplate(key: str) -> Dropped | None:
    """Return what BPL202 says of a key, None where it does not know it."""
    match = match_known(key, key.count(" ") + 1)
    if match is None:
        return None
    return Dropped("BPL202", 1.0, (("category", match.category), *match.evidence))
