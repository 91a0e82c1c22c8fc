"""The baseline: the duplicates that are known and let be, as a file that merges line by line.

It is text. The first line names the version of the form and the settings; then one line for each fingerprint, sorted,
with the number of paragraphs that have it; the last line is `# end`, so that a file cut short is found out though
nothing in it has to be counted, which two branches would do differently.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from dedupe.errors import BaselineError, OutputRefused, what_failed
from dedupe.normalizing import comparison_key
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
"""Raised when an older dedupe would misunderstand a baseline.

1: the first.
"""

FINGERPRINT_BYTES = 12
_HEADER = re.compile(rb"# dedupe baseline ([0-9]{1,9}), settings ([0-9a-f]{1,64})")
_ENTRY = re.compile(rb"([0-9a-f]{%d}) ([1-9][0-9]{0,14})" % (2 * FINGERPRINT_BYTES))
_START, _END = b"# dedupe baseline ", b"# end"
_CONFLICT = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")
_LOOKED_AT_BYTES = 4096
_SHORT_CHARACTERS = 300
_NO_BASELINE = "is no baseline; name another file with --baseline"


def fingerprint(rule: str, text: str) -> bytes:
    """Return what a duplicate is known by, wherever it stands: a digest of the rule's family and its comparison key."""
    # A line at the foot of each page comes again at once; long texts are not kept for that.
    digest = _digest_again if len(text) <= _SHORT_CHARACTERS else _digest
    return digest(rule[:3], text)


def _digest(family: str, text: str) -> bytes:
    content = f"{family} {comparison_key(text)}"
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=FINGERPRINT_BYTES).digest()


_digest_again = lru_cache(maxsize=256)(_digest)


class Ledger:
    """How many paragraphs of each fingerprint are known, and how many have been seen.

    Which copy is the new one cannot be told: in reading order, those beyond the known number are.
    """

    def __init__(self) -> None:
        self._number: dict[bytes, int] = {}
        self._known = array("Q")
        self._seen = array("Q")
        self.clusters = 0
        self.new_clusters = 0

    def know(self, mark: bytes, count: int) -> bool:
        """Let `count` paragraphs with this fingerprint be; return False when that has been said before."""
        if mark in self._number:
            return False
        self._number[mark] = len(self._known)
        self._known.append(count)
        self._seen.append(0)
        return True

    def see(self, mark: bytes) -> bool:
        """Count a paragraph with this fingerprint; return whether it is one of the known ones."""
        number = self._number.get(mark)
        if number is None:
            self.know(mark, 0)
            number = len(self._known) - 1
        self._seen[number] += 1
        seen, known = self._seen[number], self._known[number]
        self.clusters += seen == 1
        self.new_clusters += seen == known + 1
        return seen <= known

    @property
    def gone(self) -> int:
        """How many of the known paragraphs have not been seen."""
        return sum(max(0, known - seen) for known, seen in zip(self._known, self._seen, strict=True))

    def lines(self, settings: str) -> Iterator[bytes]:
        """Yield the lines of a baseline of what has been seen."""
        yield b"%s%d, settings %s\n" % (_START, VERSION, settings.encode())
        for mark in sorted(self._number):
            if count := self._seen[self._number[mark]]:
                yield b"%s %d\n" % (mark.hex().encode(), count)
        yield _END + b"\n"


@dataclass(frozen=True, slots=True)
class _Refusal:
    """How errors about one baseline read."""

    name: str
    cure: str

    def because(self, fault: str) -> BaselineError:
        return BaselineError(f"{self.name}: {fault}; write it anew with: {self.cure}")


def read_baseline(path: Path, *, settings: str, regenerate: str) -> Ledger:
    """Return a ledger that knows what the baseline at `path` lists.

    `settings` is the digest that it must have been written with, `regenerate` the command that writes it anew.

    Raises BaselineError where it is missing, damaged, left in conflict by a merge, of other settings or newer.
    """
    refusal = _Refusal(visible(str(path)), regenerate)
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        raise BaselineError(f"{refusal.name}: no such baseline; write it with: {regenerate}") from None
    except OSError as error:
        raise BaselineError(f"{refusal.name}: {what_failed(error)}; check --baseline") from error
    lines = [line.removesuffix(b"\r") for line in lines]  # as an editor or git may have left them
    _check_conflicts(lines, refusal)
    _check_header(lines[0], settings, refusal)
    if lines[-1] != b"" or lines[-2:-1] != [_END]:
        raise refusal.because("its end is missing")
    ledger = Ledger()
    for number, line in enumerate(lines[1:-2], start=2):
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            raise refusal.because(f"line {number}: not a fingerprint and a count")
        if not ledger.know(bytes.fromhex(entry[1].decode()), int(entry[2])):
            raise refusal.because(f"line {number}: a fingerprint that has stood before, as after a merge")
    return ledger


def _check_conflicts(lines: list[bytes], refusal: _Refusal) -> None:
    for number, line in enumerate(lines, start=1):
        if line.startswith(_CONFLICT):
            raise refusal.because(f"line {number}: a merge conflict was left unresolved")


def _check_header(line: bytes, settings: str, refusal: _Refusal) -> None:
    header = _HEADER.fullmatch(line)
    if not line.startswith(_START):
        raise BaselineError(f"{refusal.name}: {_NO_BASELINE}")
    if header is None:
        raise refusal.because("its first line is damaged")
    if int(header[1]) > VERSION:
        raise BaselineError(
            f"{refusal.name}: version {int(header[1])} is newer than this dedupe knows ({VERSION}); update dedupe,"
            f" or write it anew with: {refusal.cure}"
        )
    if header[2].decode() != settings:
        raise refusal.because("it was written with other settings, so its fingerprints count other things")


def refuse_to_replace(path: Path) -> None:
    """Refuse to write a baseline over something else.

    Raises OutputRefused.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_LOOKED_AT_BYTES)
    except OSError:
        return  # there is nothing, or the writing will say what is wrong
    if start.strip() and _START not in start:
        raise OutputRefused(f"{visible(str(path))}: {_NO_BASELINE}")
