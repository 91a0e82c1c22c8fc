"""The digest by which bytes are known again: in outlines, edits and plans, and before a file is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import xxhash


def digest_of_bytes(content: bytes) -> str:
    """Return the BLAKE2b digest of `content`, 16 bytes in hexadecimal; `b2sum -l 128` prints the same."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def digest_of_pieces(pieces: Iterable[bytes]) -> str:
    """Return the digest, as `digest_of_bytes` gives it, of pieces behind each other."""
    digest = hashlib.blake2b(digest_size=16)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def checksum_of(content: bytes) -> int:
    """Return xxh3_64 of `content`: it finds a file that changed meanwhile, not one that was made to collide."""
    return xxhash.xxh3_64_intdigest(content)
