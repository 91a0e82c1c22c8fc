"""`dedupe completion`: what a shell needs to complete commands, options and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dedupe.cli.flag_values import did_you_mean
from dedupe.cli.output import flush_out, write_out
from dedupe.cli.verdict import Verdict
from dedupe.errors import UsageError
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VARIABLE = "_DEDUPE_COMPLETE"
"""Set by a shell's script when it asks for completions."""
SHELLS = ("bash", "zsh", "fish")
_WHERE = """\
To have it in every session, put what is printed into
  bash  ~/.local/share/bash-completion/completions/dedupe
  zsh   _dedupe, in a folder that is in $fpath
  fish  ~/.config/fish/completions/dedupe.fish
"""


def _complete_shells(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    incomplete: str,
) -> list[str | CompletionItem]:
    return [shell for shell in SHELLS if shell.startswith(incomplete)]


class _Epilog(click.Command):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        formatter.write(f"\n{self.epilog or ''}")


@click.command(cls=_Epilog, epilog=_WHERE, short_help="Print a completion script for bash, zsh or fish.")
@click.argument("shell", metavar="bash|zsh|fish", shell_complete=_complete_shells)
def completion(shell: str) -> Verdict:
    """Print the script by which a shell completes dedupe's commands, options and values."""
    if shell not in SHELLS:
        near = did_you_mean(shell, SHELLS) if shell else ""
        hint = near if "mean" in near else ""
        raise UsageError(
            f"no completion for {visible(repr(shell))}; the shells are {', '.join(SHELLS)}{hint}"
        )
    from click.shell_completion import get_completion_class

    from dedupe.cli.app import app

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click knows these three
    script = kind(app, {}, "dedupe", VARIABLE)
    # Not `source()`: for bash it would run bash to look at its version.
    write_out((script.source_template % script.source_vars()).encode() + b"\n")
    flush_out()
    return Verdict()


def answer(instruction: str) -> Verdict:
    """Print the completions that a shell's script asks for; the words so far are in the environment."""
    from click.shell_completion import shell_complete

    from dedupe.cli.app import app

    # Its own codes say nothing to a shell, and 1 would read like a failed gate.
    shell_complete(app, {}, "dedupe", VARIABLE, instruction)
    flush_out()
    return Verdict()
