"""The settings in force and where each comes from: flag, environment, project file, user file, default."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dedupe.cli.config_files import (
    SECTIONS,
    SHARED_FILE_NAME,
    find_project_file,
    find_user_file,
    table_of,
    with_keep_divided,
)
from dedupe.cli.flag_values import as_toml, checked, did_you_mean, parsed
from dedupe.cli.flags import FLAG_BY_KEY, FLAGS, Flag, Value
from dedupe.cli.sizes import bytes_of, factor_of, seconds_of
from dedupe.errors import ConfigurationError
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dedupe.cli.path_sections import PathSection


@dataclass(frozen=True, slots=True)
class Layer:
    """Values from one place; `origin` names it to a person."""

    origin: str
    values: Mapping[str, Value]
    sections: tuple[PathSection, ...] = ()


@dataclass(frozen=True, slots=True)
class Effective:
    """The value of every flag, and the origin of each.

    `project_file` is the project's file in force or the one that stands in for it, None where there is none;
    `sections` are those of the first file that has any, for files of some paths.
    """

    values: Mapping[str, Value]
    origins: Mapping[str, str]
    project_file: Path | None = None
    sections: tuple[PathSection, ...] = ()
    hints: tuple[str, ...] = ()

    def switch(self, key: str) -> bool:
        """Return whether the switch is on."""
        return bool(self.values[key])

    def text(self, key: str) -> str:
        """Return the value of a flag that takes one word, `""` if it was not given."""
        return str(self.values[key])

    def number(self, key: str) -> float:
        """Return the value of a flag that takes a number."""
        return cast("float", self.values[key])

    def factor(self, key: str) -> int | None:
        """Return the number of a flag that takes a factor, None where there is no limit."""
        return factor_of(self.text(key))

    def seconds(self, key: str) -> float | None:
        """Return the seconds of a flag that takes a time, None where there is no limit."""
        return seconds_of(self.text(key))

    def size(self, key: str) -> int | None:
        """Return the bytes of a flag that takes a size, None where there is no limit."""
        return bytes_of(self.text(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the values of a flag that takes several."""
        value = self.values[key]
        return value if isinstance(value, tuple) else ()

    def path(self, key: str) -> Path | None:
        """Return the path, None if the flag was not given."""
        value = self.values[key]
        return Path(str(value)) if value else None

    def as_toml(self) -> Iterator[str]:
        """Yield lines of TOML, a flag a line, each with its origin as a comment."""
        for flag in FLAGS:
            if flag.configurable:
                yield f"{flag.key} = {as_toml(flag, self.values[flag.key])}  # {visible(self.origins[flag.key])}"
        for section in self.sections:
            from dedupe.cli.path_sections import as_lines

            yield ""
            yield from as_lines(section)


def effective(
    flags: Mapping[str, Value], *, environment: Mapping[str, str], folder: Path | None
) -> Effective:
    """Return the settings in force for the flags given on the command line.

    `folder` is the current one, None where it no longer exists.

    Raises ConfigurationError for a file or variable that is wrong, with the nearest key where one is unknown.
    """
    isolated = bool(flags.get("isolated"))
    configs = flags.get("config", ())
    named, pairs = _split_config(configs if isinstance(configs, tuple) else ())
    if named is not None and isolated:
        raise ConfigurationError(
            "--config FILE cannot be used with --isolated; give the keys as --config 'key=value'"
        )
    project_file = named or (None if isolated or folder is None else find_project_file(folder))
    user_file = None if isolated else find_user_file(environment)
    layers = [Layer("default", {flag.key: flag.default for flag in FLAGS})]
    layers += [read_file(path) for path in (user_file, project_file) if path is not None]
    hints: tuple[str, ...] = ()
    if not isolated:
        layers += read_environment(environment)
        hints = _hints(environment)
    layers += [Layer("--config", pairs), Layer("command line", flags)]
    values: dict[str, Value] = {}
    origins: dict[str, str] = {}
    sections: tuple[PathSection, ...] = ()
    for layer in layers:
        sections = layer.sections or sections
        values.update(layer.values)
        origins.update(dict.fromkeys(layer.values, layer.origin))
    return Effective(values, origins, project_file, sections, hints)


def read_file(path: Path) -> Layer:
    """Return the values of a configuration file.

    Raises ConfigurationError naming the file and the key.
    """
    table = table_of(path)
    if path.name != SHARED_FILE_NAME and table is not None and "tool" in table:
        raise ConfigurationError(
            f"{visible(str(path))}: unknown key 'tool'; in this file keys stand without [tool.dedupe]"
        )
    try:
        sections = _sections((table or {}).pop(SECTIONS, None), path)
        values = {key: checked(_known(key), value) for key, value in with_keep_divided(table or {})}
        return Layer(str(path), values, sections)
    except ConfigurationError as error:
        raise ConfigurationError(f"{visible(str(path))}: {error}") from error


def _sections(table: object, path: Path) -> tuple[PathSection, ...]:
    if table is None:
        return ()
    from dedupe.cli.path_sections import sections_of

    return sections_of(table, path)


def read_environment(environment: Mapping[str, str]) -> Iterator[Layer]:
    """Yield one layer for each `DEDUPE_*` variable that is set to something."""
    for flag in FLAGS:
        if flag.configurable and (text := environment.get(flag.variable)):
            try:
                yield Layer(flag.variable, {flag.key: parsed(flag, text)})
            except ConfigurationError as error:
                raise ConfigurationError(f"{flag.variable}: {error}") from error


def _known(key: str) -> Flag:
    flag = FLAG_BY_KEY.get(key)
    if flag is None:
        keys = [flag.key for flag in FLAGS if flag.configurable]
        raise ConfigurationError(f"unknown key {visible(repr(key))}{did_you_mean(key, keys)}")
    if not flag.configurable:
        raise ConfigurationError(
            f"{key!r} cannot stand in a configuration; give {flag.option} on the command line"
        )
    return flag


def _hints(environment: Mapping[str, str]) -> tuple[str, ...]:
    known = {flag.variable for flag in FLAGS if flag.configurable}
    strange = [name for name in environment if name.startswith("DEDUPE_") and name not in known]
    if not strange:
        return ()
    from dedupe.cli.hints import hints_about

    return tuple(hints_about(strange))


def _split_config(entries: tuple[str, ...]) -> tuple[Path | None, dict[str, Value]]:
    files, pairs = [], {}
    for entry in entries:
        key, equals, text = entry.partition("=")
        if not equals or Path(entry).is_file():
            files.append(Path(entry))
            continue
        try:
            pairs.update(_pair(key.strip(), text.strip()))
        except ConfigurationError as error:
            raise ConfigurationError(f"--config: {error}") from error
    if len(files) > 1:
        raise ConfigurationError("--config FILE can be given once; give single keys as --config 'key=value'")
    return (files[0] if files else None), pairs


def _pair(key: str, text: str) -> dict[str, Value]:
    import tomllib

    flag = _known(key)
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return {key: parsed(flag, text)}  # a bare word, as people type it
    return {name: checked(_known(name), part) for name, part in with_keep_divided({key: value})}
