"""`dedupe explain` says why a paragraph went or stays, with evidence, the copy and the setting that would change it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from command_line import BANNER, BODY, CLEAN_ARTICLE, PAGE, a_file, tree
from run_here import RunHere, here

__all__ = ["here"]

NEAR = BODY[1].replace("laid", "just laid")
ROADS = "".join(
    f"Road {number} runs from the ferry landing to the county border and is cleared of snow before seven,"
    " also on Sundays in winter.\n"
    for number in (1506, 1507)
)


@pytest.fixture
def plan(tmp_path: Path, here: RunHere) -> dict[str, str]:
    """Return the ids of the cuts by rule, of a plan `plan.jsonl` of `in`, written to `out`."""
    a_file(tmp_path / "in" / "page.txt", PAGE + NEAR + "\n")
    a_file(tmp_path / "in" / "sub" / "roads.txt", ROADS)
    here("clean", "in", "-o", "out", "--plan", "plan.jsonl").exits(0)
    lines = [json.loads(line) for line in (tmp_path / "plan.jsonl").read_bytes().splitlines()]
    return {line["rule"]: line["id"] for line in lines if line["kind"] == "cut"}


def test_a_near_repeat_is_shown_beside_the_copy_that_stays(here: RunHere, plan: dict[str, str]) -> None:
    shown = here("explain", "plan.jsonl", "page.txt:18").exits(0).out
    assert shown.startswith("page.txt, line 18: removed by DUP102 near repeat\n"), shown
    assert f"  id {plan['DUP102']}\n" in shown
    assert "  jaccard 0.8" in shown
    assert "removed, line 18                       | stays, line 4\n" in shown
    assert "[-just-]" in shown
    assert "  --threshold 0.8" in shown
    assert "  --ignore DUP102         DUP102 neither strips nor reports, anywhere\n" in shown
    assert f"dedupe restore plan.jsonl --id {plan['DUP102']}\n" in shown


def test_an_id_or_its_beginning_names_the_same_as_file_and_line(here: RunHere, plan: dict[str, str]) -> None:
    by_line = here("explain", "plan.jsonl", "page.txt:18").exits(0).out
    for where in (plan["DUP102"], plan["DUP102"][:8], "in/page.txt:18", "./in/../in/page.txt:18-19"):
        assert here("explain", "plan.jsonl", where).exits(0).out == by_line


def test_known_boilerplate_shows_its_evidence_and_that_no_copy_stays(
    here: RunHere, plan: dict[str, str]
) -> None:
    shown = here("explain", "plan.jsonl", plan["BPL202"]).exits(0).out
    assert "removed by BPL202 known boilerplate\n" in shown
    assert "  category                newsletter" in shown
    assert f"  | {BANNER}\n  no copy stays" in shown


def test_a_kept_paragraph_shows_what_is_nearest_and_what_spared_it(
    here: RunHere, plan: dict[str, str]
) -> None:
    shown = here("explain", "plan.jsonl", "roads.txt:2").exits(0).out
    assert shown.splitlines()[:3] == [
        "sub/roads.txt, line 2: stays",
        "  it differs in '1507', which may change what it says",
        "  nearest in this document: 0.82, not below 0.80, line 1",
    ]
    assert "Road [-1507-] runs" in shown
    assert "Road {+1506+} runs" in shown


def test_a_kept_paragraph_says_for_what_it_stays(here: RunHere, plan: dict[str, str]) -> None:
    shown = here("explain", "plan.jsonl", "page.txt:3").exits(0).out
    assert "it is the copy that stays for 2 paragraphs removed here: lines 8, 13\n" in shown


def test_a_clean_file_is_named_by_its_own_lines(here: RunHere, plan: dict[str, str]) -> None:
    shown = here("explain", "plan.jsonl", "out/page.txt:1").exits(0).out
    assert shown.startswith("page.txt, line 2: stays\n  line 1 of the clean file\n"), shown
    here("explain", "plan.jsonl", "out/page.txt:99").exits(2).says("the clean file has 6 lines")


def test_kept_text_is_read_from_the_clean_file_when_the_original_is_gone(
    tmp_path: Path, here: RunHere, plan: dict[str, str]
) -> None:
    before = here("explain", "plan.jsonl", "page.txt:3").exits(0).out
    (tmp_path / "in").rename(tmp_path / "gone")
    assert here("explain", "plan.jsonl", "page.txt:3").exits(0).out == before
    (tmp_path / "out").rename(tmp_path / "moved")
    ran = here("explain", "plan.jsonl", "page.txt:3").exits(3)
    assert ran.out == (
        "page.txt, line 3: stays\n  its text cannot be shown: the file is not there any more\n"
    )
    ran.says_only(
        "error: page.txt: the file is not there any more; name its folder with --root DIR to see kept text\n"
    )
    assert here("explain", "plan.jsonl", "page.txt:3", "--root", "moved").exits(0).out == before
    assert here("explain", "plan.jsonl", "moved/page.txt:3", "--root", "moved").exits(0).out == before


def test_a_changed_file_is_not_shown(tmp_path: Path, here: RunHere, plan: dict[str, str]) -> None:
    for folder in ("in", "out"):
        a_file(tmp_path / folder / "page.txt", CLEAN_ARTICLE)
    here("explain", "plan.jsonl", "page.txt:3").exits(3).says("page.txt: the file has changed since; ")
    # what went is in the plan
    here("explain", "plan.jsonl", "page.txt:18").exits(0).says_only("")


def test_a_plan_without_preview_explains_without_text(tmp_path: Path, here: RunHere) -> None:
    a_file(tmp_path / "page.txt")
    here("clean", "page.txt", "-n", "--plan", "plan.jsonl", "--no-preview").exits(0)
    shown = here("explain", "plan.jsonl", "page.txt:8").exits(0).out
    assert "removed by DUP101 exact repeat" in shown
    assert "  stays: line 3\n" in shown
    assert "its text cannot be shown: the plan was made with --no-preview" in shown
    assert "ferry" not in shown
    assert "ferry" not in here("explain", "plan.jsonl", "page.txt:3").exits(0).out


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("page.txt:0", "lines count from 1"),
        ("page.txt:99", "there is no text in line 99; its last is in line 18"),
        ("nothing.txt:1", "plan.jsonl has no such document; its names read like page.txt, sub/roads.txt"),
        ("other.txt", "plan.jsonl has no such document"),
        ("ffffffffffff", "no removal and no finding of plan.jsonl has an id like this"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    here: RunHere, plan: dict[str, str], where: str, fault: str
) -> None:
    ran = here("explain", "plan.jsonl", where).exits(2).prints("").says(fault)
    assert ran.stderr.startswith(f"error: {where.split(':')[0]}"), str(ran)
    assert ran.stderr.count("\n") == 1, str(ran)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.95, 0.999])
def test_a_truncated_plan_is_refused(
    tmp_path: Path, here: RunHere, plan: dict[str, str], share: float
) -> None:
    content = (tmp_path / "plan.jsonl").read_bytes()
    a_file(tmp_path / "plan.jsonl", content[: int(len(content) * share)])
    ran = here("explain", "plan.jsonl", "page.txt:3").exits(2).prints("")
    assert ran.stderr.startswith("error: plan.jsonl: "), str(ran)


def test_an_edited_newer_or_foreign_plan_is_refused(
    tmp_path: Path, here: RunHere, plan: dict[str, str]
) -> None:
    content = (tmp_path / "plan.jsonl").read_bytes()
    changed = [
        content.replace(b"Subscribe", b"Unsubscribe"),
        content.replace(b'"schema":1', b'"schema":9'),
        b"{}\n",
        b"[" * 100_000,
    ]
    for bad in changed:
        a_file(tmp_path / "plan.jsonl", bad)
        ran = here("explain", "plan.jsonl", "page.txt:3").exits(2).prints("")
        assert ran.stderr.startswith("error: plan.jsonl: "), str(ran)
        assert ran.stderr.count("\n") == 1, str(ran)


def test_nothing_is_written(tmp_path: Path, here: RunHere, plan: dict[str, str]) -> None:
    before = tree(tmp_path)
    here("explain", "plan.jsonl", "page.txt:3").exits(0)
    here("explain", "plan.jsonl", plan["DUP102"]).exits(0)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("columns", [20, 40, 80, 120])
def test_no_line_is_wider_than_the_terminal(here: RunHere, plan: dict[str, str], columns: int) -> None:
    for where in ("page.txt", "page.txt:18", "page.txt:3", "roads.txt:1", plan["BPL202"]):
        shown = here("explain", "plan.jsonl", where, env={"COLUMNS": str(columns)}).exits(0).out
        assert max(map(len, shown.splitlines())) <= columns, shown


def test_an_article_is_one_screen_with_the_reasons_in_the_margin(here: RunHere, plan: dict[str, str]) -> None:
    shown = here("explain", "plan.jsonl", "page.txt").exits(0).out
    assert shown == ARTICLE, shown
    assert here("explain", "plan.jsonl", "in/page.txt").exits(0).out == shown


ARTICLE = """\
page.txt: 12 of 18 paragraphs removed, 1.5 kB of 2.1 kB (69 %)

BPL202 known boilerplate  1 - Subscribe to our newsletter
                          2   Island ferry to run twice a day from April
                          3   The ferry to the island will run twice a day from…
                          4   It left the mainland only three times a week last…
                          5   “We have waited for this since the autumn storms,…
                          6   Tickets are to cost as much as before; people who…
                          7   The council has not yet decided whether bicycles…
DUP101 exact repeat       8 - The ferry to the island will run twice a day…  = 3
                          9 - It left the mainland only three times a week…  = 4
                         10 - “We have waited for this since the autumn st…  = 5
                         11 - Tickets are to cost as much as before; peopl…  = 6
                         12 - The council has not yet decided whether bicy…  = 7
                         13 - The ferry to the island will run twice a day…  = 3
                         14 - It left the mainland only three times a week…  = 4
                         15 - “We have waited for this since the autumn st…  = 5
                         16 - Tickets are to cost as much as before; peopl…  = 6
                         17 - The council has not yet decided whether bicy…  = 7
DUP102 near repeat       18 - It left the mainland only three times a week…  = 4
                              [-just-]
"""


def test_a_long_article_is_folded_to_one_screen(tmp_path: Path, here: RunHere) -> None:
    lines = [
        f"The {number} ships of that year came home with salt and timber and the news of it.\n"
        for number in range(3_000)
    ]
    a_file(tmp_path / "a.txt", "".join(lines) + BANNER + "\n" + "".join(lines[:50]))
    here("clean", "a.txt", "-n", "--plan", "plan.jsonl").exits(0)
    shown = here("explain", "plan.jsonl", "a.txt").exits(0).out
    assert "(and 2,999 more)\n" in shown
    assert len(shown.splitlines()) < 12, shown
    assert len(here("explain", "plan.jsonl", "a.txt", "-v").exits(0).out.splitlines()) > 3_000


def test_an_article_whose_files_are_gone_shows_what_went(
    tmp_path: Path, here: RunHere, plan: dict[str, str]
) -> None:
    for folder in ("in", "out"):
        (tmp_path / folder).rename(tmp_path / f"gone-{folder}")
    ran = here("explain", "plan.jsonl", "page.txt").exits(3)
    assert "  what stays is not shown: the file is not there any more\n" in ran.out
    assert "Island ferry to run" not in ran.out
    assert "DUP102 near repeat       18 - It left" in ran.out
    ran.says("name its folder with --root DIR")


def test_a_root_that_is_no_folder_is_refused_by_all_alike(here: RunHere, plan: dict[str, str]) -> None:
    for command in (("explain", "plan.jsonl", "page.txt"), ("restore", "plan.jsonl", "-o", "new")):
        here(*command, "--root", "gone").exits(2).says(
            "error: --root gone: no such folder; name the one where the files lie now\n"
        )


def test_the_command_to_take_a_removal_back_is_one_that_can(here: RunHere, tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "page.txt")
    for name, flags in (("none", ("--no-preview", "-o", "out1")), ("dry", ("-n",)), ("full", ("-o", "out2"))):
        here("clean", "in", "--plan", f"{name}.jsonl", *flags).exits(0)
        shown = here("explain", f"{name}.jsonl", "page.txt:1").exits(0).out
        assert "removed by" in shown
        assert ("dedupe restore" in shown) == (name == "full"), shown
    record = json.dumps({"id": "r", "text": PAGE}).encode() + b"\n"
    for name, content in (("r.jsonl", record), ("r.jsonl.gz", gzip.compress(record))):
        a_file(tmp_path / name, content)
        here("clean", name, "-o", f"out-{name}", "--plan", "records.jsonl").exits(0)
        shown = here("explain", "records.jsonl", f"{name}:1:1").exits(0).out
        assert ("dedupe restore" in shown) == (name == "r.jsonl"), shown
    here("clean", "--plan", "pipe.jsonl", stdin=PAGE).exits(0)
    shown = here("explain", "pipe.jsonl", "-:1").exits(0).out
    assert re.search(r"dedupe restore pipe\.jsonl --id [0-9a-f]+ < CLEAN\n", shown), shown


def test_kept_text_of_a_pipe_is_not_said_to_lie_in_a_folder(here: RunHere) -> None:
    here("clean", "--plan", "pipe.jsonl", stdin=PAGE).exits(0)
    line = next(number for number, text in enumerate(PAGE.split("\n"), start=1) if text == BODY[0])
    here("explain", "pipe.jsonl", f"-:{line}").exits(3).says(
        "error: -: it lies in no file; clean a file and not a pipe to see kept text\n"
    )
