"""What a site puts on its pages, by the votes of its documents."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from dedupe.boilerplate.evidence import PARTS
from dedupe.boilerplate.frequency import Page, find_site_boilerplate
from dedupe.boilerplate.scoring import weights
from dedupe.fingerprinting import KeyTable
from dedupe.normalizing import comparison_key

TOPICS = [
    "ferries",
    "bridges",
    "schools",
    "markets",
    "churches",
    "orchards",
    "mines",
    "canals",
    "theatres",
    "mills",
]


def prose(topic: str, part: str = "first") -> str:
    """Return a long paragraph that no other topic or part has."""
    return (
        f"In the {part} part of this story on {topic} the people of {topic} tell how {topic} came to the valley, what "
        f"{topic} cost them, who paid for {topic} in the end and why nobody there wants to hear of {topic} any more."
    )


def found(*documents: Sequence[str]) -> list[list[str]]:
    """Return the paragraphs of each document that are the site's."""
    table = KeyTable()
    numbered = [[table.number_of(comparison_key(text)) for text in document] for document in documents]
    judged = find_site_boilerplate(
        numbered,
        [
            Page([text.endswith(".") for text in document], [0] * len(document), is_scraped=False)
            for document in documents
        ],
        key=table.key,
        token_count=table.token_count,
        choice="careful",
    )
    return [
        [document[place] for place in sorted(each)] for document, each in zip(documents, judged, strict=True)
    ]


def pages(*top: str, bottom: Sequence[str] = (), count: int = 6) -> list[list[str]]:
    return [[*top, prose(topic), prose(topic, "second"), *bottom] for topic in TOPICS[:count]]


def test_unrelated_articles_lose_nothing() -> None:
    assert found(*pages()) == [[]] * 6


def test_a_document_alone_loses_nothing() -> None:
    assert found(["Home", "News", prose("ferries")]) == [[]]


def test_no_documents_have_no_boilerplate() -> None:
    assert found() == []


def test_the_chrome_of_six_pages_goes() -> None:
    assert found(*pages("Home", "News", bottom=["Contact us"])) == [["Home", "News", "Contact us"]] * 6


def test_the_same_line_in_two_of_ten_pages_stays() -> None:
    documents = pages(count=10)
    for page in documents[:2]:
        page.insert(0, "Archive")
    assert found(*documents) == [[]] * 10


def test_a_line_repeated_in_one_page_has_one_vote() -> None:
    documents = pages()
    documents[0] += ["Goal!"] * 9
    assert found(*documents) == [[]] * 6


def test_digits_in_short_lines_do_not_count() -> None:
    documents = pages()
    for number, page in enumerate(documents, 1):
        page.append(f"Page {number} of 6")
    assert found(*documents) == [[f"Page {number} of 6"] for number in range(1, 7)]


def test_lines_of_digits_alone_are_not_the_same_line() -> None:
    documents = pages()
    for number, page in enumerate(documents, 1):
        page.append(f"{number}0 : {number}")
    assert found(*documents) == [[]] * 6


def test_a_line_within_the_prose_with_other_neighbours_stays() -> None:
    documents = [[prose(topic), "He laughed.", prose(topic, "second")] for topic in TOPICS[:6]]
    assert found(*documents) == [[]] * 6


def test_a_teaser_in_a_third_of_the_pages_stays() -> None:
    documents = pages(count=9)
    for page in documents[:3]:
        page.append(prose("lighthouses"))
    assert found(*documents) == [[]] * 9


def test_a_long_paragraph_in_half_of_the_pages_goes() -> None:
    documents = pages(count=10)
    for page in documents[:5]:
        page.append(prose("lighthouses"))
    assert found(*documents) == [[prose("lighthouses")]] * 5 + [[]] * 5


def test_a_long_paragraph_in_four_of_four_pages_stays() -> None:
    documents = [[*page, prose("lighthouses"), f"{page[0][:40]} end"] for page in pages(count=4)]
    assert found(*documents) == [[]] * 4


def test_copies_of_one_article_have_one_vote() -> None:
    article = ["Ferries", "By a reporter", prose("ferries"), prose("ferries", "second"), "Read by many"]
    documents = [article] * 4 + pages(count=8)[1:]
    assert found(*documents) == [[]] * 11


def test_two_pages_that_share_their_first_sentences_keep_them() -> None:
    lead = "The harbour office said on Monday that the ferry will not run for at least a week."
    more = "Passengers who hold a ticket for that week may travel on any other crossing, it said."
    assert found([lead, more, prose("ferries")], [lead, more, prose("bridges")]) == [[], []]


def test_a_paragraph_without_a_word_is_never_the_sites() -> None:
    assert found(*pages("***", bottom=["---"])) == [[]] * 6


def test_the_order_of_the_documents_does_not_matter() -> None:
    documents = pages("Home", bottom=["Page 1 of 2", "Contact us"], count=4)
    documents[0].append("Page 3 of 4")
    expected = dict(zip(map(tuple, documents), found(*documents), strict=True))
    for order in itertools.permutations(documents):
        assert dict(zip(map(tuple, order), found(*order), strict=True)) == expected


def test_a_removed_line_tells_how_the_site_voted() -> None:
    table = KeyTable()
    documents = [
        [table.number_of(comparison_key(text)) for text in page] for page in pages("Home", "News", count=4)
    ]
    shown = [Page([False] * len(document), [0] * len(document), is_scraped=False) for document in documents]
    judged = find_site_boilerplate(
        documents, shown, key=table.key, token_count=table.token_count, choice="careful"
    )
    dropped = judged[0][0]
    evidence = dict(dropped.evidence)
    assert (dropped.rule, dropped.survivors, evidence["documents"], evidence["of"]) == ("BPL201", (), 4, 4)
    assert 0.9 < dropped.score <= 1
    parts = [value for name, value in dropped.evidence if name in PARTS]
    assert evidence["points"] == weights().base + sum(int(points) for points in parts)


@pytest.mark.parametrize("count", [300])
def test_one_long_paragraph_in_all_of_many_pages_is_counted_once_a_page(count: int) -> None:
    documents = [[f"Title of page {n}", prose(f"page{n}"), prose("ferries")] for n in range(count)]
    assert all(prose("ferries") in each for each in found(*documents))


@pytest.mark.parametrize("carriers", [3, 4])
def test_an_article_that_a_few_pages_carry_with_a_paragraph_of_their_own_stays(carriers: int) -> None:
    article = [prose("wires"), prose("wires", "second"), prose("wires", "third")]
    carried = [["Wire story", *article, prose(topic, "own")] for topic in TOPICS[:carriers]]
    others = [[prose(topic), prose(topic, "second")] for topic in TOPICS[carriers:]]
    assert [gone for page in found(*carried, *others) for gone in page if gone != "Wire story"] == []
