"""`-o`: clean articles into a folder of their own.

What is taken lies in `FOLDER/.dedupe/staging` until it is published by renaming. `FOLDER/.dedupe/marker` says
that the folder is ours, `FOLDER/.dedupe/files` which files in it are, and `FOLDER/.dedupe/lock` is held while
we run.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.writing import disk
from dedupe.writing.atomic import write_atomically
from dedupe.writing.claim import FolderClaim, make_folders
from dedupe.writing.failures import write_failed
from dedupe.writing.folder_checks import (
    MARKER,
    OURS,
    check_apart,
    check_case,
    check_folder,
    check_standing,
    check_targets,
)
from dedupe.writing.paths import parts_inside
from dedupe.writing.rebuilding import FileChangedError, Measuring, measured
from dedupe.writing.together import FilesTogether, PlannedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dedupe.model import Edit, Skipped
    from dedupe.writing.rebuilding import CleanFile, Written

MANY_FILES = 64
"""For fewer a thread is not worth being started."""
MARKER_CONTENT = b"This folder was written by dedupe, which may replace the files listed beside this one.\n"


class OutputFolder:
    """The destination of clean files, checked, locked and staged.

    `targets` gives each document's path below `folder`, `sources` the file whose permissions and times its
    clean one gets; `inputs` are the files and folders the run reads. A document that is `dropped` is not
    written. With `durable` files are on the disk when `publish` returns; without it a crash of the machine,
    not of the program, may leave a file empty, unless `flush` came before. With several `jobs` many files are
    written together beside other work; what the system refuses then is raised by a later `take`, or by `flush`
    or `publish`.

    Making one checks everything first and then claims the folder, so that a second run stops at once: only
    `.dedupe` and a lock in it are written before the first `take`. A stale `staging` of a killed run goes.

    Raises UsageError when two inputs have one target, OutputRefused where writing would endanger the input or
    what is not ours, FolderLocked when another run writes there, WriteFailed when the system refuses.
    """

    def __init__(
        self,
        folder: Path,
        *,
        targets: Mapping[str, str],
        inputs: Sequence[Path],
        overwrite: bool = False,
        sources: Mapping[str, Path] | None = None,
        durable: bool = False,
        jobs: int = 1,
    ) -> None:
        self._folder = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay links
        # As it was typed, in messages; `..` behind a link leads elsewhere than `abspath` says.
        self._shown = self._folder if os.pardir in folder.parts else folder
        self._targets = targets
        self._sources = sources or {}
        self._durable = durable
        self._staged: list[str] = []
        self._remaining: tuple[str, ...] = ()
        check_targets(folder, targets)
        check_apart(folder, inputs)
        check_folder(self._shown, overwrite=overwrite)
        check_standing(self._shown, targets.values())
        self._ours = self._folder / OURS
        self._staging = self._ours / "staging"
        self._claim = FolderClaim(self._ours, shown=folder)
        self._together: FilesTogether | None = None
        if jobs > 1 and len(targets) >= MANY_FILES and not durable and FilesTogether.is_possible():
            self._together = FilesTogether()
        try:
            check_case(self._shown, targets)
            self._begin_staging()
        except BaseException:
            self.discard()
            raise

    @property
    def root(self) -> Path:
        """The folder, absolute."""
        return self._folder

    @property
    def remaining(self) -> tuple[str, ...]:
        """Files of earlier runs that this one did not write, by their bytes; known after `publish`.

        They are left alone: their inputs may be gone, or may only have been left out this time.
        """
        return self._remaining

    def written(self, name: str) -> str:
        """Return where the document goes, relative to `root`."""
        return self._targets[name]

    def take(self, edit: Edit) -> None:
        """Stage the clean text."""
        if edit.record is None and not edit.dropped:
            self._stage(edit.name, edit.cleaned)

    def take_file(self, file: CleanFile) -> Written:
        """Stage the clean version of a file that holds documents, unless it is gone."""
        if file.is_gone:
            return measured(file.pieces())
        measuring = Measuring(file.pieces())
        target, staged = self._targets[file.name], self._staging / str(len(self._staged))
        try:
            self._write(file.name, staged, measuring)
        except OSError as error:
            raise write_failed(self._shown / target, error) from error
        except FileChangedError:
            disk.remove(staged)
            raise
        self._staged.append(target)
        return measuring.written

    def take_as_is(self, skipped: Skipped) -> None:
        """Stage the bytes as they were read."""
        if skipped.raw is None:
            raise ValueError(f"{skipped.name!r} was skipped without its bytes")
        self._stage(skipped.name, skipped.raw)

    def flush(self) -> None:
        """Wait until the content of everything staged is on the disk."""
        self._finish_writing()
        if self._durable:
            return  # each was, as soon as it was written
        for number, target in enumerate(self._staged):
            try:
                disk.sync_file(f"{self._staging}/{number}")
            except OSError as error:
                raise write_failed(self._shown / target, error) from error

    def publish(self) -> tuple[Skipped, ...]:
        """Rename everything into place; each file is the old one or the new one at any instant."""
        self._finish_writing()
        at = ""
        try:
            earlier = self._listed()
            # Before the first file, so that a killed run leaves no file that the next takes for foreign.
            write_atomically(self._ours / MARKER, MARKER_CONTENT, durable=self._durable)
            self._list(earlier | set(self._staged))
            folders = set()
            staging, root = os.fspath(self._staging), os.fspath(self._folder)
            for number, target in enumerate(self._staged):  # texts, not paths: there may be very many
                at, folder = target, target.rpartition("/")[0]
                if folder not in folders:
                    make_folders(self._folder / folder)
                    folders.add(folder)
                disk.replace(f"{staging}/{number}", f"{root}/{target}")
            if self._durable:
                for folder in sorted(folders):
                    disk.sync_folder(self._folder / folder)
            at = ""
            disk.remove_tree(self._staging)
            left = (
                target for target in earlier - set(self._staged) if os.path.lexists(self._folder / target)
            )
            self._remaining = tuple(sorted(left, key=os.fsencode))
            self._list({*self._staged, *self._remaining})
        except OSError as error:
            raise write_failed(self._shown / at if at else self._shown, error) from error
        self._claim.release()
        return ()

    def discard(self) -> None:
        """Remove what was staged, and the folder itself if it was made here and nothing is in it.

        Once published the folder may be another run's, and nothing in it is touched.
        """
        if self._together is not None:
            self._together.stop()
        if not self._claim.is_held:
            return
        with contextlib.suppress(OSError):
            disk.remove_tree(self._staging)
        self._claim.undo()

    def _finish_writing(self) -> None:
        if self._together is not None:
            self._together.finish()
            self._together = None

    def _begin_staging(self) -> None:
        try:
            disk.remove_tree(self._staging)
            disk.make_folder(self._staging)
        except OSError as error:
            raise write_failed(self._staging, error) from error

    def _stage(self, name: str, content: bytes) -> None:
        target, staged = self._targets[name], self._staging / str(len(self._staged))
        try:
            if self._together is not None:
                self._together.add(PlannedFile(staged, content, self._model_of(name), self._shown / target))
            else:
                self._write(name, staged, (content,))
        except OSError as error:
            raise write_failed(self._shown / target, error) from error
        self._staged.append(target)

    def _model_of(self, name: str) -> os.stat_result | None:
        """Return what is known of the file whose permissions and times the clean one gets; it may be gone."""
        with contextlib.suppress(FileNotFoundError):
            return self._sources[name].stat() if name in self._sources else None
        return None

    def _write(self, name: str, staged: Path, pieces: Iterable[bytes]) -> None:
        descriptor = -1
        try:
            descriptor = disk.create(staged)
            for piece in pieces:
                disk.write(descriptor, piece)
            model = self._model_of(name)
            if model is not None:
                disk.make_alike(descriptor, model, times=True)
            if self._durable:
                disk.sync(descriptor)
        finally:
            if descriptor >= 0:
                os.close(descriptor)

    def _listed(self) -> set[str]:
        """Return the files that earlier runs listed as ours; the list may be missing or damaged."""
        try:
            lines = (self._ours / "files").read_bytes().splitlines()
            listed = [json.loads(line) for line in lines]
        except (OSError, ValueError, RecursionError):
            return set()
        return {target for target in listed if isinstance(target, str) and parts_inside(target) is not None}

    def _list(self, targets: set[str]) -> None:
        lines = (json.dumps(target).encode("ascii") + b"\n" for target in sorted(targets, key=os.fsencode))
        write_atomically(self._ours / "files", b"".join(lines), durable=self._durable)
