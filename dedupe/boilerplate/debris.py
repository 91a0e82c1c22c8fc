"""Page debris (BPL203): what a scraper picks up around banners, known by its shape and by where it stands.

A shape alone removes nothing. A number alone on its line may be a score or a table's cell, and a mark may be
Markdown; debris goes only where what stands beside it went.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

DebrisShape = Literal["", "colour code", "mojibake", "number", "punctuation"]

MAX_CHARACTERS = 40
_HEX_COLOUR = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
# Written with digits only it may also count something (#42, #100): a colour then repeats itself.
_GREY = re.compile(r"#(?:([0-9])\1{2,3}|([0-9]{2})\2\2|([0-9])\3([0-9])\4([0-9])\5)")
_FUNCTION_COLOUR = re.compile(r"(?:rgb|hsl)a?\([0-9.,%/ ]+\)", re.IGNORECASE)
# A lead byte of UTF-8 read as a Latin letter, then what bytes that follow become in Latin-1 or cp1252. Of the
# lead bytes only Â and Ã are remains when they stand alone; the others are letters of some alphabet.
_FOLLOWING = (
    "[\u00c2\u00c3\u00c5\u00cb\u00e2\u00ef\u00f0\ufffd\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192"
    "\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122\\s]"
)
_MOJIBAKE = re.compile(f"[\u00c2\u00c3\ufffd]{_FOLLOWING}*|[\u00e2\u00ef\u00f0]{_FOLLOWING}+")
_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
# Not here, because it may mean something alone on a line: brackets and `;` (code), dashes, stars, `…` and `%` (scene
# breaks, empty cells, ratings, omissions), and whatever Markdown uses. One pipe is a separator, two are a table's row.
_PUNCTUATION = re.compile(
    '[,.:/"\u201c\u201d|\u00a6\u00ab\u00bb\u2039\u203a\u2022\u00b7\u25a0-\u25cf\u2190-\u2193]'
)


def debris_shape(text: str) -> DebrisShape:
    """Return what kind of debris the paragraph `text` has the shape of, `""` if of none.

    Never of any: Markdown's fences, rules, tables, bullets, underlines and front matter; scores, dates, times,
    decimals, amounts and per cents.
    """
    bare = text.strip()
    if not bare or len(bare) > MAX_CHARACTERS:
        return ""
    if _FUNCTION_COLOUR.fullmatch(bare) or (_HEX_COLOUR.fullmatch(bare) and _is_colour(bare)):
        return "colour code"
    if _MOJIBAKE.fullmatch(bare):
        return "mojibake"
    if bare.isascii() and _NUMBER.fullmatch(bare):
        return "number"
    return "punctuation" if _PUNCTUATION.fullmatch(bare) else ""


def _is_colour(code: str) -> bool:
    return not code[1:].isdecimal() or _GREY.fullmatch(code) is not None


def find_debris(shapes: Sequence[str], gone: Sequence[bool]) -> list[int]:
    """Return the numbers of the paragraphs that go as debris, in order.

    `shapes` are those of a document's paragraphs, as `debris_shape` gives them; `gone` tells which of them another
    rule of boilerplate takes. Neighbouring debris is one block. Its colour codes and its mojibake go when a paragraph
    beside the block is gone. A number or a punctuation mark goes when on both sides there is the
    document's edge, a gone paragraph, or a colour code or mojibake that goes, on one side at least not the edge.
    Two numbers or marks beside each other both stay. Where nothing is gone nothing goes.
    """
    remains = [bool(shape) and not is_gone for shape, is_gone in zip(shapes, gone, strict=True)]
    removed = list(gone)
    for is_debris, numbers in groupby(range(len(shapes)), key=remains.__getitem__):
        block = list(numbers)
        if is_debris and _touches(gone, block):
            for number in block:
                removed[number] = shapes[number] in ("colour code", "mojibake")
    for number, is_debris in enumerate(remains):
        if is_debris and not removed[number]:
            removed[number] = _is_cut_off(number, removed)
    return [number for number, is_debris in enumerate(remains) if is_debris and removed[number]]


def _touches(gone: Sequence[bool], block: Sequence[int]) -> bool:
    """Return whether a paragraph beside `block` is gone."""
    before, after = block[0] - 1, block[-1] + 1
    return (before >= 0 and gone[before]) or (after < len(gone) and gone[after])


def _is_cut_off(number: int, removed: Sequence[bool]) -> bool:
    """Return whether no paragraph stays beside paragraph `number` and one was there."""
    beside = [place for place in (number - 1, number + 1) if 0 <= place < len(removed)]
    return bool(beside) and all(removed[place] for place in beside)
