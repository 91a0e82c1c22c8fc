"""How much content stays and how much boilerplate goes, on labelled pages beside the project.

    python -m benchmarks.quality [--only SET] [--boilerplate CHOICE] [--flat] [--again] [--worst N]

Each set of `../shared/corpora/web` is cleaned by the command, with default settings but for `--boilerplate`, and scored
by `../shared/tools/score_web.py`, which says what it counts. Printed are the table that QUALITY.md holds and, for each
set, the pages that lost most of their content and the lines of boilerplate that were left in, longest first.

`--flat` puts all pages of a set into one folder first; `--again` cleans the clean pages once more and counts what that
takes.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import CHECKOUT

if TYPE_CHECKING:
    from types import ModuleType

SHARED = CHECKOUT / ".." / "shared"
SETS = ("cleanportaleval", "daniel", "dragnet", "wcxb_dev")
CHOICES = ("careful", "balanced", "thorough")
HEAD = "| set | setting | content kept | boilerplate removed | token F1 | harmed pages | foreign characters |"


@dataclass(frozen=True, slots=True)
class Leftover:
    """A line of boilerplate that stays: on so many pages, so many characters in all."""

    characters: int
    pages: int
    text: str


def scorer() -> ModuleType:
    """Return `score_web.py` as a module."""
    spec = importlib.util.spec_from_file_location("score_web", SHARED / "tools" / "score_web.py")
    if spec is None or spec.loader is None:
        raise SystemExit("score_web.py is not beside the project")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def clean(pages: Path, out: Path, choice: str) -> None:
    command = [sys.executable, "-m", "dedupe", "clean", str(pages), "-o", str(out), "--quiet", "--isolated"]
    subprocess.run([*command, "--boilerplate", choice], check=True, cwd=CHECKOUT)


def leftovers(score_web: ModuleType, folder: Path, cleaned: Path, count: int) -> list[Leftover]:
    """Return the lines of boilerplate that stay with most characters in all."""
    characters: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    for entry in map(json.loads, (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()):
        if not entry["score"]:
            continue
        name = f"{entry['id']}.txt"
        found = next(path for path in (cleaned / entry["site"] / name, cleaned / name) if path.exists())
        raw = score_web.lines_of(folder / "pages" / entry["site"] / name)[:-1]
        labels = [float(label) for label in (folder / "labels" / name).read_text().split()]
        left = set(score_web.lines_of(found))
        boilerplate = [line for line, label in zip(raw, labels, strict=True) if label <= 0.3 and line in left]
        characters.update({line: len(line) * times for line, times in Counter(boilerplate).items()})
        pages.update(set(boilerplate))
    return [Leftover(total, pages[line], line) for line, total in characters.most_common(count)]


def flattened(folder: Path, into: Path) -> Path:
    """Return a folder with all pages of a set, none in a folder of its own."""
    pages = into / "pages"
    pages.mkdir()
    for page in (folder / "pages").glob("*/*.txt"):
        shutil.copy(page, pages / page.name)
    return pages


def taken_again(cleaned: Path, into: Path, choice: str) -> int:
    """Return how many pages a second run changes."""
    again = into / "again"
    clean(cleaned, again, choice)
    return sum(
        path.read_bytes() != (again / path.relative_to(cleaned)).read_bytes()
        for path in cleaned.rglob("*.txt")
    )


def row(name: str, choice: str, figures: dict[str, Any]) -> str:
    shown = (
        f"{figures['content_kept']:.4f}",
        f"{figures['boilerplate_removed']:.3f}",
        f"{figures['f1']:.3f}",
        f"{figures['harmed_pages']} of {figures['pages']}",
        str(figures["foreign_chars"]),
    )
    return "| " + " | ".join((name, choice, *shown)) + " |"


def measure(score_web: ModuleType, name: str, choice: str, options: argparse.Namespace) -> None:
    folder = SHARED / "corpora" / "web" / name
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        cleaned = room / "clean"
        clean(flattened(folder, room) if options.flat else folder / "pages", cleaned, choice)
        figures, shares = score_web.score_set(folder, cleaned)
        sys.stdout.write(row(name, choice, figures) + "\n")
        if options.again:
            changed = taken_again(cleaned, room, choice)
            sys.stdout.write(f"  a second run changes {changed} pages\n")
        for share, page in shares[: options.worst]:
            if share < 1:
                sys.stdout.write(f"  kept {share:.3f} of {page}\n")
        for left in leftovers(score_web, folder, cleaned, options.worst):
            sys.stdout.write(f"  left {left.characters:>6} on {left.pages:>3} pages: {left.text[:90]!r}\n")
        sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=SETS, action="append", help="measure this set; repeatable")
    parser.add_argument(
        "--boilerplate", choices=CHOICES, action="append", help="measure this setting; repeatable"
    )
    parser.add_argument("--flat", action="store_true", help="put all pages of a set into one folder first")
    parser.add_argument("--again", action="store_true", help="clean the clean pages once more")
    parser.add_argument("--worst", type=int, default=10, metavar="N", help="list so many pages and lines")
    options = parser.parse_args()
    if not (SHARED / "corpora" / "web").is_dir():
        raise SystemExit("the labelled pages are not beside the project: there is no ../shared/corpora/web")
    score_web = scorer()
    sys.stdout.write(f"{HEAD}\n|---|---|---|---|---|---|---|\n")
    for choice in options.boilerplate or CHOICES:
        for name in options.only or SETS:
            measure(score_web, name, choice, options)


if __name__ == "__main__":
    main()
