"""The text of paragraphs, read anew where somebody has to look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.corpus.columns import Columns


class DocumentText:
    """Gives the text of the paragraphs of one document; its bytes are read when first asked for, and held."""

    def __init__(self, columns: Columns, document: int) -> None:
        self._columns = columns
        self._facts = columns.documents[document]
        self._raw: bytes | None = None

    @property
    def raw(self) -> bytes:
        """All bytes; none once the document cannot be read, for then the second pass will leave it alone."""
        if self._raw is None:
            try:
                self._raw = self._facts.source.read()
            except OSError:
                self._raw = b""
        return self._raw

    def __call__(self, paragraph: int) -> str:
        """Return the text of the paragraph with this number in the corpus."""
        start, end = int(self._columns.start[paragraph]), int(self._columns.text_end[paragraph])
        try:
            return self.raw[start:end].decode(self._facts.encoding, self._facts.errors)
        except UnicodeDecodeError:  # it is not what it was
            return self.raw[start:end].decode(self._facts.encoding, "replace")
