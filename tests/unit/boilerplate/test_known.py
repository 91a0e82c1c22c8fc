from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dedupe.boilerplate.known import PACK_PATH, KnownMatch, match_known
from dedupe.normalizing import comparison_key

PACK: dict[str, Any] = tomllib.loads(PACK_PATH.read_text(encoding="utf-8"))
ENTRIES: list[dict[str, Any]] = [*PACK["pattern"], *PACK["appeal"]]
CATEGORIES = {
    *("newsletter", "donation", "cookie", "browser notice", "subscribe", "share", "comments", "read more"),
    *("get more … live on", "advertisement", "copyright"),
}
SEEDS = Path(__file__).parents[3] / "../shared/seeds"


def recognise(text: str) -> KnownMatch | None:
    key = comparison_key(text)
    return match_known(key, len(key.split()))


def examples(kind: str) -> list[tuple[str, str]]:
    return [(entry["id"], text) for entry in ENTRIES for text in entry[kind]]


def written_words() -> set[str]:
    """Return every word that a phrase or a word list of the pack names."""
    phrases = [*PACK["words"].values()]
    for entry in PACK["pattern"]:
        phrases += entry["phrases"]
    for entry in PACK["appeal"]:
        for group in (*entry["signs"].values(), *entry["against"].values()):
            phrases += group
    steps = [
        step.rstrip("?~") for phrase in phrases for step in phrase.split() if step[0] != "<" and step != "..."
    ]
    named = [choice for step in steps for choice in step.split("|") if choice[0] != "{"]
    return {word for choice in named for word in choice.split("_")}


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


def test_the_pack_is_written_in_the_tokens_of_comparison_keys() -> None:
    foreign = {word for word in written_words() if comparison_key(f"a {word} 1") != f"a {word} 1"}
    assert foreign - set("#$£€&+–-®") == set()


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
        ("Πολιτική Cookies", "cookie-label", "cookie"),
        ("Добавить комментарий", "comment-form", "comments"),
        ("相关新闻", "read-more", "read more"),
        ("版权所有", "copyright", "copyright"),
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
