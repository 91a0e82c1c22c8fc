"""Which paragraphs of a document repeat earlier ones that stay: exactly, nearly, or split differently.

One pass in reading order. A paragraph goes only on account of kept paragraphs it was compared with itself, so
chains A~B~C never remove C on A's account, and the kept ones are final: every survivor is in the output.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

from dedupe.candidates import (
    MAX_COMPARED_TOKENS,
    SHINGLE_SIZE,
    CandidateIndex,
    ExactJoin,
)
from dedupe.containment import KeptText, Pieces
from dedupe.fingerprinting import KeyTable
from dedupe.meaning import OPPOSITES, capitalised_tokens
from dedupe.model import Dropped, Shingle
from dedupe.normalizing import shingles_of
from dedupe.settings import Settings
from dedupe.verifying import difference, first_decisive, jaccard, slot_of

MIN_RUN_TOKENS = 12
"""A run of repeats goes when one of its paragraphs has so many tokens; labels, cells and refrains have fewer."""
MIN_CONTAINED_TOKENS = 15
MIN_CONTAINED_SHARE = 0.95
MAX_PIECE_GAP = MIN_CONTAINED_TOKENS - 1
"""Tokens that may be left out between two pieces of a body that comes again: fewer than a contained paragraph has."""
MAX_REFUSALS = 8
"""A paragraph that differs decisively from so many that are near to it is an instance of a template."""
CACHED_SHINGLE_SETS = 4096
"""Kept paragraphs whose shingles are held, of some kilobytes each."""
MIN_TEMPLATE_INSTANCES = 3
"""So many paragraphs that differ in the same slot are a template filled in, and all stay, whatever differs."""

Slot = tuple[tuple[int, int], int]
"""Where paragraphs differ from a kept one: tokens shared at the start and at the end, and the kept one's number."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph as the search for repeats sees it.

    `key` is its number in the key table. `is_long` tells that it may go on its own: it has enough tokens and
    is no verse. `leads_on` tells that it is a question or lead-in, which may well be put twice.
    """

    number: int
    key: int
    is_long: bool
    leads_on: bool


@dataclass(frozen=True, slots=True)
class Repeats:
    """What the search found: numbers of paragraphs, each with its reason.

    `dropped` go; `reported` were found by rules that only report; `spared` look like repeats and stay, with the
    name of the guard that kept them.
    """

    dropped: dict[int, Dropped] = field(default_factory=dict)
    reported: dict[int, Dropped] = field(default_factory=dict)
    spared: dict[int, str] = field(default_factory=dict)


def find_repeats(
    passages: Sequence[Passage], keys: KeyTable, *, settings: Settings, raw_text: Callable[[int], str]
) -> Repeats:
    """Return which of `passages`, the paragraphs of one document that are left, repeat earlier ones.

    `raw_text` gives a paragraph's text as it stands, to tell names by their capitals; it is asked only for
    paragraphs that are near to each other.
    """
    search = _Search(passages, keys, settings, raw_text)
    return search.run()


class _Search:
    """One pass over a document's passages; `_kept` grows, and only its short tail may shrink."""

    def __init__(
        self, passages: Sequence[Passage], keys: KeyTable, settings: Settings, raw_text: Callable[[int], str]
    ) -> None:
        self._passages = passages
        self._keys = keys
        self._settings = settings
        self._raw_text = raw_text
        self._found = Repeats()
        self._kept: list[Passage] = []
        self._first_kept: dict[int, int] = {}
        self._text = KeptText(SHINGLE_SIZE)
        self._pieces = Pieces(MAX_PIECE_GAP)
        self._kept_shingles = lru_cache(maxsize=CACHED_SHINGLE_SETS)(self._shingles)
        self._told = 0  # how many of _kept the text and the index know
        self._last_long = -1  # the last place of _kept with a long passage
        self._named_to = -1  # the last place of _kept that a dropped one names as its copy
        self._near: dict[int, Slot] = {}
        self._instances: defaultdict[Slot, set[int]] = defaultdict(set)  # keys that differ there
        self._long = sorted({passage.key for passage in passages if passage.is_long})
        self._order = {key: order for order, key in enumerate(self._long)}
        # Exact however many there are: one document is never so large that banding would be needed.
        self._index: CandidateIndex = ExactJoin(settings.threshold)

    def run(self) -> Repeats:
        position = 0
        while position < len(self._passages):
            passage = self._passages[position]
            if passage.is_long:
                length = self._drop_run(position)
                if length:
                    position += length
                    continue
                if not self._drop_alone(passage):
                    self._keep_long(passage)
            else:
                self._kept.append(passage)
            position += 1
        self._spare_templates()
        return self._found

    def _keep_long(self, passage: Passage) -> None:
        self._last_long = len(self._kept)
        self._first_kept.setdefault(passage.key, self._last_long)
        self._kept.append(passage)

    def _shingles(self, key: int) -> set[Shingle]:
        return shingles_of(self._keys.tokens(key), SHINGLE_SIZE)

    def _record(self, passage: Passage, dropped: Dropped) -> bool:
        """Note a repeat; return whether it goes."""
        goes = self._settings.strips(dropped.rule)
        (self._found.dropped if goes else self._found.reported)[passage.number] = dropped
        return goes

    # Exact repeats

    def _drop_run(self, position: int) -> int:
        """Drop the run around the long passage at `position` if it repeats kept ones; return how far it reaches."""
        passage = self._passages[position]
        source = self._first_kept.get(passage.key)
        if source is None or not self._settings.detects("DUP101"):
            return 0
        back = self._reach_back(source)
        ahead = self._reach_ahead(source, position, len(self._kept) - back)
        run = [*self._kept[len(self._kept) - back :], *self._passages[position : position + ahead]]
        if all(member.leads_on for member in run if member.is_long):
            self._found.spared[passage.number] = "question"
            self._keep_long(passage)
            return 1
        if not self._settings.strips("DUP101"):
            ahead, back, run = 1, 0, [passage]
        else:
            del self._kept[len(self._kept) - back :]
        for offset, member in enumerate(run):
            survivor = self._kept[source - back + offset]
            self._named_to = max(self._named_to, source - back + offset)
            evidence = (("run paragraphs", len(run)), ("tokens", self._keys.token_count(member.key)))
            self._record(member, Dropped("DUP101", 1.0, evidence, (survivor.number,)))
        if not self._settings.strips("DUP101"):
            self._keep_long(passage)
        return ahead

    def _reach_back(self, source: int) -> int:
        """Return how many short passages at the end of the kept ones also stand before the source."""
        back = 0
        while (
            source - back > 0
            and len(self._kept) - 1 - back > max(source, self._named_to)
            and not self._kept[-1 - back].is_long
            and self._kept[-1 - back].key == self._kept[source - 1 - back].key
        ):
            back += 1
        return back

    def _reach_ahead(self, source: int, position: int, limit: int) -> int:
        """Return how many passages from `position` on follow the kept ones from `source` on, at least one."""
        ahead = 1
        while (
            position + ahead < len(self._passages)
            and source + ahead < limit
            and self._passages[position + ahead].key == self._kept[source + ahead].key
        ):
            ahead += 1
        return ahead

    # Near and contained repeats

    def _drop_alone(self, passage: Passage) -> bool:
        """Drop a long passage that is near to a kept one or contained in kept text; return whether it goes."""
        if passage.leads_on or passage.key in self._first_kept:
            return False  # an equal one stays too: exact repeats are not looked for, or are questions
        if not self._first_kept or self._keys.token_count(passage.key) > MAX_COMPARED_TOKENS:
            return False
        self._tell_kept()
        shingles = self._shingles(passage.key)
        share = self._text.share_of(shingles)
        if share >= self._settings.threshold and self._settings.detects("DUP102"):
            dropped = self._near_repeat(passage, shingles)
            if dropped is not None:
                return self._record(passage, dropped)
        if (
            passage.number in self._found.spared
            or share < MIN_CONTAINED_SHARE
            or not self._settings.detects("DUP103")
        ):
            return False
        dropped = self._contained_repeat(passage)
        return dropped is not None and self._record(passage, dropped)

    def _tell_kept(self) -> None:
        """Let text and index know what was kept since they were asked last.

        The short passages behind the last long one are not told yet: a run may still take them back.
        """
        for passage in self._kept[self._told : self._last_long + 1]:
            if self._keys.token_count(passage.key) > MAX_COMPARED_TOKENS:
                self._told += 1
                continue
            self._text.append(passage.number, self._keys.tokens(passage.key))
            if passage.is_long and not passage.leads_on:
                # Numbered by place among the kept, so that candidates come in reading order.
                self._index.keep(self._told, self._order[passage.key], self._shingles(passage.key))
            self._told += 1

    def _near_repeat(self, passage: Passage, shingles: set[Shingle]) -> Dropped | None:
        tokens = self._keys.tokens(passage.key)
        refusals = 0
        for place in self._index.like(self._order[passage.key], shingles):
            survivor = self._kept[place]
            similarity = jaccard(shingles, self._kept_shingles(survivor.key))
            if similarity < self._settings.threshold or survivor.key == passage.key:
                continue
            other_tokens = self._keys.tokens(survivor.key)
            slot = (slot_of(other_tokens, tokens), survivor.number)
            self._instances[slot].add(passage.key)
            if len(self._instances[slot]) + 1 >= MIN_TEMPLATE_INSTANCES:
                self._found.spared[passage.number] = "template"
                return None
            unlike = difference(tokens, other_tokens, partial(self._texts, passage, survivor))
            if unlike.decisive:
                self._found.spared[passage.number] = f"differs in {unlike.decisive!r}"
                refusals += 1
                if refusals == MAX_REFUSALS:
                    break
                continue
            self._found.spared.pop(passage.number, None)
            self._near[passage.number] = slot
            score = round(similarity, 4)
            return Dropped("DUP102", score, (("jaccard", score), *unlike.as_evidence()), (survivor.number,))
        return None

    def _texts(self, *passages: Passage) -> list[str]:
        return [self._raw_text(passage.number) for passage in passages]

    def _contained_repeat(self, passage: Passage) -> Dropped | None:
        tokens = self._keys.tokens(passage.key)
        if len(tokens) < MIN_CONTAINED_TOKENS:
            return None
        cover = self._text.cover(tokens)
        if cover.share < MIN_CONTAINED_SHARE:
            return None
        names = capitalised_tokens(self._raw_text(passage.number)) if cover.uncovered else frozenset()
        decisive = first_decisive(cover.uncovered, names | OPPOSITES)
        if decisive:
            self._found.spared[passage.number] = f"differs in {decisive!r}"
            return None
        if len(cover.survivors) == 1 and not self._pieces.goes_on(cover.survivors[0], cover.begin, cover.end):
            self._found.spared[passage.number] = "quotation"
            return None
        score = round(cover.share, 4)
        return Dropped("DUP103", score, (("contained", score), ("tokens", len(tokens))), cover.survivors)

    def _spare_templates(self) -> None:
        """Let near repeats stay that turned out to fill the slot of a template."""
        for number, slot in self._near.items():
            if len(self._instances[slot]) + 1 >= MIN_TEMPLATE_INSTANCES:
                self._found.dropped.pop(number, None)
                self._found.reported.pop(number, None)
                self._found.spared[number] = "template"
