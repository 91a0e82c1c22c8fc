"""What the evidence for a line is worth: points for each case of each part, and the sums from which a line goes.

The points are data, `weights.toml`, fitted by `benchmarks/fit_weights.py`; it says from what and how. Points are whole
tenths of a natural logarithm of odds, so they add: ten more make a line 2.7 times as likely to be boilerplate.
"""

from __future__ import annotations

import math
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedupe.boilerplate.evidence import PARTS
from dedupe.boilerplate.labels import labels_of
from dedupe.model import Dropped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedupe.boilerplate.evidence import Codes
    from dedupe.settings import BoilerplateChoice

WEIGHTS_PATH = Path(__file__).parent / "weights.toml"
ABOVE = "banner above"
NO_BANNER, OTHER_BANNER = "none", "other"
MIN_BANNERS = 2
"""With known banners of so many kinds a page shows that it was scraped; other lines go in such a page only."""

MIN_OWN_SENTENCE_TOKENS, MIN_OWN_TOKENS = 9, 25
"""A sentence of so many tokens, or any line of so many, is prose."""
WELL_KNOWN_VOTERS = 10
"""So many documents show what a site puts around its articles."""
SITE_SIZES, SIZE_NAMES = (1, 2, 4, 10), ("1 page", "2 to 3 pages", "4 to 9 pages", "10 or more pages")
"""What counts as evidence differs between sites of one page, and of at least 2, 4 and 10: each has a cut of its own."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Points: `base` for any line, `points` for each case of each part, and by setting the `cuts` for `SITE_SIZES`.

    `categories` are those of known banners that have points of their own, by their codes; whatever else has `OTHER`.
    Their points come twice in the part `ABOVE`, for small sites and for large ones.
    """

    base: int
    points: tuple[tuple[int, ...], ...]
    cuts: Mapping[str, tuple[int, ...]]
    categories: Mapping[str, int]

    def category(self, name: str) -> int:
        """Return the code of a category of known banners."""
        return self.categories.get(name, self.categories[OTHER_BANNER])

    def cut(self, choice: BoilerplateChoice, voters: int, *, is_guessed: bool = False) -> int:
        """Return from how many points on a line goes in a site with so many votes: the most where it is a guess."""
        cuts = self.cuts[choice]
        return max(cuts) if is_guessed else cuts[bisect_right(SITE_SIZES, voters) - 1]

    def score(self, codes: Codes) -> int:
        """Return the sum of the points of a line."""
        return self.base + sum(points[code] for points, code in zip(self.points, codes, strict=True))


@cache
def weights() -> Weights:
    """Return the shipped weights."""
    return weights_from(tomllib.loads(WEIGHTS_PATH.read_text(encoding="utf-8")))


def weights_from(data: Mapping[str, Any]) -> Weights:
    """Return the weights that a table says.

    Raises KeyError for a case that has no points and ValueError for points of a case that there is not.
    """
    above = tuple(data["points"][ABOVE])
    categories = {name: code for code, name in enumerate(above[: len(above) // 2])}
    rows = []
    for part in PARTS:
        given = data["points"][part]
        labels = (*categories, *map(of_large_site, categories)) if part == ABOVE else labels_of(part)
        if unknown := given.keys() - set(labels):
            raise ValueError(f"{part!r} has no case {sorted(unknown)[0]!r}")
        rows.append(tuple(given[label] if label else 0 for label in labels))
    cuts = {choice: tuple(row[size] for size in SIZE_NAMES) for choice, row in data["cuts"].items()}
    return Weights(data["base"], tuple(rows), cuts, categories)


def of_large_site(category: str) -> str:
    """Return what a category of banners is called in a large site."""
    return f"{category}, a large site"


def may_go(
    *, is_frame: Any, is_scraped: Any, is_carried: Any, is_own_prose: Any, choice: BoilerplateChoice
) -> Any:
    """Return whether a line may be the site's at all, whatever points it has.

    In a page that does not show by its banners that it is scraped only what stands as a frame may. Unless the choice is
    thorough, prose stays that no other page holds, and so does an article that several pages carry.
    They are values of one line, or arrays of as many lines as there are: hence `&` and `|`.
    """
    stands = is_frame | is_scraped
    return stands if choice == "thorough" else stands & ((is_carried | is_own_prose) ^ True)


def is_own_prose(*, votes: Any, tokens: Any, is_sentence: Any, is_well_known: bool) -> Any:
    """Return whether a line is prose that no other page holds, of a site that is not well known; arrays as above."""
    prose = (tokens >= MIN_OWN_TOKENS) | (is_sentence & (tokens >= MIN_OWN_SENTENCE_TOKENS))
    return (votes == 1) & prose & (not is_well_known)


def is_well_known(voters: int, *, is_guessed: bool) -> bool:
    """Return whether what a site puts around its articles is well known."""
    return voters >= WELL_KNOWN_VOTERS and not is_guessed


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks for a line of a page being the site's: `votes` of `voters` documents, and the codes of all parts."""

    votes: int
    voters: int
    codes: Codes

    def as_dropped(self) -> Dropped:
        """Return the reason for a line to go, with the parts that have points."""
        table = weights()
        parts = [
            (part, points[code])
            for part, points, code in zip(PARTS, table.points, self.codes, strict=True)
            if points[code]
        ]
        score = table.score(self.codes)
        evidence = (("documents", self.votes), ("of", self.voters), ("points", score), *parts)
        return Dropped("BPL201", round(1 / (1 + math.exp(-score / 10)), 4), evidence)
