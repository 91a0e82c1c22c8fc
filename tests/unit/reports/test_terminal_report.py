"""The report at a terminal: an article is one screen, a corpus a few short tables, whatever its size."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_edits import edit_of, plan_of

from dedupe.model import Edit, Skipped
from dedupe.plan import NoText, WholeText, WholeTexts
from dedupe.reports import terminal
from dedupe.reports.article import ROWS_SHOWN, ArticleLayout
from dedupe.reports.html import clusters
from dedupe.reports.interface import Beside
from dedupe.reports.layout import cells
from dedupe.reports.terminal import TerminalReport, TextReporter
from dedupe.reports.wrapping import beside, hanging, words_of, wrapped

LINE = b"Paragraph %d of the log of the harbour says what the harbour master wrote.\n"


def a_page(name: str, paragraphs: int, gone: range, rule: str = "DUP101") -> Edit:
    lines = [LINE % number for number in range(paragraphs)]
    starts = [sum(map(len, lines[:number])) for number in range(paragraphs + 1)]
    made = edit_of(name, b"".join(lines), [(starts[n], starts[n + 1]) for n in gone], rule=rule)
    return replace(made, cuts=tuple(replace(cut, survivors=()) for cut in made.cuts))


def text_of(report: TerminalReport, plan: object) -> str:
    lines = report.lines(plan, Beside())  # type: ignore[arg-type]
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines)


def test_a_corpus_is_told_in_tables(tmp_path: Path) -> None:
    near = a_page("east/c.txt", 4, range(1, 2), "DUP102")
    evidence = (("jaccard", 0.875), ("only here", "so"), ("only there", "thus"))
    near = replace(near, cuts=tuple(replace(cut, evidence=evidence, id="f00") for cut in near.cuts))
    edits: list[Edit | Skipped] = [
        a_page("east/a.txt", 8, range(2, 8)),
        a_page("east/b.txt", 4, range(1, 3)),
        near,
        a_page("west/a.txt", 4, range(2), "BPL201"),
        Skipped("x", "unreadable", "gone"),
    ]
    plan = plan_of(tmp_path / "plan", edits)
    assert text_of(TerminalReport(width=80), plan) == EXPECTED, text_of(TerminalReport(width=80), plan)
    pieces: list[bytes] = []
    TextReporter().render(plan, pieces.append)
    assert b"".join(pieces).decode() == EXPECTED + "\n"


EXPECTED = """\
4 documents, 12 paragraphs: 11 removed, 814 bytes of 1.5 kB (55 %)

by rule                    removed  reported  characters
  DUP101 exact repeat            8                   584
  DUP102 near repeat             1                    73
  BPL201 site boilerplate        2                   146

largest clusters
  2 DUP101 Paragraph 2 of the log of the harbour says what the harbour master w…
  2 DUP101 Paragraph 1 of the log of the harbour says what the harbour master w…

sites that lost most  documents  removed  share
  east                        3        9   56 %
  west                        1        2   50 %

documents that lost most  removed       size  share
  east/a.txt                    6  444 bytes   75 %
  east/b.txt                    2  148 bytes   50 %
  west/a.txt                    2  148 bytes   50 %
  east/c.txt                    1   74 bytes   25 %

near repeats, the least alike
  0.88 east/c.txt:2 DUP102, id f00 [-so-] {+thus+}

not cleaned: 1 input that should have been read"""


@pytest.mark.parametrize("width", [20, 40, 60, 80, 132])
def test_no_line_is_wider_than_asked_for(tmp_path: Path, width: int) -> None:
    edits = [a_page(f"site {n}/{'x' * n}{n}.txt", 20, range(n), "DUP102") for n in range(1, 15)]
    plan = plan_of(tmp_path / "plan", edits)
    lines = text_of(TerminalReport(width=width), plan).split("\n")
    assert max(map(cells, lines)) <= width, "\n".join(lines)
    document = next(plan.documents())
    for text in (NoText("x", "gone"), WholeText(document, edits[0].raw)):
        shown = ArticleLayout(width=width, whole=False).lines(document, text)
        assert max(cells("".join(span.text for span in line)) for line in shown) <= width


def test_a_report_of_many_removals_is_as_short_and_holds_as_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is held at most is reached by fewer.
    monkeypatch.setattr(clusters, "PLACES_SHOWN", 3)
    shown, peaks = [], []
    for times in (1, 8):
        plan = plan_of(tmp_path / "plan", [a_page(f"s{n % 5}/{n}", 60, range(50)) for n in range(20 * times)])
        tracemalloc.start()
        shown.append(text_of(TerminalReport(width=80), plan))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert len(shown[0].split("\n")) == len(shown[1].split("\n"))
    assert peaks[1] < 1.5 * peaks[0]


def test_a_single_article_with_very_many_removals_is_told_in_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(tmp_path / "plan", [a_page("a", 60, range(50))])
    assert text_of(TerminalReport(width=80), plan).startswith("a: 50 of 3 paragraphs removed, ")
    monkeypatch.setattr(terminal, "ARTICLE_CUTS", 10)
    assert text_of(TerminalReport(width=80), plan).startswith("1 document, 3 paragraphs: 50 removed, ")


def test_an_article_is_one_screen_and_tells_what_is_missing(tmp_path: Path) -> None:
    edit = a_page("a", 500, range(1, 500, 2))
    plan = plan_of(tmp_path / "plan", [edit])
    document = next(plan.documents())
    layout = ArticleLayout(width=80, whole=False)
    lines = list(layout.lines(document, WholeTexts(plan, given={"a": edit.raw}).of(document)))
    assert len(lines) == ROWS_SHOWN + 3
    assert lines[-1][0].text == "and 460 more paragraphs (-v shows all)"
    whole = ArticleLayout(width=80, whole=True).lines(document, WholeText(document, edit.raw))
    assert sum(1 for _ in whole) == 502


@given(st.text(max_size=80), st.integers(8, 40))
def test_wrapped_words_fit_and_none_is_lost(text: str, width: int) -> None:
    words = words_of(text, "gone")
    lines = list(wrapped(words, width))
    assert all(sum(cells(span.text) for span in line) <= width for line in lines)
    shown = "".join(span.text for line in lines for span in line)
    assert shown.replace(" ", "") == "".join(word.text for word in words).replace(" ", "")


@given(st.text(max_size=40), st.text(max_size=40), st.integers(20, 60))
def test_terms_and_columns_fit(left: str, right: str, width: int) -> None:
    column = (width - 3) // 2
    blocks = [list(wrapped(words_of(text), column)) for text in (left, right)]
    for line in beside(blocks[0], blocks[1], column):
        assert sum(cells(span.text) for span in line) <= max(width, 2 * 8 + 3)
    for line in hanging(words_of(left)[0] if left.split() else words_of("x")[0], right, width, indent=26):
        assert sum(cells(span.text) for span in line) <= width
