"""Compressed files: read whole or not at all, never more than may come out, and written the same each time."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.reading import compression
from dedupe.reading.compression import (
    DamagedFileError,
    TooLargeError,
    compressed,
    compression_of,
    decompressed,
    without_suffix,
)

zstd = pytest.importorskip("backports.zstd", reason="backports.zstd is not installed here")

KINDS = ("gz", "zst", "bz2", "xz")
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda content: gzip.compress(content, mtime=0),
    "zst": zstd.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}
DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.decompress,
    "zst": zstd.decompress,
    "bz2": bz2.decompress,
    "xz": lzma.decompress,
}
CONTENT = b"".join(b"The ferry left at %d.\n" % (number * number) for number in range(300))


def read(content: bytes, kind: str, *, most: int | None = None, at_once: int = 1000) -> bytes:
    pieces = (content[start : start + at_once] for start in range(0, len(content), at_once))
    return b"".join(decompressed(pieces, kind, most=most))


def divided(content: bytes, sizes: list[int]) -> list[bytes]:
    stream: io.BytesIO = io.BytesIO(content)
    pieces: list[bytes] = []
    pieces += [stream.read(size) for size in sizes]
    return [*pieces, stream.read()]


@pytest.mark.parametrize("kind", KINDS)
@given(st.binary(max_size=200), st.integers(1, 60))
def test_what_others_compressed_is_read(kind: str, content: bytes, at_once: int) -> None:
    assert read(COMPRESS[kind](content), kind, at_once=at_once) == content


@pytest.mark.parametrize("kind", KINDS)
@given(st.binary(max_size=300), st.lists(st.integers(0, 50), max_size=5))
def test_what_we_compress_is_read_by_others_and_does_not_depend_on_pieces(
    kind: str, content: bytes, sizes: list[int]
) -> None:
    whole = b"".join(compressed([content], kind))
    assert DECOMPRESS[kind](whole) == content
    assert b"".join(compressed(divided(content, sizes), kind)) == whole


@pytest.mark.parametrize("kind", KINDS)
def test_many_blocks_are_the_same_for_any_number_of_jobs(kind: str) -> None:
    content = (CONTENT * 400)[:2_500_001]
    once = b"".join(compressed([content], kind, jobs=1))
    assert DECOMPRESS[kind](once) == content
    assert b"".join(compressed(divided(content, [7, 1_000_000, 99]), kind, jobs=3)) == once


def test_gzip_is_one_stream_without_time_or_name() -> None:
    whole = b"".join(compressed([CONTENT * 400], "gz"))
    assert whole[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    inner = zlib.decompressobj(wbits=31)
    inner.decompress(whole)
    assert (inner.eof, inner.unused_data) == (True, b"")


@pytest.mark.parametrize("kind", KINDS)
def test_streams_behind_each_other_are_one_content(kind: str) -> None:
    compress = COMPRESS[kind]
    assert read(compress(CONTENT) + compress(b"") + compress(b"end"), kind) == CONTENT + b"end"


def test_zeros_behind_gzip_are_no_damage() -> None:
    assert read(gzip.compress(CONTENT) + bytes(2000), "gz") == CONTENT


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_off_anywhere_is_damaged(kind: str) -> None:
    whole = COMPRESS[kind](CONTENT)
    for length in range(len(whole)):
        with pytest.raises(DamagedFileError):
            read(whole[:length], kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("behind", [b"x", b"no stream\n" * 9])
def test_something_else_behind_the_end_is_damage(kind: str, behind: bytes) -> None:
    with pytest.raises(DamagedFileError):
        read(COMPRESS[kind](CONTENT) + behind, kind)


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz"])
def test_a_changed_bit_in_the_middle_is_damage(kind: str) -> None:
    whole = bytearray(COMPRESS[kind](CONTENT))
    whole[len(whole) // 2] ^= 1
    with pytest.raises(DamagedFileError):
        read(bytes(whole), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_no_more_comes_out_than_may(kind: str) -> None:
    whole = COMPRESS[kind](CONTENT)
    assert read(whole, kind, most=len(CONTENT)) == CONTENT
    with pytest.raises(TooLargeError):
        read(whole, kind, most=len(CONTENT) - 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bomb_is_given_up_after_the_first_pieces(kind: str) -> None:
    bomb = COMPRESS[kind](bytes(30_000_000)) * 20
    sizes: list[int] = []
    with pytest.raises(TooLargeError):
        sizes.extend(map(len, decompressed([bomb], kind, most=5_000_000)))
    assert sum(sizes) <= 5_000_000
    assert max(sizes) <= 1 << 20


def test_the_suffix_tells_the_compression_and_else_the_beginning() -> None:
    for kind, compress in COMPRESS.items():
        assert compression_of(f"a.jsonl.{kind.upper()}", b"") == kind
        assert compression_of("a", compress(CONTENT)) == kind
        assert without_suffix(f"x/a.jsonl.{kind.upper()}") == "x/a.jsonl"
    assert compression_of("a.jsonl", b'{"text"') == ""
    assert without_suffix("gz") == "gz"


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_many_streams_is_not_copied_at_each_end_of_one(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind: list[int] = []
    make, faults = compression._opened(kind)

    class Counting:
        def __init__(self) -> None:
            self._inner = make()

        def __getattr__(self, name: str) -> object:
            value = getattr(self._inner, name)
            if name == "unused_data":
                behind.append(len(value))
            return value

    monkeypatch.setattr(compression, "_opened", lambda _: (Counting, faults))
    streams = 5000
    content = COMPRESS[kind](b"") * streams + COMPRESS[kind](CONTENT)
    assert read(content, kind, at_once=len(content)) == CONTENT
    assert len(behind) == streams + 1
    assert max(behind) < 1 << 16
