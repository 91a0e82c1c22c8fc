"""Decide on a corpus, and again on what would be left of it, until nothing more goes.

What is cut changes what stands beside what, and how many documents still hold a line: the clean corpus, cleaned
again, could show boilerplate that the first look did not. So boilerplate is sought in rounds. What has gone as
boilerplate stays gone; repeats are sought anew among what is left, so that the copies they name stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from dedupe.boilerplate.debris import find_debris
from dedupe.boilerplate.frequency import find_site_boilerplate
from dedupe.boilerplate.known import grants_licence, match_known
from dedupe.cutting import apply_cuts, cut_ranges
from dedupe.deciding import Boilerplate, Facts, Verdict, conclude, find_boilerplate
from dedupe.fingerprinting import KeyTable
from dedupe.model import Dropped, Source
from dedupe.outlining import Outline
from dedupe.progress import Progress
from dedupe.repeats import MIN_RUN_TOKENS, Passage, Repeats, find_repeats
from dedupe.segmenting import divides_alike
from dedupe.settings import Settings
from dedupe.traits import verse_among

MAX_ROUNDS = 20
"""Each round takes boilerplate away; corpora need two or three, and a made-up one must not take for ever."""
DIVIDED_OTHERWISE = "what is left would be divided into other paragraphs"
"""The guard that undoes the cuts of a document of which the clean text would be read otherwise."""
MAX_SEARCHES = 8
"""Searches for repeats in one document before verse may only become less."""


@dataclass(frozen=True, slots=True)
class Outlined:
    """A document between the passes: its source, its outline, and the numbers of its paragraphs' keys.

    `exempt` are the paragraphs that no paragraph rule may take.
    """

    source: Source
    outline: Outline
    keys: tuple[int, ...]
    exempt: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Standing:
    """Where a document stands between rounds: what has gone so far, and the paragraphs that are left."""

    boilerplate: Boilerplate
    repeats: Repeats
    left: list[int]


def settle(
    documents: Sequence[Outlined], table: KeyTable, *, settings: Settings, progress: Progress
) -> list[Verdict]:
    """Return the verdict on each document."""
    progress.begin("deciding", sum(document.outline.size for document in documents), "bytes")
    known = _known_boilerplate(documents, table, settings)
    standings = [_untouched(document) for document in documents]
    known_beside_licence = _without_copyright(known)
    licences = {key for key in range(len(table)) if grants_licence(table.key(key))} if known else set()
    for number_of_round in range(MAX_ROUNDS):
        site = _site_boilerplate(documents, [standing.left for standing in standings], table, known, settings)
        is_settled = True
        for number, document in enumerate(documents):
            known_here = known if licences.isdisjoint(document.keys) else known_beside_licence
            facts = _facts(document, standings[number].left, table, known_here, site.get(number, {}))
            more = find_boilerplate(facts, settings=settings, find_debris=find_debris)
            if number_of_round > 0 and not more.going:
                continue
            moved = _moved(document, standings[number], more, table, settings)
            is_settled = is_settled and moved.left == standings[number].left
            standings[number] = moved
            if number_of_round == 0:
                progress.advance(document.outline.size)
        if is_settled:
            break
    progress.end()
    return [
        conclude(len(document.keys), standing.boilerplate, standing.repeats)
        for document, standing in zip(documents, standings, strict=True)
    ]


def _untouched(document: Outlined, spared: str = "") -> _Standing:
    return _Standing(Boilerplate(spared=spared), Repeats(), list(range(len(document.keys))))


def _moved(
    document: Outlined, standing: _Standing, more: Boilerplate, table: KeyTable, settings: Settings
) -> _Standing:
    """Return where the document stands once `more` boilerplate has gone and repeats were sought anew."""
    boilerplate = standing.boilerplate.followed_by(more)
    stays = [place for place in range(len(document.keys)) if place not in boilerplate.going]
    text_of = TextReader(document)
    repeats = settled_repeats(document, table, stays, settings, text_of)
    left = [place for place in stays if place not in repeats.dropped]
    if len(left) < len(document.keys) and settings.paragraphs == "auto":
        fates = conclude(len(document.keys), boilerplate, repeats).fates
        cleaned = apply_cuts(text_of.raw, sorted(cut_ranges(document.outline.segmentation, fates).values()))
        if not divides_alike(cleaned, document.outline.encoding, document.outline.segmentation):
            return _untouched(document, spared=DIVIDED_OTHERWISE)
    return _Standing(boilerplate, repeats, left)


def _known_boilerplate(
    documents: Sequence[Outlined], table: KeyTable, settings: Settings
) -> dict[int, Dropped]:
    """Return what BPL202 says of each distinct key that it knows, by the key's number."""
    if not settings.detects("BPL202") or not documents:
        return {}
    found = {}
    for number in range(1, len(table)):
        if table.key(number) in settings.exempt:
            continue
        match = match_known(table.key(number), table.token_count(number))
        if match is not None:
            found[number] = Dropped("BPL202", 1.0, (("category", match.category), *match.evidence))
    return found


def _without_copyright(known: Mapping[int, Dropped]) -> dict[int, Dropped]:
    return {
        key: dropped for key, dropped in known.items() if ("category", "copyright") not in dropped.evidence
    }


def _site_boilerplate(
    documents: Sequence[Outlined],
    left: Sequence[Sequence[int]],
    table: KeyTable,
    known: Mapping[int, Dropped],
    settings: Settings,
) -> dict[int, Mapping[int, Dropped]]:
    """Return what BPL201 would take of what is `left` of each document, by the document's number."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    if settings.detects("BPL201"):
        for number, document in enumerate(documents):
            if document.outline.group:
                groups[document.outline.group].append(number)
    found: dict[int, Mapping[int, Dropped]] = {}
    for members in groups.values():
        lines = [[documents[member].keys[place] for place in left[member]] for member in members]
        is_prose = [
            [
                documents[member].outline.traits[place].ends_sentence
                and documents[member].keys[place] not in known
                for place in left[member]
            ]
            for member in members
        ]
        judged = find_site_boilerplate(
            lines, is_sentence=is_prose, key=table.key, token_count=table.token_count
        )
        for member, taken in zip(members, judged, strict=True):
            found[member] = {left[member][place]: dropped for place, dropped in taken.items()}
    return found


def _facts(
    document: Outlined,
    left: Sequence[int],
    table: KeyTable,
    known: Mapping[int, Dropped],
    site: Mapping[int, Dropped],
) -> dict[int, Facts]:
    facts = {}
    for number in left:
        key, is_exempt = document.keys[number], number in document.exempt
        facts[number] = Facts(
            key,
            table.token_count(key),
            None if document.outline.traits[number].is_own_words else known.get(key),
            None if is_exempt else site.get(number),
            "" if is_exempt else document.outline.debris[number],
        )
    return facts


def settled_repeats(
    document: Outlined, table: KeyTable, left: Sequence[int], settings: Settings, text_of: TextReader
) -> Repeats:
    """Find repeats among the paragraphs that are `left`, so that cleaning the clean text would find none.

    A line of a stanza may stand alone once others are cut, and is no verse any more, and short lines may come to
    stand together: the search begins anew with what is verse then, until it is verse after the cuts as well. Should
    that go round in a circle, verse may only become less.
    """
    traits = document.outline.traits
    paragraphs = document.outline.segmentation.paragraphs
    verse = verse_among(paragraphs, traits, left)
    for attempt in count():
        passages = [
            Passage(
                number,
                document.keys[number],
                table.token_count(document.keys[number]) >= MIN_RUN_TOKENS and number not in verse,
                traits[number].leads_on,
            )
            for number in left
            if document.keys[number] and number not in document.exempt
        ]
        found = find_repeats(passages, table, settings=settings, raw_text=text_of)
        stays = [number for number in left if number not in found.dropped]
        after = verse_among(paragraphs, traits, stays)
        if attempt >= MAX_SEARCHES:
            after &= verse
        if after == verse & set(stays):
            return found
        verse = after if attempt >= MAX_SEARCHES else after | (verse - set(stays))
    raise AssertionError("verse that only becomes less comes to an end")


class TextReader:
    """Gives the text of a document's paragraphs; its bytes are read when first asked for, and held."""

    def __init__(self, document: Outlined) -> None:
        self._document = document
        self._raw: bytes | None = None

    @property
    def raw(self) -> bytes:
        """All bytes; none once the document cannot be read, for then the second pass will leave it alone."""
        if self._raw is None:
            try:
                self._raw = self._document.source.read()
            except OSError:
                self._raw = b""
        return self._raw

    def __call__(self, number: int) -> str:
        """Return the text of the paragraph with this number."""
        paragraph = self._document.outline.segmentation.paragraphs[number]
        return self.raw[paragraph.start : paragraph.text_end].decode(
            self._document.outline.encoding, "replace"
        )
