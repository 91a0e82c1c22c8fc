"""The digest by which bytes are known again."""

from __future__ import annotations

from dedupe.digests import digest_of_bytes


def test_the_digest_is_blake2b_of_sixteen_bytes() -> None:
    assert digest_of_bytes(b"abc") == "cf4ab791c62b8d2b2109c90275287816"
