"""On columns the same is decided as without them, for any corpus and any settings, to the last piece of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import GAPS, NASTY_GAPS, texts

from dedupe import pipeline
from dedupe.kernels.library import library
from dedupe.model import Edit, Skipped, Source, Totals
from dedupe.normalizing import comparison_key
from dedupe.pipeline import prepare
from dedupe.plan.records import PlanHeader
from dedupe.plan.writer import PlanWriter
from dedupe.reading import discover
from dedupe.reading.sources import BytesSource
from dedupe.settings import RULES, Settings

pytestmark = pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")

FIXTURES = Path(__file__).parents[2] / "fixtures"
ALL = frozenset(rule.code for rule in RULES)
BANNERS = (
    *("5", "#1A2B3C", "12", "|", "\u00c2", "SIGN UP FOR OUR FREE WEEKLY NEWSLETTER", "Advertisement"),
    *(
        "Share on Facebook",
        "All rights reserved",
        "\u00a9 2020 The Paper",
        "Permission is hereby granted to all.",
    ),
)
WORDS = """the a of ferry harbour town council said on friday that rose fell 12 13 not may shall Marit Sand Ostrand
bridge closed open storm boat ticket reader people week new old big small paper story water rain north south""".split()

some_rules = st.frozensets(st.sampled_from(sorted(ALL)), max_size=4)
any_settings = st.one_of(
    st.just(Settings()),
    st.builds(Settings, strip=st.just(ALL)),
    st.builds(
        Settings,
        strip=st.one_of(st.just(Settings().strip), some_rules),
        ignore=st.one_of(st.just(frozenset[str]()), some_rules),
        paragraphs=st.sampled_from(("auto", "line", "blank-line")),
        threshold=st.sampled_from((0.3, 0.5, 0.6, 0.8, 0.9, 1.0)),
        keep=st.sampled_from(("first", "longest", "last")),
    ),
)


@st.composite
def word_soup(draw: st.DrawFn) -> str:
    """A page of made-up paragraphs, repeated, changed in a word or two, joined, and banners between."""
    chance = draw(st.randoms(use_true_random=False))
    pool = [
        " ".join(chance.choices(WORDS, k=chance.choice((1, 2, 5, 8, 12, 15, 20, 30, 40)))) for _ in range(6)
    ]
    page: list[str] = []
    for _ in range(chance.randint(1, 25)):
        kind = chance.random()
        if kind < 0.5:
            page.append(chance.choice(pool).capitalize() + chance.choice((".", ".", "?", ":", "")))
        elif kind < 0.7:
            words = chance.choice(pool).split()
            words[chance.randrange(len(words))] = chance.choice(WORDS)
            page.append(" ".join(words))
        elif kind < 0.8:
            page.append(f"{chance.choice(pool)} {chance.choice(pool)}")
        elif kind < 0.9:
            page.append(chance.choice(BANNERS))
        else:
            page += page[-chance.randint(1, 5) :]
    return chance.choice(("\n", "\n\n", "\r\n", "\n\n\n")).join(page)


any_page = st.one_of(texts(gaps=GAPS), texts(gaps=NASTY_GAPS), word_soup(), word_soup())


@st.composite
def corpora(draw: st.DrawFn) -> list[BytesSource]:
    seed = draw(st.lists(any_page, min_size=1, max_size=4))
    pages = draw(st.lists(st.one_of(st.sampled_from(seed), any_page), min_size=1, max_size=6))
    groups = draw(
        st.lists(st.sampled_from(("g", "g", "g", "h", "")), min_size=len(pages), max_size=len(pages))
    )
    return [
        BytesSource(f"d{number}", group, page.encode("utf-8", "surrogatepass"))
        for number, (group, page) in enumerate(zip(groups, pages, strict=True))
    ]


def decided(
    sources: Sequence[Source], settings: Settings, *, on_columns: bool, jobs: int = 1
) -> list[Edit | Skipped]:
    """Return all results, written out, without the sums that only columns know beforehand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "WORTH_COLUMNS_BYTES", 0 if on_columns else 1 << 60)
        results = list(prepare(sources, settings=settings, jobs=jobs).edits())
    for result in results:
        if isinstance(result, Edit) and result.sums is not None:
            assert result.sums == Totals.of(replace(result, sums=None))
    return [
        replace(result, cuts=tuple(result.cuts), findings=tuple(result.findings), sums=None)
        if isinstance(result, Edit)
        else result
        for result in results
    ]


@given(corpora(), any_settings)
def test_columns_decide_what_is_decided_without_them(sources: list[BytesSource], settings: Settings) -> None:
    plain = decided(sources, settings, on_columns=False)
    assert decided(sources, settings, on_columns=True) == plain


@given(corpora(), any_settings, st.randoms(use_true_random=False))
def test_both_ways_keep_what_is_listed_and_count_it(
    sources: list[BytesSource], settings: Settings, chance: Random
) -> None:
    pieces = [line for source in sources for line in source.data.decode("utf-8", "replace").split("\n")]
    keys = {key for line in pieces if chance.random() < 0.3 and (key := comparison_key(line))}
    listed = replace(settings, exempt=frozenset({*keys, "stands nowhere"}))
    plain = decided(sources, listed, on_columns=False)
    assert decided(sources, listed, on_columns=True) == plain
    for result in plain:
        if isinstance(result, Edit) and not result.dropped:
            told = (*(cut.text for cut in result.cuts), *_texts_found(result))
            assert not keys & set(map(comparison_key, told))


def _texts_found(edit: Edit) -> list[str]:
    """Return the texts of the paragraphs that are reported; whole documents may be found for what they are."""
    places = [found.place for found in edit.findings if not found.rule.startswith("DOC")]
    return [edit.raw[place.start : place.end].decode(edit.encoding, "replace") for place in places]


def lines_of_plan(results: Sequence[Edit | Skipped], folder: Path) -> bytes:
    header = PlanHeader.of(Settings(), version="1", destination="stdout")
    with PlanWriter(folder / "plan.jsonl", header=header) as plan:
        for result in results:
            plan.write(result)
        plan.finish(sum(map(Totals.of, results), Totals()))
    return (folder / "plan.jsonl").read_bytes()


@given(corpora(), st.sampled_from((Settings(), Settings(strip=ALL), Settings(strip=frozenset()))))
def test_a_plan_says_the_same_of_what_was_written_out_and_what_was_not(
    tmp_path_factory: pytest.TempPathFactory, sources: list[BytesSource], settings: Settings
) -> None:
    folder = tmp_path_factory.mktemp("plan")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "WORTH_COLUMNS_BYTES", 0)
        results = list(prepare(sources, settings=settings).edits())
    plain = [
        replace(each, cuts=tuple(each.cuts), findings=tuple(each.findings))
        if isinstance(each, Edit)
        else each
        for each in results
    ]
    assert lines_of_plan(results, folder) == lines_of_plan(plain, folder)


@given(corpora())
def test_threads_change_nothing(sources: list[BytesSource]) -> None:
    alone = decided(sources, Settings(), on_columns=True)
    assert decided(sources, Settings(), on_columns=True, jobs=3) == alone


@pytest.mark.parametrize("strip", [Settings().strip, ALL, frozenset()], ids=["default", "all", "none"])
def test_fixtures_come_out_the_same_on_columns(strip: frozenset[str]) -> None:
    sources = discover([FIXTURES]).sources
    settings = Settings(strip=strip)
    assert decided(sources, settings, on_columns=True) == decided(sources, settings, on_columns=False)


STORY = (
    "week because of the heavy storm that has closed the bay to small boats and kept the fishermen in the taverns by"
    " the old wall."
)
GUIDE = (
    "Our to the lower valley lists the rest, and tells which of the farms along the way sell cheese and bread to those"
    " who knock"
)
NEARLY = "Not council v2.0 reader people open don't istanbul __init__ mller x_y"
LICENCE = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software",
    "Open caf fell not sand boat big a1b2?",
)
AS_IS = 'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED'
FERRY = "harbour don't shall big week reader paper sand said ticket 12 that boat south storm people"
COPYRIGHT = "Copyright (c) 2019 John Smith and the other people who wrote the thing in the year"


@pytest.mark.parametrize(
    ("pages", "settings"),
    [
        pytest.param(
            {
                "d21": ("g", LICENCE[0]),
                "d24": ("g", "\n".join(("Accept cookies", *LICENCE))),
                "d39": ("g", "\n".join((STORY, *LICENCE, GUIDE))),
                "h1": ("h", f"{NEARLY} open.\n{NEARLY} caf"),
            },
            Settings(),
            id="the guard of a site that did not change while another did",
        ),
        pytest.param(
            {
                "d20": ("g", f"{FERRY}\n\n{AS_IS}"),
                "d21": ("g", f"{AS_IS}\r\n\r\n{AS_IS}\r\n"),
                "d36": ("", ""),
                "d39": ("g", f"EXPRESS OR IMPLIED\n\n{AS_IS}\n\nSouth"),
            },
            Settings(
                strip=frozenset({"XDP301", "DOC401"}), paragraphs="blank-line", threshold=0.3, keep="last"
            ),
            id="boilerplate that repeats, and neither rule strips, is no content",
        ),
        pytest.param(
            {"a": ("", COPYRIGHT), "b": ("", COPYRIGHT)},
            Settings(),
            id="a copy that is one paragraph and goes",
        ),
    ],
)
def test_these_pages_come_out_the_same_on_columns(
    pages: dict[str, tuple[str, str]], settings: Settings
) -> None:
    sources = [BytesSource(name, group, page.encode()) for name, (group, page) in pages.items()]
    assert decided(sources, settings, on_columns=True) == decided(sources, settings, on_columns=False)


def test_a_plan_tells_of_the_mark_before_a_first_paragraph_that_goes(tmp_path: Path) -> None:
    page = f"\ufeffSign in\n{STORY}\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "WORTH_COLUMNS_BYTES", 0)
        results = list(prepare([BytesSource("a", "", page.encode())], settings=Settings()).edits())
    assert '"kept_before":"\ufeff"' in lines_of_plan(results, tmp_path).decode()
