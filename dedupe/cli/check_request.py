"""What `dedupe check` is asked to do, as a frozen value."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedupe.checking.gates import Gate, Section
from dedupe.cli.check_lists import FORMAT_BY_SUFFIX, ListTo, lists_of
from dedupe.cli.flag_values import per_cent
from dedupe.cli.flags import FLAGS
from dedupe.cli.request import Request, naming_origin, shared_fields
from dedupe.errors import UsageError
from dedupe.reports.sanitizing import visible
from dedupe.settings import select_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dedupe.cli.configuration import Effective
    from dedupe.cli.flags import Flag, Value
    from dedupe.cli.path_sections import PathSection

_PATHS_SHOWN = 20
_MATTERING = frozenset(
    flag.key
    for flag in FLAGS
    if flag.heading in ("Input", "Matching", "Configuration") and not flag.key.startswith("show-")
)
"""Flags that alter what is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest(Request):
    """All that `dedupe check` was asked to do.

    `gates` hold everywhere, `fallback` where no other gate is in force, `sections` for files of some paths;
    `path_sections` are what those were made from.
    `again` is a command that does the same: it ends where options may be added.
    """

    lists: tuple[ListTo, ...]
    gates: tuple[Gate, ...] = ()
    fallback: tuple[Gate, ...] = ()
    sections: tuple[Section, ...] = ()
    path_sections: tuple[PathSection, ...] = ()
    baseline: Path | None = None
    update_baseline: bool = False
    exit_zero: bool = False
    again: str = "dedupe check"

    @property
    def regenerate(self) -> str:
        """The command that writes the baseline anew."""
        return f"{self.again} --baseline {shlex.quote(visible(str(self.baseline)))} --update-baseline"

    def matcher(self) -> Callable[[str, str, str], bool]:
        """Return what tells whether the pattern of a section fits a file."""
        if not self.path_sections:
            return lambda _pattern, _path, _name: False
        from dedupe.cli.path_sections import matcher

        return matcher(self.path_sections)

    @property
    def identity(self) -> str:
        """A digest of all that decides what is counted: a baseline is good for one identity only."""
        ignored = [(section.pattern, sorted(section.ignored)) for section in self.sections if section.ignored]
        if not ignored:
            return self.settings.identity()
        import hashlib
        import json

        content = json.dumps([self.settings.identity(), ignored])
        return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    @classmethod
    def of(cls, paths: tuple[str, ...], effective: Effective) -> CheckRequest:
        """Return the request that paths and effective settings make.

        Raises click.UsageError that names both of two options that cannot be used together.
        """
        shared = shared_fields(paths, effective)
        reports, lists_asked_as_reports = _split_reports(shared["reports"])
        _check_baseline_pairs(effective)
        sections = tuple(_sections(effective))
        with naming_origin(effective, "max-per-rule"):
            gates = tuple(_gates(effective, effective.values))
        baseline = effective.path("baseline")
        if any(gate.kind == "max-new" for section in sections for gate in section.gates) and not baseline:
            raise click.UsageError("max-new in a per-path section goes with --baseline; give both or neither")
        fallback = Gate("max-new", 0) if baseline else Gate("max-duplicates", 0)
        return cls(
            **shared | {"reports": reports},
            lists=(
                *lists_of(
                    effective.texts("output-format"),
                    effective.texts("output-file"),
                    statistics=effective.switch("statistics"),
                ),
                *lists_asked_as_reports,
            ),
            gates=gates,
            fallback=() if gates or effective.switch("update-baseline") else (fallback,),
            sections=sections,
            path_sections=effective.sections,
            baseline=baseline,
            update_baseline=effective.switch("update-baseline"),
            exit_zero=effective.switch("exit-zero"),
            again=_again(paths, effective),
        )


def _split_reports(files: tuple[Path, ...]) -> tuple[tuple[Path, ...], tuple[ListTo, ...]]:
    """Return the reports that are made of the plan, and those that are lists: only these know of gates and baseline."""
    forms = {path: FORMAT_BY_SUFFIX.get(path.suffix.lower(), "") for path in files}
    lists = tuple(ListTo(form, path) for path, form in forms.items() if form in ("sarif", "junit"))
    return tuple(path for path in files if forms[path] not in ("sarif", "junit")), lists


def _check_baseline_pairs(effective: Effective) -> None:
    has_baseline, max_new = effective.path("baseline") is not None, effective.text("max-new")
    for option in ("update-baseline", "fail-on-new", "max-new"):
        if effective.values[option] and not has_baseline:
            raise click.UsageError(f"--{option} goes with --baseline; give both or neither")
    if effective.switch("fail-on-new") and max_new not in ("", "0"):
        raise click.UsageError(
            f"--fail-on-new means --max-new 0 and cannot be used with --max-new {max_new}; choose one"
        )
    if effective.switch("update-baseline"):
        # What the configuration says of new ones is for the other runs.
        for option in ("fail-on-new", "max-new"):
            if effective.values[option] and effective.origins[option] == "command line":
                raise click.UsageError(
                    f"--update-baseline cannot be used with --{option}; after it nothing is new, leave one out"
                )


def _gates(effective: Effective, values: Mapping[str, Value], where: str = "") -> Iterator[Gate]:
    """Yield the gates that a table of values asks for."""
    if count := values.get("max-duplicates"):
        yield Gate("max-duplicates", int(str(count)), where=where)
    share = per_cent(str(values.get("max-share", "")))
    if share is not None:
        yield Gate("max-share", share, where=where)
    if not effective.switch("update-baseline"):
        if count := values.get("max-new"):
            yield Gate("max-new", int(str(count)), where=where)
        elif values.get("fail-on-new"):
            yield Gate("max-new", 0, where=where)
    limits = values.get("max-per-rule", ())
    for text in limits if isinstance(limits, tuple) else ():
        rule, _, limit = text.rpartition("=")
        select_rules((rule,), (), ())
        yield Gate("max-per-rule", int(limit), rule=rule, where=where)


def _sections(effective: Effective) -> Iterator[Section]:
    for section in effective.sections:
        try:
            gates = tuple(_gates(effective, section.values, section.pattern))
            ignore = section.values.get("ignore", ())
            _, ignored = select_rules((), (), ignore if isinstance(ignore, tuple) else ())
        except UsageError as error:
            origin = f'{section.origin}: per-path."{section.pattern}"'
            raise UsageError(f"{visible(origin)}: {error}") from error
        yield Section(section.pattern, gates, ignored)


def _again(paths: tuple[str, ...], effective: Effective) -> str:
    words = ["dedupe", "check", *paths[:_PATHS_SHOWN], *(["…"] if len(paths) > _PATHS_SHOWN else [])]
    for flag in FLAGS:
        if flag.key in _MATTERING and effective.origins[flag.key] == "command line":
            words += _as_typed(flag, effective.values[flag.key])
    return " ".join(word if word == "…" else shlex.quote(visible(word)) for word in words)


def _as_typed(flag: Flag, value: Value) -> list[str]:
    match value:
        case bool():
            return [flag.option] if value else []
        case tuple() if flag.kind == "codes":
            return [flag.option, ",".join(value)]
        case tuple():
            return [word for each in value for word in (flag.option, each)]
        case float():
            return [flag.option, f"{value:g}"]
        case str():
            return [flag.option, value]
