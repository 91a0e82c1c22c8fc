"""Phrases over comparison keys: how they are written and what they stand for.

A phrase is elements with spaces between; each stands for tokens of a key:

- `word`, `one|other`, `sign_up|signup`: a token, one of several, several tokens in a row (`_`);
- `#`: a token that begins with a digit and has no point, as section numbers have;
- `{name}`: one of the named word list; it may stand among alternatives (`the|{our}`);
- `word?`, `{name}?`: may be missing; `{name}~`: none, one or more of the list in a row;
- `<2-9>`: two to nine tokens, whatever they are;
- `...`, first or last: whatever there is, nothing included.

`dedupe.boilerplate.automaton` reads many of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NUMBER = "#"
REST = "..."
_DIGITS = frozenset("0123456789")
_COUNTS = {"~": (0, 0), "?": (0, 1)}
Row = tuple[str, ...]
"""Tokens that follow each other."""


def is_number(token: str) -> bool:
    """Return whether `#` stands for `token`: it begins with a digit and is no section number like 2.4."""
    return token[:1] in _DIGITS and "." not in token


@dataclass(frozen=True, slots=True)
class Words:
    """What may stand at one place: a token of `single`, or a row of `rows`; anything if both are empty."""

    single: frozenset[str] = frozenset()
    rows: tuple[Row, ...] = ()

    def __or__(self, other: Words) -> Words:
        return Words(self.single | other.single, self.rows + other.rows)

    def reversed(self) -> Words:
        """Return the words as they are met when a key is read from its end."""
        return Words(self.single, tuple(row[::-1] for row in self.rows))


@dataclass(frozen=True, slots=True)
class Element:
    """A step of a phrase: `words`, between `fewest` and `most` times; `most` 0 means without limit."""

    words: Words
    fewest: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """Elements in the order in which they are read.

    `from_end` is True for a phrase that began with `...`: its elements are reversed. `has_rest` is True when
    whatever follows the last element is accepted.
    """

    elements: tuple[Element, ...]
    from_end: bool = False
    has_rest: bool = False

    def first_tokens(self) -> frozenset[str]:
        """Return the tokens the phrase may begin with.

        Raises ValueError for a phrase that may be empty or begin with any token.
        """
        tokens: frozenset[str] = frozenset()
        for element in self.elements:
            words = element.words
            if words == Words():
                raise ValueError("a phrase may not begin with any token")
            tokens = tokens.union(words.single, (row[0] for row in words.rows))
            if element.fewest:
                return tokens
        raise ValueError("a phrase may not be empty")

    def fixed_keys(self) -> tuple[str, ...]:
        """Return the keys the phrase fits, where it is a plain choice of keys; `()` for any other phrase."""
        if (
            len(self.elements) > 1
            or self.has_rest
            or (self.elements[0].fewest, self.elements[0].most) != (1, 1)
        ):
            return ()
        words = self.elements[0].words
        keys = (*words.single, *(" ".join(row) for row in words.rows))
        return keys if all(NUMBER not in key for key in keys) else ()


class WordLists(dict[str, Words]):
    """Word lists by name, each parsed when it is first asked for; KeyError for one that was not written."""

    def __init__(self, written: Mapping[str, str]) -> None:
        super().__init__()
        self._written = written

    def __missing__(self, name: str) -> Words:
        words = self[name] = parse_words(self._written[name].split(), self)
        return words


def is_counted(step: str) -> bool:
    """Return whether a step of a phrase stands for any tokens: a count of them, or the rest."""
    return step[0] == "<" or step == REST


def parse_words(alternatives: Iterable[str], lists: Mapping[str, Words]) -> Words:
    """Return what `alternatives` stand for.

    Raises KeyError for a list that `lists` does not have.
    """
    single, rows, named = [], [], Words()
    for alternative in alternatives:
        if alternative[0] == "{":
            named |= lists[alternative[1:-1]]
        elif "_" in alternative:
            rows.append(tuple(alternative.split("_")))
        else:
            single.append(alternative)
    own = Words(frozenset(single), tuple(rows))
    return own | named if named != Words() else own


def parse_phrase(written: str, lists: Mapping[str, Words]) -> Phrase:
    """Return the phrase that `written` stands for.

    Raises KeyError for an unknown word list and ValueError for a malformed count.
    """
    steps = written.split()
    if steps[0] == REST:
        elements = [_parse_element(step, lists) for step in reversed(steps[1:])]
        backwards = tuple(Element(each.words.reversed(), each.fewest, each.most) for each in elements)
        return Phrase(backwards, from_end=True, has_rest=True)
    has_rest = steps[-1] == REST
    forwards = steps[:-1] if has_rest else steps
    return Phrase(tuple(_parse_element(step, lists) for step in forwards), has_rest=has_rest)


def _parse_element(step: str, lists: Mapping[str, Words]) -> Element:
    if step[0] == "<":
        fewest, _, most = step[1:-1].partition("-")
        return Element(Words(), int(fewest), int(most))
    at_least, at_most = _COUNTS.get(step[-1], (1, 1))
    bare = step if at_least else step[:-1]
    if "?" in bare or "~" in bare:
        raise ValueError(f"a count may stand only at the end of {step!r}")
    return Element(parse_words(bare.split("|"), lists), at_least, at_most)
