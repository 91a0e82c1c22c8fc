"""Compare two ways to compile the inner loops: numba, and C through ctypes. Run it where numba is installed.

Two loops, the same in both: signatures (128 permutations of each shingle's hash, by datasketch's scheme affine32)
and a tokeniser (lower-cased ASCII words of UTF-8 bytes to rolling hashes of three words). Needs numpy, numba and
`cc`, and nothing of this house, so that it runs in a virtual environment of its own.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

PERMUTATIONS = 128
SHINGLES, SHINGLES_A_PARAGRAPH = 2_000_000, 50
TEXT_BYTES = 16_000_000
ROUNDS = 5
WORD_PRIME, SHINGLE_PRIME = 0x100000001B3, 0x9E3779B1
Hashes: TypeAlias = npt.NDArray[np.uint32]
Bytes: TypeAlias = npt.NDArray[np.uint8]

TARGETS_BY_WAY = {"C, avx2": '"avx2", "default"', "C, avx512": '"avx512f", "avx2", "default"'}
"""For which processors `cc` makes the signature loop, on x86; the right one is chosen when the library is loaded."""

C_SOURCE = """
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__gnu_linux__)
#define CLONES __attribute__((target_clones(TARGETS)))
#else
#define CLONES
#endif

CLONES void sign(const uint32_t *hashes, const int64_t *ends, int64_t paragraphs,
                 const uint32_t *a, const uint32_t *b, uint32_t *signatures) {
    int64_t i = 0;
    for (int64_t p = 0; p < paragraphs; p++) {
        uint32_t least[128];
        for (int k = 0; k < 128; k++) least[k] = UINT32_MAX;
        for (; i < ends[p]; i++) {
            uint32_t h = hashes[i];
            h ^= h >> 16; h *= 0x85ebca6bu; h ^= h >> 13; h *= 0xc2b2ae35u; h ^= h >> 16;
            for (int k = 0; k < 128; k++) {
                uint32_t value = a[k] * h + b[k];
                least[k] = value < least[k] ? value : least[k];
            }
        }
        for (int k = 0; k < 128; k++) signatures[p * 128 + k] = least[k];
    }
}

int64_t tokenise(const uint8_t *text, int64_t size, uint32_t *shingles) {
    uint64_t word = 0;
    uint32_t last = 0, before = 0;
    int64_t found = 0;
    int inside = 0;
    for (int64_t i = 0; i < size; i++) {
        uint8_t c = text[i];
        if (c >= 'A' && c <= 'Z') c += 32;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 128) {
            word = (word ^ c) * 0x100000001b3u;
            inside = 1;
        } else if (inside) {
            uint32_t now = (uint32_t)(word ^ (word >> 32));
            shingles[found++] = (before * 0x9e3779b1u + last) * 0x9e3779b1u + now;
            before = last; last = now; word = 0; inside = 0;
        }
    }
    return found;
}
"""


def sign(hashes: Hashes, ends: npt.NDArray[np.int64], a: Hashes, b: Hashes, signatures: Hashes) -> None:
    """Fill one row of `signatures` for each paragraph, whose hashes end where `ends` says; for numba."""
    i = 0
    for paragraph in range(len(ends)):
        least = signatures[paragraph]
        least[:] = 0xFFFFFFFF
        while i < ends[paragraph]:
            h = np.uint64(hashes[i])
            h ^= h >> np.uint64(16)
            h = (h * np.uint64(0x85EBCA6B)) & np.uint64(0xFFFFFFFF)
            h ^= h >> np.uint64(13)
            h = (h * np.uint64(0xC2B2AE35)) & np.uint64(0xFFFFFFFF)
            h ^= h >> np.uint64(16)
            mixed = np.uint32(h)
            for k in range(PERMUTATIONS):
                value = np.uint32(a[k] * mixed + b[k])
                least[k] = min(least[k], value)
            i += 1


def tokenise(text: Bytes, shingles: Hashes) -> int:
    """Write the rolling hash of every word with the two before it; return how many there are; for numba."""
    word = np.uint64(0)
    last = before = np.uint32(0)
    found = 0
    inside = False
    for i in range(len(text)):
        c = text[i]
        if 65 <= c <= 90:
            c += np.uint8(32)
        if 97 <= c <= 122 or 48 <= c <= 57 or c >= 128:
            word = (word ^ np.uint64(c)) * np.uint64(WORD_PRIME)
            inside = True
        elif inside:
            now = np.uint32(word ^ (word >> np.uint64(32)))
            both = np.uint32(before * np.uint32(SHINGLE_PRIME) + last)
            shingles[found] = np.uint32(both * np.uint32(SHINGLE_PRIME) + now)
            found += 1
            before, last, word, inside = last, now, np.uint64(0), False
    return found


class Kernels:
    """The two loops, compiled in one of the ways, and what it took to have them."""

    def __init__(self, way: str, library: str) -> None:
        began = time.perf_counter()
        if way == "numba":
            import numba

            self.load_seconds = time.perf_counter() - began
            compiled = numba.njit(nogil=True, cache=True)
            self.sign: Callable[..., Any] = compiled(sign)
            self.tokenise: Callable[..., Any] = compiled(tokenise)
        else:
            loaded = ctypes.CDLL(library)
            self.load_seconds = time.perf_counter() - began
            loaded.tokenise.restype = ctypes.c_int64
            self.sign = lambda hashes, ends, a, b, signatures: loaded.sign(
                _at(hashes), _at(ends), ctypes.c_int64(len(ends)), _at(a), _at(b), _at(signatures)
            )
            self.tokenise = lambda text, shingles: loaded.tokenise(
                _at(text), ctypes.c_int64(len(text)), _at(shingles)
            )


def _at(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def take(way: str, library: str, *, only_first: bool) -> dict[str, float]:
    """Measure one way in this process; the sums tell whether all compute the same."""
    kernels = Kernels(way, library)
    chance = np.random.default_rng(1)
    a, b = chance.integers(1, 2**32, (2, PERMUTATIONS), dtype=np.uint32)
    a |= np.uint32(1)
    few, first = chance.integers(0, 2**32, 10, dtype=np.uint32), np.zeros((1, PERMUTATIONS), np.uint32)
    sentence, room = np.frombuffer(b"The quick brown fox. ", np.uint8), np.zeros(100, np.uint32)
    seen = {"load": kernels.load_seconds}
    seen["first"] = seconds_of(lambda: kernels.sign(few, np.array([10]), a, b, first))
    seen["first"] += seconds_of(lambda: kernels.tokenise(sentence, room))
    seen["resident"] = resident_bytes() / 1e6
    if only_first:
        return seen
    hashes = chance.integers(0, 2**32, SHINGLES, dtype=np.uint32)
    ends = np.arange(SHINGLES_A_PARAGRAPH, SHINGLES + 1, SHINGLES_A_PARAGRAPH, dtype=np.int64)
    signatures = np.zeros((len(ends), PERMUTATIONS), np.uint32)
    seconds = processor_seconds_of(lambda: kernels.sign(hashes, ends, a, b, signatures))
    seen["ns a shingle"] = median(seconds) / SHINGLES * 1e9
    seen["signatures"] = float(signatures.astype(np.uint64).sum())
    text = np.frombuffer(a_text(), np.uint8)
    shingles = np.zeros(len(text) // 2 + 1, np.uint32)
    seconds = processor_seconds_of(lambda: kernels.tokenise(text, shingles))
    seen["MB/s"] = len(text) / 1e6 / median(seconds)
    seen["shingles"] = float(shingles.astype(np.uint64).sum())
    return seen


def a_text() -> bytes:
    """Return words with spaces, line ends and some capitals, always the same."""
    chance = random.Random(3)
    words = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(1, 11))) for _ in range(5_000)]
    words += [word.capitalize() for word in words[:500]] + [word + ",\n" for word in words[:300]]
    text = " ".join(chance.choices(words, k=TEXT_BYTES // 6)).encode()
    return text[:TEXT_BYTES]


def seconds_of(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    began = clock()
    call()
    return clock() - began


def processor_seconds_of(call: Callable[[], object]) -> list[float]:
    """Return what each of several rounds took of a processor, which other work disturbs less than wall time."""
    return [seconds_of(call, time.process_time) for _ in range(ROUNDS)]


def resident_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def in_new_process(way: str, room: Path, cache: Path, *, only_first: bool = False) -> dict[str, float]:
    command = [sys.executable, __file__, "--way", way, "--library", str(library_of(way, room))]
    command += ["--only-first"] if only_first else []
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    seen: dict[str, float] = json.loads(said)
    return seen


def import_seconds(statement: str) -> float:
    """Return the median of a whole process that only imports."""
    command = [sys.executable, "-c", statement]
    return median(seconds_of(lambda: subprocess.run(command, check=True)) for _ in range(ROUNDS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--library", default="", help=argparse.SUPPRESS)
    parser.add_argument("--only-first", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        print(json.dumps(take(chosen.way, chosen.library, only_first=chosen.only_first)))
        return
    with tempfile.TemporaryDirectory(prefix="dedupe-trial-") as room:
        compare(Path(room))


def compare(room: Path) -> None:
    """Compile the C, measure each way in processes of its own, and print them side by side."""
    cache = room / "cache"
    built = seconds_of(lambda: build(room))
    cold = in_new_process("numba", room, cache, only_first=True)
    runs = {way: [in_new_process(way, room, cache) for _ in range(3)] for way in ("numba", *TARGETS_BY_WAY)}
    if len({(run["signatures"], run["shingles"]) for each in runs.values() for run in each}) > 1:
        raise SystemExit("error: the ways do not compute the same")
    rows = [
        ("compiling, once", f"{cold['first']:.2f} s, cold", f"{built:.2f} s for both", ""),
        row("import or load", "load", runs, 1_000, "ms"),
        row("first call, new process, warm", "first", runs, 1_000, "ms"),
        row("128 permutations, one core", "ns a shingle", runs, 1, "ns a shingle"),
        row("tokeniser, one core", "MB/s", runs, 1, "MB/s"),
        row("resident with numpy, loaded", "resident", runs, 1, "MB"),
    ]
    print(f"numba trial: Python {platform.python_version()}, {platform.machine()}, medians")
    for what, *cells in (("", *runs), *rows):
        print(f"  {what:<31}" + "".join(f"{cell:<20}" for cell in cells).rstrip())
    for statement in ("pass", "import ctypes", "import numpy", "import numpy, numba"):
        print(f"  a process with {statement!r:<22} {import_seconds(statement):.3f} s")


def build(room: Path) -> None:
    source = room / "kernels.c"
    source.write_text(C_SOURCE)
    for way, targets in TARGETS_BY_WAY.items():
        options = ["-O3", "-fPIC", "-shared", f"-DTARGETS={targets}"]
        subprocess.run(["cc", *options, "-o", str(library_of(way, room)), str(source)], check=True)


def library_of(way: str, room: Path) -> Path:
    return room / f"kernels-{way.rsplit(maxsplit=1)[-1]}.so"


def row(
    label: str, key: str, runs: dict[str, list[dict[str, float]]], times: float, unit: str
) -> tuple[str, ...]:
    """Return the medians of one measurement, a cell for each way."""
    middles = (median(run[key] for run in each) * times for each in runs.values())
    return label, *(f"{middle:.{0 if middle >= 100 else 2}f} {unit}" for middle in middles)


if __name__ == "__main__":
    main()
