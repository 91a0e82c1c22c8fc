"""Files that hold documents, put together again: all that was in them, but for what was cut out of their documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dedupe.editing import CANNOT_RESTORE, CHANGED
from dedupe.errors import SelfCheckFailed
from dedupe.inputs import Skipped
from dedupe.model import Edit
from dedupe.reading.compression import DamagedFileError, compressed
from dedupe.reading.containers import REENCODED
from dedupe.reading.contents import chunks
from dedupe.reading.records import RecordChangedError, RecordNotCutError

if TYPE_CHECKING:
    from dedupe.reading.opened import Opened, OpenedFiles
    from dedupe.reading.records import ByteRange, RecordSource


class FileChangedError(Exception):
    """A file is not what it was when its documents were found; what was made of it is not to be used."""


@dataclass(slots=True)
class CleanFile:
    """The clean version of a file that holds documents.

    `name` is the file's; a destination may write it under further names. `cuts` are the bytes of its content that go,
    in order; `dropped` are the numbers of records that go whole. What is compressed again is so by as many threads as
    there are `jobs`; `text_field` is the column of a table in which the texts are.
    """

    name: str
    opened: Opened
    cuts: list[ByteRange] = field(default_factory=list)
    is_current: bool = True
    jobs: int = 1
    dropped: set[int] = field(default_factory=set)
    text_field: str = "text"

    @property
    def is_changed(self) -> bool:
        """Whether the clean version is another than the file."""
        return bool(self.cuts or self.dropped)

    @property
    def is_gone(self) -> bool:
        """Whether all that the file holds is one text, which goes whole, so that no clean version is written."""
        return 0 in self.dropped

    @property
    def is_spliced(self) -> bool:
        """Whether the clean version is the file without the bytes of the cuts, so that they can be put back."""
        file = self.opened.file
        return bool(self.opened.text_digest) or not (file.compression or file.format in REENCODED)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes of the clean version, piece by piece; it can be asked for any number of times.

        Raises FileChangedError, at the end too, when the file is not what it was or cannot be read any more.
        """
        if not self.is_current:
            raise FileChangedError
        try:
            yield from self._pieces()
        except OSError as error:
            raise FileChangedError from error

    def _pieces(self) -> Iterator[bytes]:
        file = self.opened.file
        if self.is_spliced and not self.opened.text_digest:
            yield from self._kept(self._proven(chunks(file.stored)))
            return
        if not self.is_changed and not file.is_converted:
            yield from self._proven(chunks(file.stored))
            return
        self._prove()
        if file.format == "warc":
            yield from self._texts_of_warc()
            self._prove()  # it was read here and there, and not in one go
        elif file.format in REENCODED:
            table = self._table()
            yield from compressed(table, file.compression, jobs=self.jobs) if file.compression else table
            self._prove()
        elif self.is_spliced:
            yield from self._kept(chunks(self.opened.content))
        else:
            kept = self._kept(chunks(self.opened.content))
            yield from compressed(kept, file.compression, jobs=self.jobs)

    def _texts_of_warc(self) -> Iterator[bytes]:
        from dedupe.writing.warc import texts_of_warc

        try:
            yield from texts_of_warc(self.opened, self.cuts, frozenset(self.dropped))
        except DamagedFileError as error:
            raise FileChangedError from error

    def _table(self) -> Iterator[bytes]:
        import pyarrow as pa

        from dedupe.writing.tables import rewritten

        try:
            yield from rewritten(self.opened, self.cuts, frozenset(self.dropped), self.text_field)
        except pa.ArrowException as error:
            raise FileChangedError from error

    def _prove(self) -> None:
        for _ in self._proven(chunks(self.opened.file.stored)):
            pass

    def _proven(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces of the file; FileChangedError at the end if they are not what they were."""
        measuring = Measuring(pieces)
        yield from measuring
        if self.opened.digest and measuring.written.digest != self.opened.digest:
            raise FileChangedError

    def _kept(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces of a content without the bytes that go."""
        position, cuts = 0, iter(self.cuts)
        start, end = next(cuts, (-1, -1))
        for piece in pieces:
            behind, kept = position + len(piece), position
            while 0 <= start < behind:
                if start > kept:
                    yield piece[kept - position : start - position]
                kept = min(end, behind)
                if end > behind:
                    break
                start, end = next(cuts, (-1, -1))
            if kept < behind:
                yield piece[kept - position :] if kept > position else piece
            position = behind

    def removed(self) -> Iterator[tuple[int, bytes]]:
        """Yield what goes: where it starts in the file, and the bytes."""
        for start, end in self.cuts:
            yield start, self.opened.content.read(start, end)


@dataclass(frozen=True, slots=True)
class Written:
    """What a file is like: how many bytes it has, and their digest."""

    size: int
    digest: str


class Measuring:
    """Hands pieces on and knows at the end what they were like together."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._digest = hashlib.blake2b(digest_size=16)
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._digest.update(piece)
            self._size += len(piece)
            yield piece

    @property
    def written(self) -> Written:
        """What has been handed on so far."""
        return Written(self._size, self._digest.hexdigest())


def measured(pieces: Iterable[bytes]) -> Written:
    """Return what pieces are like together."""
    measuring = Measuring(pieces)
    for _ in measuring:
        pass
    return measuring.written


Result = Edit | Skipped | CleanFile


class Rebuilder:
    """Follows the results of a run and hands out each file that holds documents once all of them have come."""

    def __init__(self, opened: OpenedFiles, *, jobs: int = 1, text_field: str = "text") -> None:
        self._records: dict[str, RecordSource] = {record.name: record for record in opened.sources}
        self._files = {
            name: CleanFile(name, each, jobs=jobs, text_field=text_field)
            for name, each in opened.files.items()
        }
        self._missing = {name: len(each.records) for name, each in opened.files.items()}

    def follow(self, results: Iterable[Edit | Skipped]) -> Iterator[Result]:
        """Yield the results, and each clean file behind the last document of it.

        Raises SelfCheckFailed when what is left of a file would not say what is left of its documents.
        """
        for name, missing in self._missing.items():
            if not missing and self._files[name].opened.is_readable:
                yield self._files[name]
        for result in results:
            source = self._records.get(result.name)
            if source is None:
                yield result
                continue
            file = self._files[source.record.container]
            if isinstance(result, Skipped):
                yield replace(result, raw=None)
            else:
                yield self._cut(file, source, result)
            self._missing[file.name] -= 1
            # What is binary, decompressed, is no text that anybody asked for.
            if not self._missing[file.name] and not (
                isinstance(result, Skipped) and result.reason == "binary"
            ):
                yield file

    def _cut(self, file: CleanFile, source: RecordSource, edit: Edit) -> Edit | Skipped:
        """Cut a record out of its file, or what goes of it; return what became of it."""
        cut = replace(edit, record=source.record)
        if edit.dropped:
            file.cuts.append(source.whole())
            file.dropped.add(source.record.number)
            return cut
        ranges: Sequence[ByteRange] = edit.ranges or [(each.start, each.end) for each in edit.cuts]
        if not ranges:
            return cut
        try:
            file.cuts += source.ranges_in_file(edit.raw, edit.cleaned, ranges)
        except RecordNotCutError as error:
            return Skipped(edit.name, "malformed", str(error))
        except (RecordChangedError, OSError):
            file.is_current = False
        except ValueError as error:
            raise SelfCheckFailed(f"{edit.name}: {CANNOT_RESTORE}") from error
        return cut


def changed(file: CleanFile) -> Skipped:
    """Return what becomes of a file that changed while it was being cleaned."""
    return Skipped(file.name, "changed", CHANGED)
