"""Whatever was removed from random corpora comes back, piece by piece and as a whole (L10)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st
from undoing import CORPORA, RULE_SETS, undone


@given(CORPORA, st.sampled_from(RULE_SETS), st.lists(st.integers(0, 50), max_size=4))
def test_what_goes_comes_back(contents: list[bytes], rules: Sequence[str], chosen: list[int]) -> None:
    # Nothing is pulled out here, and waiting for the disk would take most of the time.
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(os, "fsync"):
        undone(Path(folder) / "x", contents, rules, chosen)
