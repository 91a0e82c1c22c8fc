"""Give the originals back, byte for byte."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from dedupe.cutting import put_back
from dedupe.digests import digest_of_bytes
from dedupe.errors import PlanError, UsageError, WriteFailed
from dedupe.restoring.files import (
    Restored,
    RestoreRefused,
    check_restorable,
    folder_of,
    not_as_left,
    read_standing,
)
from dedupe.writing.atomic import write_atomically
from dedupe.writing.claim import make_folders
from dedupe.writing.failures import write_failed
from dedupe.writing.paths import leads_out, parts_inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedupe.plan import Plan

REENCODED = "what is written anew, as compressed files and tables are, is not rebuilt; take it from a backup"


def restore(
    plan: Plan, *, out_dir: Path | None = None, root: Path | None = None
) -> Iterator[Restored | RestoreRefused]:
    """Return the originals of a plan to where they were, or build them below `out_dir`, one by one.

    Files of an in-place plan go back where they were, unless `out_dir` is given; originals of an `-o` plan
    are built below `out_dir`, under the paths of their clean files. `root` takes the place of the folder that
    the plan names.

    Guarantees
    - A file is replaced only when it is what the plan left, and only by the original, both by digest.
    - A file that is replaced is the old or the new one at every instant.
    - Nothing is written outside the root or `out_dir`, whatever names the plan holds.
    - What stands in `out_dir` already is never overwritten.
    - A document that does not fit gives a `RestoreRefused`, and the others go on.
    - What the run skipped, copied as it was or not, is left alone; in place also what it took nothing out of.

    Errors
    PlanError, at once, for a plan without the removed text, or of a run that wrote no files; UsageError for
    an `-o` plan without `out_dir`; PlanError on the way when the plan is changed meanwhile.

    Example
    `for result in restore(open_plan(Path("plan.jsonl"))): print(result)`
    """
    check_restorable(plan)
    if plan.header.destination == "out-dir" and out_dir is None:
        raise UsageError(f"{plan.path}: the originals need a folder to be built in; name one with -o DIR")
    folder = folder_of(plan, out_dir=out_dir, root=root)
    return _restore_all(plan, folder, out_dir)


def restore_bytes(plan: Plan, cleaned: bytes) -> bytes:
    """Return the original of the only document in `plan`, whose clean text is `cleaned`.

    What is returned has the digest of the original; `cleaned` may already be the original.

    Raises PlanError for a plan without the removed text, for one of more or fewer documents than one, and
    when `cleaned` is not the text that the plan left.
    """
    check_restorable(plan)
    left = list(islice(_left_by(plan), 2))
    if len(left) != 1:
        raise PlanError(
            f"{plan.path}: the plan has {plan.totals.documents} documents; give one of a single text"
        )
    if not left[0].is_rebuilt:
        raise PlanError(f"{plan.path}: {REENCODED}")
    original = _original_of(left[0], cleaned)
    if original is None:
        raise PlanError(
            f"{plan.path}: the text is not the one that this plan left; give the clean text, unchanged"
        )
    return original


@dataclass(frozen=True, slots=True)
class _Left:
    """A file as the run left it: a document, or a file that holds documents.

    `removed` is what it was before without, `rest` all that is left where no file was written. `is_rebuilt` is False
    for what was written anew, to which nothing can be put back.
    """

    name: str
    written: str
    digest: str
    cleaned_digest: str
    removed: tuple[tuple[int, bytes], ...]
    rest: bytes | None = None
    is_rebuilt: bool = True


def _left_by(plan: Plan) -> Iterator[_Left]:
    for document in plan.documents():
        if document.record is None:  # else it comes with its file
            removed = tuple((cut.start, cut.removed or b"") for cut in document.cuts)
            digests = document.digest, document.cleaned_digest
            yield _Left(document.name, document.written, *digests, removed, document.rest)
    for file in plan.files() if plan.header.has_files else ():
        removed = tuple((splice.start, splice.removed) for splice in file.splices)
        digests = file.digest, file.cleaned_digest
        rest = b"" if file.is_gone else None
        yield _Left(file.name, file.written, *digests, removed, rest, is_rebuilt=file.is_spliced)


def _restore_all(plan: Plan, folder: Path, out_dir: Path | None) -> Iterator[Restored | RestoreRefused]:
    backup = plan.path.parent / "files"
    for document in _left_by(plan):
        if out_dir is None and document.digest == document.cleaned_digest:
            continue  # the run did not touch the file: whatever it is by now, nothing of it is ours to give back
        relative = document.written or document.name
        if parts_inside(relative) is None or leads_out(folder, relative):
            yield RestoreRefused(
                document.name, f"{relative}: the path leads out of {folder}; nothing was written"
            )
        elif out_dir is None:
            yield _put_back_in_place(document, folder / relative, backup / relative)
        elif leads_out(out_dir, relative):
            yield RestoreRefused(
                document.name, f"{relative}: a link leads out of {out_dir}; nothing was written"
            )
        else:
            yield _build(document, folder / relative, out_dir / relative)


def _put_back_in_place(document: _Left, path: Path, backup: Path) -> Restored | RestoreRefused:
    """Replace the clean file by its original; one that was written anew is in the backup only."""
    if path.is_symlink():
        return RestoreRefused(document.name, f"{path}: it has become a link; remove it and restore again")
    standing = read_standing(document, path)
    if isinstance(standing, RestoreRefused):
        return standing
    content, status = standing
    if digest_of_bytes(content) == document.digest:
        return Restored(document.name, path, already=True)
    original = _original_of(document, content) if document.is_rebuilt else None
    if not document.is_rebuilt and digest_of_bytes(content) == document.cleaned_digest:
        backed_up = read_standing(document, backup)
        if isinstance(backed_up, RestoreRefused) or digest_of_bytes(backed_up[0]) != document.digest:
            return RestoreRefused(document.name, f"{path}: {REENCODED}")
        original = backed_up[0]
    if original is None:
        return not_as_left(document, path)
    try:
        write_atomically(path, original, like=status)
    except WriteFailed as failure:
        return RestoreRefused(document.name, str(failure))
    return Restored(document.name, path)


def _build(document: _Left, clean_path: Path, path: Path) -> Restored | RestoreRefused:
    """Build the original at `path`, from the clean file, or from the plan alone if it was dropped."""
    if os.path.lexists(path):
        there = read_standing(document, path)
        if not isinstance(there, RestoreRefused) and digest_of_bytes(there[0]) == document.digest:
            return Restored(document.name, path, already=True)
        return RestoreRefused(
            document.name, f"{path}: something else stands there; remove it or choose another -o"
        )
    if not document.is_rebuilt:
        return RestoreRefused(document.name, f"{path}: {REENCODED}")
    status: os.stat_result | None = None
    content = document.rest
    if content is None:
        standing = read_standing(document, clean_path)
        if isinstance(standing, RestoreRefused):
            return standing
        content, status = standing
    original = _original_of(document, content)
    if original is None:
        return not_as_left(document, clean_path)
    try:
        make_folders(path.parent)
        write_atomically(path, original, like=status, keep_times=True)
    except OSError as error:
        return RestoreRefused(document.name, str(write_failed(path, error)))
    except WriteFailed as failure:
        return RestoreRefused(document.name, str(failure))
    return Restored(document.name, path)


def _original_of(document: _Left, content: bytes) -> bytes | None:
    """Return the original if `content` is it, or is what the plan left of it; else None."""
    digest = digest_of_bytes(content)
    if digest == document.digest:
        return content
    if digest != document.cleaned_digest:
        return None
    try:
        original = put_back(content, document.removed)
    except ValueError:
        return None
    return original if digest_of_bytes(original) == document.digest else None
