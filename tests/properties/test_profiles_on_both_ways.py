"""Profiles: both ways judge by them alike, what is written is read, and they add up."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import settings as drawn
from hypothesis import strategies as st
from test_columns_equal_the_plain_path import any_settings, corpora, decided

from dedupe.boilerplate.profiles import format_profile, merge_profiles, parse_profile
from dedupe.kernels.library import library
from dedupe.learned import Profile
from dedupe.learning import learn
from dedupe.reading.sources import BytesSource
from dedupe.settings import Settings

CHROME = [
    "Harbour Times",
    "News",
    "Sport",
    "Page 3 of 9",
    "Weather on the islands today",
    "Write to the editor",
]
FOOT = [
    "More from the harbour",
    "Tides and ferries",
    "Our boats",
    "Home of the paper since 1911",
    "Read the rules",
]
WORDS = "the a ferry harbour town council said friday rose fell storm boat ticket reader week old big water".split()


def made_pages(chance: Random, count: int, group: str) -> list[BytesSource]:
    """Return pages under one chrome, of which each leaves out a line now and then."""
    pages = []
    for number in range(count):
        own = [
            " ".join(chance.choices(WORDS, k=chance.choice((3, 6, 20, 30)))).capitalize()
            + chance.choice((".", ""))
            for _ in range(chance.randint(1, 6))
        ]
        lines = [*(line for line in CHROME if chance.random() < 0.9), *own]
        lines += [line for line in FOOT if chance.random() < 0.9]
        pages.append(BytesSource(f"{group}{number}", group, "\n".join(lines).encode()))
    return pages


def profile_of_pages(chance: Random) -> Profile:
    sources = [page for site in "gh" for page in made_pages(chance, chance.choice((2, 5, 9)), site)]
    return learn(sources, settings=Settings())[0]


@pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")
@drawn(max_examples=60)
@given(corpora(), any_settings, st.randoms(use_true_random=False), st.sampled_from(("", "g", "s")))
def test_both_ways_judge_by_profiles_alike(
    sources: list[BytesSource], settings: Settings, chance: Random, group: str
) -> None:
    profiles = (profile_of_pages(chance), learn(sources, settings=settings)[0])
    pages = [replace(page, name=f"p{page.name}", group=group) for page in made_pages(chance, 3, "g")]
    chosen = replace(settings, profiles=profiles)
    plain = decided([*sources, *pages], chosen, on_columns=False)
    assert decided([*sources, *pages], chosen, on_columns=True) == plain


@drawn(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_a_profile_that_is_written_is_read(chance: Random) -> None:
    profile = profile_of_pages(chance)
    text = format_profile(profile)
    read = parse_profile(text, "p")
    assert (read.digest, format_profile(read)) == (profile.digest, text)
    lines = text.splitlines(keepends=True)
    shuffled = [lines[0], *chance.sample(lines[1:], len(lines) - 1), *lines[1:3]]
    assert parse_profile("".join(shuffled), "p") == profile


@drawn(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_profiles_add_up_in_any_order(chance: Random) -> None:
    profiles = [profile_of_pages(chance) for _ in range(3)]
    assert merge_profiles(profiles) == merge_profiles(profiles[::-1])
    assert merge_profiles(profiles[:1]) == profiles[0]
