"""A repeat is wrongly taken when the gold text holds as many copies as the page did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import repeats
from benchmarks.repeats import DUP_ALONE, Page, Taken, bucket, table, times
from dedupe.settings import Settings

FERRY = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."
WIND = "The harbour office expects the wind to drop on Saturday evening and the first boat to leave at six."
LATE = "A spokesman for the islanders called the decision late and asked for a larger boat before winter."


def page(folder: Path, lines: list[str], gold: list[str], labels: list[float]) -> Page:
    for name in ("pages/site.example", "gold", "labels"):
        (folder / name).mkdir(parents=True)
    (folder / "pages/site.example/1.txt").write_text("".join(f"{line}\n" for line in lines))
    (folder / "gold/1.txt").write_text("".join(f"{line}\n" for line in gold))
    (folder / "labels/1.txt").write_text("".join(f"{label}\n" for label in labels))
    return Page(folder, "site.example", "1.txt", Settings(strip=DUP_ALONE))


def kinds(taken: list[Taken]) -> list[tuple[str, str]]:
    return [(each.rule or each.guard, each.kind) for each in taken]


def test_a_copy_that_the_gold_text_lacks_is_rightly_taken(tmp_path: Path) -> None:
    (taken,) = page(tmp_path, [FERRY, WIND, FERRY], [FERRY, WIND], [1, 1, 0]).taken()
    assert (taken.rule, taken.kind, taken.tokens, taken.copies) == ("DUP101", "extra", 17, 2)


def test_a_copy_that_the_gold_text_holds_as_well_is_wrongly_taken(tmp_path: Path) -> None:
    lines = [FERRY, WIND, FERRY, LATE, "Home", "News", FERRY]
    found = page(tmp_path, lines, [FERRY, WIND, FERRY], [1, 1, 1, 0, 0, 0, 0])
    # Two copies go, of which one should have stayed: the one that stands among content.
    assert [(each.kind, each.home) for each in found.taken()] == [("wrong", 0.4), ("extra", 0.0)]


def test_what_the_gold_text_does_not_hold_is_no_content(tmp_path: Path) -> None:
    found = page(tmp_path, [WIND, FERRY, LATE, FERRY], [WIND, LATE], [1, 0, 1, 0])
    assert kinds(list(found.taken())) == [("DUP101", "no content")]


def test_copies_in_another_split_are_counted(tmp_path: Path) -> None:
    found = page(tmp_path, [f"{FERRY} {WIND}", LATE, FERRY], [FERRY, WIND, LATE], [1, 1, 1])
    assert kinds(list(found.taken())) == [("DUP103", "extra")]


def test_what_a_guard_has_spared_is_sorted_as_if_it_had_gone(tmp_path: Path) -> None:
    lines = [f"{FERRY} {WIND} {LATE}", "He wrote:", WIND, "That was not so."]
    assert kinds(list(page(tmp_path, lines, lines, [1, 1, 1, 1]).taken())) == [("quotation", "wrong")]


def test_words_are_counted_as_tokens_even_where_copies_touch() -> None:
    text = repeats.joined(["one two one two", "one twofold"])
    assert (times("one two", text), times("one", text)) == (2, 3)


def test_ranges_are_named_by_their_bounds() -> None:
    assert [bucket(value, (2, 4)) for value in (1, 2, 3.5, 4)] == ["0 to 2", "2 to 4", "2 to 4", "4 or more"]


def test_a_table_tells_the_share_of_tokens_that_are_right_of_all_sites_and_of_each_half() -> None:
    taken = [
        Taken("daniel", half, "1.txt", "", "DUP101", kind, tokens)
        for half, kind, tokens in (("looked at", "extra", 30), ("held out", "wrong", 10))
    ]
    *_, row = table("rules", lambda each: each.rule, taken)
    assert row == "| DUP101 | 1 | 0 | 0 | 1 | 40 | 0.750 | 1.000 | 0.000 |"


def test_the_tables_are_printed_for_a_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page(tmp_path / "daniel", [FERRY, WIND, FERRY], [FERRY, WIND], [1, 1, 0])
    (tmp_path / "daniel" / "manifest.jsonl").write_text(
        json.dumps({"id": "1", "site": "site.example", "score": True}) + "\n"
    )
    monkeypatch.setattr(repeats, "WEB", tmp_path)
    assert repeats.main(["--only", "daniel"]) == 0
    assert "| DUP101 | 1 | 0 | 0 | 0 | 17 | 1.000 |" in capsys.readouterr().out


def test_without_pages_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(repeats, "WEB", tmp_path / "gone")
    assert repeats.main([]) == 2
    assert "nothing to measure" in capsys.readouterr().err
