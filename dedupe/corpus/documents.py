"""Whole documents that are copies of others, on columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.sharing import MIN_SHARED_TOKENS

if TYPE_CHECKING:
    from dedupe.corpus.columns import Columns
    from dedupe.model import Evidence
    from dedupe.settings import Settings


@dataclass(frozen=True, slots=True)
class DocumentCopy:
    """What a document is a copy of: `original` is the number of the document that stays."""

    rule: str
    score: float
    evidence: Evidence
    original: int

    @property
    def is_exact(self) -> bool:
        """Whether the two have the same paragraphs in the same order."""
        return self.rule == "DOC401"


DocumentCopies = dict[int, DocumentCopy]


def find_duplicate_documents(columns: Columns, *, settings: Settings) -> DocumentCopies:
    """Return the documents that are copies of another, by their numbers."""
    copies: DocumentCopies = {}
    if not settings.detects("DOC401"):
        return copies
    first: dict[bytes, int] = {}
    for document in range(len(columns.documents)):
        keys = columns.key[columns.span(document)]
        tokens = int(columns.keys.tokens[keys].sum())
        if tokens < MIN_SHARED_TOKENS:
            continue
        original = first.setdefault(keys[keys != 0].tobytes(), document)
        if original != document:
            copies[document] = DocumentCopy("DOC401", 1.0, (("tokens", tokens),), original)
    return copies
