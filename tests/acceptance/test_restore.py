"""`dedupe restore` brings originals back byte for byte, or says why not and touches nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import BANNER, CLEAN_ARTICLE, CLEAN_PAGE, PAGE, a_file, dedupe, tree

NASTY = ("\ufeff\r\n" + PAGE.replace("\n", "\r\n") + "\x0c  \u2028end").encode()


def test_a_document_cleaned_on_stdin_comes_back_through_a_pipe(tmp_path: Path) -> None:
    clean = dedupe("clean", "--plan", "plan.jsonl", stdin=NASTY, cwd=tmp_path).exits(0)
    assert clean.stdout != NASTY
    dedupe("restore", "plan.jsonl", stdin=clean.stdout, cwd=tmp_path).exits(0).prints(NASTY).says_only("")


def test_originals_of_an_output_folder_are_rebuilt_in_another(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt", NASTY)
    a_file(tmp_path / "in" / "b" / "c.txt", CLEAN_ARTICLE)
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    originals = tree(tmp_path / "in")
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0).says_only("2 files restored\n")
    assert tree(tmp_path / "back") == originals
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0).says("2 already as before")


def test_originals_of_an_output_folder_need_a_folder(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    ran = dedupe("restore", "plan.jsonl", cwd=tmp_path).exits(2)
    ran.says_only("error: plan.jsonl: the originals need a folder to be built in; name one with -o DIR\n")


def test_a_moved_folder_is_named_with_root(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    (tmp_path / "out").rename(tmp_path / "moved")
    dedupe("restore", "plan.jsonl", "-o", "x", cwd=tmp_path).exits(3).says("error: ")
    dedupe("restore", "plan.jsonl", "-o", "back", "--root", "moved", cwd=tmp_path).exits(0)
    assert (tmp_path / "back" / "a.txt").read_text() == PAGE


def test_a_file_changed_before_restore_is_refused_and_the_others_go_on(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        a_file(tmp_path / "in" / name, PAGE + f"The mate of the {name} went ashore.\n")
    dedupe("clean", "in", "--in-place", "--yes", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    a_file(tmp_path / "in" / "a.txt", "edited since\n")
    ran = dedupe("restore", "plan.jsonl", cwd=tmp_path).exits(3)
    assert ran.stderr.startswith("error: "), str(ran)
    ran.says("a.txt").says("1 file restored, 1 refused\n")
    assert (tmp_path / "in" / "a.txt").read_text() == "edited since\n"
    assert (tmp_path / "in" / "b.txt").read_text().startswith(PAGE)


def test_a_file_that_an_in_place_run_did_not_touch_is_no_part_of_its_restore(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    b = a_file(tmp_path / "in" / "b.txt", CLEAN_ARTICLE)
    dedupe("clean", "in", "--in-place", "--yes", cwd=tmp_path).exits(0)
    b.write_text("written since\n")
    plan = "in/.dedupe-backup/0001/plan.jsonl"
    dedupe("restore", plan, cwd=tmp_path).exits(0).says_only("1 file restored\n")
    assert b.read_text() == "written since\n"


def test_a_stream_that_was_changed_is_refused(tmp_path: Path) -> None:
    dedupe("clean", "--plan", "plan.jsonl", stdin=PAGE, cwd=tmp_path).exits(0)
    ran = dedupe("restore", "plan.jsonl", stdin=CLEAN_PAGE + "more\n", cwd=tmp_path).exits(2).prints("")
    ran.says_only(
        "error: plan.jsonl: the text is not the one that this plan left; give the clean text, unchanged\n"
    )


def a_plan(folder: Path) -> bytes:
    a_file(folder / "in" / "a.txt")
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=folder).exits(0)
    return (folder / "plan.jsonl").read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.95, 0.999])
def test_a_truncated_plan_is_refused_and_nothing_is_written(tmp_path: Path, share: float) -> None:
    plan = a_plan(tmp_path)
    a_file(tmp_path / "plan.jsonl", plan[: int(len(plan) * share)])
    ran = dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(2)
    assert ran.stderr.startswith("error: plan.jsonl: "), str(ran)
    assert ran.stderr.count("\n") == 1, str(ran)
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"BPL202", b"BPL203"), (b"Subscribe", b"Unsubscribe"), (b'"name":"a.txt"', b'"name":"b.txt"')],
)
def test_an_edited_plan_is_refused_and_nothing_is_written(tmp_path: Path, old: bytes, new: bytes) -> None:
    plan = a_plan(tmp_path)
    assert old in plan
    a_file(tmp_path / "plan.jsonl", plan.replace(old, new, 1))
    ran = dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(2)
    assert ran.stderr.startswith("error: plan.jsonl: "), str(ran)
    assert not (tmp_path / "back").exists()


def test_a_file_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"\n", b"{}\n", b"\xff\xfe\x00", PAGE.encode(), b"[" * 100_000):
        a_file(tmp_path / "plan.jsonl", content)
        ran = dedupe("restore", "plan.jsonl", cwd=tmp_path).exits(2)
        assert ran.stderr.startswith("error: plan.jsonl: "), str(ran)


def test_a_plan_without_preview_says_that_it_cannot_restore(tmp_path: Path) -> None:
    ran = dedupe("clean", "--plan", "plan.jsonl", "--no-preview", stdin=PAGE, cwd=tmp_path).exits(0)
    ran.says(
        "warning: plan.jsonl: with --no-preview the plan cannot restore; leave it out to keep a way back\n"
    )
    assert b"newsletter" not in (tmp_path / "plan.jsonl").read_bytes()
    assert "newsletter" not in ran.stderr, str(ran)
    ran = dedupe("restore", "plan.jsonl", stdin=ran.stdout, cwd=tmp_path).exits(2).prints("")
    ran.says("--no-preview")


def test_a_plan_of_a_dry_run_has_nothing_to_restore(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt")
    dedupe("clean", "a.txt", "-n", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    ran = dedupe("restore", "plan.jsonl", cwd=tmp_path).exits(2)
    ran.says("this plan is of a dry run: nothing was changed")


def test_the_same_run_twice_writes_the_same_plan_and_reports(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / "in" / "b.txt", CLEAN_ARTICLE)
    for jobs in ("1", "2"):
        args = ("--plan", f"{jobs}.jsonl", "--report", f"{jobs}.json", "--report", f"{jobs}.md", "-j", jobs)
        dedupe("clean", "in", "-o", "out", *args, cwd=tmp_path).exits(0)
    for suffix in ("jsonl", "json", "md"):
        assert (tmp_path / f"1.{suffix}").read_bytes() == (tmp_path / f"2.{suffix}").read_bytes()


def cut_ids(plan: Path) -> dict[str, list[str]]:
    """Return the ids of the cuts of a plan by rule."""
    ids: dict[str, list[str]] = {}
    for line in map(json.loads, plan.read_bytes().splitlines()):
        if line["kind"] == "cut":
            ids.setdefault(line["rule"], []).append(line["id"])
    return ids


def test_one_removal_comes_back_into_the_clean_file_and_the_plan_says_so(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / "in" / "b.txt", CLEAN_ARTICLE)
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    [banner] = cut_ids(tmp_path / "plan.jsonl")["BPL202"]
    ran = dedupe("restore", "plan.jsonl", "--id", banner[:8], cwd=tmp_path).exits(0)
    ran.says_only(
        "1 paragraph taken back into 1 file\n"
        "next: dedupe review plan.jsonl  # have later runs keep such paragraphs\n"
    )
    assert (tmp_path / "out" / "a.txt").read_text() == f"{BANNER}\n{CLEAN_PAGE}"
    assert cut_ids(tmp_path / "plan.jsonl").keys() == {"DUP101"}
    dedupe("restore", "plan.jsonl", "--id", banner, cwd=tmp_path).exits(2).says("no removal has an id like")
    dedupe("restore", "plan.jsonl", "--report", "x", cwd=tmp_path).exits(2)
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    assert tree(tmp_path / "back") == tree(tmp_path / "in")


def test_removals_come_back_into_a_folder_that_moved(tmp_path: Path) -> None:
    a_plan(tmp_path)
    (tmp_path / "out").rename(tmp_path / "moved")
    dedupe("restore", "plan.jsonl", "--rule", "BPL", cwd=tmp_path).exits(3).says(
        "put the clean file back there"
    )
    args = ("--rule", "BPL", "--document", "moved/a.txt", "--root", "moved")
    dedupe("restore", "plan.jsonl", *args, cwd=tmp_path).exits(0)
    assert (tmp_path / "moved" / "a.txt").read_text() == f"{BANNER}\n{CLEAN_PAGE}"
    dedupe("restore", "plan.jsonl", "-o", "back", "--root", "moved", cwd=tmp_path).exits(0)
    assert (tmp_path / "back" / "a.txt").read_text() == PAGE


def test_removals_of_a_rule_in_one_document_come_back_in_place(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        a_file(tmp_path / "in" / name, PAGE + f"The mate of the {name} went ashore.\n")
    dedupe("clean", "in", "--in-place", "--yes", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    other = (tmp_path / "in" / "b.txt").read_bytes()
    args = ("--rule", "DUP", "--rule", "BPL", "--document", "in/a.txt")
    dedupe("restore", "plan.jsonl", *args, "-v", cwd=tmp_path).exits(0).says("taken back into 1 file\n")
    assert (tmp_path / "in" / "a.txt").read_text() == PAGE + "The mate of the a.txt went ashore.\n"
    assert (tmp_path / "in" / "b.txt").read_bytes() == other
    dedupe("restore", "plan.jsonl", cwd=tmp_path).exits(0).says_only("1 file restored\n")


def test_files_with_removals_are_built_elsewhere_without_touching_the_clean_ones(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    dedupe("clean", "in", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    before = tree(tmp_path)
    ran = dedupe("restore", "plan.jsonl", "--document", "a.txt", "-o", "back", cwd=tmp_path).exits(0)
    ran.says_only("11 paragraphs taken back into 1 file\n")
    after = tree(tmp_path)
    assert after.pop("back/a.txt") == PAGE.encode()
    assert after == before


def test_removals_come_back_on_a_pipe_with_a_plan_of_their_own(tmp_path: Path) -> None:
    clean = dedupe("clean", "--plan", "plan.jsonl", stdin=PAGE, cwd=tmp_path).exits(0).stdout
    ran = dedupe("restore", "plan.jsonl", "--rule", "BPL202", stdin=clean, cwd=tmp_path).exits(0)
    ran.prints(f"{BANNER}\n{CLEAN_PAGE}").says("it tells of the text that was given, not of the one printed")
    args = ("--rule", "BPL202", "--write-plan", "new.jsonl")
    text = dedupe("restore", "plan.jsonl", *args, stdin=clean, cwd=tmp_path).exits(0).says_only("").stdout
    assert text == ran.stdout
    for plan, given in (("plan.jsonl", clean), ("new.jsonl", text)):
        dedupe("restore", plan, stdin=given, cwd=tmp_path).exits(0).prints(PAGE)


def test_what_contradicts_itself_is_refused_and_nothing_is_done(tmp_path: Path) -> None:
    a_plan(tmp_path)
    ids = cut_ids(tmp_path / "plan.jsonl")
    before = tree(tmp_path)
    for args, said in (
        (("--id", ids["BPL202"][0], "--rule", "DUP101"), "no removal is meant by all of"),
        (("--id", "zz"), "no removal has an id like 'zz'"),
        (("--rule", "XDP301"), "XDP301 removed nothing there"),
        (("--document", "b.txt"), "plan.jsonl has no such document"),
        (("--rule", "DUP", "--write-plan", "x"), "--write-plan is for a plan of a pipe"),
    ):
        ran = dedupe("restore", "plan.jsonl", *args, cwd=tmp_path).exits(2).says(said)
        assert ran.stderr.count("\n") == 1, str(ran)
    assert tree(tmp_path) == before
