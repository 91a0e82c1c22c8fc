"""Which words two paragraphs do not share, for people to see where similar texts differ.

Words are compared by their comparison keys, so what the search for repeats does not look at (capitals, quotes,
line breaks) is no difference here either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dedupe.normalizing import UNSPACED_RANGES, comparison_key
from dedupe.verifying import slot_of

MAX_ALIGNED_WORDS = 1_000
"""Alignment takes time with the product of the lengths; of longer middles all words count as differing."""

_UNSPACED = "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSPACED_RANGES)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, from one word to another; `differs` tells that the other text has not these words there."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class WordDifference:
    """Two texts side by side; the stretches of each, joined, are that text."""

    here: tuple[Stretch, ...]
    there: tuple[Stretch, ...]

    @property
    def is_none(self) -> bool:
        """Whether the two have the same words in the same order."""
        return not any(stretch.differs for stretch in (*self.here, *self.there))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word's place in its text and its comparison key."""

    start: int
    end: int
    key: str


def word_difference(here: str, there: str) -> WordDifference:
    """Return which words of two texts differ.

    The common start and end are set aside and the middle is aligned by longest matching blocks, as
    `verifying.differing_tokens` does it. Words without a key, such as a dash that stands alone, never differ.
    """
    left, right = _words(here), _words(there)
    only_here, only_there = _unmatched([word.key for word in left], [word.key for word in right])
    return WordDifference(
        tuple(_stretches(here, [left[number] for number in only_here])),
        tuple(_stretches(there, [right[number] for number in only_there])),
    )


def _words(text: str) -> list[_Word]:
    """Return the words that have a key; in scripts without spaces each character is one."""
    words = (_Word(match.start(), match.end(), comparison_key(match[0])) for match in _WORD.finditer(text))
    return [word for word in words if word.key]


def _unmatched(left: Sequence[str], right: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the numbers of the words of each side that an alignment leaves over."""
    start, end = slot_of(left, right)
    left_end, right_end = len(left) - end, len(right) - end
    only_left, only_right = range(start, left_end), range(start, right_end)
    if not only_left or not only_right or max(len(only_left), len(only_right)) > MAX_ALIGNED_WORDS:
        return list(only_left), list(only_right)
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, left[start:left_end], right[start:right_end], autojunk=False)
    unlike = [opcode for opcode in matcher.get_opcodes() if opcode[0] != "equal"]
    return (
        [start + number for _, first, last, _, _ in unlike for number in range(first, last)],
        [start + number for _, _, _, first, last in unlike for number in range(first, last)],
    )


def _stretches(text: str, differing: Sequence[_Word]) -> Iterator[Stretch]:
    """Yield the stretches of a text; differing words with nothing but space or dashes between them are one."""
    position = 0
    runs: list[tuple[int, int]] = []
    for word in differing:
        if runs and not _has_key(text[runs[-1][1] : word.start]):
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    for start, end in runs:
        if start > position:
            yield Stretch(text[position:start], differs=False)
        yield Stretch(text[start:end], differs=True)
        position = end
    if position < len(text):
        yield Stretch(text[position:], differs=False)


def _has_key(between: str) -> bool:
    return not between.isspace() and bool(between) and bool(_words(between))
