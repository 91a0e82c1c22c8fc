"""What a site puts on its pages: paragraphs that stand in many documents of a group.

Documents vote, not occurrences, and near-identical documents have one vote. A short line needs to stand in a few
pages, outside the page's own prose or beside the same neighbour again. A long paragraph needs half of the group or the
same neighbours on both sides: a teaser stands in several pages and is somebody's content.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dedupe.model import Dropped

MIN_SHORT_VOTES = 3
MIN_SHORT_SHARE = 0.10
MIN_LONG_VOTES = 5
MIN_LONG_SHARE = 0.50
MIN_LONG_VOTES_WITH_NEIGHBOURS = 3
LONG_TOKENS = 25
"""A paragraph with so many tokens is prose: it can be somebody's content wherever it stands."""
MAX_OWN_SHARE = 1 / 2
MIN_OWN_LIMIT = 4
"""A line that at most this share of the group, or so many documents, hold is no chrome yet."""
SAME_DOCUMENT_SHARE = 0.8
"""Two documents that share so much of their own long paragraphs have one vote."""
MAX_MASKED_TOKENS = 8
"""In lines of at most so many tokens digits count as equal: "page 3 of 10" is "page 4 of 10"."""

EDGE = -1


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """How a group's documents vote.

    `voters` is the number of votes, `votes` those for each line, `pair_votes` those for two lines that stand
    together. A line is named by its (masked) key number, the document's edge by `EDGE`.
    """

    voters: int
    votes: dict[int, int]
    pair_votes: dict[tuple[int, int], int]


class LineNames:
    """Names lines so that short ones that differ in digits only have one name."""

    def __init__(self, key: Callable[[int], str], token_count: Callable[[int], int]) -> None:
        self._key = key
        self._token_count = token_count
        self._by_masked: dict[str, int] = {}
        self._names: dict[int, int] = {}

    def name(self, number: int) -> int:
        """Return the name of the line with this key number: the first such number met."""
        named = self._names.get(number)
        if named is None:
            named = number
            if self._token_count(number) <= MAX_MASKED_TOKENS:
                masked = "".join("0" if character.isdigit() else character for character in self._key(number))
                if any(character.isalpha() for character in masked):
                    named = self._by_masked.setdefault(masked, number)
            self._names[number] = named
        return named


def find_site_boilerplate(
    documents: Sequence[Sequence[int]], *, key: Callable[[int], str], token_count: Callable[[int], int]
) -> list[dict[int, Dropped]]:
    """Return, for each document of one group, its paragraphs that are the site's, by their places.

    A document is the key numbers of its paragraphs in order; 0, the empty key, is never boilerplate. The result
    does not depend on the order of the documents.
    """
    if len(documents) < 2:
        return [{} for _ in documents]
    lines = LineNames(key, token_count)
    named = [[lines.name(number) for number in document] for document in documents]
    counts = _count(named, _voters(documents, token_count))
    return [
        _judge(document, names, counts, key, token_count)
        for document, names in zip(documents, named, strict=True)
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
            for earlier in numbers[:place][:_MAX_SHARERS]:
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


_MAX_SHARERS = 32  # a paragraph in more documents is compared with the first ones only


def _count(named: Sequence[Sequence[int]], votes: Sequence[int]) -> GroupCounts:
    lines: dict[int, set[int]] = defaultdict(set)
    pairs: dict[tuple[int, int], set[int]] = defaultdict(set)
    for names, vote in zip(named, votes, strict=True):
        visible = [EDGE, *(name for name in names if name), EDGE]
        for name in visible[1:-1]:
            lines[name].add(vote)
        for pair in pairwise(visible):
            pairs[pair].add(vote)
    return GroupCounts(
        len(set(votes)),
        {name: len(voters) for name, voters in lines.items()},
        {pair: len(voters) for pair, voters in pairs.items() if len(voters) > 1},
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks for a line of a page being the site's.

    `votes` of `voters` documents hold the line, `tokens` is its length. `neighbours`, 0 to 2, counts the sides on
    which the same line stands beside it in other documents too, and is short or the site's itself. `is_carried`: a
    long line beside a long one in other documents too, as in an article that several pages carry. `is_outside`: it
    stands before or after the page's own prose. `is_numbered`: it begins with a digit, as headings of sections do.
    """

    votes: int
    voters: int
    tokens: int
    neighbours: int
    is_carried: bool
    is_outside: bool
    is_numbered: bool

    def is_boilerplate(self) -> bool:
        """Return whether the evidence suffices."""
        share = self.votes / self.voters
        if self.is_carried:
            return False
        if self.tokens >= LONG_TOKENS:
            if self.votes >= MIN_LONG_VOTES and share >= MIN_LONG_SHARE:
                return True
            return self.votes >= MIN_LONG_VOTES_WITH_NEIGHBOURS and self.neighbours == 2 and self.is_outside
        if self.votes >= MIN_SHORT_VOTES and share >= MIN_SHORT_SHARE:
            return self.neighbours >= 1 if self.is_outside else self.neighbours == 2 and not self.is_numbered
        return False  # two documents are not many

    def as_dropped(self) -> Dropped:
        """Return the reason for a line to go."""
        evidence = (
            ("documents", self.votes),
            ("of", self.voters),
            ("repeated neighbours", self.neighbours),
            ("position", "outside the prose" if self.is_outside else "within the prose"),
            ("tokens", self.tokens),
        )
        return Dropped("BPL201", round(self.votes / self.voters, 4), evidence)


def _judge(
    document: Sequence[int],
    names: Sequence[int],
    counts: GroupCounts,
    key: Callable[[int], str],
    token_count: Callable[[int], int],
) -> dict[int, Dropped]:
    places = [place for place, name in enumerate(names) if name]
    own_prose = [
        place
        for place in places
        if token_count(document[place]) >= LONG_TOKENS and counts.votes[names[place]] == 1
    ]
    first, last = (own_prose[0], own_prose[-1]) if own_prose else (len(names), -1)
    visible = [EDGE, *(names[place] for place in places), EDGE]
    is_long = [name != EDGE and token_count(name) >= LONG_TOKENS for name in visible]
    found: dict[int, Dropped] = {}
    # Long lines first: beside a long line that stays, a short one has no neighbour that is the site's.
    for wants_long in (True, False):
        for order, place in enumerate(places, start=1):
            name = visible[order]
            if is_long[order] is not wants_long or counts.votes[name] < 2:
                continue
            repeated = [
                other
                for other, pair in (
                    (order - 1, (visible[order - 1], name)),
                    (order + 1, (name, visible[order + 1])),
                )
                if pair in counts.pair_votes
            ]
            long_beside = [other for other in repeated if is_long[other]]
            standing = Standing(
                votes=counts.votes[name],
                voters=counts.voters,
                tokens=token_count(document[place]),
                neighbours=len(repeated)
                - (
                    len(long_beside)
                    if wants_long
                    else sum(places[other - 1] not in found for other in long_beside)
                ),
                is_carried=wants_long and bool(long_beside),
                is_outside=not first < place < last,
                is_numbered=key(document[place])[:1].isdigit(),
            )
            if standing.is_boilerplate():
                found[place] = standing.as_dropped()
    return found
