"""Small files read many at a time, by the kernels; large ones, and whatever is no file, are read by their sources.

A thread that reads file after file asks for the interpreter's lock some five times for each, and waits for it every
time while others work.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.kernels.library import call
from dedupe.kernels.structures import FileRead, Pieces
from dedupe.reading import BytesSource, FileSource

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64
    from dedupe.model import Source

MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class LoadedSource(BytesSource):
    """A document whose bytes have been read, with their digest and checksum; `source` is where they came from."""

    source: Source
    digest: str
    checksum: int


@dataclass(frozen=True, slots=True)
class CutFile:
    """A file read again: its bytes, what is left of them, and the digest of that; both None where all is left."""

    raw: bytes
    cleaned: bytes | None
    cleaned_digest: str | None


def is_plain_file(source: Source) -> bool:
    """Return whether a document is a file that can be read by its path."""
    return type(source) is FileSource


def load(sources: Sequence[Source]) -> list[LoadedSource | None]:
    """Read documents; None for each that its source has to read, or to say why not."""
    loaded: list[LoadedSource | None] = [None] * len(sources)
    plain = [number for number, source in enumerate(sources) if is_plain_file(source)]
    paths = Pieces.of(_path_of(sources[number]) for number in plain)
    with _files(len(plain)) as files:
        call("dedupe_read_files", len(plain), ctypes.byref(paths), MOST_BYTES, ctypes.byref(files))
        for number, file in zip(plain, files, strict=True):
            if not file.status:
                raw = ctypes.string_at(file.bytes, file.size)
                source = sources[number]
                digest = bytes(file.digest).hex()
                loaded[number] = LoadedSource(source.name, source.group, raw, source, digest, file.checksum)
    return loaded


def load_again(
    sources: Sequence[Source],
    sizes: Sequence[int],
    checksums: Sequence[int],
    bounds: I64,
    starts: I64,
    ends: I64,
) -> list[CutFile | None]:
    """Read plain files again and cut them; None for each that is not what it was, or cannot be read.

    File i loses the bytes from `starts` to `ends`, which have an entry a run; its own are from `bounds[i]` to
    `bounds[i + 1]`.
    """
    paths = Pieces.of(map(_path_of, sources))
    with _files(len(sources)) as files:
        call(
            "dedupe_read_again",
            len(sources),
            ctypes.byref(paths),
            np.array(sizes, dtype=np.int64),
            np.array(checksums, dtype=np.uint64),
            *(bounds, starts, ends),
            ctypes.byref(files),
        )
        return [None if file.status else _cut_file(file) for file in files]


def _cut_file(file: FileRead) -> CutFile:
    raw = ctypes.string_at(file.bytes, file.size)
    if not file.cleaned:
        return CutFile(raw, None, None)
    return CutFile(raw, ctypes.string_at(file.cleaned, file.cleaned_size), bytes(file.cleaned_digest).hex())


def _path_of(source: Source) -> bytes:
    if not isinstance(source, FileSource):
        raise TypeError(f"{source.name} is no file")
    return os.fsencode(source.path) + b"\0"


@contextmanager
def _files(count: int) -> Iterator[ctypes.Array[FileRead]]:
    files = (FileRead * count)()
    try:
        yield files
    finally:
        call("dedupe_free_files", count, ctypes.byref(files))
