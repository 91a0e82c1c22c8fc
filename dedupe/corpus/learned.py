"""What profiles tell of sites (`dedupe.learned`), by the numbers that a corpus gives to lines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.boilerplate.known import digest_of_key
from dedupe.boilerplate.profiles import MIN_FITTING_LINES
from dedupe.corpus.columns import EDGE, LearnedColumns
from dedupe.corpus.site import groups_by_chrome
from dedupe.learned import EDGE_OF_PAGE, MAX_SPACES, how_to_count
from dedupe.reading.naming import NO_FOLDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.corpus.arrays import U32
    from dedupe.corpus.columns import Columns
    from dedupe.corpus.numbering import KeyNumbers
    from dedupe.learned import LearnedSite
    from dedupe.settings import Settings


def learned_of(settings: Settings, numbers: KeyNumbers, *, below: int) -> tuple[LearnedColumns, ...]:
    """Return what the profiles of the settings tell; arguments as of `learned_columns`."""
    return tuple(
        learned_columns(site, numbers, below=below) for profile in settings.profiles for site in profile.sites
    )


def learned_columns(site: LearnedSite, numbers: KeyNumbers, *, below: int) -> LearnedColumns:
    """Return what is learned of a site of those lines that have a number `below` a bound, which is that of names.

    Lines that were not met get numbers behind all others: ask last.
    """
    met = numbers.numbered(map(digest_of_key, site.lines)).tolist()
    number_of = {line: number for line, number in zip(site.lines, met, strict=True) if number < below}
    lines = sorted(number_of, key=number_of.__getitem__)
    number_of[EDGE_OF_PAGE] = EDGE
    pairs = {
        number_of[above] << 32 | number_of[under]: votes
        for (above, under), votes in site.pairs.items()
        if above in number_of and under in number_of
    }
    return LearnedColumns(
        site,
        np.array([number_of[line] for line in lines], dtype=np.uint32),
        lines,
        np.array([site.lines[line] for line in lines], dtype=np.uint32),
        np.array(list(pairs), dtype=np.uint64),
        np.array(list(pairs.values()), dtype=np.uint32),
    )


@dataclass(frozen=True, slots=True)
class VotingGroup:
    """Documents that vote together, by their numbers, ascending, and what was learned of their site.

    `is_guessed`: nobody but their chrome says that they are of one site.
    """

    members: Sequence[int]
    learned: LearnedColumns | None = None
    is_guessed: bool = False


def voting_groups(columns: Columns, settings: Settings) -> list[VotingGroup]:
    """Return the groups of a corpus; the first are the documents that stand alone, of which each has its own vote."""
    if not settings.detects("BPL201"):
        return [VotingGroup([])]
    named: defaultdict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(columns.documents):
        named[document.source.group].append(number)
    alone = named.pop("", [])
    guessed: list[list[int]] = []
    if settings.group_by != "corpus" and (unlabelled := named.pop(NO_FOLDER, [])):
        guessed = groups_by_chrome(columns, unlabelled)
    together = list(named.values())
    alone += [members[0] for members in [*together, *guessed] if len(members) == 1]
    groups = [
        VotingGroup(members, fitting_columns(columns, members), is_guessed)
        for is_guessed, sites in ((False, together), (True, guessed))
        for members in sites
        if len(members) > 1
    ]
    strangers = []
    for number in sorted(alone):
        learned = fitting_columns(columns, [number])
        if learned is None:
            strangers.append(number)
        else:
            groups.append(VotingGroup([number], learned))
    return [VotingGroup(strangers), *groups]


def fitting_columns(columns: Columns, members: Sequence[int]) -> LearnedColumns | None:
    """Return the site that some documents are of, as `dedupe.boilerplate.profiles.fitting_site` finds it."""
    if not columns.learned:
        return None
    keys = np.unique(np.concatenate([columns.key[columns.span(member)] for member in members]))
    keys = keys[keys > 0]
    names: U32 = np.unique(columns.keys.names[keys])
    best, best_rank = None, (MIN_FITTING_LINES, 0)
    for learned in columns.learned:
        lines = int(np.isin(learned.names[learned.votes > 1], names, assume_unique=True).sum())
        if (lines, learned.site.pages) > best_rank:
            best, best_rank = learned, (lines, learned.site.pages)
    if best is None:
        return None
    short = np.unique(columns.keys.names[keys[columns.keys.tokens[keys] <= MAX_SPACES + 1]])
    own = short[~np.isin(short, best.names[best.votes > 1], assume_unique=True)]
    met = int(np.isin(own, best.names, assume_unique=True).sum())
    match how_to_count(len(members), own=len(own), met=met):
        case "all":
            return best
        case "without this page":
            return _less(best, 1, fewest=1)
        case "without lines of one page":
            return _less(best, 0, fewest=2)


def _less(learned: LearnedColumns, fewer: int, *, fewest: int) -> LearnedColumns:
    """Return what `LearnedSite.less` does."""
    votes, pair_votes = (each - np.uint32(fewer) for each in (learned.votes, learned.pair_votes))
    stays = votes >= fewest
    told = np.append(learned.names[stays], np.uint32(EDGE)).astype(np.uint64)
    above, below = learned.pairs >> np.uint64(32), learned.pairs & np.uint64(EDGE)
    pairs = np.isin(above, told) & np.isin(below, told)
    return LearnedColumns(
        learned.site.less(fewer, fewest=fewest),
        learned.names[stays],
        [line for line, is_told in zip(learned.lines, stays.tolist(), strict=True) if is_told],
        votes[stays],
        learned.pairs[pairs],
        pair_votes[pairs],
    )
