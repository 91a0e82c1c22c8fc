"""What speaks for a line of a page being boilerplate: thirteen parts, each a small number with a name.

What the *site* contributes is one value, a `SiteTable`: how many of its documents vote, and how many of those hold a
line, or two lines beside each other. It is counted from a group. All else is seen in the page itself.

A part is a *code*, which stands for a named case: `EDGES` says where the cases of a measure part, `labels_of` what they
are called. `dedupe.boilerplate.scoring` gives points for each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, groupby, islice, pairwise
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
    "short lines",
    "repeats",
    "template",
    "prose near",
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
NEAR_BANNERS, NEAR_LINES = 8, 10
"""So many lines on both sides are looked at for known banners, and for prose and lines of the template."""
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
    "run": (1, 2, 4, 8, 16, 32),
    "times": (2, 3, 5),
    "template": (1, 3, 6, 9),
    "side": (1, 30, 100),
}
"""Where the cases of each measure part: below the first edge is case 0."""
FIRST_BETWEEN = 2
FIRST_BEFORE = FIRST_BETWEEN + len(EDGES["distance"]) + 1
"""The codes of the part `place`: prose, no prose in the page, then lines between, before and after it."""
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

    `names` name them as the site's table does, `tokens` counts their tokens, `is_sentence` tells whether they end as
    sentences do. `banners` is the number of the category of a known banner, from 1, and 0 for any other line. `votes`
    is the number of the site's documents that hold the line, `neighbours`, 0 to 2, that of the sides on which the same
    short line, or the document's edge, stands beside it in other documents too.
    """

    names: Sequence[int]
    tokens: Sequence[int]
    is_sentence: Sequence[bool]
    banners: Sequence[int]
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
    places, times = _places(prose), Counter(page.names)
    prose_above, prose_below = _beside(prose, NEAR_LINES)
    template = map(min, *_beside([votes > 1 for votes in page.votes], NEAR_LINES))
    lines = range(len(page.names))
    columns: tuple[Iterable[int], ...] = (
        (_votes_code(votes, voters) for votes in page.votes),
        (page.neighbours[i] + 3 * (page.votes[i] > 1) for i in lines),
        (2 * case("tokens", page.tokens[i]) + bool(page.is_sentence[i]) for i in lines),
        places,
        _article_codes(prose),
        (
            case("banners", above + below)
            for above, below in zip(*_beside(is_banner, NEAR_BANNERS), strict=True)
        ),
        accumulate(page.banners[:-1], lambda above, banner: banner or above, initial=0),
        _since_codes(is_banner, prose),
        (case("run", length) for length in _runs_of_short_lines(page.tokens)),
        (case("times", times[name]) for name in page.names),
        (1 + case("template", beside) if voters > 1 else 0 for beside in template),
        (
            4 * case("side", above) + case("side", below)
            for above, below in zip(prose_above, prose_below, strict=True)
        ),
        (_is_frame(page, i, voters, places[i]) for i in lines),
    )
    return list(zip(*columns, strict=True)) if page.names else []


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
        return 10 * votes >= voters and neighbours > 0 and is_outside
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


def _runs_of_short_lines(tokens: Sequence[int]) -> list[int]:
    """Return for each line how many short ones stand together there, it included; 0 for a longer one."""
    runs: list[int] = []
    for is_short, together in groupby(tokens, key=lambda count: count < PROSE_TOKENS):
        length = len(list(together))
        runs += [length if is_short else 0] * length
    return runs


def labels_of(part: str) -> tuple[str, ...]:
    """Return what the cases of a part are called, by their codes; those of `banner above` are the pack's categories."""
    return _LABELS[part]


def _spans(measure: str, unit: str = "") -> list[str]:
    """Return names of the cases of a measure: the numbers from each edge to the next."""
    edges = EDGES[measure]
    inner = [f"{first}" if first + 1 == stop else f"{first} to {stop - 1}" for first, stop in pairwise(edges)]
    below = "0" if edges[0] == 1 else "1" if edges[0] == 2 else f"below {edges[0]}"
    return [f"{name}{unit}" for name in (below, *inner, f"{edges[-1]} or more")]


_LABELS: dict[str, tuple[str, ...]] = {
    "votes": (
        *(f"1 of {each}" for each in _spans("alone")),
        *(f"2 of {each}" for each in ("2", *_spans("pair")[1:])),
        *(f"3, {each}" for each in _spans("share", " %")),
        *(f"4 or more, {each}" for each in _spans("share", " %")),
    ),
    "neighbours": tuple(
        f"{n} beside a line of {who}" for who in ("one document", "several") for n in range(3)
    ),
    "length": tuple(f"{each}{end}" for each in _spans("tokens") for end in ("", ", a sentence")),
    "place": (
        "prose",
        "no prose in the page",
        *(f"{where}, {each}" for where in ("between", "before", "after") for each in _spans("distance")),
    ),
    "article": (
        "no prose",
        *("" for _ in range(5)),
        *(
            f"{passed} of {total} tokens"
            for total in _spans("prose")[1:]
            for passed in _spans("passed", " %")
        ),
    ),
    "banners near": tuple(_spans("banners")),
    "banners since": ("before the prose", *_spans("since")),
    "short lines": tuple(_spans("run")),
    "repeats": ("once", *_spans("times")[1:]),
    "template": ("a page alone", *_spans("template")),
    "frame": ("no", "yes"),
    "prose near": tuple(
        f"{left} above, {right} below" for left in _spans("side") for right in _spans("side")
    ),
}
