"""Files that hold documents, once they are open: which documents are in them, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe.inputs import Skipped
from dedupe.reading.contents import Content, SpooledContent

if TYPE_CHECKING:
    from dedupe.reading.containers import RecordFile
    from dedupe.reading.records import RecordSource


@dataclass(frozen=True, slots=True)
class Opened:
    """A container and the documents in it.

    `content` is what their places count in, `digest` and `size` are those of the file as it is stored, `""` and 0 where
    it was not read to its end. `text_digest` is that of the content where the clean version is made of it and not of
    the file as it is stored.
    """

    file: RecordFile
    content: Content
    digest: str
    size: int
    records: tuple[RecordSource, ...]
    skipped: tuple[Skipped, ...]
    text_digest: str = ""

    @property
    def is_readable(self) -> bool:
        """Whether there is something to be written: a file that is read as another format is not copied as it is."""
        reasons = {each.reason for each in self.skipped if each.name == self.file.name}
        return not reasons if self.file.is_converted else "unreadable" not in reasons

    @property
    def content_size(self) -> int:
        """How many bytes the content has."""
        return self.content.size if isinstance(self.content, SpooledContent) else self.size

    @property
    def original(self) -> tuple[int, str]:
        """Size and digest of what the clean version lacks something of."""
        if self.text_digest:
            return sum(record.size for record in self.records), self.text_digest
        return self.size, self.digest


@dataclass(slots=True)
class OpenedFiles:
    """All containers of a run, opened; `refused` are documents that have the name of one in them."""

    files: dict[str, Opened] = field(default_factory=dict)
    refused: list[Skipped] = field(default_factory=list)

    @property
    def sources(self) -> Iterator[RecordSource]:
        """Yield the documents in all containers."""
        for opened in self.files.values():
            yield from opened.records

    @property
    def skipped(self) -> Iterator[Skipped]:
        """Yield what was met and is no document."""
        yield from self.refused
        for opened in self.files.values():
            yield from opened.skipped
