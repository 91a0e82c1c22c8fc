"""The library: documents in memory in, edits and totals out."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedupe
from dedupe import Document, Settings, clean, restore
from dedupe.errors import DedupeError, UsageError
from dedupe.model import Edit, Totals
from dedupe.settings import RULES

FERRY = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."
WIND = "The harbour office expects the wind to drop on Saturday evening and the first boat to leave at six."
BRIDGE = (
    "The council said on Tuesday evening that the old bridge across the narrow river would stay closed to all "
    "heavy traffic until the engineers have finished their long and costly repairs to the northern arch."
)
PIECES = (
    *(FERRY, WIND, f"{FERRY} {WIND}", BRIDGE, BRIDGE.replace("finished", "completed")),
    *("Yes.", "Newsletter", "42", "#fff", ""),
)


def edits(*texts: str, settings: Settings | None = None) -> list[Edit]:
    documents = [Document(f"{number}", text) for number, text in enumerate(texts)]
    results = clean(documents, settings=settings).results
    return [result for result in results if isinstance(result, Edit)]


def test_a_repeat_goes_and_the_rest_stays_as_it_was() -> None:
    (edit,) = edits(f"{FERRY}\r\n\r\nMore\u2028follows.\r\n{FERRY}\r\n")
    assert edit.cleaned_text == f"{FERRY}\r\n\r\nMore\u2028follows.\r\n"


def test_restore_gives_the_original_back() -> None:
    text = f"\n{FERRY}\nMore \udcff follows.\n{FERRY}"
    (edit,) = edits(text)
    assert edit.cuts
    assert restore(edit) == text


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["\n", "\n\n", "\r\n", "\r"]))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_a_second_cleaning_changes_nothing_and_all_is_restored(pieces: list[str], gap: str) -> None:
    text = gap.join(pieces)
    (edit,) = edits(text)
    assert restore(edit) == text
    (again,) = edits(edit.cleaned_text)
    assert again.cuts == ()


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6), max_size=5))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_every_repeat_names_a_copy_that_stays(pages: list[list[str]]) -> None:
    everything = Settings(strip=frozenset(rule.code for rule in RULES))
    made = edits(*("\n".join(page) for page in pages), settings=everything)
    gone = {(each.name, cut.start, cut.end) for each in made for cut in each.cuts}
    raw = {each.name: each.raw for each in made}
    dropped = {each.name for each in made if each.dropped}
    for cut in [cut for each in made for cut in each.cuts if not cut.rule.startswith("BPL")]:
        assert cut.survivors
        for place in cut.survivors:
            assert place.document not in dropped
            hits = [g for g in gone if g[0] == place.document and g[1] <= place.start and place.end <= g[2]]
            assert cut.rule.startswith("DOC") or hits == []
            assert raw[place.document][place.start : place.end].strip() or cut.rule.startswith("DOC")


def test_results_do_not_depend_on_the_order_of_documents() -> None:
    documents = [
        Document("a", FERRY),
        Document("b", f"{FERRY}\n{WIND}\n"),
        Document("c", f"{WIND}\nx\n{WIND}\n"),
    ]
    outcomes = [clean(order) for order in itertools.permutations(documents)]
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_results_come_in_byte_order_of_names() -> None:
    outcome = clean([Document(name, FERRY) for name in ("b", "\u00e9", "a", "Z")])
    assert [result.name for result in outcome.results] == ["Z", "a", "b", "\u00e9"]


def test_totals_are_those_of_all_documents() -> None:
    outcome = clean([Document("a", f"{FERRY}\nx\n{FERRY}\n"), Document("b", "y\n")])
    assert outcome.totals == Totals(
        documents=2,
        paragraphs=4,
        bytes_in=2 * len(FERRY) + 4 + 2,
        bytes_out=len(FERRY) + 3 + 2,
        removed=Counter(DUP101=1),
        removed_characters=Counter(DUP101=len(FERRY)),
    )


def test_two_documents_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match=r"^two documents have the name 'a'; give each its own$"):
        clean([Document("a", ""), Document("a", "")])


def test_no_documents_have_no_results() -> None:
    assert clean([]) == dedupe.Outcome((), Totals())


def test_documents_may_come_one_by_one() -> None:
    assert len(clean(Document(f"{number}", "") for number in range(3)).results) == 3


def site(count: int, *groups: str) -> list[Document]:
    topics = ["ferries", "bridges", "schools", "markets"]
    return [
        Document(
            f"{group}{topic}",
            f"Home of the Echo\nIn this story on {topic} the people of the valley tell how {topic} came to them, what "
            f"{topic} cost and why nobody there wants to hear of {topic} any more this year.\nMade in Eastmere\n",
            group,
        )
        for group in groups or ("",)
        for topic in topics[:count]
    ]


def lost(documents: list[Document], **changed: str) -> set[str]:
    outcome = clean(documents, settings=Settings(**changed))  # type: ignore[arg-type]
    return {cut.text for result in outcome.results if isinstance(result, Edit) for cut in result.cuts}


def test_documents_without_a_group_are_one_group() -> None:
    assert lost(site(4)) == {"Home of the Echo", "Made in Eastmere"}


def test_groups_vote_apart() -> None:
    assert lost(site(1, "a", "b", "c", "d")) == set()


def test_a_corpus_may_vote_as_one() -> None:
    documents = [Document(f"{number}", each.text, f"{number}") for number, each in enumerate(site(4))]
    assert (lost(documents), lost(documents, group_by="corpus")) == (
        set(),
        {"Home of the Echo", "Made in Eastmere"},
    )


def test_nobody_votes_without_groups() -> None:
    assert lost(site(4), group_by="none") == set()


def test_errors_are_of_one_family() -> None:
    assert issubclass(UsageError, DedupeError)


def test_the_package_offers_its_public_names_and_no_other() -> None:
    assert all(getattr(dedupe, name) is not None for name in dedupe.__all__)
    with pytest.raises(AttributeError, match="module 'dedupe' has no attribute 'nothing'"):
        dedupe.nothing  # noqa: B018
