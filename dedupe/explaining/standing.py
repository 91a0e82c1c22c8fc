"""Why a paragraph stays: what of its document is most like it, and what spared it.

The document is looked at again on its own, with the boilerplate of the plan set aside, as `settling` does it. What
other documents had to do with it is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from dedupe.candidates import MAX_COMPARED_TOKENS, SHINGLE_SIZE
from dedupe.errors import UsageError
from dedupe.fingerprinting import KeyTable
from dedupe.normalizing import shingles_of
from dedupe.outlining import Outline, outline_text
from dedupe.reading import decode
from dedupe.repeats import MIN_RUN_TOKENS
from dedupe.settings import Settings
from dedupe.settling import Outlined, TextReader, settled_repeats
from dedupe.traits import verse_among
from dedupe.verifying import jaccard

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dedupe.plan import WholeText

MAX_DECIDED_BYTES = 2_000_000
"""Larger documents are not decided on again: a person waits for the answer."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A document in memory, as a source."""

    name: str
    raw: bytes
    group: str = ""

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.raw)

    def read(self) -> bytes:
        """Return them."""
        return self.raw


def outline_of(whole: WholeText, settings: Settings) -> Outline | None:
    """Return the outline of a document, divided as the plan says; None where its bytes cannot be read as text."""
    document = whole.document
    try:
        decoded = decode(whole.raw, encoding=document.encoding)
    except UsageError:
        return None
    if decoded is None or not decoded.cuttable:
        return None
    choice = "blank-line" if document.segmentation == "blank-line" else "line"
    values = {field.name: getattr(settings, field.name) for field in fields(Settings)}
    return outline_text(document.name, "", decoded, Settings(**(values | {"paragraphs": choice})))


def nearest_of(outline: Outline, number: int, others: Collection[int]) -> tuple[int, float] | None:
    """Return which of the paragraphs `others` is most like the one with this number, and how much.

    Similarity is Jaccard of runs of three tokens, 1.0 for equal keys; of equally similar ones the first is taken.
    None where none shares a run with it.
    """
    key = outline.keys[number]
    if not key:
        return None
    same = next((other for other in others if other != number and outline.keys[other] == key), None)
    if same is not None:
        return same, 1.0
    tokens = key.split(" ")
    if not SHINGLE_SIZE <= len(tokens) <= MAX_COMPARED_TOKENS:
        return None
    shingles = shingles_of(tokens, SHINGLE_SIZE)
    vocabulary = set(tokens)
    best: tuple[int, float] | None = None
    for other in others:
        other_tokens = outline.keys[other].split(" ")
        if other == number or len(other_tokens) > MAX_COMPARED_TOKENS or vocabulary.isdisjoint(other_tokens):
            continue
        similarity = jaccard(shingles, shingles_of(other_tokens, SHINGLE_SIZE))
        if similarity > (best[1] if best else 0.0):
            best = other, similarity
    return best


def reasons_of(
    whole: WholeText, outline: Outline, number: int, nearest: tuple[int, float] | None, settings: Settings
) -> tuple[str, ...]:
    """Return what spares a kept paragraph, as sentences; none where nothing had to.

    `nearest` is what `nearest_of` says of it: where that one comes later, it is the one that was spared.
    """
    tokens = len(outline.keys[number].split(" ")) if outline.keys[number] else 0
    if not tokens:
        return ("it has no words, and what has none matches nothing",)
    if outline.keys[number] in settings.exempt:
        return ("it is named to be kept, in a keep file or in the configuration",)
    gone = {(cut.first_line, cut.last_line): cut.rule for cut in whole.document.cuts}
    paragraphs = outline.segmentation.paragraphs
    rules = [gone.get((paragraph.first_line, paragraph.last_line), "") for paragraph in paragraphs]
    left = [place for place, rule in enumerate(rules) if not rule or rule.startswith("DUP")]
    reasons = []
    if number in verse_among(paragraphs, outline.traits, left):
        reasons.append("it is set as verse, a list or a table, whose lines repeat on purpose")
    elif tokens < MIN_RUN_TOKENS:
        reasons.append(
            f"it has fewer than {MIN_RUN_TOKENS} tokens, and goes only beside a longer repeat or as boilerplate"
        )
    spared = _spared(whole, outline, left, rules, settings)
    if number in spared:
        reasons.append(f"it {_GUARDS.get(spared[number]) or _differs(spared[number])}")
    elif nearest is not None and nearest[1] >= settings.threshold and nearest[0] in spared:
        said = spared[nearest[0]]
        line = paragraphs[nearest[0]].first_line
        reasons.append(f"line {line}, which is like it, {_GUARDS.get(said) or _differs(said)}")
    return tuple(reasons)


_GUARDS = {
    "question": "is a question or leads on to what follows, and may well be put twice",
    "quotation": "repeats a piece from within a longer paragraph, as a quotation does",
    "template": "is one of three or more that differ in the same place: a form filled in, of which all stay",
}
"""What each guard of `repeats` says, behind the name of what it spared."""


def _differs(said: str) -> str:
    return f"{said}, which may change what it says"


def _spared(
    whole: WholeText, outline: Outline, left: list[int], rules: list[str], settings: Settings
) -> Mapping[int, str]:
    """Seek the document's repeats again and return what looks like one and was spared, by what."""
    if len(whole.raw) > MAX_DECIDED_BYTES:
        return {}
    table = KeyTable()
    keys = tuple(map(table.number_of, outline.keys))
    exempt = frozenset(place for place, key in enumerate(outline.keys) if key in settings.exempt)
    document = Outlined(_Given(whole.document.name, whole.raw), outline, keys, exempt)
    found = settled_repeats(document, table, left, settings, TextReader(document))
    if {place for place in left if rules[place]} != found.dropped.keys():
        return {}  # made by another version, or decided with more than is known here
    return found.spared
