"""Hints for the kernels are the same whether they are read from the file or worked out, and a wrong file is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dedupe.boilerplate import hints
from dedupe.boilerplate.known import COMPILED_PATH
from dedupe.kernels import library
from dedupe.kernels.library import library as loaded

pytestmark = pytest.mark.skipif(loaded() is None, reason="needs the compiled kernels")


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "hints.bin"
    monkeypatch.setattr(hints, "STORED_PATH", path)
    hints.write_hints()
    return path


def test_what_is_read_is_what_was_worked_out(stored: Path) -> None:
    read = hints._stored()
    assert read is not None
    made = hints._worked_out()
    assert len(read) == len(made) == hints.ARRAYS
    for one, other in zip(read, made, strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.5, 0.9999])
def test_half_a_file_is_none(stored: Path, share: float) -> None:
    content = stored.read_bytes()
    stored.write_bytes(content[: int(len(content) * share)])
    assert hints._stored() is None


def test_a_file_that_is_something_else_or_missing_is_none(stored: Path) -> None:
    stored.write_bytes(b"something else altogether\n" * 100)
    assert hints._stored() is None
    stored.unlink()
    assert hints._stored() is None


def test_a_file_of_other_patterns_or_kernels_is_none(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(library, "VERSION", library.VERSION + 1)
        assert hints._stored() is None
    other = stored.with_name("compiled.json")
    other.write_bytes(COMPILED_PATH.read_bytes() + b" ")
    monkeypatch.setattr(hints, "COMPILED_PATH", other)
    assert hints._stored() is None
