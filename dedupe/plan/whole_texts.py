"""The whole text of a document with its cuts in place: from the plan, and from files that prove to be the right ones.

Kept text is not in a plan. It is read from the original, or from the clean file, to which the cuts are put back; both
are known by their digests, so whatever else lies at the path is never shown.
"""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.cutting import put_back
from dedupe.digests import digest_of_bytes
from dedupe.plan.record_texts import RecordTexts
from dedupe.writing.paths import stays_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dedupe.plan.index import PlanIndex
    from dedupe.plan.reader import Plan
    from dedupe.plan.records import PlannedCut, PlannedDocument

IN_NO_FILE = "it lies in no file"
"""Why there is no text of what came through a pipe."""


@dataclass(frozen=True, slots=True)
class WholeText:
    """The original of a document; `raw` has the document's digest."""

    document: PlannedDocument
    raw: bytes

    def between(self, start: int, end: int) -> str:
        """Return what the bytes from `start` to `end` say; bytes that do not fit the encoding are lone surrogates."""
        return decoded(self.raw[start:end], self.document.encoding)

    def pieces(self) -> Iterator[str | PlannedCut]:
        """Yield the text that stays, and the cuts, in order; a piece of text is never empty.

        The byte order mark is none. A cut stands for its whole range, the gap on one side of it included.
        """
        position = len(self.document.bom)
        for cut in self.document.cuts:
            if kept := self.between(position, cut.start):
                yield kept
            yield cut
            position = cut.end
        if kept := self.between(position, len(self.raw)):
            yield kept


@dataclass(frozen=True, slots=True)
class NoText:
    """There is no text of a document to be had; `why` is a short phrase, such as `the file has changed since`."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class WholeTexts:
    """Where the texts of a plan's documents are looked for.

    With `root` they are looked for there, under the documents' names and under the names of their clean files, and
    nowhere else; without it where the plan says that they were read and written. `given` are originals that lie in no
    file, by name, such as what came from standard input.
    """

    plan: Plan | PlanIndex
    root: Path | None = None
    given: Mapping[str, bytes] = field(default_factory=dict)
    _records: RecordTexts = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_records", RecordTexts(self.plan, self.root))

    def of(self, document: PlannedDocument) -> WholeText | NoText:
        """Return the whole text of a document of the plan, or why there is none."""
        if not self.plan.header.preview:
            return NoText(document.name, "the plan was made with --no-preview")
        if document.rest is not None:
            candidates: Iterator[bytes | None] = iter([document.rest])
        elif document.name in self.given:
            candidates = iter([self.given[document.name]])
        elif document.record is not None:
            candidates = chain(self._records.contents(document.record), self._contents(document))
        else:
            candidates = self._contents(document)
        was_there = False
        for content in candidates:
            was_there = True
            original = original_of(document, content) if content is not None else None
            if original is not None:
                return WholeText(document, original)
        if was_there:
            return NoText(document.name, "the file has changed since")
        is_in_file = bool(document.read or document.written)
        if document.record is not None:
            is_in_file = is_in_file or bool(self._records.paths(document.record))
        if self.root is None and not is_in_file:
            return NoText(document.name, IN_NO_FILE)
        return NoText(document.name, "the file is not there any more")

    def _contents(self, document: PlannedDocument) -> Iterator[bytes | None]:
        """Yield what is in the files that are there, None for one whose size shows that it is another."""
        for path in self._paths(document):
            try:
                yield _read(path, (document.bytes, document.cleaned_bytes))
            except (OSError, ValueError):
                continue

    def _paths(self, document: PlannedDocument) -> Iterator[Path]:
        folder = self.root
        if folder is None:
            if document.read.startswith("/"):
                yield Path(document.read)
            folder = Path(self.plan.header.root) if self.plan.header.root else None
        elif stays_inside(folder, document.name):
            yield folder / document.name
        if folder is not None and document.written and stays_inside(folder, document.written):
            yield folder / document.written


def original_of(document: PlannedDocument, content: bytes) -> bytes | None:
    """Return the original if `content` is it, or is what the plan left of it; else None. Both are known by digest."""
    digest = digest_of_bytes(content)
    if digest == document.digest:
        return content
    if digest != document.cleaned_digest:
        return None
    try:
        original = put_back(content, [(cut.start, cut.removed or b"") for cut in document.cuts])
    except ValueError:
        return None
    return original if digest_of_bytes(original) == document.digest else None


def decoded(content: bytes, encoding: str) -> str:
    """Return bytes of a document as text, to be shown; a plan from elsewhere may name a codec that there is not."""
    for errors in ("surrogateescape", "replace"):
        with contextlib.suppress(LookupError, ValueError):
            return content.decode(encoding, errors)
    return content.decode("utf-8", "surrogateescape")


def _read(path: Path, sizes: tuple[int, int]) -> bytes | None:
    # Not blocking: a named pipe may have taken the file's place.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        return file.read() if stat.S_ISREG(status.st_mode) and status.st_size in sizes else None
