"""`dedupe config`: each value in force, and where it came from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from dedupe.cli.beginnings import current_folder
from dedupe.cli.config_files import SECTIONS
from dedupe.cli.configuration import effective
from dedupe.cli.flag_values import did_you_mean
from dedupe.cli.flags import FLAGS
from dedupe.cli.options import GroupedCommand, flags, given
from dedupe.cli.output import flush_out, write_out
from dedupe.cli.verdict import DEBUG_KEY, Verdict
from dedupe.errors import UsageError
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.cli.configuration import Effective

KEYS = (*(flag.key for flag in FLAGS if flag.configurable), SECTIONS)


@click.command(cls=GroupedCommand, short_help="Show each setting and where it came from.")
@click.argument("keys", nargs=-1, metavar="[KEY]…")
@flags("config", "isolated", "debug")
@click.pass_context
def config(ctx: click.Context, /, keys: tuple[str, ...], **_: object) -> Verdict:
    """Show each setting in force and where it came from, as TOML that may be used as dedupe.toml.

    A setting comes from a flag, a DEDUPE_* variable, the project's file, the user's file or the program, in
    this order. KEY shows single ones.
    """
    settings = effective(given(ctx), environment=os.environ, folder=current_folder())
    if settings.switch("debug"):
        ctx.meta[DEBUG_KEY] = True
    for key in keys:
        if key not in KEYS:
            raise UsageError(f"unknown key {visible(repr(key))}{did_you_mean(key, KEYS)}")
    for line in _lines(settings, frozenset(keys)):
        write_out(f"{line}\n".encode("utf-8", "backslashreplace"))
    flush_out()
    return Verdict()


def _lines(settings: Effective, keys: frozenset[str]) -> Iterator[str]:
    is_section = False
    for line in settings.as_toml():
        key = line.partition(" = ")[0]
        is_section = is_section or line.startswith(f"[{SECTIONS}.")
        if not keys or (SECTIONS if is_section else key) in keys:
            yield line
