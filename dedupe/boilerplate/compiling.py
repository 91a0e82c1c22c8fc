"""Packs of patterns, as people write them, put into the one file that is read when a program starts.

There is a pack a language, `packs/LANGUAGE.toml`, besides `packs/common.toml`, whose word lists all of them may use.
Parsing them all would take a page on a pipe longer than cleaning it does, so what has to be known before the first key
is met is worked out here and written as JSON, `packs/compiled.json`; phrases stay as they are written, and are parsed
when a key begins as one of them does.
"""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from dedupe.boilerplate.phrases import NUMBER, WordLists, is_counted, parse_phrase
from dedupe.normalizing import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

COMMON = "common"
FIRST = "en"
"""The pack whose patterns are named first where those of several fit; the others follow in the order of their names."""


def read_packs(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the packs in a folder by their languages, the common one first."""
    names = sorted(path.stem for path in folder.glob("*.toml"))
    names.sort(key=lambda name: (name != COMMON, name != FIRST))
    return {name: tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in names}


def compile_packs(packs: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the compiled file of some packs, the common one among them.

    Raises KeyError for a word list that neither the pack nor the common one has, and ValueError for a phrase that is
    malformed, could be empty, or could begin with any token.
    """
    written = dict(_word_lists(packs))
    compiler = _Compiler(WordLists(written), packs[COMMON]["most_tokens"])
    for language, pack in packs.items():
        compiler.add(pack, _Names(language, written))
    data = {
        "version": packs[COMMON]["version"],
        "words": written,
        "patterns": compiler.patterns,
        "fixed": compiler.fixed,
        "forwards": compiler.forwards.as_data(),
        "backwards": compiler.backwards.as_data(),
        "appeals": compiler.appeals,
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=0) + "\n"


def _word_lists(packs: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield each word list under its full name, with those that it names under theirs."""
    full = {_full_name(language, name): "" for language, pack in packs.items() for name in pack["words"]}
    for language, pack in packs.items():
        names = _Names(language, full)
        for name, words in pack["words"].items():
            yield _full_name(language, name), " ".join(names.in_keys(word) for word in words.split())


def _full_name(language: str, name: str) -> str:
    return name if language == COMMON else f"{language}.{name}"


class _Names:
    """Words and names as one pack writes them."""

    def __init__(self, language: str, full: Mapping[str, str]) -> None:
        self._language = language
        self._full = full

    def phrase(self, written: str) -> str:
        """Return a phrase with full names of lists, and words as they stand in comparison keys."""
        return " ".join(map(self._step, written.split()))

    def _step(self, step: str) -> str:
        if is_counted(step):
            return step
        bare, mark = (step[:-1], step[-1]) if step[-1] in "?~" else (step, "")
        return "|".join(map(self.in_keys, bare.split("|"))) + mark

    def in_keys(self, word: str) -> str:
        """Return a word, or the name of a list, as keys have it: folded, and unspaced script a token a character."""
        if word[0] == "{":
            own = _full_name(self._language, word[1:-1])
            return f"{{{own if own in self._full else word[1:-1]}}}"
        parts = [part for part in word.split("_") if part]
        # Signs have no key of their own: whether they are tokens hangs on what stands beside them.
        keyed = [tokens_of(part) if any(map(str.isalpha, part)) else [part] for part in parts]
        return "_".join(token for tokens in keyed for token in tokens)


class _Phrases:
    """Phrases for one automaton, with the places of those that a token begins."""

    def __init__(self) -> None:
        self.phrases: list[tuple[str, int]] = []
        self.waiting: dict[str, list[int]] = {}

    def add(self, written: str, number: int, first_tokens: Iterable[str]) -> None:
        for token in sorted(first_tokens):
            self.waiting.setdefault(token, []).append(len(self.phrases))
        self.phrases.append((written, number))

    def as_data(self) -> dict[str, Any]:
        return {"phrases": self.phrases, "waiting": self.waiting}


class _Compiler:
    def __init__(self, lists: WordLists, most_tokens: int) -> None:
        self._lists = lists
        self._most_tokens = most_tokens
        self.patterns: list[tuple[str, str, int]] = []
        self.fixed: dict[str, int] = {}
        self.forwards, self.backwards = _Phrases(), _Phrases()
        self.appeals: list[dict[str, Any]] = []

    def add(self, pack: Mapping[str, Any], names: _Names) -> None:
        for pattern in pack.get("pattern", ()):
            number = len(self.patterns)
            most_tokens = pattern.get("most_tokens", self._most_tokens)
            self.patterns.append((pattern["id"], pattern["category"], most_tokens))
            for written in pattern["phrases"]:
                self._add_phrase(names.phrase(written), number)
        self.appeals += [self._appeal(appeal, names) for appeal in pack.get("appeal", ())]

    def _add_phrase(self, written: str, number: int) -> None:
        try:
            phrase = parse_phrase(written, self._lists)
            first_tokens = phrase.first_tokens()
        except (KeyError, ValueError) as error:
            error.add_note(f"in the phrase {written!r} of {self.patterns[number][0]!r}")
            raise
        keys = phrase.fixed_keys()
        for key in keys:
            self.fixed.setdefault(key, number)
        if not keys:
            phrases = self.backwards if phrase.from_end else self.forwards
            phrases.add(written, number, first_tokens)

    def _appeal(self, appeal: Mapping[str, Any], names: _Names) -> dict[str, Any]:
        phrases = _Phrases()
        signs = {**appeal["signs"], **appeal["against"]}
        beginnings: dict[str, set[str]] = {}
        for number, (sign, group) in enumerate(signs.items()):
            for written in map(names.phrase, group):
                first_tokens = parse_phrase(written, self._lists).first_tokens()
                phrases.add(written, number, first_tokens)
                beginnings.setdefault(sign, set()).update(first_tokens)
        required = [beginnings[sign] for sign in appeal["required"] if NUMBER not in beginnings[sign]]
        copied = ("id", "category", "always", "stems", "fewest_tokens", "most_tokens", "needed", "required")
        return {
            **{name: appeal[name] for name in copied},
            "signs": list(appeal["signs"]),
            "against": len(appeal["against"]),
            "words": sorted(min(required, key=len, default=())),
            **phrases.as_data(),
        }
