"""The automaton that reads many phrases at once.

There are no regular expressions and there is no backtracking: the automaton reads each token once and is then
in some of its states, each at most once, so its time is linear in the number of tokens, whatever they are.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from dedupe.boilerplate.phrases import NUMBER, REST, is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dedupe.boilerplate.phrases import Element, Phrase


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
        "_parse",
        "_phrases",
        "_rests",
        "_seconds",
        "_starts",
        "_waiting",
    )

    def __init__(
        self,
        phrases: Sequence[tuple[str, int]] = (),
        waiting: Mapping[str, list[int]] | None = None,
        parse: Callable[[str], Phrase] | None = None,
    ) -> None:
        """Begin with `phrases` that `parse` understands, and for each first token the places of those in `waiting`."""
        self._phrases: list[tuple[Phrase | str, int]] = list(phrases)
        self._waiting: dict[str, list[int]] = dict(waiting or {})
        self._parse = parse
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

    def _build(self, written: Phrase | str, number: int) -> None:
        phrase = written
        if isinstance(phrase, str):
            assert self._parse is not None  # noqa: S101 - phrases that are written come with what parses them
            phrase = self._parse(phrase)
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

    def match(self, tokens: Sequence[str], fits: Callable[[int], bool] = lambda _: True) -> int | None:
        """Return the lowest number that `fits` of the phrases that are the whole of `tokens`, None if there is none."""
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
        return min(filter(fits, found), default=None)

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
