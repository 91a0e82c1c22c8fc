"""Site boilerplate (BPL201) on columns: the votes and standings of `dedupe.boilerplate.frequency`, by the kernels."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from dedupe.boilerplate import evidence, frequency, grouping
from dedupe.boilerplate.evidence import EDGES, FRAME, PARTS
from dedupe.boilerplate.joining import with_entry
from dedupe.boilerplate.scoring import MIN_BANNERS, Standing, is_own_prose, may_go, weights
from dedupe.corpus.fingerprints import ENDS_SENTENCE, OWN_WORDS
from dedupe.kernels.library import call
from dedupe.kernels.search_structures import CASES, EvidenceLimits, VoteLimits
from dedupe.kernels.structures import address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.corpus.arrays import I32, I64, U8, U32, U64, Mask
    from dedupe.corpus.columns import Columns, LearnedColumns
    from dedupe.model import Dropped
    from dedupe.settings import BoilerplateChoice


@dataclass(frozen=True, slots=True)
class SiteLines:
    """Lines that are the site's, by their paragraphs' numbers, ascending, with what speaks for each.

    `codes`, of shape (n, parts), are those of `dedupe.boilerplate.evidence`.
    """

    paragraphs: I64
    votes: U32
    voters: int
    codes: U8
    names: U32
    learned: LearnedColumns | None

    def dropped(self, place: int) -> Dropped:
        """Return the reason for the line at a place of these columns to go."""
        codes = tuple(self.codes[place].tolist())
        dropped = Standing(int(self.votes[place]), self.voters, codes).as_dropped()
        learned, name = self.learned, self.names[place]
        if learned is None or name not in learned.names:
            return dropped
        return with_entry(dropped, learned.site, learned.lines[int(np.searchsorted(learned.names, name))])


@dataclass(frozen=True, slots=True)
class GroupLines:
    """The lines of some documents that are left and say something, an entry a line, and how their site votes.

    `lines` are paragraphs' numbers, those of document d from `bounds[d]` to `bounds[d + 1]`; `votes`, `neighbours` and
    `banners` as in `dedupe.boilerplate.evidence.PageLines`. `is_carried` tells of lines of an article that several
    pages carry, `is_scraped` of documents that they show themselves scraped.
    """

    lines: I64
    bounds: I64
    names: U32
    tokens: U32
    is_sentence: Mask
    banners: U8
    votes: U32
    neighbours: U8
    is_carried: Mask
    is_scraped: Mask
    voters: int


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


def groups_by_chrome(columns: Columns, members: Sequence[int]) -> list[list[int]]:
    """Return which of the documents `members` are of one site; see `dedupe.boilerplate.grouping`."""
    lines, bounds = _visible(columns, members, np.ones(len(columns), dtype=np.bool_))
    counts = np.diff(bounds)
    # With an edge on both sides there is one pair more than lines, and none where there are no lines.
    names = columns.keys.names[columns.key[lines]].astype(np.uint64) + np.uint64(1)
    pair_counts = np.where(counts > 0, counts + 1, 0)
    pair_bounds = np.concatenate([[0], np.cumsum(pair_counts)]).astype(np.int64)
    owners = np.repeat(np.arange(len(members)), counts)
    places = np.arange(len(lines)) - bounds[owners] + pair_bounds[owners]
    pairs = np.zeros(pair_bounds[-1], dtype=np.uint64)
    pairs[places] |= names
    pairs[places + 1] |= names << np.uint64(32)
    numbers = np.unique(pairs, return_inverse=True)[1].astype(np.uint32)
    first = np.empty(len(members), dtype=np.uint32)
    ones = np.ones(len(numbers), dtype=np.uint32)
    count = int(numbers.max(initial=0)) + 1
    limits = ctypes.byref(chrome_limits())
    call("dedupe_voters", len(members), pair_bounds, numbers, ones, count, limits, first)
    return [[members[number] for number in group] for group in grouping.gathered(first.tolist())]


def find_site_lines(
    columns: Columns,
    members: Sequence[int],
    left: Mask,
    banner_of: U8,
    *,
    choice: BoilerplateChoice,
    learned: LearnedColumns | None = None,
) -> SiteLines | None:
    """Return the lines of the documents `members`, one group, that are the site's, None where there are none.

    `left` tells which paragraphs of the corpus are left, `banner_of` what banner each key is. The pages from which
    something was `learned` of the site vote as well.
    """
    group = group_lines(columns, members, left, banner_of, learned)
    return _judged(group, columns.keys.name_count, choice, learned)


def find_page_lines(
    columns: Columns, members: Sequence[int], left: Mask, banner_of: U8, *, choice: BoilerplateChoice
) -> SiteLines | None:
    """Return those of the documents `members`, each of which stands alone, that the page itself shows to be chrome."""
    return _judged(lone_lines(columns, members, left, banner_of), columns.keys.name_count, choice)


def _judged(
    group: GroupLines, name_count: int, choice: BoilerplateChoice, learned: LearnedColumns | None = None
) -> SiteLines | None:
    is_scraped = np.repeat(group.is_scraped, np.diff(group.bounds))
    worth_a_look = is_scraped | (group.votes >= evidence.MIN_FRAME_VOTES)
    if not worth_a_look.any():
        return None
    codes, points = evidence_of(group, name_count, worth_a_look)
    goes = may_go(
        is_frame=codes[:, FRAME] > 0,
        is_scraped=is_scraped,
        is_carried=group.is_carried,
        is_own_prose=is_own_prose(
            votes=group.votes, voters=group.voters, tokens=group.tokens, is_sentence=group.is_sentence
        ),
        choice=choice,
    )
    hits = np.flatnonzero(goes & (points >= weights().cuts[choice] - weights().base))
    return SiteLines(
        *(group.lines[hits], group.votes[hits], group.voters, codes[hits], group.names[hits]), learned
    )


def evidence_of(group: GroupLines, name_count: int, worth_a_look: Mask) -> tuple[U8, I32]:
    """Return codes, of shape (n, parts), and points of the lines of documents that have a line `worth_a_look`.

    Lines of others have the code 0 for all parts, and points that no cut reaches.
    """
    codes = np.zeros((len(group.lines), len(PARTS)), dtype=np.uint8)
    points = np.full(len(group.lines), np.iinfo(np.int32).min, dtype=np.int32)
    so_far = np.concatenate([[0], np.cumsum(worth_a_look)])
    is_judged = so_far[group.bounds[1:]] > so_far[group.bounds[:-1]]
    call(
        "dedupe_evidence",
        len(group.bounds) - 1,
        group.bounds,
        is_judged.view(np.uint8),
        *(group.names, group.tokens, group.is_sentence.view(np.uint8), group.banners),
        *(group.votes, group.neighbours, np.full(len(group.bounds), group.voters, dtype=np.uint32)),
        name_count,
        ctypes.byref(evidence_limits()),
        codes,
        points,
    )
    return codes, points


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
        *(evidence.MIN_FRAME_VOTES, evidence.MIN_LONG_VOTES, evidence.NEAR_BANNERS, evidence.NEAR_LINES, 0),
        *map(address, (edges, bounds, points)),
    )
    limits.held = (edges, bounds, points)
    return limits


def lone_lines(columns: Columns, members: Sequence[int], left: Mask, banner_of: U8) -> GroupLines:
    """Return the lines of documents that stand alone: each line has the vote of its own page, out of one."""
    lines, bounds = _visible(columns, members, left)
    keys = columns.key[lines]
    banners = _banners(columns, lines, banner_of)
    count = len(lines)
    return GroupLines(
        *(lines, bounds, columns.keys.names[keys], columns.keys.tokens[keys]),
        *((columns.traits[lines] & ENDS_SENTENCE) != 0, banners),
        np.ones(count, dtype=np.uint32),
        np.zeros(count, dtype=np.uint8),
        np.zeros(count, dtype=np.bool_),
        _scraped(columns, members, bounds, banners),
        1,
    )


def _banners(columns: Columns, lines: I64, banner_of: U8) -> U8:
    return np.where((columns.traits[lines] & OWN_WORDS) != 0, np.uint8(0), banner_of[columns.key[lines]])


def _scraped(columns: Columns, members: Sequence[int], bounds: I64, banners: U8) -> Mask:
    """Return which documents have a line a paragraph, and so many kinds of banners that they show they are scraped."""
    by_line = np.array([columns.documents[member].mode == "line" for member in members], dtype=np.bool_)
    places = np.flatnonzero(banners)
    owners = np.searchsorted(bounds, places, side="right") - 1
    kinds = np.unique(owners * CASES + banners[places]) // CASES
    is_scraped: Mask = by_line & (np.bincount(kinds, minlength=len(members)) >= MIN_BANNERS)
    return is_scraped


def group_lines(
    columns: Columns,
    members: Sequence[int],
    left: Mask,
    banner_of: U8,
    learned: LearnedColumns | None = None,
) -> GroupLines:
    """Return the lines of the documents `members` and how they, and the pages of a profile, vote on them."""
    lines, bounds = _visible(columns, members, left)
    keys = columns.key[lines]
    names, tokens = columns.keys.names[keys], columns.keys.tokens[keys]
    banners = _banners(columns, lines, banner_of)
    ends = (columns.traits[lines] & ENDS_SENTENCE) != 0
    votes = np.empty(len(members), dtype=np.uint32)
    limits = ctypes.byref(vote_limits())
    call("dedupe_voters", len(members), bounds, keys, tokens, len(columns.keys), limits, votes)
    line_votes = np.empty(len(lines), dtype=np.uint32)
    neighbours, carried = np.empty(len(lines), dtype=np.uint8), np.empty(len(lines), dtype=np.uint8)
    call(
        "dedupe_standings",
        *(len(members), bounds, names, tokens, (ends & (banners == 0)).view(np.uint8), votes),
        np.argsort(votes, kind="stable").astype(np.uint32),
        *(columns.keys.name_count, limits, *_outside(learned), line_votes, neighbours, carried),
    )
    return GroupLines(
        *(lines, bounds, names, tokens, ends, banners, line_votes, neighbours),
        carried.view(np.bool_),
        _scraped(columns, members, bounds, banners),
        int(np.count_nonzero(np.bincount(votes))) + (learned.site.pages if learned is not None else 0),
    )


def _outside(
    learned: LearnedColumns | None,
) -> tuple[int, int, U32 | None, U32 | None, int, U64 | None, U32 | None]:
    """Return how many pages that are not here vote, on how many lines and which, on how many pairs and which."""
    if learned is None:
        return 0, 0, None, None, 0, None, None
    return (
        *(learned.site.pages, len(learned.names), learned.names, learned.votes),
        *(len(learned.pairs), learned.pairs, learned.pair_votes),
    )


def _visible(columns: Columns, members: Sequence[int], left: Mask) -> tuple[I64, I64]:
    """Return the paragraphs of `members` that are left and have a key, and where those of each document begin."""
    visible = left & (columns.key != 0)
    if len(members) == len(columns.documents):
        lines = np.flatnonzero(visible)
        return lines, np.searchsorted(lines, columns.bounds).astype(np.int64)
    pieces = [np.flatnonzero(visible[span]) + span.start for span in map(columns.span, members)]
    bounds = np.cumsum([0, *map(len, pieces)], dtype=np.int64)
    return np.concatenate(pieces).astype(np.int64), bounds
