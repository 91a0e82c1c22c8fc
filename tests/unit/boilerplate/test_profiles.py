"""Profiles as files, and which site of a profile pages are of."""

from __future__ import annotations

import pytest

from dedupe.boilerplate.profiles import (
    fitting_site,
    format_profile,
    is_profile,
    merge_profiles,
    parse_profile,
    profile_of,
)
from dedupe.errors import UsageError
from dedupe.learned import LearnedSite, Profile

FILE = """\
{"dedupe profile": 1}
{"keep": "Write to the editor"}
{"site": "harbour", "pages": 12}
{"site": "harbour", "pages": 11, "line": "Home", "first": 11, "next": {"News": 9}}
{"site": "harbour", "pages": 12, "line": "News"}
{"site": "harbour", "pages": 4, "line": "Page 3 of 10", "last": 4}
"""


def site(name: str, pages: int, **lines: int) -> LearnedSite:
    return LearnedSite(name, pages, lines, {}, {line: line.title() for line in lines})


def test_a_profile_says_how_many_pages_hold_a_line_and_which_follow_it() -> None:
    profile = parse_profile(FILE, "p")
    assert profile.keep == ("Write to the editor",)
    (harbour,) = profile.sites
    assert (harbour.name, harbour.pages) == ("harbour", 12)
    assert harbour.lines == {"home": 11, "news": 12, "page 0 of 00": 4}
    assert harbour.pairs == {("", "home"): 11, ("home", "news"): 9, ("page 0 of 00", ""): 4}
    assert harbour.examples["page 0 of 00"] == "Page 3 of 10"


def test_it_is_written_as_it_was_read() -> None:
    assert format_profile(parse_profile(FILE, "p")) == FILE


def test_entries_stand_in_any_order_and_of_two_for_one_line_the_larger_counts() -> None:
    first, *rest = FILE.splitlines(keepends=True)
    doubled = [first, *rest[::-1], '{"site": "harbour", "pages": 3, "line": "HOME"}\n']
    assert parse_profile("".join(doubled), "p").sites[0].lines["home"] == 11


def test_a_site_has_as_many_pages_as_its_lines_at_least() -> None:
    edited = FILE.replace('{"site": "harbour", "pages": 12}', '{"site": "harbour", "pages": 3}')
    assert parse_profile(edited, "p").sites[0].pages == 12


def test_lines_that_follow_and_are_no_entries_say_nothing() -> None:
    assert parse_profile(FILE.replace('"News": 9', '"Sport": 9'), "p").sites[0].pairs == {
        ("", "home"): 11,
        ("page 0 of 00", ""): 4,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "p: not a profile; make one with dedupe learn PATH -o FILE"),
        ('{"kind":"header"}\n', "p: not a profile; make one with dedupe learn PATH -o FILE"),
        (
            '{"dedupe profile": 2}\n',
            "p: the profile has version 2 and this dedupe reads 1; update dedupe, or learn the profile again",
        ),
        (
            '{"dedupe profile": "x"}\n',
            "p: line 1: 'dedupe profile' is not a number of pages; mend the line, or learn",
        ),
        (
            f"{FILE}<<<<<<< HEAD\n",
            "p: line 7: is not JSON (a conflict of a merge?); mend the line, or learn the prof",
        ),
        (FILE[:-20], "p: line 6: is not JSON; mend the line, or learn the profile again"),
        (f"{FILE}[1]\n", "p: line 7: is no object of JSON; mend the line"),
        (f'{FILE}{{"pages": 3}}\n', "p: line 7: 'site' is missing; mend the line"),
        (f'{FILE}{{"site": 3, "pages": 3}}\n', "p: line 7: 'site' is not a text; mend the line"),
        (f'{FILE}{{"site": "h", "line": "x"}}\n', "p: line 7: 'pages' is missing; mend the line"),
        (
            f'{FILE}{{"site": "h", "line": "x", "pages": 0}}\n',
            "p: line 7: 'pages' is not a number of pages; mend",
        ),
        (
            f'{FILE}{{"site": "h", "line": "x", "pages": true}}\n',
            "p: line 7: 'pages' is not a number of pages",
        ),
        (
            f'{FILE}{{"site": "h", "line": "--", "pages": 2}}\n',
            "p: line 7: '--' holds no word to compare; mend",
        ),
        (
            f'{FILE}{{"site": "h", "line": "x", "pages": 2, "next": 3}}\n',
            "p: line 7: 'next' is no object of JSON",
        ),
        (f'{FILE}{{"keep": "…"}}\n', "p: line 7: '…' holds no word to compare; mend the line"),
        (f"{FILE}{'[' * 100_000}\n", "p: line 7: is not JSON; mend the line"),
    ],
)
def test_what_is_no_profile_is_refused_with_the_line_and_what_to_do(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_profile(text, "p")
    assert str(refused.value).startswith(message)


def test_a_profile_is_told_by_its_first_line() -> None:
    assert is_profile(FILE)
    assert is_profile('{"dedupe profile": 99, "more": 1}')
    assert not is_profile("A page about the dedupe profile\n")


def test_pages_and_counts_of_profiles_add_up() -> None:
    one = profile_of([site("a", 3, home=3, news=2), site("b", 2, home=2)], ["x"])
    two = profile_of([site("a", 5, home=4)], ["x", "y"])
    merged = merge_profiles([one, two])
    assert merged.keep == ("x", "y")
    assert [(each.name, each.pages, dict(each.lines)) for each in merged.sites] == [
        ("a", 8, {"home": 7, "news": 2}),
        ("b", 2, {"home": 2}),
    ]


def test_the_digest_tells_profiles_apart() -> None:
    one, two = (profile_of([site("a", 3, home=count)], []) for count in (2, 3))
    assert one != two
    assert one == profile_of([site("a", 3, home=2)], [])
    assert Profile(one.digest) == one


def profiles(*sites: LearnedSite) -> list[Profile]:
    return [profile_of([each], []) for each in sites]


def test_the_site_with_most_lines_of_the_page_fits() -> None:
    both = profiles(site("a", 9, home=9, news=9, sport=9, tides=9), site("b", 9, home=9, news=9, boats=9))
    fits = fitting_site(both, {"home", "news", "sport", "boats"}, pages=1)
    assert fits is not None
    assert fits.name == "a"
    assert fitting_site(both, {"home", "news"}, pages=1) is None
    assert fitting_site(both, set(), pages=1) is None


LEARNED = site("a", 9, home=9, news=9, sport=9, storm=1, ferry=1)


def test_lines_of_one_page_count_for_another_page() -> None:
    fits = fitting_site(profiles(LEARNED), {"home", "news", "sport", "storm", "x", "y"}, pages=1)
    assert fits is not None
    assert (fits.pages, fits.lines["storm"], fits.lines["home"]) == (9, 1, 9)


def test_a_page_that_was_learned_does_not_count_twice() -> None:
    fits = fitting_site(profiles(LEARNED), {"home", "news", "sport", "storm"}, pages=1)
    assert fits is not None
    assert (fits.pages, dict(fits.lines)) == (8, {"home": 8, "news": 8, "sport": 8})


def test_several_pages_speak_for_themselves() -> None:
    fits = fitting_site(profiles(LEARNED), {"home", "news", "sport", "storm", "x", "y"}, pages=2)
    assert fits is not None
    assert (fits.pages, dict(fits.lines)) == (9, {"home": 9, "news": 9, "sport": 9})
