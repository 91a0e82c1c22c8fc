"""Where the lists of `dedupe check` go: one to standard output, others into files, one to the summary of a job."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedupe.cli.output import flush_out, write_shown
from dedupe.errors import WriteFailed, what_failed
from dedupe.reports.joined import Joined
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.checking.interface import Lister, Write
    from dedupe.writing.atomic import AtomicFile

DEFAULT_FORMAT = "full"
STATISTICS = "statistics"
FORMAT_BY_SUFFIX = {".json": "json", ".sarif": "sarif", ".xml": "junit", ".md": "markdown"}
SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
SUMMARY_BYTES = 1024 * 1024
"""GitHub takes so much of a step; of more it shows nothing."""


@dataclass(frozen=True, slots=True)
class ListTo:
    """A list in a format, to a file or, where `path` is None, to standard output."""

    form: str
    path: Path | None = None


def lists_of(formats: Sequence[str], files: Sequence[str], *, statistics: bool) -> tuple[ListTo, ...]:
    """Return which list goes where.

    A file takes the format that its suffix names, if that was asked for and has no file yet or if there is none left
    to take; else the first format without a file. A format without a file goes to standard output.

    Raises click.UsageError where that leaves two for standard output.
    """
    waiting = list(dict.fromkeys(formats))
    taken: dict[str, str] = {}
    for file in sorted(
        files, key=lambda name: FORMAT_BY_SUFFIX.get(Path(name).suffix.lower()) not in waiting
    ):
        named = FORMAT_BY_SUFFIX.get(Path(file).suffix.lower(), "")
        form = named if named in waiting or not waiting else waiting[0]
        taken[file] = form or DEFAULT_FORMAT
        if form in waiting:
            waiting.remove(form)
    if len(set(map(os.path.realpath, files))) < len(files):
        raise click.UsageError("--output-file names one file twice; give each list its own file")
    if len(waiting) > 1:
        raise click.UsageError(
            f"--output-format {waiting[0]} and --output-format {waiting[1]} cannot both go to stdout;"
            " give one of them an --output-file"
        )
    chosen = [ListTo(form) for form in waiting] + [ListTo(taken[file], Path(file)) for file in files]
    if not chosen:
        chosen = [ListTo(DEFAULT_FORMAT)]
    return tuple(_counting(each) for each in chosen) if statistics else tuple(chosen)


def _counting(chosen: ListTo) -> ListTo:
    if chosen.form not in ("full", "concise"):
        raise click.UsageError(
            f"--statistics cannot be used with --output-format {chosen.form}; it counts by rule already, leave it out"
        )
    return ListTo(STATISTICS, chosen.path)


class Lists:
    """The lists of one run; what goes to files appears there with `publish`, complete or not at all."""

    def __init__(
        self, chosen: Sequence[ListTo], stack: ExitStack, *, color: str, width: int, tmp_dir: Path | None
    ) -> None:
        self._files: list[tuple[AtomicFile, Joined]] = []
        self._stack = stack
        self._color, self._width, self._tmp_dir = color, width, tmp_dir
        self._summary = os.environ.get(SUMMARY_VARIABLE) or ""
        self._summary_pieces: list[bytes] = []
        self._printed = Joined(write_shown)
        self.listers = [self._lister(each.form, each.path) for each in chosen]
        if any(each.form == "github" for each in chosen) and self._summary:
            self.listers.append(self._summary_lister())

    def _lister(self, form: str, path: Path | None) -> Lister:
        from dedupe.checking.registry import LISTER_BY_NAME

        write = self._printed.add if path is None else self._into(path)
        if form == "full":
            from dedupe.cli.console import uses_colour
            from dedupe.cli.full_list import FullLister

            coloured = path is None and uses_colour(self._color, sys.stdout, os.environ)
            return FullLister(write, coloured=coloured, width=self._width)
        return LISTER_BY_NAME[form](write, self._tmp_dir, bool(self._summary))

    def _into(self, path: Path) -> Write:
        from dedupe.writing.atomic import AtomicFile

        file = self._stack.enter_context(AtomicFile(path))
        joined = Joined(file.write)
        self._files.append((file, joined))
        return joined.add

    def _summary_lister(self) -> Lister:
        from dedupe.checking.markdown import MarkdownLister

        return MarkdownLister(self._summary_pieces.append, self._tmp_dir, SUMMARY_BYTES)

    def publish(self) -> None:
        """Let the files be seen, and what standard output holds back.

        Raises WriteFailed, or BrokenPipeError where the reader of standard output went away.
        """
        self._printed.flush()
        flush_out()
        for file, joined in self._files:
            joined.flush()
            file.publish()
        if self._summary_pieces:
            try:
                with Path(self._summary).open("ab") as summary:
                    summary.write(b"".join(self._summary_pieces))
            except OSError as error:
                raise WriteFailed(
                    f"{visible(self._summary)}: {what_failed(error)}; check {SUMMARY_VARIABLE}"
                ) from error


def written_files(chosen: Sequence[ListTo]) -> Iterator[Path]:
    """Yield the files that lists go to."""
    for each in chosen:
        if each.path is not None:
            yield each.path
