"""Find one document or one removal in a plan without making values of all the others.

The plan is proven whole by its digest, over its bytes; only the lines that are asked for are parsed. That takes a
tenth of the time of `open_plan`, which also looks at what every line says.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from dedupe.errors import PlanError
from dedupe.plan.canonical import LOCAL, WITH_LOCAL, canonical, new_digest
from dedupe.plan.door import DamagedError, Fields
from dedupe.plan.parsing import (
    parse_cut,
    parse_document,
    parse_file,
    parse_finding,
    parse_header,
    parse_totals,
)
from dedupe.plan.reader import open_plan, opened_plan, stamp_of
from dedupe.plan.records import OLDEST_SCHEMA, SCHEMA_VERSION, TOOL, PlanHeader, PlannedDocument, PlannedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dedupe.model import Totals
    from dedupe.plan.reader import Stamp

_CHUNK_BYTES = 4 << 20
_STRING = rb'"(?:[^"\\\n]|\\.)*"'
_DOCUMENT = re.compile(
    rb'^(?P<head>\{"bom":"[0-9a-f]*","bytes":\d+,"cleaned_bytes":\d+,"cleaned_digest":"[0-9a-f]{32}",'
    rb'"digest":"[0-9a-f]{32}","dropped":(?:true|false),"encoding":%(string)b,"guessed":(?:true|false),'
    rb'"kind":"document")(?:,"local":(?P<local>\{(?:"(?:read|written)":%(string)b,?)*\}))?'
    rb'(?P<tail>,"name":(?P<name>%(string)b)[^\n]*\n)' % {b"string": _STRING}
)
"""A document as `canonical` spells it; what else begins like one is looked at as JSON."""
_BEGINS_DOCUMENT = re.compile(rb'^\{"b(?:om|ytes)":[^\n]*\n', re.MULTILINE)
"""A document, or a file that holds some."""
_ID = rb'"id":"(%%b[0-9a-f]*)",(?:"kept_[a-z0-9_]+":%b,)*"kind":"(?:%%b)"' % _STRING
"""The keys of a line are sorted, and inside a string the quotes would be escaped: this stands in no text."""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """Where a document stands in the plan, in bytes, and what it is called there and on disk."""

    start: int
    end: int
    spelled_name: bytes
    spelled_local: bytes

    @property
    def name(self) -> str:
        """The document's name."""
        return str(json.loads(self.spelled_name))

    @property
    def read(self) -> str:
        """The file it was read from, `""` where unknown."""
        return self._local("read")

    @property
    def written(self) -> str:
        """The file its clean text was written to, relative to the root, `""` where unknown."""
        return self._local("written")

    def _local(self, key: str) -> str:
        value = json.loads(self.spelled_local).get(key, "") if self.spelled_local else ""
        return value if isinstance(value, str) else ""


class PlanIndex:
    """A plan that is whole by its digest, and where its documents stand; see `index_plan`.

    `files` are those that hold documents, without what was taken out of them.
    """

    def __init__(
        self,
        path: Path,
        header: PlanHeader,
        totals: Totals,
        entries: Sequence[DocumentEntry],
        files: Sequence[PlannedFile],
        stamp: Stamp,
    ) -> None:
        self.path = path
        self.header = header
        self.totals = totals
        self.entries = entries
        self.files = files
        self._stamp = stamp

    def document(self, entry: DocumentEntry) -> PlannedDocument:
        """Return a document with its cuts and findings.

        Raises PlanError when its lines are no such lines, or the plan was changed since.
        """
        with self._opened() as file:
            file.seek(entry.start)
            lines = file.read(entry.end - entry.start).removesuffix(b"\n").split(b"\n")
        try:
            preview = self.header.preview
            document = parse_document(Fields.of_line(lines[0]), preview=preview)
            cuts, findings = [], []
            for line in lines[1:]:
                fields = Fields.of_line(line)
                match fields.text("kind"):
                    case "cut":
                        cuts.append(parse_cut(fields, preview=preview))
                    case "finding":
                        findings.append(parse_finding(fields))
        except DamagedError as damage:
            raise PlanError(
                f"{self.path}: a line of {entry.name!r} {damage}; run dedupe again to make a new one"
            ) from damage
        return replace(document, cuts=tuple(cuts), findings=tuple(findings))

    def file_places(self) -> dict[str, PlannedFile]:
        """Return the files that hold documents, by name, without what was taken out of them."""
        return {file.name: file for file in self.files}

    def entry_named(self, name: str) -> DocumentEntry | None:
        """Return the document with this name, None if there is none."""
        spelled = canonical(name)
        # A name with lone surrogates may be spelled in ASCII together with its line only.
        spellings = {spelled, json.dumps(name).encode("ascii")}
        return next((entry for entry in self.entries if entry.spelled_name in spellings), None)

    def ids_beginning(
        self, beginning: str, *, kinds: tuple[str, ...] = ("cut", "finding")
    ) -> list[tuple[str, DocumentEntry]]:
        """Return the ids of cuts and findings that begin like this, each with its document, in order."""
        pattern = re.compile(_ID % (re.escape(beginning.encode()), "|".join(kinds).encode()))
        starts = [entry.start for entry in self.entries]
        found = []
        with self._opened() as file:
            for offset, lines in _chunks(file):
                for match in pattern.finditer(lines):
                    number = bisect_right(starts, offset + match.start()) - 1
                    if number >= 0:
                        found.append((match[1].decode(), self.entries[number]))
        return found

    def _opened(self) -> BinaryIO:
        file = opened_plan(self.path)
        if stamp_of(file) != self._stamp:
            file.close()
            raise PlanError(f"{self.path}: the plan was changed while it was in use; start again")
        return file


def index_plan(path: Path) -> PlanIndex:
    """Return an index of the plan at `path`, after proving by its digest that it is whole and unchanged.

    Raises PlanError, with the message of `open_plan`, for whatever else lies at `path`.
    """
    with opened_plan(path) as file:
        stamp = stamp_of(file)
        scan = _Scan(is_canonical=True)
        if not scan.fits(file):
            open_plan(path)  # says what is wrong; a plan that only another program spelled anew is not
            scan = _Scan(is_canonical=False)
            file.seek(0)
            if not scan.fits(file):
                raise PlanError(f"{path}: the plan was changed while it was in use; start again")
    assert scan.header is not None  # noqa: S101 - a scan that fits has met both
    assert scan.totals is not None  # noqa: S101
    return PlanIndex(path, scan.header, scan.totals, scan.entries(), scan.files, stamp)


class _Scan:
    """Goes over the bytes of a plan once; `is_canonical` lets it tell documents by how their lines begin."""

    def __init__(self, *, is_canonical: bool) -> None:
        self.header: PlanHeader | None = None
        self.totals: Totals | None = None
        self.files: list[PlannedFile] = []
        self._is_canonical = is_canonical
        self._digest = new_digest()
        self._starts: list[tuple[int, bytes, bytes]] = []
        self._last_start = 0

    def fits(self, file: BinaryIO) -> bool:
        """Return whether the file is a plan, of a schema known here, whose digest fits."""
        try:
            return self._fits(file)
        except DamagedError:
            return False

    def _fits(self, file: BinaryIO) -> bool:
        for offset, lines in _chunks(file):
            if offset == 0:
                first_end = lines.find(b"\n") + 1
                self._take_header(Fields.of_line(lines[:first_end]))
                offset, lines = first_end, lines[first_end:]
            self._hash_waiting()
            last = lines.rfind(b"\n", 0, len(lines) - 1) + 1
            self._take(offset, lines[:last])
            self._waiting, self._last_start = lines[last:], offset + last
        fields = Fields.of_line(self._waiting)
        if self.header is None or fields.text("kind") != "trailer":
            return False
        self._digest.update(canonical(fields.without("digest")) + b"\n")
        self.totals = parse_totals(fields)
        return fields.digest("digest") == self._digest.hexdigest()

    _waiting = b""
    """The last line met; it is the trailer unless another follows."""

    def _take_header(self, fields: Fields) -> None:
        if fields.text("kind") != "header" or fields.text("tool") != TOOL:
            raise DamagedError("is no header")
        if not OLDEST_SCHEMA <= fields.count("schema") <= SCHEMA_VERSION:
            raise DamagedError("has another schema")
        self._digest.update(canonical(fields.without(LOCAL)) + b"\n")
        self.header = parse_header(fields)

    def _hash_waiting(self) -> None:
        if self._waiting:
            self._take(self._last_start, self._waiting)
            self._waiting = b""

    def _take(self, offset: int, lines: bytes) -> None:
        position = 0
        for match in self._documents_in(lines):
            self._digest.update(lines[position : match.start()])
            self._digest.update(self._document(offset + match.start(), match[0]))
            position = match.end()
        self._digest.update(lines[position:])

    def _documents_in(self, lines: bytes) -> Iterator[re.Match[bytes]]:
        if self._is_canonical:
            yield from _BEGINS_DOCUMENT.finditer(lines)
            return
        for match in re.finditer(rb"[^\n]*\n", lines):
            if Fields.of_line(match[0]).text("kind") in WITH_LOCAL:
                yield match

    def _document(self, start: int, line: bytes) -> bytes:
        """Note a document and return the bytes of its line that are hashed."""
        match = _DOCUMENT.match(line)
        if match is not None and self._is_canonical:
            if match["local"] is not None:
                Fields.of_line(match["local"])  # it is not hashed, so it may be anything
            self._starts.append((start, match["name"], match["local"] or b""))
            return match["head"] + match["tail"]
        fields = Fields.of_line(line)
        if fields.text("kind") == "file":
            self.files.append(parse_file(fields))
            return canonical(fields.without(LOCAL)) + b"\n"
        if fields.text("kind") != "document":
            return line
        local = fields.without("")[LOCAL] if fields.has(LOCAL) else {}
        self._starts.append((start, canonical(fields.text("name")), canonical(local)))
        return canonical(fields.without(LOCAL)) + b"\n"

    def entries(self) -> list[DocumentEntry]:
        """Return the documents met, each up to where the next, or the trailer, begins."""
        if not self._starts:
            return []
        ends = [*(start for start, _, _ in self._starts[1:]), self._last_start]
        return [
            DocumentEntry(start, end, name, local)
            for (start, name, local), end in zip(self._starts, ends, strict=True)
        ]


def _chunks(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines of a file, many at a time, and where they begin; DamagedError where the last has no end."""
    offset, rest = 0, b""
    while piece := file.read(_CHUNK_BYTES):
        end = piece.rfind(b"\n") + 1
        if not end:
            rest += piece
            continue
        lines, rest = rest + piece[:end], piece[end:]
        yield offset, lines
        offset += len(lines)
    if rest or not offset:
        raise DamagedError("ends inside a line")
