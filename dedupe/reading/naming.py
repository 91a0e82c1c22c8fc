"""Names and groups of documents: relative, unique, with `/` between their parts."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.settings import GroupBy

NO_FOLDER = "."
"""The group of documents that lie in no folder below a root; no folder can be called so."""


class Label(NamedTuple):
    """What stands before the relative paths of a folder's files: in their names, and in their targets."""

    name: str
    target: str


def labels_of_folders(folders: Sequence[str], *, alone: bool) -> list[Label]:
    """Return the labels of `folders` (absolute paths): empty for one that is `alone`, else their base names.

    Where two base names are equal, every folder's name is relative to the parent they all have in common.
    """
    if alone:
        return [Label("", "") for _ in folders]
    bases = [base_name(folder) or "root" for folder in folders]
    names = bases if len(set(bases)) == len(bases) else below_common_parent(folders)
    return [Label(name, base) for name, base in zip(names, bases, strict=True)]


def names_of_files(files: Sequence[str]) -> list[str]:
    """Return the base names of `files` (absolute paths); where two are equal, paths below a common parent."""
    bases = [base_name(file) for file in files]
    if len(set(bases)) == len(bases):
        return bases
    count = Counter(bases)
    long_names = below_common_parent(files)
    return [base if count[base] == 1 else long for base, long in zip(bases, long_names, strict=True)]


def below_common_parent(paths: Sequence[str]) -> list[str]:
    """Return `paths` (absolute) relative to the deepest folder that holds all of them."""
    if not paths:
        return []
    parent = os.path.commonpath([parent_of(path) or os.sep for path in paths])
    return [path[len(parent) :].lstrip(os.sep) for path in paths]


def base_name(path: str) -> str:
    """Return the last part of `path`."""
    return path.rpartition("/")[2]


def parent_of(path: str) -> str:
    """Return `path` without its last part, `""` if it has one part only."""
    return path.rpartition("/")[0]


def joined(label: str, relative: str) -> str:
    """Return the two with `/` between them; an empty label adds nothing."""
    return f"{label}/{relative}" if label else relative


def group_below_root(group_by: GroupBy, label: str, relative: str) -> str:
    """Return the group of the file `relative` to the root with this label."""
    match group_by:
        case "none":
            return ""
        case "corpus":
            return NO_FOLDER
        case "folder":
            return parent_of(joined(label, relative)) or NO_FOLDER
        case _:
            site, slash, _ = relative.partition("/")
            return joined(label, site) if slash else label or NO_FOLDER


def group_of_named_file(group_by: GroupBy, long_name: str) -> str:
    """Return the group of a file named as an argument; `long_name` starts below the parent of all."""
    match group_by:
        case "none":
            return ""
        case "folder":
            # The dot sets it apart from a folder of the same name below a root.
            return f"./{folder}" if (folder := parent_of(long_name)) else NO_FOLDER
        case _:
            return NO_FOLDER
