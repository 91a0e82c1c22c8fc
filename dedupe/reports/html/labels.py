"""How rules, names, lines and text from outside are shown: visibly, and escaped later, by the template."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dedupe.reports.evidence import value_text
from dedupe.reports.sanitizing import visible
from dedupe.settings import RULE_BY_CODE

if TYPE_CHECKING:
    from dedupe.model import Evidence

NAME_CHARACTERS = 90
"""So much of a name is shown in lists; the whole name heads its article."""
EVIDENCE_CHARACTERS = 240

_SIGNS = {
    "DUP101": "=",
    "DUP102": "≈",
    "DUP103": "⊂",
    "BPL201": "§",
    "BPL202": "¶",
    "BPL203": "×",
    "XDP301": "↔",
    "XDP302": "~",
    "DOC401": "≡",
    "DOC402": "≅",
}
"""A sign for each rule, so that none is told by its colour alone."""


@dataclass(frozen=True, slots=True)
class RuleLabel:
    """A rule as it is shown; `key` and `family` are safe as values of attributes, whatever the plan says."""

    code: str
    name: str
    sentence: str
    sign: str
    key: str
    family: str

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(code: str) -> RuleLabel:
        """Return the label of a rule; one that is not known may be of a newer dedupe, or anything."""
        rule = RULE_BY_CODE.get(code)
        if rule is None:
            return RuleLabel(short_name(code), "", "", "?", "other", "other")
        return RuleLabel(code, rule.name, rule.sentence, _SIGNS[code], code, code[:3].lower())


def lines_text(first: int, last: int) -> str:
    """Return a range of lines as people write it."""
    return f"line {first:,}" if first == last else f"lines {first:,}–{last:,}"


def short_name(name: str, most: int = NAME_CHARACTERS) -> str:
    """Return a name on one line, the middle of a long one left out."""
    shown = visible(name)
    if len(shown) <= most:
        return shown
    half = (most - 1) // 2
    return f"{shown[:half]}…{shown[-half:]}"


def evidence_text(evidence: Evidence) -> str:
    """Return evidence in a line."""
    shown = ", ".join(
        f"{name} “{value}”" if isinstance(value, str) else f"{name} {value_text(value)}"
        for name, value in evidence
    )
    return short_name(shown, EVIDENCE_CHARACTERS)


def shown_lines(text: str) -> str:
    """Return text with its lines; every other character that could act, hide or reorder is shown as its escape."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(visible(line.expandtabs()) for line in lines)


def percent(share: float) -> str:
    """Return a share as people write it: never `0 %` for something, nor `100 %` for less than all."""
    if 0 < share < 0.1:
        return "under 0.1\u00a0%"
    if 99.9 < share < 100:
        return "over 99.9\u00a0%"
    return f"{share:.0f}\u00a0%" if share in (0, 100) else f"{share:.1f}\u00a0%"
