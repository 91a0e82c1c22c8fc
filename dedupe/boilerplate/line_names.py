"""What lines are called when documents vote on them, and how long they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dedupe.normalizing import is_mostly_unspaced

MAX_MASKED_TOKENS = 8
"""In lines of at most so many tokens digits count as equal: "page 3 of 10" is "page 4 of 10"."""


def masked_key(key: str) -> str:
    """Return the key with 0 for each digit, or as it is where no letter stands in it."""
    if not any(character.isalpha() for character in key):
        return key
    return "".join("0" if character.isdigit() else character for character in key)


def length_of(tokens: Sequence[str]) -> int:
    """Return how many tokens a line has, two of a script without spaces counted as one: a word has about two there."""
    return (len(tokens) + 1) // 2 if is_mostly_unspaced(tokens) else len(tokens)


class LineNames:
    """Names lines so that short ones that differ in digits only have one name."""

    def __init__(self, key: Callable[[int], str], token_count: Callable[[int], int]) -> None:
        self._key = key
        self.token_count = token_count
        self._by_masked: dict[str, int] = {}
        self._names: dict[int, int] = {}

    def words(self, number: int) -> list[str]:
        """Return the tokens of the line with this key number."""
        return self._key(number).split(" ")

    def name(self, number: int) -> int:
        """Return the name of the line with this key number: the first such number met."""
        named = self._names.get(number)
        if named is None:
            named = number
            if self.token_count(number) <= MAX_MASKED_TOKENS:
                named = self._by_masked.setdefault(masked_key(self._key(number)), number)
            self._names[number] = named
        return named


def line_name(key: str) -> str:
    """Return what a line with this comparison key is called in a site: short ones that differ in digits are one."""
    return masked_key(key) if key.count(" ") < MAX_MASKED_TOKENS else key
