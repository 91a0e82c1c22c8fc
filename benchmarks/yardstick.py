"""The yardstick: count equal paragraphs below a folder in the plainest way that comes to mind."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path


def count_paragraphs(folder: Path) -> None:
    """Count equal paragraphs below `folder` in the plainest way that comes to mind: the yardstick."""
    import xxhash

    counts: Counter[bytes] = Counter()
    for path in sorted(folder.rglob("*.txt")):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        for paragraph in re.split(r"\n\s*\n", text):
            key = " ".join(re.findall(r"\w+", paragraph.casefold()))
            counts[xxhash.xxh3_128_digest(key.encode("utf-8", "surrogateescape"))] += 1
    print(f"{counts.total():,} paragraphs, {len(counts):,} distinct")


if __name__ == "__main__":
    count_paragraphs(Path(sys.argv[1]))
