"""Compressed files: how they are told, decompressed piece by piece within a limit, and compressed again.

Compressing gives the same bytes for the same content, wherever and whenever: no time and no name is written, and the
blocks in which threads compress do not depend on how many there are.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from dedupe.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Future

COMPRESSIONS = {".gz": "gz", ".zst": "zst", ".bz2": "bz2", ".xz": "xz"}
"""The suffixes of compressed files, and what the compression is called here."""

_MAGIC = {
    "gz": b"\x1f\x8b",
    "zst": b"\x28\xb5\x2f\xfd",
    "bz2": b"BZh",
    "xz": b"\xfd7zXZ\x00",
}
PIECE_BYTES = 1 << 20
LEAST_CAP_BYTES = 1 << 24
"""So much may always come out: a small file that shrank a thousandfold is no attack."""
_FED_BYTES = 1 << 16
"""So much goes in at once: each end of a stream copies what is behind it, and a file may be nothing but ends."""
_XZ_MEMORY = 1 << 28
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_BLOCK_BYTES = 1 << 20
_WINDOW_BYTES = 1 << 15
_BLOCKS_AHEAD = 8


class DamagedFileError(Exception):
    """A compressed file is not whole, or is none; the message says what is wrong with it."""


class TooLargeError(Exception):
    """More comes out of a file than may."""


class _Decompressor(Protocol):
    """What the decompressors of all libraries have in common."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without more going in."""

    @property
    def unused_data(self) -> bytes:
        """What came behind the end."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return what comes out, at most `max_length` bytes."""


class _Gunzip:
    """zlib's decompressor with the manners of the others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and not self._is_full

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    _is_full = False

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._is_full = len(out) == max_length
        return out


def compression_of(name: str, begin: bytes) -> str:
    """Return how a file is compressed by the suffix of its name, or by how it begins; `""` if it is not."""
    for suffix, compression in COMPRESSIONS.items():
        if name.lower().endswith(suffix):
            return compression
    return next((compression for compression, magic in _MAGIC.items() if begin.startswith(magic)), "")


def without_suffix(name: str) -> str:
    """Return a name without the suffix of a compression."""
    suffix = next((suffix for suffix in COMPRESSIONS if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


def require(compression: str) -> None:
    """Raise UsageError that says what to install where a compression needs what is not installed."""
    if compression == "zst":
        _zstd()


def _zstd() -> Any:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        try:
            from backports import zstd
        except ImportError as error:
            raise UsageError(
                "reading .zst needs backports.zstd; install it with: pip install backports.zstd"
            ) from error
    return zstd


def _opened(compression: str) -> tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]:
    """Return what makes a decompressor, and the errors with which it says that something is damaged."""
    match compression:
        case "gz":
            return _Gunzip, (zlib.error,)
        case "bz2":
            import bz2

            return bz2.BZ2Decompressor, (OSError, ValueError)
        case "xz":
            import lzma

            return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY), (lzma.LZMAError,)
        case _:
            zstd = _zstd()
            return zstd.ZstdDecompressor, (zstd.ZstdError,)


def decompressed(pieces: Iterable[bytes], compression: str, *, most: int | None) -> Iterator[bytes]:
    """Yield what comes out of the pieces of a compressed file, of one stream or several behind each other.

    Raises DamagedFileError for a file that is none, that ends too early or has something else behind its end, and
    TooLargeError once more than `most` bytes have come out.
    """
    make, faults = _opened(compression)
    stream: _Decompressor | None = None
    total, is_begun = 0, False
    for data in _fed(pieces):
        while data or (stream is not None and not stream.needs_input):
            if stream is None:
                data = data.lstrip(b"\0") if is_begun else data  # what fills up blocks of tapes
                if not data:
                    break
                stream, is_begun = make(), True
            try:
                out = stream.decompress(data, PIECE_BYTES)
            except faults as error:
                raise DamagedFileError(f"it is damaged, or is no {compression} file") from error
            data = b""
            total += len(out)
            if most is not None and total > most:
                raise TooLargeError
            if out:
                yield out
            if stream.eof:
                data, stream = stream.unused_data, None
    if stream is not None or not is_begun:
        raise DamagedFileError(
            "it ends too early" if is_begun else f"it is no {compression} file: it is empty"
        )


def _fed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), _FED_BYTES):
            yield piece[start : start + _FED_BYTES]


def compressed(pieces: Iterable[bytes], compression: str, *, jobs: int = 1) -> Iterator[bytes]:
    """Yield pieces compressed, the same bytes whatever the number of `jobs` and however the pieces are divided."""
    if compression == "gz":
        yield from _gzipped(_blocks(pieces), jobs)
        return
    compressor: Any
    match compression:
        case "bz2":
            import bz2

            compressor = bz2.BZ2Compressor()
        case "xz":
            import lzma

            compressor = lzma.LZMACompressor(lzma.FORMAT_XZ)
        case _:
            zstd = _zstd()
            compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.checksum_flag: 1})
    # A compressor of zstd remembers how much it was given at a time.
    for block in _blocks(pieces):
        if out := compressor.compress(block):
            yield out
    yield compressor.flush()


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= _BLOCK_BYTES:
            yield bytes(waiting[:_BLOCK_BYTES])
            del waiting[:_BLOCK_BYTES]
    if waiting:
        yield bytes(waiting)


def _gzipped(blocks: Iterable[bytes], jobs: int) -> Iterator[bytes]:
    """Yield one stream of gzip, each block compressed with what is before it as its dictionary, as pigz does."""
    checksum = size = 0
    yield _GZIP_HEADER
    for block, deflated in _deflated(blocks, jobs):
        checksum, size = zlib.crc32(block, checksum), size + len(block)
        yield deflated
    last = zlib.compressobj(wbits=-15).flush()
    yield last + checksum.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")


def _deflated(blocks: Iterable[bytes], jobs: int) -> Iterator[tuple[bytes, bytes]]:
    before = b""
    if jobs < 2:
        for block in blocks:
            yield block, _deflate(block, before)
            before = block[-_WINDOW_BYTES:]
        return
    from concurrent.futures import ThreadPoolExecutor

    waiting: deque[tuple[bytes, Future[bytes]]] = deque()
    with ThreadPoolExecutor(jobs) as executor:
        try:
            for block in blocks:
                waiting.append((block, executor.submit(_deflate, block, before)))
                before = block[-_WINDOW_BYTES:]
                if len(waiting) > _BLOCKS_AHEAD:
                    first, future = waiting.popleft()
                    yield first, future.result()
            for first, future in waiting:
                yield first, future.result()
        finally:
            executor.shutdown(cancel_futures=True)


def _deflate(block: bytes, before: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15, zdict=before)
    return compressor.compress(block) + compressor.flush(zlib.Z_SYNC_FLUSH)
