"""Learn what a site puts on its pages: which lines several of them hold, and beside which others.

The counts are those by which a folder of pages is cleaned (`dedupe.boilerplate.frequency`), so that a page cleaned with
them alone is judged as if the others lay beside it. What one page alone
says is its own: only short lines of few pages are learned from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dedupe.boilerplate.evidence import PROSE_TOKENS
from dedupe.boilerplate.frequency import site_table
from dedupe.boilerplate.line_names import line_name
from dedupe.boilerplate.profiles import profile_of
from dedupe.fingerprinting import KeyTable
from dedupe.learned import EDGE_OF_PAGE, LearnedSite
from dedupe.model import Skipped, Source
from dedupe.naming import name_order
from dedupe.normalizing import comparison_key
from dedupe.outlining import Outline, outline
from dedupe.progress import Progress, Silence, amounts_of
from dedupe.reading.opening import read_text
from dedupe.settling import Outlined, TextReader
from dedupe.workers import map_in_order

if TYPE_CHECKING:
    from dedupe.learned import Profile
    from dedupe.outlining import ReadText
    from dedupe.settings import Settings

MIN_LEARNED_SHARE = 1 / 200
"""A line that fewer pages of its site hold says nothing of the site; a profile of 10,000 pages stays small."""
MAX_PAGES_OF_ONE = 50
"""In a site of at most so many pages a short line of one page is learned too: the next page may be the second."""


def learn(
    sources: Sequence[Source],
    *,
    settings: Settings,
    keep: Iterable[str] = (),
    progress: Progress | None = None,
    jobs: int = 1,
    read: ReadText = read_text,
) -> tuple[Profile, list[Skipped]]:
    """Return what `sources` tell of the sites that their groups are, and what could not be read.

    A group of which no line stands on several pages tells nothing and is left out. `keep` are paragraphs for the
    profile to keep. The result hangs on names, groups and bytes only, not on the order of `sources` or on `jobs`.
    """
    progress = progress or Silence()
    ordered = sorted(sources, key=lambda source: name_order(source.name))
    amounts, unit = amounts_of([source.size for source in ordered])
    progress.begin("reading", sum(amounts), unit)
    table, skipped = KeyTable(), []
    groups: defaultdict[str, list[Outlined]] = defaultdict(list)
    results = map_in_order(
        partial(outline, settings=settings, read=read), ordered, jobs=jobs, size_of=_size_of
    )
    for source, amount, result in zip(ordered, amounts, results, strict=True):
        progress.advance(amount)
        if isinstance(result, Skipped):
            skipped.append(result)
        elif result.group:
            numbers = tuple(map(table.number_of, result.keys))
            groups[result.group].append(Outlined(source, replace(result, keys=()), numbers))
    progress.end()
    progress.begin("deciding", None)
    sites = [_learned(name, pages, table) for name, pages in groups.items()]
    progress.end()
    return profile_of((site for site in sites if max(site.lines.values(), default=0) > 1), keep), skipped


def _size_of(result: Outline | Skipped) -> int:
    return result.size if isinstance(result, Outline) else len(result.raw or b"")


def _learned(name: str, pages: Sequence[Outlined], table: KeyTable) -> LearnedSite:
    counts = site_table([page.keys for page in pages], key=table.key, token_count=table.token_count)
    fewest = max(2, MIN_LEARNED_SHARE * counts.voters)
    with_ones = 2 <= counts.voters <= MAX_PAGES_OF_ONE
    names = {
        number: line_name(table.key(number))
        for number, votes in counts.votes.items()
        if votes >= fewest or (with_ones and table.token_count(number) < PROSE_TOKENS)
    }
    lines = {names[number]: counts.votes[number] for number in names}
    edge = {-1: EDGE_OF_PAGE}
    pairs = {}
    for (above, below), votes in counts.pair_votes.items():
        both = [names.get(each, edge.get(each)) for each in (above, below)]
        if None not in both and any(both):
            pairs[str(both[0]), str(both[1])] = votes
    return LearnedSite(name, counts.voters, lines, pairs, _examples(pages, names, table.key))


def _examples(
    pages: Sequence[Outlined], names: Mapping[int, str], key: Callable[[int], str]
) -> dict[str, str]:
    """Return each line as it stands where it is met first; pages are read again for that, one after the other."""
    wanted = {line: number for number, line in names.items()}
    examples: dict[str, str] = {}
    for page in pages:
        text_of = TextReader(page)
        for place, number in enumerate(page.keys):
            line = line_name(key(number)) if number else ""
            if line in wanted and line not in examples:
                text = text_of(place).strip()
                # A page may have changed meanwhile; its key says the same.
                examples[line] = text if line_name(comparison_key(text)) == line else key(number)
    return examples
