"""What the paths of a request mean: which files are read, under which names, and in which groups."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.model import Skipped
from dedupe.reading.arguments import Argument, arguments_of
from dedupe.reading.naming import (
    Label,
    base_name,
    below_common_parent,
    group_below_root,
    group_of_named_file,
    joined,
    labels_of_folders,
    names_of_files,
)
from dedupe.reading.sources import Discovery, FileSource, HeldSource
from dedupe.reading.walking import DEFAULT_SUFFIXES, Selection, selection, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe.settings import GroupBy


def discover(
    paths: Sequence[Path],
    *,
    named_files: Sequence[Path] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    hidden: bool = False,
    follow_symlinks: bool = False,
    group_by: GroupBy = "auto",
    suffixes: tuple[str, ...] = DEFAULT_SUFFIXES,
) -> Discovery:
    """Return the files that `paths` stand for, each once, and what was passed over below them.

    A folder is walked to its depth for files with one of the `suffixes` and those that `include` adds; `exclude` wins.
    Files among `paths` and `named_files` (a list of files) are taken whatever they are called; a pipe among
    them is read here, once. The result does not hang on the order of the paths.

    Raises UsageError when a path does not exist or a pattern is not valid; then nothing has been read.
    """
    chosen = selection(include, exclude, hidden=hidden, follow=follow_symlinks, suffixes=suffixes)
    arguments = arguments_of(paths, named_files)
    folders = [argument for argument in arguments if argument.is_folder]
    gathering = _Gathering(group_by)
    labels = labels_of_folders([folder.absolute for folder in folders], alone=len(arguments) == 1)
    for folder, label in zip(folders, labels, strict=True):
        gathering.take_folder(folder, label, chosen)
    gathering.take_files([argument for argument in arguments if not argument.is_folder])
    return gathering.discovery()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A file under one of its names; hard links share `identity`, all ways to one name share `real_path`."""

    source: FileSource
    absolute: str
    real_path: str
    identity: tuple[int, int]


@dataclass(slots=True)
class _Gathering:
    """What has been met so far; of the names of one file the first taken stands for it."""

    group_by: GroupBy
    candidates: list[_Candidate] = field(default_factory=list)
    skipped: dict[str, Skipped] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def take_folder(self, folder: Argument, label: Label, chosen: Selection) -> None:
        """Take what lies below `folder`, in byte order of names."""
        self.read.add(folder.absolute)
        top = folder.absolute.rstrip("/")
        found = []
        for met in walk(folder.path, chosen):
            if isinstance(met, Skipped):
                name = joined(label.name, met.name) if met.name != "." else label.name or "."
                self.skipped.setdefault(f"{top}/{met.name}", replace(met, name=name))
                continue
            source = FileSource(
                joined(label.name, met.relative),
                group_below_root(self.group_by, label.name, met.relative),
                Path(met.path),
                joined(label.target, met.relative),
                met.size,
            )
            found.append(_Candidate(source, f"{top}/{met.relative}", met.real_path, met.identity))
        # Of several ways to a file the one without a symbolic link stands for it, then the first by name.
        self.candidates += sorted(found, key=lambda one: (_is_behind_link(one, folder), _name_bytes(one)))

    def take_files(self, files: Sequence[Argument]) -> None:
        """Take files named as arguments, and those out of a list."""
        given = [file for file in files if not file.listed]
        listed = [file for file in files if file.listed]
        names = names_of_files([file.absolute for file in given])
        names += below_common_parent([file.absolute for file in listed])
        long_names = dict(zip(files, below_common_parent([file.absolute for file in files]), strict=True))
        found = []
        for file, name in zip(given + listed, names, strict=True):
            target = name if file.listed else base_name(file.absolute)
            group = group_of_named_file(self.group_by, long_names[file])
            source = FileSource(name, group, Path(file.path), target)
            opened = _opened(file, source)
            if isinstance(opened, Skipped):
                self.skipped[file.absolute] = opened
            elif file.status is not None:
                identity = (file.status.st_dev, file.status.st_ino)
                found.append(_Candidate(opened, file.absolute, file.real_path, identity))
        self.candidates += sorted(found, key=_name_bytes)

    def discovery(self) -> Discovery:
        """Return each file once, under unique names, in byte order of the names."""
        by_real_path: dict[str, _Candidate] = {}
        for candidate in self.candidates:
            by_real_path.setdefault(candidate.real_path, candidate)
            self.read.update((candidate.absolute, candidate.real_path))
        first_by_identity: dict[tuple[int, int], FileSource] = {}
        second_names = []
        for candidate in _uniquely_named(list(by_real_path.values())):
            first = first_by_identity.setdefault(candidate.identity, candidate.source)
            if first is not candidate.source:
                second_names.append((candidate.source, first.name))
        skipped = [one for absolute, one in self.skipped.items() if absolute not in self.read]
        return Discovery(
            tuple(sorted(first_by_identity.values(), key=lambda source: os.fsencode(source.name))),
            tuple(sorted(skipped, key=lambda one: os.fsencode(one.name))),
            tuple(sorted(second_names, key=lambda pair: os.fsencode(pair[0].name))),
        )


def _name_bytes(candidate: _Candidate) -> bytes:
    return os.fsencode(candidate.source.name)


def _is_behind_link(candidate: _Candidate, folder: Argument) -> bool:
    relative = candidate.absolute[len(folder.absolute.rstrip("/")) :]
    return candidate.real_path != folder.real_path.rstrip("/") + relative


def _opened(file: Argument, source: FileSource) -> FileSource | Skipped:
    """Return the source; for a pipe with its bytes, which come once."""
    if file.is_file:
        return source
    if file.fault:
        return Skipped(source.name, "unreadable", file.fault)
    if not file.is_pipe:
        return Skipped(source.name, "special file")
    try:
        return HeldSource(
            source.name, source.group, source.path, source.target, data=source.path.read_bytes()
        )
    except OSError as error:
        return Skipped(source.name, "unreadable", error.strerror or str(error))


def _uniquely_named(candidates: list[_Candidate]) -> Iterable[_Candidate]:
    """Return the candidates, all named below the parent they have in common if two would have one name."""
    count = Counter(candidate.source.name for candidate in candidates)
    if len(count) == len(candidates):
        return candidates
    names = below_common_parent([candidate.absolute for candidate in candidates])
    return [
        replace(candidate, source=replace(candidate.source, name=name))
        for candidate, name in zip(candidates, names, strict=True)
    ]
