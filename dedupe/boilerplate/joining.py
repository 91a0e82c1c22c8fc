"""The votes of pages that are here and of those that a profile was learned from, together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dedupe.boilerplate.evidence import EDGE, SiteTable
from dedupe.learned import EDGE_OF_PAGE, LearnedSite
from dedupe.model import Dropped

MAX_ENTRY_CHARACTERS = 80
"""So much of an entry is shown where it speaks for a line."""


def joined(table: SiteTable, learned: LearnedSite, line_of: Callable[[int], str]) -> SiteTable:
    """Return how the documents of a table and the pages of a profile vote together, on what the documents hold.

    `line_of` gives what a profile calls the line with this name in the table, which holds pairs of single pages too.
    """
    lines = {name: line_of(name) for name in table.votes} | {EDGE: EDGE_OF_PAGE}
    return SiteTable(
        table.voters + learned.pages,
        {name: votes + learned.lines.get(lines[name], 0) for name, votes in table.votes.items()},
        {
            (above, below): votes + learned.pairs.get((lines[above], lines[below]), 0)
            for (above, below), votes in table.pair_votes.items()
        },
    )


def with_entry(dropped: Dropped, learned: LearnedSite, line: str) -> Dropped:
    """Return the reason with the entry of a profile that speaks for it, if one does."""
    if line not in learned.lines:
        return dropped
    entry = (
        ("profile", learned.name),
        ("entry", learned.examples[line][:MAX_ENTRY_CHARACTERS]),
        ("pages", learned.lines[line]),
    )
    return replace(dropped, evidence=(*dropped.evidence, *entry))
