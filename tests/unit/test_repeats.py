"""Which paragraphs of a document repeat earlier ones that stay."""

from __future__ import annotations

import pytest

from dedupe import candidates
from dedupe.fingerprinting import KeyTable
from dedupe.model import Dropped
from dedupe.normalizing import comparison_key, shingles_of, tokens_of
from dedupe.repeats import Passage, Repeats, find_repeats
from dedupe.settings import Settings
from dedupe.verifying import jaccard

FERRY = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."
WIND = "The harbour office expects the wind to drop on Saturday evening and the first boat to leave at six."
LATE = (
    "A spokesman for the islanders called the decision late and asked for a larger boat before winter comes."
)
BRIDGE = (
    "The council said on Tuesday evening that the old bridge across the narrow river would stay closed to all "
    "heavy traffic until the engineers have finished their long and costly repairs to the northern arch."
)
ASKED = "Who will pay for the new bridge over the river when the old one is taken down next year?"


def search(*texts: str, settings: Settings | None = None) -> Repeats:
    table = KeyTable()
    passages = []
    for number, text in enumerate(texts):
        key = table.number_of(comparison_key(text))
        passages.append(Passage(number, key, table.token_count(key) >= 12, text.endswith("?")))
    return find_repeats(
        passages, table, settings=settings or Settings(), raw_text=lambda number: texts[number]
    )


def dropped(*texts: str, settings: Settings | None = None) -> dict[int, tuple[str, tuple[int, ...]]]:
    """Return what goes: paragraph -> its rule and survivors."""
    found = search(*texts, settings=settings).dropped
    return {number: (each.rule, each.survivors) for number, each in sorted(found.items())}


def only(*codes: str, ignore: tuple[str, ...] = ()) -> Settings:
    return Settings(strip=frozenset(codes), ignore=frozenset(ignore))


# DUP101


def test_one_long_paragraph_that_stands_twice_is_a_run_of_one() -> None:
    assert search(FERRY, "More.", FERRY).dropped == {
        2: Dropped("DUP101", 1.0, (("run paragraphs", 1), ("tokens", 17)), (0,))
    }


def test_short_paragraphs_inside_a_run_go_with_it() -> None:
    assert dropped("Harbour", FERRY, "Weather", WIND, "Harbour", FERRY, "Weather", WIND) == {
        4: ("DUP101", (0,)),
        5: ("DUP101", (1,)),
        6: ("DUP101", (2,)),
        7: ("DUP101", (3,)),
    }


def test_short_paragraphs_behind_a_run_go_with_it() -> None:
    assert dropped(FERRY, "Harbour office", LATE, FERRY, "Harbour office") == {
        3: ("DUP101", (0,)),
        4: ("DUP101", (1,)),
    }


def test_a_short_paragraph_that_repeats_alone_stays() -> None:
    assert dropped("Yes.", FERRY, "Yes.", WIND, "Yes.") == {}


def test_a_run_of_short_paragraphs_stays() -> None:
    assert (
        dropped("Size", "STATUS", "mandatory", "Name", "STATUS", "mandatory", "Size", "STATUS", "mandatory")
        == {}
    )


def test_a_different_short_paragraph_ends_the_run() -> None:
    assert dropped("Monday", FERRY, "Tuesday", FERRY, "Friday") == {3: ("DUP101", (1,))}


def test_three_copies_name_the_first() -> None:
    assert dropped(FERRY, WIND, FERRY, WIND, FERRY, WIND) == {
        2: ("DUP101", (0,)),
        3: ("DUP101", (1,)),
        4: ("DUP101", (0,)),
        5: ("DUP101", (1,)),
    }


def test_a_body_in_another_order_goes_as_runs_of_one() -> None:
    assert dropped(FERRY, WIND, LATE, WIND, FERRY) == {3: ("DUP101", (1,)), 4: ("DUP101", (0,))}


def test_a_run_does_not_reach_into_its_own_source() -> None:
    assert dropped("A", FERRY, "A", FERRY, "A") == {2: ("DUP101", (0,)), 3: ("DUP101", (1,))}


def test_a_short_paragraph_that_was_told_already_may_still_go_with_a_run() -> None:
    near = BRIDGE.replace("finished", "completed")
    assert dropped("Notes", BRIDGE, LATE, "Notes", near, BRIDGE, WIND, "End", WIND) == {
        3: ("DUP101", (0,)),
        4: ("DUP102", (1,)),
        5: ("DUP101", (1,)),
        8: ("DUP101", (6,)),
    }


def test_a_question_that_is_asked_again_stays() -> None:
    found = search(ASKED, "Yes.", ASKED, "No.")
    assert (found.dropped, found.spared) == ({}, {2: "question"})


def test_a_question_goes_with_its_answer() -> None:
    assert dropped(ASKED, FERRY, ASKED, FERRY) == {2: ("DUP101", (0,)), 3: ("DUP101", (1,))}


def test_exact_repeats_that_are_only_reported_stay() -> None:
    found = search("A", FERRY, "A", FERRY, settings=only("DUP102", "DUP103"))
    assert (found.dropped, list(found.reported), found.reported[3].survivors) == ({}, [3], (1,))


def test_exact_repeats_that_are_ignored_are_nothing_at_all() -> None:
    found = search(FERRY, WIND, FERRY, settings=only("DUP102", "DUP103", ignore=("DUP101",)))
    assert (found.dropped, found.reported) == ({}, {})


# DUP102


def test_a_near_repeat_with_a_harmless_difference_goes() -> None:
    found = search(BRIDGE, "Later.", BRIDGE.replace("finished", "completed"))
    evidence = (("jaccard", 0.8333), ("only here", "completed"), ("only there", "finished"))
    assert found.dropped == {2: Dropped("DUP102", 0.8333, evidence, (0,))}


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("would stay", "would not stay"),
        ("would stay", "may stay"),
        ("Tuesday", "Friday"),
        ("engineers", "Norwegians"),
        ("long", "5"),
        ("closed", "open"),
        ("old", "new"),
        ("northern", "southern"),
        ("evening", "morning"),
    ],
)
def test_a_near_repeat_that_says_something_else_stays(word: str, other: str) -> None:
    assert dropped(BRIDGE, "Later.", BRIDGE.replace(word, other)) == {}


def test_who_was_spared_is_told_with_the_word() -> None:
    assert search(BRIDGE, BRIDGE.replace("Tuesday", "Friday")).spared == {1: "differs in 'friday'"}


def test_decisive_words_that_changed_places_spare_the_paragraph() -> None:
    rest = BRIDGE.lower().rstrip(".")
    one = f"the first answer was yes and the second answer was no when {rest}"
    other = f"the first answer was no and the second answer was yes when {rest}"
    assert dropped(one, other) == {}


def test_three_that_fill_one_slot_are_a_template_and_stay() -> None:
    found = search(*[BRIDGE.replace("engineers", each) for each in ("masons", "smiths", "divers")])
    assert (found.dropped, found.spared) == ({}, {1: "template", 2: "template"})


def test_two_that_fill_one_slot_are_no_template() -> None:
    assert dropped(*[BRIDGE.replace("engineers", each) for each in ("masons", "smiths")]) == {
        1: ("DUP102", (0,))
    }


def test_differences_in_two_slots_are_no_template() -> None:
    texts = (BRIDGE, BRIDGE.replace("engineers", "masons"), BRIDGE.replace("finished", "completed"))
    assert dropped(*texts) == {1: ("DUP102", (0,)), 2: ("DUP102", (0,))}


def test_every_link_of_a_chain_names_a_kept_paragraph_it_is_near_to() -> None:
    words = [
        f"{first}{second}ing"
        for first in "bcdfgh"
        for second in ("al", "en", "ip", "ost", "ul", "ar", "el", "ick")
    ]
    chain = [" ".join(["Then", *["newly"] * links, *words[links:]]) for links in range(10)]
    found = search(*chain).dropped
    shingles = [shingles_of(tokens_of(text), 3) for text in chain]
    assert found
    assert all(each.survivors[0] not in found for each in found.values())
    assert all(
        jaccard(shingles[number], shingles[each.survivors[0]]) >= 0.8 for number, each in found.items()
    )
    assert any(each.survivors != (0,) for each in found.values())


def test_near_repeats_below_the_threshold_stay() -> None:
    near = BRIDGE.replace("finished", "completed")
    assert dropped(BRIDGE, near, settings=Settings(threshold=0.84)) == {}


def test_a_near_question_stays() -> None:
    assert dropped(ASKED, ASKED.replace("taken", "pulled")) == {}


# DUP103


def test_a_body_joined_into_one_paragraph_goes() -> None:
    found = search(FERRY, WIND, LATE, f"{FERRY} {WIND} {LATE}")
    evidence = (("contained", 1.0), ("tokens", 54))
    assert found.dropped == {3: Dropped("DUP103", 1.0, evidence, (0, 1, 2))}


def test_a_body_split_into_paragraphs_goes() -> None:
    assert dropped(f"{FERRY} {WIND} {LATE}", FERRY, WIND, LATE) == {
        1: ("DUP103", (0,)),
        2: ("DUP103", (0,)),
        3: ("DUP103", (0,)),
    }


def test_a_piece_from_within_a_paragraph_stays_as_a_quotation() -> None:
    for quoted in (WIND, LATE):
        found = search(f"{FERRY} {WIND} {LATE}", "He wrote:", quoted, "That was not so.")
        assert (found.dropped, found.spared) == ({}, {2: "quotation"})


def test_the_beginning_of_a_paragraph_goes_when_it_comes_again() -> None:
    assert dropped(f"{FERRY} {WIND} {LATE}", "More.", FERRY) == {2: ("DUP103", (0,))}


def test_a_split_body_goes_although_short_sentences_of_it_stay() -> None:
    body = f"{FERRY} Nobody was hurt. {WIND} {LATE}"
    assert dropped(body, FERRY, "Nobody was hurt.", WIND, LATE) == {
        1: ("DUP103", (0,)),
        3: ("DUP103", (0,)),
        4: ("DUP103", (0,)),
    }


def test_a_split_body_that_begins_with_a_short_sentence_stays() -> None:
    # By its pieces it cannot be told from an answer that quotes one sentence after another.
    body = f"No ferry on Friday. {FERRY} {WIND} {LATE}"
    found = search(body, "No ferry on Friday.", FERRY, WIND, LATE)
    assert (found.dropped, found.spared) == ({}, dict.fromkeys((2, 3, 4), "quotation"))


def test_a_short_part_of_a_paragraph_stays() -> None:
    assert (
        dropped(f"{FERRY} {WIND}", "The ferry to Eastmere will not run on Friday because of the storm") == {}
    )


def test_a_contained_paragraph_that_adds_a_number_stays() -> None:
    assert dropped(f"{FERRY} {WIND} {LATE}", f"{FERRY} {WIND} 1906") == {}


def test_halves_of_two_kept_sentences_are_a_new_sentence() -> None:
    roads = (
        "The road between Ashby and Corle will be closed from",
        "The road between Denham and Foss will be closed from",
    )
    times = (
        "Monday until the end of the week because of repairs to the bridge.",
        "Tuesday until the start of the month because of the flood in the valley.",
    )
    assert dropped(f"{roads[0]} {times[0]}", f"{roads[1]} {times[1]}", f"{roads[0]} {times[1]}") == {}


def test_scattered_shingles_are_not_containment() -> None:
    new = "will not run on the wind to drop on a larger boat before winter because of the harbour office expects the"
    assert dropped(FERRY, WIND, LATE, new) == {}


# Both ways to candidates


def test_a_near_repeat_is_found_behind_a_hundred_paragraphs_that_begin_as_it_does() -> None:
    words = [f"{first}{second}" for first in "abcdefghijk" for second in "lmnopqrstu"][:101]
    texts = [
        f"{FERRY} {WIND} k{word} l{word} m{word} n{word} slowly p{word} q{word} r{word}" for word in words
    ]
    assert dropped(*texts, texts[100].replace("slowly", "gently")) == {101: ("DUP102", (100,))}


def test_a_crowded_document_is_searched_by_lsh_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [FERRY, BRIDGE, WIND, BRIDGE.replace("finished", "completed"), LATE, FERRY, f"{FERRY} {BRIDGE}"]
    expected = dropped(*texts)
    monkeypatch.setattr(candidates, "MAX_EXACT_PARAGRAPHS", 0)
    assert expected == dropped(*texts) != {}


def test_nothing_repeats_in_nothing() -> None:
    assert search() == Repeats()
