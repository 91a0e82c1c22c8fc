"""Boilerplate of one document on columns: the rules and the guard of `dedupe.deciding.find_boilerplate`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.boilerplate.debris import debris_shape, find_debris
from dedupe.corpus.fates import RULE_NUMBERS
from dedupe.deciding import MIN_ARTICLE_TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe.corpus.arrays import U8, U32, Mask
    from dedupe.settings import Settings

NOTHING_LEFT = "nothing would be left of the article"


@dataclass(frozen=True, slots=True)
class Taken:
    """What the BPL rules do to what is left of a document, an entry a paragraph: numbers of rules, 0 for none."""

    going: U8
    reported: U8
    spared: str = ""


def find_boilerplate(
    *,
    tokens: U32,
    is_known: Mask,
    is_site: Mask,
    settings: Settings,
    text_of: Callable[[int], str],
) -> Taken:
    """Return which of the paragraphs that are left of a document are boilerplate.

    `is_known` and `is_site` tell what BPL202 and BPL201 would take; `text_of` gives the text of one of the paragraphs,
    by its place among them.
    """
    found, stripped = found_by_rules(is_known, is_site, settings)
    if settings.detects("BPL203") and stripped.any():
        for place in _debris(stripped, text_of):
            if settings.strips("BPL203"):
                found[place], stripped[place] = RULE_NUMBERS["BPL203"], True
            elif not found[place]:
                found[place] = RULE_NUMBERS["BPL203"]
    going, reported = np.where(stripped, found, 0), np.where(stripped, 0, found)
    if stripped.any() and _leaves_no_article(tokens, going):
        return Taken(np.zeros_like(going), reported, NOTHING_LEFT)
    return Taken(going, reported)


def found_by_rules(is_known: Mask, is_site: Mask, settings: Settings) -> tuple[U8, Mask]:
    """Return the number of the rule that finds each paragraph, 0 for none, and whether that rule strips it."""
    found = np.zeros(len(is_known), dtype=np.uint8)
    masks = (("BPL202", is_known), ("BPL201", is_site))
    # Of two rules that find a paragraph the first one that strips it has it, else the first.
    for strips in (False, True):
        for code, mask in reversed(masks):
            if settings.detects(code) and settings.strips(code) == strips:
                found[mask] = RULE_NUMBERS[code]
    stripped = np.zeros(len(found), dtype=np.bool_)
    for code, _ in masks:
        if settings.strips(code):
            stripped |= found == RULE_NUMBERS[code]
    return found, stripped


def _debris(gone: Mask, text_of: Callable[[int], str]) -> list[int]:
    """Return the debris beside what is gone.

    Debris goes only in a block that touches something gone, so blocks are looked at from there, each with what stands
    on its two sides.
    """
    found: list[int] = []
    looked_at: set[int] = set()
    shapes: dict[int, str] = {}

    def shape(place: int) -> str:
        if place not in shapes:
            shapes[place] = debris_shape(text_of(place))
        return shapes[place]

    def is_debris(place: int) -> bool:
        return 0 <= place < len(gone) and not gone[place] and bool(shape(place))

    edges = np.flatnonzero(gone)
    for place in sorted({*(edges - 1).tolist(), *(edges + 1).tolist()}):
        if place in looked_at or not is_debris(place):
            continue
        first = last = place
        while is_debris(first - 1):
            first -= 1
        while is_debris(last + 1):
            last += 1
        looked_at.update(range(first, last + 1))
        window = range(max(first - 1, 0), min(last + 2, len(gone)))
        names = [shape(each) if first <= each <= last else "" for each in window]
        found += [window[each] for each in find_debris(names, [bool(gone[each]) for each in window])]
    return found


def _leaves_no_article(tokens: U32, going: U8) -> bool:
    """Return whether what would stay is no article, while what would go may be one; see `dedupe.deciding`."""
    stays = going == 0
    if bool((stays & (tokens >= MIN_ARTICLE_TOKENS)).any()):
        return False
    if not bool((stays & (tokens > 0)).any()):
        return bool((going == RULE_NUMBERS["BPL201"]).any())
    return bool(((tokens >= MIN_ARTICLE_TOKENS) & ~stays & (going != RULE_NUMBERS["BPL202"])).any())
