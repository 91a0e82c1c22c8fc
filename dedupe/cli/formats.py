"""`dedupe formats`: what can be read and what can be written."""

from __future__ import annotations

import click

from dedupe.cli.output import flush_out, write_out
from dedupe.cli.verdict import Verdict


@click.command(short_help="List what can be read and written.")
def formats() -> Verdict:
    """List the formats that are read and the reports that can be written, with their suffixes."""
    from dedupe.reading.formats import SENTENCES, SUFFIXES
    from dedupe.reporters import REPORTER_BY_NAME, SUFFIX_BY_NAME

    lines = ["read"]
    lines += [f"  {name:<8}{', '.join(suffixes)}: {SENTENCES[name]}" for name, suffixes in SUFFIXES.items()]
    lines += [
        "In folders .txt and .md files are read, with --format those of that format; --include adds others.",
        "A file named as PATH is read whatever it is called; without a known suffix it is looked at.",
        "reports",
    ]
    lines += [
        f"  {name:<8}{f'.{SUFFIX_BY_NAME[name]}: ' if name in SUFFIX_BY_NAME else ''}{reporter.sentence}"
        for name, reporter in sorted(REPORTER_BY_NAME.items())
    ]
    write_out("".join(f"{line}\n" for line in lines).encode())
    flush_out()
    return Verdict()
