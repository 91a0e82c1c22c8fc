"""Configuration files: where they are looked for, and the keys in them.

Project files are looked for from the current folder up to the repository's root, never in scanned folders:
a scraped tree is not trusted.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.errors import ConfigurationError
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE_NAME = "dedupe.toml"
SHARED_FILE_NAME = "pyproject.toml"
SECTIONS = "per-path"
"""The table of what is different for files of some paths; see `path_sections.py`, which few runs need."""


def find_project_file(folder: Path) -> Path | None:
    """Return the nearest `dedupe.toml`, or `pyproject.toml` with a `[tool.dedupe]` table.

    The search goes up to the folder that holds `.git`; without one only `folder` itself is looked at.
    """
    folders = [folder, *folder.parents]
    root = next((i for i, candidate in enumerate(folders) if (candidate / ".git").exists()), 0)
    for candidate in folders[: root + 1]:
        own, shared = candidate / FILE_NAME, candidate / SHARED_FILE_NAME
        if _stands(own):
            return own
        # Most projects do not mention us; parsing their file would cost every run its time.
        if _stands(shared) and "dedupe" in _utf8(shared) and table_of(shared) is not None:
            return shared
    return None


def _stands(path: Path) -> bool:
    """Return whether there is a file.

    Raises ConfigurationError for what stands there and cannot be one, so that it is not passed over.
    """
    if not os.path.lexists(path):
        return False
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        raise _unreadable(path, error) from error
    if not is_file:
        raise ConfigurationError(f"{visible(str(path))}: is not a file; remove it, or add --isolated")
    return True


def find_user_file(environment: Mapping[str, str]) -> Path | None:
    """Return the user's own file if there is one, honouring `XDG_CONFIG_HOME`."""
    base = environment.get("XDG_CONFIG_HOME") or ""
    home = environment.get("HOME") or ""
    if not Path(base).is_absolute():
        if not home:
            return None
        base = f"{home}/.config"
    path = Path(base) / "dedupe" / FILE_NAME
    return path if _stands(path) else None


def table_of(path: Path) -> dict[str, object] | None:
    """Return the keys in a configuration file; None for a `pyproject.toml` without a `[tool.dedupe]` table.

    Raises ConfigurationError naming the file where it cannot be read or holds something else.
    """
    import tomllib

    try:
        data: dict[str, object] = tomllib.loads(_utf8(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else visible(str(error))
        raise ConfigurationError(f"{visible(str(path))}: not valid TOML: {why}") from error
    if path.name != SHARED_FILE_NAME:
        return data
    tool = data.get("tool")
    table = tool.get("dedupe") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigurationError(f"{visible(str(path))}: tool.dedupe: expected a table, [tool.dedupe]")
    return table


def with_keep_divided(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the keys and values of a table, where `keep` may say two things as two keys.

    A word says which of several copies stays, a list names paragraphs to be kept; a table, `[keep]`, may say both,
    as `copy` and `paragraphs`.

    Raises ConfigurationError for another key in that table.
    """
    for key, value in table.items():
        if key == "keep" and isinstance(value, list):
            yield "keep-paragraphs", value
        elif key == "keep" and isinstance(value, dict):
            for part, said in value.items():
                if part not in ("copy", "paragraphs"):
                    raise ConfigurationError(
                        f"keep: unknown key {visible(repr(part))}; it may hold copy and paragraphs"
                    )
                yield ("keep" if part == "copy" else "keep-paragraphs"), said
        else:
            yield key, value


def _utf8(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{visible(str(path))}: not UTF-8; save it as UTF-8, or name another with --config"
        ) from error


def _unreadable(path: Path, error: OSError) -> ConfigurationError:
    from dedupe.writing.failures import what_failed

    return ConfigurationError(
        f"{visible(str(path))}: {what_failed(error)}; check it, or name another with --config"
    )
