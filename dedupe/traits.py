"""What a paragraph's raw form tells and its comparison key does not.

Verse, questions and lead-ins repeat on purpose, and what is written with a capital may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dedupe.columns import columns_of
from dedupe.model import Paragraph, Segmentation

MIN_STANZA_LINES = 3
MAX_VERSE_COLUMNS = 80

_OWN_WORDS = re.compile(
    r"\s*(?:#{1,6}\s|[\"\u201c\u201e\u00ab](?=[^\"\u201d\u00bb]*[\"\u201d\u201c\u00bb]\s*$))"
)
_CLOSING = r"[\"'\u201d\u2019\u00bb\u300d\u300f)\]]*\s*$"
_ENDS = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\uff0e\u0964\u06d4]\s*" + _CLOSING)
_ASKS = re.compile(r"[?:;\uff1f\uff1a\u061f\u037e]\s*" + _CLOSING)


@dataclass(frozen=True, slots=True)
class Traits:
    """Facts of one paragraph.

    `is_ragged`: a block of several lines that breaks them as verse, lists and tables do. `is_short_line`: a line of
    at most `MAX_VERSE_COLUMNS`. `ends_sentence`: it ends with a full stop, question or exclamation mark.
    `leads_on`: it ends as a question or with a colon, so what follows belongs to it. `is_own_words`: a heading of
    Markdown or something said, in quotation marks from end to end: no banner, whatever it says.
    """

    is_ragged: bool
    is_short_line: bool
    ends_sentence: bool
    leads_on: bool
    is_own_words: bool


def traits_of(segmentation: Segmentation, texts: Sequence[str]) -> tuple[Traits, ...]:
    """Return the traits of each paragraph of a document; equal traits are the same object."""
    by_line = segmentation.mode == "line"
    seen: dict[Traits, Traits] = {}
    found = []
    for text in texts:
        traits = Traits(
            not by_line and _is_ragged(text),
            by_line and len(text) <= MAX_VERSE_COLUMNS and columns_of(text) <= MAX_VERSE_COLUMNS,
            _ENDS.search(text[-8:]) is not None,
            _ASKS.search(text[-8:]) is not None,
            _OWN_WORDS.match(text) is not None,
        )
        found.append(seen.setdefault(traits, traits))
    return tuple(found)


def verse_among(paragraphs: Sequence[Paragraph], traits: Sequence[Traits], left: Sequence[int]) -> set[int]:
    """Return which of the paragraphs that are `left` (numbers, ascending) are verse.

    Verse is a ragged block, or a line of a stanza: at least three short lines with blank lines or nothing else
    around them, of which at least half do not end a sentence. What has been removed between two lines does not
    part them: the larger of the gaps stays.
    """
    verse = {number for number in left if traits[number].is_ragged}
    stanza: list[int] = []
    for position, number in enumerate(left):
        if stanza and _widest_gap(paragraphs, left[position - 1], number) > 1:
            verse.update(_stanza_lines(stanza, traits))
            stanza = []
        stanza.append(number)
    verse.update(_stanza_lines(stanza, traits))
    return verse


def _widest_gap(paragraphs: Sequence[Paragraph], before: int, after: int) -> int:
    """Return the line ends in the gap that stays between two paragraphs when all between them go."""
    first = paragraphs[before + 1].first_line - paragraphs[before].last_line
    last = paragraphs[after].first_line - paragraphs[after - 1].last_line
    return max(first, last)


def _stanza_lines(block: Sequence[int], traits: Sequence[Traits]) -> Sequence[int]:
    if len(block) < MIN_STANZA_LINES or not all(traits[number].is_short_line for number in block):
        return ()
    ending = sum(traits[number].ends_sentence for number in block)
    return block if 2 * ending <= len(block) else ()


def _is_ragged(text: str) -> bool:
    """Return whether a hard-wrapped block looks like verse, a list or a table: few of its lines are full."""
    lines = [line.rstrip() for line in re.split(r"\r\n?|\n", text)]
    if len(lines) < MIN_STANZA_LINES:
        return False
    width = max(len(line) for line in lines)
    full = sum(
        len(line) + 1 + len(following.split(None, 1)[0]) > width for line, following in pairwise(lines)
    )
    return 2 * full < len(lines) - 1
