from __future__ import annotations

import itertools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.boilerplate.automaton import Automaton
from dedupe.boilerplate.phrases import Words, parse_phrase, parse_words

LISTS: dict[str, Words] = {"net": parse_words(["x", "face_book"], {})}


def automaton_of(*phrases: str) -> Automaton:
    automaton = Automaton()
    for number, phrase in enumerate(phrases):
        automaton.add(parse_phrase(phrase, LISTS), number)
    return automaton


@pytest.mark.parametrize(
    ("phrase", "key", "fits"),
    [
        ("read more", "read more", True),
        ("read more", "read more please", False),
        ("read more", "read", False),
        ("sign_up|join now", "sign up now", True),
        ("sign_up|join now", "join now", True),
        ("sign_up|join now", "sign now", False),
        ("please? read", "read", True),
        ("please? read", "please read", True),
        ("# comments", "1,204 comments", True),
        ("# comments", "many comments", False),
        ("share {net}~", "share", True),
        ("share {net}~", "share x face book x x face book", True),
        ("share {net}~", "share x face", False),
        ("get <1-2> now", "get now", False),
        ("get <1-2> now", "get it now", True),
        ("get <1-2> now", "get it all now", True),
        ("get <1-2> now", "get it all right now", False),
        ("we use ...", "we use", True),
        ("we use ...", "we use all of it", True),
        ("we use ...", "we", False),
        ("on|off {net}|it", "off face book", True),
    ],
)
def test_a_phrase_describes_the_whole_key(phrase: str, key: str, fits: bool) -> None:
    assert (automaton_of(phrase).match(key.split()) == 0) is fits


def test_a_phrase_that_begins_with_anything_is_read_from_its_end() -> None:
    phrase = parse_phrase("... straight to_your inbox", LISTS)
    automaton = Automaton()
    automaton.add(phrase, 7)
    assert phrase.from_end
    assert automaton.match(["inbox", "your", "to", "straight", "news"]) == 7
    assert automaton.match(["today", "inbox", "your", "to", "straight", "news"]) is None


def test_of_several_phrases_that_fit_the_first_is_named() -> None:
    assert automaton_of("a ...", "a b", "a <1-1>").match(["a", "b"]) == 0
    assert automaton_of("a c", "a <1-1>", "a b").match(["a", "b"]) == 1


@pytest.mark.parametrize("phrase", ["<1-3> more", "please?", "please? <0-2> read", "{net}~"])
def test_a_phrase_that_would_be_tried_on_every_key_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"a phrase may not (begin with any token|be empty)"):
        automaton_of(phrase)


@pytest.mark.parametrize("phrase", ["a?|b", "a~3"])
def test_a_count_stands_at_the_end_of_its_element(phrase: str) -> None:
    with pytest.raises(ValueError, match="a count may stand only at the end"):
        parse_phrase(phrase, LISTS)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=6))
def test_the_automaton_agrees_with_writing_every_case_out(tokens: list[str]) -> None:
    written_out = {
        ("a", *gap, "b", *tail)
        for n in range(3)
        for gap in itertools.product("abc", repeat=n)
        for tail in ((), ("c",))
    }
    assert (automaton_of("a <0-2> b c?").match(tokens) == 0) is (tuple(tokens) in written_out)


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_phrases_are_found_wherever_they_stand(tokens: list[str]) -> None:
    pairs = set(itertools.pairwise(tokens))
    expected = ({0} if ("a", "b") in pairs else set()) | ({1} if "c" in tokens else set())
    assert automaton_of("a b", "c").find_all(tokens) == expected


def test_reading_never_holds_more_states_than_the_phrases_have_however_long_the_key() -> None:
    automaton = automaton_of("a <0-8> a <0-8> a <0-8> b", "a a~ a~ a~ b", "{net}|a {net}|a|b ...")
    widths = []
    states: set[int] = set()
    for _ in range(2000):
        states = automaton._follow(states, "a") | set(automaton._begin("a"))
        widths.append(len(states))
    assert max(widths) <= len(automaton._edges)
    assert widths[100] == widths[-1]


def test_threads_that_meet_a_phrase_first_together_all_find_it() -> None:
    automaton = automaton_of(*(f"a w{number} ..." for number in range(200)))
    found: list[int | None] = []
    barrier = threading.Barrier(4)

    def read() -> None:
        barrier.wait()
        found.append(automaton.match(["a", "w199", "x"]))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [199] * 4
