"""What a command is asked to do, as a frozen value; contradictions end here."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dedupe.errors import UsageError
from dedupe.limits import Limits
from dedupe.reports.sanitizing import visible
from dedupe.settings import Settings, select_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.cli.configuration import Effective
    from dedupe.settings import GroupBy, Keep, SegmentationChoice

REPORT_SUFFIXES = ("diff", "json", "md")
BACKUP_FOLDER = ".dedupe-backup"
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is to be read: standard input, or paths and a list of names, and which files below folders."""

    stdin: bool
    paths: tuple[Path, ...] = ()
    files_from: str = ""
    null: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hidden: bool = False
    follow_symlinks: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """Clean text goes to standard output, several documents in this form."""

    form: str


@dataclass(frozen=True, slots=True)
class IntoFolder:
    """Clean files go into a folder."""

    folder: Path
    overwrite: bool


@dataclass(frozen=True, slots=True)
class InPlaceOf:
    """Files are replaced; `backup_dir` is None where it lies beside what is read."""

    backup_dir: Path | None
    yes: bool


Output = Printed | IntoFolder | InPlaceOf


@dataclass(frozen=True, slots=True)
class Talk:
    """How much is said on standard error."""

    quiet: bool = False
    verbose: bool = False
    color: str = "auto"
    progress: str = "auto"


@dataclass(frozen=True, slots=True)
class CleanRequest:
    """All that `dedupe clean` was asked to do; `configuration` is the file that had a say in it, if any."""

    inputs: Inputs
    settings: Settings
    output: Output
    talk: Talk
    limits: Limits
    jobs: int = 1
    stop_at_error: bool = False
    dry_run: bool = False
    diff: bool = False
    preview: bool = True
    plan: Path | None = None
    reports: tuple[Path, ...] = ()
    show_files: bool = False
    stdout_format: str = "text"
    configuration: Path | None = None

    @classmethod
    def of(cls, paths: tuple[str, ...], effective: Effective) -> CleanRequest:
        """Return the request that paths and effective settings make.

        Raises click.UsageError that names both of two options that cannot be used together.
        """
        inputs = _inputs(paths, effective)
        reports = tuple(Path(name) for name in effective.texts("report"))
        _check_reports(reports)
        output = _output(effective)
        _check_pairs(effective, inputs, output)
        return cls(
            inputs=inputs,
            settings=_settings(effective),
            output=output,
            talk=Talk(
                effective.switch("quiet"),
                effective.switch("verbose"),
                effective.text("color"),
                effective.text("progress"),
            ),
            limits=_limits(effective),
            jobs=_jobs(effective.text("jobs")),
            stop_at_error=effective.text("on-error") == "fail",
            dry_run=effective.switch("dry-run"),
            diff=effective.switch("diff"),
            preview=not effective.switch("no-preview"),
            plan=effective.path("plan"),
            reports=reports,
            show_files=effective.switch("show-files"),
            stdout_format=effective.text("stdout-format"),
            configuration=effective.project_file,
        )


def _inputs(paths: tuple[str, ...], effective: Effective) -> Inputs:
    files_from = effective.text("files-from")
    if STDIN in paths and (len(paths) > 1 or files_from):
        other = "--files-from" if files_from else "another PATH"
        raise click.UsageError(f"- (standard input) cannot be used with {other}; give it alone")
    if effective.switch("null") and not files_from:
        raise click.UsageError("--null says how the list of --files-from is read; give --files-from too")
    return Inputs(
        stdin=not files_from and (not paths or paths == (STDIN,)),
        paths=tuple(Path(path) for path in paths if path != STDIN),
        files_from=files_from,
        null=effective.switch("null"),
        include=effective.texts("include"),
        exclude=effective.texts("exclude"),
        hidden=effective.switch("hidden"),
        follow_symlinks=effective.switch("follow-symlinks"),
    )


def _output(effective: Effective) -> Output:
    folder = effective.path("out-dir")
    if folder is not None and effective.switch("in-place"):
        raise click.UsageError("--out-dir cannot be used with --in-place; choose one")
    if folder is not None:
        return IntoFolder(folder, effective.switch("overwrite"))
    if effective.switch("in-place"):
        return InPlaceOf(effective.path("backup-dir"), effective.switch("yes"))
    return Printed(effective.text("stdout-format"))


def _check_pairs(effective: Effective, inputs: Inputs, output: Output) -> None:
    given = {key for key, origin in effective.origins.items() if origin == "command line"}
    for option, needed in (("overwrite", "out-dir"), ("backup-dir", "in-place"), ("yes", "in-place")):
        if effective.values[option] and not effective.values[needed]:
            raise click.UsageError(f"--{option} goes with --{needed}; give both or neither")
    if inputs.stdin and not isinstance(output, Printed):
        option = "--out-dir" if isinstance(output, IntoFolder) else "--in-place"
        raise click.UsageError(
            f"- (standard input) cannot be used with {option}; send stdout to a file instead"
        )
    if effective.switch("quiet") and effective.switch("verbose"):
        raise click.UsageError("--quiet cannot be used with --verbose; choose one")
    if "stdout-format" in given and not effective.switch("show-files"):
        _check_stdout_format(effective, output)
    if effective.switch("no-preview"):
        _check_blind_reports(effective)
    if isinstance(output, InPlaceOf):
        _check_in_place(effective)


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


def _check_blind_reports(effective: Effective) -> None:
    for name in effective.texts("report"):
        if Path(name).suffix.lower() == ".diff":
            raise click.UsageError(
                f"--no-preview cannot be used with --report {visible(name)}; a diff is made of the removed text"
            )


def _check_in_place(effective: Effective) -> None:
    if effective.switch("no-preview"):
        raise click.UsageError(
            "--in-place cannot be used with --no-preview; its plan must be able to restore"
        )
    document_rules = sorted(code for code in _settings(effective).strip if code.startswith("DOC"))
    if document_rules:
        raise click.UsageError(
            f"--in-place cannot be used with a rule for whole documents ({document_rules[0]});"
            " add --ignore DOC, or use --out-dir"
        )


def _check_reports(reports: tuple[Path, ...]) -> None:
    for path in reports:
        suffix = path.suffix.removeprefix(".").lower()
        if suffix not in REPORT_SUFFIXES:
            known = ", ".join(f".{name}" for name in REPORT_SUFFIXES)
            raise click.UsageError(
                f"--report {visible(str(path))}: no report has the suffix {visible(path.suffix)!r};"
                f" use one of {known}"
            )
    if len(set(reports)) < len(reports):
        raise click.UsageError("--report names one file twice; give each report its own file")


@contextmanager
def _naming_origin(effective: Effective, key: str) -> Iterator[None]:
    """Let an error about a value that is not on the command line say where the value stands."""
    try:
        yield
    except UsageError as error:
        origin = effective.origins[key]
        if origin in ("command line", "default"):
            raise
        raise UsageError(f"{visible(origin)}: {key}: {error}") from error


def _settings(effective: Effective) -> Settings:
    for key in ("select", "extend-select", "ignore"):
        with _naming_origin(effective, key):
            select_rules(effective.texts(key), (), ())
    strip, ignore = select_rules(
        effective.texts("select"), effective.texts("extend-select"), effective.texts("ignore")
    )
    with _naming_origin(effective, "threshold"):
        return Settings(
            strip=strip,
            ignore=ignore,
            # The table of flags knows these words; a test holds it to what the settings take.
            paragraphs=cast("SegmentationChoice", effective.text("paragraphs")),
            threshold=effective.number("threshold"),
            group_by=cast("GroupBy", effective.text("group-by")),
            keep=cast("Keep", effective.text("keep")),
            encoding=effective.text("encoding"),
        )


def _limits(effective: Effective) -> Limits:
    with _naming_origin(effective, "max-memory"):
        return Limits(effective.size("max-memory"), effective.path("tmp-dir"))


def _jobs(word: str) -> int:
    if word != "auto":
        return int(word)
    from dedupe.workers import available_processors

    return available_processors()
