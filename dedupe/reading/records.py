"""Documents that are parts of a file: each has a text, and knows where in the file's bytes that text lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dedupe.inputs import Record
from dedupe.reading.naming import NO_FOLDER
from dedupe.reading.sources import BytesSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.reading.contents import Content, ContentSpool
    from dedupe.settings import GroupBy

ByteRange = tuple[int, int]


class RecordChangedError(Exception):
    """What lies where a record was is another text now."""


class RecordNotCutError(Exception):
    """What would be left where a record is could not be read as that record; the message says why."""


class RecordSource(Protocol):
    """A document in a file, a `dedupe.model.Source`; its bytes are those of its text, wherever that comes from."""

    @property
    def name(self) -> str:
        """The document's name: the file's, a colon and the record's number."""

    @property
    def group(self) -> str:
        """The group (site) whose documents vote together."""

    @property
    def size(self) -> int:
        """About how many bytes the text has."""

    @property
    def record(self) -> Record:
        """Where the document stands."""

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes are UTF-8, half surrogate pairs included; else their encoding has to be found out."""

    def read(self) -> bytes:
        """Return the text's bytes.

        Raises OSError as the system does.
        """

    def ranges_in_file(self, text: bytes, cleaned: bytes, ranges: Sequence[ByteRange]) -> list[ByteRange]:
        """Return the bytes of the file's content that go so that `ranges` go of the text, whose rest is `cleaned`.

        Raises RecordChangedError when the text in the file is not `text`, RecordNotCutError when the record has to stay
        as it is, ValueError when what is left there would not say what is left of the text, OSError as the system does.
        """

    def whole(self) -> ByteRange:
        """Return the bytes of the file's content that go when the record goes."""


@dataclass(frozen=True, slots=True)
class HeldRecord(BytesSource):
    """The text of a record, for a process that has not the file; see `RecordSource`."""

    is_utf8: bool = True


@dataclass(frozen=True, slots=True)
class WholeText:
    """The text of a file that holds nothing else, such as a compressed one."""

    name: str
    group: str
    content: Content
    size: int
    is_utf8: bool = False

    @property
    def record(self) -> Record:
        """Where the document stands: it is the file."""
        return Record(self.name, 0)

    def read(self) -> bytes:
        """Return the text's bytes."""
        return self.content.read(0, self.size)

    def ranges_in_file(self, text: bytes, cleaned: bytes, ranges: Sequence[ByteRange]) -> list[ByteRange]:
        """Return the ranges, which are the same in the text and in the content."""
        del text, cleaned
        return list(ranges)

    def whole(self) -> ByteRange:
        """Return the range of everything."""
        return 0, self.size

    def __reduce__(self) -> tuple[Any, ...]:
        return HeldRecord, (self.name, self.group, self.read(), self.is_utf8)


@dataclass(frozen=True, slots=True)
class SpooledRecord:
    """The text of a record of a file that is written anew; see `RecordSource`.

    It lies in the spool, which is `content`, from `start` to `end`; the places that go are told in the spool too.
    """

    name: str
    group: str
    content: ContentSpool
    record: Record
    start: int
    end: int
    is_utf8: bool = True

    @property
    def size(self) -> int:
        """How many bytes the text has."""
        return self.end - self.start

    def read(self) -> bytes:
        """Return the text's bytes."""
        return self.content.read(self.start, self.end)

    def ranges_in_file(self, text: bytes, cleaned: bytes, ranges: Sequence[ByteRange]) -> list[ByteRange]:
        """Return the ranges, in the spool."""
        del text, cleaned
        return [(self.start + start, self.start + end) for start, end in ranges]

    def whole(self) -> ByteRange:
        """Return the range of the text in the spool."""
        return self.start, self.end

    def __reduce__(self) -> tuple[Any, ...]:
        return HeldRecord, (self.name, self.group, self.read(), self.is_utf8)


def without(content: bytes, ranges: Sequence[ByteRange]) -> bytes:
    """Return bytes without those of `ranges`, which are in order and do not overlap."""
    pieces, position = [], 0
    for start, end in ranges:
        pieces.append(content[position:start])
        position = end
    return b"".join([*pieces, content[position:]])


def name_of(container: str, number: int) -> str:
    """Return the name of a record."""
    return f"{container}:{number}"


def group_of(group_by: GroupBy, group: str, url: object) -> str:
    """Return the group of a record of a file, which itself is of `group`: the host of its URL, else that of the file.

    A file that is in no folder of its own leaves its records to be grouped by the chrome they share, as texts are.
    """
    if group_by == "none":
        return ""
    host = host_of(url) if group_by in ("auto", "site") else ""
    return host or group or NO_FOLDER


def host_of(url: object) -> str:
    """Return the host of a URL in lower case, `""` where it names none."""
    if not isinstance(url, str):
        return ""
    from urllib.parse import urlsplit

    try:
        return urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
