from __future__ import annotations

import re
from typing import get_args

import click
import pytest
from click.testing import CliRunner

from dedupe.cli.app import COMMANDS, app
from dedupe.cli.check import check
from dedupe.cli.clean import clean
from dedupe.cli.flags import FLAG_BY_KEY, FLAGS, HEADINGS
from dedupe.settings import RULES, BoilerplateChoice, GroupBy, Keep, SegmentationChoice, Settings


def help_of(*args: str) -> str:
    result = CliRunner().invoke(app, [*args, "--help"], prog_name="dedupe", env={"COLUMNS": "80"})
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("command", ["clean", "check"])
def test_the_help_has_every_flag_under_its_heading_and_nothing_else(command: str) -> None:
    shown: dict[str, list[str]] = {}
    heading = ""
    for line in help_of(command).splitlines():
        if line.endswith(":") and not line.startswith(" "):
            heading = line.removesuffix(":")
        elif option := re.match(r"  (?:-\w, )?--([\w-]+)", line):
            shown.setdefault(heading, []).append(option[1])
    expected: dict[str, list[str]] = {}
    for heading in HEADINGS:
        if keys := [flag.key for flag in FLAGS if flag.heading == heading and flag.is_for(command)]:
            expected[heading] = keys
    assert shown == expected | {"Help": ["help"]}


def test_the_help_of_clean_lists_every_rule_with_its_name_and_sentence() -> None:
    text = help_of("clean")
    for rule in RULES:
        assert re.search(rf"  {rule.code}  {rule.name}( \(reported\))?: {re.escape(rule.sentence)}\n", text)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_fits_80_columns_above_its_rules(name: str) -> None:
    text, _, _ = help_of(name).partition("Rules:")
    assert text.startswith(f"Usage: dedupe {name}")
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("command", [clean, check])
def test_no_option_takes_an_optional_value(command: click.Command) -> None:
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert all(option.is_flag or option.nargs == 1 for option in options)
    assert not [option for option in options if option.secondary_opts or option.prompt]


def test_keys_variables_and_letters_are_each_used_once() -> None:
    letters = [flag.letter for flag in FLAGS if flag.letter]
    assert len({flag.key for flag in FLAGS}) == len({flag.variable for flag in FLAGS}) == len(FLAGS)
    assert sorted(letters) == sorted(set(letters))


def test_the_words_that_may_be_chosen_are_those_that_the_settings_take() -> None:
    assert FLAG_BY_KEY["paragraphs"].choices == get_args(SegmentationChoice)
    assert FLAG_BY_KEY["group-by"].choices == get_args(GroupBy)
    assert FLAG_BY_KEY["keep"].choices == get_args(Keep)
    assert FLAG_BY_KEY["boilerplate"].choices == get_args(BoilerplateChoice)
    assert FLAG_BY_KEY["threshold"].default == Settings().threshold


def test_reports_that_may_be_asked_for_are_those_there_are() -> None:
    from dedupe.cli.request import REPORT_SUFFIXES
    from dedupe.reporters import NAME_BY_SUFFIX

    assert set(REPORT_SUFFIXES) == set(NAME_BY_SUFFIX)
