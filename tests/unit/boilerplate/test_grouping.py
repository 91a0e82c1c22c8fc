"""Pages are of one site when they share their chrome, where nobody says so."""

from __future__ import annotations

from dedupe import Document, Settings, clean
from dedupe.boilerplate.grouping import MIN_SHARED_PAIRS, groups_by_chrome
from dedupe.settings import GroupBy

CHROME = list(range(1, 6))


def page(number: int, chrome: list[int], own: int = 4) -> list[int]:
    return [*chrome, *range(1000 * number, 1000 * number + own)]


def test_no_documents_make_no_groups() -> None:
    assert groups_by_chrome([]) == []


def test_pages_with_the_same_chrome_are_of_one_site() -> None:
    other = [each + 100 for each in CHROME]
    pages = [page(1, CHROME), page(2, other), page(3, CHROME), page(4, other)]
    assert groups_by_chrome(pages) == [[0, 2], [1, 3]]


def test_the_same_lines_in_another_order_are_no_chrome() -> None:
    assert groups_by_chrome([page(1, CHROME), page(2, CHROME[::-1])]) == [[0], [1]]


def test_a_long_page_is_of_the_site_by_enough_of_its_chrome() -> None:
    chrome = list(range(1, MIN_SHARED_PAIRS + 1))
    assert groups_by_chrome([page(1, chrome), page(2, chrome, own=500)]) == [[0, 1]]
    assert groups_by_chrome([page(1, CHROME), page(2, CHROME, own=500)]) == [[0], [1]]


def test_pages_that_say_nothing_stand_alone() -> None:
    assert groups_by_chrome([[], []]) == [[0], [1]]


def story(topic: str) -> str:
    return (
        f"The council talked about the {topic} until midnight, and then sent for the man who built the {topic}, who "
        f"said that no {topic} in the whole valley had ever been paid for by those who asked for it."
    )


def cut_from(group_by: GroupBy, *, label: str = "") -> set[str]:
    documents = [
        Document(
            f"{paper}{topic}", f"{paper}\nTides\n{story(f'{paper} {topic}')}\nBack to the {paper}\n", label
        )
        for paper in ("Courier", "Herald")
        for topic in ("bridge", "ferry", "lock")
    ]
    results = clean(documents, settings=Settings(group_by=group_by)).results
    return {cut.text for edit in results for cut in getattr(edit, "cuts", ()) if cut.rule == "BPL201"}


def test_pages_of_two_papers_in_one_heap_are_told_apart() -> None:
    assert cut_from("auto") == {"Courier", "Herald", "Tides", "Back to the Courier", "Back to the Herald"}
    assert cut_from("auto", label="one.example") == cut_from("corpus")
