"""`dedupe learn` and --profile: a pipe cleans a page of a site as well as the folder run would."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import BODY, a_file
from run_here import RunHere, here

__all__ = ["here"]

FIXTURES = Path(__file__).parents[2] / "fixtures" / "site"
SITE = "harbour-times.example"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Six pages of a site, of which one lies aside."""
    shutil.copytree(FIXTURES, tmp_path / "pages")
    (tmp_path / "pages" / SITE / "6.txt").rename(tmp_path / "6.txt")
    return tmp_path / "pages"


def test_a_page_with_a_profile_of_the_others_is_as_clean_as_in_its_folder(
    pages: Path, here: RunHere, tmp_path: Path
) -> None:
    here("clean", FIXTURES, "-o", "whole", "-q").exits(0)
    here("learn", "pages", "-o", "site.profile").exits(0).says("1 site, 5 pages: ")
    alone = here("clean", stdin=(tmp_path / "6.txt").read_bytes(), env={})
    with_profile = here("clean", "--profile", "site.profile", stdin=(tmp_path / "6.txt").read_bytes()).exits(
        0
    )
    assert with_profile.out == (tmp_path / "whole" / SITE / "6.txt").read_text()
    assert len(with_profile.out) < len(alone.out)


def test_the_evidence_names_the_entry_of_the_profile(pages: Path, here: RunHere, tmp_path: Path) -> None:
    here("learn", "pages", "-o", "site.profile").exits(0)
    here("clean", "6.txt", "--profile", "site.profile", "--plan", "plan.jsonl").exits(0)
    lines = [json.loads(line) for line in (tmp_path / "plan.jsonl").read_text().splitlines()]
    cuts = [line for line in lines if line["kind"] == "cut" and line["rule"] == "BPL201"]
    entries = [dict(map(tuple, cut["evidence"])) for cut in cuts]
    assert any(
        entry.get("profile") == SITE and entry.get("entry") == "News" and entry.get("pages") == 5
        for entry in entries
    )
    assert lines[0]["settings"]["profiles"][0]


def test_a_profile_is_sorted_one_entry_a_line_and_the_same_for_any_order(
    pages: Path, here: RunHere, tmp_path: Path
) -> None:
    first = here("learn", "pages").exits(0).out
    names = sorted((pages / SITE).iterdir(), reverse=True)
    listing = "\n".join(map(str, names))
    a_file(tmp_path / "list", listing)
    again = here("learn", "--files-from", "list", "--group-by", "corpus", "-j", "2").exits(0).out
    assert first.replace(SITE, "site") == again
    assert [json.loads(line) for line in first.splitlines()][:2] == [
        {"dedupe profile": 1},
        {"site": SITE, "pages": 5},
    ]


def as_json_lines(texts: list[str]) -> bytes:
    lines = ({"url": f"https://{SITE}/{number}", "text": text} for number, text in enumerate(texts))
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def as_csv(texts: list[str]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["url", "text"])
    rows.writerows((f"https://{SITE}/{number}", text) for number, text in enumerate(texts))
    return out.getvalue().encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", as_json_lines),
        ("a.jsonl.gz", lambda texts: gzip.compress(as_json_lines(texts))),
        ("a.csv", as_csv),
    ],
)
def test_records_tell_of_their_sites_as_files_do(
    pages: Path, here: RunHere, tmp_path: Path, name: str, content: Callable[[list[str]], bytes]
) -> None:
    from_files = here("learn", "pages").exits(0).out
    texts = [page.read_text() for page in sorted((pages / SITE).iterdir())]
    a_file(tmp_path / name, content(texts))
    assert here("learn", name, "-j", "2").exits(0).says("1 site, 5 pages: ").out == from_files
    a_file(tmp_path / "folder" / name, content(texts))
    form = name.split(".")[1]
    assert here("learn", "folder", "--format", form).exits(0).out == from_files


def test_pages_of_html_are_learned_and_what_cannot_be_read_is_listed(
    pages: Path, here: RunHere, tmp_path: Path
) -> None:
    pytest.importorskip(
        "resiliparse", reason="resiliparse is not installed here: pip install 'dedupe-text[html]'"
    )
    for page in sorted((pages / SITE).iterdir()):
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in page.read_text().splitlines())
        a_file(tmp_path / "html" / SITE / f"{page.stem}.html", f"<html><body>{lines}</body></html>")
    a_file(tmp_path / "html" / SITE / "7.html", "x" * 2_000_000)
    ran = here("learn", "html", "--format", "html", "--max-document-bytes", "1M", "-o", "site.profile").exits(
        3
    )
    ran.says("1 site, 5 pages: ").says(f"error: {SITE}/7.html: too large: ")
    assert '"line": "News"' in (tmp_path / "site.profile").read_text()


def test_profiles_among_the_paths_are_added(pages: Path, here: RunHere, tmp_path: Path) -> None:
    here("learn", "pages", "-o", "a.profile").exits(0)
    here("learn", "a.profile", "pages", "a.profile", "-o", "b.profile").exits(0).says("1 site, 15 pages: ")
    here("learn", "a.profile", "-o", "c.profile").exits(0)
    assert (tmp_path / "c.profile").read_bytes() == (tmp_path / "a.profile").read_bytes()
    here("learn", "a.profile", "pages", "-o", "a.profile").exits(0).says("1 site, 10 pages: ")


def test_the_configuration_may_name_a_profile_that_is_still_to_be_learned(pages: Path, here: RunHere) -> None:
    a_file(pages.parent / "dedupe.toml", 'profile = ["site.profile"]\n')
    here("clean", "6.txt").exits(2).says("site.profile: no such file or directory; check --profile")
    here("learn", "pages", "-o", "site.profile").exits(0)
    here("clean", "6.txt").exits(0)


def test_what_is_kept_wins(pages: Path, here: RunHere, tmp_path: Path) -> None:
    a_file(tmp_path / "keep.txt", "News\n")
    here("learn", "pages", "--keep-file", "keep.txt", "-o", "site.profile").exits(0).says(", 1 kept")
    assert '{"keep": "News"}\n' in (tmp_path / "site.profile").read_text()
    ran = here("clean", "6.txt", "--profile", "site.profile").exits(0).says("; 1 kept as you listed")
    assert "News\n" in ran.out


def test_the_profile_that_fits_is_used_and_a_stranger_is_left_alone(
    pages: Path, here: RunHere, tmp_path: Path
) -> None:
    here("learn", "pages", "-o", "site.profile").exits(0)
    other = '{"dedupe profile": 1}\n' + "".join(
        f'{{"site": "other", "pages": 9, "line": "{line}"}}\n' for line in (*BODY[3:], "a", "b", "c")
    )
    a_file(tmp_path / "other.profile", other)
    both = ("--profile", "other.profile", "--profile", "site.profile")
    page = (tmp_path / "6.txt").read_bytes()
    expected = here("clean", "--profile", "site.profile", stdin=page).exits(0).out
    here("clean", *both, stdin=page).exits(0).prints(expected)
    text = "\n".join(BODY) + "\n"
    here("clean", "--profile", "site.profile", stdin=text).exits(0).prints(text)


def test_check_counts_by_a_profile_and_a_baseline_knows_it(pages: Path, here: RunHere) -> None:
    here("learn", "pages", "-o", "site.profile").exits(0)
    alone = here("check", "6.txt", "--output-format", "json").exits(1)
    more = here("check", "6.txt", "--profile", "site.profile", "--output-format", "json").exits(1)
    assert json.loads(more.out)["settings_digest"] != json.loads(alone.out)["settings_digest"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("A page\n", "error: p: not a profile; make one with dedupe learn PATH -o FILE\n"),
        (
            '{"dedupe profile": 7}\n',
            "error: p: the profile has version 7 and this dedupe reads 1; update dedupe, or learn the profile again\n",
        ),
        (
            '{"dedupe profile": 1}\n{"site"',
            "error: p: line 2: is not JSON; mend the line, or learn",
        ),
        (None, "error: p: no such file or directory; check --profile\n"),
    ],
)
def test_what_cannot_be_used_as_a_profile_is_refused(
    here: RunHere, tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        a_file(tmp_path / "p", content)
    here("clean", "--profile", "p", stdin="x\n").exits(2).prints("").says(message)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([], "nothing was learned: no page was read; name a folder of pages of one site"),
        (["Home\nNews\nSport\n"], "nothing was learned from 1 page; name several pages of one site"),
        (
            ["\n".join(["Home", "News", *BODY])] * 4,
            "nothing was learned from 4 pages: they have no line in common, or are copies of one page;",
        ),
        (
            ["One\n", "Two\n"],
            "nothing was learned from 2 pages: they have no line in common, or are copies of one",
        ),
    ],
)
def test_where_there_is_nothing_to_learn_it_is_said_and_nothing_is_written(
    here: RunHere, tmp_path: Path, texts: list[str], message: str
) -> None:
    (tmp_path / "pages").mkdir()
    for number, text in enumerate(texts):
        a_file(tmp_path / "pages" / f"{number}.txt", text)
    here("learn", "pages", "-o", "p").exits(2).says(message)
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "nothing to learn from; name a folder of pages of a site, or profiles"),
        (("-",), "- (standard input) is one page, and a site is learned from several; name a PATH"),
        (("nowhere",), "nowhere"),
        (("pages", "-o", "pages/x.txt"), "lies in a folder that is read"),
    ],
)
def test_usage_errors_of_learn(pages: Path, here: RunHere, args: tuple[str, ...], message: str) -> None:
    here("learn", *args).exits(2).says(message)
