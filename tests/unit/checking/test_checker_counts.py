"""How many characters a document has does not hang on who counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.checking import checker
from dedupe.checking.checker import characters_of


@given(st.binary(max_size=700).map(lambda raw: bytes(byte & 0x7F for byte in raw)))
def test_kernels_and_python_count_the_same_characters(raw: bytes) -> None:
    expected = len("".join(raw.decode("ascii").split()))
    for least in (0, 1 << 20):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(checker, "WORTH_KERNELS_BYTES", least)
            assert characters_of(raw, "utf-8") == expected
