"""What an output folder must be before anything is written to it; every check here only looks."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

from dedupe.errors import OutputRefused, UsageError
from dedupe.writing.paths import is_within, parts_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

OURS = ".dedupe"
"""The folder inside an output folder that holds the marker, the lock and what is being written."""

MARKER = "marker"


def check_targets(folder: Path, targets: Mapping[str, str]) -> None:
    """Check that the targets stay inside the folder and do not collide."""
    name_by_target: dict[str, str] = {}
    for name, target in targets.items():
        parts = parts_inside(target)
        if parts is None or parts[0] == OURS:
            raise OutputRefused(f"{name}: its output {target!r} would leave {folder}; rename the input")
        if target in name_by_target:
            raise _collision(name_by_target[target], name, folder / target)
        name_by_target[target] = name
    for target, name in name_by_target.items():
        for parent in _parents(target):
            if parent in name_by_target:
                raise _collision(name_by_target[parent], name, folder / parent)


def check_case(folder: Path, targets: Mapping[str, str]) -> None:
    """Check that the targets differ by more than case where the file system does not tell cases apart."""
    if not (folder / OURS.upper()).exists():
        return
    name_by_key: dict[str, str] = {}
    for name, target in targets.items():
        key = unicodedata.normalize("NFC", target.casefold())
        if key in name_by_key:
            raise _collision(name_by_key[key], name, folder / target)
        name_by_key[key] = name


def check_apart(folder: Path, inputs: Sequence[Path]) -> None:
    """Check that neither the folder lies in an input nor an input in the folder."""
    real_folder = os.path.realpath(folder)
    for path in inputs:
        real_input = os.path.realpath(path)
        if real_folder == real_input:
            raise OutputRefused(f"{folder}: the output folder is an input; choose another folder with -o")
        if is_within(real_folder, real_input):
            raise OutputRefused(
                f"{folder}: the output folder lies inside the input {path}; choose another folder with -o"
            )
        if is_within(real_input, real_folder):
            raise OutputRefused(
                f"{folder}: the input {path} lies inside the output folder; choose another folder with -o"
            )


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Check that the folder is new, empty, ours or may be overwritten, and that we may write there."""
    standing = folder
    while not os.path.lexists(standing) and standing != standing.parent:
        standing = standing.parent
    if not standing.is_dir():
        raise OutputRefused(f"{standing}: it is not a folder; choose another folder with -o")
    if not os.access(standing, os.W_OK | os.X_OK):
        raise OutputRefused(f"{standing}: the folder cannot be written to; choose another folder with -o")
    if standing != folder:
        return
    if (folder / OURS).is_symlink():
        raise OutputRefused(f"{folder / OURS}: it is a link; remove it, or choose another folder with -o")
    if not overwrite and not was_written_by_us(folder) and _has_foreign_entries(folder):
        raise OutputRefused(
            f"{folder}: the folder is not empty and not from an earlier run; "
            "choose another folder, or add --overwrite"
        )


def check_standing(folder: Path, targets: Iterable[str]) -> None:
    """Check that what stands in the folder lets each target be written there and nowhere else."""
    if not os.path.lexists(folder):
        return
    real_folder = os.path.realpath(folder)
    seen: set[str] = set()
    for target in targets:
        for parent in _parents(target):
            if parent in seen:
                continue
            seen.add(parent)
            path = folder / parent
            _refuse_link_out(path, real_folder)
            if os.path.lexists(path) and not path.is_dir():
                raise OutputRefused(f"{path}: a file stands where a folder is needed; remove it first")
        _refuse_link_out(folder / target, real_folder)
        if (folder / target).is_dir():
            raise OutputRefused(f"{folder / target}: a folder stands where a file is to go; remove it first")


def _refuse_link_out(path: Path, real_folder: str) -> None:
    if path.is_symlink() and not is_within(os.path.realpath(path), real_folder):
        raise OutputRefused(f"{path}: the link leads out of the output folder; remove it first")


def _parents(target: str) -> list[str]:
    parts = target.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _has_foreign_entries(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.name != OURS for entry in entries)
    except OSError as error:
        raise OutputRefused(f"{folder}: the folder cannot be read; choose another folder with -o") from error


def _collision(first: str, second: str, target: Path) -> UsageError:
    return UsageError(
        f"{first} and {second}: both would be written to {target}; give the folder above them, or rename one"
    )


def was_written_by_us(folder: Path) -> bool:
    """Return whether a run wrote its clean files into the folder."""
    return (folder / OURS / MARKER).is_file()
