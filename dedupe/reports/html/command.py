"""The command that makes a plan like this one, put together from what the plan holds."""

from __future__ import annotations

import shlex
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dedupe.reports.sanitizing import visible
from dedupe.settings import RULES, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.plan import PlanHeader

_ALL = tuple(sorted(rule.code for rule in RULES))
_OPTIONS = {"strip": "--select", "ignore": "--ignore"}


def command_of(header: PlanHeader, *, folder: str | None, single: str, plan_name: str) -> str:
    """Return the command, on one line.

    `folder` is what was read, None where it is not known; `single` names the only document, if there is one. Of
    folders the last part is told: a report may be shown to people whom the rest is no concern of.
    """
    words = ["dedupe", "clean", *_inputs(folder, single), *_settings(header), *_output(header)]
    if not header.preview:
        words.append("--no-preview")
    if plan_name:
        words += ["--plan", plan_name]
    return " ".join(word if word == "PATH…" else shlex.quote(visible(word)) for word in words)


def _inputs(folder: str | None, single: str) -> Iterator[str]:
    if single:
        yield _last_part(single)
    elif folder:
        yield _last_part(folder)
    else:
        yield "PATH…"


def _last_part(path: str) -> str:
    return PurePosixPath(path).name or path


def _settings(header: PlanHeader) -> Iterator[str]:
    usual = Settings().as_data()
    for name, value in header.settings:
        spelled = list(value) if isinstance(value, tuple) else value
        if spelled == usual.get(name, object()):
            continue
        yield _OPTIONS.get(name, "--" + name.replace("_", "-"))
        if isinstance(value, tuple):
            yield "ALL" if value == _ALL else ",".join(value)
        else:
            yield f"{value:g}" if isinstance(value, float) else str(value)


def _output(header: PlanHeader) -> Iterator[str]:
    match header.destination:
        case "out-dir":
            yield from ("-o", _last_part(header.root) or "DIR")
        case "in-place":
            yield "--in-place"
        case "dry-run":
            yield "--dry-run"
        case "stdout":
            pass
