"""The fixtures hold what their README and their index say of them, whatever the program does."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path
from typing import Any

import pytest

from dedupe.normalizing import comparison_key, shingles_of, tokens_of
from dedupe.settings import RULE_BY_CODE

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXPECTED: dict[str, Any] = json.loads((FIXTURES / "expected.json").read_text(encoding="utf-8"))
NOT_UTF8 = {
    "encodings/cp1252_crlf.txt": "cp1252",
    "encodings/gb18030.txt": "gb18030",
    "encodings/iso2022_jp.txt": "iso2022_jp",
    "encodings/utf16_le_bom.txt": "utf-16",
}
MAX_BYTES = 12_000
MIN_LONG_TOKENS = 12
SHINGLE = 3
THRESHOLD = 0.8


def lines_of(name: str) -> list[str]:
    codec = NOT_UTF8.get(name, "utf-8-sig")
    text = (
        (FIXTURES / name).read_bytes().decode(codec, "surrogateescape" if codec == "utf-8-sig" else "strict")
    )
    lines = re.split("\r\n|\n|\r", text)
    return lines[:-1] if lines[-1] == "" else lines


def named_lines(name: str) -> list[tuple[str, int]]:
    entry = EXPECTED[name]
    return [
        (rule, line)
        for part in ("removed", "reported", "tolerated")
        for rule, lines in entry.get(part, {}).items()
        for line in lines
    ]


def similarity(one: str, other: str) -> float:
    left, right = shingles_of(tokens_of(one), SHINGLE), shingles_of(tokens_of(other), SHINGLE)
    return len(left & right) / len(left | right)


def kept_lines(name: str) -> list[str]:
    gone = {line for lines in EXPECTED[name]["removed"].values() for line in lines}
    return [text for number, text in enumerate(lines_of(name), 1) if number not in gone]


def test_the_index_names_exactly_the_files_that_exist() -> None:
    files = {path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*") if path.is_file()}
    assert set(EXPECTED) == files - {"expected.json", ".gitattributes"}


def test_the_readme_names_every_fixture() -> None:
    readme = (FIXTURES / "README.md").read_text(encoding="utf-8")
    named = [name for name in EXPECTED if name != "README.md" and not name.startswith(("site/", "carried/"))]
    assert [name for name in named if name.split("/")[-1] not in readme] == []


def test_git_is_told_to_leave_line_ends_alone() -> None:
    assert (FIXTURES / ".gitattributes").read_text(encoding="ascii") == "* -text\n"


@pytest.mark.parametrize("name", EXPECTED)
def test_a_fixture_is_small(name: str) -> None:
    assert (FIXTURES / name).stat().st_size < MAX_BYTES


@pytest.mark.parametrize("name", EXPECTED)
def test_an_expectation_names_known_rules_and_lines_with_text(name: str) -> None:
    lines = lines_of(name)
    assert {rule for named, _ in named_lines(name) for rule in named.split(" or ")} <= RULE_BY_CODE.keys()
    assert all(
        RULE_BY_CODE[rule].stripped for named in EXPECTED[name]["removed"] for rule in named.split(" or ")
    )
    assert [line for _, line in named_lines(name) if not lines[line - 1].strip()] == []


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("lookalikes/")])
def test_a_lookalike_loses_nothing(name: str) -> None:
    assert EXPECTED[name] == {"removed": {}, "reported": {}}


@pytest.mark.parametrize("name", [name for name in EXPECTED if not name.startswith("wrapped/")])
def test_an_exact_repeat_has_an_equal_line_among_those_that_stay(name: str) -> None:
    lines = lines_of(name)
    kept = {comparison_key(line) for line in kept_lines(name)}
    repeats = EXPECTED[name]["removed"].get("DUP101", [])
    assert [line for line in repeats if comparison_key(lines[line - 1]) not in kept] == []


def test_the_wrapped_repeat_is_one_paragraph_at_two_widths() -> None:
    name = "wrapped/hard_wrapped_repeat.txt"
    lines = lines_of(name)
    numbers = EXPECTED[name]["removed"]["DUP101"]
    repeat = "\n".join(lines[number - 1] for number in numbers)
    blocks = "\n".join(lines).split("\n\n")
    twins = [block for block in blocks if comparison_key(block) == comparison_key(repeat)]
    assert [len(twin.split("\n")) for twin in twins] == [4, 5]


def test_a_near_repeat_is_similar_to_a_line_that_stays_and_equal_to_none() -> None:
    name = "duplicates/near_repeat.txt"
    lines, kept = lines_of(name), kept_lines(name)
    for number in EXPECTED[name]["removed"]["DUP102"]:
        assert THRESHOLD <= max(similarity(lines[number - 1], line) for line in kept if line) < 1


@pytest.mark.parametrize("name", ["duplicates/joined_body.txt", "duplicates/split_body.txt"])
def test_a_contained_repeat_stands_in_what_stays(name: str) -> None:
    lines, kept = lines_of(name), kept_lines(name)
    standing = set().union(*(shingles_of(tokens_of(line), SHINGLE) for line in kept))
    for number in EXPECTED[name]["removed"]["DUP103"]:
        shingles = shingles_of(tokens_of(lines[number - 1]), SHINGLE)
        assert len(shingles & standing) / len(shingles) >= 0.95


def test_dividers_have_an_empty_key() -> None:
    assert lines_of("duplicates/pull_through_divider.txt").count("* * *") == 5
    assert comparison_key("* * *") == ""


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("lookalikes/did_and_did_not.txt", 5, 9),
        ("lookalikes/names_swapped.txt", 4, 6),
        ("lookalikes/names_swapped.txt", 8, 10),
        ("lookalikes/opposites.txt", 5, 9),
        ("lookalikes/opposites.txt", 6, 10),
        ("lookalikes/roads.txt", 3, 6),
        ("lookalikes/shall_and_may.txt", 5, 14),
    ],
)
def test_a_lookalike_is_similar_enough_to_tempt(name: str, first: int, second: int) -> None:
    lines = lines_of(name)
    assert THRESHOLD <= similarity(lines[first - 1], lines[second - 1]) < 1


@pytest.mark.parametrize(("name", "line"), [("poem_with_refrain", 5), ("question_and_answer", 6)])
def test_a_spared_repeat_is_long_enough_to_tempt(name: str, line: int) -> None:
    lines = lines_of(f"lookalikes/{name}.txt")
    assert lines.count(lines[line - 1]) >= 3
    assert len(tokens_of(lines[line - 1])) >= MIN_LONG_TOKENS


def test_site_boilerplate_stands_on_most_pages_and_the_rest_on_one() -> None:
    names = [name for name in EXPECTED if name.startswith("site/")]
    assert len(names) == 6
    pages = {name: lines_of(name) for name in names}
    quoted = 0
    for name, lines in pages.items():
        removed = EXPECTED[name]["removed"]
        for number, line in enumerate(lines, 1):
            standing = sum(line in page for page in pages.values())
            if number in removed["BPL201"] or number in removed["BPL202"]:
                assert standing >= 5, line
            elif standing == 2:
                quoted += 1
            else:
                assert standing == 1, line
    assert quoted == 2


def test_near_stories_are_copied_and_changed_as_the_index_says() -> None:
    original = lines_of("near/morning-post.example/story.txt")
    assert lines_of("near/morning-post.example/story_print.txt") == original
    for name in ("near/valley-echo.example/story.txt", "near/valley-echo.example/update.txt"):
        similarities = [max(similarity(line, other) for other in original) for line in lines_of(name)]
        near = [number for number, value in enumerate(similarities, 1) if value >= THRESHOLD]
        assert near == EXPECTED[name]["reported"]["XDP302"]
        assert max(similarities) < 1


@pytest.mark.parametrize(
    ("name", "like", "least_jaccard", "below", "least_contained"),
    [
        ("evening-tide.example/harvest.txt", "daily-tide.example/harvest.txt", THRESHOLD, 1, 0),
        ("tide-digest.example/harvest.txt", "daily-tide.example/harvest.txt", 0, THRESHOLD, 0.95),
        ("evening-tide.example/harvest_letters.txt", "daily-tide.example/harvest.txt", 0.05, THRESHOLD, 0),
        ("tide-digest.example/lock_west.txt", "tide-digest.example/lock_east.txt", 0.65, THRESHOLD, 0),
    ],
)
def test_an_edition_is_as_near_as_the_index_says(
    name: str, like: str, least_jaccard: float, below: float, least_contained: float
) -> None:
    here, there = (
        shingles_of([token for line in lines_of(f"editions/{each}") for token in tokens_of(line)], 5)
        for each in (name, like)
    )
    jaccard, contained = len(here & there) / len(here | there), len(here & there) / len(here)
    assert least_jaccard <= jaccard < below
    assert least_contained <= contained
    is_near = jaccard >= THRESHOLD or contained >= 0.95
    assert is_near == ("DOC402" in EXPECTED[f"editions/{name}"]["reported"])


@pytest.mark.parametrize(
    ("name", "newlines"),
    [
        ("cp1252_crlf", {b"\r\n"}),
        ("cr_only", {b"\r"}),
        ("mixed_newlines", {b"\r\n", b"\n", b"\r"}),
        ("utf8_bom", {b"\n"}),
        ("no_final_newline", {b"\n"}),
        ("nel_and_u2028", {b"\n"}),
    ],
)
def test_an_encoding_fixture_has_the_line_ends_of_its_name(name: str, newlines: set[bytes]) -> None:
    raw = (FIXTURES / f"encodings/{name}.txt").read_bytes()
    assert set(re.findall(rb"\r\n|\n|\r", raw)) == newlines


def test_an_encoding_fixture_has_the_oddity_of_its_name() -> None:
    raw = {path.stem: path.read_bytes() for path in (FIXTURES / "encodings").iterdir()}
    assert raw["utf8_bom"].startswith(codecs.BOM_UTF8)
    assert raw["utf16_le_bom"].startswith(codecs.BOM_UTF16_LE)
    assert raw["stray_nul"].count(b"\0") == 2
    assert not raw["no_final_newline"].endswith((b"\n", b"\r"))
    assert "\x85" in raw["nel_and_u2028"].decode()
    assert "\u2028" in raw["nel_and_u2028"].decode()
    assert raw["iso2022_jp"].isascii()
    assert b"\x1b$B" in raw["iso2022_jp"]
    wrong = [
        character
        for character in raw["invalid_utf8"].decode("utf-8", "surrogateescape")
        if "\ud800" <= character <= "\udfff"
    ]
    assert len(wrong) == 1
    assert len(raw["invalid_utf8"]) > 2000
    for name in ("cp1252_crlf", "gb18030"):
        with pytest.raises(UnicodeDecodeError):
            raw[name].decode()


def test_the_empty_fixtures_hold_no_text() -> None:
    assert (FIXTURES / "empty/empty.txt").read_bytes() == b""
    blank = (FIXTURES / "empty/blank.txt").read_bytes()
    assert blank
    assert not blank.strip()


def test_only_the_memo_has_form_feeds() -> None:
    assert [name for name in EXPECTED if b"\f" in (FIXTURES / name).read_bytes()] == ["wrapped/memo.txt"]
