"""From the output of a request to the destination of a run and the plan that goes with it."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from dedupe import __version__
from dedupe.cli.clean_request import BACKUP_FOLDER, CleanRequest, InPlaceOf, IntoFolder, Printed
from dedupe.cli.gathering import real_paths, refuse_dangerous_outputs
from dedupe.cli.output import FORM_BY_NAME, DiffToStdout, ToStdout, as_text_alone
from dedupe.errors import UsageError
from dedupe.model import Edit, Skipped, Totals
from dedupe.writing.destination import Destination, Nowhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.cli.gathering import Gathered
    from dedupe.cli.output import Form
    from dedupe.cli.request import Request
    from dedupe.plan import DestinationKind, PlanWriter
    from dedupe.writing import OutputFolder
    from dedupe.writing.rebuilding import CleanFile, Written

PLAN_NAME = "plan.jsonl"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a run writes: its destination, the kind of it, and what the plan says of each document's place.

    `root` is the folder to which places are relative, `run_folder` where an in-place run keeps originals and
    plan, `folder` the output folder; None where there is none.
    """

    kind: DestinationKind
    destination: Destination
    root: str = ""
    places: Places | None = None
    run_folder: Path | None = None
    folder: OutputFolder | None = None

    @property
    def remaining(self) -> tuple[str, ...]:
        """Files of earlier runs that stay in the output folder; known after publishing."""
        return self.folder.remaining if self.folder is not None else ()


class Places:
    """Where each document is read and written, as the plan keeps it for `restore`."""

    def __init__(self, gathered: Gathered, written: dict[str, str]) -> None:
        self._read = {source.name: os.path.abspath(source.path) for source in gathered.files}  # noqa: PTH100 - keeps links
        self._written = written
        self.has_files = bool(gathered.containers)

    def of(self, name: str) -> dict[str, str]:
        """Return the places of one document; unknown ones are empty."""
        return {"read": self._read.get(name, ""), "written": self._written.get(name, "")}


class EachName:
    """A destination that also writes each document under its file's further names (hard links)."""

    def __init__(self, destination: Destination, names: dict[str, list[str]]) -> None:
        self._destination = destination
        self._names = names

    def take(self, edit: Edit) -> None:
        """Pass the document on under each of its names."""
        self._destination.take(edit)
        for name in self._names.get(edit.name, ()):
            self._destination.take(replace(edit, name=name))

    def take_file(self, file: CleanFile) -> Written:
        """Pass the file on under each of its names."""
        written = self._destination.take_file(file)
        for name in self._names.get(file.name, ()):
            self._destination.take_file(replace(file, name=name))
        return written

    def take_as_is(self, skipped: Skipped) -> None:
        """Pass on what is copied under each of its names."""
        self._destination.take_as_is(skipped)
        for name in self._names.get(skipped.name, ()):
            self._destination.take_as_is(replace(skipped, name=name))

    def flush(self) -> None:
        """Flush."""
        self._destination.flush()

    def publish(self) -> tuple[Skipped, ...]:
        """Publish."""
        return self._destination.publish()

    def discard(self) -> None:
        """Discard."""
        self._destination.discard()


def refuse_outputs(request: CleanRequest, gathered: Gathered) -> None:
    """Refuse to write a plan, report or standard output where they would do harm; see `refuse_dangerous_outputs`."""
    clean_files: set[str] = set()
    own_folders: list[str] = []
    if isinstance(request.output, IntoFolder):
        folder = request.output.folder
        sources = [*gathered.files, *(source for source, _ in gathered.second_names)]
        clean_files = set(real_paths(folder / source.target for source in sources))
        own_folders = [os.path.realpath(folder / ".dedupe")]
    written = [path for path in (request.plan, *request.reports) if path is not None]
    refuse_dangerous_outputs(written, request, gathered, clean_files=clean_files, own_folders=own_folders)


def open_target(request: CleanRequest, gathered: Gathered) -> Target:
    """Return where the run writes.

    Raises OutputRefused or FolderLocked where it may not write there.
    """
    target = dry_target(gathered) if request.dry_run else _wet_target(request, gathered)
    if request.diff:
        beside = Nowhere() if isinstance(request.output, Printed) else target.destination
        tables = {each.name for each in gathered.containers if each.is_reencoded or each.is_converted}
        diff = DiffToStdout(_diff, beside, request.limits.tmp_dir, tables=tables)
        return replace(target, destination=diff)
    return target


def dry_target(gathered: Gathered) -> Target:
    """Return the target of a run that writes no clean text."""
    return Target("dry-run", Nowhere(), places=Places(gathered, {}))


def _wet_target(request: CleanRequest, gathered: Gathered) -> Target:
    match request.output:
        case Printed(form=name):
            form = as_text_alone if name == "text" and gathered.is_alone else FORM_BY_NAME[name]
            return Target("stdout", _to_stdout(form, name, request, gathered), places=Places(gathered, {}))
        case IntoFolder() as into:
            return _into_folder(into, request, gathered)
        case InPlaceOf() as in_place:
            return _in_place(in_place, request, gathered)
        case _:
            assert_never(request.output)


def _to_stdout(form: Form, name: str, request: CleanRequest, gathered: Gathered) -> ToStdout:
    formats = {container.format for container in gathered.containers}
    # Records keep their own format; it would be none any more with names between them.
    own_form = gathered.is_alone or (not gathered.has_texts and formats == {"jsonl"})
    by_record = name == "null" or (name == "jsonl" and formats != {"jsonl"})
    return ToStdout(form, request.limits.tmp_dir, own_form=own_form, by_record=by_record)


def _into_folder(into: IntoFolder, request: CleanRequest, gathered: Gathered) -> Target:
    from dedupe.writing import OutputFolder

    every = [*gathered.files, *(source for source, _ in gathered.second_names)]
    folder = OutputFolder(
        into.folder,
        targets={source.name: source.target for source in every},
        inputs=request.inputs.paths or tuple(source.path for source in gathered.files),
        overwrite=into.overwrite,
        sources={source.name: source.path for source in every},
        jobs=request.jobs,
        durable=into.durable,
    )
    names: dict[str, list[str]] = {}
    for source, first in gathered.second_names:
        names.setdefault(first, []).append(source.name)
    written = {source.name: folder.written(source.name) for source in gathered.files}
    destination: Destination = EachName(folder, names) if names else folder
    return Target("out-dir", destination, str(folder.root), Places(gathered, written), folder=folder)


def _in_place(output: InPlaceOf, request: CleanRequest, gathered: Gathered) -> Target:
    from dedupe.writing import InPlace

    for container in gathered.containers:
        if container.is_converted:
            raise UsageError(
                f"{container.name}: {container.format} is read as text and never replaced; use --out-dir"
            )
    every = [*gathered.files, *(source for source, _ in gathered.second_names)]
    backup_dir = output.backup_dir or _beside(request.inputs.paths, gathered)
    destination = InPlace({source.name: source.path for source in every}, backup_dir=backup_dir)
    written = {source.name: destination.written(source.name) for source in gathered.files}
    run_folder = backup_dir / destination.run_folder.name  # as the user named it, for the next command
    return Target("in-place", destination, str(destination.root), Places(gathered, written), run_folder)


def _beside(paths: tuple[Path, ...], gathered: Gathered) -> Path:
    """Return the default backup folder: in the root folder, or in the folder of the files."""
    if len(paths) == 1 and paths[0].is_dir():
        return paths[0] / BACKUP_FOLDER
    parents = [source.path.absolute().parent for source in gathered.files]
    parents += [path.absolute() for path in paths if path.is_dir()]
    return Path(os.path.commonpath(parents) if parents else ".") / BACKUP_FOLDER


def _diff(edit: Edit) -> bytes:
    from dedupe.reports import diff_of

    pieces: list[bytes] = []
    diff_of(edit, pieces.append)
    return b"".join(pieces)


class Plans:
    """The same plan in every place that wants it; writes nothing where nobody does.

    `stays` is False for one that is there for reports only and goes with them.
    """

    def __init__(
        self, writers: list[PlanWriter], paths: list[Path], places: Places | None, *, stays: bool
    ) -> None:
        self._writers = writers
        self._places = places
        self.paths = paths
        self.stays = stays

    def write(self, result: Edit | Skipped) -> None:
        """Add one result."""
        local = self._places.of(result.name) if self._places and isinstance(result, Edit) else {}
        for writer in self._writers:
            writer.write(result, local=local)

    def write_file(self, file: CleanFile, written: Written) -> None:
        """Add what became of a file that holds documents, behind them."""
        local = self._places.of(file.name) if self._places else {}
        for writer in self._writers:
            writer.write_file(file, written, local=local)

    def finish(self, totals: Totals) -> None:
        """Publish the plan: from here on it is on disk, complete. ValueError says that it tells of something else."""
        for writer in self._writers:
            writer.finish(totals)


@contextmanager
def open_plans(request: Request, target: Target, plan: Path | None = None) -> Iterator[Plans]:
    """Open the plan wherever it is wanted: at `plan`, in the run folder in place, and a passing one for reports.

    Left without `finish`, no plan stays behind; an older one at `plan` stays as it was.
    """
    with ExitStack() as stack:
        paths = [plan] if plan is not None else []
        if target.run_folder is not None:
            paths.insert(0, target.run_folder / PLAN_NAME)
        stays = bool(paths)
        if request.reports and not paths:
            import tempfile

            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="dedupe-", dir=request.limits.tmp_dir)
            )
            paths.append(Path(folder) / PLAN_NAME)
        yield Plans(
            [stack.enter_context(_writer(path, request, target)) for path in paths],
            paths,
            target.places,
            stays=stays,
        )


def _writer(path: Path, request: Request, target: Target) -> PlanWriter:
    from dedupe.plan import PlanHeader, PlanWriter

    header = PlanHeader.of(
        request.settings,
        version=__version__,
        destination=target.kind,
        preview=request.preview,
        root=target.root,
        has_files=target.places is not None and target.places.has_files,
    )
    return PlanWriter(path, header=header)
