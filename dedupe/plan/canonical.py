"""The one spelling of a line, so that equal plans are equal bytes and one digest fits them."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.model import Evidence

LOCAL = "local"
"""The key under which a line holds what is not hashed: where things lie on this machine."""

WITH_LOCAL = ("document", "file")
"""The kinds of lines, besides the header, that have it."""


_spelled = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(line: object) -> bytes:
    """Return `line` as JSON: keys sorted, no spaces, UTF-8; wholly in ASCII where it has lone surrogates."""
    text = _spelled(line)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        escaped = json.dumps(line, sort_keys=True, separators=(",", ":"), allow_nan=False)
        # Two halves of a pair that stand apart in Python are one character to every JSON reader.
        read_again = json.loads(escaped)
        return escaped.encode("ascii") if read_again == line else canonical(read_again)


PlaceRow = tuple[str, int, int, int, int]
"""A place as it is spelled: document, start, end, first and last line."""


def finding_line(
    rule: str, place: PlaceRow, score: float, evidence: Evidence, copies: Iterable[PlaceRow]
) -> bytes | None:
    """Return the line of a finding, with its id, in the spelling of `canonical`.

    Plans hold findings by the ten thousand, and put together like this they take a fifth of the time. None is returned
    where a name has lone surrogates, which only `canonical` knows how to spell.
    """
    document, start, end, first_line, last_line = place
    listed = ",".join([_place(*copy) for copy in copies])
    try:
        before = (
            f'{{"copies":[{listed}],"document":{spelled_string(document)},"end":{end},"evidence":{spelled_evidence(evidence)},'
            f'"first_line":{first_line},'
        ).encode()
    except UnicodeEncodeError:
        return None
    after = (
        f'"kind":"finding","last_line":{last_line},"rule":"{rule}","score":{score!r},"start":{start}}}'
    ).encode()
    identity = hashlib.blake2b(before + after, digest_size=8).hexdigest()
    return b'%b"id":"%b",%b' % (before, identity.encode(), after)


def _place(document: str, start: int, end: int, first_line: int, last_line: int) -> str:
    return (
        f'{{"document":{spelled_string(document)},"end":{end},"first_line":{first_line},"last_line":{last_line},'
        f'"start":{start}}}'
    )


@lru_cache(maxsize=1024)
def spelled_string(text: str) -> str:
    """Return a text between quotes."""
    return _spelled(text)


@lru_cache(maxsize=1024)
def spelled_evidence(evidence: Evidence) -> str:
    """Return evidence as a list of pairs."""
    return _spelled([[name, value] for name, value in evidence])


def new_digest() -> hashlib.blake2b:
    """Return the digest of a plan without lines."""
    return hashlib.blake2b(digest_size=16)
