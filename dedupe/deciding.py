"""Where a paragraph's fate is decided: the rules in their order of precedence, and the guards.

Boilerplate first, over the whole document (BPL202, BPL201, then BPL203, which looks at what the other two take);
then the guard that keeps an article whole; then repeats among what is left, so that every copy they name stays.
One paragraph, one rule: the first that took it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dedupe.model import Dropped, Fate, Kept
from dedupe.repeats import Repeats
from dedupe.settings import Settings

KEPT = Kept()

MIN_ARTICLE_TOKENS = 12
"""What stays of an article holds a paragraph of at least so many tokens, or the article is spared."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one paragraph before anything is decided.

    `key` is its number in the key table, `tokens` their count; `known` and `site` are what BPL202 and BPL201
    would do, None where they do not apply; `debris` is its shape, `""` for ordinary text.
    """

    key: int
    tokens: int
    known: Dropped | None
    site: Dropped | None
    debris: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fates of a document's paragraphs, by number.

    `reported` holds what rules found that do not strip. `spared` names the guard that undid the boilerplate cuts
    of the whole document, `""` if none did. `boilerplate` are the paragraphs in which a BPL rule saw boilerplate,
    whether it strips or reports, those that a guard spared left out.
    """

    fates: tuple[Fate, ...]
    reported: dict[int, Dropped] = field(default_factory=dict)
    spared: str = ""
    boilerplate: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """What the BPL rules do to a document, by the numbers of its paragraphs; fields as in `Verdict`."""

    going: dict[int, Dropped] = field(default_factory=dict)
    reported: dict[int, Dropped] = field(default_factory=dict)
    spared: str = ""

    def followed_by(self, more: Boilerplate) -> Boilerplate:
        """Return this with what was found in what it leaves."""
        spared = self.spared if not more.going else ""
        return Boilerplate(
            {**self.going, **more.going}, {**more.reported, **self.reported}, more.spared or spared
        )


FindDebris = Callable[[Sequence[str], Sequence[bool]], Sequence[int]]


def find_boilerplate(
    facts: Mapping[int, Facts], *, settings: Settings, find_debris: FindDebris
) -> Boilerplate:
    """Return which of the paragraphs in `facts`, numbers in reading order, are boilerplate.

    `find_debris` tells which debris goes, given the shapes and what other rules take.
    """
    found: dict[int, Dropped] = {}
    for number, fact in facts.items():
        candidates = [
            each for each in (fact.known, fact.site) if each is not None and settings.detects(each.rule)
        ]
        if candidates:
            found[number] = next((each for each in candidates if settings.strips(each.rule)), candidates[0])
    if settings.detects("BPL203"):
        _add_debris(found, facts, settings, find_debris)
    going = {number: dropped for number, dropped in found.items() if settings.strips(dropped.rule)}
    reported = {number: dropped for number, dropped in found.items() if number not in going}
    if going and _leaves_no_article(facts, going):
        return Boilerplate({}, reported, "nothing would be left of the article")
    return Boilerplate(going, reported)


def conclude(paragraphs: int, boilerplate: Boilerplate, repeats: Repeats) -> Verdict:
    """Return the fates of a document's `paragraphs`, numbered from 0: boilerplate first, then repeats."""
    fates: list[Fate] = []
    for number in range(paragraphs):
        dropped = boilerplate.going.get(number) or repeats.dropped.get(number)
        spared_by = repeats.spared.get(number)
        fates.append(dropped or (Kept(spared_by) if spared_by else KEPT))
    reported = {**boilerplate.reported, **repeats.reported}
    gone = {number for number, fate in enumerate(fates) if isinstance(fate, Dropped)}
    return Verdict(
        tuple(fates),
        {number: found for number, found in reported.items() if number not in gone},
        boilerplate.spared,
        frozenset((*boilerplate.going, *boilerplate.reported)),
    )


def _add_debris(
    found: dict[int, Dropped], facts: Mapping[int, Facts], settings: Settings, find_debris: FindDebris
) -> None:
    numbers = list(facts)
    goes = [number in found and settings.strips(found[number].rule) for number in numbers]
    for place in find_debris([facts[number].debris for number in numbers], goes):
        number = numbers[place]
        if number not in found or settings.strips("BPL203"):
            found[number] = Dropped("BPL203", 1.0, (("shape", facts[number].debris),))


def _leaves_no_article(facts: Mapping[int, Facts], going: Mapping[int, Dropped]) -> bool:
    """Return whether what would stay is no article, while what would go may be one.

    That is so when nothing at all would stay and something goes that is not known boilerplate, or when no real
    paragraph would stay while one that is not known boilerplate would go.
    """
    if any(fact.tokens >= MIN_ARTICLE_TOKENS for number, fact in facts.items() if number not in going):
        return False
    if not any(fact.tokens for number, fact in facts.items() if number not in going):
        return any(dropped.rule == "BPL201" for dropped in going.values())
    return any(
        facts[number].tokens >= MIN_ARTICLE_TOKENS and dropped.rule != "BPL202"
        for number, dropped in going.items()
    )
