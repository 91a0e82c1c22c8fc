"""What strangers may write to make the kernels slow or wrong."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe import pipeline
from dedupe.boilerplate.hints import token_hash
from dedupe.corpus.fingerprints import fingerprints_of, paragraphs_of
from dedupe.kernels.library import library
from dedupe.model import Edit
from dedupe.pipeline import prepare
from dedupe.reading.sources import BytesSource
from dedupe.settings import RULES, Settings

# Twenty words, and twenty others that have the same hashes, found by trying for a few seconds.
WORDS = (
    "agbphiv wzwbfkp rngeohl euwfjmt kwomxnr pbuvlqk sviioet tkgpfrc hqkzpav fasuolt ldylvoz ssnyhad "
    "wrgomor qpsoiio irooiio xuhvwdv krxpgvj kuvjybb utpqbwg puftsbz "
).strip()
OTHERS = (
    "jqmyxel jhmxxbk ikwgpxa mmnplom kujvtca fntqyom cayehux oheobjb aiirqvf qgkkqwc wjqflat jphkbtn "
    "dgwazvm dzovevp wissbis gfjzite evvmmso jzsovjh rlpqohb qbezvww "
).strip()

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
    sentence = b"The ferry caf\xe9 will not run on Friday because of the heavy storm in the bay, it said. "
    more = b"All boats of the company stay in the inner harbour until the wind has gone down, it said on Thursday."
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


def test_words_whose_hashes_are_equal_are_not_equal_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [token_hash(word) for word in WORDS.split()] == [token_hash(word) for word in OTHERS.split()]
    monkeypatch.setattr(pipeline, "WORTH_COLUMNS_BYTES", 0)
    page = f"Said {WORDS}.\nNames like Anna are here.\nSaid {OTHERS}.\n".encode()
    everything = frozenset(rule.code for rule in RULES)
    for settings in (Settings(), Settings(strip=everything)):
        (edit,) = prepare([BytesSource("a", "g", page)], settings=settings).edits()
        assert isinstance(edit, Edit)
        assert edit.cleaned == page


def test_no_document_goes_for_one_whose_words_have_the_same_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "WORTH_COLUMNS_BYTES", 0)
    sources = [BytesSource("a", "g", WORDS.encode()), BytesSource("b", "g", OTHERS.encode())]
    everything = frozenset(rule.code for rule in RULES)
    for edit in prepare(sources, settings=Settings(strip=everything)).edits():
        assert isinstance(edit, Edit)
        assert (edit.dropped, len(edit.cuts)) == (False, 0)
