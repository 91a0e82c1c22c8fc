"""The pre-commit hook, the action's script and the recipes do what they say, run as their hosts run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import BODY, CHECKOUT, CLEAN_ARTICLE, Ran, a_file, environment

TWICE = f"{BODY[0]}\n{BODY[1]}\n{BODY[0]}\n"
HOOKS = CHECKOUT / ".pre-commit-hooks.yaml"
ACTION = yaml.safe_load((CHECKOUT / "action.yml").read_text())
PAGE = (CHECKOUT / "docs" / "ci.md").read_text()
PINNED = re.compile(r"[\w-]+/[\w-]+(/[\w-]+)?@([0-9a-f]{40}|COMMIT)")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A folder with the command in it, as an installation puts it there."""
    command = a_file(tmp_path / "bin" / "dedupe", f'#!/bin/sh\nexec "{sys.executable}" -m dedupe "$@"\n')
    command.chmod(0o755)
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    a_file(tmp_path / "repository" / "corpus" / "a.txt", CLEAN_ARTICLE)
    return tmp_path


def run(room: Path, *command: str, env: dict[str, str] | None = None) -> Ran:
    kept = environment({"HOME": str(room), "GIT_CONFIG_NOSYSTEM": "1", **(env or {})})
    kept["PATH"] = f"{room / 'bin'}:{kept['PATH']}"
    ran = subprocess.run(command, cwd=room / "repository", env=kept, capture_output=True, check=False)
    return Ran(command, ran.returncode, ran.stdout, ran.stderr.decode())


# pre-commit


def git(folder: Path, *words: str) -> str:
    names = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    ran = subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def test_the_hook_is_installed_with_its_package_and_gets_no_file_names() -> None:
    (hook,) = yaml.safe_load(HOOKS.read_text())
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False
    assert hook["entry"] == "dedupe check"
    assert hook["args"] == ["."]  # nothing would be standard input, which is empty there


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_pre_commit_runs_the_hook_and_stops_a_commit_that_repeats(room: Path) -> None:
    hooks, repository = room / "hooks", room / "repository"
    hooks.mkdir()
    git(hooks, "init", "-q")
    # The command of this checkout instead of one that is downloaded with all that it needs.
    a_file(hooks / HOOKS.name, HOOKS.read_text().replace("language: python", "language: system"))
    git(hooks, "add", ".")
    git(hooks, "commit", "-qm", "hooks")
    (recipe,) = [block for block in blocks_of("yaml") if "repos" in block]
    recipe["repos"][0]["repo"], recipe["repos"][0]["rev"] = str(hooks), git(hooks, "rev-parse", "HEAD")
    a_file(repository / ".pre-commit-config.yaml", yaml.safe_dump(recipe))
    git(repository, "init", "-q")
    git(repository, "add", ".")
    update = ("dedupe", "check", "corpus", "--baseline", "dedupe.baseline", "--update-baseline")
    run(room, *update).exits(0)
    pre_commit = (sys.executable, "-m", "pre_commit", "run", "--color", "never")
    check = (*pre_commit, "--all-files")
    ran = run(room, *check).exits(0)
    assert re.search(r"dedupe check\.+Passed", ran.out), str(ran)
    a_file(repository / "corpus" / "b.txt", TWICE)
    git(repository, "add", ".")
    ran = run(room, *check).exits(1)
    assert "corpus/b.txt:3: DUP101 exact repeat; stays at line 1" in ran.out, str(ran)
    assert "gate failed: 1 new, at most 0 (max-new)" in ran.out
    run(room, *update).exits(0)
    run(room, *check).exits(0)
    a_file(repository / "notes.txt", TWICE)
    git(repository, "add", "notes.txt")
    assert "no files to check" in run(room, *pre_commit, "--files", "notes.txt").exits(0).out


# GitHub


def test_inputs_reach_scripts_through_the_environment_only() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert PINNED.fullmatch(step["uses"]), step["uses"]
    given = ACTION["runs"]["steps"][-1]["env"].values()
    assert {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]} - {*given} == {
        "${{ inputs.python-version }}"
    }


def act(room: Path, **inputs: str) -> tuple[Ran, dict[str, str]]:
    """Run the last step of the action as GitHub does; return what it did, and its outputs."""
    step = ACTION["runs"]["steps"][-1]
    values = {name: one.get("default", "") for name, one in ACTION["inputs"].items()}
    values.update({name.replace("_", "-"): value for name, value in inputs.items()})
    env = {
        key: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: values[found[1]], text)
        for key, text in step["env"].items()
    }
    temp = room / "temp"
    shutil.rmtree(temp, ignore_errors=True)
    (temp / "dedupe").mkdir(parents=True)
    (temp / "dedupe" / "bin").symlink_to(room / "bin")
    outputs, summary = a_file(temp / "output", ""), a_file(temp / "summary", "")
    script = a_file(temp / "script.sh", step["run"])
    env |= {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(CHECKOUT),
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_WORKSPACE": str(room / "repository"),
        "RUNNER_TEMP": str(temp),
    }
    ran = run(room, "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script), env=env)
    pairs = (line.partition("=") for line in outputs.read_text().splitlines())
    return ran, {key: value for key, _, value in pairs}


def test_the_action_passes_a_clean_corpus_and_tells_its_figures(room: Path) -> None:
    ran, outputs = act(room, paths="corpus")
    ran.exits(0).prints(
        "1 document, 2 paragraphs: 0 duplicates\ngate passed: 0 duplicates, at most 0 (max-duplicates)\n"
    )
    assert outputs == {"exit-code": "0", "share": "0.00", "clusters": "0", "new-clusters": "0"}


def test_the_action_fails_with_annotations_summary_outputs_and_files(room: Path) -> None:
    a_file(room / "repository" / "corpus" / "b.txt", TWICE)
    ran, outputs = act(room, paths="corpus\n", sarif_file="d.sarif", junit_file="d.xml")
    assert ran.exits(1).out.startswith(
        "::error file=corpus/b.txt,line=3,endLine=3,title=DUP101 exact repeat::"
    )
    assert outputs == {"exit-code": "1", "share": "17.19", "clusters": "1", "new-clusters": "0"}
    assert "| `corpus/b.txt:3` | DUP101" in (room / "temp" / "summary").read_text()
    assert "2.1.0" in (room / "repository" / "d.sarif").read_text()
    assert "<testsuites" in (room / "repository" / "d.xml").read_text()


def test_the_action_writes_what_an_input_says_whatever_the_name_of_its_file(room: Path) -> None:
    a_file(room / "repository" / "corpus" / "b.txt", TWICE)
    ran, _ = act(room, paths="corpus", sarif_file="results.json", junit_file="report.txt")
    assert ran.exits(1).out.startswith("::error file=corpus/b.txt")
    assert "2.1.0" in (room / "repository" / "results.json").read_text()
    assert "<testsuites" in (room / "repository" / "report.txt").read_text()
    assert act(room, paths="corpus", sarif_file="no/results.json")[1]["exit-code"] == "2"


def test_the_action_takes_gates_baseline_paths_and_words(room: Path) -> None:
    a_file(room / "repository" / "corpus" / "b.txt", TWICE)
    a_file(room / "repository" / "more texts" / "c.txt", TWICE)
    _, outputs = act(room, paths="corpus\nmore texts", max_share="50")
    assert (outputs["exit-code"], outputs["clusters"]) == ("0", "1")
    assert act(room, paths="corpus", max_duplicates="1")[1]["exit-code"] == "0"
    assert act(room, paths="corpus", args="--select\nBPL")[1]["exit-code"] == "0"
    run(room, "dedupe", "check", "corpus", "--baseline", "b", "--update-baseline").exits(0)
    assert act(room, paths="corpus", baseline="b")[1] == {
        "exit-code": "0",
        "share": "17.19",
        "clusters": "1",
        "new-clusters": "0",
    }
    assert act(room, paths="corpus\nmore texts", baseline="b")[1]["new-clusters"] == "1"


@pytest.mark.parametrize(
    "hostile",
    ["$(touch hacked)", "`touch hacked`", "; touch hacked", 'x" && touch hacked', "-n", "::error::x"],
)
def test_an_input_is_a_word_and_never_a_command(room: Path, hostile: str) -> None:
    for name in ("paths", "max_share", "baseline", "args", "sarif_file"):
        ran, outputs = act(room, **{"paths": "corpus", name: hostile})
        assert outputs["exit-code"] in ("0", "2"), str(ran)
        assert (name, ran.code) == ("sarif_file", 0) or ran.code == 2, str(ran)
    assert not (room / "repository" / "hacked").exists()


def test_an_action_without_paths_is_an_error(room: Path) -> None:
    ran, outputs = act(room, paths="\n")
    assert ran.exits(2).out.startswith("::error::dedupe check: the input 'paths' is empty")
    assert outputs == {"exit-code": "2"}


# Recipes


def blocks_of(language: str) -> list[dict[Any, Any]]:
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return [yaml.safe_load(block) for block in found]


def test_recipes_are_pinned_and_give_the_action_inputs_that_it_has() -> None:
    jobs = [job for block in blocks_of("yaml") for job in block.get("jobs", {}).values()]
    steps = [step for job in jobs for step in job["steps"] if "uses" in step]
    assert len(steps) == 5
    for step in steps:
        assert PINNED.fullmatch(step["uses"]), step["uses"]
        if step["uses"].startswith("OWNER/"):
            assert set(step["with"]) <= set(ACTION["inputs"])


def test_the_page_lists_every_input_and_output() -> None:
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in PAGE, name


def test_the_recipe_for_gitlab_checks_and_reports(room: Path) -> None:
    (job,) = [block["duplicates"] for block in blocks_of("yaml") if "duplicates" in block]
    run(room, "dedupe", "check", "corpus", "--baseline", "dedupe.baseline", "--update-baseline").exits(0)
    for script in job["script"]:
        run(room, "sh", "-c", script).exits(0)
    a_file(room / "repository" / "corpus" / "b.txt", TWICE)
    ran = run(room, "sh", "-c", "; ".join(job["script"])).exits(1)
    ran.prints("corpus/b.txt:3: DUP101 exact repeat; stays at line 1\n")
    assert 'failures="1"' in (room / "repository" / job["artifacts"]["reports"]["junit"]).read_text()
    assert os.access(CHECKOUT / ".ci" / "check-action", os.X_OK)
