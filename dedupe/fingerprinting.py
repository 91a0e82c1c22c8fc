"""The numbers that stand for paragraphs: equal keys get one number, and only equal keys do.

Candidates for equality are found by xxh3_128 of the key; equality is then confirmed on the keys themselves,
because colliding inputs for XXH3 have been published (xxHash issue 1127) and scraped text is hostile.
"""

from __future__ import annotations

from collections.abc import Callable

import xxhash

EMPTY_KEY = 0
"""The number of the empty key, which matches nothing."""


def digest_of(key: str) -> int:
    """Return xxh3_128 of the key's UTF-8; lone surrogates, bytes that were no text, are encoded as they are."""
    return xxhash.xxh3_128_intdigest(key.encode("utf-8", "surrogatepass"))


class KeyTable:
    """The distinct comparison keys of a run, numbered from 1 in the order they are met; 0 is the empty key."""

    def __init__(self, digest: Callable[[str], int] = digest_of) -> None:
        self._digest = digest
        self._numbers_by_digest: dict[int, int | list[int]] = {}
        self._keys = [""]
        self._token_counts = [0]

    def __len__(self) -> int:
        return len(self._keys)

    def number_of(self, key: str) -> int:
        """Return the number of `key`, a new one if no equal key was met before."""
        if not key:
            return EMPTY_KEY
        digest = self._digest(key)
        met = self._numbers_by_digest.get(digest)
        if met is None:
            self._numbers_by_digest[digest] = number = self._append(key)
            return number
        colliding = met if isinstance(met, list) else [met]
        for number in colliding:
            if self._keys[number] == key:
                return number
        number = self._append(key)
        self._numbers_by_digest[digest] = [*colliding, number]
        return number

    def key(self, number: int) -> str:
        """Return the key with this number."""
        return self._keys[number]

    def tokens(self, number: int) -> list[str]:
        """Return the tokens of the key with this number."""
        return self._keys[number].split(" ") if number else []

    def token_count(self, number: int) -> int:
        """Return how many tokens the key with this number has."""
        return self._token_counts[number]

    def _append(self, key: str) -> int:
        self._keys.append(key)
        self._token_counts.append(key.count(" ") + 1)
        return len(self._keys) - 1
