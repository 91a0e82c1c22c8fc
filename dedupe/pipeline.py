"""The whole way of a corpus: outline every document, decide, then cut each as it is read again.

`prepare` reads each document once and decides; `Prepared.edits` reads each again, cuts and proves. Between the two
only outlines are held, never text. A document that changed between the passes is left alone.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from dedupe.boilerplate.debris import find_debris
from dedupe.boilerplate.frequency import find_site_boilerplate
from dedupe.boilerplate.known import match_known
from dedupe.deciding import Facts, Verdict, decide
from dedupe.editing import EditPlan, Elsewhere, edit
from dedupe.fingerprinting import KeyTable
from dedupe.model import Dropped, Edit, Skipped, Source
from dedupe.outlining import Outline, ReadText, outline
from dedupe.progress import Progress, Silence
from dedupe.reading.opening import read_text
from dedupe.repeats import MIN_RUN_TOKENS, Passage, Repeats, find_repeats
from dedupe.settings import Settings
from dedupe.sharing import Shared, find_duplicate_documents, find_shared_paragraphs
from dedupe.traits import verse_among
from dedupe.workers import map_in_order


@dataclass(frozen=True, slots=True)
class Outlined:
    """A document between the passes: its source, its outline, and the numbers of its paragraphs' keys."""

    source: Source
    outline: Outline
    keys: tuple[int, ...]


class Prepared:
    """A corpus that has been decided on; the edits are made as they are asked for."""

    def __init__(
        self, settings: Settings, plans: Sequence[EditPlan], skipped: Sequence[Skipped], progress: Progress
    ) -> None:
        self.settings = settings
        self._plans = plans
        self._skipped = skipped
        self._progress = progress

    def edits(self) -> Iterator[Edit | Skipped]:
        """Yield what becomes of each document, in byte order of names; each is read again.

        Raises SelfCheckFailed when the cuts of a document put back do not give the original.
        """
        self._progress.begin("cutting", len(self._plans))
        changed: set[str] = set()
        results: list[EditPlan | Skipped] = [*self._plans, *self._skipped]
        for result in sorted(results, key=lambda result: name_order(result.name)):
            if isinstance(result, Skipped):
                yield result
                continue
            made = edit(result, changed)
            if isinstance(made, Skipped):
                changed.add(made.name)
            yield made
            self._progress.advance()
        self._progress.end()


def name_order(name: str) -> bytes:
    """Return what documents are ordered by: the bytes of their names."""
    return name.encode("utf-8", "surrogatepass") if max(name, default="") >= "\ud800" else os.fsencode(name)


def prepare(
    sources: Sequence[Source],
    *,
    settings: Settings,
    progress: Progress | None = None,
    jobs: int = 1,
    read: ReadText = read_text,
) -> Prepared:
    """Read `sources`, each with `read`, and decide what becomes of their paragraphs.

    The result depends on names, groups, bytes and settings only: not on the order of `sources`, nor on `jobs`, the
    number of processes that read.
    """
    progress = progress or Silence()
    table = KeyTable()
    documents, skipped = _outline_all(
        sources, table, partial(outline, settings=settings, read=read), progress, jobs
    )
    progress.begin("deciding", len(documents))
    site = _site_boilerplate(documents, table, settings)
    known = _known_boilerplate(documents, table, settings)
    verdicts = []
    for number, document in enumerate(documents):
        verdicts.append(_decide(document, table, known, site.get(number, {}), settings))
        progress.advance()
    progress.end()
    elsewhere = _elsewhere(documents, verdicts, table, settings)
    plans = [
        EditPlan(document.source, document.outline, verdict, tuple(elsewhere[number]), settings)
        for number, (document, verdict) in enumerate(zip(documents, verdicts, strict=True))
    ]
    return Prepared(settings, plans, skipped, progress)


def _outline_all(
    sources: Sequence[Source],
    table: KeyTable,
    outlined: Callable[[Source], Outline | Skipped],
    progress: Progress,
    jobs: int,
) -> tuple[list[Outlined], list[Skipped]]:
    ordered = sorted(sources, key=lambda source: name_order(source.name))
    progress.begin("reading", len(ordered))
    documents: list[Outlined] = []
    skipped: list[Skipped] = []
    results = map_in_order(outlined, ordered, jobs=jobs, size_of=_size_of)
    for source, result in zip(ordered, results, strict=True):
        progress.advance()
        if isinstance(result, Skipped):
            skipped.append(result)
            continue
        numbers = tuple(table.number_of(key) for key in result.keys)
        documents.append(Outlined(source, replace(result, keys=()), numbers))
    progress.end()
    return documents, skipped


def _size_of(result: Outline | Skipped) -> int:
    return result.size if isinstance(result, Outline) else len(result.raw or b"")


def _site_boilerplate(
    documents: Sequence[Outlined], table: KeyTable, settings: Settings
) -> dict[int, Mapping[int, Dropped]]:
    """Return what BPL201 would take from each document, by the document's number."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    if settings.detects("BPL201"):
        for number, document in enumerate(documents):
            if document.outline.group:
                groups[document.outline.group].append(number)
    found: dict[int, Mapping[int, Dropped]] = {}
    for members in groups.values():
        judged = find_site_boilerplate(
            [documents[member].keys for member in members], key=table.key, token_count=table.token_count
        )
        found.update(zip(members, judged, strict=True))
    return found


def _known_boilerplate(
    documents: Sequence[Outlined], table: KeyTable, settings: Settings
) -> dict[int, Dropped]:
    """Return what BPL202 says of each distinct key that it knows, by the key's number."""
    if not settings.detects("BPL202") or not documents:
        return {}
    found = {}
    for number in range(1, len(table)):
        match = match_known(table.key(number), table.token_count(number))
        if match is not None:
            found[number] = Dropped("BPL202", 1.0, (("category", match.category), *match.evidence))
    return found


def _decide(
    document: Outlined,
    table: KeyTable,
    known: Mapping[int, Dropped],
    site: Mapping[int, Dropped],
    settings: Settings,
) -> Verdict:
    outlined = document.outline
    facts = [
        Facts(key, table.token_count(key), known.get(key), site.get(number), outlined.debris[number])
        for number, key in enumerate(document.keys)
    ]
    text_of = _TextReader(document)

    def repeats_among(left: Sequence[int]) -> Repeats:
        return _settled_repeats(document, table, left, settings, text_of)

    return decide(facts, settings=settings, find_debris=find_debris, find_repeats=repeats_among)


def _settled_repeats(
    document: Outlined,
    table: KeyTable,
    left: Sequence[int],
    settings: Settings,
    text_of: Callable[[int], str],
) -> Repeats:
    """Find repeats among the paragraphs that are `left`, so that cleaning the clean text would find none.

    A line of a stanza may stand alone once others are cut, and is no verse any more: the search begins anew with
    fewer lines of verse until none is lost.
    """
    traits = document.outline.traits
    paragraphs = document.outline.segmentation.paragraphs
    verse = verse_among(paragraphs, traits, left)
    while True:
        passages = [
            Passage(
                number,
                document.keys[number],
                table.token_count(document.keys[number]) >= MIN_RUN_TOKENS and number not in verse,
                traits[number].leads_on,
            )
            for number in left
            if document.keys[number]
        ]
        found = find_repeats(passages, table, settings=settings, raw_text=text_of)
        stays = [number for number in left if number not in found.dropped]
        still_verse = verse & verse_among(paragraphs, traits, stays)
        if still_verse == verse & set(stays):
            return found
        verse = still_verse


def _elsewhere(
    documents: Sequence[Outlined], verdicts: Sequence[Verdict], table: KeyTable, settings: Settings
) -> list[list[Elsewhere]]:
    """Return, for each document, what of it stands in other documents too."""
    found: list[list[Elsewhere]] = [[] for _ in documents]

    def note(shared: Shared) -> None:
        there, paragraph = shared.copy
        found[shared.document].append(Elsewhere(shared, documents[there].outline, paragraph))

    copies: set[int] = set()
    if settings.detects("DOC401"):
        for duplicate in find_duplicate_documents([document.keys for document in documents], table):
            copies.add(duplicate.document)
            note(duplicate)
    if settings.detects("XDP301") or settings.detects("XDP302"):
        left = [
            []
            if number in copies  # the copy of a document says nothing its DOC401 has not said
            else [
                (place, key)
                for place, (key, fate) in enumerate(zip(document.keys, verdict.fates, strict=True))
                if not isinstance(fate, Dropped)
            ]
            for number, (document, verdict) in enumerate(zip(documents, verdicts, strict=True))
        ]
        reader = lru_cache(maxsize=4)(lambda number: _TextReader(documents[number]))
        for shared in find_shared_paragraphs(
            left, table, settings=settings, raw_text=lambda number, place: reader(number)(place)
        ):
            note(shared)
    return found


class _TextReader:
    """Gives the text of a document's paragraphs; its bytes are read when first asked for, and held."""

    def __init__(self, document: Outlined) -> None:
        self._document = document
        self._raw: bytes | None = None

    def __call__(self, number: int) -> str:
        if self._raw is None:
            try:
                self._raw = self._document.source.read()
            except OSError:
                self._raw = b""  # it is gone, and the second pass will leave its document alone
        paragraph = self._document.outline.segmentation.paragraphs[number]
        return self._raw[paragraph.start : paragraph.text_end].decode(
            self._document.outline.encoding, "replace"
        )
