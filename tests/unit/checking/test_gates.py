from __future__ import annotations

from collections import Counter

import pytest

from dedupe.checking.gates import Gate, GateResult, Gates, Section

ALL = Gate("max-duplicates", 3)
SHARE = Gate("max-share", 10)
NEWS = Section("news", (Gate("max-duplicates", 1, where="news"),))
QUIET = Section("quiet", ignored=frozenset({"BPL202"}))


def results(gates: Gates, *documents: tuple[str, int]) -> dict[str, float]:
    """Return what each gate counted after documents at these paths with so many duplicates of ten characters."""
    for path, count in documents:
        terms = gates.terms(path, path)
        counted = Counter({"DUP101": count})
        gates.add(terms, counted=counted, new=count, gone_characters=10 * count, characters=100)
    return {result.gate.name: result.actual for result in gates.results()}


def test_a_file_counts_where_its_gate_is() -> None:
    gates = Gates([ALL, SHARE], sections=[NEWS])
    assert results(gates, ("news", 2), ("other", 1)) == {
        "max-duplicates": 1,
        "max-share": 15.0,
        'max-duplicates for "news"': 2,
    }


def test_gates_of_paths_that_nothing_fits_are_left_out_and_others_stay() -> None:
    assert results(Gates([ALL], sections=[NEWS]), ("other", 1)) == {"max-duplicates": 1}
    assert results(Gates([ALL], sections=[NEWS]), ("news", 1)) == {
        "max-duplicates": 0,
        'max-duplicates for "news"': 1,
    }


def test_a_fallback_holds_where_no_gate_does() -> None:
    gates = Gates([], fallback=[Gate("max-duplicates", 0)], sections=[NEWS])
    assert results(gates, ("news", 1), ("other", 2)) == {"max-duplicates": 2, 'max-duplicates for "news"': 1}
    gates = Gates([], fallback=[Gate("max-duplicates", 0)], sections=[NEWS])
    assert results(gates, ("news", 1)) == {'max-duplicates for "news"': 1}


def test_rules_are_ignored_where_a_section_says_so() -> None:
    gates = Gates([ALL], sections=[QUIET])
    assert gates.terms("quiet", "quiet").ignored == {"BPL202"}
    assert gates.terms("other", "other").ignored == frozenset()


@pytest.mark.parametrize(
    ("gate", "actual", "failed"),
    [
        (Gate("max-duplicates", 3), 3, False),
        (Gate("max-duplicates", 3), 4, True),
        (Gate("max-share", 0), 0.0, False),
        (Gate("max-share", 0), 0.0001, True),
        (Gate("max-new", 0), 0, False),
    ],
)
def test_as_much_as_the_limit_passes(gate: Gate, actual: float, failed: bool) -> None:
    assert GateResult(gate, actual).failed is failed


def test_the_share_of_nothing_is_nothing() -> None:
    gates = Gates([SHARE])
    terms = gates.terms("a", "a")
    gates.add(terms, counted=Counter(), new=0, gone_characters=0, characters=0)
    assert [result.actual for result in gates.results()] == [0.0]
