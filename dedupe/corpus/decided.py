"""All that was decided on a corpus, for those who carry it out and tell of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from dedupe.corpus.fingerprints import tokens_by_kernel
from dedupe.corpus.sharing import EXACTLY
from dedupe.corpus.texts import DocumentText
from dedupe.corpus.written_out import Told
from dedupe.model import Dropped, Place
from dedupe.verifying import difference

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe.corpus.arrays import I64, Mask
    from dedupe.corpus.columns import Columns
    from dedupe.corpus.fates import Fates
    from dedupe.corpus.sharing import SharedParagraphs
    from dedupe.documents import DocumentCopy
    from dedupe.settings import Settings


@dataclass(frozen=True)
class Decided:
    """The columns of a corpus and what becomes of them.

    `shared` are the paragraphs that stand in an earlier document, each at its place there; those of document d are at
    the places from `shared_bounds[d]` to `shared_bounds[d + 1]`, and `copy_documents` tells in which document each
    one's copy stands. `copies` are the documents that are copies as a whole.
    """

    columns: Columns
    fates: Fates
    shared: SharedParagraphs
    copies: dict[int, DocumentCopy]
    settings: Settings
    shared_bounds: I64 = field(init=False)
    copy_documents: I64 = field(init=False)
    told: Told = field(init=False)
    _texts: Callable[[int], DocumentText] = field(init=False)

    def __post_init__(self) -> None:
        bounds = self.columns.bounds
        object.__setattr__(self, "shared_bounds", np.searchsorted(self.shared.paragraphs, bounds))
        object.__setattr__(
            self, "copy_documents", np.searchsorted(bounds, self.shared.copy, side="right") - 1
        )
        object.__setattr__(self, "told", Told(self.columns))
        reader = lru_cache(maxsize=4)(lambda document: DocumentText(self.columns, document))
        object.__setattr__(self, "_texts", reader)

    def code_of(self, place: int) -> str:
        """Return the rule that found the shared paragraph at a place."""
        return "XDP301" if self.shared.how[place] == EXACTLY else "XDP302"

    def strips_place(self, places: I64) -> Mask:
        """Return whether the shared paragraphs at some places go on account of their copies."""
        strips_exact, strips_near = (self.settings.strips(code) for code in ("XDP301", "XDP302"))
        return np.where(self.shared.how[places] == EXACTLY, strips_exact, strips_near)

    def copy(self, place: int) -> Place:
        """Return where the copy of the shared paragraph at a place stands."""
        columns, copy = self.columns, int(self.shared.copy[place])
        return columns.place_in(int(self.copy_documents[place]), copy)

    def shared_reason(self, place: int) -> Dropped:
        """Return why the shared paragraph at a place goes, or is reported."""
        if self.shared.how[place] == EXACTLY:
            key = self.columns.key[self.shared.paragraphs[place]]
            return Dropped("XDP301", 1.0, (("tokens", int(self.columns.keys.tokens[key])),))
        score = round(int(self.shared.both[place]) / int(self.shared.either[place]), 4)
        if not self.settings.strips("XDP302"):
            # Where both stay, what differs can be looked up in the two.
            return Dropped("XDP302", score, (("jaccard", score),))
        both = (int(self.shared.paragraphs[place]), int(self.shared.copy[place]))
        texts = [self._texts(self.columns.document_of(each))(each) for each in both]
        unlike = difference(tokens_by_kernel(texts[0]), tokens_by_kernel(texts[1]), lambda: texts)
        return Dropped("XDP302", score, (("jaccard", score), *unlike.as_evidence()))
