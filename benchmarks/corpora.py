"""The texts that are measured: always the same bytes, from the speed corpus or generated."""

from __future__ import annotations

import random
import re
import string
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import CHECKOUT, MEGABYTE

ARCHIVE = CHECKOUT / ".." / "shared" / "corpora" / "speed" / "rfc100.tar.xz"
PAGE_BYTES = 5_000
GENERATED_MEGABYTES = 100
COPIES = 8
"""So many copies of a corpus are distinct from each other."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of texts, and what they are."""

    folder: Path
    kind: str

    def __str__(self) -> str:
        sizes = [path.stat().st_size for path in self.folder.rglob("*.txt")]
        return f"{len(sizes):,} {self.kind}, {sum(sizes) / MEGABYTE:.1f} MB"


def a_page() -> bytes:
    """Return the first 5 KB, in whole lines, of the fixtures that repeat themselves."""
    lines = b"".join(
        path.read_bytes() for path in sorted((CHECKOUT / "fixtures" / "duplicates").glob("*.txt"))
    )
    return lines[: lines.rindex(b"\n", 0, PAGE_BYTES) + 1]


def make_corpus(folder: Path, megabytes: int | None, *, generated: bool) -> Corpus:
    """Fill `folder` with texts of together so many megabytes, or all of the speed corpus (generated: 100)."""
    folder.mkdir()
    if ARCHIVE.is_file() and not generated:
        _extract(folder, megabytes)
        return Corpus(folder, "texts of the speed corpus")
    for number, text in enumerate(generated_texts((megabytes or GENERATED_MEGABYTES) * MEGABYTE)):
        path = folder / f"{number // 500:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Corpus(folder, "generated texts")


def _extract(folder: Path, megabytes: int | None) -> None:
    """Take texts in the order of the archive, which is no order, until there is enough."""
    remaining = float("inf") if megabytes is None else megabytes * MEGABYTE
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            if remaining <= 0:
                return
            archive.extract(member, folder, filter="data")
            remaining -= member.size


def generated_texts(size: int) -> Iterator[str]:
    """Yield texts of together `size` bytes, always the same: of ten paragraphs one is a copy of an earlier one."""
    chance = random.Random(1)
    words = sorted(set(re.findall(r"[a-z]+", a_page().decode().lower())))
    earlier: list[str] = []
    while size > 0:
        paragraphs = []
        for _ in range(chance.randint(10, 200)):
            if earlier and chance.random() < 0.1:
                paragraphs.append(chance.choice(earlier))
                continue
            paragraph = " ".join(chance.choices(words, k=chance.randint(3, 60))).capitalize() + "."
            paragraphs.append(paragraph)
            if len(earlier) < 10_000:
                earlier.append(paragraph)
        text = "\n\n".join(paragraphs) + "\n"
        size -= len(text)
        yield text


def add_copy(corpus: Corpus, folder: Path, number: int) -> None:
    """Write copy `number` of a corpus below `folder`: the same texts in words and numbers that only it has."""
    for path in sorted(corpus.folder.rglob("*.txt")):
        copy = folder / f"copy{number}" / path.relative_to(corpus.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(in_other_words(path.read_bytes(), number))


def in_other_words(text: bytes, number: int) -> bytes:
    """Turn each letter and digit on by `number` steps, so that copies share no words but keep their shape.

    Lengths, capitals, line ends and all likenesses within a copy stay as they were; copy 0 is the text itself.
    """
    if not 0 <= number < COPIES:
        raise ValueError(f"no copy {number}: there are {COPIES}")
    return text.translate(_turned(number))


def _turned(number: int) -> bytes:
    alphabets = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    plain = "".join(alphabets)
    # Three letters a copy: neighbours in the alphabet would turn some short words into other short words.
    turned = "".join(
        letters[steps:] + letters[:steps]
        for letters in alphabets
        for steps in [number if letters is string.digits else 3 * number]
    )
    return bytes.maketrans(plain.encode(), turned.encode())
