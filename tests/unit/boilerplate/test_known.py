from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dedupe.boilerplate.compiling import compile_packs, read_packs
from dedupe.boilerplate.known import COMPILED_PATH, PACKS, KnownMatch, match_known
from dedupe.normalizing import comparison_key

PACKS_READ = read_packs(PACKS)
ENTRIES: list[dict[str, Any]] = [
    entry for pack in PACKS_READ.values() for kind in ("pattern", "appeal") for entry in pack.get(kind, ())
]
CATEGORIES = {
    *("newsletter", "donation", "cookie", "browser notice", "subscribe", "share", "comments", "read more"),
    *("get more … live on", "advertisement", "copyright", "navigation"),
}
SEEDS = Path(__file__).parents[3] / "../shared/seeds"


def recognise(text: str) -> KnownMatch | None:
    key = comparison_key(text)
    return match_known(key, len(key.split()))


def examples(kind: str) -> list[tuple[str, str]]:
    return [(entry["id"], text) for entry in ENTRIES for text in entry[kind]]


@pytest.mark.parametrize(("pattern", "text"), examples("matches"))
def test_every_pattern_takes_its_positive_examples(pattern: str, text: str) -> None:
    match = recognise(text)
    assert match is not None
    assert match.pattern == pattern


@pytest.mark.parametrize(("pattern", "text"), examples("spares"))
def test_no_pattern_takes_what_another_spares(pattern: str, text: str) -> None:
    assert recognise(text) is None


def test_every_pattern_has_examples_for_and_against() -> None:
    assert [entry["id"] for entry in ENTRIES if not entry["matches"] or not entry["spares"]] == []


def test_pattern_names_are_unique_and_categories_are_the_known_ones() -> None:
    assert len({entry["id"] for entry in ENTRIES}) == len(ENTRIES)
    assert {entry["category"] for entry in ENTRIES} == CATEGORIES


def test_the_compiled_file_is_current() -> None:
    assert COMPILED_PATH.read_text(encoding="utf-8") == compile_packs(PACKS_READ), "run make packs"


def test_there_are_packs_for_thirteen_languages() -> None:
    assert set(PACKS_READ) >= {
        *("common", "en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "el", "zh", "ja", "ar"),
    }


def test_words_that_no_key_holds_are_written_nowhere() -> None:
    compiled = json.loads(COMPILED_PATH.read_text(encoding="utf-8"))
    steps = [step for written in compiled["words"].values() for step in written.split()]
    for automaton in (compiled["forwards"], compiled["backwards"], *compiled["appeals"]):
        steps += [
            step for written, _ in automaton["phrases"] for step in written.split() if step[0] not in "<."
        ]
    choices = {choice for step in steps for choice in step.rstrip("?~").split("|") if choice[0] != "{"}
    words = {word for choice in choices for word in choice.split("_")} | {
        word for key in compiled["fixed"] for word in key.split(" ")
    }
    foreign = {word for word in words if comparison_key(f"a {word} 1") != f"a {word} 1"}
    assert foreign - set("#$£€&+–®>@-") - {">>"} == set()


@pytest.mark.parametrize(
    ("text", "pattern", "category"),
    [
        ("GET OUR FREE NEWSLETTER", "newsletter-ask", "newsletter"),
        ("Subscribe to the Valley Post newsletter", "newsletter-ask", "newsletter"),
        (
            "Weather, markets and gossip, paid for by nobody but you, delivered straight to your inbox.",
            "inbox",
            "newsletter",
        ),
        ("To give by cheque or bank transfer, see our Other Ways to Give page.", "donate", "donation"),
        (
            "IE 9 is not supported. For the best experience use another browser.",
            "browser-notice",
            "browser notice",
        ),
        ("Get more newsLiveon", "get-more-live", "get more … live on"),
        ("Share this story on Facebook and Twitter", "share", "share"),
        ("12 comments", "comment-form", "comments"),
        ("Πολιτική Cookies", "el-cookie", "cookie"),
        ("Добавить комментарий", "ru-comments", "comments"),
        ("相关新闻", "zh-read-more", "read more"),
        ("版权所有", "zh-copyright", "copyright"),
        ("© 2011 Valley Post Ltd. All rights reserved.", "copyright", "copyright"),
    ],
)
def test_a_banner_is_named_by_pattern_and_category(text: str, pattern: str, category: str) -> None:
    assert recognise(text) == KnownMatch(pattern, category, (("pattern", pattern),))


def test_the_evidence_of_an_appeal_names_its_signs() -> None:
    text = (
        "We are a small newsroom with no owner but you. Whatever you can give, $3 or $300, your donation keeps "
        "independent journalism alive in the valley. Please donate today. Thank you!"
    )
    match = recognise(text)
    assert match is not None
    assert match.category == "donation"
    assert match.evidence == (
        ("pattern", "donation-appeal"),
        ("signs", "first person, second person, giving, amount, thanks, independence, your support, urgency"),
    )


def test_an_appeal_with_a_spokesman_in_it_is_a_report() -> None:
    text = (
        "We need your support today: please donate $10 to keep independent journalism alive. Thank you, "
        "readers, a spokesman said."
    )
    assert recognise(text) is None


def test_a_whole_article_on_one_line_is_no_appeal_for_the_one_it_ends_with() -> None:
    article = "The ferry left the harbour at noon with forty sheep on board. " * 40
    appeal = "We are reader-supported. Please donate $5 today to keep us going. Thank you for your support!"
    assert recognise(appeal) is not None
    assert recognise(article + appeal) is None


@pytest.mark.parametrize("token_count", [41, 400])
def test_a_paragraph_longer_than_banners_are_is_no_anchored_pattern(token_count: int) -> None:
    assert match_known("© 2011 " + " ".join(["sheep"] * (token_count - 2)), token_count) is None


def test_an_empty_key_is_not_known() -> None:
    assert match_known("", 0) is None


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed samples are not beside the checkout")
@pytest.mark.parametrize(("sample", "known"), [("003", {1, 2, 6, 7, 22}), ("000", {1, 6})])
def test_of_the_samples_exactly_the_banners_are_known(sample: str, known: set[int]) -> None:
    (path,) = SEEDS.glob(f"{sample}_*.txt")
    lines = path.read_text(encoding="utf-8").split("\n")
    assert {number for number, line in enumerate(lines, 1) if recognise(line)} == known
