"""Where JSON from outside becomes values with types, or is refused."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import Counter
from typing import Any

_LARGEST_COUNT = 2**63
_DIGEST = re.compile(r"[0-9a-f]{32}")


class DamagedError(Exception):
    """A line is not what a plan may hold; the message says what is wrong with it."""


class Fields:
    """The fields of one JSON object, asked for by name and type; DamagedError says that one does not fit."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    @classmethod
    def of_line(cls, line: bytes) -> Fields:
        """Return the fields of a line of JSON."""
        try:
            values = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise DamagedError("is not JSON") from None
        return cls(_object(values, "the line"))

    def has(self, key: str) -> bool:
        """Return whether there is such a field."""
        return key in self._values

    def without(self, key: str) -> dict[str, Any]:
        """Return all fields but one, as JSON values."""
        return {name: value for name, value in self._values.items() if name != key}

    def text(self, key: str) -> str:
        """Return a string."""
        value = self._get(key)
        if not isinstance(value, str):
            raise DamagedError(f"{key!r} is not a string")
        return value

    def digest(self, key: str) -> str:
        """Return a digest of 16 bytes in hexadecimal."""
        value = self.text(key)
        if not _DIGEST.fullmatch(value):
            raise DamagedError(f"{key!r} is not a digest")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise DamagedError(f"{key!r} is neither true nor false")
        return value

    def count(self, key: str) -> int:
        """Return a whole number that is not negative."""
        return _count(self._get(key), key)

    def number(self, key: str) -> float:
        """Return a finite number."""
        return float(_number(self._get(key), key))

    def content(self, key: str) -> bytes:
        """Return bytes that were written as text or in base 64."""
        if self.has(key):
            return encoded(self.text(key), key)
        try:
            return base64.b64decode(self.text(f"{key}_base64"), validate=True)
        except (binascii.Error, ValueError):
            raise DamagedError(f"'{key}_base64' is not base 64") from None

    def fields(self, key: str) -> Fields:
        """Return an object."""
        return Fields(_object(self._get(key), repr(key)))

    def objects(self, key: str) -> list[Fields]:
        """Return a list of objects."""
        return [Fields(_object(item, f"an item of {key!r}")) for item in self._list(key)]

    def pairs(self, key: str) -> tuple[tuple[str, str | int | float], ...]:
        """Return a list of names with their values."""
        pairs: list[tuple[str, str | int | float]] = []
        for item in self._list(key):
            if not (isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)):
                raise DamagedError(f"{key!r} is not a list of pairs")
            value = item[1]
            pairs.append((item[0], value if isinstance(value, str) else _number(value, key)))
        return tuple(pairs)

    def counter(self, key: str) -> Counter[str]:
        """Return counts by name."""
        counts = _object(self._get(key), repr(key))
        return Counter({name: _count(value, key) for name, value in counts.items()})

    def items(self) -> list[tuple[str, Any]]:
        """Return all fields, in the order of their names."""
        return sorted(self._values.items())

    def _get(self, key: str) -> Any:
        if key not in self._values:
            raise DamagedError(f"{key!r} is missing")
        return self._values[key]

    def _list(self, key: str) -> list[Any]:
        value = self._get(key)
        if not isinstance(value, list):
            raise DamagedError(f"{key!r} is not a list")
        return value


def encoded(text: str, key: str) -> bytes:
    """Return the bytes that `text` stands for: UTF-8, and lone surrogates as the bytes they carry."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise DamagedError(f"{key!r} holds what no bytes give") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DamagedError(f"{what} is not an object")
    return value


def _count(value: Any, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LARGEST_COUNT:
        raise DamagedError(f"{key!r} is not a count")
    return value


def _number(value: Any, key: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST_COUNT:
        raise DamagedError(f"{key!r} holds what is no number")
    return value
