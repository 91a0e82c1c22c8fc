"""Nothing goes as a repeat unless what it repeats stays, and is what the rule says it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial

import pytest
from cleaning import clean_bytes, edits_of, stays, text_at
from grammar import FAMILIES, TEMPLATES
from hypothesis import given
from hypothesis import strategies as st
from strategies import chains, corpora, mosaics, raw_pages, runs, texts

from dedupe import Document, Settings, clean
from dedupe.containment import KeptText
from dedupe.fingerprinting import KeyTable, digest_of
from dedupe.meaning import capitalised_tokens, is_harmless
from dedupe.model import Cut, Edit
from dedupe.normalizing import tokens_of
from dedupe.settings import Keep
from dedupe.verifying import difference, slot_of

EVERYTHING = Settings(
    strip=frozenset(
        {"DUP101", "DUP102", "DUP103", "BPL202", "BPL203", "XDP301", "XDP302", "DOC401", "DOC402"}
    )
)
THRESHOLDS = (0.3, 0.5, 0.65, 0.8, 0.9, 1.0)
KEEPS: tuple[Keep, ...] = ("first", "longest", "last")
MIN_STRETCH = 8


def shingles(text: str) -> set[tuple[str, ...]]:
    tokens = tokens_of(text)
    return {tuple(tokens[place : place + 3]) for place in range(len(tokens) - 2)}


def similarity(left: str, right: str) -> float:
    """Return the Jaccard similarity of two texts' shingles of three tokens, computed anew."""
    here, there = shingles(left), shingles(right)
    return len(here & there) / len(here | there) if here | there else 0.0


def harmful_tokens(left: str, right: str) -> set[str]:
    """Return the tokens of only one of two texts whose difference changes what is said."""
    names = capitalised_tokens(left) | capitalised_tokens(right)
    return {token for token in {*tokens_of(left)} ^ {*tokens_of(right)} if not is_harmless(token, names)}


def covered_share(text: str, survivors: Sequence[str]) -> float:
    """Return the share of a text's tokens in stretches of eight that stand in the survivors, read as one."""
    tokens, kept = tokens_of(text), tokens_of("\n".join(survivors))
    grams = {tuple(kept[place : place + MIN_STRETCH]) for place in range(len(kept) - MIN_STRETCH + 1)}
    covered = {
        place + offset
        for place in range(len(tokens) - MIN_STRETCH + 1)
        if tuple(tokens[place : place + MIN_STRETCH]) in grams
        for offset in range(MIN_STRETCH)
    }
    return len(covered) / len(tokens)


def check_survivors(edits: Sequence[Edit], threshold: float) -> None:
    """Assert of every repeat that went that its copies stay and are what its rule promises."""
    by_name = {edit.name: edit for edit in edits}
    for edit in edits:
        for cut in edit.cuts:
            if cut.rule.startswith("BPL"):
                assert not cut.survivors
                continue
            assert cut.survivors
            for place in cut.survivors:
                assert not by_name[place.document].dropped
                assert cut.rule.startswith("DOC") or stays(by_name[place.document], place)
            copies = [text_at(by_name[place.document], place) for place in cut.survivors]
            check_rule(cut, copies, threshold)


def check_rule(cut: Cut, copies: Sequence[str], threshold: float) -> None:
    match cut.rule:
        case "DUP101" if cut.survivors[0].document != cut.document:
            assert similarity(cut.text, copies[0]) >= threshold
        case "DUP101" | "XDP301":
            assert [tokens_of(copy) for copy in copies] == [tokens_of(cut.text)]
            assert tokens_of(cut.text)
        case "DUP102" | "XDP302":
            assert similarity(cut.text, copies[0]) >= threshold
            assert len(tokens_of(cut.text)) >= 12
            assert not harmful_tokens(cut.text, copies[0])
        case "DUP103":
            assert len(tokens_of(cut.text)) >= 15
            assert covered_share(cut.text, copies) >= 0.95
            names = capitalised_tokens(cut.text)
            kept = set(tokens_of("\n".join(copies)))
            assert all(is_harmless(token, names) for token in set(tokens_of(cut.text)) - kept)
        case "DOC401":
            assert tokens_of(cut.text) == tokens_of(copies[0])
        case "DOC402":  # how near it is without its boilerplate is shown in test_duplicate_documents
            assert cut.score >= min(round(threshold, 4), 0.95)
        case _:
            raise AssertionError(cut.rule)


def keys_of(text: str) -> list[str]:
    return [" ".join(tokens_of(line)) for line in text.replace("\r", "\n").split("\n")]


@given(corpora(), st.sampled_from(THRESHOLDS))
def test_every_repeat_that_went_names_copies_that_stay_and_are_alike(
    documents: list[Document], threshold: float
) -> None:
    outcome = clean(documents, settings=Settings(threshold=threshold))
    check_survivors(edits_of(outcome.results), threshold)


@given(corpora(most=5), st.sampled_from(THRESHOLDS), st.sampled_from(KEEPS))
def test_copies_stay_when_documents_are_stripped_on_account_of_others(
    documents: list[Document], threshold: float, keep: Keep
) -> None:
    settings = Settings(strip=EVERYTHING.strip, threshold=threshold, keep=keep)
    check_survivors(edits_of(clean(documents, settings=settings).results), threshold)


@given(st.one_of(mosaics(), runs()), st.sampled_from(THRESHOLDS))
def test_copies_stay_where_paragraphs_are_made_of_each_other(text: str, threshold: float) -> None:
    outcome = clean([Document("page", text)], settings=Settings(threshold=threshold))
    check_survivors(edits_of(outcome.results), threshold)


@given(runs())
def test_copies_stay_wherever_runs_begin_and_end(text: str) -> None:
    check_survivors(edits_of(clean([Document("page", text)]).results), 0.8)


@given(raw_pages())
def test_copies_stay_in_any_encoding(raw: bytes) -> None:
    check_survivors(edits_of(clean_bytes({"-": raw})), 0.8)


@given(st.lists(st.tuples(texts(max_moves=6), st.integers(0, 3)), min_size=1, max_size=3))
def test_a_planted_repeat_never_takes_the_last_copy(planted: list[tuple[str, int]]) -> None:
    documents = [
        Document(str(number), "\n".join([text] * (copies + 1)))
        for number, (text, copies) in enumerate(planted)
    ]
    for edit, document in zip(
        edits_of(clean(documents, settings=Settings(ignore=frozenset({"BPL201"}))).results),
        documents,
        strict=True,
    ):
        exact = [cut for cut in edit.cuts if cut.rule == "DUP101"]
        left = set(keys_of(edit.cleaned_text)) if edit.segmentation == "line" else None
        for cut in exact:
            assert left is None or " ".join(tokens_of(cut.text)) in left
        assert edit.raw.decode("utf-8", "surrogatepass") == document.text


@given(corpora())
def test_a_digest_of_four_bits_changes_nothing(documents: list[Document]) -> None:
    expected = clean(documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedupe.pipeline.KeyTable", partial(KeyTable, lambda key: digest_of(key) & 15))
        assert clean(documents) == expected


@given(chains(), st.sampled_from((0.5, 0.7, 0.8, 0.9)))
def test_in_a_chain_of_near_repeats_each_goes_for_one_it_is_like(chain: list[str], threshold: float) -> None:
    (edit,) = edits_of(
        clean([Document("chain", "\n".join(chain))], settings=Settings(threshold=threshold)).results
    )
    check_survivors([edit], threshold)
    assert chain[0] in edit.cleaned_text.split("\n")


STRETCHES = st.builds(range, st.integers(0, 16), st.integers(16, 48))
NOISE = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), max_size=3)


@given(STRETCHES, NOISE, st.lists(STRETCHES, min_size=1, max_size=5))
def test_what_is_called_covered_stands_in_the_text(
    stretch: Sequence[int], noise: list[tuple[int, int]], kept: list[Sequence[int]]
) -> None:
    numbers = list(stretch)
    for place, length in noise:
        numbers[place:place] = [100 + place] * length
    text = KeptText(3)
    for number, paragraph in enumerate(kept):
        text.append(number, [str(token) for token in paragraph])
    tokens = [str(number) for number in numbers]
    if not tokens:
        return
    cover = text.cover(tokens)
    joined = [str(token) for paragraph in kept for token in paragraph]
    grams = {tuple(joined[place : place + 8]) for place in range(len(joined) - 7)}
    standing = {
        place + offset
        for place in range(len(tokens) - 7)
        if tuple(tokens[place : place + 8]) in grams
        for offset in range(8)
    }
    nowhere = [token for place, token in enumerate(tokens) if place not in standing]
    assert len(cover.uncovered) >= len(nowhere)
    assert not Counter(nowhere) - Counter(cover.uncovered)
    assert cover.share == pytest.approx(1 - len(cover.uncovered) / len(tokens))


LONG_PARAGRAPHS = st.sampled_from([text for family in FAMILIES[:3] for text in family] + list(TEMPLATES))
ONLY_NEAR = frozenset({"DUP101", "DUP103", "BPL201", "BPL202", "BPL203"})


def is_asking(text: str) -> bool:
    return text.rstrip().endswith(("?", ":"))


@given(
    st.lists(LONG_PARAGRAPHS, min_size=1, max_size=14, unique_by=lambda text: tuple(tokens_of(text))),
    st.sampled_from(THRESHOLDS),
)
def test_near_repeats_are_those_that_comparing_all_with_all_finds(
    paragraphs: list[str], threshold: float
) -> None:
    settings = Settings(ignore=ONLY_NEAR, paragraphs="line", threshold=threshold)
    (edit,) = edits_of(clean([Document("page", "\n\n".join(paragraphs))], settings=settings).results)
    found: dict[str, tuple[tuple[int, int], str]] = {}
    instances: Instances = defaultdict(set)
    kept: list[str] = []
    for paragraph in paragraphs:
        slot = None if is_asking(paragraph) else first_like(paragraph, kept, threshold, instances)
        if slot is None:
            kept.append(paragraph)
        else:
            found[paragraph] = slot
    expected = {paragraph: slot[1] for paragraph, slot in found.items() if len(instances[slot]) < 2}
    assert {cut.text: text_at(edit, cut.survivors[0]) for cut in edit.cuts} == expected


Instances = defaultdict[tuple[tuple[int, int], str], set[str]]
"""What differs from a kept paragraph between the same two places of it."""


def first_like(
    paragraph: str, kept: Sequence[str], threshold: float, instances: Instances
) -> tuple[tuple[int, int], str] | None:
    """Return the first of `kept` that is near and differs harmlessly, and where; compare with every one.

    None if there is none, or if two others differ from a near one in the same place: that is a template.
    """
    for other in kept:
        if is_asking(other) or similarity(paragraph, other) < threshold:
            continue
        slot = (slot_of(tokens_of(other), tokens_of(paragraph)), other)
        instances[slot].add(paragraph)
        if len(instances[slot]) >= 2:
            return None
        if not difference(tokens_of(paragraph), tokens_of(other), partial(iter, (paragraph, other))).decisive:
            return slot
    return None
