"""The order in which documents are read, judged and written."""

from __future__ import annotations


def name_order(name: str) -> bytes:
    """Return what documents are ordered by: the bytes of their names, as they are on disk where they came from it."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogatepass")
