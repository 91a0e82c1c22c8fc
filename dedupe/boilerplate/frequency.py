"""What a site puts on its pages: paragraphs that stand in many documents of a group.

Documents vote, not occurrences, and near-identical documents have one vote. What the votes and the page say of a line
is its evidence (`dedupe.boilerplate.evidence`), and with enough points it goes (`dedupe.boilerplate.scoring`).
Sentences that come together in several documents are an article that they carry, and never the site's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dedupe.boilerplate.evidence import (
    EDGE,
    FRAME,
    LONG_TOKENS,
    PROSE_TOKENS,
    PageLines,
    SiteTable,
    evidence_of,
)
from dedupe.boilerplate.joining import joined, with_entry
from dedupe.boilerplate.line_names import LineNames, length_of, line_name
from dedupe.boilerplate.scoring import Standing, is_own_prose, is_well_known, may_go, weights
from dedupe.learned import LearnedSite
from dedupe.model import Dropped
from dedupe.settings import BoilerplateChoice

MAX_SUBHEADS = 1
"""So many lines may stand between two paragraphs of an article."""
MAX_NOTICE, MIN_NOTICE_VOTES = 2, 5
"""So many paragraphs of prose that so many documents hold, and a third of the group, are a notice and no article."""
MAX_OWN_SHARE = 1 / 2
MIN_OWN_LIMIT = 4
"""A line that at most this share of the group, or so many documents, hold is no chrome yet."""
SAME_DOCUMENT_SHARE = 0.8
"""Two documents that share so much of their own long paragraphs have one vote."""
MAX_SHARERS = 32
"""A paragraph in more documents than these is compared with the first ones only, to find near-identical documents."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is told of the lines of a document, an entry a paragraph.

    `is_sentence`: it ends as a sentence does. `banners`: the code of the category of a known banner, 0 for any other
    line. `is_scraped`: the page shows itself that it is one; see `dedupe.boilerplate.scoring`.
    """

    is_sentence: Sequence[bool]
    banners: Sequence[int]
    is_scraped: bool


def find_site_boilerplate(
    documents: Sequence[Sequence[int]],
    pages: Sequence[Page],
    *,
    key: Callable[[int], str],
    token_count: Callable[[int], int],
    choice: BoilerplateChoice,
    learned: LearnedSite | None = None,
    is_guessed: bool = False,
) -> list[dict[int, Dropped]]:
    """Return, for each document of one group, its paragraphs that are the site's, by their places.

    A document is the key numbers of its paragraphs in order; 0, the empty key, is never boilerplate. `pages` tells more
    of each. The pages from which something was `learned` of the site vote as well. Where it `is_guessed` that the
    documents are of one site, less goes. The result does not depend on the order of the documents.
    """
    lines = LineNames(key, token_count)
    named = [[lines.name(number) for number in document] for document in documents]
    table = _count(named, _voters(documents, token_count))
    if learned is not None:
        table = joined(table, learned, lambda number: line_name(key(number)))
    table = SiteTable(
        table.voters, table.votes, {pair: votes for pair, votes in table.pair_votes.items() if votes > 1}
    )
    found = [
        _judge(document, names, page, table, lines, choice, is_guessed)
        for document, names, page in zip(documents, named, pages, strict=True)
    ]
    if learned is None:
        return found
    return [
        {
            place: with_entry(dropped, learned, line_name(key(document[place])))
            for place, dropped in taken.items()
        }
        for document, taken in zip(documents, found, strict=True)
    ]


def _voters(documents: Sequence[Sequence[int]], token_count: Callable[[int], int]) -> list[int]:
    """Return for each document the number of its vote; near-identical documents have the same.

    Two documents are the same when they share most of what is telling: under the same chrome whole pages look alike.
    """
    telling = _telling_lines(documents, token_count)
    holders: defaultdict[int, list[int]] = defaultdict(list)
    own_tokens: Counter[int] = Counter()
    for number, lines in enumerate(telling):
        for key in lines:
            holders[key].append(number)
            own_tokens[number] += token_count(key)
    shared_tokens: Counter[tuple[int, int]] = Counter()
    for key, numbers in holders.items():
        for place, later in enumerate(numbers):
            for earlier in numbers[: min(place, MAX_SHARERS)]:
                shared_tokens[earlier, later] += token_count(key)
    votes = list(range(len(documents)))
    for (earlier, later), tokens in sorted(shared_tokens.items()):
        if tokens >= SAME_DOCUMENT_SHARE * max(own_tokens[earlier], own_tokens[later]):
            votes[later] = votes[earlier]
    return votes


def _telling_lines(documents: Sequence[Sequence[int]], token_count: Callable[[int], int]) -> list[set[int]]:
    """Return for each document the keys that tell which others are the same.

    Those are its long paragraphs that few documents hold or that stand beside another long one, as in an article
    that many carry; in a document without any, a poem for one, all lines that few documents hold.
    """
    number_of_holders = Counter(key for document in documents for key in set(document))
    limit = max(MIN_OWN_LIMIT, MAX_OWN_SHARE * len(documents))
    telling = []
    for document in documents:
        visible = [key for key in document if key]
        is_long = [token_count(key) >= LONG_TOKENS for key in visible]
        beside_long = {
            key
            for neighbours, are_long in zip(pairwise(visible), pairwise(is_long), strict=True)
            for key in neighbours
            if all(are_long)
        }
        own = {
            key
            for key, long in zip(visible, is_long, strict=True)
            if long and (key in beside_long or number_of_holders[key] <= limit)
        }
        telling.append(own or {key for key in visible if number_of_holders[key] <= limit})
    return telling


def _count(named: Sequence[Sequence[int]], votes: Sequence[int]) -> SiteTable:
    lines: dict[int, set[int]] = defaultdict(set)
    pairs: dict[tuple[int, int], set[int]] = defaultdict(set)
    for names, vote in zip(named, votes, strict=True):
        visible = [EDGE, *(name for name in names if name), EDGE]
        for name in visible[1:-1]:
            lines[name].add(vote)
        for pair in pairwise(visible):
            pairs[pair].add(vote)
    return SiteTable(
        len(set(votes)),
        {name: len(voters) for name, voters in lines.items()},
        {pair: len(voters) for pair, voters in pairs.items()},
    )


def _judge(
    document: Sequence[int],
    names: Sequence[int],
    page: Page,
    table: SiteTable,
    lines: LineNames,
    choice: BoilerplateChoice,
    is_guessed: bool,
) -> dict[int, Dropped]:
    places = [place for place, name in enumerate(names) if name]
    shown, carried = _shown(
        [names[place] for place in places],
        [lines.words(document[place]) for place in places],
        [page.is_sentence[place] for place in places],
        [page.banners[place] for place in places],
        table,
    )
    points, found = weights(), {}
    cut = points.cut(choice, table.voters, is_guessed=is_guessed)
    for order, codes in enumerate(evidence_of(shown, table.voters)):
        votes, tokens = shown.votes[order], shown.tokens[order]
        goes = may_go(
            is_frame=bool(codes[FRAME]),
            is_scraped=page.is_scraped,
            is_carried=order in carried,
            is_own_prose=is_own_prose(
                votes=votes,
                tokens=tokens,
                is_sentence=shown.is_sentence[order],
                is_well_known=is_well_known(table.voters, is_guessed=is_guessed),
            ),
            choice=choice,
        )
        if goes and points.score(codes) >= cut:
            found[places[order]] = Standing(votes, table.voters, codes).as_dropped()
    return found


def _shown(
    names: Sequence[int],
    words: Sequence[Sequence[str]],
    is_sentence: Sequence[bool],
    banners: Sequence[int],
    table: SiteTable,
) -> tuple[PageLines, set[int]]:
    """Return the lines of a page with what its site says of them, and those of an article that several pages carry."""
    votes = [table.votes[name] for name in names]
    tokens = [length_of(each) for each in words]
    is_repeated = [pair in table.pair_votes for pair in pairwise([EDGE, *names, EDGE])]
    is_prose = [
        ends and not banner and count >= PROSE_TOKENS
        for ends, banner, count in zip(is_sentence, banners, tokens, strict=True)
    ]
    carried = _carried(is_prose, is_repeated[1:], votes, table.voters)
    stands_beside = [
        True,
        *(place not in carried and count < LONG_TOKENS for place, count in enumerate(tokens)),
        True,
    ]
    neighbours = [
        (is_repeated[place] and stands_beside[place]) + (is_repeated[place + 1] and stands_beside[place + 2])
        for place in range(len(names))
    ]
    distinct = [frozenset(each) for each in words]
    kinds = len(weights().categories)
    return PageLines(tokens, distinct, is_sentence, banners, kinds, votes, neighbours), carried


def _carried(
    is_prose: Sequence[bool], is_repeated: Sequence[bool], votes: Sequence[int], voters: int
) -> set[int]:
    """Return the lines that are an article which several pages carry, with the subheads between its paragraphs.

    `is_prose` tells which lines are sentences of some length, `is_repeated` which stand before the next one in other
    documents too. Prose that comes together more than once, with at most one line between, is carried, unless it is
    short and on a third of the pages: a notice of the site's.
    """
    carried: set[int] = set()
    blocks: list[list[int]] = []
    for place, is_sentence in enumerate(is_prose):
        if not is_sentence:
            continue
        before = blocks[-1][-1] if blocks else place
        if blocks and place - before <= 1 + MAX_SUBHEADS and all(is_repeated[before:place]):
            blocks[-1].append(place)
        else:
            blocks.append([place])
    for block in blocks:
        if len(block) > 1:
            carried.update(
                place
                for place in range(block[0], block[-1] + 1)
                if len(block) > MAX_NOTICE or votes[place] < MIN_NOTICE_VOTES or 3 * votes[place] < voters
            )
    return carried


def site_table(
    documents: Sequence[Sequence[int]], *, key: Callable[[int], str], token_count: Callable[[int], int]
) -> SiteTable:
    """Return how the documents of one group vote; a document is the key numbers of its paragraphs in order."""
    lines = LineNames(key, token_count)
    named = [[lines.name(number) for number in document] for document in documents]
    return _count(named, _voters(documents, token_count))
