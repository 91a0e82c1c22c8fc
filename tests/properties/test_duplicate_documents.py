"""Which documents are called copies is what comparing each with all others, by the definition, says."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cleaning import edits_of
from hypothesis import event, example, given
from hypothesis import strategies as st
from strategies import corpora, editions

from dedupe import Document, Settings, clean
from dedupe.model import Edit, Evidence
from dedupe.normalizing import tokens_of
from dedupe.overlaps import OverlapJoin
from dedupe.settings import Keep

THRESHOLDS = (0.3, 0.5, 0.65, 0.8, 0.9, 0.97, 1.0)
CONTAINED = 0.95
MIN_TOKENS = 12
KEEPS: tuple[Keep, ...] = ("first", "longest", "last")
OTHER_RULES = frozenset({"BPL201", "BPL202", "BPL203", "XDP301", "XDP302"})
SOME_DOCUMENT_RULES = st.sets(st.sampled_from(["DOC401", "DOC402"])).map(frozenset)

Paragraphs = list[list[str]]


@dataclass(frozen=True)
class Copy:
    """What is said of a document: the rule, the one that stays, and the figures."""

    rule: str
    original: str
    score: float
    evidence: Evidence


def shingles(paragraphs: Paragraphs) -> set[tuple[str, ...]]:
    tokens = [token for paragraph in paragraphs for token in paragraph]
    return {tuple(tokens[place : place + 5]) for place in range(len(tokens) - 4)}


def token_count(paragraphs: Paragraphs) -> int:
    return sum(map(len, paragraphs))


def copies_by_comparing_all(
    whole: Mapping[str, Paragraphs], content: Mapping[str, Paragraphs], settings: Settings
) -> dict[str, Copy]:
    """Return what should be said of each document; `whole` are the paragraphs, `content` those without boilerplate."""
    names = sorted(whole)
    if settings.keep == "last":
        names.reverse()
    if settings.keep == "longest":
        names.sort(key=lambda name: -token_count(content[name]))
    found: dict[str, Copy] = {}
    silent: set[str] = set()
    for number, name in enumerate(names):
        before = [other for other in names[:number] if other not in silent]
        equal = next(
            (
                other
                for other in before
                if [each for each in whole[other] if each] == [each for each in whole[name] if each]
                and not (other in found and settings.strips("DOC402"))
            ),
            None,
        )
        if equal and token_count(whole[name]) >= MIN_TOKENS:
            silent.add(name)
            if settings.detects("DOC401"):
                found[name] = Copy("DOC401", equal, 1.0, (("tokens", token_count(whole[name])),))
        elif settings.detects("DOC402"):
            stars = [other for other in before if other not in found]
            near = first_near(content[name], {other: content[other] for other in stars}, settings.threshold)
            if near:
                found[name] = near
    return found


def first_near(paragraphs: Paragraphs, others: Mapping[str, Paragraphs], threshold: float) -> Copy | None:
    if token_count(paragraphs) < MIN_TOKENS:
        return None
    here = shingles(paragraphs)
    for name, other in others.items():
        if token_count(other) < MIN_TOKENS:
            continue
        there = shingles(other)
        jaccard, contained = len(here & there) / len(here | there), len(here & there) / len(here)
        if jaccard >= threshold or contained >= CONTAINED:
            figures = (("jaccard", round(jaccard, 4)), ("contained", round(contained, 4)))
            score = round(jaccard if jaccard >= threshold else contained, 4)
            return Copy("DOC402", name, score, (*figures, ("tokens", token_count(paragraphs))))
    return None


def copies_told(edits: Sequence[Edit]) -> dict[str, Copy]:
    """Return what was said of each document, be it reported or stripped."""
    told = {}
    for edit in edits:
        for cut in edit.cuts:
            if cut.rule.startswith("DOC"):
                assert edit.dropped
                told[edit.name] = Copy(cut.rule, cut.survivors[0].document, cut.score, cut.evidence)
        for finding in edit.findings:
            if finding.rule.startswith("DOC"):
                assert edit.name not in told
                told[edit.name] = Copy(
                    finding.rule, finding.copies[0].document, finding.score, finding.evidence
                )
    return told


def lines_of(document: Document) -> list[str]:
    return re.split("\r\n|\n|\r", document.text.removeprefix("\ufeff"))


@given(
    editions(), st.sampled_from(THRESHOLDS), st.sampled_from(KEEPS), SOME_DOCUMENT_RULES, SOME_DOCUMENT_RULES
)
def test_copies_are_those_that_comparing_all_with_all_finds(
    documents: list[Document], threshold: float, keep: Keep, strip: frozenset[str], ignore: frozenset[str]
) -> None:
    settings = Settings(
        strip=strip, ignore=ignore | OTHER_RULES, paragraphs="line", threshold=threshold, keep=keep
    )
    edits = edits_of(clean(documents, settings=settings).results)
    paragraphs = {each.name: [tokens_of(line) for line in lines_of(each)] for each in documents}
    expected = copies_by_comparing_all(paragraphs, paragraphs, settings)
    for copy in expected.values():
        event(copy.rule)
    assert copies_told(edits) == expected
    dropped = {edit.name for edit in edits if edit.dropped}
    assert dropped == {
        name for name, copy in expected.items() if copy.rule in settings.strip - settings.ignore
    }
    assert not {copy.original for name, copy in expected.items() if name in dropped} & dropped


@given(corpora(most=5), st.sampled_from((0.5, 0.8)), st.sampled_from(KEEPS))
def test_boilerplate_is_set_aside_before_documents_are_compared(
    documents: list[Document], threshold: float, keep: Keep
) -> None:
    settings = Settings(paragraphs="line", threshold=threshold, keep=keep)
    edits = edits_of(clean(documents, settings=settings).results)
    whole = {each.name: [tokens_of(line) for line in lines_of(each)] for each in documents}
    content = {
        edit.name: [
            tokens
            for number, tokens in enumerate(whole[edit.name], 1)
            if number not in {cut.first_line for cut in edit.cuts if cut.rule.startswith("BPL")}
        ]
        for edit in edits
    }
    assert copies_told(edits) == copies_by_comparing_all(whole, content, settings)


SETS = st.lists(
    st.builds(range, st.integers(0, 12), st.integers(13, 40))
    .flatmap(lambda whole: st.sets(st.sampled_from(whole), max_size=4).map(set(whole).difference))
    .filter(bool),
    min_size=1,
    max_size=12,
)


@given(SETS, st.sampled_from(THRESHOLDS), st.sets(st.integers(0, 11)))
@example([set(range(8)), set(range(10))], 0.8, {1})
def test_the_index_proposes_all_that_are_near_and_nothing_else(
    sets: list[set[int]], threshold: float, left_out: set[int]
) -> None:
    index = OverlapJoin([array("q", sorted(each)) for each in sets], threshold=threshold, contained=CONTAINED)
    kept: list[int] = []
    for number, each in enumerate(sets):
        near = [
            other
            for other in kept
            if len(each & sets[other]) >= threshold * len(each | sets[other]) - 1e-9
            or len(each & sets[other]) >= CONTAINED * len(each) - 1e-9
        ]
        assert index.like(number) == near
        if number not in left_out:
            index.keep(number)
            kept.append(number)
