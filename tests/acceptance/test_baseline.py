"""The baseline lets known duplicates be, and not one copy more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import BANNER, BODY, CLEAN_ARTICLE, Ran, a_file
from run_here import dedupe_here as dedupe

BASELINE = "dedupe.baseline"
TWICE = f"{BODY[0]}\n{BODY[1]}\n{BODY[0]}\n"
THRICE = f"{TWICE}{BODY[0]}\n"
OTHER_TWICE = f"{BODY[2]}\n{BODY[1]}\n{BODY[2]}\n"


def check(folder: Path, *args: str) -> Ran:
    return dedupe("check", "in", "--baseline", BASELINE, *args, cwd=folder)


def update(folder: Path, *args: str) -> Ran:
    return check(folder, "--update-baseline", *args).exits(0)


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A folder whose duplicates are all in its baseline."""
    a_file(tmp_path / "in" / "news" / "a.txt", TWICE)
    a_file(tmp_path / "in" / "news" / "b.txt", f"{BANNER}\n{CLEAN_ARTICLE}")
    update(tmp_path).says("next: dedupe check in --baseline dedupe.baseline\n")
    return tmp_path


def test_what_is_known_passes_and_is_not_listed(known: Path) -> None:
    ran = check(known).exits(0).prints("")
    ran.says("2 duplicates in 2 clusters").says("; 0 new in 0 clusters\n")
    ran.says("gate passed: 0 new, at most 0 (max-new)\n")


def test_a_baseline_is_a_sorted_map_one_fingerprint_a_line(known: Path) -> None:
    lines = (known / BASELINE).read_text().splitlines()
    entries = lines[1:-1]
    assert lines[0].startswith("# dedupe baseline 1, settings ")
    assert lines[-1] == "# end"
    assert entries == sorted(entries)
    assert [len(entry.split()[0]) for entry in entries] == [24, 24]
    assert [entry.split()[1] for entry in entries] == ["1", "1"]


def test_one_copy_more_of_a_known_duplicate_fails(known: Path) -> None:
    a_file(known / "in" / "news" / "a.txt", THRICE)
    ran = check(known, "--output-format", "concise").exits(1)
    ran.prints("in/news/a.txt:4: DUP101 exact repeat; stays at line 1\n")
    ran.says("; 1 new in 1 cluster\n").says("gate failed: 1 new, at most 0 (max-new)\n")
    ran.says(
        "next: dedupe check in --baseline dedupe.baseline --update-baseline  # accept what is there now\n"
    )


def test_a_known_duplicate_in_another_file_fails(known: Path) -> None:
    a_file(known / "in" / "news" / "c.txt", TWICE)
    check(known).exits(1)


def test_moving_and_renaming_files_does_not_fail(known: Path) -> None:
    (known / "in" / "news" / "a.txt").rename(known / "in" / "news" / "z.txt")
    (known / "in" / "old").mkdir()
    (known / "in" / "news" / "b.txt").rename(known / "in" / "old" / "b.txt")
    check(known).exits(0)


def test_text_around_a_duplicate_may_change(known: Path) -> None:
    a_file(known / "in" / "news" / "a.txt", f"A new first line that stands alone.\n{TWICE}And a last one.\n")
    check(known).exits(0)


def test_swapping_a_duplicate_for_another_fails(known: Path) -> None:
    a_file(known / "in" / "news" / "a.txt", OTHER_TWICE)
    ran = check(known).exits(1)
    ran.says("; 1 new in 1 cluster, 1 of the baseline gone\n")


def test_what_is_gone_passes_and_is_said(known: Path) -> None:
    a_file(known / "in" / "news" / "a.txt", CLEAN_ARTICLE)
    check(known).exits(0).says(", 1 of the baseline gone\n").says("  # accept what is there now\n")
    update(known)
    assert "gone" not in check(known).exits(0).stderr


def test_the_same_words_as_boilerplate_and_as_a_repeat_are_two_things(tmp_path: Path) -> None:
    from dedupe.checking.baseline import fingerprint

    assert fingerprint("DUP101", BODY[0]) == fingerprint("DUP103", BODY[0].upper())
    assert fingerprint("DUP101", BODY[0]) != fingerprint("BPL202", BODY[0])
    assert fingerprint("DUP101", BODY[0]) != fingerprint("DUP101", BODY[1])


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ((), 1),
        (("--fail-on-new",), 1),
        (("--max-new", "0"), 1),
        (("--fail-on-new", "--max-new", "0"), 1),
        (("--max-new", "1"), 0),
        (("--max-share", "90"), 0),  # alone only it means --fail-on-new
        (("--max-share", "90", "--fail-on-new"), 1),
        (("--max-duplicates", "3"), 0),
        (("--max-duplicates", "2"), 1),  # known ones count, too
        (("--exit-zero",), 0),
    ],
)
def test_gates_beside_a_baseline(known: Path, args: tuple[str, ...], code: int) -> None:
    a_file(known / "in" / "news" / "c.txt", OTHER_TWICE)
    check(known, *args).exits(code)


def test_json_tells_what_is_known(known: Path) -> None:
    a_file(known / "in" / "news" / "a.txt", THRICE)
    told = json.loads(check(known, "--output-format", "json").exits(1).stdout)
    assert [(found["first_line"], found["known"]) for found in told["findings"]] == [
        (3, True),
        (4, False),
        (1, True),
    ]
    assert told["baseline"] == {"new": 1, "new_clusters": 1, "new_by_rule": {"DUP101": 1}, "gone": 0}


def test_updating_is_not_a_gate_but_other_gates_are(known: Path) -> None:
    a_file(known / "in" / "news" / "c.txt", OTHER_TWICE)
    check(known, "--update-baseline", "--max-share", "1").exits(1)
    check(known).exits(0)


def test_updating_twice_gives_the_same_bytes_in_any_order(known: Path) -> None:
    before = (known / BASELINE).read_bytes()
    update(known)
    assert (known / BASELINE).read_bytes() == before
    dedupe(
        "check", "in/news/b.txt", "in/news/a.txt", "--baseline", "other", "--update-baseline", cwd=known
    ).exits(0)
    assert (known / "other").read_bytes() == before


def test_a_configured_baseline_is_updated_though_new_ones_are_configured_to_fail(known: Path) -> None:
    a_file(known / "dedupe.toml", f"baseline = '{BASELINE}'\nfail-on-new = true\n")
    a_file(known / "in" / "news" / "c.txt", OTHER_TWICE)
    dedupe("check", "in", cwd=known).exits(1)
    dedupe("check", "in", "--update-baseline", cwd=known).exits(0)
    dedupe("check", "in", cwd=known).exits(0)


# What is refused

REGENERATE = "write it anew with: dedupe check in --baseline dedupe.baseline --update-baseline\n"


def test_a_missing_baseline_is_2_with_the_command_that_writes_it(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    check(tmp_path).exits(2).prints("").says_only(
        "error: dedupe.baseline: no such baseline; write it with:"
        " dedupe check in --baseline dedupe.baseline --update-baseline\n"
    )


def test_a_baseline_of_other_settings_is_refused_with_the_command(known: Path) -> None:
    ran = check(known, "--threshold", "0.9", "--ignore", "BPL203", "--ignore", "XDP").exits(2).prints("")
    ran.says_only(
        "error: dedupe.baseline: it was written with other settings, so its fingerprints count other things;"
        " write it anew with: dedupe check in --ignore BPL203,XDP --threshold 0.9"
        " --baseline dedupe.baseline --update-baseline\n"
    )


def test_the_command_in_the_message_does_what_it_says(known: Path) -> None:
    ran = check(known, "--threshold", "0.9").exits(2)
    command = ran.stderr.partition("with: dedupe ")[2].split()
    dedupe(*command, cwd=known).exits(0)
    check(known, "--threshold", "0.9").exits(0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "baseline 1,",
            "baseline 2,",
            "version 2 is newer than this dedupe knows (1); update dedupe, or write",
        ),
        (", settings", " settings", "its first line is damaged"),
        ("# end\n", "# end", "its end is missing"),
        ("# end\n", "", "its end is missing"),
        (" 1\n# end", " 0\n# end", "line 3: not a fingerprint and a count"),
        (" 1\n# end", " 1 1\n# end", "line 3: not a fingerprint and a count"),
        (" 1\n# end", " -1\n# end", "line 3: not a fingerprint and a count"),
        (" 1\n# end", " 1\n\n# end", "line 4: not a fingerprint and a count"),
        (" 1\n# end", " 1\n<<<<<<< ours\n# end", "line 4: a merge conflict was left unresolved"),
        (" 1\n# end", " 1\n=======\n# end", "line 4: a merge conflict was left unresolved"),
        ("# dedupe", "<<<<<<< HEAD\n# dedupe", "line 1: a merge conflict was left unresolved"),
        ("# end\n", "# end\n>>>>>>> theirs\n", "a merge conflict was left unresolved"),
    ],
)
def test_a_damaged_baseline_is_refused_in_one_line(known: Path, old: str, new: str, message: str) -> None:
    text = (known / BASELINE).read_text()
    assert old in text
    a_file(known / BASELINE, text.replace(old, new))
    ran = check(known).exits(2).prints("")
    assert ran.stderr.startswith("error: dedupe.baseline: "), str(ran)
    assert ran.stderr.endswith(REGENERATE), str(ran)
    assert ran.stderr.count("\n") == 1, str(ran)
    ran.says(message)
    update(known)
    check(known).exits(0)


def test_a_fingerprint_that_a_merge_left_twice_is_refused(known: Path) -> None:
    lines = (known / BASELINE).read_text().splitlines(keepends=True)
    a_file(known / BASELINE, "".join([*lines[:2], lines[1].replace(" 1", " 2"), *lines[2:]]))
    check(known).exits(2).says("line 3: a fingerprint that has stood before, as after a merge; " + REGENERATE)


def test_a_baseline_cut_short_anywhere_is_refused(known: Path) -> None:
    from dedupe.checking.baseline import read_baseline
    from dedupe.errors import BaselineError

    path = known / BASELINE
    whole = path.read_bytes()
    settings = whole.split(b"\n")[0].rpartition(b" ")[2].decode()
    assert read_baseline(path, settings=settings, regenerate="x").gone == 2
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(BaselineError):
            read_baseline(path, settings=settings, regenerate="x")


def test_two_branches_that_add_different_duplicates_merge_without_a_conflict(known: Path) -> None:
    base = (known / BASELINE).read_text().splitlines(keepends=True)
    ours, theirs = "0" * 24 + " 1\n", "f" * 24 + " 1\n"
    a_file(known / BASELINE, "".join([base[0], ours, *base[1:-1], theirs, base[-1]]))
    check(known).exits(0).says(", 2 of the baseline gone\n")


def test_line_ends_of_another_system_do_no_harm(known: Path) -> None:
    a_file(known / BASELINE, (known / BASELINE).read_bytes().replace(b"\n", b"\r\n"))
    check(known).exits(0)


def test_what_is_no_baseline_is_neither_read_nor_replaced(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / BASELINE, "my notes\n")
    for args in ((), ("--update-baseline",)):
        ran = check(tmp_path, *args).exits(2)
        ran.says_only("error: dedupe.baseline: is no baseline; name another file with --baseline\n")
    assert (tmp_path / BASELINE).read_text() == "my notes\n"


def test_a_baseline_is_not_written_over_what_could_not_be_read(known: Path) -> None:
    before = (known / BASELINE).read_bytes()
    a_file(known / "in" / "news" / "a.txt", CLEAN_ARTICLE.encode("utf-16-le"))
    ran = check(known, "--update-baseline").exits(3)
    ran.says(
        "error: dedupe.baseline: not written, as not everything could be read; mend that, then run again\n"
    )
    assert (known / BASELINE).read_bytes() == before


def test_no_verdict_and_no_command_speaks_of_a_baseline_that_was_not_written(known: Path) -> None:
    a_file(known / "in" / "d.txt", CLEAN_ARTICLE.encode("utf-16-le"))
    ran = check(known, "--update-baseline").exits(3)
    ran.says("\nno gate: the baseline was not written, as not everything could be read\n")
    ran.says("\nnext: dedupe check in --baseline dedupe.baseline --update-baseline\n")


def test_where_nothing_could_be_read_nothing_is_too_much(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "d.txt", CLEAN_ARTICLE.encode("utf-16-le"))
    ran = dedupe("check", "in", cwd=tmp_path).exits(3)
    ran.says("\ngate passed: 0 duplicates, at most 0 (max-duplicates)\n")


def test_a_baseline_among_the_inputs_is_not_written(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt", "")
    ran = dedupe("check", "in", "--baseline", "in/a.txt", "--update-baseline", cwd=tmp_path).exits(2)
    ran.says("in/a.txt: is one of the inputs; write it elsewhere\n")
    dedupe("check", "in", "--baseline", "in/b.txt", "--update-baseline", cwd=tmp_path).exits(2)
    dedupe("check", "in", "--baseline", "no/b", "--update-baseline", cwd=tmp_path).exits(2).says(
        "error: no/b: "
    )


def test_a_list_is_not_written_over_the_baseline(known: Path) -> None:
    before = (known / BASELINE).read_bytes()
    check(known, "--output-format", "json", "--output-file", BASELINE).exits(2).says("is the baseline")
    assert (known / BASELINE).read_bytes() == before
