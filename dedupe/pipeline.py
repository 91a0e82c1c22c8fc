"""The whole way of a corpus: outline every document, decide, then cut each as it is read again.

`prepare` reads each document once and decides; `Prepared.edits` reads each again, cuts and proves. Between the two
only outlines are held, never text. A document that changed between the passes is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from dedupe.deciding import Verdict
from dedupe.documents import Body, find_duplicate_documents
from dedupe.editing import EditPlan, Elsewhere, edit
from dedupe.fingerprinting import KeyTable
from dedupe.limits import Limits
from dedupe.model import Dropped, Edit, Skipped, Source
from dedupe.naming import name_order
from dedupe.originals import Originals
from dedupe.outlining import Outline, ReadText, outline
from dedupe.progress import Progress, Silence, amounts_of
from dedupe.reading.opening import read_text
from dedupe.settings import Settings
from dedupe.settling import Outlined, TextReader, settle
from dedupe.sharing import Shared, find_shared_paragraphs
from dedupe.workers import map_in_order

if TYPE_CHECKING:
    from dedupe.corpus.pipeline import PreparedCorpus


WORTH_COLUMNS_BYTES = 300_000
"""So much text is cleaned on columns; less is done before numpy has been imported and the kernels loaded."""
WORTH_TELLING_BYTES = 50_000_000
KERNELS_FACTOR = 11
"""How much longer the plain way takes than columns: measured on a tenth of the speed corpus, 9 MB."""


class Prepared:
    """A corpus that has been decided on; the edits are made as they are asked for."""

    def __init__(
        self,
        settings: Settings,
        plans: Sequence[EditPlan],
        skipped: Sequence[Skipped],
        progress: Progress,
        limits: Limits,
    ) -> None:
        self.settings = settings
        self.limits = limits
        self._plans = plans
        self._skipped = skipped
        self._progress = progress

    def edits(self) -> Iterator[Edit | Skipped]:
        """Yield what becomes of each document, in byte order of names; each is read again.

        Raises SelfCheckFailed when the cuts of a document put back do not give the original, or when one changed after
        a copy of it had been left out.
        """
        self._progress.begin("cutting", sum(plan.outline.size for plan in self._plans), "bytes")
        plan_by_name = {plan.name: plan for plan in self._plans}
        originals = Originals(lambda name: not isinstance(plan_by_name[name].read(), Skipped))
        results: list[EditPlan | Skipped] = [*self._plans, *self._skipped]
        for result in sorted(results, key=lambda result: name_order(result.name)):
            if isinstance(result, Skipped):
                yield result
                continue
            originals.look_at(result.originals)
            made = edit(result, originals.changed)
            originals.note(made)
            yield made
            self._progress.advance(result.outline.size)
        self._progress.end()


def prepare(
    sources: Sequence[Source],
    *,
    settings: Settings,
    progress: Progress | None = None,
    jobs: int = 1,
    limits: Limits | None = None,
    read: ReadText = read_text,
) -> Prepared | PreparedCorpus:
    """Read `sources`, each with `read`, and decide what becomes of their paragraphs.

    The result depends on names, groups, bytes and settings only: not on the order of `sources`, nor on `jobs`, the
    number of processes that read, nor on `limits`, what the run may take of the machine.
    """
    progress, limits = progress or Silence(), limits or Limits()
    if _are_larger(sources, WORTH_COLUMNS_BYTES) and _has_kernels():
        from dedupe.corpus.pipeline import prepare_corpus

        ordered = sorted(sources, key=lambda source: name_order(source.name))
        return prepare_corpus(
            ordered, settings=settings, progress=progress, jobs=jobs, limits=limits, read=read
        )
    table = KeyTable()
    documents, skipped = _outline_all(
        sources, table, partial(outline, settings=settings, read=read), settings.exempt, progress, jobs
    )
    verdicts = settle(documents, table, settings=settings, progress=progress)
    progress.begin("comparing", None)
    elsewhere = _elsewhere(documents, verdicts, table, settings)
    progress.end()
    plans = [
        EditPlan(
            document.source,
            document.outline,
            verdict,
            tuple(elsewhere[number]),
            settings,
            len(document.exempt),
        )
        for number, (document, verdict) in enumerate(zip(documents, verdicts, strict=True))
    ]
    return Prepared(settings, plans, skipped, progress, limits)


def misses_kernels(sources: Sequence[Source]) -> bool:
    """Return whether there is so much text that a person should know that the kernels are not compiled."""
    return _are_larger(sources, WORTH_TELLING_BYTES) and not _has_kernels()


def _are_larger(sources: Sequence[Source], limit: int) -> bool:
    total = 0
    for source in sources:
        total += source.size
        if total >= limit:
            return True
    return False


def _has_kernels() -> bool:
    from dedupe.kernels.library import library

    return library() is not None


def _outline_all(
    sources: Sequence[Source],
    table: KeyTable,
    outlined: Callable[[Source], Outline | Skipped],
    exempt: Container[str],
    progress: Progress,
    jobs: int,
) -> tuple[list[Outlined], list[Skipped]]:
    ordered = sorted(sources, key=lambda source: name_order(source.name))
    # Sources of the caller's own need not know their size.
    amounts, unit = amounts_of([source.size for source in ordered])
    progress.begin("reading", sum(amounts), unit)
    documents: list[Outlined] = []
    skipped: list[Skipped] = []
    results = map_in_order(outlined, ordered, jobs=jobs, size_of=_size_of)
    for source, amount, result in zip(ordered, amounts, results, strict=True):
        progress.advance(amount)
        if isinstance(result, Skipped):
            skipped.append(result)
            continue
        numbers = tuple(table.number_of(key) for key in result.keys)
        spared = frozenset(place for place, key in enumerate(result.keys) if key in exempt)
        documents.append(Outlined(source, replace(result, keys=()), numbers, spared))
    progress.end()
    return documents, skipped


def _size_of(result: Outline | Skipped) -> int:
    return result.size if isinstance(result, Outline) else len(result.raw or b"")


def _elsewhere(
    documents: Sequence[Outlined], verdicts: Sequence[Verdict], table: KeyTable, settings: Settings
) -> list[list[Elsewhere]]:
    """Return, for each document, what of it stands in other documents too."""
    found: list[list[Elsewhere]] = [[] for _ in documents]

    def note(shared: Shared) -> None:
        there, paragraph = shared.copy
        found[shared.document].append(Elsewhere(shared, documents[there].outline, paragraph))

    told: set[int] = set()
    for duplicate in _duplicates(documents, verdicts, table, settings):
        note(duplicate)
        # An exact copy says nothing its DOC401 has not said, and what goes whole is no copy that stays.
        if duplicate.rule == "DOC401" or settings.strips(duplicate.rule):
            told.add(duplicate.document)
    if settings.detects("XDP301") or settings.detects("XDP302"):
        left = [
            []
            if number in told
            else [
                (place, key)
                for place, (key, fate) in enumerate(zip(document.keys, verdict.fates, strict=True))
                if not isinstance(fate, Dropped) and place not in document.exempt
            ]
            for number, (document, verdict) in enumerate(zip(documents, verdicts, strict=True))
        ]
        reader = lru_cache(maxsize=4)(lambda number: TextReader(documents[number]))
        for shared in find_shared_paragraphs(
            left, table, settings=settings, raw_text=lambda number, place: reader(number)(place)
        ):
            note(shared)
    return found


def _duplicates(
    documents: Sequence[Outlined], verdicts: Sequence[Verdict], table: KeyTable, settings: Settings
) -> list[Shared]:
    """Return which whole documents are copies of others; a document alone is not looked at."""
    if len(documents) == 1 or not (settings.detects("DOC401") or settings.detects("DOC402")):
        return []
    bodies = [
        Body(
            document.keys,
            [key for place, key in enumerate(document.keys) if place not in verdict.boilerplate],
        )
        for document, verdict in zip(documents, verdicts, strict=True)
    ]
    return find_duplicate_documents(bodies, table, settings=settings)
