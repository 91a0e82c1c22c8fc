"""`[tool.dedupe.per-path."news/**"]`: what `dedupe check` does differently for files of some paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.cli.config_files import SECTIONS
from dedupe.cli.flag_values import as_toml, checked, did_you_mean, toml_text
from dedupe.cli.flags import FLAG_BY_KEY, Value
from dedupe.errors import ConfigurationError, UsageError
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEYS = ("ignore", "max-duplicates", "max-share", "max-new", "max-per-rule")
"""What may differ: which rules count, and the gates."""


@dataclass(frozen=True, slots=True)
class PathSection:
    """The values for files whose path fits a pattern, and the configuration file they stand in."""

    pattern: str
    values: Mapping[str, Value]
    origin: Path


def sections_of(table: object, origin: Path) -> tuple[PathSection, ...]:
    """Return the sections of a `per-path` table, in the order in which they stand.

    Raises ConfigurationError, without the file's name, for what is wrong in it.
    """
    if not isinstance(table, dict):
        raise ConfigurationError(f'{SECTIONS}: expected tables, such as [{SECTIONS}."news/**"]')
    return tuple(_section(pattern, values, origin) for pattern, values in table.items())


def _section(pattern: str, table: object, origin: Path) -> PathSection:
    label = f'{SECTIONS}."{visible(pattern)}"'
    if not isinstance(table, dict):
        raise ConfigurationError(f"{label}: expected a table")
    values = {}
    for key, value in table.items():
        if key not in KEYS:
            near = did_you_mean(key, KEYS)
            known = f"; it may hold {', '.join(KEYS)}" if key in FLAG_BY_KEY else near
            raise ConfigurationError(f"{label}: unknown key {visible(repr(key))}{known}")
        try:
            values[key] = checked(FLAG_BY_KEY[key], value)
        except ConfigurationError as error:
            raise ConfigurationError(f"{label}: {error}") from error
    return PathSection(pattern, values, origin)


def as_lines(section: PathSection) -> Iterator[str]:
    """Yield the section as lines of TOML, each key with its origin as a comment."""
    yield f"[{SECTIONS}.{toml_text(section.pattern)}]"
    for key, value in section.values.items():
        yield f"{key} = {as_toml(FLAG_BY_KEY[key], value)}  # {visible(str(section.origin))}"


def matcher(sections: tuple[PathSection, ...]) -> Callable[[str, str, str], bool]:
    """Return what tells whether a pattern fits a file, by its path from the current folder and its document's name.

    Patterns are those of `.gitignore`. They count from the folder of the configuration, or from the folder that was
    named: one of the two is enough.

    Raises UsageError for a pattern that is none.
    """
    import os
    import re

    from pathspec import GitIgnoreSpec  # imported here: slow, and seldom needed

    specs = {}
    for section in sections:
        try:
            specs[section.pattern] = GitIgnoreSpec.from_lines([section.pattern])
        except (ValueError, re.error) as error:
            raise UsageError(
                f"{visible(str(section.origin))}: {SECTIONS}: pattern {section.pattern!r} is not valid;"
                " write it as in .gitignore"
            ) from error
    home = {section.pattern: os.path.realpath(section.origin.parent) for section in sections}

    def fits(pattern: str, path: str, name: str) -> bool:
        if specs[pattern].match_file(name):
            return True
        relative = os.path.relpath(path, home[pattern])
        return not relative.startswith("../") and specs[pattern].match_file(relative)

    return fits
