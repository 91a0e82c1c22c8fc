"""Site boilerplate (BPL201) on columns: the votes and standings of `dedupe.boilerplate.frequency`, by the kernels."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedupe.boilerplate import frequency
from dedupe.boilerplate.frequency import Standing, is_boilerplate
from dedupe.corpus.fingerprints import BEGINS_WITH_DIGIT, ENDS_SENTENCE
from dedupe.kernels.library import call
from dedupe.kernels.search_structures import VoteLimits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.corpus.arrays import I64, Mask
    from dedupe.corpus.columns import Columns

IS_CANDIDATE, IS_OUTSIDE = 1, 2


@dataclass(frozen=True, slots=True)
class SiteLines:
    """Lines that are the site's, by their paragraphs' numbers, ascending, with what speaks for each."""

    paragraphs: I64
    votes: npt.NDArray[np.uint32]
    neighbours: npt.NDArray[np.uint8]
    is_outside: Mask
    voters: int

    def standing(self, place: int, *, tokens: int) -> Standing:
        """Return what speaks for the line at a place of these columns."""
        return Standing(
            votes=int(self.votes[place]),
            voters=self.voters,
            tokens=tokens,
            neighbours=int(self.neighbours[place]),
            is_outside=bool(self.is_outside[place]),
            is_numbered=False,
        )


@cache
def vote_limits() -> VoteLimits:
    """Return the constants of the vote as the kernels read them."""
    return VoteLimits(
        frequency.LONG_TOKENS,
        frequency.PROSE_TOKENS,
        frequency.MAX_SUBHEADS,
        frequency.MIN_OWN_LIMIT,
        frequency.MAX_SHARERS,
        0,
        frequency.MAX_OWN_SHARE,
        frequency.SAME_DOCUMENT_SHARE,
    )


def find_site_lines(columns: Columns, members: Sequence[int], left: Mask, is_known: Mask) -> SiteLines | None:
    """Return the lines of the documents `members`, one group, that are the site's.

    `left` tells which paragraphs of the corpus are left, `is_known` which keys are known boilerplate.
    """
    if len(members) < 2:
        return None
    lines, bounds = _visible(columns, members, left)
    keys = columns.key[lines]
    names, tokens = columns.keys.names[keys], columns.keys.tokens[keys]
    is_sentence = ((columns.traits[lines] & ENDS_SENTENCE) != 0) & ~is_known[keys]
    votes = np.empty(len(members), dtype=np.uint32)
    limits = ctypes.byref(vote_limits())
    call("dedupe_voters", len(members), bounds, keys, tokens, len(columns.keys), limits, votes)
    line_votes = np.empty(len(lines), dtype=np.uint32)
    neighbours, standing = np.empty(len(lines), dtype=np.uint8), np.empty(len(lines), dtype=np.uint8)
    call(
        "dedupe_standings",
        len(members),
        bounds,
        names,
        tokens,
        is_sentence.view(np.uint8),
        votes,
        np.argsort(votes, kind="stable").astype(np.uint32),
        columns.keys.name_count,
        limits,
        line_votes,
        neighbours,
        standing,
    )
    chosen = np.flatnonzero(standing & IS_CANDIDATE)
    outside = (standing[chosen] & IS_OUTSIDE) != 0
    voters = int(np.count_nonzero(np.bincount(votes)))
    goes = is_boilerplate(
        votes=line_votes[chosen],
        voters=voters,
        tokens=tokens[chosen],
        neighbours=neighbours[chosen],
        is_outside=outside,
        is_numbered=(columns.keys.hints[keys[chosen]] & BEGINS_WITH_DIGIT) != 0,
    )
    hits = chosen[goes]
    return SiteLines(lines[hits], line_votes[hits], neighbours[hits], outside[goes], voters)


def _visible(columns: Columns, members: Sequence[int], left: Mask) -> tuple[I64, I64]:
    """Return the paragraphs of `members` that are left and have a key, and where those of each document begin."""
    visible = left & (columns.key != 0)
    if len(members) == len(columns.documents):
        lines = np.flatnonzero(visible)
        return lines, np.searchsorted(lines, columns.bounds).astype(np.int64)
    pieces = [np.flatnonzero(visible[span]) + span.start for span in map(columns.span, members)]
    bounds = np.cumsum([0, *map(len, pieces)], dtype=np.int64)
    return np.concatenate(pieces).astype(np.int64), bounds
