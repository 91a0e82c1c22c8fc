"""What the compiled kernels look for, so that known boilerplate is sought in few paragraphs.

The kernels tell of each paragraph whether it may be known boilerplate: the hashes of its tokens are those of a phrase
of the pack, the key is one of the fixed ones, or the stems of an appeal stand in it. Most paragraphs end at their first
two tokens, or their last two, for which a set of bits is asked. They err on one side only; `dedupe.boilerplate.known`
decides.

Working the hints out takes longer than reading a page, so they are written into a file when the package is installed.
Where that file is missing, or of other patterns or kernels, they are worked out.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from dedupe.boilerplate.known import COMPILED_PATH, LICENCE_GRANTS, Beginnings, beginnings, digest_of_key
from dedupe.boilerplate.phrases import NUMBER, REST
from dedupe.kernels.library import PATH as LIBRARY_PATH
from dedupe.kernels.library import call

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dedupe.boilerplate.automaton import Automaton
    from dedupe.kernels.structures import Hints

STORED_PATH = LIBRARY_PATH.with_name("hints.bin")
ARRAYS = 15
BITS = 1 << 22
_NUMBER_HASH, _OPEN_HASH, _ALONE_HASH = 1, 2, 3
_FORWARDS, _BACKWARDS, _WHOLE = 0x51ED270B, 0x2545F491, 0x7FEB352D


@cache
def hints() -> Hints:
    """Return what the packs say, as the kernels read it."""
    arrays = _stored()
    return _as_hints(_worked_out() if arrays is None else arrays)


def write_hints() -> None:
    """Put the hints into the file from which they are read from now on.

    Raises OSError when it cannot be written.
    """
    import numpy as np

    with STORED_PATH.open("wb") as file:
        np.save(file, _stamp())
        for array in _worked_out():
            np.save(file, array)


def _stored() -> list[npt.NDArray[Any]] | None:
    """Return the arrays of the file, None where there is none that fits."""
    import numpy as np

    try:
        with STORED_PATH.open("rb") as file:
            if not np.array_equal(np.load(file), _stamp()):
                return None
            return [np.load(file) for _ in range(ARRAYS)]
    except (OSError, ValueError, EOFError):
        return None


def _stamp() -> npt.NDArray[np.uint8]:
    """Return what the hints depend on: the patterns, and how the kernels hash tokens."""
    import numpy as np

    from dedupe.kernels.library import VERSION

    digest = hashlib.blake2b(COMPILED_PATH.read_bytes(), digest_size=16).hexdigest()
    return np.frombuffer(f"{VERSION} {digest}".encode(), dtype=np.uint8)


def _worked_out() -> list[npt.NDArray[Any]]:
    """Return the arrays of the hints, in the order of `_as_hints`."""
    import numpy as np

    known = beginnings()
    needles = [grant.encode() for grant in LICENCE_GRANTS]
    appeals: list[int] = []
    words: list[str] = []
    always: dict[str, int] = {}
    for appeal in known.appeals:
        if appeal.always not in always:
            always[appeal.always] = len(needles)
            needles.append(appeal.always.encode())
        first = len(needles)
        needles += [stem.encode() for stem in appeal.stems]
        appeals += [appeal.fewest_tokens, appeal.most_tokens, always[appeal.always], first, len(needles)]
        appeals += [len(words), len(words) + len(appeal.words)]
        words += appeal.words
    forwards, backwards = map(_phrases, known.automata)
    return [
        *(*forwards, *backwards),
        _bits(known),
        np.frombuffer(b"".join(needles), dtype=np.uint8),
        np.cumsum([len(needle) for needle in needles]).astype(np.int32),
        np.array([token_hash(grant.split(" ")[0]) for grant in LICENCE_GRANTS], dtype=np.uint32),
        np.array(appeals, dtype=np.int32),
        np.array([*map(token_hash, words)], dtype=np.uint32),
        np.array([known.most_tokens], dtype=np.int32),
    ]


def _as_hints(arrays: list[npt.NDArray[Any]]) -> Hints:
    from dedupe.kernels.structures import Hints, Phrases

    forwards, backwards = Phrases.of(*arrays[:4]), Phrases.of(*arrays[4:8])
    bits, needles, needle_ends, licence_words, appeals, appeal_words, most_tokens = arrays[8:]
    return Hints.of(
        forwards=forwards,
        backwards=backwards,
        bits=bits,
        needles=needles.tobytes(),
        needle_ends=needle_ends,
        licence_words=licence_words,
        appeals=appeals,
        appeal_words=appeal_words,
        most_tokens=int(most_tokens[0]),
    )


def _phrases(automaton: Automaton) -> tuple[npt.NDArray[Any], ...]:
    """Return an automaton with hashes for tokens, as `Phrases.of` takes it."""
    import numpy as np

    steps = [
        (state << 32 | _hash(token), target)
        for state, tokens, target in automaton.edges()
        for token in tokens or (REST,)
    ]
    edges, targets = np.array(sorted(steps), dtype=np.uint64).T
    accepts = np.zeros(automaton.state_count(), dtype=np.uint8)
    for bit, states in enumerate(automaton.accepting()):
        accepts[list(states)] |= 1 << bit
    starts = np.searchsorted(edges >> np.uint64(32), np.arange(len(accepts) + 1)).astype(np.uint32)
    return np.ascontiguousarray(edges), targets.astype(np.uint32), accepts, starts


def _bits(known: Beginnings) -> npt.NDArray[np.uint64]:
    import numpy as np

    places: set[tuple[int, int, int]] = set()
    for key in known.fixed:
        digest = digest_of_key(key)
        low = int.from_bytes(digest[:8], "little")
        places.add((low & 0xFFFFFFFF, low >> 32, _WHOLE))
    for salt, pairs in ((_FORWARDS, known.forwards), (_BACKWARDS, known.backwards)):
        for first, seconds in pairs:
            one = _hash(first)
            places.add((one, _ALONE_HASH, salt))
            places.update((one, _hash(second), salt) for second in seconds)
    bits = np.zeros(BITS, dtype=np.uint8)
    bits[_mixed(*np.array(list(places), dtype=np.uint64).T)] = 1
    return np.packbits(bits, bitorder="little").view(np.uint64)


def token_hash(token: str) -> int:
    """Return the hash by which the kernels know a token."""
    encoded = token.encode("utf-8", "surrogatepass")
    return call("dedupe_token_hash", encoded, len(encoded))


@cache
def _hash(token: str) -> int:
    fixed = {NUMBER: _NUMBER_HASH, REST: _OPEN_HASH}
    return fixed.get(token) or token_hash(token)


def _mixed(
    first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64], salt: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    """Return the bits for pairs of hashes: `mix_pair` of native.c."""
    import numpy as np

    mixed = (first << np.uint64(32) | second) * np.uint64(0x9E3779B97F4A7C15) + salt
    mixed ^= mixed >> np.uint64(29)
    return mixed * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(42)
