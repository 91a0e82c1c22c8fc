"""Cleaning what is clean removes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cleaning import UNGROUPED_RULES, clean_bytes, edits_of
from hypothesis import given
from hypothesis import strategies as st
from strategies import corpora, mosaics, pages, raw_pages, runs, texts

from dedupe import Document, Settings, clean
from dedupe.cutting import put_back
from dedupe.pipeline import prepare
from dedupe.reading import discover
from dedupe.reading.sources import BytesSource
from dedupe.settings import SegmentationChoice

FIXTURES = Path(__file__).parents[2] / "fixtures"


def second_cuts(
    documents: list[Document], settings: Settings = UNGROUPED_RULES
) -> list[tuple[str, str, str]]:
    """Return what a second run takes out of what the first one left."""
    first = edits_of(clean(documents, settings=settings).results)
    groups = {document.name: document.group for document in documents}
    cleaned = [Document(edit.name, edit.cleaned_text, groups[edit.name]) for edit in first]
    second = edits_of(clean(cleaned, settings=settings).results)
    return [(cut.document, cut.rule, cut.text) for edit in second for cut in edit.cuts]


@given(texts())
def test_a_second_run_on_a_page_removes_nothing(text: str) -> None:
    assert second_cuts([Document("page", text)]) == []


@given(pages())
def test_a_second_run_on_an_ugly_page_removes_nothing(text: str) -> None:
    assert second_cuts([Document("page", text)]) == []


@given(mosaics())
def test_a_second_run_on_paragraphs_made_of_each_other_removes_nothing(text: str) -> None:
    assert second_cuts([Document("page", text)]) == []


@given(runs())
def test_a_second_run_on_runs_of_repeats_removes_nothing(text: str) -> None:
    assert second_cuts([Document("page", text)]) == []


@given(corpora())
def test_a_second_run_on_a_corpus_removes_nothing(documents: list[Document]) -> None:
    assert second_cuts(documents) == []


@given(st.lists(raw_pages(), min_size=1, max_size=2), st.sampled_from(["auto", "line", "blank-line"]))
def test_a_second_run_on_the_bytes_of_a_page_removes_nothing(
    raws: list[bytes], paragraphs: SegmentationChoice
) -> None:
    settings = Settings(ignore=UNGROUPED_RULES.ignore, paragraphs=paragraphs)
    contents = {str(number): raw for number, raw in enumerate(raws)}
    for edit in edits_of(clean_bytes(contents, settings=settings)):
        as_before = replace(settings, encoding=edit.encoding)
        for again in edits_of(clean_bytes({edit.name: edit.cleaned}, settings=as_before)):
            assert again.cuts == ()
            assert again.cleaned == edit.cleaned


@given(st.one_of(texts(), mosaics()), st.sampled_from((0.3, 0.5, 0.65, 0.9, 1.0)))
def test_a_second_run_removes_nothing_at_any_threshold(text: str, threshold: float) -> None:
    settings = Settings(ignore=UNGROUPED_RULES.ignore, threshold=threshold)
    assert second_cuts([Document("page", text)], settings) == []


@given(texts(), st.sets(st.sampled_from(["DUP101", "DUP102", "DUP103", "BPL202", "BPL203"])))
def test_a_second_run_removes_nothing_when_some_rules_only_report(text: str, reported: set[str]) -> None:
    settings = Settings(strip=Settings().strip - reported, ignore=UNGROUPED_RULES.ignore)
    assert second_cuts([Document("page", text)], settings) == []


@pytest.mark.parametrize(
    "folder", ["", "duplicates", "editions", "encodings", "lookalikes", "near", "scripts", "site", "wrapped"]
)
def test_a_second_run_on_the_fixtures_removes_nothing(folder: str) -> None:
    sources = discover([FIXTURES / folder]).sources
    first = edits_of(prepare(sources, settings=Settings()).edits())
    assert folder in ("editions", "lookalikes", "near") or any(edit.cuts for edit in first)
    groups = {source.name: source.group for source in sources}
    cleaned = [BytesSource(edit.name, groups[edit.name], edit.cleaned) for edit in first]
    second = edits_of(prepare(cleaned, settings=Settings()).edits())
    assert [edit.name for edit in second] == [edit.name for edit in first]
    assert [(cut.document, cut.rule, cut.text) for edit in second for cut in edit.cuts] == []


def test_every_fixture_is_put_back_from_what_stays_and_what_went() -> None:
    for source in discover([FIXTURES]).sources:
        (edit,) = edits_of(prepare([source], settings=Settings()).edits())
        assert (
            put_back(edit.cleaned, [(cut.start, cut.removed) for cut in edit.cuts])
            == source.path.read_bytes()
        )
