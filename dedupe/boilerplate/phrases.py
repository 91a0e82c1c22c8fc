"""Phrases over comparison keys, and the automaton that reads many of them at once.

A phrase is elements with spaces between; each stands for tokens of a key:

- `word`, `one|other`, `sign_up|signup`: a token, one of several, several tokens in a row (`_`);
- `#`: a token that begins with a digit and has no point, as section numbers have;
- `{name}`: one of the named word list; it may stand among alternatives (`the|{our}`);
- `word?`, `{name}?`: may be missing; `{name}~`: none, one or more of the list in a row;
- `<2-9>`: two to nine tokens, whatever they are;
- `...`, first or last: whatever there is, nothing included.

There are no regular expressions and there is no backtracking: the automaton reads each token once and is then
in some of its states, each at most once, so its time is linear in the number of tokens, whatever they are.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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


class Automaton:
    """Phrases, each with a number, read together and a token at a time; state 0 is the start.

    Most phrases of a pack never meet a key that begins as they do, so a phrase becomes states when one does.
    That is done under a lock: several threads may read at once.
    """

    __slots__ = (
        "_building",
        "_built",
        "_edges",
        "_ends",
        "_phrases",
        "_rests",
        "_seconds",
        "_starts",
        "_waiting",
    )

    def __init__(self) -> None:
        self._phrases: list[tuple[Phrase, int]] = []
        self._waiting: dict[str, list[int]] = {}
        self._building = threading.Lock()
        self._built: set[int] = set()
        self._edges: list[list[tuple[frozenset[str], int]]] = [[]]
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[int, int] = {}
        self._rests: dict[int, int] = {}
        self._seconds: dict[str, frozenset[str]] = {}

    def add(self, phrase: Phrase, number: int) -> None:
        """Add `phrase`, which is reported as `number`.

        Raises ValueError when it could be empty or begin with any token: it would be tried on every key.
        """
        for token in phrase.first_tokens():
            self._waiting.setdefault(token, []).append(len(self._phrases))
        self._phrases.append((phrase, number))

    def _build(self, phrase: Phrase, number: int) -> None:
        reached = [0]
        for element in phrase.elements:
            sources, reached = reached, list(reached) if element.fewest == 0 else []
            for times in range(1, max(element.most, 1) + 1):
                sources = [self._add_step(sources, element)]
                if times >= element.fewest:
                    reached += sources
        for state in reached:
            (self._rests if phrase.has_rest else self._ends).setdefault(state, number)

    def _add_step(self, sources: Sequence[int], element: Element) -> int:
        words = element.words
        first_steps: list[tuple[frozenset[str], int]] = []
        last_steps: list[tuple[int, str]] = []
        for row in words.rows:
            state = self._new_state()
            first_steps.append((frozenset(row[:1]), state))
            for token in row[1:-1]:
                following = self._new_state()
                self._edges[state].append((frozenset((token,)), following))
                state = following
            last_steps.append((state, row[-1]))
        target = self._new_state()
        for state, token in last_steps:
            self._edges[state].append((frozenset((token,)), target))
        if words.single or not words.rows:
            first_steps.append((words.single, target))
        for source in sources if element.most else (*sources, target):
            for single, state in first_steps:
                self._connect(source, single, state)
        return target

    def _connect(self, source: int, tokens: frozenset[str], target: int) -> None:
        if source:
            self._edges[source].append((tokens, target))
            return
        for token in tokens:
            self._starts.setdefault(token, []).append(target)

    def _new_state(self) -> int:
        self._edges.append([])
        return len(self._edges) - 1

    def may_begin(self, token: str) -> bool:
        """Return whether some phrase begins with `token`."""
        if token in self._starts or token in self._waiting:
            return True
        return is_number(token) and (NUMBER in self._starts or NUMBER in self._waiting)

    def match(self, tokens: Sequence[str]) -> int | None:
        """Return the lowest number among the phrases that are the whole of `tokens`, None if there is none."""
        if len(tokens) > 1 and not self._may_go_on(tokens[0], tokens[1]):
            return None
        states: Iterable[int] = self._begin(tokens[0])
        found = [self._rests[state] for state in states if state in self._rests]
        for token in tokens[1:]:
            states = self._follow(states, token)
            if not states:
                break
            found += [self._rests[state] for state in states if state in self._rests]
        found += [self._ends[state] for state in states if state in self._ends]
        return min(found, default=None)

    def _may_go_on(self, first: str, second: str) -> bool:
        """Return whether a phrase may begin with `first` and `second`; most keys end here."""
        if is_number(first):
            return True
        seconds = self._seconds.get(first)
        if seconds is None:
            seconds = self._seconds[first] = self._collect_seconds(first)
        return second in seconds or REST in seconds or (is_number(second) and NUMBER in seconds)

    def _collect_seconds(self, first: str) -> frozenset[str]:
        """Return the tokens that may follow `first`, with `REST` among them when any may."""
        states = self._begin(first)
        edges = [tokens for state in states for tokens, _ in self._edges[state]]
        is_open = any(state in self._rests for state in states) or frozenset() in edges
        return frozenset().union(*edges, (REST,) if is_open else ())

    def beginnings(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield each token that a phrase begins with, and what may follow it, with `REST` where any token may."""
        for token in sorted({*self._starts, *self._waiting}):
            yield token, self._collect_seconds("7" if token == NUMBER else token)

    def edges(self) -> Iterator[tuple[int, frozenset[str], int]]:
        """Yield each step of the phrases: a state, the tokens that lead on, none for any, and where they lead."""
        for token in [*self._waiting]:
            self._starts_of(token)
        for token, targets in self._starts.items():
            for target in targets:
                yield 0, frozenset((token,)), target
        for state, edges in enumerate(self._edges):
            for tokens, target in edges:
                yield state, tokens, target

    def accepting(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the states in which a key may end, and those behind which it may say whatever it does."""
        return frozenset(self._ends), frozenset(self._rests)

    def state_count(self) -> int:
        """Return how many states there are so far."""
        return len(self._edges)

    def find_all(self, tokens: Iterable[str]) -> set[int]:
        """Return the numbers of the phrases that stand anywhere in `tokens`."""
        found: set[int] = set()
        states: set[int] = set()
        for token in tokens:
            states = self._follow(states, token)
            states.update(self._begin(token))
            found.update(self._ends[state] for state in states if state in self._ends)
        return found

    def _begin(self, token: str) -> list[int]:
        starts = self._starts_of(token)
        return starts + self._starts_of(NUMBER) if is_number(token) else starts

    def _starts_of(self, token: str) -> list[int]:
        if token in self._waiting:
            with self._building:
                for place in self._waiting.get(token, ()):
                    if place not in self._built:
                        self._build(*self._phrases[place])
                        self._built.add(place)
                self._waiting.pop(token, None)
        return self._starts.get(token, [])

    def _follow(self, states: Iterable[int], token: str) -> set[int]:
        counts = is_number(token)
        return {
            target
            for state in states
            for tokens, target in self._edges[state]
            if not tokens or token in tokens or (counts and NUMBER in tokens)
        }
