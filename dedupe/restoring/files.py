"""Files that are given back: where they lie, what stands there, and what becomes of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dedupe.errors import PlanError, UsageError, WriteFailed
from dedupe.writing.atomic import write_atomically
from dedupe.writing.claim import make_folders
from dedupe.writing.failures import what_failed, write_failed
from dedupe.writing.paths import stays_inside

if TYPE_CHECKING:
    from dedupe.plan import Plan, PlannedDocument


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str:
        """The name."""


class Written(Named, Protocol):
    """What has a clean file."""

    @property
    def written(self) -> str:
        """Where the clean file is, relative to the root, `""` where unknown."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The original of a document stands at `path`; `already` says that it stood there before."""

    name: str
    path: Path
    already: bool = False


@dataclass(frozen=True, slots=True)
class RestoreRefused:
    """A document was left alone; `why` reads `PATH: what is wrong; what to do`."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """So many `paragraphs` of a document stand in the file at `path` again; `already` says that they stood there."""

    name: str
    path: Path
    paragraphs: int
    already: bool = False


def check_restorable(plan: Plan) -> None:
    """Raise PlanError for a plan without the removed text."""
    if not plan.header.preview:
        raise PlanError(
            f"{plan.path}: the plan holds digests and not the removed text (--no-preview); "
            "it cannot restore, take the originals from a backup"
        )


def folder_of(plan: Plan, *, out_dir: Path | None, root: Path | None) -> Path:
    """Return where the files of the plan lie: `root`, or the folder that the plan names.

    Raises PlanError where none is known or there, or the run wrote no files; UsageError where `out_dir` is that folder,
    or no folder.
    """
    header = plan.header
    if header.destination not in ("in-place", "out-dir"):
        raise PlanError(
            f"{plan.path}: the run wrote no files ({header.destination}); "
            "give the clean text of its one document on standard input"
        )
    folder = root if root is not None else Path(header.root) if header.root else None
    if folder is None:
        raise PlanError(
            f"{plan.path}: the plan does not say where the files are; name the folder with --root DIR"
        )
    if not folder.is_dir():
        raise PlanError(f"{folder}: no such folder; name the one where the files lie now with --root DIR")
    if out_dir is not None and os.path.lexists(out_dir) and not out_dir.is_dir():
        raise UsageError(f"{out_dir}: it is no folder; name another with -o DIR")
    if out_dir is not None and os.path.realpath(out_dir) == os.path.realpath(folder):
        raise UsageError(f"{out_dir}: the clean files are there; name another folder with -o DIR")
    return folder


def only_document(plan: Plan) -> PlannedDocument:
    """Return the one document of a plan; PlanError where it has more or fewer."""
    if plan.totals.documents != 1:
        raise PlanError(
            f"{plan.path}: the plan has {plan.totals.documents} documents; give one of a single text"
        )
    return next(plan.documents())


def read_standing(document: Named, path: Path) -> tuple[bytes, os.stat_result] | RestoreRefused:
    """Return what stands at `path`, and its status."""
    try:
        # Not blocking: a named pipe may have taken the file's place.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(), os.fstat(file.fileno())
    except OSError as error:
        return RestoreRefused(document.name, f"{path}: {what_failed(error)}; put the clean file back there")


def not_as_left(document: Named, path: Path) -> RestoreRefused:
    """Return the refusal of a file that somebody changed."""
    return RestoreRefused(
        document.name,
        f"{path}: the file is not as dedupe left it; it was left alone, restore it from the backup",
    )


def path_in(folder: Path, document: Written) -> Path | RestoreRefused:
    """Return where the clean file of a document lies below a folder."""
    relative = document.written or document.name
    if not stays_inside(folder, relative):
        return RestoreRefused(
            document.name, f"{relative}: the path leads out of {folder}; nothing was written"
        )
    return folder / relative


def written(name: str, content: bytes, path: Path, status: os.stat_result | None) -> RestoreRefused | None:
    """Write a clean file; return why that could not be."""
    try:
        make_folders(path.parent)
        write_atomically(path, content, like=status)
    except OSError as error:
        return RestoreRefused(name, str(write_failed(path, error)))
    except WriteFailed as failure:
        return RestoreRefused(name, str(failure))
    return None
