"""The end of a run in at most six lines; the last is the next command to run."""

from __future__ import annotations

import errno
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.cli.clean_request import CleanRequest, InPlaceOf, IntoFolder, Printed
from dedupe.model import SKIP_REASONS, Edit, Skipped, Totals
from dedupe.reports.layout import Line, Span, listed
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.writing.rebuilding import CleanFile, Written

NAMES_SHOWN = 5
FAILURES_SHOWN = 20
_PATHS_SHOWN = 3
_CURES = {
    "changed": "run again",
    "damaged": "get it anew",
    "malformed": "it was left as it is",
    "too large": "raise that limit to have it cleaned",
    "too slow": "raise that limit to have it read",
    "undecodable": "name its codec with --encoding",
}
_CURE_BY_FAULT = {
    os.strerror(errno.EACCES): "check its permissions",
    os.strerror(errno.EPERM): "check its permissions",
    os.strerror(errno.ENOENT): "it has gone, or is a link that leads nowhere",
    os.strerror(errno.ELOOP): "it is a link that leads back to itself",
}
_PLURALS = {
    "other suffix": "other suffixes",
    "special file": "special files",
    "symbolic link": "symbolic links",
}
"""Reasons that are nouns; the others are said the same of one file and of many."""


@dataclass(slots=True)
class Tally:
    """What has to be told of a run, gathered one result after the other; bounded but for the counts.

    `failures` are the first few messages, `failed` counts them all; `notes` are of inputs passed over that a person may
    have wanted to be read. `is_written_anew` says that a plan alone does not bring all originals back.
    """

    keep_all: bool = False
    totals: Totals = field(default_factory=Totals)
    failed: int = 0
    failures: list[str] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)
    guessed_count: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    is_written_anew: bool = False

    def take(self, result: Edit | Skipped) -> None:
        """Count one result."""
        self.totals += Totals.of(result)
        if isinstance(result, Skipped):
            self._skip(result)
        elif result.guessed:
            self.guessed_count += 1
            if self.keep_all or len(self.guessed) < NAMES_SHOWN:
                self.guessed.append(f"{visible(result.name)} ({result.encoding})")

    def take_file(self, file: CleanFile, written: Written) -> None:
        """Take into account what the clean version of a file is like."""
        self.is_written_anew |= not file.is_spliced and written.digest != file.opened.digest

    def _skip(self, skipped: Skipped) -> None:
        if not SKIP_REASONS[skipped.reason]:
            self.skipped[skipped.reason] += 1
            if skipped.reason == "no text field" and (self.keep_all or len(self.notes) < FAILURES_SHOWN):
                self.notes.append(f"{skipped.name}: passed over, {skipped.detail}")
            return
        self.failed += 1
        if self.keep_all or len(self.failures) < FAILURES_SHOWN:
            self.failures.append(failure_message(skipped))


def failure_message(skipped: Skipped) -> str:
    """Return what went wrong with an input and what to do: `PATH: unreadable: …; check its permissions`."""
    detail, cure = skipped.detail, _CURES.get(skipped.reason, "check it")
    if skipped.reason == "unreadable":
        cure = _CURE_BY_FAULT.get(detail, "check the file and its disk")
        detail = detail[:1].lower() + detail[1:]
    said = f"{skipped.name}: {skipped.reason}" + (f": {detail}" if detail else "")
    return said if ";" in detail else f"{said}; {cure}"


def summary(
    request: CleanRequest, tally: Tally, *, run_folder: Path | None, published: bool
) -> Iterator[Line]:
    """Yield at most six lines: what went, what was passed over, where the output is, what to do next."""
    totals = tally.totals
    yield (Span(_what_went(totals)),)
    if aside := passed_over(tally):
        yield (Span(aside),)
    if tally.failed:
        yield (Span(f"not cleaned: {counted(tally.failed, 'input')}, listed above as errors", "warning"),)
    if guessed := guessed_encodings(tally):
        yield (Span(guessed),)
    if where := _where(request, totals.removed, run_folder, published=published):
        yield (Span(where),)
    command = next_command(request, run_folder, published=published, is_written_anew=tally.is_written_anew)
    yield (Span("next: "), Span(command, "command"))


def passed_over(tally: Tally) -> str:
    """Return what was not read and need not be, `""` for nothing."""
    reasons = ", ".join(
        f"{count:,} {reason if count == 1 else _PLURALS.get(reason, reason)}"
        for reason, count in sorted(tally.skipped.items())
    )
    return f"passed over: {reasons}" if reasons else ""


def guessed_encodings(tally: Tally) -> str:
    """Return of which documents the encoding was guessed, `""` for none."""
    if not tally.guessed:
        return ""
    shown = listed(tally.guessed, NAMES_SHOWN) if tally.keep_all else ", ".join(tally.guessed)
    more = tally.guessed_count - len(tally.guessed)
    return f"encoding guessed: {shown}" + (f" and {more:,} more" if more else "")


def _what_went(totals: Totals) -> str:
    documents, paragraphs = counted(totals.documents, "document"), counted(totals.paragraphs, "paragraph")
    removed = sum(totals.removed.values())
    kept = f"; {totals.exempt:,} kept as you listed" if totals.exempt else ""
    if not removed:
        return f"{documents}, {paragraphs}: nothing removed{kept}"
    gone = totals.bytes_in - totals.bytes_out
    share = 100 * gone / max(1, totals.bytes_in)
    amount = f"{size(gone)} of {size(totals.bytes_in)} ({share:.0f} %)"
    return f"{documents}, {paragraphs}: {removed:,} removed, {amount}{kept}"


def _where(request: CleanRequest, removed: Counter[str], run_folder: Path | None, *, published: bool) -> str:
    notes = []
    match request.output:
        case IntoFolder(folder=folder) if published:
            notes.append(f"clean files: {visible(str(folder))}")
        case InPlaceOf() if published and run_folder is not None:
            notes.append(f"originals: {visible(str(run_folder))}")
        case InPlaceOf() if not request.dry_run and not sum(removed.values()):
            notes.append("no file had to be replaced")
        case InPlaceOf() | IntoFolder():
            notes.append("no clean file was written")
    if request.plan is not None and (published or request.dry_run):
        notes.append(f"plan: {visible(str(request.plan))}")
    if request.reports:
        notes.append(f"reports: {listed([visible(str(path)) for path in request.reports], NAMES_SHOWN)}")
    return "; ".join(notes)


def next_command(
    request: CleanRequest, run_folder: Path | None, *, published: bool, is_written_anew: bool
) -> str:
    """Return the command that makes most sense after this run."""
    plan = request.plan
    match request.output:
        case InPlaceOf() if published and run_folder is not None:
            return f"dedupe restore {quoted(run_folder / 'plan.jsonl')}"
        case InPlaceOf():
            return f"dedupe clean {_paths(request)} --in-place"
        case IntoFolder(folder=folder) if published and plan is None:
            return f"dedupe clean {_paths(request)} -o {quoted(folder)} --plan plan.jsonl" + (
                "" if is_written_anew else "  # restorable"
            )
        case IntoFolder() if published and plan is not None and is_written_anew:
            return f"dedupe report {quoted(plan)} --output-file report.html"
        case IntoFolder() if published and plan is not None:
            return f"dedupe restore {quoted(plan)} -o originals"
        case IntoFolder(folder=folder):
            return f"dedupe clean {_paths(request)} -o {quoted(folder)}"
        case Printed() if request.inputs.stdin:
            known = plan is not None and not request.dry_run and not request.diff and not is_written_anew
            return (
                f"dedupe restore {quoted(plan)} < CLEAN"
                if known and plan
                else "dedupe clean --plan plan.jsonl < IN > CLEAN"
            )
        case _:
            return f"dedupe clean {_paths(request)} -o clean"


def quoted(path: Path) -> str:
    """Return a path as a shell takes it, made visible."""
    import shlex

    return shlex.quote(visible(str(path)))


def _paths(request: CleanRequest) -> str:
    if request.inputs.files_from:
        return f"--files-from {quoted(Path(request.inputs.files_from))}"
    shown = " ".join(map(quoted, request.inputs.paths[:_PATHS_SHOWN]))
    return shown + (" …" if len(request.inputs.paths) > _PATHS_SHOWN else "")
