from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dedupe.cli.config_files import find_project_file, find_user_file
from dedupe.cli.configuration import effective
from dedupe.cli.flags import FLAGS, Value
from dedupe.errors import ConfigurationError


def test_without_anything_every_value_is_the_default(tmp_path: Path) -> None:
    settings = effective({}, environment={}, folder=tmp_path)
    assert settings.values == {flag.key: flag.default for flag in FLAGS}
    assert set(settings.origins.values()) == {"default"}


@pytest.mark.parametrize(
    ("places", "value", "origin"),
    [
        ({"user"}, 0.5, "user/dedupe/dedupe.toml"),
        ({"user", "project"}, 0.6, "project/dedupe.toml"),
        ({"user", "project", "variable"}, 0.7, "DEDUPE_THRESHOLD"),
        ({"user", "project", "variable", "pair"}, 0.75, "--config"),
        ({"user", "project", "variable", "pair", "flag"}, 0.9, "command line"),
        ({"user", "flag"}, 0.9, "command line"),
        ({"project", "variable"}, 0.7, "DEDUPE_THRESHOLD"),
    ],
)
def test_flag_beats_variable_beats_project_beats_user(
    tmp_path: Path, places: set[str], value: float, origin: str
) -> None:
    project = tmp_path / "project"
    (tmp_path / "user" / "dedupe").mkdir(parents=True)
    project.mkdir()
    if "user" in places:
        (tmp_path / "user" / "dedupe" / "dedupe.toml").write_text("threshold = 0.5\n")
    if "project" in places:
        (project / "dedupe.toml").write_text("threshold = 0.6\n")
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "user")}
    if "variable" in places:
        environment["DEDUPE_THRESHOLD"] = "0.7"
    flags: dict[str, float | tuple[str, ...]] = {"threshold": 0.9} if "flag" in places else {}
    if "pair" in places:
        flags["config"] = ("threshold=0.75",)
    settings = effective(flags, environment=environment, folder=project)
    assert settings.values["threshold"] == value
    assert settings.origins["threshold"].removeprefix(f"{tmp_path}/") == origin


def test_the_project_file_is_looked_for_up_to_the_repository_root_and_no_further(tmp_path: Path) -> None:
    inner = tmp_path / "repository" / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "dedupe.toml").write_text("")
    assert find_project_file(inner) is None
    (tmp_path / "repository" / ".git").mkdir()
    assert find_project_file(inner) is None
    (tmp_path / "repository" / "pyproject.toml").write_text("[tool.dedupe]\n")
    assert find_project_file(inner) == tmp_path / "repository" / "pyproject.toml"
    (tmp_path / "repository" / "a" / "dedupe.toml").write_text("")
    assert find_project_file(inner) == tmp_path / "repository" / "a" / "dedupe.toml"


def test_a_pyproject_of_others_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n# tool.dedupe\n")
    assert find_project_file(tmp_path) is None


def test_the_user_file_is_in_home_where_xdg_config_home_is_unset_or_relative(tmp_path: Path) -> None:
    path = tmp_path / ".config" / "dedupe" / "dedupe.toml"
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert find_user_file({"HOME": str(tmp_path)}) == path
    assert find_user_file({"HOME": str(tmp_path), "XDG_CONFIG_HOME": "config"}) == path
    assert find_user_file({"XDG_CONFIG_HOME": str(tmp_path)}) is None
    assert find_user_file({}) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("treshold = 0.9", "unknown key 'treshold'; did you mean 'threshold'?"),
        ("extend_select = []", "unknown key 'extend_select'; did you mean 'extend-select'?"),
        ("zzz = 1", "unknown key 'zzz'; dedupe config lists them"),
        ("out-dir = 'x'", "'out-dir' cannot stand in a configuration; give --out-dir on the command line"),
        (
            "in-place = true",
            "'in-place' cannot stand in a configuration; give --in-place on the command line",
        ),
        ("yes = true", "'yes' cannot stand in a configuration; give --yes on the command line"),
        (
            "overwrite = true",
            "'overwrite' cannot stand in a configuration; give --overwrite on the command line",
        ),
        (
            "backup-dir = 'x'",
            "'backup-dir' cannot stand in a configuration; give --backup-dir on the command line",
        ),
        ("plan = 'x'", "'plan' cannot stand in a configuration; give --plan on the command line"),
        (
            "files-from = 'x'",
            "'files-from' cannot stand in a configuration; give --files-from on the command line",
        ),
        ("config = ['x']", "'config' cannot stand in a configuration; give --config on the command line"),
        ("threshold = '0.9'", "threshold: expected a number, got '0.9'"),
        ("threshold = true", "threshold: expected a number, got True"),
        ("hidden = 1", "hidden: expected true or false, got 1"),
        ("select = 'DUP'", "select: expected a list of rule codes, got 'DUP'"),
        ("include = [1]", "include: expected a list of texts, got [1]"),
        ("jobs = 0", "jobs: expected a whole number from 1 to 1,024, or auto, got 0"),
        ("jobs = 1.5", "jobs: expected a whole number from 1 to 1,024, or auto, got 1.5"),
        ("max-memory = -1", "max-memory: expected a size such as 500M or 2G, or none, got -1"),
        ("encoding = 8", "encoding: expected a text, got 8"),
        (
            "paragraphs = 'lines'",
            "paragraphs: 'lines' is not one of auto, line, blank-line; did you mean 'line'?",
        ),
        ("[tool.dedupe]", "unknown key 'tool'; in this file keys stand without [tool.dedupe]"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "dedupe.toml").write_text(content + "\n")
    with pytest.raises(ConfigurationError) as caught:
        effective({}, environment={}, folder=tmp_path)
    assert str(caught.value) == f"{tmp_path}/dedupe.toml: {message}"


def test_invalid_toml_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "dedupe.toml").write_text("threshold = \n")
    with pytest.raises(ConfigurationError, match=r"/dedupe\.toml: not valid TOML: "):
        effective({}, environment={}, folder=tmp_path)


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("DEDUPE_EXTEND_SELECT", "XDP, DOC401", "extend-select", ("XDP", "DOC401")),
        ("DEDUPE_HIDDEN", "Yes", "hidden", True),
        ("DEDUPE_HIDDEN", "0", "hidden", False),
        ("DEDUPE_JOBS", "3", "jobs", "3"),
        ("DEDUPE_PARAGRAPHS", "line", "paragraphs", "line"),
        ("DEDUPE_THRESHOLD", "", "threshold", 0.8),
    ],
)
def test_variables_are_read_as_people_type_them(
    tmp_path: Path, variable: str, text: str, key: str, value: object
) -> None:
    assert effective({}, environment={variable: text}, folder=tmp_path).values[key] == value


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        effective({}, environment={"DEDUPE_THRESHOLD": "high"}, folder=tmp_path)
    assert str(caught.value) == "DEDUPE_THRESHOLD: threshold: expected a number, got 'high'"


def test_a_misspelt_variable_is_hinted_at_and_a_foreign_one_is_not(tmp_path: Path) -> None:
    environment = {"DEDUPE_TRESHOLD": "0.9", "DEDUPE_WORKSPACE": "x"}
    hints = effective({}, environment=environment, folder=tmp_path).hints
    assert hints == ("DEDUPE_TRESHOLD is not read; did you mean DEDUPE_THRESHOLD?",)


def test_flags_that_stand_on_the_command_line_only_have_no_variable(tmp_path: Path) -> None:
    environment = {"DEDUPE_IN_PLACE": "1", "DEDUPE_OUT_DIR": "x", "DEDUPE_YES": "1"}
    settings = effective({}, environment=environment, folder=tmp_path)
    assert (settings.switch("in-place"), settings.path("out-dir"), settings.switch("yes")) == (
        False,
        None,
        False,
    )


@pytest.mark.parametrize(
    ("pair", "key", "value"),
    [
        ("threshold=0.9", "threshold", 0.9),
        ("threshold = 1", "threshold", 1.0),
        ("paragraphs=line", "paragraphs", "line"),
        ("paragraphs='line'", "paragraphs", "line"),
        ("select=['DUP101']", "select", ("DUP101",)),
        ("hidden=true", "hidden", True),
    ],
)
def test_a_pair_is_toml_or_a_bare_word(tmp_path: Path, pair: str, key: str, value: object) -> None:
    assert effective({"config": (pair,)}, environment={}, folder=tmp_path).values[key] == value


def test_a_named_file_stands_in_for_the_project_file(tmp_path: Path) -> None:
    (tmp_path / "dedupe.toml").write_text("threshold = 0.6\nhidden = true\n")
    (tmp_path / "other.toml").write_text("threshold = 0.7\n")
    flags = {"config": (str(tmp_path / "other.toml"),)}
    settings = effective(flags, environment={}, folder=tmp_path)
    assert (settings.values["threshold"], settings.values["hidden"]) == (0.7, False)


def test_isolated_reads_neither_files_nor_variables(tmp_path: Path) -> None:
    (tmp_path / "dedupe.toml").write_text("broken")
    environment = {"DEDUPE_THRESHOLD": "broken"}
    settings = effective(
        {"isolated": True, "config": ("hidden=true",)}, environment=environment, folder=tmp_path
    )
    assert (settings.values["threshold"], settings.values["hidden"]) == (0.8, True)


def test_settings_shown_are_valid_toml_and_configure_the_same(tmp_path: Path) -> None:
    flags: dict[str, Value] = {"threshold": 0.95, "include": ('*."x"', "[ab]*"), "hidden": True, "jobs": "2"}
    first = effective(flags, environment={}, folder=tmp_path)
    text = "".join(f"{line}\n" for line in first.as_toml())
    assert set(tomllib.loads(text)) == {flag.key for flag in FLAGS if flag.configurable}
    (tmp_path / "dedupe.toml").write_text(text)
    assert effective({}, environment={}, folder=tmp_path).values == first.values
