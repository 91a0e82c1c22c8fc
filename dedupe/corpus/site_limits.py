"""The constants of site boilerplate (BPL201) and its points, as the kernels read them."""

from __future__ import annotations

from functools import cache

import numpy as np

from dedupe.boilerplate import evidence, frequency, grouping
from dedupe.boilerplate.evidence import EDGES, PARTS
from dedupe.boilerplate.scoring import weights
from dedupe.kernels.search_structures import CASES, EvidenceLimits, VoteLimits
from dedupe.kernels.structures import address


@cache
def vote_limits() -> VoteLimits:
    """Return the constants of the vote as the kernels read them."""
    return VoteLimits(
        evidence.LONG_TOKENS,
        evidence.PROSE_TOKENS,
        frequency.MAX_SUBHEADS,
        frequency.MIN_OWN_LIMIT,
        frequency.MAX_SHARERS,
        frequency.MAX_NOTICE,
        frequency.MIN_NOTICE_VOTES,
        0,
        frequency.MAX_OWN_SHARE,
        frequency.SAME_DOCUMENT_SHARE,
    )


@cache
def chrome_limits() -> VoteLimits:
    """Return the constants of `dedupe.boilerplate.grouping`: pairs of lines stand for lines, each of one token."""
    return VoteLimits(
        *(evidence.LONG_TOKENS, evidence.PROSE_TOKENS, 0, 0, frequency.MAX_SHARERS, 0, 0),
        grouping.MIN_SHARED_PAIRS,
        1.0,
        grouping.MIN_SHARED_SHARE,
    )


@cache
def evidence_limits() -> EvidenceLimits:
    """Return the constants of the evidence, and the points, as the kernels read them."""
    edges = np.array([edge for measure in EDGES.values() for edge in measure], dtype=np.int32)
    bounds = np.cumsum([0, *map(len, EDGES.values())], dtype=np.int32)
    points = np.zeros((len(PARTS), CASES), dtype=np.int32)
    for row, given in zip(points, weights().points, strict=True):
        row[: len(given)] = given
    limits = EvidenceLimits(
        *(evidence.PROSE_TOKENS, evidence.LONG_TOKENS, evidence.MANY_VOTES),
        *(evidence.MIN_FRAME_VOTES, evidence.MIN_LONG_VOTES, evidence.NEAR_BANNERS, evidence.NEAR_LINES),
        *(evidence.LARGE_SITE, len(weights().categories), 0),
        *map(address, (edges, bounds, points)),
    )
    limits.held = (edges, bounds, points)
    return limits
