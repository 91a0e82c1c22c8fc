"""Bad input is reported, never fatal, never silent, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from command_line import (
    BODY,
    CLEAN_ARTICLE,
    CLEAN_PAGE,
    COMMAND,
    PAGE,
    a_file,
    dedupe,
    environment,
    tree,
)


@pytest.mark.parametrize("content", [b"", b"\n", b"  \n\t\r\n \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n"])
def test_an_empty_file_and_one_of_white_space_stay_as_they_are(tmp_path: Path, content: bytes) -> None:
    page = a_file(tmp_path / "page.txt", content)
    dedupe("clean", page).exits(0).prints(content)
    dedupe("clean", page, "-o", tmp_path / "out").exits(0)
    assert (tmp_path / "out" / "page.txt").read_bytes() == content


def test_one_line_of_50_mb_is_cleaned(tmp_path: Path) -> None:
    line = b"harbour " * 6_250_000
    page = a_file(tmp_path / "page.txt", line + b"\n" + PAGE.encode())
    ran = dedupe("clean", "-q", page).exits(0)
    assert ran.stdout == line + b"\n" + CLEAN_PAGE.encode()


def test_a_stray_nul_is_text_and_stays(tmp_path: Path) -> None:
    content = PAGE.replace("smiling", "smi\0ling").encode()
    ran = dedupe("clean", a_file(tmp_path / "page.txt", content)).exits(0)
    assert ran.stdout == CLEAN_PAGE.replace("smiling", "smi\0ling").encode()


def test_invalid_utf8_travels_through_unchanged(tmp_path: Path) -> None:
    filler = "".join(f"Boat number {n} was seen off the pier at noon.\n" for n in range(60)).encode()
    content = PAGE.encode().replace(b"smiling", b"smi\xffling") + filler
    ran = dedupe("clean", a_file(tmp_path / "page.txt", content)).exits(0)
    assert ran.stdout == CLEAN_PAGE.encode().replace(b"smiling", b"smi\xffling") + filler


def test_a_guessed_encoding_is_listed_and_the_bytes_stay(tmp_path: Path) -> None:
    german = "Die Fähre fährt ab April täglich zweimal über den Sund, sagte der Hafenmeister am Grünen Kai.\n"
    content = (german + BODY[3] + "\n" + german).encode("cp1252")
    ran = dedupe("clean", a_file(tmp_path / "page.txt", content)).exits(0)
    assert ran.stdout == (german + BODY[3] + "\n").encode("cp1252")
    ran.says("encoding guessed: page.txt (")


def test_a_path_that_does_not_exist_stops_everything(tmp_path: Path) -> None:
    a_file(tmp_path / "a.txt")
    ran = dedupe("clean", "a.txt", "b.txt", "-o", "out", cwd=tmp_path).exits(2)
    ran.says_only("error: b.txt: no such file or folder; check the path, nothing was read or written\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("in", "in: the output folder is an input; choose another folder with -o"),
        ("in/out", "in/out: the output folder lies inside the input in; choose another folder with -o"),
        (".", ".: the input in lies inside the output folder; choose another folder with -o"),
        ("link", "link: the output folder is an input; choose another folder with -o"),
    ],
)
def test_an_output_folder_that_is_or_touches_the_input_is_refused(
    tmp_path: Path, out: str, message: str
) -> None:
    a_file(tmp_path / "in" / "a.txt")
    (tmp_path / "link").symlink_to("in")
    before = tree(tmp_path)
    dedupe("clean", "in", "-o", out, cwd=tmp_path).exits(2).says_only(f"error: {message}\n")
    assert tree(tmp_path) == before


def test_a_foreign_folder_with_content_is_refused_without_overwrite(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    a_file(tmp_path / "out" / "diary.txt", "mine\n")
    ran = dedupe("clean", "in", "-o", "out", cwd=tmp_path).exits(2)
    ran.says_only(
        "error: out: the folder is not empty and not from an earlier run;"
        " choose another folder, or add --overwrite\n"
    )
    assert tree(tmp_path / "out") == {"diary.txt": b"mine\n"}
    dedupe("clean", "in", "-o", "out", "--overwrite", cwd=tmp_path).exits(0)
    assert (tmp_path / "out" / "a.txt").read_text() == CLEAN_PAGE
    assert (tmp_path / "out" / "diary.txt").read_text() == "mine\n"
    dedupe("clean", "in", "-o", "out", cwd=tmp_path).exits(0)


def test_two_inputs_with_one_target_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    a_file(tmp_path / "x" / "a.txt")
    a_file(tmp_path / "y" / "a.txt", CLEAN_ARTICLE)
    ran = dedupe("clean", "x/a.txt", "y/a.txt", "-o", "out", cwd=tmp_path).exits(2)
    ran.says_only(
        "error: x/a.txt and y/a.txt: both would be written to out/a.txt;"
        " give the folder above them, or rename one\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--plan", "--report"])
def test_a_plan_or_report_never_replaces_an_input(tmp_path: Path, option: str) -> None:
    page = a_file(tmp_path / "page.json")
    ran = dedupe("clean", "page.json", option, "./page.json", cwd=tmp_path).exits(2).prints("")
    ran.says_only("error: page.json: is one of the inputs; write it elsewhere\n")
    assert page.read_text() == PAGE


def test_a_report_that_the_next_run_would_read_is_refused(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    ran = dedupe("clean", "in", "--report", "in/report.md", cwd=tmp_path).exits(2)
    ran.says("in/report.md: lies in a folder that is read")
    dedupe("clean", "in", "--report", "in/report.json", cwd=tmp_path).exits(0)


def test_one_name_for_two_outputs_is_refused(tmp_path: Path) -> None:
    ran = dedupe("clean", "--plan", "x.json", "--report", "./x.json", stdin=PAGE, cwd=tmp_path).exits(2)
    ran.says("x.json: named for two outputs; give each its own file")
    dedupe("clean", "--report", "x.md", "--report", "x.md", stdin=PAGE, cwd=tmp_path).exits(2)


def test_an_input_that_is_standard_output_too_is_refused(tmp_path: Path) -> None:
    page = a_file(tmp_path / "page.txt")
    with page.open("ab") as out:
        ran = subprocess.run(
            [*COMMAND, "clean", "page.txt"],
            stdout=out,
            stderr=-1,
            cwd=tmp_path,
            env=environment(),
            check=False,
        )
    assert (ran.returncode, page.read_text()) == (2, PAGE)
    assert ran.stderr == (
        b"error: page.txt: is input and standard output at once; write elsewhere, or use --in-place\n"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_listed_and_the_others_are_cleaned(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt").chmod(0)
    a_file(tmp_path / "in" / "b.txt", CLEAN_ARTICLE)
    ran = dedupe("clean", tmp_path / "in").exits(3)
    ran.says("error: a.txt: unreadable: Permission denied; check its permissions\n")
    assert CLEAN_ARTICLE in ran.out


def test_a_file_that_cannot_be_read_is_listed_and_the_others_are_cleaned(tmp_path: Path) -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("needs /proc, for a file that gives an error to everybody")
    a_file(tmp_path / "b.txt", CLEAN_ARTICLE)
    ran = dedupe("clean", "/proc/self/mem", tmp_path / "b.txt").exits(3)
    ran.says("error: mem: unreadable: input/output error; check the file and its disk\n")
    assert CLEAN_ARTICLE in ran.out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    page = a_file(tmp_path / "page.txt")
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [*COMMAND, "clean", "-q", page], stdout=full, stderr=-1, env=environment(), check=False
        )
    assert ran.returncode == 2
    assert (
        ran.stderr
        == b"error: standard output: no space left on device; give it somewhere else to go, then run again\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_a_plan_is_one_line_and_nothing_is_published(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.txt")
    ran = dedupe("clean", "in", "-o", "out", "--plan", "/dev/full", cwd=tmp_path).exits(2)
    ran.says_only("error: /dev/full: no space left on device; free some space, then run again\n")
    assert not list(tmp_path.glob("out/*.txt"))


def test_a_report_where_no_folder_is_says_so(tmp_path: Path) -> None:
    a_file(tmp_path / "page.txt")
    ran = dedupe("clean", "page.txt", "--plan", "no/plan.jsonl", cwd=tmp_path).exits(2).prints("")
    ran.says_only("error: no/plan.jsonl: no such file or directory; make the folder first\n")


def test_a_closed_stdout_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    page = a_file(tmp_path / "page.txt")
    command = f"exec {' '.join(COMMAND)} clean -q {page} >&-"
    ran = subprocess.run(["/bin/sh", "-c", command], stderr=-1, env=environment(), check=False)
    assert (ran.returncode, ran.stderr.count(b"\n")) == (2, 1), ran.stderr
    assert ran.stderr.startswith(b"error: standard output: "), ran.stderr


def test_a_closed_stdin_is_one_line_and_exit_code_2() -> None:
    command = f"exec {' '.join(COMMAND)} clean - <&-"
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, env=environment(), check=False)
    assert (ran.returncode, ran.stderr) == (2, b"error: standard input: closed; name a PATH\n")


def test_a_folder_without_text_says_so(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "a.text")
    ran = dedupe("clean", tmp_path / "in").exits(0).prints("")
    ran.says("warning: nothing to read: no .txt or .md files there; add others with --include GLOB\n")
    ran.says("passed over: 1 other suffix\n")


def test_a_configuration_in_a_scanned_folder_is_not_read_and_named(tmp_path: Path) -> None:
    a_file(tmp_path / "in" / "site" / "dedupe.toml", "this is = not toml")
    a_file(tmp_path / "in" / "site" / "a.txt")
    ran = dedupe("clean", "in", cwd=tmp_path).exits(0)
    ran.says("warning: site/dedupe.toml: configuration in a scanned folder is not read")


def test_a_stale_file_of_an_earlier_run_is_named(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        a_file(tmp_path / "in" / name, f"{CLEAN_ARTICLE}{name}\n")
    dedupe("clean", "in", "-o", "out", cwd=tmp_path).exits(0)
    (tmp_path / "in" / "b.txt").unlink()
    ran = dedupe("clean", "in", "-o", "out", cwd=tmp_path).exits(0)
    ran.says("warning: files of an earlier run stay in the output folder: b.txt; remove what is stale\n")


def test_a_hard_link_is_judged_once_and_written_under_each_name(tmp_path: Path) -> None:
    os.link(a_file(tmp_path / "in" / "a.txt"), tmp_path / "in" / "b.txt")
    ran = dedupe("clean", "in", "-o", "out", "--report", "r.json", cwd=tmp_path).exits(0)
    assert (tmp_path / "out" / "a.txt").read_text() == (tmp_path / "out" / "b.txt").read_text() == CLEAN_PAGE
    assert json.loads((tmp_path / "r.json").read_text())["totals"]["documents"] == 1, str(ran)


@pytest.mark.parametrize("option", ["--plan", "--report"])
@pytest.mark.parametrize("name", ["page.md", ".dedupe/report.md"])
def test_a_plan_or_report_is_never_written_where_clean_files_go(
    tmp_path: Path, option: str, name: str
) -> None:
    a_file(tmp_path / "in" / "page.md")
    ran = dedupe("clean", "in", "-o", "out", option, f"out/{name}", cwd=tmp_path).exits(2)
    assert (
        ran.stderr == f"error: out/{name}: is what the clean files need for themselves; write it elsewhere\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_filter_works_in_a_folder_that_no_longer_exists(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = " ".join(f"'{word}'" for word in COMMAND)
    script = f"rmdir '{gone}'; echo hello | {command} clean --quiet"
    ran = subprocess.run(
        ["/bin/sh", "-c", script], cwd=gone, env=environment(), capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"hello\n", b"")
