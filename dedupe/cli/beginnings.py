"""What commands on documents have in common before their work begins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.cli.output import flush_out, write_out
from dedupe.cli.summary import Tally
from dedupe.cli.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.cli.configuration import Effective
    from dedupe.cli.console import Console
    from dedupe.cli.gathering import Gathered
    from dedupe.cli.request import Request
    from dedupe.model import Skipped


def current_folder() -> Path | None:
    """Return the current folder, None once it has been deleted: a filter needs none."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


def warn_about_inputs(request: Request, gathered: Gathered, console: Console) -> None:
    """Warn of what was found, or not, where it was looked for."""
    from dedupe.pipeline import KERNELS_FACTOR, misses_kernels

    for name in gathered.strange_configurations:
        console.warn(
            f"{name}: configuration in a scanned folder is not read; name it with --config to use it"
        )
    if gathered.is_empty and any(path.is_dir() for path in request.inputs.paths):
        console.warn(nothing_there(request, gathered.skipped))
    elif gathered.is_empty:
        console.warn("nothing to read: neither a file nor a folder was named; name a PATH")
    if misses_kernels(gathered.sources):
        console.warn(
            f"the kernels are not compiled, so this takes about {KERNELS_FACTOR} times as long; "
            "install a C compiler, then dedupe-text again"
        )


def nothing_there(request: Request, skipped: Sequence[Skipped]) -> str:
    """Return the sentence for folders in which nothing is to be read; it names a format that was passed over there."""
    from dedupe.reading.compression import without_suffix
    from dedupe.reading.formats import FORMAT_BY_SUFFIX, SUFFIXES, suffix_of

    chosen = request.settings.format
    suffixes = " or ".join(SUFFIXES["text" if chosen == "auto" else chosen])
    for one in skipped:
        suffix = suffix_of(without_suffix(one.name))
        known = FORMAT_BY_SUFFIX.get(suffix) if one.reason == "other suffix" else None
        if known is not None:
            return f"nothing to read: no {suffixes} files there; for {suffix} files add --format {known}"
    return f"nothing to read: no {suffixes} files there; add others with --include GLOB"


def show_settings(settings: Effective) -> Verdict:
    """Print the settings in force, as TOML."""
    for line in settings.as_toml():
        write_out(f"{line}\n".encode("utf-8", "backslashreplace"))
    flush_out()
    return Verdict()


def show_files(request: Request, gathered: Gathered, console: Console, *, null: bool = False) -> Verdict:
    """Print the files that would be read, each ended by a line end or by NUL."""
    tally = Tally(keep_all=request.talk.verbose)
    end = b"\0" if null else b"\n"
    names = [os.fsencode(source.path) for source in gathered.files] or [b"-"] * request.inputs.stdin
    for name in names:
        write_out(name + end)
    flush_out()
    for skipped in gathered.skipped:
        tally.take(skipped)
    for message in tally.failures:
        console.error(message)
    return Verdict(failures=tally.failed)
