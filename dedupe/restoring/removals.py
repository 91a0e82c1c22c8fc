"""Take single removals back into the clean files, and let the plan say what is true then."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dedupe.cutting import put_back
from dedupe.digests import digest_of_bytes
from dedupe.errors import PlanError
from dedupe.plan.rewriting import PlanRewriter, Shrunk, shrunk
from dedupe.plan.whole_texts import original_of
from dedupe.restoring.files import (
    RestoreRefused,
    TakenBack,
    check_restorable,
    folder_of,
    not_as_left,
    only_document,
    path_in,
    read_standing,
    written,
)
from dedupe.restoring.records import (
    build_file,
    put_into_file,
    removals_in_files,
    take_back_into_records,
)
from dedupe.writing.atomic import AtomicFile
from dedupe.writing.folder_checks import was_written_by_us

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedupe.plan import Plan, PlannedCut, PlannedDocument
    from dedupe.restoring.selection import Selection


def take_back(
    plan: Plan, selection: Selection, *, out_dir: Path | None = None, root: Path | None = None
) -> Iterator[TakenBack | RestoreRefused]:
    """Put the removals that are meant into the clean files again, one file after the other, then rewrite the plan.

    With `out_dir` the files are built there instead, and clean files and plan stay as they are.

    Guarantees
    - A file is replaced only when it is what the plan left, by digest, and is the old or the new one at every instant.
    - With what is still out put back, the new file is the original, by digest; else it is not written.
    - The plan is rewritten when the files are, in one step, and describes them: it can restore, and be asked again.
    - Killed in between, the same call finishes the work: a file that has its removals back already counts as done.
    - Nothing is written outside the root or `out_dir`. A document that does not fit gives a `RestoreRefused` and keeps
      its removals in the plan; the others go on.

    Errors
    PlanError, at once, for a plan without the removed text, or of a run that wrote no files. WriteFailed, before any
    file is touched, where the plan cannot be rewritten; PlanError on the way when it is changed meanwhile.
    """
    check_restorable(plan)
    folder = folder_of(plan, out_dir=out_dir, root=root)
    return _into_folder(plan, selection, folder, out_dir) if out_dir else _in_place(plan, selection, folder)


def take_back_into_text(plan: Plan, selection: Selection, cleaned: bytes) -> tuple[bytes, PlanRewriter]:
    """Return the clean text of the only document with the removals that are meant, and the plan that fits it.

    Raises PlanError for a plan without the removed text, for one of more or fewer documents than one, and when
    `cleaned` is not the text that the plan left.
    """
    check_restorable(plan)
    if plan.header.has_files:
        return take_back_into_records(plan, selection, cleaned)
    document = only_document(plan)
    original = original_of(document, cleaned)
    if original is None or digest_of_bytes(cleaned) != document.cleaned_digest:
        raise PlanError(
            f"{plan.path}: the text is not the one that this plan left; give the clean text, unchanged"
        )
    changed = shrunk(document, original, selection.chosen(document))
    rewriter = PlanRewriter(plan)
    rewriter.take(changed)
    return changed.cleaned, rewriter


def _in_place(plan: Plan, selection: Selection, folder: Path) -> Iterator[TakenBack | RestoreRefused]:
    rewriter = PlanRewriter(plan)
    # Of an -o plan `folder` may by mistake be that of the originals, which have every removal and are not clean files.
    is_clean_folder = plan.header.destination == "in-place" or was_written_by_us(folder)
    # Opened first: where the plan cannot be written, nothing else is.
    with AtomicFile(plan.path) as file:
        for document in plan.documents():
            if document.record is None and (chosen := selection.chosen(document)):
                yield _put_into_clean_file(
                    document, chosen, folder, rewriter, is_clean_folder=is_clean_folder
                )
        for removals in removals_in_files(plan, selection):
            yield put_into_file(plan, removals, folder, rewriter)
        if rewriter.has_changes:
            rewriter.write_to(file.write)
            file.publish()


def _put_into_clean_file(
    document: PlannedDocument,
    chosen: tuple[PlannedCut, ...],
    folder: Path,
    rewriter: PlanRewriter,
    *,
    is_clean_folder: bool,
) -> TakenBack | RestoreRefused:
    path = path_in(folder, document)
    if isinstance(path, RestoreRefused):
        return path
    if path.is_symlink():
        return RestoreRefused(document.name, f"{path}: it has become a link; remove it and restore again")
    status: os.stat_result | None = None
    content = document.rest
    if content is None or os.path.lexists(path):
        standing = read_standing(document, path)
        if isinstance(standing, RestoreRefused):
            return standing
        content, status = standing
    done = TakenBack(document.name, path, len(chosen), already=True)
    if digest_of_bytes(content) == document.digest and (
        len(chosen) < len(document.cuts) or not is_clean_folder
    ):
        return done  # the original itself, or the whole of it restored: the plan tells of what it was before
    if (changed := _already(document, chosen, content)) is not None:
        rewriter.take(changed)
        return done
    is_clean = digest_of_bytes(content) == document.cleaned_digest and (
        document.rest is None or status is None
    )
    original = original_of(document, content) if is_clean else None
    if original is None:
        return not_as_left(document, path)
    changed = shrunk(document, original, chosen)
    if (failure := written(document.name, changed.cleaned, path, status)) is not None:
        return failure
    rewriter.take(changed)
    return TakenBack(document.name, path, len(chosen))


def _already(document: PlannedDocument, chosen: tuple[PlannedCut, ...], content: bytes) -> Shrunk | None:
    """Return what the file became if it has its removals back, and no others; else None."""
    gone = {cut.start for cut in chosen}
    left = [(cut.start, cut.removed or b"") for cut in document.cuts if cut.start not in gone]
    try:
        original = put_back(content, left)
    except ValueError:
        return None
    return shrunk(document, original, chosen) if digest_of_bytes(original) == document.digest else None


def _into_folder(
    plan: Plan, selection: Selection, folder: Path, out_dir: Path
) -> Iterator[TakenBack | RestoreRefused]:
    for document in plan.documents():
        if document.record is None and (chosen := selection.chosen(document)):
            yield _build(document, chosen, folder, out_dir)
    for removals in removals_in_files(plan, selection):
        yield build_file(plan, removals, folder, out_dir)


def _build(
    document: PlannedDocument, chosen: tuple[PlannedCut, ...], folder: Path, out_dir: Path
) -> TakenBack | RestoreRefused:
    """Build the clean file with its removals below `out_dir`."""
    clean_path, path = path_in(folder, document), path_in(out_dir, document)
    if isinstance(clean_path, RestoreRefused):
        return clean_path
    if isinstance(path, RestoreRefused):
        return path
    status: os.stat_result | None = None
    content = document.rest
    if content is None:
        standing = read_standing(document, clean_path)
        if isinstance(standing, RestoreRefused):
            return standing
        content, status = standing
    original = original_of(document, content)
    if original is None:
        return not_as_left(document, clean_path)
    changed = shrunk(document, original, chosen)
    if os.path.lexists(path):
        there = read_standing(document, path)
        if not isinstance(there, RestoreRefused) and there[0] == changed.cleaned:
            return TakenBack(document.name, path, len(chosen), already=True)
        return RestoreRefused(
            document.name, f"{path}: something else stands there; remove it or choose another -o"
        )
    return written(document.name, changed.cleaned, path, status) or TakenBack(
        document.name, path, len(chosen)
    )
