"""What the configuration says of gates, and of files of some paths; `dedupe config` tells where it comes from."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from command_line import BANNER, BODY, CLEAN_ARTICLE, a_file
from run_here import RunHere, here

__all__ = ["here"]

TWICE = f"{BODY[0]}\n{BODY[1]}\n{BODY[0]}\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    a_file(tmp_path / "corpus" / "news" / "a.txt", TWICE)
    a_file(tmp_path / "corpus" / "news" / "b.txt", f"{BANNER}\n{CLEAN_ARTICLE}")
    a_file(tmp_path / "corpus" / "forms" / "c.txt", CLEAN_ARTICLE)
    return tmp_path


@pytest.mark.parametrize(
    ("content", "code", "verdict"),
    [
        ("", 1, "2 duplicates, at most 0 (max-duplicates)"),
        ("max-duplicates = 2", 0, "2 duplicates, at most 2 (max-duplicates)"),
        ("max-duplicates = 2\n[per-path.'news/**']\nmax-duplicates = 1", 1,
         '2 duplicates, at most 1 (max-duplicates for "news/**")'),
        ("[per-path.'news/**']\nmax-duplicates = 2", 0, 'at most 2 (max-duplicates for "news/**")'),
        ("[per-path.'/corpus/news/']\nmax-duplicates = 2", 0, 'at most 2 (max-duplicates for "/corpus/news/")'),
        ("[per-path.'corpus/news/a.txt']\nmax-duplicates = 2", 1, "1 duplicate, at most 0 (max-duplicates)"),
        ("[per-path.'*.txt']\nmax-share = 50", 0, 'at most 50 % (max-share for "*.txt")'),
        ("[per-path.'news/**']\nmax-share = 1", 1, 'at most 1 % (max-share for "news/**")'),
        ("[per-path.'news/**']\nignore = ['DUP']", 1, "1 duplicate, at most 0 (max-duplicates)"),
        ("[per-path.'news/**']\nignore = ['DUP', 'BPL']", 0, "0 duplicates, at most 0"),
        ("[per-path.'**']\nmax-duplicates = 0\n[per-path.'a.txt']\nmax-duplicates = 1", 1,
         '1 duplicate, at most 0 (max-duplicates for "**")'),
        ("[per-path.'a.txt']\nmax-duplicates = 1\n[per-path.'**']\nmax-duplicates = 0", 1,
         '2 duplicates, at most 0 (max-duplicates for "**")'),
        ("[per-path.'news/**'.max-per-rule]\nDUP101 = 1\nBPL = 1", 0, 'max-per-rule DUP101 for "news/**"'),
        ("[per-path.'news/**']\nmax-per-rule = { DUP = 0 }", 1, '1 DUP, at most 0 (max-per-rule DUP for "news/**")'),
        ("max-per-rule = { DUP101 = 1, BPL = 0 }", 1, "1 BPL, at most 0 (max-per-rule BPL)"),
        ("[max-per-rule]\nDUP101 = 1\n", 0, "1 DUP101, at most 1 (max-per-rule DUP101)"),
    ],
)  # fmt: skip
def test_a_file_counts_against_the_gates_in_force_for_it(
    corpus: Path, here: RunHere, content: str, code: int, verdict: str
) -> None:
    a_file(corpus / "dedupe.toml", content)
    here("check", "corpus").exits(code).says(verdict)


def test_sections_stand_in_pyproject_too(corpus: Path, here: RunHere) -> None:
    a_file(corpus / "pyproject.toml", '[tool.dedupe.per-path."news/**"]\nmax-duplicates = 2\n')
    here("check", "corpus").exits(0)
    here("check", "corpus", "--isolated").exits(1)


def test_patterns_count_from_the_folder_of_the_configuration(corpus: Path, here: RunHere) -> None:
    a_file(corpus / "settings" / "d.toml", "[per-path.'/corpus/']\nmax-duplicates = 2\n")
    here("check", "corpus", "--config", "settings/d.toml").exits(1)
    a_file(corpus / "d.toml", "[per-path.'/corpus/']\nmax-duplicates = 2\n")
    here("check", "corpus", "--config", "d.toml").exits(0)


def test_what_is_ignored_in_a_path_is_not_listed_and_not_in_the_share(corpus: Path, here: RunHere) -> None:
    a_file(corpus / "dedupe.toml", "[per-path.'news/a.txt']\nignore = ['DUP']\n")
    told = json.loads(here("check", "corpus", "--output-format", "json").stdout)
    assert [found["rule"] for found in told["findings"]] == ["BPL202"]
    assert told["totals"]["duplicate_characters"] == len("".join(BANNER.split()))


def test_a_baseline_is_for_what_counts_where(corpus: Path, here: RunHere) -> None:
    here("check", "corpus", "--baseline", "b", "--update-baseline").exits(0)
    a_file(corpus / "dedupe.toml", "[per-path.'news/a.txt']\nmax-new = 3\n")
    here("check", "corpus", "--baseline", "b").exits(0)
    a_file(corpus / "dedupe.toml", "[per-path.'news/a.txt']\nignore = ['DUP']\n")
    here("check", "corpus", "--baseline", "b").exits(2).says("it was written with other settings")


def test_new_ones_may_be_limited_by_path(corpus: Path, here: RunHere) -> None:
    a_file(corpus / "dedupe.toml", "baseline = 'b'\n[per-path.'news/**']\nmax-new = 1\n")
    here("check", "corpus", "--update-baseline").exits(0)
    a_file(corpus / "corpus" / "news" / "d.txt", f"{BODY[2]}\n{BODY[4]}\n{BODY[2]}\n")
    here("check", "corpus").exits(0)
    a_file(corpus / "corpus" / "forms" / "d.txt", f"{BODY[2]}\n{BODY[4]}\n{BODY[2]}\n")
    here("check", "corpus").exits(1).says("1 new, at most 0 (max-new)")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("max-share = 120", "max-share: expected a per cent from 0 to 100, got 120"),
        ("max-share = true", "max-share: expected a per cent from 0 to 100, got True"),
        ("max-duplicates = -1", "max-duplicates: expected a whole number, got -1"),
        ("max-duplicates = 1.5", "max-duplicates: expected a whole number, got 1.5"),
        ("max-new = 'some'", "max-new: expected a whole number, got 'some'"),
        ("max-per-rule = 3", "max-per-rule: expected a table of whole numbers by rule, such as { DUP101 = 0, BPL"),
        ("max-per-rule = { DUP = 'x' }", "max-per-rule: expected a table of whole numbers by rule"),
        ("max-per-rule = { DUP9 = 1 }", "max-per-rule: no rule has the code 'DUP9'; the rules are DUP101, "),
        ("output-format = ['html']", "output-format: 'html' is not one of full, concise, json, "),
        ("output-format = 'json'", "output-format: expected a list of texts, got 'json'"),
        ("max-dupes = 3", "unknown key 'max-dupes'; did you mean 'max-duplicates'?"),
        ("update-baseline = true", "'update-baseline' cannot stand in a configuration; give --update-baseline on the"),
        ("per-path = 3", "per-path: expected tables, such as [per-path.\"news/**\"]"),
        ("per-path.'news/**' = 3", 'per-path."news/**": expected a table'),
        ("[per-path.'x']\nthreshold = 0.9", "per-path.\"x\": unknown key 'threshold'; it may hold ignore, max-"),
        ("[per-path.'x']\nmax-dupes = 1", "per-path.\"x\": unknown key 'max-dupes'; did you mean 'max-duplicates'?"),
        ("[per-path.'x']\nmax-share = 120", 'per-path."x": max-share: expected a per cent from 0 to 100, got 120'),
        ("[per-path.'x']\nignore = ['DUP9']", "per-path.\"x\": no rule has the code 'DUP9'; the rules are"),
        ("[per-path.'x']\nmax-per-rule = { Q = 1 }", "per-path.\"x\": no rule has the code 'Q'; the rules are"),
    ],
)  # fmt: skip
def test_a_configuration_that_is_wrong_is_one_line_with_file_and_key(
    corpus: Path, here: RunHere, content: str, message: str
) -> None:
    path = a_file(corpus / "dedupe.toml", content)
    ran = here("check", "corpus").exits(2).prints("")
    assert ran.stderr.startswith(f"error: {path}: {message}"), str(ran)
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--max-share", "120"), "--max-share: expected a per cent from 0 to 100, got '120'"),
        (("--max-share", "120%"), "--max-share: expected a per cent from 0 to 100, got '120%'"),
        (("--max-share", "-1"), "--max-share: expected a per cent from 0 to 100, got '-1'"),
        (("--max-share", "nan"), "--max-share: expected a per cent from 0 to 100, got 'nan'"),
        (("--max-duplicates", "few"), "--max-duplicates: expected a whole number, got 'few'"),
        (("--fail-on-new",), "--fail-on-new goes with --baseline; give both or neither"),
        (("--max-new", "3"), "--max-new goes with --baseline; give both or neither"),
        (("--update-baseline",), "--update-baseline goes with --baseline; give both or neither"),
        (
            ("--baseline", "b", "--fail-on-new", "--max-new", "5"),
            "--fail-on-new means --max-new 0 and cannot be used with --max-new 5; choose one",
        ),
        (
            ("--baseline", "b", "--update-baseline", "--fail-on-new"),
            "--update-baseline cannot be used with --fail-on-new; after it nothing is new, leave one out",
        ),
        (
            ("--baseline", "b", "--update-baseline", "--max-new", "5"),
            "--update-baseline cannot be used with --max-new; after it nothing is new, leave one out",
        ),
        (("--max-duplicates=",), "--max-duplicates: an empty value; is a variable in the command not set?"),
        (("--max-share", ""), "--max-share: an empty value; is a variable in the command not set?"),
        (("--out-dir", "x"), "no such option"),
    ],
)
def test_gates_that_contradict_or_are_none_are_one_line(
    corpus: Path, here: RunHere, args: tuple[str, ...], message: str
) -> None:
    ran = here("check", "corpus", *args).exits(2).prints("")
    assert ran.stderr.lower().startswith(f"error: {message}".lower()), str(ran)
    assert ran.stderr.count("\n") == 1


def test_an_empty_corpus_with_a_section_for_no_file_passes_nothing_silently(
    corpus: Path, here: RunHere
) -> None:
    a_file(corpus / "dedupe.toml", "[per-path.'nowhere/**']\nmax-duplicates = 99\n")
    here("check", "corpus").exits(1).says("gate failed: 2 duplicates, at most 0 (max-duplicates)\n")


# dedupe config


def test_config_shows_each_value_and_where_it_came_from(corpus: Path, here: RunHere) -> None:
    project = a_file(corpus / "dedupe.toml", "max-share = 7.5\nignore = ['BPL203']\nmax-per-rule = {DUP = 3}\n"
                     "[per-path.'news/**']\nmax-duplicates = 2\n")  # fmt: skip
    user = a_file(corpus / "home" / "dedupe" / "dedupe.toml", "max-share = 1\nthreshold = 0.7\n")
    env = {"XDG_CONFIG_HOME": str(corpus / "home"), "DEDUPE_MAX_NEW": "4"}
    ran = here("config", "--config", "group-by=site", env=env).exits(0).says_only("")
    lines = ran.out.splitlines()
    for line in (
        f"max-share = 7.5  # {project}",
        f'ignore = ["BPL203"]  # {project}',
        f'max-per-rule = {{ "DUP" = 3 }}  # {project}',
        f"threshold = 0.7  # {user}",
        "max-new = 4  # DEDUPE_MAX_NEW",
        'group-by = "site"  # --config',
        'keep = "first"  # default',
        '[per-path."news/**"]',
        f"max-duplicates = 2  # {project}",
    ):
        assert line in lines, line


def test_what_config_shows_is_a_configuration_that_says_the_same(corpus: Path, here: RunHere) -> None:
    a_file(
        corpus / "dedupe.toml",
        "max-share = 7.5\nmax-per-rule = {DUP = 3}\n[per-path.'n\"/**']\nignore = ['BPL']\n",
    )
    shown = here("config").out
    a_file(corpus / "other.toml", shown)
    again = here("config", "--config", "other.toml").out
    assert tomllib.loads(again) == tomllib.loads(shown)
    assert "other.toml" in again


def test_config_shows_single_keys(corpus: Path, here: RunHere) -> None:
    here("config", "threshold", "keep").exits(0).prints(
        'threshold = 0.8  # default\nkeep = "first"  # default\n'
    )
    ran = here("config", "treshold").exits(2).prints("")
    ran.says_only("error: unknown key 'treshold'; did you mean 'threshold'?\n")


@pytest.mark.parametrize(
    "content",
    [
        "[per-path.'\U0001f600/**']\nmax-duplicates = 0",
        "exclude = ['\U0001f600']",
        'exclude = ["a\\u007fb"]',
        "max-duplicates = '007'",
        "max-per-rule = { DUP = '007' }",
    ],
)
def test_config_shows_toml_that_can_be_read_whatever_stands_in_it(
    corpus: Path, here: RunHere, content: str
) -> None:
    a_file(corpus / "dedupe.toml", content)
    shown = here("config").exits(0).out
    assert tomllib.loads(shown)
    a_file(corpus / "dedupe.toml", shown)
    here("config").exits(0)


@pytest.mark.parametrize(
    "content",
    ["max-per-rule = { 'DUP101=5' = 0 }", "[per-path.'[z-a]']\nmax-duplicates = 5", "exclude = ['[z-a]']"],
)
def test_what_cannot_be_meant_is_refused_in_one_line(corpus: Path, here: RunHere, content: str) -> None:
    a_file(corpus / "dedupe.toml", content)
    ran = here("check", "corpus").exits(2)
    assert "internal error" not in ran.stderr


@pytest.mark.parametrize("text", ["{ DUP101 = 0 }", "DUP101", "DUP101=x"])
def test_limits_in_a_variable_are_refused_with_the_form_that_they_have_there(
    corpus: Path, here: RunHere, text: str
) -> None:
    ran = here("check", str(corpus), env={"DEDUPE_MAX_PER_RULE": text}).exits(2)
    ran.says("max-per-rule: expected whole numbers by rule, such as DUP101=0,BPL=50, got ").says(text)
    here("check", str(corpus), env={"DEDUPE_MAX_PER_RULE": "DUP101=50,BPL=50"}).exits(0)
