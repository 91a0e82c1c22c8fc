"""What speaks for a line of a page being boilerplate: fourteen parts, each a small number with a name.

What the *site* contributes is one value, a `SiteTable`: how many of its documents vote, and how many of those hold a
line, or two lines beside each other. It is counted from a group. All else is seen in the page itself.

A part is a *code*, which stands for a named case: `EDGES` says where the cases of a measure part,
`dedupe.boilerplate.labels` what they are called. `dedupe.boilerplate.scoring` gives points for each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, islice, repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PARTS = (
    "votes",
    "neighbours",
    "length",
    "place",
    "article",
    "banners near",
    "banner above",
    "banners since",
    "template",
    "prose near",
    "order",
    "words",
    "page",
    "frame",
)
"""The parts, in the order in which they are shown."""
FRAME = PARTS.index("frame")
PROSE_TOKENS = 12
"""A line with so many tokens that ends as a sentence is prose; several that come together are an article."""
LONG_TOKENS = 25
"""A paragraph with so many tokens is prose: it can be somebody's content wherever it stands."""
MANY_VOTES = 4
MIN_FRAME_VOTES, MIN_LONG_VOTES = 3, 5
"""So many documents hold a line, and a long paragraph, that frames articles."""
MIN_FRAME_PARTS = 10
"""One document in so many holds a line that frames articles."""
NEAR_BANNERS, NEAR_LINES = 8, 10
"""So many lines on both sides are looked at for known banners, and for prose and lines of the template."""
LARGE_SITE = 10
"""In a site of so many pages the banners above a line have points of their own."""
EDGES: Mapping[str, tuple[int, ...]] = {
    "alone": (2, 4, 10),
    "pair": (3, 6),
    "share": (10, 35),
    "tokens": (2, 3, 5, 9, 15, 25, 50),
    "distance": (2, 3, 5, 9, 17, 33),
    "passed": (1, 10, 50, 90, 100),
    "prose": (1, 50, 150, 400),
    "banners": (1, 2, 3, 4),
    "since": (1, 2, 4, 8),
    "template": (1, 3, 6, 9),
    "side": (1, 30, 100),
    "order": (3, 5, 9, 17, 33, 65, 129),
    "distinct": (2, 3, 5, 9, 15),
    "shared": (1, 26, 42, 60, 80, 100),
    "prose share": (1, 5, 15, 30, 50, 70),
}
"""Where the cases of each measure part: below the first edge is case 0."""
FIRST_BETWEEN = 2
FIRST_BEFORE = FIRST_BETWEEN + len(EDGES["distance"]) + 1
PLACES = FIRST_BEFORE + 2 * (len(EDGES["distance"]) + 1)
"""The codes of the part `place`: prose, no prose in the page, lines between, before and after it; again, alone."""
SHARES, PROSE_SHARES = len(EDGES["shared"]) + 1, len(EDGES["prose share"]) + 1
_FIRST_OF_TWO = len(EDGES["alone"]) + 1
_FIRST_OF_THREE = _FIRST_OF_TWO + len(EDGES["pair"]) + 1
_FIRST_OF_MORE = _FIRST_OF_THREE + len(EDGES["share"]) + 1
EDGE = -1
"""The name of a document's edge as a neighbour."""
Codes = tuple[int, ...]
"""The case of each part, in their order."""


@dataclass(frozen=True, slots=True)
class SiteTable:
    """How the documents of a site vote.

    `voters` is the number of votes, `votes` those for each line, `pair_votes` those for two lines that stand together,
    where there are two or more. A line is named by its (masked) key number, the document's edge by `EDGE`.
    """

    voters: int
    votes: Mapping[int, int]
    pair_votes: Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of a page that say something, an entry each, in reading order.

    `tokens` counts their tokens, two of a script without spaces as one; `words` are the distinct ones. `is_sentence`
    tells whether they end as sentences do. `banners` is the number of the category of a known banner, from 1 to
    `banner_kinds` - 1, and 0 for any other line. `votes` is the number of the site's documents that hold the line,
    `neighbours`, 0 to 2, that of the sides on which the same short line, or the document's edge, stands beside it in
    other documents too.
    """

    tokens: Sequence[int]
    words: Sequence[frozenset[str]]
    is_sentence: Sequence[bool]
    banners: Sequence[int]
    banner_kinds: int
    votes: Sequence[int]
    neighbours: Sequence[int]


def evidence_of(page: PageLines, voters: int) -> list[Codes]:
    """Return the codes of each line of a page of a site with so many votes."""
    prose = [
        tokens if is_sentence and not banner and votes == 1 and tokens >= PROSE_TOKENS else 0
        for tokens, is_sentence, banner, votes in zip(
            page.tokens, page.is_sentence, page.banners, page.votes, strict=True
        )
    ]
    is_banner = [bool(banner) for banner in page.banners]
    places = _places(prose)
    prose_above, prose_below = _beside(prose, NEAR_LINES)
    template = map(min, *_beside([votes > 1 for votes in page.votes], NEAR_LINES))
    lines = range(len(page.tokens))
    banner_above = accumulate(page.banners[:-1], lambda above, banner: banner or above, initial=0)
    columns: tuple[Iterable[int], ...] = (
        (_votes_code(votes, voters) for votes in page.votes),
        (page.neighbours[i] + 3 * (page.votes[i] > 1) for i in lines),
        (2 * case("tokens", page.tokens[i]) + bool(page.is_sentence[i]) for i in lines),
        (place + PLACES * (voters == 1) for place in places),
        _article_codes(prose),
        (
            case("banners", above + below)
            for above, below in zip(*_beside(is_banner, NEAR_BANNERS), strict=True)
        ),
        (above + page.banner_kinds * (voters >= LARGE_SITE) for above in banner_above),
        _since_codes(is_banner, prose),
        (1 + case("template", beside) if voters > 1 else 0 for beside in template),
        (
            4 * case("side", above) + case("side", below)
            for above, below in zip(prose_above, prose_below, strict=True)
        ),
        (1 + case("order", i + 1) if page.votes[i] == 1 else 0 for i in lines),
        _words_codes(page.words, prose),
        repeat(_page_code(prose, page.tokens, voters), len(lines)),
        (_is_frame(page, i, voters, places[i]) for i in lines),
    )
    return list(zip(*columns, strict=True)) if page.tokens else []


def _beside(values: Sequence[int], reach: int) -> tuple[list[int], list[int]]:
    """Return for each line the sums of the values of as many lines above it, and below it, as the reach says."""
    so_far = [0, *accumulate(values)]
    count = len(values)
    above = [so_far[i] - so_far[max(i - reach, 0)] for i in range(count)]
    below = [so_far[min(i + reach + 1, count)] - so_far[i + 1] for i in range(count)]
    return above, below


def case(measure: str, value: int) -> int:
    """Return the case of a measure's value."""
    return bisect_right(EDGES[measure], value)


def _votes_code(votes: int, voters: int) -> int:
    """Return the case of a line of one document, behind those the case of a line of two, of three, of more."""
    if votes == 1:
        return case("alone", voters)
    if votes == 2:
        return _FIRST_OF_TWO + case("pair", voters)
    return (_FIRST_OF_THREE if votes < MANY_VOTES else _FIRST_OF_MORE) + case("share", 100 * votes // voters)


def _article_codes(prose: Sequence[int]) -> list[int]:
    """Return how much prose the page has, and how much of it has passed with each line."""
    total = sum(prose)
    if not total:
        return [0] * len(prose)
    return [6 * case("prose", total) + case("passed", 100 * passed // total) for passed in accumulate(prose)]


def _words_codes(words: Sequence[frozenset[str]], prose: Sequence[int]) -> list[int]:
    """Return how many words each line has, and how many of them stand in prose of the page, in another line."""
    if not any(prose):
        return [0] * len(prose)
    holders = Counter(word for own, tokens in zip(words, prose, strict=True) if tokens for word in own)
    codes = []
    for own, tokens in zip(words, prose, strict=True):
        shared = sum(holders[word] > bool(tokens) for word in own)
        codes.append(1 + SHARES * case("distinct", len(own)) + case("shared", 100 * shared // len(own)))
    return codes


def _page_code(prose: Sequence[int], tokens: Sequence[int], voters: int) -> int:
    """Return how much of the page is prose, of a page alone and of others."""
    return case("prose share", 100 * sum(prose) // max(sum(tokens), 1)) + PROSE_SHARES * (voters == 1)


def _since_codes(is_banner: Sequence[bool], prose: Sequence[int]) -> list[int]:
    """Return how many banners have passed since the prose began, 0 where it has not."""
    first = next((place for place, tokens in enumerate(prose) if tokens), len(prose))
    passed = accumulate(is_banner[first:-1], initial=0)
    return [0] * min(first + 1, len(prose)) + [1 + case("since", count) for count in islice(passed, 1, None)]


def _is_frame(page: PageLines, i: int, voters: int, place: int) -> bool:
    """Return whether a line stands as what frames an article does: on many pages, beside the same neighbours."""
    votes, neighbours = page.votes[i], page.neighbours[i]
    is_outside = place == 1 or place >= FIRST_BEFORE
    if votes < MIN_FRAME_VOTES:
        return False
    if page.tokens[i] < LONG_TOKENS:
        return MIN_FRAME_PARTS * votes >= voters and neighbours > 0 and is_outside
    if votes >= MIN_LONG_VOTES and 2 * votes >= voters and neighbours > 0 and (is_outside or neighbours > 1):
        return True
    return neighbours > 1 and is_outside


def _places(prose: Sequence[int]) -> list[int]:
    """Return of each line whether it is prose or stands between, before or after it, and how far away."""
    here = [place for place, tokens in enumerate(prose) if tokens]
    if not here:
        return [1] * len(prose)
    kinds = len(EDGES["distance"]) + 1
    codes = []
    following = 0
    for i in range(len(prose)):
        if prose[i]:
            codes.append(0)
            following += 1
        elif following == 0:
            codes.append(FIRST_BEFORE + case("distance", here[0] - i))
        elif following == len(here):
            codes.append(FIRST_BEFORE + kinds + case("distance", i - here[-1]))
        else:
            codes.append(FIRST_BETWEEN + case("distance", min(i - here[following - 1], here[following] - i)))
    return codes
