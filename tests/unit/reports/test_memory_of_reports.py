"""A report holds no more of a plan than it must, however much one document lost."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from made_edits import edit_of, plan_of

from dedupe.plan import Plan, PlannedCut
from dedupe.reporters import REPORTER_BY_NAME

CUTS = 2_500
LINE = b"The harbour master said so again, and everybody who stood on the pier wrote it down once more for the paper.\n"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The plan of one document that lost very many paragraphs, each between others that stay."""
    unit = LINE + b"stays\n"
    ranges = [(number * len(unit), number * len(unit) + len(LINE)) for number in range(CUTS)]
    return plan_of(tmp_path_factory.mktemp("plan") / "plan", [edit_of("a", unit * CUTS, ranges)])


def test_so_much_would_be_held_if_all_cuts_were(plan: Plan) -> None:
    assert _peak_of(lambda: [list(plan.documents())]) > 3_000_000


@pytest.mark.parametrize("name", sorted(REPORTER_BY_NAME.keys() - {"html", "text"}))
def test_the_cuts_of_a_document_are_not_held_together(plan: Plan, name: str) -> None:
    REPORTER_BY_NAME[name].render(plan, lambda _: None)  # what is imported and compiled counts for nobody
    written = 0

    def count(piece: bytes) -> None:
        nonlocal written
        written += len(piece)

    assert _peak_of(lambda: REPORTER_BY_NAME[name].render(plan, count)) < 1_500_000
    assert written > 100


def test_a_report_at_a_terminal_holds_as_little_and_is_one_screen(plan: Plan) -> None:
    pieces: list[bytes] = []
    REPORTER_BY_NAME["text"].render(plan, pieces.append)
    # Each cut is a cluster of its own here, and of the clusters some thousand are held.
    assert _peak_of(lambda: REPORTER_BY_NAME["text"].render(plan, len)) < 2_500_000
    assert b"".join(pieces).count(b"\n") < 40


def test_documents_may_be_walked_through_without_looking_at_what_follows_them(plan: Plan) -> None:
    assert [document.name for document, _ in plan.walk()] == ["a"]
    ((_, following),) = _held(plan)
    assert len(following) == CUTS
    assert all(isinstance(each, PlannedCut) for each in following)


def _held(plan: Plan) -> Iterator[tuple[object, list[object]]]:
    for document, following in plan.walk():
        yield document, list(following)


def _peak_of(act: object) -> int:
    assert callable(act)
    tracemalloc.start()
    act()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
