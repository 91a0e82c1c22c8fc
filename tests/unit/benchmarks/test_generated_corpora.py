"""The texts that are measured are always the same, and what is called distinct or near is so."""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import combinations, islice
from pathlib import Path

import pytest

from benchmarks.clusters import distinct_paragraphs, equal_kind, near_kind, near_paragraphs, write_documents
from benchmarks.corpora import COPIES, Corpus, a_page, add_copy, generated_texts, in_other_words


def paragraphs_of(text: bytes) -> list[str]:
    """Return the paragraphs that hold a word, as the yardstick normalises them."""
    keys = (" ".join(re.findall(r"\w+", line.casefold())) for line in text.decode().splitlines())
    return [key for key in keys if key]


def shingles_of(paragraph: str) -> set[tuple[str, ...]]:
    words = paragraph.split()
    return set(zip(words, words[1:], words[2:], strict=False))


def test_generated_texts_are_the_same_each_time() -> None:
    assert list(generated_texts(50_000)) == list(generated_texts(50_000))


def test_a_copy_is_the_same_bytes_each_time() -> None:
    assert (
        in_other_words(b"Page 9 of Zoe's RFC\r\n\xc3\xa9t\xc3\xa9", 2)
        == b"Vgmk 1 ul Fuk'y XLI\r\n\xc3\xa9z\xc3\xa9"
    )


def test_copy_0_is_the_text_itself() -> None:
    assert in_other_words(a_page(), 0) == a_page()


def test_copies_share_no_paragraph() -> None:
    copies = [set(paragraphs_of(in_other_words(a_page(), number))) for number in range(COPIES)]
    assert all(len(copy) == len(copies[0]) for copy in copies)
    assert not any(one & other for one, other in combinations(copies, 2))


def test_copies_share_no_three_words_in_a_row() -> None:
    copies = [
        {
            shingle
            for paragraph in paragraphs_of(in_other_words(a_page(), number))
            for shingle in shingles_of(paragraph)
        }
        for number in range(COPIES)
    ]
    assert not any(one & other for one, other in combinations(copies, 2))


def test_there_are_no_more_copies_than_are_distinct() -> None:
    with pytest.raises(ValueError, match="no copy 8"):
        in_other_words(b"text", COPIES)


def test_a_copy_of_a_corpus_has_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "texts" / "site").mkdir(parents=True)
    (tmp_path / "texts" / "site" / "a.txt").write_bytes(b"abc 1\n")
    add_copy(Corpus(tmp_path / "texts", "texts"), tmp_path / "copies", 1)
    assert (tmp_path / "copies" / "copy1" / "site" / "a.txt").read_bytes() == b"def 2\n"


def test_cluster_paragraphs_are_the_same_each_time() -> None:
    lines = [*islice(distinct_paragraphs(5), 2), *islice(near_paragraphs(8), 2)]
    assert sha256("\n".join(lines).encode()).hexdigest()[:16] == "8cd3fdba5804a4b1"


def test_distinct_paragraphs_share_next_to_nothing() -> None:
    each = [shingles_of(paragraph) for paragraph in islice(distinct_paragraphs(16), 1_000)]
    assert sum(map(len, each)) - len(set().union(*each)) <= 5


def test_near_paragraphs_are_distinct_and_near() -> None:
    kind = near_kind(200)
    assert len(set(kind.alike)) == 200
    for one, other in combinations(map(shingles_of, kind.alike[:20]), 2):
        assert len(one & other) / len(one | other) >= 0.8


def test_both_sides_of_a_cluster_are_as_many_and_as_long() -> None:
    for kind in (equal_kind(50), near_kind(50)):
        assert len(kind.alike) == len(kind.distinct) == 50
        assert {len(paragraph.split()) for paragraph in (*kind.alike, *kind.distinct)} == {
            len(kind.distinct[0].split())
        }


def test_documents_hold_all_paragraphs_in_order(tmp_path: Path) -> None:
    paragraphs = [f"Paragraph {number}." for number in range(10)]
    write_documents(tmp_path / "texts", paragraphs, 3)
    texts = [path.read_text(encoding="utf-8") for path in sorted((tmp_path / "texts").iterdir())]
    assert [len(text.split("\n\n")) for text in texts] == [3, 3, 4]
    assert "".join(texts).split() == " ".join(paragraphs).split()
