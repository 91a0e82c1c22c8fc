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
from dedupe.boilerplate.frequency import Page, find_site_boilerplate
from dedupe.boilerplate.grouping import groups_by_chrome
from dedupe.boilerplate.known import grants_licence, match_known
from dedupe.boilerplate.line_names import LineNames, line_name
from dedupe.boilerplate.scoring import MIN_BANNERS, weights
from dedupe.cutting import apply_cuts, cut_ranges
from dedupe.deciding import Boilerplate, Facts, Verdict, conclude, find_boilerplate
from dedupe.fingerprinting import KeyTable
from dedupe.learned import LearnedSite
from dedupe.model import Dropped, Source
from dedupe.outlining import Outline
from dedupe.progress import Progress
from dedupe.reading.naming import NO_FOLDER
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


@dataclass(frozen=True, slots=True)
class _Site:
    """Documents that vote together, by their numbers; `is_guessed`: nobody but their chrome says that they do."""

    members: Sequence[int]
    learned: LearnedSite | None
    is_guessed: bool


def settle(
    documents: Sequence[Outlined], table: KeyTable, *, settings: Settings, progress: Progress
) -> list[Verdict]:
    """Return the verdict on each document."""
    progress.begin("deciding", sum(document.outline.size for document in documents), "bytes")
    known = _known_boilerplate(documents, table, settings)
    standings = [_untouched(document) for document in documents]
    known_beside_licence = _without_copyright(known)
    licences = {key for key in range(len(table)) if grants_licence(table.key(key))} if known else set()
    sites = _sites(documents, table, settings)
    for number_of_round in range(MAX_ROUNDS):
        left = [standing.left for standing in standings]
        site = _site_boilerplate(documents, left, sites, table, known, settings)
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


def _groups(documents: Sequence[Outlined], table: KeyTable, settings: Settings) -> list[list[int]]:
    """Return the documents that vote together; what nobody labelled is grouped by chrome, and some stand alone."""
    if not settings.detects("BPL201"):
        return []
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(documents):
        groups[document.outline.group].append(number)
    alone = groups.pop("", [])
    together = list(groups.values())
    if settings.group_by != "corpus" and (unlabelled := groups.pop(NO_FOLDER, [])):
        lines = LineNames(table.key, table.token_count)
        named = [[lines.name(key) for key in documents[number].keys if key] for number in unlabelled]
        together = [
            *groups.values(),
            *([unlabelled[place] for place in group] for group in groups_by_chrome(named)),
        ]
    return [*([number] for number in alone), *together]


def _sites(documents: Sequence[Outlined], table: KeyTable, settings: Settings) -> list[_Site]:
    """Return the groups in which documents vote together, with what was learned of each site."""
    sites = []
    for members in _groups(documents, table, settings):
        learned = None
        if settings.profiles:
            from dedupe.boilerplate.profiles import fitting_site

            keys = {key for member in members for key in documents[member].keys if key}
            names = {line_name(table.key(key)) for key in keys}
            learned = fitting_site(settings.profiles, names, pages=len(members))
        unlabelled = settings.group_by != "corpus" and documents[members[0]].outline.group == NO_FOLDER
        sites.append(_Site(members, learned, unlabelled and len(members) > 1))
    return sites


def _site_boilerplate(
    documents: Sequence[Outlined],
    left: Sequence[Sequence[int]],
    sites: Sequence[_Site],
    table: KeyTable,
    known: Mapping[int, Dropped],
    settings: Settings,
) -> dict[int, Mapping[int, Dropped]]:
    """Return what BPL201 would take of what is `left` of each document, by the document's number."""
    category = {
        key: weights().category(str(dict(dropped.evidence)["category"])) for key, dropped in known.items()
    }
    found: dict[int, Mapping[int, Dropped]] = {}
    for site in sites:
        judged = find_site_boilerplate(
            [[documents[member].keys[place] for place in left[member]] for member in site.members],
            [_page(documents[member], left[member], category) for member in site.members],
            key=table.key,
            token_count=table.token_count,
            choice=settings.boilerplate,
            learned=site.learned,
            is_guessed=site.is_guessed,
        )
        for member, taken in zip(site.members, judged, strict=True):
            found[member] = {left[member][place]: dropped for place, dropped in taken.items()}
    return found


def _page(document: Outlined, left: Sequence[int], category: Mapping[int, int]) -> Page:
    traits = document.outline.traits
    banners = [0 if traits[place].is_own_words else category.get(document.keys[place], 0) for place in left]
    is_scraped = document.outline.segmentation.mode == "line" and len({*banners} - {0}) >= MIN_BANNERS
    return Page([traits[place].ends_sentence for place in left], banners, is_scraped)


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
