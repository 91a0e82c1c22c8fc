"""What becomes of the paragraphs of a corpus, as columns; a reason is written out when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dedupe.model import Dropped
from dedupe.settings import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe.corpus.arrays import I32, I64, U8
    from dedupe.corpus.columns import Columns
    from dedupe.corpus.site import SiteLines

RULE_NUMBERS = {rule.code: number for number, rule in enumerate(RULES, start=1)}
"""What stands for a rule in a column; 0 means none."""
CODES = ("", *(rule.code for rule in RULES))


@dataclass(slots=True)
class Fates:
    """The fates of all paragraphs, an entry each, filled in while the corpus is settled.

    `rule` (uint8) is the number of the rule that takes a paragraph, 0 for one that stays; `reported` that of a rule
    that only reports it as a repeat, `seen` (uint8) that of one that only reports it as boilerplate: a paragraph may be
    both, and is told as a repeat then. `survivor` (int32) is the number of the paragraph in whose favour an exact
    repeat goes, `run` (int32) how many paragraphs go with it. `judged` and `also_judged` hold the reasons of near and
    contained repeats, that go and that are reported; survivors in them are numbers within the document. `round` (uint8)
    is the round in which boilerplate was found, `site` the lines of sites found in each round; `spared` names, by
    document, the guard that undid the cuts.
    """

    columns: Columns
    rule: U8
    reported: U8
    seen: U8
    survivor: I32
    run: I32
    round: U8
    judged: dict[int, Dropped] = field(default_factory=dict)
    also_judged: dict[int, Dropped] = field(default_factory=dict)
    site: dict[int, list[SiteLines]] = field(default_factory=dict)
    spared: dict[int, str] = field(default_factory=dict)

    @classmethod
    def untouched(cls, columns: Columns) -> Fates:
        """Return the fates of a corpus of which everything stays."""
        count = len(columns)
        return cls(
            columns,
            np.zeros(count, dtype=np.uint8),
            np.zeros(count, dtype=np.uint8),
            np.zeros(count, dtype=np.uint8),
            np.full(count, -1, dtype=np.int32),
            np.zeros(count, dtype=np.int32),
            np.zeros(count, dtype=np.uint8),
        )

    def told(self, paragraphs: slice | I64) -> U8:
        """Return the number of the rule that each of some paragraphs is reported by, 0 where none is."""
        repeats = self.reported[paragraphs]
        return np.where(repeats > 0, repeats, self.seen[paragraphs])

    def reason(self, paragraph: int, first: int, shape_of: Callable[[int], str]) -> Dropped:
        """Return why a paragraph goes.

        `first` is the number of the document's first paragraph; `shape_of` tells which debris it is.
        """
        judged = self.judged.get(paragraph)
        return judged or self._written_out(paragraph, CODES[self.rule[paragraph]], first, shape_of)

    def reported_reason(self, paragraph: int, first: int, shape_of: Callable[[int], str]) -> Dropped:
        """Return why a paragraph is reported."""
        judged = self.also_judged.get(paragraph)
        code = CODES[self.reported[paragraph] or self.seen[paragraph]]
        return judged or self._written_out(paragraph, code, first, shape_of)

    def _written_out(self, paragraph: int, code: str, first: int, shape_of: Callable[[int], str]) -> Dropped:
        key = int(self.columns.key[paragraph])
        tokens = int(self.columns.keys.tokens[key])
        match code:
            case "DUP101":
                evidence = (("run paragraphs", int(self.run[paragraph])), ("tokens", tokens))
                return Dropped("DUP101", 1.0, evidence, (int(self.survivor[paragraph]) - first,))
            case "BPL201":
                return self._standing(paragraph)
            case "BPL202":
                return self.columns.known[key]
            case "BPL203":
                return Dropped("BPL203", 1.0, (("shape", shape_of(paragraph)),))
        raise AssertionError(f"{code} has its reasons written out when it is judged")

    def _standing(self, paragraph: int) -> Dropped:
        for lines in self.site[int(self.round[paragraph])]:
            place = int(np.searchsorted(lines.paragraphs, paragraph))
            if place < len(lines.paragraphs) and lines.paragraphs[place] == paragraph:
                return lines.dropped(place)
        raise AssertionError("a line of a site was found in its round")
