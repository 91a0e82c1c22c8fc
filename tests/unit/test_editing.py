"""One document cut as was decided, with the proof that nothing else was touched."""

from __future__ import annotations

import pytest

from dedupe.deciding import KEPT, Verdict
from dedupe.editing import EditPlan, Elsewhere, edit
from dedupe.errors import SelfCheckFailed
from dedupe.model import DecodedText, Dropped, Edit, Fate, Place
from dedupe.outlining import Outline, outline_text
from dedupe.reading import BytesSource
from dedupe.settings import RULES, Settings
from dedupe.sharing import Shared

RAW = b"one\ntwo\n\nthree\n"
EVERYTHING = Settings(strip=frozenset(rule.code for rule in RULES))


def outlined(name: str, raw: bytes, settings: Settings) -> Outline:
    return outline_text(name, "", DecodedText(raw, raw.decode(), "utf-8"), settings)


def edited(
    *fates: Fate,
    raw: bytes = RAW,
    shared: tuple[Shared, ...] = (),
    reported: dict[int, Dropped] | None = None,
    settings: Settings | None = None,
    changed: tuple[str, ...] = (),
) -> Edit:
    settings = settings or Settings()
    there = outlined("a", b"zero\nfirst copy\n", settings)
    elsewhere = tuple(Elsewhere(each, there, each.copy[1]) for each in shared)
    plan = EditPlan(
        BytesSource("b", "", raw),
        outlined("b", raw, settings),
        Verdict(fates, reported or {}),
        elsewhere,
        settings,
    )
    made = edit(plan, changed)
    assert isinstance(made, Edit)
    return made


def exact(*survivors: int) -> Dropped:
    return Dropped("DUP101", 1.0, (("tokens", 1),), survivors)


def test_a_document_of_which_all_stays_is_what_it_was() -> None:
    made = edited(KEPT, KEPT, KEPT)
    assert (made.cleaned, made.cleaned_digest, made.cuts, made.paragraphs) == (RAW, made.digest, (), 3)


def test_a_cut_says_what_goes_from_where_and_which_copy_stays() -> None:
    (cut,) = edited(KEPT, exact(0), KEPT).cuts
    assert (cut.start, cut.end, cut.first_line, cut.last_line) == (3, 7, 2, 2)
    assert (cut.removed, cut.text, cut.rule, cut.score) == (b"\ntwo", "two", "DUP101", 1.0)
    assert (cut.survivors, cut.evidence) == ((Place("b", 0, 3, 1, 1),), (("tokens", 1),))


def test_a_cut_has_the_same_id_in_every_run() -> None:
    assert edited(KEPT, exact(0), KEPT).cuts[0].id == "79dd5c9f9081"


def test_cuts_of_one_document_have_different_ids() -> None:
    cuts = edited(KEPT, exact(0), exact(0), raw=b"one\none\none\n").cuts
    assert len({cut.id for cut in cuts}) == 2


def test_a_survivor_that_goes_itself_stops_everything() -> None:
    with pytest.raises(SelfCheckFailed, match="line 2 would go for a copy in line 1 that goes itself"):
        edited(exact(), exact(0), KEPT)


def test_what_is_reported_is_a_finding_with_its_copies() -> None:
    (finding,) = edited(KEPT, KEPT, KEPT, reported={1: exact(0)}).findings
    assert (finding.rule, finding.place, finding.copies) == (
        "DUP101",
        Place("b", 4, 7, 2, 2),
        (Place("b", 0, 3, 1, 1),),
    )


def test_a_shared_paragraph_is_a_finding_by_default() -> None:
    made = edited(KEPT, KEPT, KEPT, shared=(Shared(1, 2, "XDP301", 1.0, (), (0, 1)),))
    assert [(each.rule, each.place, each.copies) for each in made.findings] == [
        ("XDP301", Place("b", 9, 14, 4, 4), (Place("a", 5, 15, 2, 2),))
    ]


def test_a_shared_paragraph_is_cut_when_selected_and_names_the_copy_there() -> None:
    made = edited(KEPT, KEPT, KEPT, shared=(Shared(1, 2, "XDP301", 1.0, (), (0, 1)),), settings=EVERYTHING)
    assert (made.cleaned, [(each.rule, each.survivors) for each in made.cuts]) == (
        b"one\ntwo\n",
        [("XDP301", (Place("a", 5, 15, 2, 2),))],
    )


def test_no_survivor_of_a_repeat_goes_as_a_shared_paragraph() -> None:
    made = edited(
        KEPT, exact(0), KEPT, shared=(Shared(1, 0, "XDP301", 1.0, (), (0, 1)),), settings=EVERYTHING
    )
    gone = {cut.first_line for cut in made.cuts}
    assert all(
        each.document == "a" or each.first_line not in gone for cut in made.cuts for each in cut.survivors
    )


def test_nothing_is_shared_with_a_document_that_changed() -> None:
    shared = (Shared(1, 2, "XDP301", 1.0, (), (0, 1)),)
    made = edited(KEPT, KEPT, KEPT, shared=shared, settings=EVERYTHING, changed=("a",))
    assert (made.cleaned, made.findings) == (RAW, ())


def test_a_duplicate_document_goes_whole() -> None:
    made = edited(
        KEPT, KEPT, KEPT, shared=(Shared(1, None, "DOC401", 1.0, (), (0, None)),), settings=EVERYTHING
    )
    (cut,) = made.cuts
    assert (made.cleaned, made.dropped, cut.removed, cut.survivors) == (
        b"",
        True,
        RAW,
        (Place("a", 0, 16, 1, 2),),
    )


def test_a_duplicate_document_is_a_finding_by_default() -> None:
    made = edited(KEPT, KEPT, KEPT, shared=(Shared(1, None, "DOC401", 1.0, (), (0, None)),))
    assert [(each.rule, each.place) for each in made.findings] == [("DOC401", Place("b", 0, 15, 1, 4))]


def test_a_paragraph_that_goes_is_not_reported_too() -> None:
    made = edited(KEPT, exact(0), KEPT, shared=(Shared(1, 1, "XDP301", 1.0, (), (0, 1)),))
    assert made.findings == ()


def test_findings_come_in_the_order_of_the_text() -> None:
    shared = tuple(Shared(1, number, "XDP301", 1.0, (), (0, 1)) for number in (2, 0))
    made = edited(KEPT, KEPT, KEPT, shared=shared, reported={1: Dropped("BPL202", 1.0)})
    assert [each.place.first_line for each in made.findings] == [1, 2, 4]
