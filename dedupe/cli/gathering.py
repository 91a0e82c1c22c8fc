"""From the inputs of a request to the documents of a run."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.cli.config_files import FILE_NAME, SHARED_FILE_NAME
from dedupe.errors import OutputRefused, UsageError
from dedupe.reading import BytesSource, FileSource, discover, part_containers
from dedupe.reading.formats import clean_name, walked_suffixes
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from dedupe.cli.request import Inputs, Request
    from dedupe.model import Skipped, Source
    from dedupe.reading.containers import AnyFile, RecordFile
    from dedupe.reading.contents import ContentSpool

HELD_BYTES = 1 << 26
"""So much of standard input is held in memory; what is more waits in a file."""
_CHUNK_BYTES = 1 << 22
_LOOKED_AT_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be read, what was passed over, and the further names of files that have several.

    `is_alone` is True for one file that was asked for by itself. `containers` are the files that hold documents, which
    are not among the `sources`. `files` are those of both that lie on disk, `strange_configurations` the configuration
    files met in folders and not read. `spool` is where standard input lies that is too much to be held.
    """

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...] = ()
    files: tuple[FileSource, ...] = ()
    second_names: tuple[tuple[FileSource, str], ...] = ()
    is_alone: bool = False
    strange_configurations: tuple[str, ...] = field(default=())
    containers: tuple[RecordFile, ...] = ()
    spool: ContentSpool | None = None

    def close(self) -> None:
        """Let go of what is held for the run."""
        if self.spool is not None:
            self.spool.close()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be read."""
        return not self.sources and not self.containers

    @property
    def has_texts(self) -> bool:
        """Whether there are documents that are files of their own."""
        return bool(self.sources)


def gather(request: Request) -> Gathered:
    """Return the documents of the request.

    Raises UsageError where a path does not exist; standard input is read here, to its end.
    """
    inputs = request.inputs
    if inputs.stdin:
        source, spool = _standard_input(request)
        sources, containers = part_containers((source,), request.settings, request.bounds)
        return Gathered(tuple(sources), is_alone=True, containers=tuple(containers), spool=spool)
    found = discover(
        inputs.paths,
        named_files=_listed_files(inputs),
        include=inputs.include,
        exclude=inputs.exclude,
        hidden=inputs.hidden,
        follow_symlinks=inputs.follow_symlinks,
        group_by=request.settings.group_by,
        suffixes=walked_suffixes(request.settings.format),
    )
    is_alone = len(inputs.paths) == 1 and not inputs.files_from and not inputs.paths[0].is_dir()
    strange = tuple(_strange_configurations(request, found.skipped))
    sources, containers = part_containers(found.sources, request.settings, request.bounds)
    converted = {each.name: each for each in containers if each.is_converted}
    return Gathered(
        tuple(sources),
        found.skipped,
        tuple(_written_as(source, converted.get(source.name)) for source in found.sources),
        tuple((_written_as(source, converted.get(first)), first) for source, first in found.second_names),
        is_alone,
        strange,
        tuple(containers),
    )


def _written_as(source: FileSource, container: RecordFile | None) -> FileSource:
    """Return a file with the target of its clean version, which is called otherwise where it has another format."""
    if container is None:
        return source
    return replace(source, target=clean_name(source.target, container.format, container.compression))


def _strange_configurations(request: Request, skipped: Sequence[Skipped]) -> Iterator[str]:
    """Yield the names of configuration files that were met and have no say."""
    in_force = os.path.realpath(request.configuration) if request.configuration else ""
    for one in skipped:
        base = one.name.rpartition("/")[2]
        if base not in (FILE_NAME, SHARED_FILE_NAME):
            continue
        standing = [path for path in _places_of(one.name, request.inputs) if path.is_file()]
        if in_force in [os.path.realpath(path) for path in standing]:
            continue
        if base == FILE_NAME or any(map(_mentions_us, standing)):
            yield visible(one.name)


def _places_of(name: str, inputs: Inputs) -> Iterator[Path]:
    """Yield where a thing met in a folder may lie: names start below the only PATH, or with those of several."""
    is_alone = len({os.path.realpath(path) for path in inputs.paths}) == 1 and not inputs.files_from
    for folder in inputs.paths:
        for above in (folder,) if is_alone else folder.absolute().parents:
            yield above / name


def _mentions_us(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"[tool.dedupe" in file.read(_LOOKED_AT_BYTES)
    except OSError:
        return False


def _standard_input(request: Request) -> tuple[AnyFile, ContentSpool | None]:
    """Return standard input, held in memory up to `HELD_BYTES`."""
    begin = read_stdin(HELD_BYTES)
    if len(begin) < HELD_BYTES:
        return BytesSource("-", "", begin), None
    from dedupe.reading.contents import ContentSpool
    from dedupe.reading.sources import SpooledSource
    from dedupe.spilling import SpillFolder

    spool = ContentSpool(SpillFolder(request.limits.tmp_dir))
    piece = begin
    while piece:
        spool.add(piece)
        piece = read_stdin(_CHUNK_BYTES)
    return SpooledSource("-", "", spool.content(0)), spool


def read_stdin(most: int = -1) -> bytes:
    """Return all of standard input, or the next `most` bytes of it.

    Raises UsageError where there is none.
    """
    if sys.stdin is None:
        raise UsageError("standard input: closed; name a PATH")
    try:
        return sys.stdin.buffer.read(most)
    except OSError as error:
        from dedupe.writing.failures import what_failed

        raise UsageError(f"standard input: {what_failed(error)}; name a PATH instead") from error


def _listed_files(inputs: Inputs) -> list[Path]:
    if not inputs.files_from:
        return []
    if inputs.files_from == "-":
        listing = read_stdin()
    else:
        try:
            listing = Path(inputs.files_from).read_bytes()
        except OSError as error:
            from dedupe.writing.failures import what_failed

            name = visible(inputs.files_from)
            raise UsageError(f"{name}: {what_failed(error)}; check --files-from") from error
    names = listing.split(b"\0") if inputs.null else listing.splitlines()
    return [Path(os.fsdecode(name)) for name in names if name]


def refuse_dangerous_outputs(
    written: Sequence[Path],
    request: Request,
    gathered: Gathered,
    *,
    clean_files: Container[str] = (),
    own_folders: Sequence[str] = (),
) -> None:
    """Refuse to write a plan, report or standard output over what is read, or where they would be read again.

    `clean_files` and `own_folders` are real paths that the clean text needs for itself.

    Raises OutputRefused; nothing has been read or written then. Output folders refuse for themselves.
    """
    suffixes = walked_suffixes(request.settings.format)
    files = set(real_paths(source.path for source in gathered.files))
    folders = [os.path.realpath(path) for path in request.inputs.paths if path.is_dir()]
    for path in written:
        real, name = os.path.realpath(path), visible(str(path))
        if real in clean_files or _is_below(real, own_folders):
            raise OutputRefused(f"{name}: is what the clean files need for themselves; write it elsewhere")
        if real in files:
            raise OutputRefused(f"{name}: is one of the inputs; write it elsewhere")
        if path.name.lower().endswith(suffixes) and _is_below(real, folders):
            raise OutputRefused(
                f"{name}: lies in a folder that is read, so the next run would read it; write it elsewhere"
            )
        if path.is_dir():
            raise OutputRefused(f"{name}: is a folder; name a file")
    if len({os.path.realpath(path) for path in written}) < len(written):
        raise OutputRefused(f"{visible(str(written[0]))}: named for two outputs; give each its own file")
    _refuse_stdout_onto_input(gathered.files)


def real_paths(paths: Iterable[Path]) -> Iterator[str]:
    """Yield `os.path.realpath` of each path; a folder that many of them lie in is looked up once."""
    folders: dict[str, str] = {}
    for path in paths:
        folder, name = os.path.split(path)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        below = os.path.join(folders[folder], name)  # noqa: PTH118 - a path for each file takes long to make
        yield os.path.realpath(below) if name in ("", ".", "..") or os.path.islink(below) else below  # noqa: PTH114


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return any(path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _refuse_stdout_onto_input(files: Sequence[FileSource]) -> None:
    try:
        out = os.fstat(1)
    except OSError:
        return
    if not stat.S_ISREG(out.st_mode):
        return
    for source in files:
        try:
            status = source.path.stat()
        except OSError:
            continue
        is_file = source.path.is_file()
        if is_file and (status.st_dev, status.st_ino) == (out.st_dev, out.st_ino):
            name = visible(str(source.path))
            raise OutputRefused(
                f"{name}: is input and standard output at once; write elsewhere, or use --in-place"
            )
