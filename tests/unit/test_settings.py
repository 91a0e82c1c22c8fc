"""The rule table, the selection of rules, and the settings' identity."""

from __future__ import annotations

import pytest

from dedupe.errors import UsageError
from dedupe.settings import DEFAULT_SELECT, RULE_BY_CODE, RULES, Settings, select_rules

CODES = {rule.code for rule in RULES}
DUP, BPL = {"DUP101", "DUP102", "DUP103"}, {"BPL201", "BPL202", "BPL203"}
DOC = {"DOC401", "DOC402"}


def test_repeats_and_boilerplate_are_stripped_and_the_rest_is_reported() -> None:
    assert {rule.code for rule in RULES if rule.stripped} == DUP | BPL


def test_the_default_selection_is_what_settings_strip() -> None:
    assert select_rules(DEFAULT_SELECT, (), ()) == (Settings().strip, Settings().ignore)


def test_codes_and_names_are_unique() -> None:
    assert (len(RULE_BY_CODE), len({rule.name for rule in RULES})) == (len(RULES), len(RULES))


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "stripped", "ignored"),
    [
        (("ALL",), (), (), CODES, set()),
        ((), (), (), set(), set()),
        (("DUP",), (), (), DUP, set()),
        (("DUP1",), (), (), DUP, set()),
        (("DUP101",), (), (), {"DUP101"}, set()),
        (("DUP",), ("XDP301",), (), DUP | {"XDP301"}, set()),
        (("DUP",), (), ("DUP",), set(), DUP),
        (("DUP",), (), ("DUP102",), {"DUP101", "DUP103"}, {"DUP102"}),
        (("DUP102",), (), ("DUP",), {"DUP102"}, {"DUP101", "DUP103"}),
        (("ALL",), (), ("ALL",), set(), CODES),
        (("D",), (), ("ALL",), DUP | DOC, CODES - DUP - DOC),
        (("ALL",), (), ("D",), CODES - DUP - DOC, DUP | DOC),
        (("DUP",), ("BPL202",), ("BPL",), DUP | {"BPL202"}, {"BPL201", "BPL203"}),
        (("DUP101",), (), ("DUP101",), set(), {"DUP101"}),
        (("ALL", "DUP101"), (), ("DUP1",), CODES - {"DUP102", "DUP103"}, {"DUP102", "DUP103"}),
        ((), (), ("XDP",), set(), {"XDP301", "XDP302"}),
    ],
)
def test_the_longer_code_wins_and_then_ignore(
    select: tuple[str, ...],
    extend: tuple[str, ...],
    ignore: tuple[str, ...],
    stripped: set[str],
    ignored: set[str],
) -> None:
    assert select_rules(select, extend, ignore) == (frozenset(stripped), frozenset(ignored))


@pytest.mark.parametrize("selector", ["DUP9", "dup", "DUP1011", "all", "ALLES", "XYZ"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_selector_that_fits_no_rule_is_refused(selector: str, place: int) -> None:
    selections: list[tuple[str, ...]] = [(), (), ()]
    selections[place] = (selector,)
    known = "DUP101, DUP102, DUP103, BPL201, BPL202, BPL203, XDP301, XDP302, DOC401, DOC402, or ALL"
    with pytest.raises(UsageError) as caught:
        select_rules(selections[0], selections[1], selections[2])
    assert str(caught.value) == f"no rule has the code '{selector}'; the rules are {known}"


def test_an_empty_selector_is_refused() -> None:
    with pytest.raises(UsageError):
        select_rules(("",), (), ())


@pytest.mark.parametrize("threshold", [0.0, -0.1, 1.01, float("nan"), float("inf")])
def test_a_threshold_outside_its_range_is_refused(threshold: float) -> None:
    with pytest.raises(UsageError, match="is out of range; give a number above 0 and at most 1"):
        Settings(threshold=threshold)


def test_settings_of_an_unknown_rule_are_refused() -> None:
    with pytest.raises(UsageError, match="no rule has the code 'DUP999'; the rules are DUP101, "):
        Settings(strip=frozenset({"DUP999"}))


def test_what_is_ignored_is_neither_stripped_nor_detected() -> None:
    settings = Settings(ignore=frozenset({"DUP101"}))
    assert (settings.strips("DUP101"), settings.detects("DUP101")) == (False, False)


def test_what_is_not_selected_is_still_detected() -> None:
    assert (Settings().strips("XDP301"), Settings().detects("XDP301")) == (False, True)


def test_the_identity_differs_when_any_setting_does() -> None:
    variants = [
        Settings(),
        Settings(strip=frozenset()),
        Settings(ignore=frozenset({"DUP101"})),
        Settings(paragraphs="line"),
        Settings(threshold=0.7),
        Settings(group_by="none"),
        Settings(keep="last"),
        Settings(keep="longest"),
        Settings(encoding="cp1252"),
    ]
    assert len({settings.identity() for settings in variants}) == len(variants)


def test_the_identity_does_not_depend_on_the_order_of_a_set() -> None:
    codes = sorted(DUP)
    one, other = Settings(strip=frozenset(codes)), Settings(strip=frozenset(reversed(codes)))
    assert one.identity() == other.identity()
