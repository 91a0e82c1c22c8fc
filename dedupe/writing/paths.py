"""Whether a name from outside stays where it is sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def parts_inside(relative: str) -> tuple[str, ...] | None:
    """Return the parts of a relative path, None if it could lead out of the folder it is joined to.

    None too for what names no file: an empty path, empty parts, `.`, NUL, or text that no bytes give.
    """
    parts = tuple(relative.split("/"))
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        return None
    try:
        os.fsencode(relative)
    except UnicodeEncodeError:
        return None
    return parts


def leads_out(folder: Path, relative: str) -> bool:
    """Return whether links below `folder` make its file `relative` lie elsewhere."""
    real_folder = os.path.realpath(folder)
    real_file = os.path.realpath(os.path.join(real_folder, relative))  # noqa: PTH118 - no Path can do it in one step
    return not is_within(real_file, real_folder)


def is_within(inner: str, outer: str) -> bool:
    """Return whether the absolute path `inner` is `outer` or lies below it; links are not looked at."""
    return inner == outer or inner.startswith(outer.rstrip("/") + "/")


def stays_inside(folder: Path, relative: str) -> bool:
    """Return whether a path that a plan names leads to a place inside `folder`."""
    return parts_inside(relative) is not None and not leads_out(folder, relative)
