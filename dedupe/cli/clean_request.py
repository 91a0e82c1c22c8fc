"""What `dedupe clean` is asked to do, as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedupe.cli.request import Request, shared_fields

if TYPE_CHECKING:
    from dedupe.cli.configuration import Effective
    from dedupe.cli.request import Inputs
    from dedupe.settings import Settings

BACKUP_FOLDER = ".dedupe-backup"


@dataclass(frozen=True, slots=True)
class Printed:
    """Clean text goes to standard output, several documents in this form."""

    form: str


@dataclass(frozen=True, slots=True)
class IntoFolder:
    """Clean files go into a folder."""

    folder: Path
    overwrite: bool
    durable: bool


@dataclass(frozen=True, slots=True)
class InPlaceOf:
    """Files are replaced; `backup_dir` is None where it lies beside what is read."""

    backup_dir: Path | None
    yes: bool


Output = Printed | IntoFolder | InPlaceOf


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanRequest(Request):
    """All that `dedupe clean` was asked to do."""

    output: Output
    dry_run: bool = False
    diff: bool = False
    plan: Path | None = None
    stdout_format: str = "text"

    @classmethod
    def of(cls, paths: tuple[str, ...], effective: Effective) -> CleanRequest:
        """Return the request that paths and effective settings make.

        Raises click.UsageError that names both of two options that cannot be used together.
        """
        shared = shared_fields(paths, effective)
        output = _output(effective)
        _check_pairs(effective, shared["inputs"], shared["settings"], output)
        return cls(
            **shared,
            output=output,
            dry_run=effective.switch("dry-run"),
            diff=effective.switch("diff"),
            plan=effective.path("plan"),
            stdout_format=effective.text("stdout-format"),
        )


def _output(effective: Effective) -> Output:
    folder = effective.path("out-dir")
    if folder is not None and effective.switch("in-place"):
        raise click.UsageError("--out-dir cannot be used with --in-place; choose one")
    if folder is not None:
        return IntoFolder(folder, effective.switch("overwrite"), effective.switch("durable"))
    if effective.switch("in-place"):
        return InPlaceOf(effective.path("backup-dir"), effective.switch("yes"))
    return Printed(effective.text("stdout-format"))


def _check_pairs(effective: Effective, inputs: Inputs, settings: Settings, output: Output) -> None:
    given = {key for key, origin in effective.origins.items() if origin == "command line"}
    for option, needed in (("overwrite", "out-dir"), ("backup-dir", "in-place"), ("yes", "in-place")):
        if effective.values[option] and not effective.values[needed]:
            raise click.UsageError(f"--{option} goes with --{needed}; give both or neither")
    if "durable" in given and isinstance(output, Printed):
        raise click.UsageError("--durable goes with --out-dir; give both or neither")
    if inputs.stdin and not isinstance(output, Printed):
        option = "--out-dir" if isinstance(output, IntoFolder) else "--in-place"
        raise click.UsageError(
            f"- (standard input) cannot be used with {option}; send stdout to a file instead"
        )
    if "stdout-format" in given and not effective.switch("show-files"):
        _check_stdout_format(effective, output)
    if isinstance(output, InPlaceOf):
        _check_in_place(effective, settings)


def _check_stdout_format(effective: Effective, output: Output) -> None:
    if not isinstance(output, Printed):
        option = "--out-dir" if isinstance(output, IntoFolder) else "--in-place"
        raise click.UsageError(
            f"--stdout-format cannot be used with {option}; no text goes to stdout then, leave it out"
        )
    if effective.switch("diff"):
        raise click.UsageError(
            "--diff cannot be used with --stdout-format; a diff takes the place of the text"
        )


def _check_in_place(effective: Effective, settings: Settings) -> None:
    if effective.switch("no-preview"):
        raise click.UsageError(
            "--in-place cannot be used with --no-preview; its plan must be able to restore"
        )
    document_rules = sorted(code for code in settings.strip if code.startswith("DOC"))
    if document_rules:
        raise click.UsageError(
            f"--in-place cannot be used with a rule for whole documents ({document_rules[0]});"
            " add --ignore DOC, or use --out-dir"
        )
