"""What a site puts on its pages: paragraphs that stand in many documents of a group.

Documents vote, not occurrences, and near-identical documents have one vote. A short line needs a few votes and the
same neighbour again, within the page's own prose on both sides. A long paragraph needs half of the group, or short
lines that come again on both sides: a teaser stands in several pages and is somebody's content. Sentences that come
together in several documents are an article that they carry, and never the site's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dedupe.model import Dropped

MIN_SHORT_VOTES = 3
MIN_SHORT_SHARE = 0.10
MIN_LONG_VOTES = 5
MIN_LONG_SHARE = 0.50
MIN_LONG_VOTES_WITH_NEIGHBOURS = 3
LONG_TOKENS = 25
"""A paragraph with so many tokens is prose: it can be somebody's content wherever it stands."""
PROSE_TOKENS = 12
"""A line with so many tokens that ends as a sentence is prose; several that come together are an article."""
MAX_SUBHEADS = 1
"""So many lines may stand between two paragraphs of an article."""
MAX_OWN_SHARE = 1 / 2
MIN_OWN_LIMIT = 4
"""A line that at most this share of the group, or so many documents, hold is no chrome yet."""
SAME_DOCUMENT_SHARE = 0.8
"""Two documents that share so much of their own long paragraphs have one vote."""
MAX_SHARERS = 32
"""A paragraph in more documents than these is compared with the first ones only, to find near-identical documents."""
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


def masked_key(key: str) -> str:
    """Return the key with 0 for each digit, or as it is where no letter stands in it."""
    if not any(character.isalpha() for character in key):
        return key
    return "".join("0" if character.isdigit() else character for character in key)


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
                named = self._by_masked.setdefault(masked_key(self._key(number)), number)
            self._names[number] = named
        return named


def find_site_boilerplate(
    documents: Sequence[Sequence[int]],
    *,
    is_sentence: Sequence[Sequence[bool]],
    key: Callable[[int], str],
    token_count: Callable[[int], int],
) -> list[dict[int, Dropped]]:
    """Return, for each document of one group, its paragraphs that are the site's, by their places.

    A document is the key numbers of its paragraphs in order; 0, the empty key, is never boilerplate.
    `is_sentence` tells of each of them whether it ends as a sentence does and is no known banner. The result does
    not depend on the order of the documents.
    """
    if len(documents) < 2:
        return [{} for _ in documents]
    lines = LineNames(key, token_count)
    named = [[lines.name(number) for number in document] for document in documents]
    counts = _count(named, _voters(documents, token_count))
    return [
        _judge(document, names, sentences, counts, key, token_count)
        for document, names, sentences in zip(documents, named, is_sentence, strict=True)
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
            for earlier in numbers[:place][:MAX_SHARERS]:
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


def is_boilerplate(
    *, votes: Any, voters: int, tokens: Any, neighbours: Any, is_outside: Any, is_numbered: Any
) -> Any:
    """Return whether a line's standing makes it the site's; the fields are those of `Standing`.

    They are values of one line, or arrays of as many lines as there are: hence `&` and `|`.
    """
    share = votes / voters
    is_long = tokens >= LONG_TOKENS
    has_one, has_both = neighbours >= 1, neighbours == 2
    enough_of_all = (votes >= MIN_LONG_VOTES) & (share >= MIN_LONG_SHARE)
    long_goes = (enough_of_all & ((has_one & is_outside) | has_both)) | (
        (votes >= MIN_LONG_VOTES_WITH_NEIGHBOURS) & has_both & is_outside
    )
    # Two documents are not many, and a numbered line within the prose is a heading of the article.
    short_goes = (
        (votes >= MIN_SHORT_VOTES)
        & (share >= MIN_SHORT_SHARE)
        & ((has_one & is_outside) | (has_both & (is_numbered ^ True)))
    )
    return (is_long & long_goes) | ((is_long ^ True) & short_goes)


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks for a line of a page being the site's.

    `votes` of `voters` documents hold the line, `tokens` is its length. `neighbours`, 0 to 2, counts the sides on
    which the same short line, or the document's edge, stands beside it in other documents too. `is_outside`: it
    stands before or after the page's own prose. `is_numbered`: it begins with a digit, as headings of sections do.
    """

    votes: int
    voters: int
    tokens: int
    neighbours: int
    is_outside: bool
    is_numbered: bool

    def is_boilerplate(self) -> bool:
        """Return whether the evidence suffices."""
        return bool(
            is_boilerplate(
                votes=self.votes,
                voters=self.voters,
                tokens=self.tokens,
                neighbours=self.neighbours,
                is_outside=self.is_outside,
                is_numbered=self.is_numbered,
            )
        )

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
    is_sentence: Sequence[bool],
    counts: GroupCounts,
    key: Callable[[int], str],
    token_count: Callable[[int], int],
) -> dict[int, Dropped]:
    places = [place for place, name in enumerate(names) if name]
    visible = [EDGE, *(names[place] for place in places), EDGE]
    tokens = [0, *(token_count(document[place]) for place in places), 0]
    is_prose = [
        False,
        *(is_sentence[place] and token_count(document[place]) >= PROSE_TOKENS for place in places),
        False,
    ]
    is_repeated = [pair in counts.pair_votes for pair in pairwise(visible)]
    carried = _carried(is_prose, is_repeated)
    first, last = _own_prose(visible, tokens, counts)
    found = {}
    for order, place in enumerate(places, start=1):
        if counts.votes[visible[order]] < 2 or order in carried:
            continue
        sides = ((order - 1, is_repeated[order - 1]), (order + 1, is_repeated[order]))
        standing = Standing(
            votes=counts.votes[visible[order]],
            voters=counts.voters,
            tokens=tokens[order],
            neighbours=sum(
                repeated and other not in carried and tokens[other] < LONG_TOKENS for other, repeated in sides
            ),
            is_outside=not first < order < last,
            is_numbered=key(document[place])[:1].isdigit(),
        )
        if standing.is_boilerplate():
            found[place] = standing.as_dropped()
    return found


def _own_prose(visible: Sequence[int], tokens: Sequence[int], counts: GroupCounts) -> tuple[int, int]:
    """Return the first and the last long line that no other document holds; all is outside where there is none."""
    own = [
        order
        for order, name in enumerate(visible)
        if tokens[order] >= LONG_TOKENS and counts.votes[name] == 1
    ]
    return (own[0], own[-1]) if own else (len(visible), -1)


def _carried(is_prose: Sequence[bool], is_repeated: Sequence[bool]) -> set[int]:
    """Return the lines that are an article which several pages carry, with the subheads between its paragraphs.

    `is_prose` tells which lines are sentences of some length, `is_repeated` which stand before the next one in other
    documents too. Prose that comes together more than once, with at most one line between, is carried.
    """
    carried: set[int] = set()
    prose = [order for order, is_sentence in enumerate(is_prose) if is_sentence]
    for before, after in pairwise(prose):
        if after - before <= 1 + MAX_SUBHEADS and all(is_repeated[before:after]):
            carried.update(range(before, after + 1))
    return carried
