"""Lines of plans that the kernels spell are those that Python spells."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.corpus.written_out import CutRows, FindingRows
from dedupe.editing import cut_id
from dedupe.kernels.library import library
from dedupe.plan.canonical import canonical, finding_line
from dedupe.plan.spelling import spelled_lines

pytestmark = pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")

NUMBERS = st.integers(0, 2**32 - 1)
PLACES = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def as_places(places: list[tuple[int, int, int, int]]) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    return np.array(places, dtype=np.uint32).reshape(len(places), 4)


@given(
    NAMES,
    st.lists(
        st.tuples(PLACES, PLACES, NAMES, NUMBERS, st.integers(1, 10**6), st.integers(0, 10**6)), max_size=5
    ),
)
def test_a_finding_is_spelled_as_python_spells_it(
    document: str,
    told: list[tuple[tuple[int, int, int, int], tuple[int, int, int, int], str, int, int, int]],
) -> None:
    names = sorted({name for _, _, name, _, _, _ in told})
    rows = FindingRows(
        document,
        as_places([here for here, *_ in told]),
        as_places([there for _, there, *_ in told]),
        names,
        np.array([names.index(name) for _, _, name, *_ in told], dtype=np.uint32),
        np.array([tokens for *_, tokens, _, _ in told], dtype=np.uint32),
        np.array([min(both, either) for *_, both, either in told], dtype=np.uint32),
        np.array([either for *_, either in told], dtype=np.uint32),
    )
    expected = b""
    for here, there, name, tokens, both, either in told:
        rule, score = ("XDP302", round(min(both, either) / either, 4)) if either else ("XDP301", 1.0)
        evidence = (("jaccard", score),) if either else (("tokens", tokens),)
        line = finding_line(rule, (document, *here), score, evidence, [(name, *there)])
        assert line is not None
        expected += line + b"\n"
    assert spelled_lines(rows) == expected


@pytest.mark.parametrize(
    ("both", "either"), [(1, 3), (2, 3), (1, 1), (1, 20000), (39999, 40000), (4, 5), (1, 32)]
)
def test_a_share_has_the_digits_of_python(both: int, either: int) -> None:
    rows = FindingRows(
        "a",
        as_places([(0, 1, 1, 1)]),
        as_places([(0, 1, 1, 1)]),
        ["b"],
        np.zeros(1, dtype=np.uint32),
        np.zeros(1, dtype=np.uint32),
        np.array([both], dtype=np.uint32),
        np.array([either], dtype=np.uint32),
    )
    lines = spelled_lines(rows)
    assert lines is not None
    assert json.loads(lines)["score"] == round(both / either, 4)
    assert f'"score":{round(both / either, 4)!r},'.encode() in lines


@given(
    NAMES,
    st.lists(st.text(st.characters(max_codepoint=127), min_size=1, max_size=40), min_size=1, max_size=4),
    st.lists(st.text("\n \t", min_size=1, max_size=3), min_size=5, max_size=5),
    st.booleans(),
)
def test_a_cut_is_spelled_as_python_spells_it(
    document: str, texts: list[str], gaps: list[str], is_shifted: bool
) -> None:
    """A shifted cut takes the gap before its text, any other the one behind it."""
    raw = gaps[0].encode()
    places, ranges = [], []
    for number, (text, gap) in enumerate(zip(texts, gaps[1:], strict=False), start=1):
        start, end = len(raw), len(raw) + len(text)
        raw += (text + gap).encode()
        places.append((start, end, number, number))
        before = len(gaps[number - 1])
        ranges.append((start - before, end) if is_shifted else (start, len(raw)))
    told = [("DUP101", 1.0, (("run paragraphs", 2), ("tokens", number))) for number in range(len(texts))]
    rows = CutRows(
        document,
        raw,
        as_places(places),
        np.array(ranges, dtype=np.uint32),
        np.arange(7, 7 + len(texts), dtype=np.uint32),
        told,
        np.arange(len(texts) + 1, dtype=np.int64),
        as_places(places[:1] * len(texts)),
    )
    expected = b""
    for row, (rule, score, evidence) in enumerate(told):
        (start, end), (text_start, text_end, first, last) = ranges[row], places[row]
        gap = ("before", raw[start:text_start]) if is_shifted else ("after", raw[text_end:end])
        survivor = dict(zip(("start", "end", "first_line", "last_line"), places[0], strict=True))
        line: dict[str, object] = {
            "kind": "cut",
            "id": cut_id(document, start, end, rule, raw[start:end]),
            "document": document,
            "start": start,
            "end": end,
            "first_line": first,
            "last_line": last,
            "lf_line": row + 7,
            "rule": rule,
            "score": score,
            "evidence": [list(pair) for pair in evidence],
            "survivors": [{**survivor, "document": document}],
            "text": raw[text_start:text_end].decode(),
        }
        line[gap[0]] = gap[1].decode()
        if is_shifted:
            line["lf_rotated"] = 1
        expected += canonical(line) + b"\n"
    assert spelled_lines(rows) == expected


def test_a_name_with_a_lone_surrogate_is_left_to_the_values() -> None:
    empty, none = as_places([]), np.zeros(0, dtype=np.uint32)
    assert spelled_lines(FindingRows("\udcff", empty, empty, [], none, none, none, none)) is None
