"""What speaks for a line, part by part, and what the points make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import gt
from pathlib import Path

import pytest

from dedupe import Document, Settings, clean
from dedupe.boilerplate.evidence import LARGE_SITE, PARTS, PageLines, evidence_of
from dedupe.boilerplate.labels import labels_of
from dedupe.boilerplate.scoring import ABOVE, MIN_BANNERS, SIZE_NAMES, of_large_site, weights, weights_from
from dedupe.model import Edit
from dedupe.settings import BoilerplateChoice

FIXTURES = Path(__file__).parents[3] / "fixtures"
PAGE = (FIXTURES / "chrome" / "page_alone.txt").read_text(encoding="utf-8")
LOOKALIKES = sorted((FIXTURES / "lookalikes").iterdir())
BANNER_KINDS = 5
ABOVE_LABELS = ["none", "other", *map(of_large_site, ("none", "other"))]


def page(
    tokens: Sequence[int],
    *,
    is_sentence: Sequence[bool] | None = None,
    banners: Sequence[int] | None = None,
    votes: Sequence[int] | None = None,
    neighbours: Sequence[int] | None = None,
    words: Sequence[str] | None = None,
) -> PageLines:
    count = len(tokens)
    return PageLines(
        tokens,
        [frozenset(line.split()) for line in words or ["word"] * count],
        is_sentence or [False] * count,
        banners or [0] * count,
        BANNER_KINDS,
        votes or [1] * count,
        neighbours or [0] * count,
    )


def said(lines: PageLines, part: str, voters: int = 1) -> list[str]:
    """Return the names of the cases of a part, line by line."""
    place = PARTS.index(part)
    return [labels_of(part)[codes[place]] for codes in evidence_of(lines, voters)]


def removed(text: str, choice: BoilerplateChoice) -> list[str]:
    (edit,) = clean([Document("page", text)], settings=Settings(boilerplate=choice)).results
    return [cut.text for cut in getattr(edit, "cuts", ())]


def test_an_empty_page_has_no_evidence() -> None:
    assert evidence_of(page([]), 1) == []


def test_a_line_is_before_between_or_after_the_prose() -> None:
    lines = page([1, 20, 1, 1, 20, 1], is_sentence=[False, True, False, False, True, False])
    assert said(lines, "place", 2) == ["before, 1", "prose", "between, 1", "between, 1", "prose", "after, 1"]
    assert said(lines, "place")[0] == "before, 1, a page alone"


def test_prose_that_other_pages_hold_is_no_prose_of_the_page() -> None:
    assert said(page([20, 1], is_sentence=[True, False], votes=[2, 1]), "place", 3) == [
        "no prose in the page",
        "no prose in the page",
    ]


def test_banners_count_within_eight_lines_and_not_themselves() -> None:
    assert said(page([1] * 11, banners=[0, 0, 3, *[0] * 8]), "banners near") == [
        *(["1"] * 2),
        "0",
        *(["1"] * 8),
    ]
    assert said(page([1] * 10, banners=[3, *[0] * 9]), "banners near")[-1] == "0"


def test_the_last_banner_above_counts_until_the_next() -> None:
    codes = evidence_of(page([1] * 5, banners=[0, 4, 0, 2, 0]), 1)
    assert [each[PARTS.index(ABOVE)] for each in codes] == [0, 0, 4, 4, 2]


def test_banners_since_the_prose_count_from_its_first_paragraph() -> None:
    lines = page([1, 20, 1, 1, 1], is_sentence=[False, True, False, False, False], banners=[2, 0, 2, 0, 0])
    assert said(lines, "banners since") == ["before the prose", "before the prose", "0", "1", "1"]


def test_in_a_large_site_the_banner_above_has_points_of_its_own() -> None:
    lines = page([1, 1], banners=[4, 0])
    of_small, of_large = evidence_of(lines, LARGE_SITE - 1), evidence_of(lines, LARGE_SITE)
    assert of_small[1][PARTS.index(ABOVE)] == 4
    assert of_large[1][PARTS.index(ABOVE)] == 4 + BANNER_KINDS


def test_only_a_line_of_one_document_has_an_order() -> None:
    lines = page([1] * 6, votes=[1, 2, 1, 1, 1, 1])
    assert said(lines, "order", 3) == [
        "line below 3",
        "of several documents",
        *["line 3 to 4"] * 2,
        *["line 5 to 8"] * 2,
    ]


def test_words_are_sought_in_the_prose_and_in_another_line_than_their_own() -> None:
    prose = "the mill by the weir turns again after nine years of rust"
    lines = page(
        [12, 12, 2, 2],
        is_sentence=[True, True, False, False],
        words=[prose, "the mill stood still while every other one was sold", "mill weir", "mill shop"],
    )
    assert said(lines, "words") == [
        "1 to 25 % of 9 to 14 in the prose",
        "1 to 25 % of 9 to 14 in the prose",
        "100 or more % of 2 in the prose",
        "42 to 59 % of 2 in the prose",
    ]
    assert said(page([1, 1]), "words") == ["no prose", "no prose"]


def test_how_much_of_the_page_is_prose_is_said_of_each_line() -> None:
    lines = page([20, 20, 40], is_sentence=[True, False, False])
    assert said(lines, "page", 2) == ["15 to 29 % prose"] * 3
    assert said(lines, "page") == ["15 to 29 % prose, a page alone"] * 3


def test_a_frame_needs_three_documents_and_a_neighbour() -> None:
    lines = page([2, 2, 2], votes=[3, 3, 2], neighbours=[0, 1, 2])
    assert said(lines, "frame", 4) == ["no", "yes", "no"]


def test_a_long_paragraph_needs_more_than_a_line_does() -> None:
    lines = page([30, 30, 30], votes=[3, 4, 5], neighbours=[1, 2, 1])
    assert said(lines, "frame", 8) == ["no", "yes", "yes"]


@pytest.mark.parametrize("part", PARTS)
def test_every_case_of_a_part_has_points_in_the_table(part: str) -> None:
    if part != ABOVE:
        assert len(weights().points[PARTS.index(part)]) == len(labels_of(part))


def test_points_for_a_case_that_there_is_not_are_refused() -> None:
    points = {
        part: dict.fromkeys(ABOVE_LABELS if part == ABOVE else filter(None, labels_of(part)), 0)
        for part in PARTS
    }
    points["order"]["never"] = 1
    with pytest.raises(ValueError, match="'order' has no case 'never'"):
        weights_from({"base": 0, "cuts": {}, "points": points})


def test_cuts_are_the_lower_the_more_may_go() -> None:
    cuts = weights().cuts
    assert all(map(gt, cuts["careful"], cuts["balanced"]))
    assert all(map(gt, cuts["balanced"], cuts["thorough"]))


@pytest.mark.parametrize(("voters", "size"), [(1, 0), (2, 1), (3, 1), (4, 2), (9, 2), (10, 3), (900, 3)])
def test_the_cut_goes_by_the_size_of_the_site(voters: int, size: int) -> None:
    table = replace(weights(), cuts={"careful": tuple(range(len(SIZE_NAMES)))})
    assert table.cut("careful", voters) == size


def test_what_is_careful_of_goes_with_every_other_choice() -> None:
    careful, balanced, thorough = (set(removed(PAGE, each)) for each in ("careful", "balanced", "thorough"))
    assert careful < balanced < thorough


def test_headline_byline_and_subhead_stay() -> None:
    lines = {"Mill turns again after nine years", "What the mill will grind"}
    assert lines.isdisjoint(removed(PAGE, "balanced"))
    lines |= {"By Ida Holm", "Published 14 May"}
    assert lines.isdisjoint(removed(PAGE, "careful"))


def test_a_page_without_enough_banners_loses_nothing_by_its_looks() -> None:
    only_known = Settings(ignore=frozenset({"BPL201"}))
    (edit,) = clean([Document("page", PAGE)], settings=only_known).results
    assert isinstance(edit, Edit)
    assert len(edit.cuts) > MIN_BANNERS
    assert removed(edit.cleaned_text, "thorough") == []
    assert removed(f"Sign in\n{edit.cleaned_text}", "thorough") == ["Sign in"]


@pytest.mark.parametrize("path", LOOKALIKES, ids=lambda path: path.name)
def test_a_lookalike_loses_nothing_even_when_thorough(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (edit,) = clean([Document("page", text)], settings=Settings(boilerplate="thorough")).results
    assert [cut for cut in getattr(edit, "cuts", ()) if cut.rule == "BPL201"] == []
