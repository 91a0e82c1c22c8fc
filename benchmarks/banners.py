"""Measure BPL202 alone: line by line on labelled banners, and on the labelled pages; see QUALITY.md here.

Patterns were written by looking at the lines of one half of the sites only, told by a digest of the site's name; the
other half says whether they hold elsewhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dedupe.boilerplate.known import match_known
from dedupe.normalizing import comparison_key

CORPORA = Path(__file__).resolve().parents[1] / ".." / "shared" / "corpora"
BANNERS = CORPORA / "banners" / "dev.jsonl"
WEB = CORPORA / "web"
SETS = ("cleanportaleval", "daniel", "dragnet", "wcxb_dev")
HALVES = ("looked at", "held out")
CONTENT_LABEL, BOILERPLATE_LABEL = 0.7, 0.3
"""Shares of a line's tokens in the gold text from which, and up to which, it is content, or boilerplate."""


@dataclass(slots=True)
class Score:
    """Lines, or characters, of boilerplate and of content, and how many of each were taken."""

    boilerplate: int = 0
    content: int = 0
    taken: Counter[str] = field(default_factory=Counter)

    def add(self, *, is_content: bool, is_taken: bool, size: int = 1) -> None:
        """Count one line of a size."""
        if is_content:
            self.content += size
        else:
            self.boilerplate += size
        if is_taken:
            self.taken["content" if is_content else "boilerplate"] += size

    @property
    def precision(self) -> float:
        """The share of boilerplate in what was taken."""
        return self.taken["boilerplate"] / max(1, self.taken.total())

    @property
    def recall(self) -> float:
        """The share of boilerplate that was taken."""
        return self.taken["boilerplate"] / max(1, self.boilerplate)

    @property
    def kept(self) -> float:
        """The share of content that was not."""
        return 1 - self.taken["content"] / max(1, self.content)


def half_of(site: str) -> str:
    """Return which half a site belongs to."""
    return HALVES[hashlib.blake2b(site.encode(), digest_size=4).digest()[0] & 1]


def is_known(line: str) -> bool:
    """Return whether BPL202 takes a line that stands alone."""
    key = comparison_key(line)
    return bool(key) and match_known(key, key.count(" ") + 1) is not None


def score_banners(path: Path) -> dict[str, Score]:
    """Return the scores of all lines of a file, of each half, and of each category."""
    scores: dict[str, Score] = {}
    for record in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        is_content, is_taken = record["kind"] == "content", is_known(record["text"])
        for name in ("all", half_of(record["site"] or record["id"]), *record["cat"]):
            scores.setdefault(name, Score()).add(is_content=is_content, is_taken=is_taken)
    return scores


def labelled_lines(folder: Path) -> Iterator[tuple[str, str, float]]:
    """Yield the lines of a set of pages, each with its site and its label."""
    for page in sorted(folder.glob("pages/*/*.txt")):
        labels = folder / "labels" / page.name
        if labels.is_file():
            numbers = [float(text or 0) for text in labels.read_text(encoding="utf-8").split("\n")]
            lines = page.read_text(encoding="utf-8", errors="replace").split("\n")
            yield from ((page.parent.name, *pair) for pair in zip(lines, numbers, strict=False))


def score_pages(folder: Path) -> dict[str, Score]:
    """Return the scores, in characters, of the lines of a set of pages, of each half."""
    scores = {name: Score() for name in ("all", *HALVES)}
    for site, line, label in labelled_lines(folder):
        if not line.strip() or BOILERPLATE_LABEL < label < CONTENT_LABEL:
            continue
        is_content, is_taken = label >= CONTENT_LABEL, is_known(line)
        for name in ("all", half_of(site)):
            scores[name].add(is_content=is_content, is_taken=is_taken, size=len(line))
    return scores


def banner_table(scores: dict[str, Score]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield "| lines | boilerplate | content | precision | recall |"
    yield "|---|---|---|---|---|"
    first = ("all", *HALVES)
    for name in (*first, *sorted(scores.keys() - set(first))):
        score = scores[name]
        yield (
            f"| {name} | {score.boilerplate:,} | {score.content:,} | {score.precision:.3f} | {score.recall:.3f} |"
        )


def page_table(sets: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield "| set | content kept | boilerplate removed | looked at | held out |"
    yield "|---|---|---|---|---|"
    for name in sets:
        scores = score_pages(WEB / name)
        halves = [f"{scores[half].kept:.4f} / {scores[half].recall:.4f}" for half in HALVES]
        yield f"| {name} | {scores['all'].kept:.4f} | {scores['all'].recall:.4f} | {' | '.join(halves)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 2 where the labelled lines are not beside the checkout."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.banners", description=__doc__)
    parser.add_argument("--no-pages", action="store_true", help="the banners only")
    chosen = parser.parse_args(arguments)
    if not BANNERS.is_file():
        sys.stderr.write(f"{BANNERS}: not there; nothing to measure\n")
        return 2
    for line in banner_table(score_banners(BANNERS)):
        sys.stdout.write(f"{line}\n")
    if not chosen.no_pages:
        sys.stdout.write("\n")
        for line in page_table(SETS):
            sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
