"""Which whole documents are copies of others, and which one of several stays."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from dedupe import documents
from dedupe.documents import Body, find_duplicate_documents
from dedupe.fingerprinting import KeyTable
from dedupe.normalizing import comparison_key
from dedupe.settings import Keep, Settings
from dedupe.sharing import Shared
from dedupe.verifying import jaccard

FERRY = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."
WIND = "The harbour office expects the wind to drop on Saturday evening and the first boat to leave at six."
KEEPS: tuple[Keep, ...] = ("first", "longest", "last")
STRIPPING_NEAR = Settings(strip=frozenset({"DOC402"}))


def words(first: int, stop: int) -> str:
    """Return words that stand nowhere else; so many words have four shingles fewer."""
    return " ".join(f"w{number}" for number in range(first, stop))


def found(*pages: list[str], settings: Settings | None = None, chrome: tuple[str, ...] = ()) -> list[Shared]:
    """Return the copies among documents of these paragraphs, of which those of `chrome` are boilerplate."""
    table = KeyTable()
    bodies = []
    for page in pages:
        keys = [table.number_of(comparison_key(text)) for text in page]
        content = [key for key, text in zip(keys, page, strict=True) if text not in chrome]
        bodies.append(Body(keys, content))
    return find_duplicate_documents(bodies, table, settings=settings or Settings())


def told(
    *pages: list[str], settings: Settings | None = None, keep: Keep = "first"
) -> list[tuple[int, str, int]]:
    """Return number, rule and original of each document that is a copy."""
    settings = settings or Settings(keep=keep)
    return [(each.document, each.rule, each.copy[0]) for each in found(*pages, settings=settings)]


# Exact copies


def test_a_document_with_the_same_paragraphs_is_a_copy_of_the_first() -> None:
    evidence = (("tokens", 18),)
    assert found([FERRY, "End."], [WIND], ["The " + FERRY[4:], "END"], [FERRY, "end"]) == [
        Shared(2, None, "DOC401", 1.0, evidence, (0, None)),
        Shared(3, None, "DOC401", 1.0, evidence, (0, None)),
    ]


@pytest.mark.parametrize(
    "other",
    [
        [FERRY],
        [FERRY, "End.", "End."],
        ["End.", FERRY],
        [FERRY, "Start."],
        [FERRY[:40], FERRY[40:], "End."],
        [],
    ],
)
def test_a_document_with_other_paragraphs_is_no_exact_copy(other: list[str]) -> None:
    assert "DOC401" not in {each.rule for each in found([FERRY, "End."], other)}


def test_paragraphs_without_a_word_do_not_count() -> None:
    assert told([FERRY, "***"], ["---", FERRY]) == [(1, "DOC401", 0)]


def test_tiny_documents_are_nobodys_copies() -> None:
    assert told(["Yes.", "No."], ["Yes.", "No."], [], []) == []


@pytest.mark.parametrize(("keep", "stays"), [("first", 0), ("longest", 0), ("last", 2)])
def test_of_equal_documents_the_one_that_is_to_be_kept_stays(keep: Keep, stays: int) -> None:
    pages = [[FERRY], [FERRY.upper()], [FERRY]]
    expected = [(number, "DOC401", stays) for number in range(3) if number != stays]
    assert told(*pages, keep=keep) == expected


def test_the_longest_of_equal_documents_is_the_one_with_least_boilerplate() -> None:
    # Two sites carry the same page; on one of them its last line was seen to be boilerplate.
    table = KeyTable()
    keys = [table.number_of(comparison_key(text)) for text in (FERRY, WIND)]
    bodies = [Body(keys, keys[:1]), Body(keys, keys)]
    assert find_duplicate_documents(bodies, table, settings=Settings(keep="longest")) == [
        Shared(0, None, "DOC401", 1.0, (("tokens", 36),), (1, None))
    ]


def test_equality_is_of_all_paragraphs_boilerplate_too() -> None:
    chrome = ("Harbour notes", "Village notes")
    same, other = ["Harbour notes", FERRY], ["Village notes", FERRY]
    assert [(each.document, each.rule) for each in found(same, other, same, chrome=chrome)] == [
        (1, "DOC402"),
        (2, "DOC401"),
    ]


# Near copies


def test_a_document_at_the_threshold_is_a_near_copy() -> None:
    assert found([words(0, 14)], [words(0, 12)]) == [
        Shared(1, None, "DOC402", 0.8, (("jaccard", 0.8), ("contained", 1.0), ("tokens", 12)), (0, None))
    ]


def test_a_document_below_the_threshold_is_not() -> None:
    assert found([words(0, 12)], [words(0, 15)]) == []


def test_a_document_that_stands_in_a_longer_one_is_a_copy_with_its_containment_as_score() -> None:
    evidence = (("jaccard", 0.7273), ("contained", 1.0), ("tokens", 12))
    assert found([words(0, 15)], [words(0, 12)]) == [Shared(1, None, "DOC402", 1.0, evidence, (0, None))]


@pytest.mark.parametrize(("common", "copies"), [(23, [(1, "DOC402", 0)]), (22, [])])
def test_ninety_five_hundredths_must_stand_in_the_other(
    common: int, copies: list[tuple[int, str, int]]
) -> None:
    longer = [f"{words(0, common)} {words(100, 200)}"]
    assert told(longer, [words(0, 24)]) == copies


def test_a_longer_document_is_no_copy_of_what_stands_in_it() -> None:
    assert told([words(0, 12)], [words(0, 24)]) == []


def test_a_shingle_counts_once_however_often_it_stands() -> None:
    assert told([words(0, 12)], [f"{words(0, 12)} {words(0, 12)}"]) == []
    assert told([f"{words(0, 12)} {words(0, 12)}"], [words(0, 12)]) == [(1, "DOC402", 0)]


def test_shingles_go_across_paragraphs() -> None:
    pieces = [words(0, 7), "***", words(7, 10), words(10, 24)]
    assert found([words(0, 24)], pieces) == [
        Shared(1, None, "DOC402", 1.0, (("jaccard", 1.0), ("contained", 1.0), ("tokens", 24)), (0, None))
    ]


def test_the_order_of_the_tokens_counts() -> None:
    assert told([words(0, 40)], [words(20, 40), words(0, 20)]) == [(1, "DOC402", 0)]
    assert told([words(0, 40)], [words(4 * part, 4 * part + 4) for part in reversed(range(10))]) == []


def test_boilerplate_makes_no_near_copies() -> None:
    menu = words(100, 300)
    assert told([menu, FERRY], [menu, WIND]) == [(1, "DOC402", 0)]
    assert found([menu, FERRY], [menu, WIND], chrome=(menu,)) == []


def test_boilerplate_hides_no_near_copies() -> None:
    menus = words(100, 200), words(200, 300)
    pages = [menus[0], words(0, 40)], [words(0, 40), menus[1]]
    assert found(*pages) == []
    assert [(each.document, each.rule) for each in found(*pages, chrome=menus)] == [(1, "DOC402")]


@pytest.mark.parametrize(("tokens", "copies"), [(11, []), (12, [(1, "DOC402", 0)])])
def test_short_documents_are_neither_copies_nor_originals(
    tokens: int, copies: list[tuple[int, str, int]]
) -> None:
    assert told([words(0, tokens)], [words(0, tokens + 1)]) == copies
    assert told([words(0, tokens + 1)], [words(0, tokens)]) == copies


def test_a_document_is_as_short_as_what_is_no_boilerplate_in_it() -> None:
    menu = words(100, 130)
    for pages in ([menu, words(0, 11)], [words(0, 12)]), ([words(0, 12)], [menu, words(0, 11)]):
        assert found(*pages, chrome=(menu,)) == []


def test_the_threshold_is_that_of_the_settings() -> None:
    pages = [words(0, 40)], [f"{words(0, 30)} {words(50, 60)}"]
    assert told(*pages, settings=Settings(threshold=0.56)) == [(1, "DOC402", 0)]
    assert told(*pages, settings=Settings(threshold=0.57)) == []


# Which one stays


def test_copies_are_stars_and_no_chains() -> None:
    chain = [words(0, 44)], [words(4, 48)], [words(8, 52)]
    assert told(*chain) == [(1, "DOC402", 0)]
    assert told(*chain, keep="last") == [(1, "DOC402", 2)]


def test_a_near_copy_names_the_first_it_is_near_to_not_the_nearest() -> None:
    pages = [words(0, 104)], [words(16, 120)], [words(10, 114)]
    assert told(*pages) == [(2, "DOC402", 0)]
    assert told(*pages, keep="last") == [(0, "DOC402", 2), (1, "DOC402", 2)]


@pytest.mark.parametrize(
    ("keep", "copies"),
    [
        ("first", [(1, "DOC402", 0)]),
        ("longest", [(0, "DOC402", 2), (1, "DOC402", 2)]),
        ("last", [(0, "DOC402", 2), (1, "DOC402", 2)]),
    ],
)
def test_of_near_documents_the_one_that_is_to_be_kept_stays(
    keep: Keep, copies: list[tuple[int, str, int]]
) -> None:
    assert told([words(0, 42)], [words(0, 40)], [words(0, 60)], keep=keep) == copies


def test_of_documents_as_long_as_each_other_the_first_stays() -> None:
    assert told([words(1, 41)], [words(0, 40)], keep="longest") == [(1, "DOC402", 0)]


def test_the_longest_is_counted_without_boilerplate() -> None:
    menu = words(100, 130)
    pages = [menu, words(0, 40)], [words(0, 41)]
    settings = Settings(keep="longest")
    assert [each.copy for each in found(*pages, settings=settings, chrome=(menu,))] == [(1, None)]


# One document, one rule


def test_an_exact_copy_is_no_near_copy_of_another_as_well() -> None:
    assert told([words(0, 40)], [words(0, 41)], [words(0, 40)]) == [(1, "DOC402", 0), (2, "DOC401", 0)]


def test_an_exact_copy_is_nobodys_original() -> None:
    # The second is equal to the first, but where it stands only half of it was seen to be content.
    table = KeyTable()
    keys = [table.number_of(comparison_key(text)) for text in (FERRY, words(0, 40), words(0, 42))]
    bodies = [Body(keys[:2], keys[:2]), Body(keys[:2], keys[1:2]), Body(keys[2:], keys[2:])]
    copies = find_duplicate_documents(bodies, table, settings=Settings())
    assert [(each.document, each.rule) for each in copies] == [(1, "DOC401")]
    bodies[1] = Body([0, *keys[1:2]], keys[1:2])
    copies = find_duplicate_documents(bodies, table, settings=Settings(keep="last"))
    assert [(each.document, each.rule, each.copy[0]) for each in copies] == [(1, "DOC402", 2)]


def test_an_ignored_rule_is_not_replaced_by_the_other() -> None:
    pages = [words(0, 40)], [words(0, 40)], [words(0, 41)]
    assert told(*pages, settings=Settings(ignore=frozenset({"DOC401"}))) == [(2, "DOC402", 0)]
    assert told(*pages, settings=Settings(ignore=frozenset({"DOC402"}))) == [(1, "DOC401", 0)]


def test_a_copy_of_what_is_only_reported_as_near_names_that() -> None:
    pages = [words(0, 40)], [words(0, 41)], [words(0, 41)]
    assert told(*pages) == [(1, "DOC402", 0), (2, "DOC401", 1)]


def test_a_copy_of_what_is_stripped_as_near_names_what_stays() -> None:
    pages = [words(0, 40)], [words(0, 41)], [words(0, 41)]
    assert told(*pages, settings=STRIPPING_NEAR) == [(1, "DOC402", 0), (2, "DOC402", 0)]


# What is not done


def test_of_a_single_document_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "runs_of", None)
    monkeypatch.setattr(KeyTable, "token_count", None)
    assert found([FERRY, WIND]) == found() == []


def test_a_thousand_copies_are_compared_with_the_one_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = Mock(wraps=jaccard)
    monkeypatch.setattr(documents, "jaccard", compared)
    pages = [[f"{words(0, 60)} w{1000 + number}"] for number in range(1000)]
    assert told(*pages) == [(number, "DOC402", 0) for number in range(1, 1000)]
    assert compared.call_count == 999
