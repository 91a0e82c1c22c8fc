"""The one spelling of a line, so that equal plans are equal bytes and one digest fits them."""

from __future__ import annotations

import hashlib
import json

LOCAL = "local"
"""The key under which a line holds what is not hashed: where things lie on this machine."""


def canonical(line: object) -> bytes:
    """Return `line` as JSON: keys sorted, no spaces, UTF-8; wholly in ASCII where it has lone surrogates."""
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        escaped = json.dumps(line, sort_keys=True, separators=(",", ":"), allow_nan=False)
        # Two halves of a pair that stand apart in Python are one character to every JSON reader.
        read_again = json.loads(escaped)
        return escaped.encode("ascii") if read_again == line else canonical(read_again)


def new_digest() -> hashlib.blake2b:
    """Return the digest of a plan without lines."""
    return hashlib.blake2b(digest_size=16)
