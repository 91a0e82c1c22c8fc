"""The table of flags as click options, grouped under headings in the help."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

import click

from dedupe.cli.flag_values import checked, parsed
from dedupe.cli.flags import FLAG_BY_KEY, FLAGS, HEADINGS, Flag, Value
from dedupe.errors import ConfigurationError
from dedupe.reports.sanitizing import visible
from dedupe.settings import RULES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Paths = TypeVar("Paths", str, tuple[str, ...], str | None)
EMPTY_PATH = "an empty path; is a variable in the command not set?"


class FlagOption(click.Option):
    """An option made from a row of the table of flags."""

    def __init__(self, param_decls: Sequence[str], *, flag: Flag) -> None:
        self.flag = flag
        if flag.kind == "switch":
            super().__init__(param_decls, is_flag=True, help=flag.help)
            return
        metavar = flag.metavar or "|".join(flag.choices)
        described = flag.help + _shown_default(flag)
        super().__init__(param_decls, multiple=flag.is_repeatable, metavar=metavar, help=described)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """Return the values that begin like this: words, rule codes, or files where the shell knows them."""
        from click.shell_completion import CompletionItem

        flag = self.flag
        if flag.choices:
            return [CompletionItem(word) for word in flag.choices if word.startswith(incomplete)]
        if flag.kind == "codes":
            return [
                CompletionItem(rule.code, help=rule.name)
                for rule in RULES
                if rule.code.startswith(incomplete)
            ]
        if flag.kind == "path" or flag.metavar.startswith("FILE"):
            return [CompletionItem(incomplete, type="dir" if flag.metavar == "DIR" else "file")]
        return []


def complete_path(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    incomplete: str,
) -> list[str | CompletionItem]:
    """Return word to the shell that it knows files better."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def refuse_empty(ctx: click.Context, param: click.Parameter, value: Paths) -> Paths:
    """Return the path or paths as they were typed: what is wrong with one is said where it is opened.

    An empty one, as from a variable that is not set, would mean the current folder. Raises click.UsageError.
    """
    if value == "" or (isinstance(value, tuple) and "" in value):
        label = f"{param.opts[0]}: " if isinstance(param, click.Option) else ""
        raise click.UsageError(f"{label}{EMPTY_PATH}", ctx)
    return value


def existing_folder(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the folder where files lie now, as it was typed; raises click.UsageError where there is none."""
    refuse_empty(ctx, param, value)
    if value is not None and not os.path.isdir(value):  # noqa: PTH112 - light, for every command
        raise click.UsageError(
            f"{param.opts[0]} {visible(value)}: no such folder; name the one where the files lie now", ctx
        )
    return value


class GroupedCommand(click.Command):
    """A command whose help lists its options under the headings of the table."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section a heading, in the order of `HEADINGS`, `--help` last."""
        params = self.get_params(ctx)

        def heading(param: click.Parameter) -> int:
            if "--help" in param.opts:
                return len(HEADINGS)
            return HEADINGS.index(param.flag.heading if isinstance(param, FlagOption) else "Output")

        options = sorted((param for param in params if isinstance(param, click.Option)), key=heading)
        for number, members in groupby(options, key=heading):
            records = [record for member in members if (record := member.get_help_record(ctx))]
            with formatter.section(HEADINGS[number] if number < len(HEADINGS) else "Help"):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the epilog as it stands, line by line."""
        if self.epilog:
            formatter.write(f"\n{self.epilog}\n")


Decorator = Callable[[Callable[..., object]], Callable[..., object]]


def flags_of(command: str) -> Decorator:
    """Return a decorator that gives a command all flags that are for it."""
    return flags(*(flag.key for flag in FLAGS if flag.is_for(command)))


def flags(*keys: str) -> Decorator:
    """Return a decorator that gives a command the flags with these keys."""
    chosen = [FLAG_BY_KEY[key] for key in keys]

    def decorate(function: Callable[..., object]) -> Callable[..., object]:
        for flag in reversed(chosen):
            letter = [f"-{flag.letter}"] if flag.letter else []
            function = click.option(flag.option, flag.parameter, *letter, cls=FlagOption, flag=flag)(function)
        return function

    return decorate


def given(ctx: click.Context) -> dict[str, Value]:
    """Return the flags that stand on the command line, checked, by their keys.

    Raises click.UsageError naming the option whose value does not fit.
    """
    return dict(_given(ctx))


def _given(ctx: click.Context) -> Iterator[tuple[str, Value]]:
    for param in ctx.command.params:
        name = param.name or ""
        source = ctx.get_parameter_source(name)
        if not isinstance(param, FlagOption) or source is not click.core.ParameterSource.COMMANDLINE:
            continue
        try:
            yield param.flag.key, _value(param.flag, ctx.params[name])
        except ConfigurationError as error:
            raise click.UsageError(f"--{error}") from error


def _value(flag: Flag, value: object) -> Value:
    match flag.kind:
        case "switch":
            return bool(value)
        case "number":
            try:
                return float(str(value))
            except ValueError:
                return checked(flag, value)
        case "codes":
            words = value if isinstance(value, tuple) else ()
            return tuple(code for word in words for code in _texts(parsed(flag, word)))
        case "words":
            if isinstance(value, tuple) and "" in value:
                raise ConfigurationError(f"{flag.key}: an empty text; is a variable in the command not set?")
            return checked(flag, list(_texts(value)))
        case "count" | "share" if not value:
            raise ConfigurationError(f"{flag.key}: an empty value; is a variable in the command not set?")
        case "path" if not value:
            raise ConfigurationError(f"{flag.key}: {EMPTY_PATH}")
        case _:
            return checked(flag, value)


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _shown_default(flag: Flag) -> str:
    default = ",".join(flag.default) if isinstance(flag.default, tuple) else str(flag.default)
    return f" [{default}]" if default else ""
