"""From the inputs of a request to the documents of a run."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.errors import OutputRefused, UsageError
from dedupe.reading import BytesSource, FileSource, discover
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.cli.request import CleanRequest, Inputs
    from dedupe.model import Skipped, Source

READ_SUFFIXES = (".txt", ".md")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be read, what was passed over, and the further names of files that have several.

    `is_alone` is True for one document that was asked for by itself. `files` are those of `sources` that
    lie on disk.
    """

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...] = ()
    files: tuple[FileSource, ...] = ()
    second_names: tuple[tuple[FileSource, str], ...] = ()
    is_alone: bool = False
    strange_configurations: tuple[str, ...] = field(default=())


def gather(request: CleanRequest) -> Gathered:
    """Return the documents of the request.

    Raises UsageError where a path does not exist; standard input is read here, to its end.
    """
    inputs = request.inputs
    if inputs.stdin:
        return Gathered((BytesSource("-", "", read_stdin()),), is_alone=True)
    found = discover(
        inputs.paths,
        named_files=_listed_files(inputs),
        include=inputs.include,
        exclude=inputs.exclude,
        hidden=inputs.hidden,
        follow_symlinks=inputs.follow_symlinks,
        group_by=request.settings.group_by,
    )
    is_alone = len(inputs.paths) == 1 and not inputs.files_from and not inputs.paths[0].is_dir()
    strange = [visible(one.name) for one in found.skipped if one.name.rpartition("/")[2] == "dedupe.toml"]
    return Gathered(found.sources, found.skipped, found.sources, found.second_names, is_alone, tuple(strange))


def read_stdin() -> bytes:
    """Return all of standard input.

    Raises UsageError where there is none.
    """
    if sys.stdin is None:
        raise UsageError("standard input: closed; name a PATH")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise UsageError(f"standard input: {error.strerror}; name a PATH instead") from error


def _listed_files(inputs: Inputs) -> list[Path]:
    if not inputs.files_from:
        return []
    if inputs.files_from == "-":
        listing = read_stdin()
    else:
        try:
            listing = Path(inputs.files_from).read_bytes()
        except OSError as error:
            name = visible(inputs.files_from)
            raise UsageError(f"{name}: {error.strerror}; check --files-from") from error
    names = listing.split(b"\0") if inputs.null else listing.splitlines()
    return [Path(os.fsdecode(name)) for name in names if name]


def refuse_dangerous_outputs(request: CleanRequest, gathered: Gathered) -> None:
    """Refuse to write a plan, report or standard output over what is read, or where they would be read again.

    Raises OutputRefused; nothing has been read or written then. Output folders refuse for themselves.
    """
    files = {os.path.realpath(source.path) for source in gathered.files}
    folders = [os.path.realpath(path) for path in request.inputs.paths if path.is_dir()]
    written = [path for path in (request.plan, *request.reports) if path is not None]
    for path in written:
        real, name = os.path.realpath(path), visible(str(path))
        if real in files:
            raise OutputRefused(f"{name}: is one of the inputs; write it elsewhere")
        if path.suffix in READ_SUFFIXES and _is_below(real, folders):
            raise OutputRefused(
                f"{name}: lies in a folder that is read, so the next run would read it; write it elsewhere"
            )
        if path.is_dir():
            raise OutputRefused(f"{name}: is a folder; name a file")
    if len({os.path.realpath(path) for path in written}) < len(written):
        raise OutputRefused(f"{visible(str(written[0]))}: named for two outputs; give each its own file")
    _refuse_stdout_onto_input(gathered.files)


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return any(path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _refuse_stdout_onto_input(files: Sequence[FileSource]) -> None:
    try:
        out = os.fstat(1)
    except OSError:
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
