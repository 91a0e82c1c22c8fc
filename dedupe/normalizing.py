"""The comparison key: what two paragraphs must share to be the same to a reader.

A key is a paragraph's tokens joined by single spaces. Case, width, line breaks, quotes, most punctuation and
invisible characters do not count; numbers with their signs and marks, currency, per cent, symbols and every
letter do. Where a doubt remains the key keeps the difference: a difference kept leaves a repeat in, a
difference lost deletes text.

The text is brought to NFKC and case-folded (Unicode Standard Annex #15 and chapter 3.13, `toNFKC_Casefold`
without its removal of all ignorables), then each character plays one of four parts: it is inside a token, a token
of its own, a separator, or nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

UNSPACED_RANGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x19E0, 0x19FF),  # Khmer symbols
    (0x2E80, 0x2FDF),  # Han radicals
    (0x3005, 0x3007),  # Han iteration mark, closing mark, zero
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3038, 0x303B),
    (0x3041, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),  # Burmese extensions
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),  # Han compatibility
    (0x1B000, 0x1B16F),  # historic Kana
    (0x20000, 0x3FFFF),  # Han extensions
)
"""Scripts written without spaces: each of their characters is a token."""

_HYPHENS = "\u2010\u2011\u2212"  # hyphen, non-breaking hyphen, minus sign
_DASHES = "\u2012\u2013\u2014\u2015"
_APOSTROPHES = "\u2018\u2019\u02bc"
_BOXES = "\u25a0\u25a1\u25cb\u25cf\u2032\u2033"  # ticked and empty boxes, feet and inches
_ARABIC_MARKS = "\u066b\u066c"  # decimal and thousands separators
_SEPARATING_SYMBOLS = "|~`"  # symbols by category, but drawn between words
# Ignorable by default (Unicode, DerivedCoreProperties), though letters or marks by category.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


class _Parts(dict[int, str]):
    """What a character beyond ASCII becomes before tokens are sought; filled as characters are met."""

    def __missing__(self, codepoint: int) -> str:
        part = self[codepoint] = _part(chr(codepoint))
        return part


def _part(character: str) -> str:
    codepoint = ord(character)
    if codepoint < 0x80:
        return character if character not in _SEPARATING_SYMBOLS else " "
    if character in _HYPHENS:
        return "-"
    if character in _DASHES:
        return "\u2013"
    if character in _APOSTROPHES:
        return "'"
    if character in _ARABIC_MARKS or character == "‰":
        return character
    category = unicodedata.category(character)
    if category == "Cf" or _IGNORABLE.match(character):
        return ""
    if any(first <= codepoint <= last for first, last in UNSPACED_RANGES) and category[0] in "LMN":
        return f" {character} "
    if category[0] in "LMN" or category in ("Cs", "Co"):
        return character
    if character in _BOXES or (category in ("Sc", "Sm", "So") and not 0x2500 <= codepoint <= 0x25FF):
        return f" {character} "
    return " "


def part_of(character: str) -> str:
    """Return what one folded character becomes before tokens are sought: itself, spaced, a space, or nothing."""
    return _PARTS[ord(character)]


def is_superscript(character: str) -> bool:
    """Return whether a character is marked as raised, with those beside it, before it is folded."""
    return _SUPERSCRIPTS.match(character) is not None


_PARTS = _Parts()
_SUPERSCRIPTS = re.compile(r"[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u207f\u2150-\u218b\u2460-\u249b]+")
_MANY_MARKS = re.compile(r"[^\w\s\x00-\u02ff]{30}")


class _Tokenizer:
    """Finds tokens in folded text whose characters inside tokens are those of `word`, a class of a pattern."""

    def __init__(self, word: str, currency: str) -> None:
        self._double_hyphen = re.compile(rf"(?<={word})--+(?={word})")
        self._inside = re.compile(
            rf"(?<={word})'(?=[^\W\d])|(?<=[^\W\d])'(?={word})|(?<=[^\W\d])-(?={word})|(?<=\d)-(?=[^\W\d])"
        )
        self.find = re.compile(
            rf"""
              {word}+(?:(?<=\d)[.,'\u066b\u066c](?=\d){word}+)*             # words, and numbers with marks: 1,000.50
            | [$%‰]
            | (?:(?<={word})|(?<=\^))[+\-=<>\#&]+
            | (?<![+\-=<>\#&])[+\-=<>\#&]++(?=\.?{word}|\$|\ {currency})  # possessive: one look at each run
            | (?<={word}\s)(?:[<>=]=*|!=+)(?=\s[.$]?{word})                 # a > 5, a == b
            | (?<!\S)[-\u2013](?=\ \d)                                      # - 5 may be a minus
            | (?<![\w.])\.(?=\d){word}+                                     # .5
            | \^(?=[+\-=]|{word})                                          # superscripts, marked before NFKC
            | \u2013(?=\.?\d|\$|\ {currency})                              # before an amount it may be a minus
            """,
            re.VERBOSE,
        ).findall

    def __call__(self, folded: str) -> list[str]:
        if "--" in folded:
            folded = self._double_hyphen.sub(" ", folded)
        if "-" in folded or "'" in folded:
            folded = self._inside.sub("", folded)
        return self.find(folded)


# After `_part`, whatever is no ASCII punctuation, no space, no dash and no mark is inside a token, and currency
# stands alone.
_tokens_of_ascii = _Tokenizer("[0-9a-z_]", "(?!)")
INSIDE_WORDS_OF_ANY = "[^\x00-/:-@\\[-^`{-\x7f\\s\u2013\u066b\u066c]"
CURRENCY_SIGNS = "[\u00a2-\u00a5\u058f\u060b\u09f2\u09f3\u09fb\u0af1\u0bf9\u0e3f\u17db\u20a0-\u20cf]"
_tokens_of_any = _Tokenizer(INSIDE_WORDS_OF_ANY, CURRENCY_SIGNS)


QUOTING_OR_BULLET = re.compile(r"^[ \t]*(?:[>\u25a0-\u25ff\u2022][ \t]*)+", re.MULTILINE)


def tokens_of(text: str) -> list[str]:
    """Return the tokens of `text`, in order; equal texts to a reader give equal lists."""
    if ">" in text or not text.isascii():
        text = QUOTING_OR_BULLET.sub("", text)
    if text.isascii():
        return _tokens_of_ascii(text.lower())
    # Long runs of marks are broken up as the Stream-Safe Text Format of UAX #15 does: sorting them is quadratic.
    marked = _SUPERSCRIPTS.sub(r"^\g<0>", _MANY_MARKS.sub("\\g<0>\u034f", text))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", marked).casefold())
    return _tokens_of_any(folded.translate(_PARTS))


def comparison_key(text: str) -> str:
    """Return the comparison key of `text`: its tokens joined by single spaces, `""` if it has none."""
    return " ".join(tokens_of(text))


def is_mostly_unspaced(tokens: Sequence[str]) -> bool:
    """Return whether more than half of the tokens are characters of scripts that are written without spaces."""
    if all(token.isascii() for token in tokens):
        return False
    return 2 * sum(map(_is_unspaced, tokens)) > len(tokens)


def _is_unspaced(token: str) -> bool:
    return len(token) == 1 and any(first <= ord(token) <= last for first, last in UNSPACED_RANGES)


def shingles_of(tokens: Sequence[str], size: int) -> set[tuple[str, ...]]:
    """Return the set of runs of `size` neighbouring tokens; empty when there are fewer tokens."""
    return set(runs_of(tokens, size))


def runs_of(tokens: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Yield each run of `size` neighbouring tokens, equal ones again."""
    return zip(*(tokens[offset:] for offset in range(size)), strict=False)
