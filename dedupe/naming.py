"""The order in which documents are read, judged and written."""

from __future__ import annotations


def name_order(name: str) -> bytes:
    """Return what documents are ordered by: the bytes of their names, as they are on disk where they came from it.

    A number behind the last colon counts by its value: records of a file come in the order of the file.
    """
    if name[-1:].isdecimal() and ":" in name:
        file, _, number = name.rpartition(":")
        if number.isascii() and number.isdecimal() and len(number) < _MOST_DIGITS:
            return _encoded(file) + b":" + bytes((len(number),)) + number.encode()
    return _encoded(name)


_MOST_DIGITS = 20


def _encoded(name: str) -> bytes:
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogatepass")
