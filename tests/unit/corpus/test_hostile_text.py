"""What strangers may write to make the kernels slow or wrong."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe import pipeline
from dedupe.corpus.fingerprints import fingerprints_of, paragraphs_of
from dedupe.kernels.library import library
from dedupe.model import Edit
from dedupe.pipeline import prepare
from dedupe.reading.sources import BytesSource
from dedupe.settings import Settings

pytestmark = pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")


def whole(text: bytes) -> int:
    found = paragraphs_of(text, np.array([0, len(text)], dtype=np.int64))
    return len(fingerprints_of(text, found.start, found.text_end).tokens)


def test_a_text_whose_lines_end_with_cr_only_is_read_once() -> None:
    # Quadratic it would take an hour; nothing is timed.
    assert whole(b"hello world line\r" * 1_000_000) == 1_000_000


@pytest.mark.parametrize("text", [b"-" * 3_000_000, b"a " + b"=" * 3_000_000, b"<>" * 1_500_000])
def test_a_run_of_signs_is_looked_at_once(text: bytes) -> None:
    assert whole(text) == 1


def test_bytes_that_do_not_fit_are_read_again_as_they_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = b"The ferry to Eastmere caf\xe9 will not run on Friday because of the heavy storm in the bay, the office said. "
    more = b"All boats of the company stay in the inner harbour until the wind has gone down, it said on Thursday evening."
    filling = b"".join(
        b"Line %d of the long log says something else than every other line does.\n" % n for n in range(60)
    )
    raw = sentence + b"\n" + more + b"\n" + filling + sentence + more + b"\n"
    cuts = []
    for size in (0, 1 << 60):
        monkeypatch.setattr(pipeline, "WORTH_COLUMNS_BYTES", size)
        (edit,) = prepare([BytesSource("a", "", raw)], settings=Settings()).edits()
        assert isinstance(edit, Edit)
        cuts.append([(cut.rule, cut.first_line) for cut in edit.cuts])
    assert cuts[0] == cuts[1]
    assert ("DUP103", 63) in cuts[0]
