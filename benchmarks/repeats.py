"""What the rules for repeats within a page take, on labelled pages: repeats, or text that the gold holds twice too.

    python -m benchmarks.repeats [--only SET] [--shortest N] [--threshold X] [--score] [--worst N]

Every page of `../shared/corpora/web` that is scored is searched alone, by the DUP rules and no others. A paragraph that
goes is *wrong* when the page without it holds its words fewer times than page and gold text both do, and right
otherwise: an *extra* copy of something that the gold text holds less often, or *no content*, which it does not hold at
all. Words are compared as the rules compare them, and counted in the joined text, so that other splits do not matter.
A paragraph the gold text does not hold word for word, though seven tenths of its tokens are there, is *unclear*.

`--shortest` lets lone paragraphs and runs go from fewer tokens than the rules ask for, and `--threshold` near ones from
less similarity, so that the tables show what lies below. What guards have spared is sorted as if it had gone.
`--score` cleans the sets with `--select DUP` and prints what `score_web.py` says.

Sites are halved by a digest of their names, as in `benchmarks.banners`: what holds in one half
only is no ground for a rule. A half says nothing of sites that were not seen once both have been looked at.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from unittest.mock import patch

from benchmarks.banners import BOILERPLATE_LABEL, CONTENT_LABEL, HALVES, SETS, WEB, half_of
from benchmarks.measuring import CHECKOUT
from benchmarks.quality import scorer
from dedupe import repeats, settling
from dedupe.api import TextSource, read_given_text
from dedupe.fingerprinting import KeyTable
from dedupe.model import Skipped
from dedupe.normalizing import comparison_key
from dedupe.outlining import outline
from dedupe.settings import RULES, Settings
from dedupe.settling import Outlined, TextReader, settled_repeats

PROSE_TOKENS = 25
SENTENCE_TOKENS = 9
"""A paragraph is prose when it has so many tokens, or ends as a sentence does and has so many."""
NEIGHBOURS = 3
"""Paragraphs on each side of a copy that tell whether it stands among content."""
KINDS = ("extra", "no content", "unclear", "wrong")
DUP_ALONE = frozenset(rule.code for rule in RULES if rule.code.startswith("DUP"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A paragraph that goes, or that a guard has spared.

    `guard` is what spared it, `""` if it goes. `paragraphs`, `run_tokens`, `longest` and `prose` are those of the
    run it goes with: how many paragraphs and tokens, the tokens of the longest paragraph, the share of tokens in
    prose. `copies` is how often its words stand in the page. `home` and `home_of_copy` are the mean labels of what
    stands around it and around the copy that stays, `prose_near` and `prose_near_copy` how many paragraphs of prose
    that stand once in the page are there.
    """

    set: str
    half: str
    page: str
    text: str
    rule: str
    kind: str
    tokens: int
    score: float = 1.0
    guard: str = ""
    paragraphs: int = 1
    run_tokens: int = 0
    longest: int = 0
    prose: float = 0.0
    copies: int = 0
    home: float = 0.0
    home_of_copy: float = 0.0
    prose_near: int = 0
    prose_near_copy: int = 0


def joined(keys: Iterable[str]) -> str:
    """Return keys as one text of tokens that each have a space before and behind."""
    return f" {' '.join(key for key in keys if key).replace(' ', '  ')} "


def times(key: str, text: str) -> int:
    """Return how often the tokens of `key` stand in a joined text."""
    return text.count(joined([key]))


class Page:
    """A labelled page, searched for repeats."""

    def __init__(self, folder: Path, site: str, name: str, settings: Settings) -> None:
        self.set, self.name, self.half = folder.name, name, half_of(site)
        text = (folder / "pages" / site / name).read_text(encoding="utf-8", errors="replace")
        gold = (folder / "gold" / name).read_text(encoding="utf-8", errors="replace")
        labels = [float(label) for label in (folder / "labels" / name).read_text().split()]
        source = TextSource(name, site, text)
        found = outline(source, settings=settings, read=read_given_text)
        if isinstance(found, Skipped):
            raise SystemExit(f"{folder.name}/{name}: {found.reason}")
        table = KeyTable()
        document = Outlined(source, found, tuple(map(table.number_of, found.keys)))
        everything = range(len(found.keys))
        self.found = settled_repeats(document, table, everything, settings, TextReader(document))
        self.keys, self._traits = found.keys, found.traits
        # Lines of the page and paragraphs differ where lines are joined: a paragraph has its first line's label.
        self._labels = [labels[paragraph.first_line - 1] for paragraph in found.segmentation.paragraphs]
        self._gold = joined([comparison_key(line) for line in gold.split("\n")])
        self._page = joined(self.keys)
        self._times = Counter(self.keys)
        self._left = joined(key for number, key in enumerate(self.keys) if number not in self.found.dropped)

    def taken(self) -> Iterator[Taken]:
        """Yield what goes, run by run, and what guards have spared."""
        wrong = self._wrong()
        for run in self._runs():
            tokens = {number: self._tokens(number) for number in run}
            total = sum(tokens.values())
            prose = sum(size for number, size in tokens.items() if self._is_prose(number)) / max(1, total)
            for number in run:
                dropped = self.found.dropped[number]
                yield self._record(
                    number,
                    rule=dropped.rule,
                    kind="wrong" if number in wrong else self._kind(number),
                    score=dropped.score,
                    paragraphs=len(run),
                    run_tokens=total,
                    longest=max(tokens.values()),
                    prose=prose,
                    home_of_copy=self._home(dropped.survivors[0]),
                    prose_near_copy=self._prose_near(dropped.survivors[0]),
                )
        for number, guard in self.found.spared.items():
            kind = "wrong" if self._lacks(number, gone=1) else self._kind(number)
            yield self._record(number, rule="", kind=kind, guard=guard.split(" '")[0])

    def _record(self, number: int, *, rule: str, kind: str, score: float = 1.0, **others: object) -> Taken:
        key = self.keys[number]
        return Taken(
            self.set,
            self.half,
            self.name,
            key,
            rule,
            kind,
            self._tokens(number),
            score,
            copies=times(key, self._page),
            home=self._home(number),
            prose_near=self._prose_near(number),
            **others,  # type: ignore[arg-type]
        )

    def _runs(self) -> Iterator[list[int]]:
        """Yield the numbers of what goes, those of one run together."""
        going = sorted(self.found.dropped)
        position = 0
        while position < len(going):
            dropped = self.found.dropped[going[position]]
            size = int(dict(dropped.evidence)["run paragraphs"]) if dropped.rule == "DUP101" else 1
            yield going[position : position + size]
            position += size

    def _lacks(self, number: int, gone: int = 0) -> int:
        """Return how many copies that page and gold text both hold are missing in what is left, less `gone` more."""
        key = self.keys[number]
        both = min(times(key, self._gold), times(key, self._page))
        return max(0, both - (times(key, self._left) - gone))

    def _wrong(self) -> set[int]:
        """Return the paragraphs that should not go; of equal ones those among content first."""
        copies: defaultdict[str, list[int]] = defaultdict(list)
        for number in self.found.dropped:
            copies[self.keys[number]].append(number)
        wrong: set[int] = set()
        for numbers in copies.values():
            numbers.sort(key=self._home, reverse=True)
            wrong.update(numbers[: self._lacks(numbers[0])])
        return wrong

    def _kind(self, number: int) -> str:
        if times(self.keys[number], self._gold):
            return "extra"
        return "unclear" if self._labels[number] >= CONTENT_LABEL else "no content"

    def _tokens(self, number: int) -> int:
        return self.keys[number].count(" ") + 1

    def _is_prose(self, number: int) -> bool:
        tokens = self._tokens(number)
        return tokens >= PROSE_TOKENS or (tokens >= SENTENCE_TOKENS and self._traits[number].ends_sentence)

    def _home(self, number: int) -> float:
        around = [self._labels[place] for place in self._around(number)]
        return sum(around) / max(1, len(around))

    def _prose_near(self, number: int) -> int:
        return sum(
            self._times[self.keys[place]] == 1 and self._is_prose(place) for place in self._around(number)
        )

    def _around(self, number: int) -> Iterator[int]:
        last = min(len(self.keys), number + NEIGHBOURS + 1)
        return (place for place in range(max(0, number - NEIGHBOURS), last) if place != number)


def pages(names: Sequence[str], settings: Settings) -> Iterator[Page]:
    """Yield the scored pages of some sets, searched."""
    for name in names:
        for entry in map(json.loads, (WEB / name / "manifest.jsonl").read_text("utf-8").splitlines()):
            if entry["score"]:
                yield Page(WEB / name, entry["site"], f"{entry['id']}.txt", settings)


def bucket(value: float, bounds: Sequence[float]) -> str:
    """Return the name of the range between two bounds in which a value lies; it sorts as numbers do."""
    below = [bound for bound in bounds if bound <= value]
    above = [bound for bound in bounds if bound > value]
    lower = f"{below[-1]:g}" if below else "0"
    return f"{lower} to {above[0]:g}" if above else f"{lower} or more"


TOKEN_BOUNDS = (4, 6, 8, 10, 12, 15, 20, 25, 40, 60, 100)
VIEWS: dict[str, tuple[Callable[[Taken], bool], Callable[[Taken], str]]] = {
    "rules": (lambda taken: not taken.guard, lambda taken: taken.rule),
    "rules and sets": (lambda taken: not taken.guard, lambda taken: f"{taken.rule} {taken.set}"),
    "guards, as if what they spared had gone": (lambda taken: bool(taken.guard), lambda taken: taken.guard),
    "DUP101, lone paragraphs, by tokens": (
        lambda taken: taken.rule == "DUP101" and taken.paragraphs == 1,
        lambda taken: bucket(taken.longest, TOKEN_BOUNDS),
    ),
    "DUP101, lone paragraphs, by copies in the page": (
        lambda taken: taken.rule == "DUP101" and taken.paragraphs == 1,
        lambda taken: bucket(taken.copies, (2, 3, 4, 6, 10)),
    ),
    "DUP101, runs, by tokens of the longest paragraph": (
        lambda taken: taken.rule == "DUP101" and taken.paragraphs > 1,
        lambda taken: bucket(taken.longest, TOKEN_BOUNDS),
    ),
    "DUP101, runs, by paragraphs": (
        lambda taken: taken.rule == "DUP101" and taken.paragraphs > 1,
        lambda taken: bucket(taken.paragraphs, (2, 3, 5, 10, 20)),
    ),
    "DUP101, runs, by tokens": (
        lambda taken: taken.rule == "DUP101" and taken.paragraphs > 1,
        lambda taken: bucket(taken.run_tokens, (20, 40, 60, 100, 200, 400)),
    ),
    "DUP101, runs, by share of prose": (
        lambda taken: taken.rule == "DUP101" and taken.paragraphs > 1,
        lambda taken: bucket(taken.prose, (0.25, 0.5, 0.75, 1)),
    ),
    "DUP102, by similarity": (
        lambda taken: taken.rule == "DUP102",
        lambda taken: bucket(taken.score, (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1)),
    ),
    "DUP102, by tokens": (
        lambda taken: taken.rule == "DUP102",
        lambda taken: bucket(taken.tokens, TOKEN_BOUNDS),
    ),
    "DUP103, by tokens": (
        lambda taken: taken.rule == "DUP103",
        lambda taken: bucket(taken.tokens, TOKEN_BOUNDS),
    ),
    "DUP103, by share contained": (
        lambda taken: taken.rule == "DUP103",
        lambda taken: bucket(taken.score, (0.8, 0.85, 0.9, 0.95, 1)),
    ),
    "extra copies, by what stands around the copy that goes and the copy that stays": (
        lambda taken: taken.kind == "extra" and not taken.guard,
        lambda taken: f"goes from {_surroundings(taken.home)}, stays in {_surroundings(taken.home_of_copy)}",
    ),
    "extra copies, by which has more content around it, and which more prose": (
        lambda taken: taken.kind == "extra" and taken.rule == "DUP101",
        lambda taken: (
            f"content: {_side(taken.home - taken.home_of_copy, 0.2)}, "
            f"prose: {_side(taken.prose_near - taken.prose_near_copy)}"
        ),
    ),
}


def _surroundings(label: float) -> str:
    if label <= BOILERPLATE_LABEL:
        return "boilerplate"
    return "content" if label >= CONTENT_LABEL else "both"


def _side(difference: float, at_least: float = 0) -> str:
    if abs(difference) <= at_least:
        return "alike"
    return "the later" if difference > 0 else "the earlier"


def _order(name: str) -> tuple[float, str]:
    first = name.split(" ")[0]
    return (float(first), "") if first.replace(".", "").isdigit() else (0, name)


def table(title: str, name_of: Callable[[Taken], str], taken: Sequence[Taken]) -> Iterator[str]:
    """Yield the lines of a table in Markdown: paragraphs by kind, tokens, and the share of tokens that are right."""
    columns = (*KINDS, "tokens", "right", *HALVES)
    yield f"\n**{title}**\n"
    yield f"| | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for name, group in groupby(sorted(taken, key=lambda each: _order(name_of(each))), name_of):
        rows = list(group)
        kinds = Counter(each.kind for each in rows)
        shares = [right(rows), *(right([each for each in rows if each.half == half]) for half in HALVES)]
        counts = [*(str(kinds[kind]) for kind in KINDS), f"{sum(each.tokens for each in rows):,}"]
        yield f"| {name} | {' | '.join((*counts, *shares))} |"


def right(taken: Sequence[Taken]) -> str:
    """Return the share of tokens that are rightly taken, `-` where there is none."""
    tokens = sum(each.tokens for each in taken)
    wrong = sum(each.tokens for each in taken if each.kind == "wrong")
    return f"{1 - wrong / tokens:.3f}" if tokens else "-"


def score(names: Sequence[str]) -> Iterator[str]:
    """Yield a table of what `score_web.py` says of the sets cleaned by the DUP rules alone."""
    score_web = scorer()
    yield "| set | content kept | repeats removed | boilerplate removed | token F1 | harmed pages |"
    yield "|---|---|---|---|---|---|"
    for name in names:
        with tempfile.TemporaryDirectory() as scratch:
            command = [sys.executable, "-m", "dedupe", "clean", str(WEB / name / "pages"), "-o", scratch]
            command += ["--quiet", "--isolated", "--select", "DUP", "--ignore", "BPL,XDP,DOC"]
            subprocess.run(command, check=True, cwd=CHECKOUT)
            figures, _ = score_web.score_set(WEB / name, Path(scratch))
        yield (
            f"| {name} | {figures['content_kept']:.4f} | {figures['repeats_removed']:.3f} "
            f"| {figures['boilerplate_removed']:.3f} | {figures['f1']:.4f} "
            f"| {figures['harmed_pages']} of {figures['pages']} |"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 2 where the labelled pages are not beside the checkout."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.repeats",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", choices=SETS, action="append", help="measure this set; repeatable")
    parser.add_argument(
        "--shortest", type=int, default=repeats.MIN_RUN_TOKENS, metavar="N", help="tokens of a long paragraph"
    )
    parser.add_argument(
        "--threshold", type=float, default=Settings().threshold, metavar="X", help="similarity of near ones"
    )
    parser.add_argument("--score", action="store_true", help="clean by the command and score")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list so many wrong ones")
    options = parser.parse_args(arguments)
    if not WEB.is_dir():
        sys.stderr.write(f"{WEB}: not there; nothing to measure\n")
        return 2
    names = options.only or SETS
    if options.score:
        sys.stdout.writelines(f"{line}\n" for line in score(names))
        return 0
    settings = Settings(strip=DUP_ALONE, threshold=options.threshold)
    with (
        patch.object(repeats, "MIN_RUN_TOKENS", options.shortest),
        patch.object(settling, "MIN_RUN_TOKENS", options.shortest),
    ):
        taken = [each for page in pages(names, settings) for each in page.taken()]
    for title, (belongs, name_of) in VIEWS.items():
        sys.stdout.writelines(f"{line}\n" for line in table(title, name_of, list(filter(belongs, taken))))
    wrong = [each for each in taken if each.kind == "wrong" and not each.guard]
    for each in sorted(wrong, key=lambda each: -each.tokens)[: options.worst]:
        sys.stdout.write(f"  {each.tokens:>4} {each.rule} {each.set}/{each.page}: {each.text[:90]!r}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
