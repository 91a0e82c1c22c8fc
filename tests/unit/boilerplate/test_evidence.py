"""What speaks for a line, part by part, and what the points make of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dedupe import Document, Settings, clean
from dedupe.boilerplate.evidence import PARTS, PageLines, evidence_of, labels_of
from dedupe.boilerplate.scoring import ABOVE, MIN_BANNERS, weights, weights_from
from dedupe.model import Edit
from dedupe.settings import BoilerplateChoice

FIXTURES = Path(__file__).parents[3] / "fixtures"
PAGE = (FIXTURES / "chrome" / "page_alone.txt").read_text(encoding="utf-8")
LOOKALIKES = sorted((FIXTURES / "lookalikes").iterdir())


def page(
    tokens: Sequence[int],
    *,
    is_sentence: Sequence[bool] | None = None,
    banners: Sequence[int] | None = None,
    votes: Sequence[int] | None = None,
    neighbours: Sequence[int] | None = None,
) -> PageLines:
    count = len(tokens)
    return PageLines(
        range(1, count + 1),
        tokens,
        is_sentence or [False] * count,
        banners or [0] * count,
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
    assert said(lines, "place") == ["before, 1", "prose", "between, 1", "between, 1", "prose", "after, 1"]


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


def test_short_lines_are_counted_where_they_stand_together() -> None:
    assert said(page([1, 1, 12, 3]), "short lines") == ["2 to 3", "2 to 3", "0", "1"]


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
        part: {"none": 0, "other": 0} if part == ABOVE else {label: 0 for label in labels_of(part) if label}
        for part in PARTS
    }
    points["repeats"]["never"] = 1
    with pytest.raises(ValueError, match="'repeats' has no case 'never'"):
        weights_from({"base": 0, "cuts": {}, "points": points})


def test_cuts_are_the_lower_the_more_may_go() -> None:
    cuts = weights().cuts
    assert cuts["careful"] > cuts["balanced"] > cuts["thorough"]


def test_what_is_careful_of_goes_with_every_other_choice() -> None:
    careful, balanced, thorough = (set(removed(PAGE, each)) for each in ("careful", "balanced", "thorough"))
    assert careful < balanced < thorough


@pytest.mark.parametrize("choice", ["careful", "balanced"])
def test_headline_byline_and_subhead_stay(choice: BoilerplateChoice) -> None:
    gone = removed(PAGE, choice)
    for line in (
        "Mill turns again after nine years",
        "By Ida Holm",
        "Published 14 May",
        "What the mill will grind",
    ):
        assert line not in gone


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
