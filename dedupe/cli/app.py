"""The group of commands that `dedupe` is."""

from __future__ import annotations

import click

from dedupe import __version__

COMMANDS = (
    "clean",
    "check",
    "restore",
    "report",
    "explain",
    "review",
    "learn",
    "config",
    "formats",
    "completion",
)
"""The commands as a user meets them; each lives in the module of its name."""

EXAMPLES = """\
Examples:
  dedupe clean corpus/ -o clean/        write clean files into another folder
  html2text page.html | dedupe clean    clean what comes through a pipe
  dedupe check corpus/                  change nothing; exit 1 if something repeats
"""


class _Commands(click.Group):
    """A group that imports a command when it is asked for, and shows its examples before its commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of this name, None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command = getattr(import_module(f"dedupe.cli.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples, commands and options."""
        formatter.write(f"\n{EXAMPLES}")
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)


@click.group(cls=_Commands, invoke_without_command=True, subcommand_metavar="[COMMAND] [ARGS]...")
@click.version_option(__version__, prog_name="dedupe", message="%(prog)s %(version)s")
@click.pass_context
def app(ctx: click.Context) -> None:
    """Find what repeats in scraped text, strip it, and say what went and why."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
