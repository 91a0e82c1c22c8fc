"""`dedupe formats`: what can be read and what can be written."""

from __future__ import annotations

import click

from dedupe.cli.output import flush_out, write_out
from dedupe.cli.verdict import Verdict


@click.command(short_help="List what can be read and written.")
def formats() -> Verdict:
    """List the formats that are read and the reports that can be written, with their suffixes."""
    from dedupe.reading.walking import DEFAULT_SUFFIXES
    from dedupe.reporters import REPORTER_BY_NAME, SUFFIX_BY_NAME

    lines = ["read", f"  text   {', '.join(DEFAULT_SUFFIXES)}, and any file named as PATH", "reports"]
    lines += [
        f"  {name:<5}  {f'.{SUFFIX_BY_NAME[name]}: ' if name in SUFFIX_BY_NAME else ''}{reporter.sentence}"
        for name, reporter in sorted(REPORTER_BY_NAME.items())
    ]
    write_out("".join(f"{line}\n" for line in lines).encode())
    flush_out()
    return Verdict()
