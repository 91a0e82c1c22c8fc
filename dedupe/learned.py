"""What a profile tells of sites, as values: how many of a site's pages hold a line, or two lines beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal

MAX_SPACES = 10
"""A line with more spaces between its words is never learned from one page only."""
EDGE_OF_PAGE = ""
"""The name of a page's edge as a neighbour; no line has it."""


SAME_PAGE_SHARE = 0.8
"""A page that holds so much of what is known of one page only is that page."""
Counting = Literal["all", "without this page", "without lines of one page"]


def how_to_count(pages: int, *, own: int, met: int) -> Counting:
    """Return how a site counts for a number of pages; see `LearnedSite.for_pages`.

    `own` is the number of their short lines that were not learned from several pages, `met` that of those among them
    that were learned from one.
    """
    if pages > 1:
        return "without lines of one page"
    return "without this page" if own and met >= SAME_PAGE_SHARE * own else "all"


@dataclass(frozen=True, slots=True, eq=False)
class LearnedSite:
    """A site, by its `name`, of which `pages` pages were looked at; pages that are nearly the same count as one.

    `lines` are the numbers of those that hold a line, `pairs` of those where the second of two lines follows the first;
    a line is named by its comparison key, with 0 for each digit in short ones, the page's edge by `EDGE_OF_PAGE`.
    `examples` hold each line as it stands on a page.
    """

    name: str
    pages: int
    lines: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    examples: Mapping[str, str]

    def for_pages(self, lines: AbstractSet[str], *, pages: int) -> LearnedSite:
        """Return what the other pages say to a number of pages with these lines.

        A page alone of which most short lines that are not the site's were learned from one page is that page,
        as it is or was: it is taken out. Several pages say themselves what a second one would, so what one page said
        does not count for them.
        """
        own = [line for line in lines if line.count(" ") <= MAX_SPACES and self.lines.get(line, 0) < 2]
        match how_to_count(pages, own=len(own), met=sum(line in self.lines for line in own)):
            case "all":
                return self
            case "without this page":
                return self.less(1, fewest=1)
            case "without lines of one page":
                return self.less(0, fewest=2)

    def less(self, fewer: int, *, fewest: int) -> LearnedSite:
        """Return the site with so many pages less for each count, and those counts only that are enough then."""
        lines = {line: pages - fewer for line, pages in self.lines.items() if pages - fewer >= fewest}
        told = {EDGE_OF_PAGE, *lines}
        pairs = {pair: pages - fewer for pair, pages in self.pairs.items() if told.issuperset(pair)}
        return LearnedSite(self.name, self.pages - fewer, lines, pairs, self.examples)


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learned of sites, in the order of their names, and what is to be kept.

    `keep` are paragraphs, as texts, that no rule for paragraphs may take. Profiles are equal when their `digest`, of
    all that they say, is.
    """

    digest: str
    sites: tuple[LearnedSite, ...] = field(default=(), compare=False)
    keep: tuple[str, ...] = field(default=(), compare=False)
