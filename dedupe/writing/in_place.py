"""`--in-place`: clean articles where the originals stood, which go to a backup first."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.cutting import apply_cuts
from dedupe.digests import digest_of_pieces
from dedupe.errors import OutputRefused, SelfCheckFailed, UsageError
from dedupe.model import Edit, Skipped
from dedupe.writing import disk
from dedupe.writing.atomic import AtomicFile
from dedupe.writing.claim import FolderClaim, make_folders
from dedupe.writing.failures import what_failed, write_failed
from dedupe.writing.rebuilding import FileChangedError, Measuring, measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dedupe.writing.rebuilding import CleanFile, Written

PIECE_BYTES = 1 << 22
_CHANGED = "the file was changed while dedupe ran, and was left alone"


@dataclass(frozen=True, slots=True)
class _Pending:
    """A file that is to be replaced, as it was when its cuts were decided."""

    name: str
    path: Path
    digest: str
    cleaned_digest: str
    ranges: tuple[tuple[int, int], ...]

    def look_at(self) -> os.stat_result | Skipped:
        """Return what the system says of the file if it still is what its cuts were decided on."""
        try:
            with self.path.open("rb") as file:
                digest, status = (
                    digest_of_pieces(iter(lambda: file.read(PIECE_BYTES), b"")),
                    os.fstat(file.fileno()),
                )
            if self.path.is_symlink() or status.st_nlink > 1:
                return Skipped(self.name, "changed", _CHANGED)
        except OSError as error:
            return Skipped(self.name, "unreadable", what_failed(error))
        return status if digest == self.digest else Skipped(self.name, "changed", _CHANGED)

    def original(self) -> Iterator[bytes]:
        """Yield the bytes of the file as it is now."""
        with self.path.open("rb") as file:
            yield from iter(lambda: file.read(PIECE_BYTES), b"")

    def cleaned(self) -> Iterator[bytes]:
        """Yield the clean bytes."""
        yield apply_cuts(b"".join(self.original()), self.ranges)


@dataclass(frozen=True, slots=True)
class _PendingFile(_Pending):
    """A file that holds documents."""

    file: CleanFile

    def cleaned(self) -> Iterator[bytes]:
        """Yield the clean bytes."""
        return self.file.pieces()


class InPlace:
    """The destination that replaces the files themselves, those with cuts only.

    `paths` gives each document's file. Nothing is touched before `publish`: until then only the cuts are
    remembered. Every original lies in `run_folder` (`BACKUP_DIR/NNNN`, the next free number, so that no
    backup is ever overwritten), on the disk, before the first file is replaced; and a file is replaced only
    if it still is what its cuts were decided on. Permissions stay; the time of change is new.

    Making one locks `backup_dir` and makes `run_folder`, where the plan belongs before `publish`.

    Raises OutputRefused for links, hard links and what is no file, UsageError for one file under two names,
    FolderLocked when another run uses the backup folder, WriteFailed when the system refuses.
    """

    def __init__(self, paths: Mapping[str, Path], *, backup_dir: Path) -> None:
        self._paths = _real_paths(paths)
        self._pending: list[_Pending] = []
        self._touched = False
        backup_dir = Path(os.path.abspath(backup_dir))  # noqa: PTH100 - links stay links
        parents = {str(Path(path).parent) for path in self._paths.values()}
        self._root = Path(os.path.commonpath(parents)) if parents else backup_dir.parent
        if os.path.lexists(backup_dir) and not backup_dir.is_dir():
            raise OutputRefused(f"{backup_dir}: it is not a folder; choose another with --backup-dir")
        self._claim = FolderClaim(backup_dir, shown=backup_dir)
        self._run_folder = backup_dir / f"{_last_number(backup_dir) + 1:04d}"
        try:
            disk.make_folder(self._run_folder)
        except OSError as error:
            self._claim.undo()
            raise write_failed(self._run_folder, error) from error

    @property
    def root(self) -> Path:
        """The innermost folder that holds all files, absolute and without links."""
        return self._root

    @property
    def run_folder(self) -> Path:
        """Where this run keeps the originals, below `files`, and the caller the plan."""
        return self._run_folder

    def written(self, name: str) -> str:
        """Return where the document lies, relative to `root`; its backup has the same path below `files`."""
        return os.path.relpath(self._paths[name], self._root)

    def take(self, edit: Edit) -> None:
        """Remember the cuts of one document."""
        if edit.dropped:
            raise ValueError(f"{edit.name!r} is to be dropped as a whole, which is not done in place")
        if edit.cuts and edit.record is None:
            ranges = tuple((cut.start, cut.end) for cut in edit.cuts)
            path = Path(self._paths[edit.name])
            self._pending.append(_Pending(edit.name, path, edit.digest, edit.cleaned_digest, ranges))

    def take_file(self, file: CleanFile) -> Written:
        """Remember a file that holds documents, if anything goes."""
        written = measured(file.pieces())
        if file.is_changed:
            path = Path(self._paths[file.name])
            self._pending.append(_PendingFile(file.name, path, file.opened.digest, written.digest, (), file))
        return written

    def take_as_is(self, skipped: Skipped) -> None:
        """Do nothing: the file stands where it belongs."""

    def flush(self) -> None:
        """Do nothing: each backup and each file is on the disk before the next is touched."""

    def publish(self) -> tuple[Skipped, ...]:
        """Back up every original that is to be replaced, then replace them one by one.

        Returns the files that were changed meanwhile, which are left alone. When the system refuses in the
        middle, what was replaced stays replaced and has its backup.

        Raises OutputRefused, before anything is touched, for a folder that cannot be written to.
        """
        for pending in self._pending:
            if not os.access(pending.path.parent, os.W_OK | os.X_OK):
                raise OutputRefused(
                    f"{pending.path.parent}: the folder cannot be written to, and nothing was changed; "
                    "change its permissions, or use -o"
                )
        failed: list[Skipped] = []
        backed_up: list[_Pending] = []
        for pending in self._pending:
            status = pending.look_at()
            if isinstance(status, Skipped):
                failed.append(status)
                continue
            try:
                self._back_up(pending, status)
            except FileChangedError:
                failed.append(Skipped(pending.name, "changed", _CHANGED))
                continue
            backed_up.append(pending)
        for pending in backed_up:
            status = pending.look_at()
            if isinstance(status, Skipped):
                failed.append(status)
                continue
            self._touched = True
            _write_back(pending, status)
        self._touched = True
        if not self._pending:
            self._leave_nothing_empty()
        self._claim.release()
        return tuple(failed)

    def discard(self) -> None:
        """Forget the cuts; unless a file was replaced, the run's folder goes, with all that is in it."""
        if not self._touched:
            with contextlib.suppress(OSError):
                disk.remove_tree(self._run_folder)
            self._claim.undo()
        self._claim.release()

    def _back_up(self, pending: _Pending, status: os.stat_result) -> None:
        backup = self._run_folder / "files" / self.written(pending.name)
        try:
            for folder in make_folders(backup.parent):
                disk.sync_folder(folder.parent)
        except OSError as error:
            raise write_failed(backup, error) from error
        _write_proven(backup, pending.original(), pending.digest, status, keep_times=True)

    def _leave_nothing_empty(self) -> None:
        with contextlib.suppress(OSError):
            disk.remove_folder(self._run_folder)
            self._claim.undo()


def _real_paths(paths: Mapping[str, Path]) -> dict[str, str]:
    """Return the absolute path of each file, after checking that it may be replaced."""
    real_paths: dict[str, str] = {}
    name_by_path: dict[str, str] = {}
    for name, path in paths.items():
        try:
            status = path.lstat()
        except OSError as error:
            raise OutputRefused(f"{path}: {what_failed(error)}; run again") from error
        if stat.S_ISLNK(status.st_mode):
            raise OutputRefused(f"{path}: a link is not replaced in place; name its target, or use -o")
        if not stat.S_ISREG(status.st_mode):
            raise OutputRefused(f"{path}: it is no regular file; leave it out with --exclude, or use -o")
        if status.st_nlink > 1:
            raise OutputRefused(
                f"{path}: the file has {status.st_nlink} names (hard links), which replacing would part; "
                "leave it out with --exclude, or use -o"
            )
        real_path = str(path.parent.resolve() / path.name)
        if real_path in name_by_path:
            raise UsageError(f"{name_by_path[real_path]} and {name}: they are one file; name it once")
        name_by_path[real_path] = name
        real_paths[name] = real_path
    return real_paths


def _last_number(backup_dir: Path) -> int:
    return max((int(entry.name) for entry in backup_dir.iterdir() if entry.name.isdecimal()), default=0)


def _write_back(pending: _Pending, status: os.stat_result) -> None:
    try:
        _write_proven(pending.path, pending.cleaned(), pending.cleaned_digest, status)
    except FileChangedError:
        raise SelfCheckFailed(
            f"{pending.path}: internal error: the cuts give another text; it was left alone"
        ) from None


def _write_proven(
    path: Path, pieces: Iterable[bytes], digest: str, status: os.stat_result, *, keep_times: bool = False
) -> None:
    """Replace `path` by what has this digest; anything else stays away from it.

    Raises FileChangedError for another digest.
    """
    with AtomicFile(path, like=status, keep_times=keep_times) as file:
        measuring = Measuring(pieces)
        for piece in measuring:
            file.write(piece)
        if measuring.written.digest != digest:
            raise FileChangedError
        file.publish()
