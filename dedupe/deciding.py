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
    of the whole document, `""` if none did.
    """

    fates: tuple[Fate, ...]
    reported: dict[int, Dropped] = field(default_factory=dict)
    spared: str = ""


FindDebris = Callable[[Sequence[str], Sequence[bool]], Sequence[int]]
FindRepeats = Callable[[Sequence[int]], Repeats]


def decide(
    facts: Sequence[Facts], *, settings: Settings, find_debris: FindDebris, find_repeats: FindRepeats
) -> Verdict:
    """Return the fate of each paragraph of a document.

    `find_debris` tells which debris goes, given the shapes and what other rules take. `find_repeats` gets the
    numbers of the paragraphs that are left and returns what it drops, what it only reports and what it spares.
    """
    boilerplate = _boilerplate(facts, settings, find_debris)
    going = {number: dropped for number, dropped in boilerplate.items() if settings.strips(dropped.rule)}
    reported = {number: dropped for number, dropped in boilerplate.items() if number not in going}
    spared = ""
    if going and _leaves_no_article(facts, going):
        spared, going = "nothing would be left of the article", {}
    left = [number for number in range(len(facts)) if number not in going]
    repeats = find_repeats(left)
    reported.update(repeats.reported)
    fates: list[Fate] = []
    for number in range(len(facts)):
        fate = going.get(number) or repeats.dropped.get(number)
        fates.append(
            fate if fate is not None else Kept(repeats.spared[number]) if number in repeats.spared else KEPT
        )
    gone = [number for number, fate in enumerate(fates) if isinstance(fate, Dropped)]
    for number in gone:
        reported.pop(number, None)
    return Verdict(tuple(fates), reported, spared)


def _boilerplate(facts: Sequence[Facts], settings: Settings, find_debris: FindDebris) -> dict[int, Dropped]:
    """Return what the BPL rules find, by paragraph."""
    found: dict[int, Dropped] = {}
    for number, fact in enumerate(facts):
        for candidate in (fact.known, fact.site):
            if candidate is not None and settings.detects(candidate.rule):
                found.setdefault(number, candidate)
    if settings.detects("BPL203"):
        goes = [number in found and settings.strips(found[number].rule) for number in range(len(facts))]
        for number in find_debris([fact.debris for fact in facts], goes):
            found.setdefault(number, Dropped("BPL203", 1.0, (("shape", facts[number].debris),)))
    return found


def _leaves_no_article(facts: Sequence[Facts], going: Mapping[int, Dropped]) -> bool:
    """Return whether no real paragraph would stay while one that is not known boilerplate would go."""
    stays = any(fact.tokens >= MIN_ARTICLE_TOKENS for number, fact in enumerate(facts) if number not in going)
    if stays:
        return False
    return any(
        facts[number].tokens >= MIN_ARTICLE_TOKENS and dropped.rule != "BPL202"
        for number, dropped in going.items()
    )
