"""What candidates must pass: exact similarity, and differences that change nothing.

MinHash only proposes. Jaccard similarity is computed here on the shingles themselves, and two paragraphs as alike as
can be are still two when what differs is a number, a name or a negation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dedupe.meaning import are_opposed, capitalised_tokens, is_harmless
from dedupe.model import Evidence, Shingle

MAX_ALIGNED_TOKENS = 400
"""Alignment takes time with the product of the lengths; where more tokens lie between two differences, all differ."""


def jaccard(left: set[Shingle], right: set[Shingle]) -> float:
    """Return the size of the intersection over the size of the union of two sets; 0.0 when both are empty."""
    both = len(left & right)
    either = len(left) + len(right) - both
    return both / either if either else 0.0


def containment(part: set[Shingle], whole: set[Shingle]) -> float:
    """Return the share of `part` that stands in `whole`; 0.0 when `part` is empty."""
    return len(part & whole) / len(part) if part else 0.0


def differing_tokens(here: Sequence[str], there: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the tokens of each sequence that an alignment of the two leaves over, in order.

    The common start and end are set aside; the middle is aligned by longest matching blocks (Ratcliff, Obershelp,
    "Pattern matching: the gestalt approach", 1988, as `difflib` does it), so that words which changed places differ.
    Middles of more than `MAX_ALIGNED_TOKENS` differ whole.
    """
    start, end = slot_of(here, there)
    left, right = here[start : len(here) - end], there[start : len(there) - end]
    if not left or not right or max(len(left), len(right)) > MAX_ALIGNED_TOKENS:
        return list(left), list(right)
    from difflib import SequenceMatcher

    only_here: list[str] = []
    only_there: list[str] = []
    for tag, first, last, first_there, last_there in SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            only_here += left[first:last]
            only_there += right[first_there:last_there]
    return only_here, only_there


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

    `only_here` and `only_there` are the tokens that an alignment leaves over; `decisive` is the first of them whose
    difference is not harmless, `""` if all are.
    """

    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    decisive: str

    def as_evidence(self) -> Evidence:
        """Return the differing tokens, to be shown."""
        return (("only here", " ".join(self.only_here)), ("only there", " ".join(self.only_there)))


def difference(here: Sequence[str], there: Sequence[str], texts: Callable[[], Iterable[str]]) -> Difference:
    """Return how two token sequences differ.

    `texts` gives both paragraphs as they stand, to tell names by their capitals; it is called only when no token is
    decisive by itself.
    """
    only_here, only_there = differing_tokens(here, there)
    differing = (*only_here, *only_there)
    decisive = first_decisive(differing, frozenset())
    if not decisive and len(only_here) * len(only_there) > MAX_ALIGNED_TOKENS**2:
        decisive = differing[0]  # so much differs that nobody can call it harmless
    if not decisive:
        decisive = next((left for left in only_here for right in only_there if are_opposed(left, right)), "")
    if differing and not decisive:
        names = frozenset().union(*map(capitalised_tokens, texts()))
        # Where nothing has a capital, what is a name cannot be told.
        decisive = first_decisive(differing, names) if names else differing[0]
    return Difference(tuple(only_here), tuple(only_there), decisive)


def first_decisive(tokens: Sequence[str], names: frozenset[str]) -> str:
    """Return the first token whose difference is not harmless, `""` if all are."""
    return next((token for token in tokens if not is_harmless(token, names)), "")
