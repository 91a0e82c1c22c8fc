"""The whole way of a large corpus, on columns: read, settle, compare, then cut each document as it is read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from dedupe.corpus.decided import Decided
from dedupe.corpus.documents import find_duplicate_documents
from dedupe.corpus.editing import Editor, ReadAgain
from dedupe.corpus.first_pass import read_corpus
from dedupe.corpus.settling import settle
from dedupe.corpus.sharing import SharedParagraphs, find_shared_paragraphs, hopeful_keys
from dedupe.corpus.texts import DocumentText
from dedupe.kernels.library import call
from dedupe.model import Edit, Skipped, Source
from dedupe.naming import name_order
from dedupe.originals import Originals
from dedupe.threads import ahead, beside, quick_switching

if TYPE_CHECKING:
    from dedupe.corpus.arrays import Mask
    from dedupe.corpus.columns import Columns
    from dedupe.corpus.fates import Fates
    from dedupe.documents import DocumentCopy
    from dedupe.limits import Limits
    from dedupe.outlining import ReadText
    from dedupe.progress import Progress
    from dedupe.settings import Settings
    from dedupe.spilling import Room


DOCUMENTS_AT_ONCE = 16
"""So many are read again together, while those before them are edited."""


MAX_PARAGRAPHS_AT_ONCE = 1 << 19


class PreparedCorpus:
    """A corpus that has been decided on; the edits are made as they are asked for."""

    def __init__(
        self,
        columns: Columns,
        editor: Editor,
        skipped: Sequence[Skipped],
        progress: Progress,
        jobs: int,
        limits: Limits,
    ) -> None:
        self.limits = limits
        self._jobs = jobs
        self._columns = columns
        self._editor = editor
        self._skipped = skipped
        self._progress = progress

    def edits(self) -> Iterator[Edit | Skipped]:
        """Yield what becomes of each document, in byte order of names; each is read again, ahead of its turn.

        Raises SelfCheckFailed when the cuts of a document put back do not give the original.
        """
        documents = self._columns.documents
        self._progress.begin("cutting", self._columns.size, "bytes")
        number_by_name = {facts.name: number for number, facts in enumerate(documents)}
        originals = Originals(lambda name: isinstance(self._editor.read(number_by_name[name]), ReadAgain))
        waiting = sorted(self._skipped, key=lambda skipped: name_order(skipped.name), reverse=True)
        batches = [
            range(first, min(first + DOCUMENTS_AT_ONCE, len(documents)))
            for first in range(0, len(documents), DOCUMENTS_AT_ONCE)
        ]
        read_again = chain.from_iterable(ahead(self._editor.read_together, batches, jobs=self._jobs))
        for number, (facts, again) in enumerate(zip(documents, read_again, strict=True)):
            originals.look_at(self._editor.originals(number))
            result = again if isinstance(again, Skipped) else self._editor.edit(again, originals.changed)
            originals.note(result)
            while waiting and name_order(waiting[-1].name) < name_order(result.name):
                yield waiting.pop()
            yield result
            self._progress.advance(facts.size)
        yield from reversed(waiting)
        self._progress.end()


def prepare_corpus(
    sources: Sequence[Source],
    *,
    settings: Settings,
    progress: Progress,
    jobs: int,
    limits: Limits,
    read: ReadText,
) -> PreparedCorpus:
    """Read `sources`, in byte order of their names, and decide what becomes of their paragraphs."""
    room = limits.room()
    with quick_switching():
        columns, skipped = read_corpus(
            sources, settings=settings, read=read, progress=progress, jobs=jobs, room=room
        )
        call("dedupe_keep_memory")
        with beside(partial(hopeful_keys, columns, settings), jobs=jobs) as hopeful:
            fates = settle(columns, settings=settings, progress=progress, jobs=jobs)
            progress.begin("comparing", None)
            is_hopeful = hopeful()
        copies, shared = _compared(columns, fates, is_hopeful, settings=settings, jobs=jobs, room=room)
        progress.end()
    decided = Decided(columns, fates, shared, copies, settings)
    return PreparedCorpus(columns, Editor(decided), skipped, progress, jobs, limits)


def _compared(
    columns: Columns,
    fates: Fates,
    is_hopeful: Mask | None,
    *,
    settings: Settings,
    jobs: int,
    room: Room,
) -> tuple[dict[int, DocumentCopy], SharedParagraphs]:
    """Compare the documents, and the paragraphs that are left with those of other documents.

    Where a near copy of a document stays, the two do not hang on each other and are done at once, unless the corpus is
    so large that it matters that each has arrays of its own.
    """
    find = partial(find_duplicate_documents, columns, fates, settings=settings, jobs=jobs)
    share = partial(_shared, columns, fates, is_hopeful=is_hopeful, settings=settings, jobs=jobs, room=room)
    if settings.strips("DOC402"):
        copies = find()
        return copies, share(copies)
    with beside(find, jobs=jobs if len(columns) <= MAX_PARAGRAPHS_AT_ONCE else 1) as found:
        shared = share(find(with_near=False))
        return found(), shared


def _shared(
    columns: Columns,
    fates: Fates,
    copies: dict[int, DocumentCopy],
    *,
    is_hopeful: Mask | None,
    settings: Settings,
    jobs: int,
    room: Room,
) -> SharedParagraphs:
    if not (settings.detects("XDP301") or settings.detects("XDP302")):
        return SharedParagraphs.none()
    left = (fates.rule == 0) & (columns.key == columns.searched)
    for document, copy in copies.items():
        # An exact copy says nothing its DOC401 has not said, and what goes whole is no copy that stays.
        if copy.rule == "DOC401" or settings.strips(copy.rule):
            left[columns.span(document)] = False
    reader = lru_cache(maxsize=4)(lambda document: DocumentText(columns, document))
    return find_shared_paragraphs(
        columns,
        np.asarray(left),
        settings=settings,
        text_of=lambda paragraph: reader(columns.document_of(paragraph))(paragraph),
        is_hopeful=is_hopeful,
        jobs=jobs,
        room=room,
    )
