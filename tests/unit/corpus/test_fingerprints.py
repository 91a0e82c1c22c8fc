"""The kernels say of every text what the Python they follow says: paragraphs, traits, keys, hashes, hints."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts_of_every_script

from dedupe.boilerplate.debris import debris_shape
from dedupe.boilerplate.known import grants_licence, match_known
from dedupe.boilerplate.line_names import MAX_MASKED_TOKENS, masked_key
from dedupe.corpus.fingerprints import (
    BEGINS_WITH_DIGIT,
    ENDS_SENTENCE,
    GRANTS_LICENCE,
    LEADS_ON,
    MAY_BE_DEBRIS,
    MAY_BE_KNOWN,
    MOSTLY_UNSPACED,
    OWN_WORDS,
    RAGGED,
    SHORT_LINE,
    fingerprints_of,
    paragraphs_of,
    put_in_documents,
    tokens_by_kernel,
    utf8_of,
)
from dedupe.kernels.library import library
from dedupe.model import DecodedText
from dedupe.normalizing import comparison_key, is_mostly_unspaced
from dedupe.reading.decoding import decode
from dedupe.segmenting import segment
from dedupe.traits import Traits, traits_of

pytestmark = pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")

FIXTURES = Path(__file__).parents[3] / "fixtures"
CORPORA = Path(__file__).parents[3] / ".." / "shared" / "corpora"
TRICKY = sorted((CORPORA / "tricky").glob("*.txt"))
CHOICES = ("auto", "line", "blank-line")


def bits_of(traits: Traits) -> int:
    return (
        RAGGED * traits.is_ragged
        | SHORT_LINE * traits.is_short_line
        | ENDS_SENTENCE * traits.ends_sentence
        | LEADS_ON * traits.leads_on
        | OWN_WORDS * traits.is_own_words
    )


def low_32_bits(text: str) -> int:
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")) & 0xFFFFFFFF


def hash_of_token(token: str) -> int:
    is_other = any(character.isascii() and not character.isalpha() for character in token)
    return low_32_bits(token) & ~1 | is_other


def digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def check(decoded: DecodedText, choice: str) -> None:
    segmentation, texts = segment(decoded, choice)
    text, is_own = utf8_of(decoded)
    found = paragraphs_of(text, np.array([0, len(text)], dtype=np.int64), choice)
    prints = fingerprints_of(text, found.start, found.text_end)
    placed = found
    put_in_documents(placed, [(decoded, is_own)])
    if texts:
        assert list(found.modes) == [segmentation.mode]
    assert list(
        zip(
            placed.start.tolist(),
            placed.text_end.tolist(),
            placed.first_line.tolist(),
            placed.last_line.tolist(),
            strict=True,
        )
    ) == [(each.start, each.text_end, each.first_line, each.last_line) for each in segmentation.paragraphs]
    told = [each & ~MAY_BE_DEBRIS for each in found.traits.tolist()]
    assert told == [bits_of(traits) for traits in traits_of(segmentation, texts)]
    for each, bits in zip(texts, found.traits.tolist(), strict=True):
        assert bits & MAY_BE_DEBRIS or not debris_shape(each)
    keys = [comparison_key(each) for each in texts]
    tokens = [key.split(" ") if key else [] for key in keys]
    assert [tokens_by_kernel(each) for each in texts] == tokens
    assert prints.tokens.tolist() == [len(each) for each in tokens]
    assert prints.token_hashes.tolist() == [hash_of_token(token) for each in tokens for token in each]
    assert prints.shingle_hashes.tolist() == [
        low_32_bits(" ".join(each[i : i + 3])) for each in tokens for i in range(len(each) - 2)
    ]
    for number, key in enumerate(keys):
        check_key(
            key, prints.digests[number].tobytes(), prints.names[number].tobytes(), int(prints.hints[number])
        )


def check_key(key: str, found: bytes, name: bytes, hints: int) -> None:
    if not key:
        return
    count = key.count(" ") + 1
    assert found == digest(key)
    assert name == digest(masked_key(key) if count <= MAX_MASKED_TOKENS else key)
    assert bool(hints & GRANTS_LICENCE) == grants_licence(key)
    assert bool(hints & BEGINS_WITH_DIGIT) == key[:1].isdigit()
    assert bool(hints & MOSTLY_UNSPACED) == is_mostly_unspaced(key.split(" "))
    if match_known(key, count):
        assert hints & MAY_BE_KNOWN


def check_bytes(raw: bytes) -> None:
    decoded = decode(raw)
    if decoded is not None and decoded.cuttable:
        for choice in CHOICES:
            check(decoded, choice)


@pytest.mark.parametrize(
    "path", [path for path in sorted(FIXTURES.rglob("*.*")) if path.is_file()], ids=lambda path: path.name
)
def test_fixtures_are_seen_as_python_sees_them(path: Path) -> None:
    check_bytes(path.read_bytes())


@pytest.mark.skipif(not TRICKY, reason="the tricky files are not beside the checkout")
@pytest.mark.parametrize("path", TRICKY, ids=lambda path: path.name)
def test_tricky_files_are_seen_as_python_sees_them(path: Path) -> None:
    check_bytes(path.read_bytes())


@given(texts_of_every_script())
def test_text_in_every_script_is_seen_as_python_sees_it(text: str) -> None:
    check_bytes(text.encode("utf-8"))


@given(texts_of_every_script(surrogates=True))
def test_bytes_that_were_no_text_are_seen_as_python_sees_them(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    for choice in CHOICES:
        check(DecodedText(raw, text, "utf-8"), choice)


def test_hashes_of_any_length_are_those_of_the_libraries() -> None:
    from dedupe.corpus.fingerprints import digest_by_kernel, xxh3_by_kernel

    for length in (*range(600), 1023, 1024, 1025, 2048, 2049, 5000):
        content = os.urandom(length)
        assert xxh3_by_kernel(content) == xxhash.xxh3_64_intdigest(content)
        assert digest_by_kernel(content) == hashlib.blake2b(content, digest_size=16).digest()


@pytest.mark.parametrize("lanes", [1, 4, 8])
def test_digests_made_side_by_side_are_those_of_the_library(lanes: int) -> None:
    from dedupe.corpus.fingerprints import digests_by_kernel

    lengths = (*range(400), 5000, 0, 128, 256, 1, 127, 129, 70_000)
    for count in (0, 1, 2, 3, 4, 7, 8, 9, len(lengths)):
        messages = [os.urandom(length) for length in lengths[len(lengths) - count :]]
        expected = [hashlib.blake2b(message, digest_size=16).digest() for message in messages]
        assert digests_by_kernel(messages, lanes) == expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", " ", "\t", "\u00a0", "\u3000", "\u2003 "]),
            st.one_of(
                st.sampled_from(
                    [
                        "#fff",
                        "#1a2b3c",
                        "rgb(1, 2, 3)",
                        "HSLA(1%)",
                        "\u00c2",
                        "\u00e2\u20ac\u2122",
                        "\ufffd",
                        "\u00c3 \u00a9",
                    ]
                ),
                st.sampled_from(
                    ["12", "1,234", "|", "\u2022", ",", "\u201c", "42 words", "#42", "Results", "rest)"]
                ),
                st.text("#0123456789abcdef,.|\u00c2\u00c3\u00e2\u0152 ()rgb", min_size=1, max_size=12),
            ),
            st.sampled_from(["", " ", "\u00a0", "\u205f"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_may_be_debris_is_told(pieces: list[tuple[str, str, str]]) -> None:
    check_bytes("\n".join("".join(piece) for piece in pieces).encode())
