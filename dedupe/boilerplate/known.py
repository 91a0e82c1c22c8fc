"""Known boilerplate (BPL202): banners that say the same on every site, recognised by shipped packs of patterns.

The packs are data, one a language, `packs/*.toml`, read here as `dedupe.boilerplate.compiling` has put them together.
A paragraph is known boilerplate in one of two ways: as a whole, when it is short and a phrase describes all of it; or
as an *appeal* of some length, when enough signs of an appeal stand in it that do not imply each other, and none of a
report about one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedupe.boilerplate.automaton import Automaton
from dedupe.boilerplate.phrases import WordLists, parse_phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedupe.model import Evidence

PACKS = Path(__file__).parent / "packs"
COMPILED_PATH = PACKS / "compiled.json"


LICENCE_GRANTS = (
    "permission is hereby granted",
    "redistribution and use in source and binary forms",
    "gnu general public license",
)
"""What a licence says; beside it a copyright notice is no banner but part of the licence."""


@dataclass(frozen=True, slots=True)
class KnownMatch:
    """What a paragraph was recognised as: a pattern of the pack, its category, and what speaks for it."""

    pattern: str
    category: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Pattern:
    id: str
    category: str
    most_tokens: int


@dataclass(frozen=True, slots=True)
class _Appeal:
    """A longer banner, recognised by signs.

    `always` is a piece of text that every such key holds, `stems` are pieces of which it holds one: most
    paragraphs are told apart by these, cheaply. `words` are tokens of which every such key holds one, or none at all.
    `required` signs must all be there, `needed` in all; a sign of `against` speaks for an article and rules the appeal
    out.
    """

    id: str
    category: str
    always: str
    stems: tuple[str, ...]
    words: tuple[str, ...]
    fewest_tokens: int
    most_tokens: int
    needed: int
    required: frozenset[str]
    signs: tuple[str, ...]
    phrases: Automaton
    against: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Pack:
    most_tokens: int
    patterns: tuple[_Pattern, ...]
    fixed: Mapping[str, int]
    forwards: Automaton
    backwards: Automaton
    appeals: tuple[_Appeal, ...]


def match_known(key: str, token_count: int) -> KnownMatch | None:
    """Return what known boilerplate the paragraph with comparison key `key` is, None if it is none.

    `token_count` is the number of tokens of `key`. Of several patterns that fit the first in the pack is named;
    the evidence of an appeal names the signs found, in the pack's order.
    """
    pack = _pack()
    if 0 < token_count <= pack.most_tokens:
        pattern = _match_whole(pack, key, token_count)
        if pattern is not None:
            return KnownMatch(pattern.id, pattern.category, (("pattern", pattern.id),))
    for appeal in pack.appeals:
        if not appeal.fewest_tokens <= token_count <= appeal.most_tokens or appeal.always not in key:
            continue
        for stem in appeal.stems:
            if stem in key:
                signs = _signs_of(appeal, key)
                if signs:
                    evidence: Evidence = (("pattern", appeal.id), ("signs", ", ".join(signs)))
                    return KnownMatch(appeal.id, appeal.category, evidence)
                break
    return None


@dataclass(frozen=True, slots=True)
class Beginnings:
    """How what the pack knows begins, to tell apart quickly what it cannot know.

    `fixed` are whole keys; `forwards` and `backwards` pair each token that a phrase begins (ends) with, or `NUMBER`,
    with the tokens that may follow (stand before), with `REST` among them when any may. No phrase describes more than
    `most_tokens`. `automata` are those of the phrases read forwards and backwards. `appeals` have stems and bounds on
    their tokens.
    """

    most_tokens: int
    fixed: tuple[str, ...]
    forwards: tuple[tuple[str, frozenset[str]], ...]
    backwards: tuple[tuple[str, frozenset[str]], ...]
    automata: tuple[Automaton, Automaton]
    appeals: tuple[_Appeal, ...]


def beginnings() -> Beginnings:
    """Return how what the pack knows begins."""
    pack = _pack()
    return Beginnings(
        pack.most_tokens,
        tuple(pack.fixed),
        tuple(pack.forwards.beginnings()),
        tuple(pack.backwards.beginnings()),
        (pack.forwards, pack.backwards),
        pack.appeals,
    )


def digest_of_key(key: str) -> bytes:
    """Return the BLAKE2b digest, 16 bytes, by which a key is known among others."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def grants_licence(key: str) -> bool:
    """Return whether the paragraph with comparison key `key` is of a software licence."""
    words = f" {key} "
    return any(f" {grant} " in words for grant in LICENCE_GRANTS)


def _match_whole(pack: _Pack, key: str, count: int) -> _Pattern | None:
    found = [pack.fixed.get(key)]

    def fits(number: int) -> bool:
        return count <= pack.patterns[number].most_tokens

    if pack.forwards.may_begin(key.partition(" ")[0]):
        found.append(pack.forwards.match(key.split(" "), fits))
    if pack.backwards.may_begin(key.rpartition(" ")[2]):
        found.append(pack.backwards.match(key.split(" ")[::-1], fits))
    number = min((each for each in found if each is not None), default=None)
    return None if number is None else pack.patterns[number]


def _signs_of(appeal: _Appeal, key: str) -> tuple[str, ...]:
    """Return the signs found, `()` if they do not suffice."""
    found = appeal.phrases.find_all(key.split(" "))
    if found & appeal.against:
        return ()
    signs = tuple(name for number, name in enumerate(appeal.signs) if number in found)
    return signs if len(signs) >= appeal.needed and appeal.required.issubset(signs) else ()


@cache
def _pack() -> _Pack:
    import json

    return _build_pack(json.loads(COMPILED_PATH.read_bytes()))


def _build_pack(data: Mapping[str, Any]) -> _Pack:
    parse = partial(parse_phrase, lists=WordLists(data["words"]))

    def automaton(phrases: Mapping[str, Any]) -> Automaton:
        return Automaton(phrases["phrases"], phrases["waiting"], parse)

    return _Pack(
        most_tokens=max(most for _, _, most in data["patterns"]),
        patterns=tuple(_Pattern(*said) for said in data["patterns"]),
        fixed=data["fixed"],
        forwards=automaton(data["forwards"]),
        backwards=automaton(data["backwards"]),
        appeals=tuple(_build_appeal(each, automaton(each)) for each in data["appeals"]),
    )


def _build_appeal(data: Mapping[str, Any], phrases: Automaton) -> _Appeal:
    signs = tuple(data["signs"])
    return _Appeal(
        id=data["id"],
        category=data["category"],
        always=data["always"],
        stems=tuple(data["stems"]),
        words=tuple(data["words"]),
        fewest_tokens=data["fewest_tokens"],
        most_tokens=data["most_tokens"],
        needed=data["needed"],
        required=frozenset(data["required"]),
        signs=signs,
        phrases=phrases,
        against=frozenset(range(len(signs), len(signs) + data["against"])),
    )
