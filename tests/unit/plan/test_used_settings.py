"""The settings of a run come back out of its plan; what is not known here does no harm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from made_edits import totals_of

from dedupe.plan import PlanHeader, PlanWriter, open_plan
from dedupe.plan.used_settings import settings_of
from dedupe.settings import Settings

CHOSEN = replace(
    Settings(),
    strip=frozenset(("DUP101", "BPL201")),
    ignore=frozenset(("XDP301",)),
    exempt=frozenset(("kept", "kept too")),
    format="jsonl",
    text_field="body",
    threshold=0.7,
)


def test_all_come_back_through_a_plan(tmp_path: Path) -> None:
    header = PlanHeader.of(CHOSEN, version="0", destination="stdout")
    with PlanWriter(tmp_path / "plan", header=header) as writer:
        writer.finish(totals_of([]))
    assert settings_of(dict(open_plan(tmp_path / "plan").header.settings)) == CHOSEN


def test_what_is_not_known_is_left_out() -> None:
    assert settings_of({"text_field": "body", "of a later version": 3}) == replace(
        Settings(), text_field="body"
    )


def test_what_does_not_fit_leaves_the_defaults() -> None:
    assert settings_of({"text_field": "body", "threshold": 7.0}) == Settings()
    assert settings_of({"text_field": "body", "threshold": "x"}) == Settings()
