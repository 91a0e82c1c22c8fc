"""Precedence: one paragraph, one rule; what is not selected is reported; what is ignored is nothing."""

from __future__ import annotations

from collections.abc import Sequence

from dedupe.deciding import KEPT, Boilerplate, Facts, Verdict, conclude, find_boilerplate
from dedupe.model import Dropped, Kept
from dedupe.repeats import Repeats
from dedupe.settings import Settings

KNOWN, SITE = Dropped("BPL202", 1.0), Dropped("BPL201", 0.5)
DEBRIS = Dropped("BPL203", 1.0, (("shape", "number"),))
REPEAT = Dropped("DUP101", 1.0, (), (0,))


def facts(*, known: bool = False, site: bool = False, debris: str = "", tokens: int = 20) -> Facts:
    return Facts(1, tokens, KNOWN if known else None, SITE if site else None, debris)


PROSE = facts()


def beside_the_gone(shapes: Sequence[str], gone: Sequence[bool]) -> list[int]:
    return [number for number, shape in enumerate(shapes) if shape and any(gone) and not gone[number]]


def decided(*each: Facts, repeats: Repeats | None = None, settings: Settings | None = None) -> Verdict:
    facts = dict(enumerate(each))
    found = find_boilerplate(facts, settings=settings or Settings(), find_debris=beside_the_gone)
    return conclude(len(each), found, repeats or Repeats())


def test_a_paragraph_no_rule_takes_stays() -> None:
    assert decided(PROSE) == Verdict((KEPT,))


def test_the_first_rule_that_takes_a_paragraph_has_it() -> None:
    both = facts(known=True, site=True, debris="number")
    assert decided(PROSE, both).fates == (KEPT, KNOWN)


def test_site_boilerplate_precedes_debris() -> None:
    assert decided(PROSE, facts(known=True), facts(site=True, debris="number")).fates == (KEPT, KNOWN, SITE)


def test_debris_goes_beside_what_goes() -> None:
    assert decided(PROSE, facts(known=True), facts(debris="number", tokens=1)).fates == (KEPT, KNOWN, DEBRIS)


def test_debris_stays_when_what_is_beside_it_is_only_reported() -> None:
    settings = Settings(strip=frozenset({"BPL203"}))
    verdict = decided(PROSE, facts(known=True), facts(debris="number", tokens=1), settings=settings)
    assert (verdict.fates, verdict.reported) == ((KEPT, KEPT, KEPT), {1: KNOWN})


def test_a_rule_that_is_not_selected_is_reported() -> None:
    verdict = decided(PROSE, facts(site=True), settings=Settings(strip=frozenset({"BPL202"})))
    assert verdict == Verdict((KEPT, KEPT), {1: SITE}, boilerplate=frozenset({1}))


def test_a_rule_that_is_ignored_is_neither() -> None:
    verdict = decided(PROSE, facts(site=True), settings=Settings(ignore=frozenset({"BPL201"})))
    assert verdict == Verdict((KEPT, KEPT))


def test_an_ignored_rule_leaves_the_paragraph_to_the_next() -> None:
    verdict = decided(PROSE, facts(known=True, site=True), settings=Settings(ignore=frozenset({"BPL202"})))
    assert verdict.fates == (KEPT, SITE)


def test_a_paragraph_one_rule_reports_and_another_would_strip_goes() -> None:
    verdict = decided(PROSE, facts(known=True, site=True), settings=Settings(strip=frozenset({"BPL201"})))
    assert (verdict.fates, verdict.reported) == ((KEPT, SITE), {})


def test_paragraphs_keep_their_numbers_when_some_are_gone_already() -> None:
    left = {1: PROSE, 4: facts(known=True), 5: facts(debris="number", tokens=1)}
    found = find_boilerplate(left, settings=Settings(), find_debris=beside_the_gone)
    assert found == Boilerplate({4: KNOWN, 5: DEBRIS}, {}, "")


def test_a_later_search_adds_to_an_earlier_one() -> None:
    first = Boilerplate({1: KNOWN}, {2: SITE}, "")
    assert first.followed_by(Boilerplate({3: DEBRIS}, {4: SITE})) == Boilerplate(
        {1: KNOWN, 3: DEBRIS}, {2: SITE, 4: SITE}, ""
    )


def test_a_repeat_goes_and_its_guard_is_told() -> None:
    repeats = Repeats({1: REPEAT}, {}, {2: "question"})
    assert decided(PROSE, PROSE, PROSE, repeats=repeats).fates == (KEPT, REPEAT, Kept("question"))


def test_a_repeat_that_boilerplate_reports_goes_and_is_not_reported() -> None:
    settings = Settings(strip=frozenset({"DUP101"}))
    verdict = decided(PROSE, facts(known=True), repeats=Repeats({1: REPEAT}), settings=settings)
    assert (verdict.fates, verdict.reported) == ((KEPT, REPEAT), {})


def test_boilerplate_is_known_as_such_whatever_becomes_of_it() -> None:
    settings = Settings(strip=frozenset({"DUP101", "BPL202"}))
    repeats = Repeats({2: REPEAT, 3: REPEAT})
    verdict = decided(PROSE, facts(known=True), facts(site=True), PROSE, repeats=repeats, settings=settings)
    assert verdict.boilerplate == {1, 2}


def test_what_a_guard_spares_is_no_boilerplate() -> None:
    verdict = decided(facts(site=True), facts(known=True, tokens=2))
    assert (verdict.spared, verdict.boilerplate) == ("nothing would be left of the article", frozenset())


def test_an_article_is_spared_when_nothing_of_it_would_stay() -> None:
    verdict = decided(facts(site=True), facts(tokens=3), facts(known=True))
    assert verdict == Verdict((KEPT, KEPT, KEPT), {}, "nothing would be left of the article")


def test_an_article_that_keeps_a_paragraph_of_twelve_tokens_is_not_spared() -> None:
    assert decided(facts(site=True), facts(tokens=12)).fates == (SITE, KEPT)


def test_a_page_of_known_boilerplate_is_not_spared() -> None:
    assert decided(facts(known=True), facts(known=True, tokens=3)).fates == (KNOWN, KNOWN)


def test_a_page_of_which_nothing_at_all_would_stay_is_spared() -> None:
    verdict = decided(facts(known=True), facts(site=True, tokens=3))
    assert (verdict.fates, verdict.spared) == ((KEPT, KEPT), "nothing would be left of the article")


def test_repeats_are_found_in_a_spared_article() -> None:
    verdict = decided(facts(site=True), facts(site=True), repeats=Repeats({1: REPEAT}))
    assert (verdict.fates, verdict.spared) == ((KEPT, REPEAT), "nothing would be left of the article")


def test_an_empty_document_has_no_fates() -> None:
    assert decided() == Verdict(())
