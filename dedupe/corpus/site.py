"""Site boilerplate (BPL201) on columns: the votes and standings of `dedupe.boilerplate.frequency`, by the kernels."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.boilerplate import grouping
from dedupe.boilerplate.evidence import FRAME, LONG_TOKENS, MIN_FRAME_PARTS, MIN_FRAME_VOTES, PARTS
from dedupe.boilerplate.joining import with_entry
from dedupe.boilerplate.scoring import MIN_BANNERS, Standing, is_own_prose, is_well_known, may_go, weights
from dedupe.corpus.fingerprints import ENDS_SENTENCE, MOSTLY_UNSPACED, OWN_WORDS
from dedupe.corpus.site_limits import chrome_limits, evidence_limits, vote_limits
from dedupe.kernels.library import call
from dedupe.kernels.search_structures import CASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.corpus.arrays import I32, I64, U8, U32, U64, Mask
    from dedupe.corpus.columns import Columns, KeyColumns, LearnedColumns
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

    `lines` are paragraphs' numbers, those of document d from `bounds[d]` to `bounds[d + 1]`, `keys` those of their
    keys; `tokens`, `votes`, `neighbours` and `banners` as in `dedupe.boilerplate.evidence.PageLines`. `is_carried`
    tells of lines of an article that several pages carry, `is_scraped` of documents that they show themselves scraped.
    """

    lines: I64
    bounds: I64
    keys: U32
    names: U32
    tokens: U32
    is_sentence: Mask
    banners: U8
    votes: U32
    neighbours: U8
    is_carried: Mask
    is_scraped: Mask
    voters: int


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
    is_guessed: bool = False,
) -> SiteLines | None:
    """Return the lines of the documents `members`, one group, that are the site's, None where there are none.

    `left` tells which paragraphs of the corpus are left, `banner_of` what banner each key is. The pages from which
    something was `learned` of the site vote as well. Where it `is_guessed` that the documents are of one site, less
    goes.
    """
    group = group_lines(columns, members, left, banner_of, learned)
    return _judged(group, columns.keys, choice, learned, is_guessed=is_guessed)


def find_page_lines(
    columns: Columns, members: Sequence[int], left: Mask, banner_of: U8, *, choice: BoilerplateChoice
) -> SiteLines | None:
    """Return those of the documents `members`, each of which stands alone, that the page itself shows to be chrome."""
    return _judged(lone_lines(columns, members, left, banner_of), columns.keys, choice)


def _judged(
    group: GroupLines,
    keys: KeyColumns,
    choice: BoilerplateChoice,
    learned: LearnedColumns | None = None,
    *,
    is_guessed: bool = False,
) -> SiteLines | None:
    is_scraped = np.repeat(group.is_scraped, np.diff(group.bounds))
    # No other line can be a frame: see `dedupe.boilerplate.evidence`.
    may_be_frame = (group.votes >= MIN_FRAME_VOTES) & (group.neighbours > 0)
    may_be_frame &= (MIN_FRAME_PARTS * group.votes >= group.voters) | (group.tokens >= LONG_TOKENS)
    worth_a_look = is_scraped | may_be_frame
    if not worth_a_look.any():
        return None
    codes, points = evidence_of(group, keys, worth_a_look)
    goes = may_go(
        is_frame=codes[:, FRAME] > 0,
        is_scraped=is_scraped,
        is_carried=group.is_carried,
        is_own_prose=is_own_prose(
            votes=group.votes,
            tokens=group.tokens,
            is_sentence=group.is_sentence,
            is_well_known=is_well_known(group.voters, is_guessed=is_guessed),
        ),
        choice=choice,
    )
    cut = weights().cut(choice, group.voters, is_guessed=is_guessed)
    hits = np.flatnonzero(goes & (points >= cut - weights().base))
    return SiteLines(
        *(group.lines[hits], group.votes[hits], group.voters, codes[hits], group.names[hits]), learned
    )


def evidence_of(group: GroupLines, keys: KeyColumns, worth_a_look: Mask) -> tuple[U8, I32]:
    """Return codes, of shape (n, parts), and points of the lines that are `worth_a_look`.

    Others have the code 0 for all parts, and points that no cut reaches.
    """
    codes = np.zeros((len(group.lines), len(PARTS)), dtype=np.uint8)
    points = np.full(len(group.lines), np.iinfo(np.int32).min, dtype=np.int32)
    call(
        "dedupe_evidence",
        len(group.bounds) - 1,
        group.bounds,
        worth_a_look.view(np.uint8),
        *(group.keys, group.tokens, group.is_sentence.view(np.uint8), group.banners),
        *(group.votes, group.neighbours, group.voters),
        *(keys.tokens, keys.token_start, keys.token_hashes),
        ctypes.byref(evidence_limits()),
        codes,
        points,
    )
    return codes, points


def lone_lines(columns: Columns, members: Sequence[int], left: Mask, banner_of: U8) -> GroupLines:
    """Return the lines of documents that stand alone: each line has the vote of its own page, out of one."""
    lines, bounds = _visible(columns, members, left)
    keys = columns.key[lines]
    banners = _banners(columns, lines, banner_of)
    count = len(lines)
    return GroupLines(
        *(lines, bounds, keys, columns.keys.names[keys], _lengths(columns, keys)),
        *((columns.traits[lines] & ENDS_SENTENCE) != 0, banners),
        np.ones(count, dtype=np.uint32),
        np.zeros(count, dtype=np.uint8),
        np.zeros(count, dtype=np.bool_),
        _scraped(columns, members, bounds, banners),
        1,
    )


def _lengths(columns: Columns, keys: U32) -> U32:
    """Return the tokens of lines with these keys, two of a script without spaces as one."""
    tokens, is_unspaced = columns.keys.tokens[keys], (columns.keys.hints[keys] & MOSTLY_UNSPACED) != 0
    return np.where(is_unspaced, (tokens + np.uint32(1)) // np.uint32(2), tokens).astype(np.uint32)


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
    names, lengths = columns.keys.names[keys], _lengths(columns, keys)
    banners = _banners(columns, lines, banner_of)
    ends = (columns.traits[lines] & ENDS_SENTENCE) != 0
    votes = np.empty(len(members), dtype=np.uint32)
    limits = ctypes.byref(vote_limits())
    call(
        "dedupe_voters",
        len(members),
        bounds,
        keys,
        columns.keys.tokens[keys],
        len(columns.keys),
        limits,
        votes,
    )
    line_votes = np.empty(len(lines), dtype=np.uint32)
    neighbours, carried = np.empty(len(lines), dtype=np.uint8), np.empty(len(lines), dtype=np.uint8)
    call(
        "dedupe_standings",
        *(len(members), bounds, names, lengths, (ends & (banners == 0)).view(np.uint8), votes),
        np.argsort(votes, kind="stable").astype(np.uint32),
        *(columns.keys.name_count, limits, *_outside(learned), line_votes, neighbours, carried),
    )
    return GroupLines(
        *(lines, bounds, keys, names, lengths, ends, banners, line_votes, neighbours),
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
