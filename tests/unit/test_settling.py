"""Deciding again on what would be left, until nothing more goes."""

from __future__ import annotations

import pytest

from dedupe import settling
from dedupe.fingerprinting import KeyTable
from dedupe.model import DecodedText, Dropped
from dedupe.outlining import outline_text
from dedupe.progress import Silence
from dedupe.reading import BytesSource
from dedupe.settings import Settings
from dedupe.settling import Outlined, settle

FERRY = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."


def rules(*texts: str, group: str = "site") -> list[list[str]]:
    """Return for each document the rules by which its paragraphs go, `""` for those that stay."""
    settings, table = Settings(), KeyTable()
    documents = []
    for number, text in enumerate(texts):
        name, raw = f"{number}", text.encode()
        outlined = outline_text(name, group, DecodedText(raw, text, "utf-8"), settings)
        keys = tuple(table.number_of(key) for key in outlined.keys)
        documents.append(Outlined(BytesSource(name, group, raw), outlined, keys))
    verdicts = settle(documents, table, settings=settings, progress=Silence())
    return [
        [fate.rule if isinstance(fate, Dropped) else "" for fate in verdict.fates] for verdict in verdicts
    ]


PAGES = tuple(
    f"{own} opened the new ferry landing on Monday, and told the people who had come that the old one would be kept "
    f"for the boats of the fishermen as long as {own} had a say in it.\n{end}"
    for own, end in (
        ("Ann Berg", "News\nNewsletter\n"),
        ("Ole Dahl", "News\n"),
        ("Siri Moe", "News\nSubscribe now\n"),
    )
)


def test_boilerplate_that_shows_only_when_other_boilerplate_has_gone_goes_too() -> None:
    assert rules(*PAGES) == [["", "BPL201", "BPL202"], ["", "BPL201"], ["", "BPL201", "BPL202"]]


def test_no_more_rounds_are_made_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "MAX_ROUNDS", 1)
    assert rules(*PAGES) == [["", "", "BPL202"], ["", ""], ["", "", "BPL202"]]


def test_documents_without_a_group_are_judged_alone() -> None:
    assert rules("News\nNewsletter\n", "News\n", group="") == [["", "BPL202"], [""]]


def test_boilerplate_comes_before_repeats() -> None:
    assert rules(f"Newsletter\n{FERRY}\nNewsletter\n{FERRY}\n") == [["BPL202", "", "BPL202", "DUP101"]]


def test_a_line_of_verse_that_loses_its_stanza_is_prose() -> None:
    line = "and every boat comes home again before the night is on the bay and the long day"
    short = "and the lamp is lit"
    (found,) = rules(f"{line}\n{short}\n\nMore.\n\n{line}\n{short}\n")
    assert found == ["", "", "", "DUP101", "DUP101"]
    (found,) = rules(f"{line}\n{short}\n{short} again\n\nMore.\n\n{line}\n{short}\n{short} again\n")
    assert found == [""] * 7


def test_a_document_without_paragraphs_has_no_fates() -> None:
    assert rules("", "\n\n") == [[], []]
