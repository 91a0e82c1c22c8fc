"""What candidates must pass: exact similarity, and differences that change nothing.

MinHash only proposes. Jaccard similarity is computed here on the shingles themselves, and two paragraphs as alike as
can be are still two when what differs is a number, a name or a negation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from dedupe.meaning import capitalised_tokens, is_harmless
from dedupe.model import Evidence

Shingle = tuple[str, ...]


def jaccard(left: Collection[Shingle], right: Collection[Shingle]) -> float:
    """Return the size of the intersection over the size of the union of two sets; 0.0 when both are empty."""
    both = len(set(left) & set(right))
    either = len(left) + len(right) - both
    return both / either if either else 0.0


def differing_tokens(tokens: Sequence[str], size: int, shared: Collection[Shingle]) -> list[str]:
    """Return the tokens that no shingle of `size` tokens in `shared` covers, in order.

    A word that was exchanged, put in or moved is covered by no shared shingle; its neighbours are.
    """
    covered_to = 0
    differing = []
    for position, token in enumerate(tokens):
        if tuple(tokens[position : position + size]) in shared and position + size <= len(tokens):
            covered_to = position + size
        if position >= covered_to:
            differing.append(token)
    return differing


def slot_of(left: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
    """Return how many tokens two sequences share at the start and, of what is left, at the end.

    Paragraphs that differ from one and the same text in the same slot are instances of a template.
    """
    shorter = min(len(left), len(right))
    start = next((i for i in range(shorter) if left[i] != right[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if left[-1 - i] != right[-1 - i]), rest)
    return start, end


@dataclass(frozen=True, slots=True)
class Difference:
    """How two near-duplicates differ.

    `only_here` and `only_there` are the tokens that no shared shingle covers; `decisive` is the first of them whose
    difference is not harmless, `""` if all are.
    """

    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    decisive: str

    def as_evidence(self) -> Evidence:
        """Return the differing tokens, to be shown."""
        return (("only here", " ".join(self.only_here)), ("only there", " ".join(self.only_there)))


def difference(
    here: Sequence[str],
    there: Sequence[str],
    size: int,
    shared: Collection[Shingle],
    texts: Callable[[], Iterable[str]],
) -> Difference:
    """Return how two token sequences differ, given the shingles of `size` tokens that they share.

    `texts` gives both paragraphs as they stand, to tell names by their capitals; it is called only when no token is
    decisive by itself.
    """
    only_here = tuple(differing_tokens(here, size, shared))
    only_there = tuple(differing_tokens(there, size, shared))
    differing = (*only_here, *only_there)
    decisive = first_decisive(differing, frozenset())
    if differing and not decisive:
        decisive = first_decisive(differing, frozenset().union(*map(capitalised_tokens, texts())))
    return Difference(only_here, only_there, decisive)


def first_decisive(tokens: Sequence[str], names: frozenset[str]) -> str:
    """Return the first token whose difference is not harmless, `""` if all are."""
    return next((token for token in tokens if not is_harmless(token, names)), "")
