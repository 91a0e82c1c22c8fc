"""The rule table and the settings that alter a result.

A rule is written down once, here: help, documentation, plan and reports take code, name and sentence from
`RULES`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from dedupe.errors import UsageError
from dedupe.learned import Profile

SegmentationChoice = Literal["auto", "line", "blank-line"]
GroupBy = Literal["auto", "site", "folder", "corpus", "none"]
Keep = Literal["first", "longest", "last"]
BoilerplateChoice = Literal["careful", "balanced", "thorough"]
FormatChoice = Literal["auto", "text", "jsonl", "csv", "tsv", "parquet", "arrow", "html", "warc"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for which a paragraph goes or is reported.

    `sentence` completes "a paragraph goes because …". `stripped` is True when the rule removes by default;
    otherwise what it finds is reported.
    """

    code: str
    name: str
    sentence: str
    stripped: bool


RULES: tuple[Rule, ...] = (
    Rule(
        "DUP101",
        "exact repeat",
        "it belongs to a run of paragraphs that stands, in the same order, earlier in this document",
        stripped=True,
    ),
    Rule(
        "DUP102",
        "near repeat",
        "it is nearly the same as a kept paragraph of this document, and the words that differ are harmless",
        stripped=True,
    ),
    Rule(
        "DUP103",
        "contained repeat",
        "nearly all of it stands in kept text of this document, split differently",
        stripped=True,
    ),
    Rule(
        "BPL201",
        "site boilerplate",
        "it stands in many documents of its group or of a profile, or as chrome stands in a scraped page",
        stripped=True,
    ),
    Rule("BPL202", "known boilerplate", "it matches the shipped patterns", stripped=True),
    Rule(
        "BPL203",
        "page debris",
        "it is a colour code, mojibake remains or a stray number beside removed paragraphs",
        stripped=True,
    ),
    Rule("XDP301", "shared paragraph, exact", "it stands in another document too", stripped=False),
    Rule(
        "XDP302",
        "shared paragraph, near",
        "nearly the same paragraph stands in another document",
        stripped=False,
    ),
    Rule("DOC401", "duplicate document, exact", "the whole document is a copy of another", stripped=False),
    Rule(
        "DOC402",
        "duplicate document, near",
        "the whole document is nearly the same as another, or nearly all of it stands there",
        stripped=False,
    ),
)
RULE_BY_CODE = {rule.code: rule for rule in RULES}
DEFAULT_SELECT = ("DUP", "BPL")


def select_rules(
    select: tuple[str, ...], extend: tuple[str, ...], ignore: tuple[str, ...]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the codes that strip and the codes that are ignored.

    A selector is `ALL`, a code or its beginning (`DUP`, `DUP1`, `DUP101`). For each rule the longest selector
    that fits decides; between equally long ones `ignore` wins. What is neither stripped nor ignored is reported.

    Raises UsageError for a selector that fits no rule.
    """
    for selector in (*select, *extend, *ignore):
        if not selector or (selector != "ALL" and not any(rule.code.startswith(selector) for rule in RULES)):
            known = ", ".join(rule.code for rule in RULES)
            raise UsageError(f"no rule has the code {selector!r}; the rules are {known}, or ALL")

    def best(selectors: tuple[str, ...], code: str) -> int:
        lengths = [0 if s == "ALL" else len(s) for s in selectors if s == "ALL" or code.startswith(s)]
        return max(lengths, default=-1)

    stripped, ignored = set(), set()
    for rule in RULES:
        chosen, barred = best((*select, *extend), rule.code), best(ignore, rule.code)
        if barred >= 0 and barred >= chosen:
            ignored.add(rule.code)
        elif chosen >= 0:
            stripped.add(rule.code)
    return frozenset(stripped), frozenset(ignored)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large what is read may be; what exceeds it is listed and left alone. None is no limit.

    `document` is the most bytes of a document's text, `line` of a line of a text or of JSON lines, `expansion` how many
    times as large as what is compressed its content may be. `seconds` is how long reading a page of HTML may take.
    """

    document: int | None = None
    line: int | None = None
    expansion: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What alters the result, and nothing else.

    `strip` and `ignore` hold rule codes (see `select_rules`). `threshold` is the Jaccard similarity of token
    shingles, above 0 and at most 1, from which paragraphs and documents count as near. `encoding` is `auto` or the
    codec every document is read with. `keep` says which of several documents that are copies stays: the first or the
    last in byte order of names, or the one with the most tokens; inside a document it is always the first copy.
    `boilerplate` says how much has to speak for a line before it goes as site boilerplate.
    `exempt` are comparison keys (see `dedupe.keeping`): no paragraph rule takes or reports a paragraph that has one.
    `profiles` tell of sites: for each page, or group of pages, the one that fits best counts.
    `format` is `auto` or what every file is; the other three are the names of the fields of a record: its text, what it
    calls itself, and the URL whose host is its group.

    Raises UsageError for values outside their range.
    """

    strip: frozenset[str] = frozenset(rule.code for rule in RULES if rule.stripped)
    ignore: frozenset[str] = frozenset()
    paragraphs: SegmentationChoice = "auto"
    threshold: float = 0.8
    group_by: GroupBy = "auto"
    keep: Keep = "first"
    encoding: str = "auto"
    boilerplate: BoilerplateChoice = "careful"
    exempt: frozenset[str] = frozenset()
    profiles: tuple[Profile, ...] = ()
    format: FormatChoice = "auto"
    text_field: str = "text"
    id_field: str = "id"
    url_field: str = "url"

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise UsageError(
                f"threshold {self.threshold} is out of range; give a number above 0 and at most 1"
            )
        unknown = sorted((self.strip | self.ignore) - RULE_BY_CODE.keys())
        if unknown:
            raise UsageError(f"no rule has the code {unknown[0]!r}; the rules are {', '.join(RULE_BY_CODE)}")
        for name in (self.text_field, self.id_field, self.url_field):
            if not name.isascii() and any("\ud800" <= each <= "\udfff" for each in name):
                raise UsageError(f"the name of a field, {name!a}, is not UTF-8; no field has it")

    def strips(self, code: str) -> bool:
        """Return whether the rule removes what it finds."""
        return code in self.strip and code not in self.ignore

    def detects(self, code: str) -> bool:
        """Return whether the rule is looked for at all, to strip or to report."""
        return code not in self.ignore

    def as_data(self) -> dict[str, object]:
        """Return the settings as JSON values, sets sorted; `exempt` and `profiles` only where there are any.

        A profile stands there as the digest of all that it says.
        """
        data: dict[str, object] = {each.name: getattr(self, each.name) for each in fields(self)}
        if not self.exempt:
            del data["exempt"]
        del data["profiles"]
        if self.profiles:
            data["profiles"] = sorted(profile.digest for profile in self.profiles)
        return {key: sorted(value) if isinstance(value, frozenset) else value for key, value in data.items()}

    def identity(self) -> str:
        """Return a digest, 16 hexadecimal digits, that differs when any setting does."""
        import hashlib
        import json

        canonical = json.dumps(self.as_data(), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()
