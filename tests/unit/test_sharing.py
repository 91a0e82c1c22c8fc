"""Which paragraphs stand in another document too."""

from __future__ import annotations

import pytest

from dedupe import candidates
from dedupe.fingerprinting import KeyTable
from dedupe.normalizing import comparison_key
from dedupe.settings import Settings
from dedupe.sharing import find_shared_paragraphs

FERRY = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."
WIND = "The harbour office expects the wind to drop on Saturday evening and the first boat to leave at six."
BRIDGE = (
    "The council said on Tuesday evening that the old bridge across the narrow river would stay closed to all "
    "heavy traffic until the engineers have finished their long and costly repairs to the northern arch."
)
STRIPPING = Settings(strip=frozenset({"XDP301", "XDP302"}))


def shared(
    *documents: list[str], settings: Settings | None = None
) -> list[tuple[int, int | None, str, tuple[int, int | None]]]:
    table = KeyTable()
    numbered = [
        [(place, table.number_of(comparison_key(text))) for place, text in enumerate(document)]
        for document in documents
    ]
    found = find_shared_paragraphs(
        numbered,
        table,
        settings=settings or Settings(),
        raw_text=lambda document, place: documents[document][place],
    )
    return [(each.document, each.paragraph, each.rule, each.copy) for each in found]


def test_a_paragraph_of_an_earlier_document_is_shared() -> None:
    assert shared([WIND, FERRY], ["Own.", FERRY], [FERRY]) == [
        (1, 1, "XDP301", (0, 1)),
        (2, 0, "XDP301", (0, 1)),
    ]


def test_a_repeat_within_a_document_is_not_shared() -> None:
    assert shared([FERRY, FERRY], [WIND]) == []


def test_short_paragraphs_are_not_shared() -> None:
    assert (
        shared(
            ["The ferry will not run on Friday because of the storm"],
            ["The ferry will not run on Friday because of the storm"],
        )
        == []
    )


def test_a_near_paragraph_is_told_with_its_first_kind() -> None:
    near = BRIDGE.replace("finished", "completed")
    assert shared([BRIDGE], [WIND, near], [near]) == [(1, 1, "XDP302", (0, 0)), (2, 0, "XDP301", (1, 1))]


def test_what_is_only_reported_may_differ_in_a_name() -> None:
    assert shared([BRIDGE], [BRIDGE.replace("Tuesday", "Friday")]) == [(1, 0, "XDP302", (0, 0))]


def test_what_is_stripped_may_not() -> None:
    assert shared([BRIDGE], [BRIDGE.replace("Tuesday", "Friday")], settings=STRIPPING) == []


def test_what_is_stripped_is_nobodys_survivor() -> None:
    near = BRIDGE.replace("finished", "completed")
    assert shared([BRIDGE], [near], [near], settings=STRIPPING) == [
        (1, 0, "XDP302", (0, 0)),
        (2, 0, "XDP302", (0, 0)),
    ]


def test_ignored_rules_find_nothing() -> None:
    near = BRIDGE.replace("finished", "completed")
    documents = [[BRIDGE, FERRY], [near, FERRY]]
    assert shared(*documents, settings=Settings(ignore=frozenset({"XDP302"}))) == [(1, 1, "XDP301", (0, 1))]
    assert shared(*documents, settings=Settings(ignore=frozenset({"XDP301"}))) == [(1, 0, "XDP302", (0, 0))]


def test_a_large_corpus_is_searched_by_lsh_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [[BRIDGE, WIND], [FERRY], [BRIDGE.replace("finished", "completed"), FERRY]]
    expected = shared(*documents)
    monkeypatch.setattr(candidates, "MAX_EXACT_PARAGRAPHS", 0)
    assert shared(*documents) == expected == [(2, 0, "XDP302", (0, 0)), (2, 1, "XDP301", (1, 0))]
