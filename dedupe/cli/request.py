"""What every command is asked to do, as a frozen value; contradictions end here."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from dedupe.errors import UsageError
from dedupe.limits import Limits
from dedupe.reports.sanitizing import visible
from dedupe.settings import Bounds, Settings, select_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.cli.configuration import Effective
    from dedupe.learned import Profile
    from dedupe.settings import BoilerplateChoice, FormatChoice, GroupBy, Keep, SegmentationChoice

REPORT_SUFFIXES = ("csv", "diff", "html", "json", "md", "sarif", "xml")
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
class Talk:
    """How much is said on standard error."""

    quiet: bool = False
    verbose: bool = False
    color: str = "auto"
    progress: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What every command on documents is asked; `configuration` is the file that had a say in it, if any."""

    inputs: Inputs
    settings: Settings
    talk: Talk
    limits: Limits
    bounds: Bounds
    jobs: int = 1
    stop_at_error: bool = False
    preview: bool = True
    reports: tuple[Path, ...] = ()
    show_files: bool = False
    configuration: Path | None = None


def shared_fields(paths: tuple[str, ...], effective: Effective) -> dict[str, Any]:
    """Return the fields of `Request` that paths and effective settings make.

    Raises click.UsageError that names both of two options that cannot be used together.
    """
    inputs = _inputs(paths, effective)
    reports = tuple(Path(name) for name in effective.texts("report"))
    _check_reports(reports)
    if effective.switch("quiet") and effective.switch("verbose"):
        raise click.UsageError("--quiet cannot be used with --verbose; choose one")
    if effective.switch("no-preview"):
        _check_blind_reports(effective)
    return {
        "inputs": inputs,
        "settings": _settings(effective),
        "talk": Talk(
            effective.switch("quiet"),
            effective.switch("verbose"),
            effective.text("color"),
            effective.text("progress"),
        ),
        "limits": _limits(effective),
        "bounds": _bounds(effective),
        "jobs": _jobs(effective.text("jobs")),
        "stop_at_error": effective.text("on-error") == "fail",
        "preview": not effective.switch("no-preview"),
        "reports": reports,
        "show_files": effective.switch("show-files"),
        "configuration": effective.project_file,
    }


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


def _check_blind_reports(effective: Effective) -> None:
    for name in effective.texts("report"):
        if Path(name).suffix.lower() == ".diff":
            raise click.UsageError(
                f"--no-preview cannot be used with --report {visible(name)}; a diff is made of the removed text"
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
def naming_origin(effective: Effective, key: str) -> Iterator[None]:
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
        with naming_origin(effective, key):
            select_rules(effective.texts(key), (), ())
    strip, ignore = select_rules(
        effective.texts("select"), effective.texts("extend-select"), effective.texts("ignore")
    )
    exempt, profiles = _exempt(effective), _profiles(effective)
    with naming_origin(effective, "threshold"):
        return Settings(
            strip=strip,
            ignore=ignore,
            # The table of flags knows these words; a test holds it to what the settings take.
            paragraphs=cast("SegmentationChoice", effective.text("paragraphs")),
            threshold=effective.number("threshold"),
            group_by=cast("GroupBy", effective.text("group-by")),
            keep=cast("Keep", effective.text("keep")),
            encoding=effective.text("encoding"),
            format=cast("FormatChoice", effective.text("format")),
            text_field=effective.text("text-field"),
            id_field=effective.text("id-field"),
            url_field=effective.text("url-field"),
            boilerplate=cast("BoilerplateChoice", effective.text("boilerplate")),
            exempt=exempt | profiled_keys(profiles),
            profiles=profiles,
        )


def _exempt(effective: Effective) -> frozenset[str]:
    """Return the keys of the paragraphs that a keep file and the configuration name."""
    path, texts = effective.path("keep-file"), effective.texts("keep-paragraphs")
    if path is None and not texts:
        return frozenset()
    from dedupe.keeping import keys_to_keep, parse_keep_file

    listed = keys_to_keep(texts, f"{effective.origins['keep-paragraphs']}: keep-paragraphs")
    return listed if path is None else listed | parse_keep_file(_keep_file(path), str(path))


def _keep_file(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        from dedupe.writing.failures import what_failed

        raise UsageError(f"{path}: {what_failed(error)}; check --keep-file") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8; save it as UTF-8, or name another with --keep-file") from error


def keep_texts(effective: Effective) -> Iterator[str]:
    """Yield the paragraphs to be kept, as they stand in the keep file and the configuration."""
    from dedupe.keeping import parse_keep_texts

    yield from effective.texts("keep-paragraphs")
    if (path := effective.path("keep-file")) is not None:
        yield from parse_keep_texts(_keep_file(path), visible(str(path)))


def _profiles(effective: Effective) -> tuple[Profile, ...]:
    paths = effective.texts("profile")
    if not paths:
        return ()
    from dedupe.cli.profile_files import read_profile

    return tuple(read_profile(Path(path)) for path in paths)


def profiled_keys(profiles: Sequence[Profile]) -> frozenset[str]:
    """Return the keys of the paragraphs that profiles keep."""
    if not any(profile.keep for profile in profiles):
        return frozenset()
    from dedupe.keeping import keys_to_keep

    return keys_to_keep((text for profile in profiles for text in profile.keep), "profile")


def _limits(effective: Effective) -> Limits:
    with naming_origin(effective, "max-memory"):
        return Limits(effective.size("max-memory"), effective.path("tmp-dir"))


def _bounds(effective: Effective) -> Bounds:
    return Bounds(
        effective.size("max-document-bytes"),
        effective.size("max-line-bytes"),
        effective.factor("max-expand"),
        effective.seconds("document-timeout"),
    )


def _jobs(word: str) -> int:
    if word != "auto":
        return int(word)
    from dedupe.workers import available_processors

    return available_processors()
