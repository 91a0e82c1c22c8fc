"""Read a plan as if a stranger had sent it: all of it is checked before any of it is used."""

from __future__ import annotations

import os
import stat
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, assert_never

from dedupe.errors import PlanError
from dedupe.model import Skipped, Totals
from dedupe.plan.canonical import LOCAL, canonical, new_digest
from dedupe.plan.door import DamagedError, Fields
from dedupe.plan.file_check import FileCheck
from dedupe.plan.parsing import (
    parse_cut,
    parse_document,
    parse_file,
    parse_finding,
    parse_header,
    parse_skipped,
    parse_splice,
    parse_totals,
)
from dedupe.plan.records import (
    OLDEST_SCHEMA,
    SCHEMA_VERSION,
    TOOL,
    PlanHeader,
    PlannedCut,
    PlannedDocument,
    PlannedFile,
    PlannedFinding,
    PlannedSplice,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_LINE_BYTES = 1 << 30
_REMAKE = "run dedupe again to make a new one"
_FOREIGN = "it is no plan of dedupe; give a file that --plan wrote"

_Told = PlannedDocument | PlannedCut | PlannedFinding | PlannedSplice | PlannedFile | Skipped
_Record = PlanHeader | _Told | Totals
_WITH_LOCAL = ("document", "file")
_Stamp = tuple[int, int, int, int]


class Plan:
    """A plan that was found whole and undamaged; its lines are read again whenever they are asked for.

    `header` and `totals` are its first and last line.
    """

    def __init__(self, path: Path, header: PlanHeader, totals: Totals, stamp: _Stamp) -> None:
        self.path = path
        self.header = header
        self.totals = totals
        self._stamp = stamp

    def documents(self) -> Iterator[PlannedDocument]:
        """Yield the documents in the order of the plan, each with its cuts and findings.

        Raises PlanError if the file was changed since it was opened.
        """
        document: PlannedDocument | None = None
        cuts: list[PlannedCut] = []
        findings: list[PlannedFinding] = []
        for record in self._records():
            match record:
                case PlannedCut():
                    cuts.append(record)
                case PlannedFinding():
                    findings.append(record)
                case PlannedDocument() | Totals():
                    if document is not None:
                        yield replace(document, cuts=tuple(cuts), findings=tuple(findings))
                    document = record if isinstance(record, PlannedDocument) else None
                    cuts, findings = [], []
                case PlanHeader() | Skipped() | PlannedSplice() | PlannedFile():
                    pass
                case _:
                    assert_never(record)

    def files(self) -> Iterator[PlannedFile]:
        """Yield the files that hold documents, in the order of the plan, each with all that was taken out of it."""
        splices: list[PlannedSplice] = []
        for record in self._records():
            if isinstance(record, PlannedSplice):
                splices.append(record)
            elif isinstance(record, PlannedFile):
                yield replace(record, splices=tuple(splices))
                splices = []

    def skipped(self) -> Iterator[Skipped]:
        """Yield what was skipped, in the order of the plan."""
        for record in self._records():
            if isinstance(record, Skipped):
                yield record

    def _records(self) -> Iterator[_Record]:
        with _opened(self.path) as file:
            if _stamp_of(file) != self._stamp:
                raise PlanError(f"{self.path}: the plan was changed while it was in use; start again")
            yield from _checked_records(self.path, file)


def open_plan(path: Path) -> Plan:
    """Return the plan at `path` after reading all of it once.

    Every line is valid, the schema is known, the trailer is there and last, digest and totals fit, and for
    every document the cuts are in order and bytes in = bytes out + bytes cut. What is not hashed (the
    header's `root`, a document's `read` and `written`) may have been edited.

    Raises PlanError, and nothing else, for whatever lies at `path`.
    """
    header: PlanHeader | None = None
    totals: Totals | None = None
    with _opened(path) as file:
        stamp = _stamp_of(file)
        for record in _checked_records(path, file):
            if isinstance(record, PlanHeader):
                header = record
            elif isinstance(record, Totals):
                totals = record
    if header is None or totals is None:
        raise PlanError(f"{path}: {_FOREIGN}")
    return Plan(path, header, totals, stamp)


def _opened(path: Path) -> BinaryIO:
    try:
        # Not blocking: a named pipe that nobody writes to would hold us for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return os.fdopen(descriptor, "rb")
        os.close(descriptor)
    except (OSError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise PlanError(f"{path}: {said[:1].lower()}{said[1:]}; give a file that --plan wrote") from error
    raise PlanError(f"{path}: it is no regular file; give a file that --plan wrote")


def _stamp_of(file: BinaryIO) -> _Stamp:
    status = os.fstat(file.fileno())
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _checked_records(path: Path, file: BinaryIO) -> Iterator[_Record]:
    check = _Check()
    number = 0
    try:
        while line := file.readline(MAX_LINE_BYTES):
            number += 1
            yield check.record_of(line)
        check.expect_end()
    except DamagedError as damage:
        if number <= 1 or check.header is None:
            raise PlanError(f"{path}: {_FOREIGN}") from damage
        raise PlanError(f"{path}: line {number} {damage}; {_REMAKE}") from damage
    except _UnusableError as fault:
        raise PlanError(f"{path}: {fault}") from fault
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}; {_REMAKE}") from error


class _UnusableError(Exception):
    """The plan as a whole cannot be used; the message says why and what to do."""


class _Check:
    """What is known of a plan while its lines go by."""

    def __init__(self) -> None:
        self.header: PlanHeader | None = None
        self._digest = new_digest()
        self._totals = Totals()
        self._document: PlannedDocument | None = None
        self._cut_to = 0
        self._bytes_cut = 0
        self._files = FileCheck()
        self._finished = False

    def record_of(self, line: bytes) -> _Record:
        """Return what the next line says, after checking that it may say so here."""
        if self._finished:
            raise DamagedError("comes after the trailer")
        if len(line) >= MAX_LINE_BYTES:
            raise DamagedError("is too long")
        if not line.endswith(b"\n"):
            raise _UnusableError(f"the plan is incomplete: it ends inside a line; {_REMAKE}")
        fields = Fields.of_line(line)
        kind = fields.text("kind")
        if self.header is None:
            self._digest.update(canonical(fields.without(LOCAL)) + b"\n")
            self.header = self._header(fields, kind)
            return self.header
        if kind == "trailer":
            return self._trailer(fields)
        self._digest.update(canonical(fields.without(LOCAL)) + b"\n" if kind in _WITH_LOCAL else line)
        match kind:
            case "document":
                return self._begin(parse_document(fields, preview=self.header.preview))
            case "cut":
                return self._cut(parse_cut(fields, preview=self.header.preview))
            case "finding":
                return self._finding(parse_finding(fields))
            case "splice":
                return self._files.splice(parse_splice(fields))
            case "file":
                return self._files.file(parse_file(fields), preview=self.header.preview)
            case "skipped":
                skipped = parse_skipped(fields)
                self._totals += Totals(skipped=Counter([skipped.reason]))
                return skipped
        raise DamagedError(f"is of the unknown kind {kind!r}")

    def expect_end(self) -> None:
        """Check that the trailer was there."""
        if not self._finished:
            raise _UnusableError(f"the plan is incomplete: its trailer is missing; {_REMAKE}")

    def _header(self, fields: Fields, kind: str) -> PlanHeader:
        if kind != "header" or fields.text("tool") != TOOL:
            raise DamagedError("is no header")
        schema = fields.count("schema")
        if schema > SCHEMA_VERSION:
            raise _UnusableError(
                f"the plan has schema {schema} and this dedupe reads {SCHEMA_VERSION}; update dedupe"
            )
        if schema < OLDEST_SCHEMA:
            raise DamagedError(f"has the unknown schema {schema}")
        return parse_header(fields)

    def _begin(self, document: PlannedDocument) -> PlannedDocument:
        self._end_document()
        self._document, self._cut_to, self._bytes_cut = document, 0, 0
        self._totals += Totals(
            documents=1,
            paragraphs=document.paragraphs,
            bytes_in=document.bytes,
            bytes_out=document.cleaned_bytes,
        )
        return document

    def _cut(self, cut: PlannedCut) -> PlannedCut:
        if self._document is None or cut.document != self._document.name:
            raise DamagedError("cuts another document than the one before it")
        if not self._cut_to <= cut.start <= cut.end <= self._document.bytes:
            raise DamagedError("cuts out of order or outside of its document")
        self._cut_to = cut.end
        self._bytes_cut += cut.end - cut.start
        self._totals.removed[cut.rule] += 1
        self._totals.removed_characters[cut.rule] += len(cut.text)
        return cut

    def _finding(self, finding: PlannedFinding) -> PlannedFinding:
        if self._document is None or finding.place.document != self._document.name:
            raise DamagedError("is about another document than the one before it")
        self._totals.found[finding.rule] += 1
        return finding

    def _end_document(self) -> None:
        document = self._document
        if document is None:
            return
        if document.bytes != document.cleaned_bytes + self._bytes_cut:
            raise DamagedError(
                f"follows {document.name!r}, whose bytes are not those that stay and those cut"
            )
        if document.rest is not None and len(document.rest) != document.cleaned_bytes:
            raise DamagedError(f"follows {document.name!r}, whose rest is not as long as it says")

    def _trailer(self, fields: Fields) -> Totals:
        self._end_document()
        self._files.expect_none_open()
        self._digest.update(canonical(fields.without("digest")) + b"\n")
        if fields.digest("digest") != self._digest.hexdigest():
            raise _UnusableError(
                f"the plan was changed after it was written: its digest does not fit; {_REMAKE}"
            )
        totals = parse_totals(fields)
        counted = self._totals
        if self.header is not None and not self.header.preview:
            # The characters were counted on text that this plan does not hold.
            counted = replace(counted, removed_characters=totals.removed_characters)
        if totals != counted:
            raise DamagedError("has other totals than the lines before it")
        self._finished = True
        return totals
