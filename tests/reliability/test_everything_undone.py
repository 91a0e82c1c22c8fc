"""L10: 1,000 random corpora, and every fixture alone and together, are byte for byte what they were."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line import CHECKOUT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from undoing import CORPORA, RULE_SETS, undone

FIXTURES = sorted(path for path in (CHECKOUT / "fixtures").rglob("*") if path.is_file())


@settings(max_examples=1_000, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))
@given(CORPORA, st.sampled_from(RULE_SETS), st.lists(st.integers(0, 50), max_size=4))
def test_a_thousand_corpora_come_back(contents: list[bytes], rules: Sequence[str], chosen: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        undone(Path(folder) / "x", contents, rules, chosen)


@pytest.mark.parametrize("rules", RULE_SETS, ids=lambda rules: " ".join(rules) or "default")
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_a_fixture_comes_back(tmp_path: Path, path: Path, rules: Sequence[str]) -> None:
    undone(tmp_path / "x", [path.read_bytes(), path.read_bytes()], rules, [0, 3])


@pytest.mark.parametrize("rules", RULE_SETS, ids=lambda rules: " ".join(rules) or "default")
def test_all_fixtures_come_back_together(tmp_path: Path, rules: Sequence[str]) -> None:
    undone(tmp_path / "x", [path.read_bytes() for path in FIXTURES], rules, list(range(0, 300, 7)))
