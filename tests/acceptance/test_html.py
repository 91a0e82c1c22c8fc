"""HTML: a page is read as the text that a reader sees, in a process that can be ended, and written as text."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import BODY, CHECKOUT, HEADLINE, a_file, dedupe, environment, start, tree

from dedupe.inputs import Skipped
from dedupe.plan import open_plan
from dedupe.reading.pages import Page, PageReader

pytest.importorskip(
    "resiliparse", reason="resiliparse is not installed here: pip install 'dedupe-text[html]'"
)

TEXT = "\n\n".join([HEADLINE, *BODY]) + "\n"


def markup(*texts: str, charset: str = "utf-8") -> bytes:
    """Return a page with a paragraph for each text, and what no reader sees."""
    body = "".join(f"<p>{text}</p>\n" for text in texts)
    head = f'<head><meta charset="{charset}"><title>Ferry</title><style>p {{color: red}}</style></head>'
    page = f"<!DOCTYPE html>\n<html>{head}<body><script>let banner = 1;</script>{body}</body></html>"
    return page.encode(charset)


def nested(megabytes: int) -> bytes:
    return b"<b><p>" * (megabytes * 1_000_000 // 6)


def test_a_page_comes_out_as_text_with_what_repeats_gone(tmp_path: Path) -> None:
    page = markup(HEADLINE, *BODY, *BODY)
    a_file(tmp_path / "a.html", page)
    dedupe("clean", "a.html", cwd=tmp_path).exits(0).prints(TEXT).says("5 of 11 paragraphs removed")
    dedupe("clean", "-q", stdin=page).exits(0).prints(TEXT)
    a_file(tmp_path / "named", page)
    dedupe("clean", "named", "-q", cwd=tmp_path).exits(0).prints(TEXT)
    dedupe("clean", "a.html", "-q", "--format", "text", cwd=tmp_path).exits(0).says_only("")


def test_files_are_called_txt_and_the_text_comes_back(tmp_path: Path) -> None:
    page = markup(HEADLINE, *BODY, *BODY)
    a_file(tmp_path / "in" / "site" / "a.html", page)
    a_file(tmp_path / "in" / "site" / "B.HTM", markup("Nothing of this is said twice."))
    a_file(tmp_path / "in" / "c.html.gz", gzip.compress(page))
    a_file(tmp_path / "in" / "note.txt", "not a page\n")
    ran = dedupe(
        "clean", "in", "--format", "html", "-o", "out", "--plan", "plan.jsonl", "--durable", cwd=tmp_path
    ).exits(0)
    ran.says("site/a.html: 5 of 11 paragraphs removed").says("1 other suffix")
    written = {name for name in tree(tmp_path / "out") if not name.startswith(".dedupe")}
    assert written == {"site/a.html.txt", "site/B.HTM.txt", "c.html.txt"}
    assert (tmp_path / "out" / "site" / "a.html.txt").read_text() == TEXT
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0).says("3 files restored")
    whole = "\n\n".join([HEADLINE, *BODY, *BODY]) + "\n"
    assert (tmp_path / "back" / "site" / "a.html.txt").read_text() == whole
    assert (tmp_path / "back" / "c.html.txt").read_text() == whole


def test_a_removal_is_told_by_the_line_of_the_text(tmp_path: Path) -> None:
    a_file(tmp_path / "a.html", markup(HEADLINE, *BODY, *BODY))
    dedupe("clean", "a.html", "-o", "out", "--plan", "plan.jsonl", "-q", cwd=tmp_path).exits(0)
    dedupe("explain", "plan.jsonl", "a.html:13", cwd=tmp_path).exits(0)
    (document,) = open_plan(tmp_path / "plan.jsonl").documents()
    assert [cut.first_line for cut in document.cuts] == [13, 15, 17, 19, 21]


def test_in_place_is_refused_and_two_files_with_one_target_are_too(tmp_path: Path) -> None:
    a_file(tmp_path / "a.html", markup(HEADLINE))
    a_file(tmp_path / "a.html.txt", "a text\n")
    before = tree(tmp_path)
    dedupe("clean", "a.html", "--in-place", "--yes", cwd=tmp_path).exits(2).says(
        "error: a.html: html is read as text and never replaced; use --out-dir"
    )
    dedupe("clean", "a.html", "a.html.txt", "-o", "out", cwd=tmp_path).exits(2).says(
        "both would be written to"
    )
    assert tree(tmp_path) == before


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "shift_jis", "utf-16"])
def test_the_encoding_is_what_the_page_says_or_begins_with(tmp_path: Path, charset: str) -> None:
    text = (
        "日本語の文章です。" if charset == "shift_jis" else "Über die Brücke gingen zwölf Männer – „heute“."
    )
    a_file(tmp_path / "a.html", markup(text, charset=charset))
    dedupe("clean", "a.html", "-q", cwd=tmp_path).exits(0).prints(text + "\n")


def test_a_page_that_takes_too_long_is_listed_and_the_others_go_on(tmp_path: Path) -> None:
    for name in ("a", "c", "d", "e"):
        a_file(tmp_path / "in" / f"{name}.html", markup(HEADLINE, *BODY, *BODY))
    a_file(tmp_path / "in" / "b.html", nested(20))
    ran = dedupe(
        "clean", "in", "--format", "html", "-o", "out", "--document-timeout", "1s", "-j2", cwd=tmp_path
    )
    ran.exits(3).says("error: b.html: too slow: reading it took longer than --document-timeout")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.txt")) == [
        f"{name}.html.txt" for name in "acde"
    ]
    dedupe("clean", "in", "--document-timeout", "soon", cwd=tmp_path).exits(2).says(
        "document-timeout: expected a time such as 10s or 2m, or none, got 'soon'"
    )


def test_what_ends_the_parser_is_damage_and_the_reader_goes_on() -> None:
    with PageReader(10) as reader:
        assert reader.text_of(Page("a", markup("One."))) == b"One.\n"
        process = next(iter(reader._all))
        os.kill(process.pid, signal.SIGSEGV)
        process.wait()
        failed = reader.text_or_failure(Page("b", markup("Two.")))
        assert failed == Skipped("b", "damaged", "the parser of HTML failed on it")
        assert reader.text_of(Page("c", markup("Three."))) == b"Three.\n"
        left = list(reader._all)
    assert [process.poll() for process in left] == [-signal.SIGKILL]
    with pytest.raises(OSError, match="the run has ended"):
        reader.text_of(Page("d", b""))


def test_a_page_that_is_a_copy_is_not_written_and_comes_back(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        a_file(tmp_path / "in" / name, markup(HEADLINE, *BODY))
    packed = gzip.compress(TEXT.encode())
    a_file(tmp_path / "in" / "c.txt.gz", packed)
    flags = ("--extend-select", "DOC401", "-q")
    dedupe("clean", "in", "--format", "html", "-o", "out", "--plan", "plan", *flags, cwd=tmp_path).exits(0)
    assert not (tmp_path / "out" / "b.html.txt").exists()
    dedupe("restore", "plan", "-o", "back", cwd=tmp_path).exits(0).says("2 files restored")
    assert (tmp_path / "back" / "b.html.txt").read_text() == TEXT
    dedupe("restore", "plan", "--document", "b.html", "-o", "some", cwd=tmp_path).exits(0)
    dedupe("restore", "plan", "--document", "b.html", cwd=tmp_path).exits(0).says("taken back into 1 file")
    assert (tmp_path / "some" / "b.html.txt").read_text() == TEXT
    assert (tmp_path / "out" / "b.html.txt").read_text() == TEXT
    ran = dedupe("clean", "in/a.html", "in/c.txt.gz", "--stdout-format", "text", *flags, cwd=tmp_path).exits(
        0
    )
    assert b"c.txt.gz" not in ran.stdout
    dedupe("clean", "in/a.html", "in/c.txt.gz", "-o", "two", *flags, cwd=tmp_path).exits(0)
    assert not (tmp_path / "two" / "c.txt.gz").exists()


def test_a_page_with_no_text_is_an_empty_file(tmp_path: Path) -> None:
    a_file(tmp_path / "a.html", b"<html><img src=x alt=y></html>")
    a_file(tmp_path / "b.html", b"")
    dedupe("clean", "a.html", "b.html", "-o", "out", "-q", cwd=tmp_path).exits(0)
    assert [(tmp_path / "out" / f"{name}.html.txt").read_bytes() for name in "ab"] == [b"", b""]


def test_modules_in_the_current_folder_are_not_run(tmp_path: Path) -> None:
    for name in ("resiliparse", "struct", "signal", "dedupe"):
        a_file(tmp_path / f"{name}.py", "open('run', 'w').close()\n")
    a_file(tmp_path / "a.html", markup("A page."))
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "dedupe", "clean", "a.html", "-q"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, b"A page.\n"), ran.stderr
    assert not (tmp_path / "run").exists()


def test_as_many_processes_as_jobs_give_the_same(tmp_path: Path) -> None:
    for number in range(40):
        a_file(
            tmp_path / "in" / f"{number}.html", markup(f"Page {number} of the diary.", *BODY[: number % 5])
        )
    for jobs in ("1", "3"):
        dedupe("clean", "in", "--format", "html", "-o", f"out{jobs}", "-j", jobs, "-q", cwd=tmp_path).exits(0)
    assert tree(tmp_path / "out1") == tree(tmp_path / "out3")


def test_a_missing_library_is_named_with_what_to_install(tmp_path: Path) -> None:
    a_file(tmp_path / "a.html", markup("A page."))
    a_file(tmp_path / "sitecustomize.py", "import sys\nsys.modules['resiliparse'] = None\n")
    ran = subprocess.run(
        [sys.executable, "-m", "dedupe", "clean", "a.html"],
        cwd=tmp_path,
        env={**environment(), "PYTHONPATH": f"{tmp_path}:{CHECKOUT}"},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 2
    said = (
        b"error: a.html: reading html needs resiliparse; install it with: pip install 'dedupe-text[html]'\n"
    )
    assert ran.stderr == said


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that read pages for a run, as the system tells of them."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            is_reader = b"dedupe.reading.page_worker" in (entry / "cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            continue  # it is no process, or none any more
        if parent == process.pid and is_reader:
            found.append(int(entry.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def waited(condition: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked at in /proc")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_stays_behind_a_run_that_is_stopped(
    tmp_path: Path, jobs: str, number: signal.Signals
) -> None:
    a_file(tmp_path / "in" / "a.html", markup(HEADLINE))
    a_file(tmp_path / "in" / "b.html", nested(20))
    a_file(tmp_path / "in" / "c.html", nested(20))
    flags = ("--format", "html", "-o", "out", "-j", jobs, "--document-timeout", "30s")
    process = start("clean", "in", *flags, cwd=tmp_path)
    assert waited(lambda: workers_of(process), 20)
    workers = workers_of(process)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)  # as if no page came to its end any more
    process.send_signal(number)
    said = process.communicate(timeout=20)[1]
    assert process.returncode in (130, 143, -signal.SIGKILL), said
    if number == signal.SIGKILL:  # who is killed cannot end others: they end when they are done
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
    assert waited(lambda: not any(map(is_alive, workers)), 20)
