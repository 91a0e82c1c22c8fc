"""Take single removals back into files that hold records, each of which may lack something else.

The original file is put together in memory, its records are found as the run found them, and what still goes of them is
cut out again: so the same code that cut them says where in the file a part of a text lies.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.cutting import put_back
from dedupe.digests import digest_of_bytes
from dedupe.errors import PlanError
from dedupe.plan.record_texts import records_of
from dedupe.plan.records import PlannedSplice
from dedupe.plan.rewriting import NewFile, PlanRewriter, Shrunk, shrunk
from dedupe.plan.used_settings import settings_of
from dedupe.reading import BytesSource
from dedupe.reading.contents import ContentSpool
from dedupe.reading.records import RecordChangedError, RecordNotCutError, without
from dedupe.restoring.files import RestoreRefused, TakenBack, not_as_left, path_in, read_standing, written
from dedupe.spilling import SpillFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.plan import Plan, PlannedCut, PlannedDocument, PlannedFile
    from dedupe.reading.records import ByteRange, RecordSource
    from dedupe.restoring.selection import Selection

REENCODED = "what is written anew, as compressed files and tables are, takes no single removals back"
NOT_FOUND = "its records are not where they were; nothing was changed"


@dataclass(slots=True)
class FileRemovals:
    """A file of a plan, and the removals of its records that are meant."""

    file: PlannedFile
    chosen: list[tuple[PlannedDocument, tuple[PlannedCut, ...]]] = field(default_factory=list)

    @property
    def paragraphs(self) -> int:
        """How many removals are meant."""
        return sum(len(cuts) for _, cuts in self.chosen)

    def original_of(self, content: bytes) -> bytes | None:
        """Return the original if `content` is it, or is what the plan left of it; else None."""
        digest = digest_of_bytes(content)
        if digest == self.file.digest:
            return content
        if digest != self.file.cleaned_digest:
            return None
        try:
            original = put_back(content, [(each.start, each.removed) for each in self.file.splices])
        except ValueError:
            return None
        return original if digest_of_bytes(original) == self.file.digest else None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file becomes, and what becomes of its records."""

    new: NewFile
    records: tuple[Shrunk, ...]


def removals_in_files(plan: Plan, selection: Selection) -> Iterator[FileRemovals]:
    """Yield the files in whose records removals are meant."""
    if not plan.header.has_files:
        return
    chosen: dict[str, list[tuple[PlannedDocument, tuple[PlannedCut, ...]]]] = {}
    for document in plan.documents():
        if document.record is not None and (cuts := selection.chosen(document)):
            chosen.setdefault(document.record.container, []).append((document, cuts))
    if not chosen:
        return
    for file in plan.files():
        if file.name in chosen:
            yield FileRemovals(file, chosen[file.name])


def taken_back(plan: Plan, removals: FileRemovals, original: bytes) -> Taken | str:
    """Return what the file becomes when the removals are taken back, or why that cannot be."""
    spool = ContentSpool(SpillFolder(None))
    try:
        sources = _sources_of(plan, removals.file, original, spool)
        splices = {each.start: each.start + len(each.removed) for each in removals.file.splices}
        records: list[Shrunk] = []
        for document, cuts in removals.chosen:
            number = document.record.number if document.record is not None else 0
            text = original if not number else None
            source = sources.get(number)
            if source is not None:
                text = source.read()
            if text is None or digest_of_bytes(text) != document.digest:
                return NOT_FOUND
            left = shrunk(document, text, cuts)
            records.append(left)
            begin, end = source.whole() if source is not None else (0, len(original))
            for start in [start for start in splices if begin <= start < end]:
                del splices[start]
            splices |= dict(_ranges(left, source))
    except (OSError, ValueError, RecordChangedError, RecordNotCutError):
        return NOT_FOUND
    finally:
        spool.close()
    ranges = sorted(splices.items())
    told = tuple(PlannedSplice(removals.file.name, start, original[start:end]) for start, end in ranges)
    return Taken(NewFile(removals.file, told, without(original, ranges)), tuple(records))


def _sources_of(
    plan: Plan, file: PlannedFile, original: bytes, spool: ContentSpool
) -> dict[int, RecordSource]:
    if file.format == "html":
        return {}  # the original is the text
    from dataclasses import replace

    settings = replace(settings_of(dict(plan.header.settings)), format=file.format)  # type: ignore[arg-type]
    return records_of(BytesSource(file.name, "", original), settings, spool)


def _ranges(left: Shrunk, source: RecordSource | None) -> list[ByteRange]:
    ranges = [(cut.start, cut.end) for cut in left.left]
    if source is None or not ranges:
        return ranges
    return source.ranges_in_file(left.original, left.cleaned, ranges)


def take_back_into_records(plan: Plan, selection: Selection, cleaned: bytes) -> tuple[bytes, PlanRewriter]:
    """Return the only file of a plan, which came through a pipe, with the removals that are meant; see `removals.py`.

    Raises PlanError where `cleaned` is not what the plan left, or takes no single removals back.
    """
    rewriter = PlanRewriter(plan)
    for removals in removals_in_files(plan, selection):
        if not removals.file.is_spliced:
            raise PlanError(f"{plan.path}: {REENCODED}")
        original = removals.original_of(cleaned)
        if original is None or digest_of_bytes(cleaned) != removals.file.cleaned_digest:
            raise PlanError(
                f"{plan.path}: the text is not the one that this plan left; give the clean text, unchanged"
            )
        taken = taken_back(plan, removals, original)
        if isinstance(taken, str):
            raise PlanError(f"{plan.path}: {taken}")
        _note(rewriter, taken)
        return taken.new.cleaned, rewriter
    return cleaned, rewriter


def put_into_file(
    plan: Plan, removals: FileRemovals, folder: Path, rewriter: PlanRewriter
) -> TakenBack | RestoreRefused:
    """Put removals into the clean file again, and let the rewriter know; see `take_back`."""
    file = removals.file
    path = path_in(folder, file)
    if isinstance(path, RestoreRefused):
        return path
    if not file.is_spliced:
        return RestoreRefused(file.name, f"{path}: {REENCODED}")
    if path.is_symlink():
        return RestoreRefused(file.name, f"{path}: it has become a link; remove it and restore again")
    standing = _standing(file, path)
    if isinstance(standing, RestoreRefused):
        return standing
    content, status = standing
    original = _original_of(plan, removals, content)
    if original is None:
        return not_as_left(file, path)
    taken = taken_back(plan, removals, original)
    if isinstance(taken, str):
        return RestoreRefused(file.name, f"{path}: {taken}")
    if content == taken.new.cleaned:
        _note(rewriter, taken)
        return TakenBack(file.name, path, removals.paragraphs, already=True)
    if content == original:  # it has them back, and others, of which the plan tells still
        return TakenBack(file.name, path, removals.paragraphs, already=True)
    if digest_of_bytes(content) != file.cleaned_digest:
        return not_as_left(file, path)
    if (failure := written(file.name, taken.new.cleaned, path, status)) is not None:
        return failure
    _note(rewriter, taken)
    return TakenBack(file.name, path, removals.paragraphs)


def build_file(plan: Plan, removals: FileRemovals, folder: Path, out_dir: Path) -> TakenBack | RestoreRefused:
    """Build the clean file with its removals below `out_dir`."""
    file = removals.file
    clean_path, path = path_in(folder, file), path_in(out_dir, file)
    if isinstance(clean_path, RestoreRefused):
        return clean_path
    if isinstance(path, RestoreRefused):
        return path
    if not file.is_spliced:
        return RestoreRefused(file.name, f"{path}: {REENCODED}")
    standing = _standing(file, clean_path)
    if isinstance(standing, RestoreRefused):
        return standing
    content, status = standing
    original = removals.original_of(content)
    if original is None:
        return not_as_left(file, clean_path)
    taken = taken_back(plan, removals, original)
    if isinstance(taken, str):
        return RestoreRefused(file.name, f"{path}: {taken}")
    if os.path.lexists(path):
        there = read_standing(file, path)
        if not isinstance(there, RestoreRefused) and there[0] == taken.new.cleaned:
            return TakenBack(file.name, path, removals.paragraphs, already=True)
        return RestoreRefused(
            file.name, f"{path}: something else stands there; remove it or choose another -o"
        )
    failure = written(file.name, taken.new.cleaned, path, status)
    return failure or TakenBack(file.name, path, removals.paragraphs)


def _standing(file: PlannedFile, path: Path) -> tuple[bytes, os.stat_result | None] | RestoreRefused:
    """Return what stands at a path, and its status; nothing, where nothing was written."""
    return (b"", None) if file.is_gone and not os.path.lexists(path) else read_standing(file, path)


def _original_of(plan: Plan, removals: FileRemovals, content: bytes) -> bytes | None:
    """Return the original out of the clean file or, where that has its removals already, from where it still lies."""
    if (original := removals.original_of(content)) is not None:
        return original
    file = removals.file
    backup = plan.path.parent / "files" / (file.written or file.name)
    for path in (backup, Path(file.read)) if file.read.startswith("/") else (backup,):
        there = read_standing(file, path)
        if not isinstance(there, RestoreRefused) and digest_of_bytes(there[0]) == file.digest:
            return there[0]
    return None


def _note(rewriter: PlanRewriter, taken: Taken) -> None:
    for record in taken.records:
        rewriter.take(record)
    rewriter.take_file(taken.new)
