"""Profiles as files: what was learned of sites, one entry a line, for people and `git merge` to work on.

A profile is UTF-8 text, JSON lines. The first is `{"dedupe profile": 1}`. Then, sorted:

- `{"keep": TEXT}`: a paragraph that no rule for paragraphs takes;
- `{"site": NAME, "pages": N}`: how many pages of a site were looked at;
- `{"site": NAME, "pages": N, "line": TEXT, "first": N, "last": N, "next": {TEXT: N}}`: how many of them hold a line,
  how many begin or end with it, and which lines follow it on how many; what is 0 is left out.

TEXT is a line as it stands on a page. Two entries for one line, as a merge may leave them, are one with the larger
numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from dedupe.boilerplate.line_names import line_name
from dedupe.errors import UsageError
from dedupe.learned import EDGE_OF_PAGE, LearnedSite, Profile
from dedupe.lines import split_lines
from dedupe.normalizing import comparison_key

HEADER = "dedupe profile"
VERSION = 1
"""Raised when a reader of the older version would misunderstand a profile.

1: the first.
"""
MAX_PAGES = 10**9
MIN_FITTING_LINES = 3
"""A site fits pages that hold at least so many of its lines."""
_LEARN_AGAIN = "mend the line, or learn the profile again"


def is_profile(text: str) -> bool:
    """Return whether a text claims to be a profile, of whatever version."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    return first.startswith("{") and f'"{HEADER}"' in first


def parse_profile(text: str, name: str) -> Profile:
    """Return what a profile says; `name` is what messages call it.

    Raises UsageError for what is no profile, has a newer version or is damaged, with the line and what to do.
    """
    lines = split_lines(text.removeprefix("\ufeff"))
    if not is_profile(lines[0]):
        raise UsageError(f"{name}: not a profile; make one with dedupe learn PATH -o FILE")
    reading = _Reading()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                reading.take(line)
            except _NewerError as error:
                raise UsageError(f"{name}: {error}; update dedupe, or learn the profile again") from None
            except ValueError as error:
                raise UsageError(f"{name}: line {number}: {error}; {_LEARN_AGAIN}") from None
    return reading.profile()


class _NewerError(Exception):
    pass


class _Site:
    """A site while its entries come in."""

    def __init__(self) -> None:
        self.pages = 0
        self.lines: dict[str, int] = {}
        self.pairs: dict[tuple[str, str], int] = {}
        self.examples: dict[str, str] = {}

    def see(self, line: str, pages: int, example: str) -> None:
        self.lines[line] = max(pages, self.lines.get(line, 0))
        self.examples[line] = min(example, self.examples.get(line, example))

    def see_pair(self, pair: tuple[str, str], pages: int) -> None:
        self.pairs[pair] = max(pages, self.pairs.get(pair, 0))

    def learned(self, name: str) -> LearnedSite:
        # Whoever edits a count, or merges two files, need not count pages again.
        pages = max(self.pages, *self.lines.values(), 1) if self.lines else max(self.pages, 1)
        told = {EDGE_OF_PAGE, *self.lines}
        pairs = {pair: count for pair, count in self.pairs.items() if told.issuperset(pair)}
        return LearnedSite(name, pages, self.lines, pairs, self.examples)


class _Reading:
    """A profile while it is being read."""

    def __init__(self) -> None:
        self._sites: dict[str, _Site] = {}
        self._keep: set[str] = set()

    def take(self, line: str) -> None:
        """Take in one line; ValueError says what is wrong with it."""
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            merge = " (a conflict of a merge?)" if line.startswith(("<<<<", "====", ">>>>", "||||")) else ""
            raise ValueError(f"is not JSON{merge}") from None
        if not isinstance(entry, dict):
            raise ValueError("is no object of JSON")  # noqa: TRY004 - what is wrong with the line
        if HEADER in entry:
            version = _count(entry, HEADER)
            if version > VERSION:
                raise _NewerError(f"the profile has version {version} and this dedupe reads {VERSION}")
        elif "keep" in entry:
            text = _text(entry, "keep")
            if not comparison_key(text):
                raise ValueError(f"{text!r} holds no word to compare")
            self._keep.add(text)
        else:
            self._take_site(entry)

    def _take_site(self, entry: dict[str, Any]) -> None:
        site = self._sites.setdefault(_text(entry, "site"), _Site())
        pages = _count(entry, "pages")
        if "line" not in entry:
            site.pages = max(pages, site.pages)
            return
        example = _text(entry, "line")
        line = _named(example)
        site.see(line, pages, example)
        for side, pair in (("first", (EDGE_OF_PAGE, line)), ("last", (line, EDGE_OF_PAGE))):
            if side in entry:
                site.see_pair(pair, _count(entry, side))
        following = entry.get("next", {})
        if not isinstance(following, dict):
            raise ValueError("'next' is no object of JSON")  # noqa: TRY004 - what is wrong with the line
        for text in following:
            site.see_pair((line, _named(text)), _count(following, text))

    def profile(self) -> Profile:
        """Return what was read."""
        sites = [site.learned(name) for name, site in sorted(self._sites.items())]
        return profile_of(sites, self._keep)


def _named(text: str) -> str:
    key = comparison_key(text)
    if not key:
        raise ValueError(f"{text!r} holds no word to compare")
    return line_name(key)


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str):
        fault = "missing" if name not in entry else "not a text"
        raise ValueError(f"{name!r} is {fault}")  # noqa: TRY004 - what is wrong with the line
    return value


def _count(entry: dict[str, Any], name: str) -> int:
    value = entry.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_PAGES:
        raise ValueError(f"{name!r} is {'missing' if name not in entry else 'not a number of pages'}")
    return value


def profile_of(sites: Iterable[LearnedSite], keep: Iterable[str]) -> Profile:
    """Return the profile that says this."""
    ordered, kept = tuple(sorted(sites, key=lambda site: site.name)), tuple(sorted(set(keep)))
    said = "\n".join(_entries(ordered, kept))
    return Profile(hashlib.blake2b(said.encode(), digest_size=16).hexdigest(), ordered, kept)


def merge_profiles(profiles: Sequence[Profile]) -> Profile:
    """Return what several profiles say together: the pages of a site add up, and so do the counts of its lines."""
    by_name: dict[str, list[LearnedSite]] = {}
    for profile in profiles:
        for site in profile.sites:
            by_name.setdefault(site.name, []).append(site)
    sites = [_added(name, parts) for name, parts in by_name.items()]
    return profile_of(sites, (text for profile in profiles for text in profile.keep))


def _added(name: str, parts: Sequence[LearnedSite]) -> LearnedSite:
    lines: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    examples: dict[str, str] = {}
    for part in parts:
        lines.update(part.lines)
        pairs.update(part.pairs)
        for line, example in part.examples.items():
            examples[line] = min(example, examples.get(line, example))
    return LearnedSite(name, sum(part.pages for part in parts), lines, pairs, examples)


def format_profile(profile: Profile) -> str:
    """Return a profile as the text of its file; equal profiles give equal texts."""
    return "".join(
        f"{line}\n" for line in (_spelled({HEADER: VERSION}), *_entries(profile.sites, profile.keep))
    )


def _entries(sites: Sequence[LearnedSite], keep: Sequence[str]) -> Iterator[str]:
    for text in keep:
        yield _spelled({"keep": text})
    for site in sites:
        yield _spelled({"site": site.name, "pages": site.pages})
        following: dict[str, dict[str, int]] = {}
        for (line, behind), pages in site.pairs.items():
            if line in site.lines and behind in site.lines:
                following.setdefault(line, {})[site.examples[behind]] = pages
        for line in sorted(site.lines):
            entry: dict[str, Any] = {
                "site": site.name,
                "pages": site.lines[line],
                "line": site.examples[line],
            }
            for side, pair in (("first", (EDGE_OF_PAGE, line)), ("last", (line, EDGE_OF_PAGE))):
                if pair in site.pairs:
                    entry[side] = site.pairs[pair]
            if line in following:
                entry["next"] = dict(sorted(following[line].items()))
            yield _spelled(entry)


def _spelled(entry: dict[str, Any]) -> str:
    spelled = json.dumps(entry, ensure_ascii=False)
    try:
        spelled.encode()
    except UnicodeEncodeError:  # bytes that were no text
        return json.dumps(entry)
    # These are inside a line here and end one for others.
    return spelled.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def fitting_site(profiles: Iterable[Profile], lines: AbstractSet[str], *, pages: int) -> LearnedSite | None:
    """Return the site that so many pages with these lines, by their names, are of; None when no site fits.

    It is the one of which they hold most lines of several pages; of equal ones that with more pages, then the first by
    name. What it tells is what counts for them.
    """
    best, best_rank = None, (MIN_FITTING_LINES, 0)
    for profile in profiles:
        for site in profile.sites:
            rank = (sum(site.lines.get(line, 0) > 1 for line in lines), site.pages)
            if rank > best_rank:
                best, best_rank = site, rank
    return best.for_pages(lines, pages=pages) if best is not None else None
