"""Read a plan as if a stranger had sent it: all of it is checked before any of it is used."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, BinaryIO, assert_never

from dedupe.errors import PlanError
from dedupe.model import Skipped, Totals
from dedupe.plan.checks import MAX_LINE_BYTES, REMAKE, PlanCheck, Record, UnusableError
from dedupe.plan.door import DamagedError
from dedupe.plan.records import (
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

_FOREIGN = "it is no plan of dedupe; give a file that --plan wrote"

Stamp = tuple[int, int, int, int]


class Plan:
    """A plan that was found whole and undamaged; its lines are read again whenever they are asked for.

    `header` and `totals` are its first and last line.
    """

    def __init__(self, path: Path, header: PlanHeader, totals: Totals, stamp: Stamp) -> None:
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
        for record in self.records():
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

    def file_places(self) -> dict[str, PlannedFile]:
        """Return the files that hold documents, by name, without what was taken out of them."""
        if not self.header.has_files:
            return {}
        return {record.name: record for record in self.records() if isinstance(record, PlannedFile)}

    def files(self) -> Iterator[PlannedFile]:
        """Yield the files that hold documents, in the order of the plan, each with all that was taken out of it."""
        splices: list[PlannedSplice] = []
        for record in self.records():
            if isinstance(record, PlannedSplice):
                splices.append(record)
            elif isinstance(record, PlannedFile):
                yield replace(record, splices=tuple(splices))
                splices = []

    def walk(self) -> Iterator[tuple[PlannedDocument, Iterator[PlannedCut | PlannedFinding]]]:
        """Yield the documents in the order of the plan, each with its cuts, then its findings, none of which is held.

        They have to be taken before the next document is; those that are not are passed over. Raises as `records` does.
        """
        begun = 0

        def number(record: Record) -> int:
            nonlocal begun
            begun += isinstance(record, PlannedDocument)
            return begun

        for _, group in groupby(self.records(), number):
            first = next(group)
            if isinstance(first, PlannedDocument):
                yield first, (record for record in group if isinstance(record, PlannedCut | PlannedFinding))

    def skipped(self) -> Iterator[Skipped]:
        """Yield what was skipped, in the order of the plan."""
        for record in self.records():
            if isinstance(record, Skipped):
                yield record

    def lines(self) -> Iterator[bytes]:
        """Yield the lines as they stand in the file; raises as `documents` does."""
        with self._opened() as file:
            yield from file

    def records(self) -> Iterator[Record]:
        """Yield what the lines say, one after the other; nothing of the plan is held.

        Raises PlanError if the file was changed since it was opened.
        """
        with self._opened() as file:
            yield from _checked_records(self.path, file)

    def _opened(self) -> BinaryIO:
        file = opened_plan(self.path)
        if stamp_of(file) != self._stamp:
            file.close()
            raise PlanError(f"{self.path}: the plan was changed while it was in use; start again")
        return file


def open_plan(path: Path) -> Plan:
    """Return the plan at `path` after reading all of it once.

    Every line is valid, the schema is known, the trailer is there and last, digest and totals fit, and for
    every document the cuts are in order and bytes in = bytes out + bytes cut. What is not hashed (the
    header's `root`, a document's `read` and `written`) may have been edited.

    Raises PlanError, and nothing else, for whatever lies at `path`.
    """
    header: PlanHeader | None = None
    totals: Totals | None = None
    with opened_plan(path) as file:
        stamp = stamp_of(file)
        for record in _checked_records(path, file):
            if isinstance(record, PlanHeader):
                header = record
            elif isinstance(record, Totals):
                totals = record
    assert header is not None  # noqa: S101 - what was checked to its end has both
    assert totals is not None  # noqa: S101
    return Plan(path, header, totals, stamp)


def opened_plan(path: Path) -> BinaryIO:
    """Return the file at `path`, open for reading; PlanError for what cannot be opened or is no regular file."""
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


def stamp_of(file: BinaryIO) -> Stamp:
    """Return by what a file is known to be the same as before: its place on the disk, its size, its time."""
    status = os.fstat(file.fileno())
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _checked_records(path: Path, file: BinaryIO) -> Iterator[Record]:
    check = PlanCheck()
    number = 0
    try:
        while line := file.readline(MAX_LINE_BYTES):
            number += 1
            yield check.record_of(line)
        check.expect_end()
    except DamagedError as damage:
        if number <= 1 or check.header is None:
            raise PlanError(f"{path}: {_FOREIGN}") from damage
        raise PlanError(f"{path}: line {number} {damage}; {REMAKE}") from damage
    except UnusableError as fault:
        raise PlanError(f"{path}: {fault}") from fault
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}; {REMAKE}") from error
