"""Measure near copies of whole documents on the manual pages beside the checkout; see README.md here.

What is near by comparing all with all, how much of it candidates propose, and whether an independent count of the same
similarity agrees.
"""

from __future__ import annotations

import argparse
import json
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import xxhash

from dedupe.candidates import choose_bands
from dedupe.corpus.first_pass import read_corpus
from dedupe.corpus.proposing import Proposals
from dedupe.documents import DOCUMENT_SHINGLE_SIZE, MIN_CONTAINED_SHARE
from dedupe.kernels import reference
from dedupe.limits import Limits
from dedupe.model import DecodedText, Shingle
from dedupe.normalizing import comparison_key, shingles_of
from dedupe.overlaps import OverlapJoin
from dedupe.progress import Silence
from dedupe.reading.opening import read_text
from dedupe.reading.sources import BytesSource
from dedupe.segmenting import segment
from dedupe.settings import Settings
from dedupe.sharing import MIN_SHARED_TOKENS
from dedupe.verifying import jaccard

CORPUS = Path(__file__).resolve().parents[1] / ".." / "shared" / "corpora" / "neardup" / "pgdoc"
THRESHOLD = 0.8

Hashes = npt.NDArray[np.uint64]
Pair = tuple[int, int]
"""Numbers of two documents, the smaller first."""
FindCandidates = Callable[[Sequence["Page"], Sequence[Hashes]], set[Pair]]
"""Takes documents and the 64-bit hashes of their shingles, distinct and ascending, none empty; proposes pairs."""


@dataclass(frozen=True, slots=True)
class Page:
    """A document of the corpus: its name, its text, its shingles, and those that are left without its first line."""

    name: str
    text: str
    shingles: frozenset[Shingle]
    without_title: frozenset[Shingle]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--candidates", choices=CANDIDATES_BY_NAME, default="columns", help="what proposes pairs [columns]"
    )
    chosen = parser.parse_args()
    if not (CORPUS / "docs.jsonl").is_file():
        print(f"{CORPUS}: not there, nothing measured")
        return
    pages = list(read_pages(CORPUS / "docs.jsonl"))
    compared = [page for page in pages if page.shingles]
    hashes = [hashes_of(page.shingles) for page in compared]
    total = sum(map(len, hashes))
    print(f"{len(pages):,} documents, {len(compared):,} long enough, {total:,} shingles in them")

    start = time.perf_counter()
    near = near_pairs(hashes)
    print(f"near by comparing all with all: {len(near):,} pairs, {time.perf_counter() - start:.1f} s")

    start = time.perf_counter()
    proposed = CANDIDATES_BY_NAME[chosen.candidates](compared, hashes)
    print(f"candidates by {chosen.candidates}: {len(proposed):,} pairs, {time.perf_counter() - start:.1f} s")
    print(f"  recall {len(near & proposed) / len(near):.4f}, {len(near - proposed):,} pairs missed")
    reported = {
        (one, other)
        for one, other in proposed
        if jaccard(set(compared[one].shingles), set(compared[other].shingles)) >= THRESHOLD
    }
    print(f"  below {THRESHOLD} before verification {len(proposed - near):,}, after {len(reported - near):,}")
    print_agreement(pages, CORPUS / "pairs.jsonl")


def read_pages(path: Path) -> Iterator[Page]:
    """Yield the documents with their shingles, boilerplate and all; those of too short ones are empty."""
    for line in path.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        text: str = document["text"]
        without_title = text.partition("\n")[2]
        yield Page(document["id"], text, document_shingles(text), document_shingles(without_title))


def document_shingles(text: str) -> frozenset[Shingle]:
    """Return a text's shingles as the tool makes them when no rule sees boilerplate."""
    _, paragraphs = segment(DecodedText(text.encode("utf-8", "surrogatepass"), text, "utf-8"))
    tokens = [token for paragraph in paragraphs for token in comparison_key(paragraph).split()]
    return frozenset(shingles_of(tokens, DOCUMENT_SHINGLE_SIZE) if len(tokens) >= MIN_SHARED_TOKENS else ())


def hashes_of(shingles: frozenset[Shingle]) -> Hashes:
    """Return the xxh3_64 of each shingle, tokens joined by spaces; the low half is the hash of the signatures."""
    encoded = (" ".join(shingle).encode("utf-8", "surrogatepass") for shingle in shingles)
    hashes = np.fromiter(map(xxhash.xxh3_64_intdigest, encoded), np.uint64, len(shingles))
    distinct: Hashes = np.unique(hashes)
    return distinct


def near_pairs(texts: Sequence[Hashes]) -> set[Pair]:
    """Return all pairs of Jaccard similarity >= `THRESHOLD`: each text's overlap with each one before is counted."""
    sizes = np.array([len(text) for text in texts])
    joined = np.concatenate(texts)
    holders = np.repeat(np.arange(len(texts)), sizes)
    order = np.argsort(joined, kind="stable")  # so holders of one hash are ascending
    joined, holders = joined[order], holders[order]
    near: set[Pair] = set()
    for number, text in enumerate(texts):
        first = np.searchsorted(joined, text, "left")
        counts = np.searchsorted(joined, text, "right") - first
        places = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        both = np.bincount(holders[places], minlength=len(texts))[:number]
        similar = both / (sizes[number] + sizes[:number] - both) >= THRESHOLD
        near.update((int(other), number) for other in np.flatnonzero(similar))
    return near


def by_columns(pages: Sequence[Page], texts: Sequence[Hashes]) -> set[Pair]:
    """Propose what the search on columns compares when nothing is a copy: bands, and samples for what is contained."""
    del texts
    sources = [BytesSource(page.name, "", page.text.encode("utf-8", "surrogatepass")) for page in pages]
    with Limits().room() as room:
        columns, _ = read_corpus(
            sources, settings=Settings(), read=read_text, progress=Silence(), jobs=1, room=room
        )
        spans = [columns.key[columns.span(number)] for number in range(len(sources))]
        proposals = Proposals([keys[keys != 0] for keys in spans], columns, THRESHOLD, jobs=1)
    proposed: set[Pair] = set()
    for number in range(len(sources)):
        proposed.update((other, number) for other in proposals.like(number))
        proposals.keep(number)
    return proposed


def by_banding(pages: Sequence[Page], texts: Sequence[Hashes]) -> set[Pair]:
    """Propose what shares a band of its MinHash signature, of the low 32 bits of the hashes."""
    del pages
    halves = [np.unique(text.astype(np.uint32)) for text in texts]
    starts = np.cumsum([0, *map(len, halves[:-1])])
    signatures = reference.signatures(np.concatenate(halves), starts)
    bands, rows = choose_bands(THRESHOLD, reference.NUM_PERMUTATIONS)
    proposed: set[Pair] = set()
    for band in range(bands):
        alike: defaultdict[bytes, list[int]] = defaultdict(list)
        for number, signature in enumerate(signatures[:, band * rows : (band + 1) * rows]):
            alike[signature.tobytes()].append(number)
        for numbers in alike.values():
            proposed.update(combinations(numbers, 2))
    return proposed


def by_index(pages: Sequence[Page], texts: Sequence[Hashes]) -> set[Pair]:
    """Propose what the inverted index of the plain path finds when nothing is a copy, contained texts among it."""
    del pages
    index = OverlapJoin(
        [array("q", text.view(np.int64).tobytes()) for text in map(signed_order, texts)],
        threshold=THRESHOLD,
        contained=MIN_CONTAINED_SHARE,
    )
    proposed: set[Pair] = set()
    for number in range(len(texts)):
        proposed.update((other, number) for other in index.like(number))
        index.keep(number)
    return proposed


def signed_order(text: Hashes) -> Hashes:
    """Return the hashes so that they ascend when they are read as signed."""
    ordered: Hashes = np.sort(text.view(np.int64)).view(np.uint64)
    return ordered


CANDIDATES_BY_NAME: dict[str, FindCandidates] = {
    "columns": by_columns,
    "banding": by_banding,
    "index": by_index,
}


def print_agreement(pages: Sequence[Page], path: Path) -> None:
    """Compare our similarity with that in `path`, which was counted with other tokens and without first lines."""
    page_by_name = {page.name: page for page in pages}
    same_side, differences = 0, []
    for line in path.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        ours = jaccard(set(page_by_name[pair["a"]].without_title), set(page_by_name[pair["b"]].without_title))
        same_side += (ours >= THRESHOLD) == (pair["jaccard5"] >= THRESHOLD)
        differences.append(abs(ours - pair["jaccard5"]))
    count = len(differences)
    print(f"{path.name}: {count:,} pairs, {same_side / count:.4f} on the same side of {THRESHOLD}")
    print(f"  mean absolute difference {sum(differences) / count:.4f}, largest {max(differences):.4f}")


if __name__ == "__main__":
    main()
