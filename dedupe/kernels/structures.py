"""The structures that the compiled kernels read, field by field as native.c declares them."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import numpy.typing as npt


def address(array: Any) -> int:
    """Return where the first element of a numpy array lies."""
    place: int = array.__array_interface__["data"][0]
    return place


class Held(ctypes.Structure):
    """A structure that keeps alive the arrays it points to."""

    held: tuple[object, ...]


class SegmentLimits(ctypes.Structure):
    """The named constants of segmenting.py and traits.py."""

    _fields_ = (
        ("min_wrap_columns", ctypes.c_int32),
        ("max_wrap_columns", ctypes.c_int32),
        ("min_stanza_lines", ctypes.c_int32),
        ("max_verse_columns", ctypes.c_int32),
        ("min_filled_share", ctypes.c_double),
        ("min_filled_share_undivided", ctypes.c_double),
        ("width_quantile", ctypes.c_double),
    )


class Pieces(Held):
    """Pieces of text, one behind the other."""

    _fields_ = (("bytes", ctypes.c_void_p), ("bounds", ctypes.c_void_p))

    @classmethod
    def of(cls, pieces: Iterable[bytes]) -> Self:
        """Return the structure over these pieces."""
        import numpy as np

        listed = list(pieces)
        joined = np.frombuffer(b"".join(listed) + b"\0", dtype=np.uint8)
        bounds = np.cumsum([0, *map(len, listed)], dtype=np.int64)
        made = cls(address(joined), address(bounds))
        made.held = (joined, bounds)
        return made


class FileRead(ctypes.Structure):
    """A file that the kernels have read, and what is left of it; see native/reading.h."""

    _fields_ = (
        ("bytes", ctypes.c_void_p),
        ("cleaned", ctypes.c_void_p),
        ("size", ctypes.c_int64),
        ("cleaned_size", ctypes.c_int64),
        ("checksum", ctypes.c_uint64),
        ("digest", ctypes.c_uint8 * 16),
        ("cleaned_digest", ctypes.c_uint8 * 16),
        ("status", ctypes.c_int64),
    )


class NewFile(ctypes.Structure):
    """A file to be written; see native/writing.h."""

    _fields_ = (
        ("content", ctypes.c_char_p),
        ("size", ctypes.c_int64),
        ("read_seconds", ctypes.c_int64),
        ("changed_seconds", ctypes.c_int64),
        ("read_ns", ctypes.c_uint32),
        ("changed_ns", ctypes.c_uint32),
        ("permissions", ctypes.c_uint32),
        ("owner", ctypes.c_uint32),
        ("group", ctypes.c_uint32),
        ("is_like", ctypes.c_uint32),
    )


class Spots(Held):
    """Where the paragraphs of a corpus stand, and how many tokens they have."""

    _fields_ = tuple(
        (name, ctypes.c_void_p)
        for name in ("start", "text_end", "first_line", "last_line", "keys", "token_count")
    )

    @classmethod
    def of(cls, *columns: npt.NDArray[np.uint32]) -> Self:
        """Return the structure over these columns, in the order of its fields."""
        spots = cls(*map(address, columns))
        spots.held = columns
        return spots


class Article(Held):
    """One document of a corpus, for those who tell of it."""

    _fields_ = (
        ("all", ctypes.POINTER(Spots)),
        ("behind", ctypes.c_int64),
        ("raw", ctypes.c_char_p),
        ("size", ctypes.c_int64),
        ("name", ctypes.c_char_p),
        ("quoted", ctypes.c_char_p),
        ("name_length", ctypes.c_int64),
        ("quoted_length", ctypes.c_int64),
    )


class Tables(Held):
    """What characters fold to; see dedupe/folding.py."""

    _fields_ = (("fold", ctypes.c_void_p), ("pool", ctypes.c_void_p), ("loaded", ctypes.c_void_p))

    @classmethod
    def of(
        cls, fold: npt.NDArray[np.uint32], pool: npt.NDArray[np.uint32], loaded: npt.NDArray[np.uint8]
    ) -> Self:
        """Return the structure over these arrays."""
        tables = cls(address(fold), address(pool), address(loaded))
        tables.held = (fold, pool, loaded)
        return tables


class Phrases(Held):
    """An automaton over the hashes of tokens; see `dedupe.boilerplate.hints`."""

    _fields_ = (
        ("edges", ctypes.c_void_p),
        ("targets", ctypes.c_void_p),
        ("accepts", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
    )

    @classmethod
    def of(
        cls,
        edges: npt.NDArray[np.uint64],
        targets: npt.NDArray[np.uint32],
        accepts: npt.NDArray[np.uint8],
        starts: npt.NDArray[np.uint32],
    ) -> Self:
        """Return the structure over these arrays; `edges` are ascending, `starts` has an entry more than states."""
        phrases = cls(address(edges), address(targets), address(accepts), address(starts))
        phrases.held = (edges, targets, accepts, starts)
        return phrases


class Hints(Held):
    """What known boilerplate may look like; see dedupe/boilerplate/hints.py."""

    _fields_ = (
        ("forwards", Phrases),
        ("backwards", Phrases),
        ("bits", ctypes.c_void_p),
        ("needles", ctypes.c_void_p),
        ("needle_ends", ctypes.c_void_p),
        ("licence_words", ctypes.c_void_p),
        ("appeals", ctypes.c_void_p),
        ("appeal_words", ctypes.c_void_p),
        ("appeal_count", ctypes.c_int32),
        ("licence_count", ctypes.c_int32),
        ("most_tokens", ctypes.c_int32),
    )

    @classmethod
    def of(
        cls,
        *,
        forwards: Phrases,
        backwards: Phrases,
        bits: npt.NDArray[np.uint64],
        needles: bytes,
        needle_ends: npt.NDArray[np.int32],
        licence_words: npt.NDArray[np.uint32],
        appeals: npt.NDArray[np.int32],
        appeal_words: npt.NDArray[np.uint32],
        most_tokens: int,
    ) -> Self:
        """Return the structure over these arrays; `appeals` has seven numbers each, needles of licences come first."""
        import numpy as np

        pieces = np.frombuffer(needles, dtype=np.uint8)
        hints = cls(
            forwards,
            backwards,
            address(bits),
            address(pieces),
            address(needle_ends),
            address(licence_words),
            address(appeals),
            address(appeal_words),
            len(appeals) // 7,
            len(licence_words),
            most_tokens,
        )
        hints.held = (forwards, backwards, bits, pieces, needle_ends, licence_words, appeals, appeal_words)
        return hints


class GivenKeys(Held):
    """Keys made by Python for paragraphs whose characters matter to each other."""

    _fields_ = (
        ("keys", ctypes.c_void_p),
        ("key_bounds", ctypes.c_void_p),
        ("masked", ctypes.c_void_p),
        ("masked_bounds", ctypes.c_void_p),
        ("given", ctypes.c_void_p),
    )

    @classmethod
    def of(
        cls,
        keys: npt.NDArray[np.uint8],
        key_bounds: npt.NDArray[np.int64],
        masked: npt.NDArray[np.uint8],
        masked_bounds: npt.NDArray[np.int64],
        given: npt.NDArray[np.uint8],
    ) -> Self:
        """Return the structure over these arrays."""
        made = cls(*map(address, (keys, key_bounds, masked, masked_bounds, given)))
        made.held = (keys, key_bounds, masked, masked_bounds, given)
        return made
