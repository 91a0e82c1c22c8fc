"""What is advised would really have it otherwise, as far as one paragraph tells."""

from __future__ import annotations

import pytest

from dedupe.explaining import Change, Copy, Found, Nearest, Removed, Stays
from dedupe.explaining.advice import changes_of
from dedupe.model import Place
from dedupe.plan.records import SettingValue

COPY = Copy(Place("a", 0, 1, 1, 1))


def flags(decision: Removed | Stays, reported: tuple[Found, ...] = (), **settings: SettingValue) -> list[str]:
    changes = changes_of(decision, reported, threshold=0.8, settings=settings)
    assert all(isinstance(change, Change) and change.effect for change in changes)
    return [change.flag for change in changes]


def found(rule: str, score: float = 1.0) -> Found:
    return Found("0", rule, score, (), (COPY,))


@pytest.mark.parametrize(
    ("score", "flag"),
    [(0.8, "--threshold 0.81"), (0.9048, "--threshold 0.91"), (0.995, "--threshold 1.00"), (1.0, None)],
)
def test_the_threshold_that_keeps_a_near_repeat_is_above_its_score(score: float, flag: str | None) -> None:
    advised = [each for each in flags(Removed(found("DUP102", score))) if each.startswith("--threshold")]
    assert advised == ([flag] if flag else [])
    assert all(float(each.split()[1]) > score for each in advised)


def test_rules_that_are_selected_by_default_can_be_ignored_and_others_left_out() -> None:
    assert flags(Removed(found("DUP101"))) == ["--keep-file FILE", "--ignore DUP101"]
    assert flags(Removed(found("XDP301"))) == ["--keep-file FILE", "leave XDP301 out of --select"]
    assert flags(Removed(found("DOC401"))) == ["leave DOC401 out of --select"]


def test_a_more_careful_level_of_boilerplate_is_advised_where_the_run_had_one() -> None:
    rest = ["--group-by none", "--ignore BPL201"]
    for level, more in (
        ("thorough", ["--boilerplate balanced"]),
        ("balanced", ["--boilerplate careful"]),
        ("careful", []),
    ):
        assert flags(Removed(found("BPL201")), boilerplate=level) == ["--keep-file FILE", *more, *rest]
    assert flags(Removed(found("BPL201"))) == ["--keep-file FILE", *rest]


@pytest.mark.parametrize(
    ("similarity", "reasons", "advised"),
    [
        (0.749, (), ["--threshold 0.74"]),
        (0.5, (), ["--threshold 0.50"]),
        (0.49, (), []),
        (0.8, (), []),
        (0.749, ("it is verse",), []),
    ],
)
def test_a_lower_threshold_is_advised_only_where_it_could_help(
    similarity: float, reasons: tuple[str, ...], advised: list[str]
) -> None:
    assert flags(Stays(20, Nearest(COPY, similarity), reasons)) == advised


def test_what_is_reported_can_be_selected() -> None:
    assert flags(Stays(20), (found("XDP301"), found("XDP301"), found("BPL202"))) == [
        "--extend-select XDP301",
        "--extend-select BPL202",
    ]
