"""Lines of plans that the kernels spell are those that Python spells."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.corpus.columns import Columns, DocumentFacts, KeyColumns, Shingles
from dedupe.corpus.written_out import CutRows, FindingRows, Told
from dedupe.editing import cut_id
from dedupe.kernels.library import library
from dedupe.plan.canonical import canonical, finding_line
from dedupe.plan.spelling import spelled_lines
from dedupe.reading.sources import BytesSource

pytestmark = pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")

NUMBERS = st.integers(0, 2**32 - 1)
PLACES = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
Place = tuple[int, int, int, int]
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def numbers(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def corpus(names: list[str], places: list[Place], tokens: list[int]) -> Told:
    """Return documents of which the first one has all the paragraphs, each with a key of its own."""
    facts = [
        DocumentFacts(BytesSource(name, "", b""), "", 0, 0, "utf-8", "strict", False, True, "line", 0)
        for name in names
    ]
    start, end, first, last = np.array(places, dtype=np.uint32).reshape(-1, 4).T.copy()
    none32, none8 = np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint8)
    keys = KeyColumns(
        *(np.array([0, *tokens], dtype=np.uint32), none32, 0, none8),
        *(numbers(), none32, Shingles(numbers(), none32)),
    )
    key = np.arange(1, len(places) + 1, dtype=np.uint32)
    bounds = numbers(0, *[len(places)] * len(names))
    return Told(Columns(facts, bounds, start, end, first, last, none8, key, keys, {}, key))


@given(
    st.lists(NAMES, min_size=1, max_size=4, unique=True),
    st.lists(
        st.tuples(PLACES, PLACES, st.integers(0, 3), NUMBERS, st.integers(1, 10**6), st.integers(0, 10**6)),
        max_size=5,
    ),
)
def test_a_finding_is_spelled_as_python_spells_it(
    names: list[str], told: list[tuple[Place, Place, int, int, int, int]]
) -> None:
    places = [place for here, there, *_ in told for place in (here, there)]
    tokens = [count for *_, count, _, _ in told for _ in "ab"]
    rows = FindingRows(
        0,
        corpus(names, places, tokens),
        numbers(*range(0, len(places), 2)),
        numbers(*range(1, len(places), 2)),
        numbers(*(name % len(names) for _, _, name, *_ in told)),
        np.array([min(both, either) for *_, both, either in told], dtype=np.uint32),
        np.array([either for *_, either in told], dtype=np.uint32),
    )
    expected = b""
    for here, there, name, count, both, either in told:
        rule, score = ("XDP302", round(min(both, either) / either, 4)) if either else ("XDP301", 1.0)
        evidence = (("jaccard", score),) if either else (("tokens", count),)
        copies = [(names[name % len(names)], *there)]
        line = finding_line(rule, (names[0], *here), score, evidence, copies)
        assert line is not None
        expected += line + b"\n"
    assert spelled_lines(rows) == expected


@pytest.mark.parametrize(
    ("both", "either"), [(1, 3), (2, 3), (1, 1), (1, 20000), (39999, 40000), (4, 5), (1, 32)]
)
def test_a_share_has_the_digits_of_python(both: int, either: int) -> None:
    counts = (np.array([count], dtype=np.uint32) for count in (both, either))
    told = corpus(["a"], [(0, 1, 1, 1)], [1])
    lines = spelled_lines(FindingRows(0, told, numbers(0), numbers(0), numbers(0), *counts))
    assert lines is not None
    assert json.loads(lines)["score"] == round(both / either, 4)
    assert f'"score":{round(both / either, 4)!r},'.encode() in lines


@given(
    NAMES,
    st.lists(
        st.tuples(
            st.text(st.characters(max_codepoint=127), min_size=1, max_size=40),
            st.text("\n \t", min_size=1, max_size=3),
            st.integers(0, 3),
        ),
        min_size=2,
        max_size=5,
    ),
    st.text("\n \t", max_size=3),
    st.booleans(),
)
def test_a_cut_is_spelled_as_python_spells_it(
    name: str, paragraphs: list[tuple[str, str, int]], head: str, is_shifted: bool
) -> None:
    """A shifted cut takes the gap before its text, any other the one behind it; the first paragraph stays."""
    raw, places = head.encode(), []
    for text, gap, _ in paragraphs:
        line = 1 + raw.count(b"\n")
        places.append((len(raw), len(raw) + len(text), line, line + text.count("\n")))
        raw += (text + gap).encode()
    runs = [run for _, _, run in paragraphs[1:]]
    goes = range(1, len(places))
    told = [
        ("BPL201", 0.5, (("documents", number), ("position", "içi")))
        for number in goes
        if not runs[number - 1]
    ]
    rows = CutRows(
        0,
        corpus([name], places, [number + 5 for number in range(len(places))]),
        raw,
        numbers(*goes),
        np.full(len(runs), is_shifted, dtype=np.bool_),
        np.array(runs, dtype=np.int32),
        np.zeros(len(runs), dtype=np.int32),
        told,
        numbers(*range(len(told) + 1)),
        numbers(*[0] * len(told)),
    )
    expected, left = b"", list(told)
    for number, run in zip(goes, runs, strict=True):
        start, end, first, last = places[number]
        exact = ("DUP101", 1.0, (("run paragraphs", run), ("tokens", number + 5)))
        rule, score, evidence = exact if run else left.pop(0)
        behind = places[number + 1][0] if number + 1 < len(places) else len(raw)
        cut = (places[number - 1][1], end) if is_shifted else (start, behind)
        survivor = dict(zip(("start", "end", "first_line", "last_line"), places[0], strict=True))
        spelled: dict[str, object] = {
            "kind": "cut",
            "id": cut_id(name, *cut, rule, raw[slice(*cut)]),
            "document": name,
            "start": cut[0],
            "end": cut[1],
            "first_line": first,
            "last_line": last,
            "lf_line": places[number - 1][3] + 1 if is_shifted else first,
            "rule": rule,
            "score": score,
            "evidence": [list(pair) for pair in evidence],
            "survivors": [{**survivor, "document": name}],
            "text": raw[start:end].decode(),
        }
        if is_shifted:
            spelled |= {"before": raw[cut[0] : start].decode(), "lf_rotated": 1}
        else:
            spelled["after"] = raw[end : cut[1]].decode()
        expected += canonical(spelled) + b"\n"
    assert spelled_lines(rows) == expected


def test_a_name_with_a_lone_surrogate_is_left_to_the_values() -> None:
    none = np.zeros(0, dtype=np.uint32)
    rows = FindingRows(0, corpus(["\udcff"], [], []), numbers(), numbers(), numbers(), none, none)
    assert spelled_lines(rows) is None
