"""--keep-file and `keep` in the configuration: what the user names stays, whatever rule would take it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import BANNER, BODY, CLEAN_PAGE, HEADLINE, PAGE, a_file
from run_here import RunHere, here

__all__ = ["here"]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return a_file(tmp_path / "page.txt", PAGE)


def test_a_banner_and_every_copy_of_a_paragraph_stay_when_they_are_listed(page: Path, here: RunHere) -> None:
    a_file(page.parent / "keep.txt", f"# ours\n{BANNER.upper()}!\n{BODY[1]}\n")
    ran = here("clean", "page.txt", "--keep-file", "keep.txt").exits(0)
    ran.prints("\n".join([BANNER, HEADLINE, *BODY, BODY[1], BODY[1]]) + "\n")
    ran.says("; 4 kept as you listed")


def test_without_the_option_they_go(page: Path, here: RunHere) -> None:
    a_file(page.parent / "keep.txt", f"{BANNER}\n")
    here("clean", "page.txt").exits(0).prints(CLEAN_PAGE)


@pytest.mark.parametrize(
    "content",
    [
        f'keep = ["{BANNER}"]',
        f'[keep]\nparagraphs = ["{BANNER}"]\ncopy = "longest"',
        f'keep = "last"\nkeep-paragraphs = ["{BANNER}"]',
    ],
)
def test_the_configuration_lists_paragraphs_too(page: Path, here: RunHere, content: str) -> None:
    a_file(page.parent / "dedupe.toml", content)
    assert here("clean", "page.txt").exits(0).out == f"{BANNER}\n{CLEAN_PAGE}"
    assert here("check", "page.txt").exits(1).stderr.count("; 1 kept as you listed") == 1


def test_both_lists_count(page: Path, here: RunHere) -> None:
    a_file(page.parent / "dedupe.toml", f'keep = ["{BANNER}"]\nkeep-file = "list"\n')
    a_file(page.parent / "list", f"{BODY[0]}\n")
    expected = [BANNER, HEADLINE, *BODY, BODY[0], BODY[0]]
    here("clean", "page.txt").exits(0).prints("\n".join(expected) + "\n")


def test_check_does_not_count_what_is_listed(page: Path, here: RunHere) -> None:
    a_file(page.parent / "keep.txt", "\n".join([BANNER, *BODY]))
    here("check", "page.txt").exits(1)
    here("check", "page.txt", "--keep-file", "keep.txt").exits(0).says("; 16 kept as you listed")


def test_settings_name_the_keys_and_not_the_file(page: Path, here: RunHere) -> None:
    digests = []
    for name, content in (
        ("a", f"{BANNER}\n{HEADLINE}\n"),
        ("b", f"{HEADLINE}\n# !\n{BANNER}"),
        ("c", BANNER),
    ):
        a_file(page.parent / name, content)
        here("clean", "page.txt", "--keep-file", name, "--plan", f"{name}.plan").exits(0)
        lines = (page.parent / f"{name}.plan").read_text().splitlines()
        header, document, trailer = json.loads(lines[0]), json.loads(lines[1]), json.loads(lines[-1])
        digests.append(header["settings_digest"])
        assert document["exempt"] == trailer["totals"]["exempt"] == len(header["settings"]["exempt"])
    assert digests[0] == digests[1] != digests[2]
    here("clean", "page.txt", "--plan", "none.plan").exits(0)
    assert "exempt" not in (page.parent / "none.plan").read_text()


def test_a_document_that_is_a_copy_goes_whole_all_the_same(page: Path, here: RunHere) -> None:
    a_file(page.parent / "pages" / "a.txt", PAGE)
    a_file(page.parent / "pages" / "b.txt", PAGE)
    a_file(page.parent / "keep.txt", "\n".join([BANNER, *BODY]))
    args = ("clean", "pages", "--keep-file", "keep.txt", "-o", "out", "--select", "DOC401,XDP")
    here(*args).exits(0).says("; 16 kept as you listed")
    assert (page.parent / "out" / "a.txt").read_text() == PAGE
    assert not (page.parent / "out" / "b.txt").exists()


def test_what_is_shared_with_other_documents_stays_when_it_is_listed(page: Path, here: RunHere) -> None:
    a_file(page.parent / "pages" / "a.txt", f"{BODY[0]}\n{BODY[1]}\n")
    a_file(page.parent / "pages" / "b.txt", f"{BODY[2]}\n{BODY[0]}\n{BODY[1]}\n")
    a_file(page.parent / "keep.txt", BODY[0])
    args = ("clean", "pages", "-o", "out", "--select", "XDP", "--ignore", "DOC")
    here(*args, "--keep-file", "keep.txt").exits(0)
    assert (page.parent / "out" / "b.txt").read_text() == f"{BODY[2]}\n{BODY[0]}\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"Newsletter\n---\n",
            "error: keep.txt: line 2: '---' holds no word to compare; remove it, or begin it",
        ),
        (b"caf\xe9\n", "error: keep.txt: not UTF-8; save it as UTF-8, or name another with --keep-file\n"),
        (None, "error: keep.txt: no such file or directory; check --keep-file\n"),
    ],
)
def test_a_keep_file_that_is_wrong_is_refused_before_anything_is_read(
    page: Path, here: RunHere, content: bytes | None, message: str
) -> None:
    if content is not None:
        (page.parent / "keep.txt").write_bytes(content)
    here("clean", "page.txt", "--keep-file", "keep.txt").exits(2).prints("").says(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('keep = ["..."]', "dedupe.toml: keep-paragraphs: '...' holds no word to compare; remove it"),
        ("keep = [1]", "dedupe.toml: keep-paragraphs: expected a list of texts, got [1]"),
        ("[keep]\ncopies = 1", "dedupe.toml: keep: unknown key 'copies'; it may hold copy and paragraphs"),
        ('[keep]\ncopy = "x"', "dedupe.toml: keep: 'x' is not one of first, longest, last"),
        ("keep = 3", "dedupe.toml: keep: expected a text, got 3"),
    ],
)
def test_a_wrong_list_in_the_configuration_is_refused(
    page: Path, here: RunHere, content: str, message: str
) -> None:
    a_file(page.parent / "dedupe.toml", content)
    here("clean", "page.txt").exits(2).says(message)


def test_the_list_is_shown_with_its_origin_and_can_be_read_again(page: Path, here: RunHere) -> None:
    config = a_file(page.parent / "dedupe.toml", f'[keep]\ncopy = "last"\nparagraphs = ["{BANNER}"]\n')
    shown = here("clean", "--show-settings").exits(0).out
    assert f'keep-paragraphs = ["{BANNER}"]  # {config}' in shown
    config.write_text(shown)
    here("clean", "page.txt").exits(0).says("; 1 kept as you listed")


def test_variables_and_pairs_may_list_them(page: Path, here: RunHere) -> None:
    pair = ("--config", f"keep=['{BANNER}']")
    here("clean", "page.txt", *pair).exits(0).says("; 1 kept as you listed")
