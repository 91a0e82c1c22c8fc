"""How wide a line is on a terminal."""

from __future__ import annotations

import pytest

from dedupe.columns import columns_of


@pytest.mark.parametrize(
    ("line", "columns"),
    [("", 0), ("plain", 5), ("été", 3), ("東京", 4), ("한글", 4), ("Ａb", 3), ("\U00020000", 2)],
)
def test_a_line_takes_so_many_columns(line: str, columns: int) -> None:
    assert columns_of(line) == columns
