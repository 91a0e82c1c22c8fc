"""The whole way of a corpus, from sources to edits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from dedupe.errors import SelfCheckFailed
from dedupe.model import Edit, Skipped, Source
from dedupe.naming import name_order
from dedupe.pipeline import prepare
from dedupe.progress import Unit
from dedupe.reading import BytesSource, FileSource
from dedupe.settings import RULES, Settings

FERRY = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."
WIND = "The harbour office expects the wind to drop on Saturday evening and the first boat to leave at six."
EVERYTHING = Settings(strip=frozenset(rule.code for rule in RULES))


@dataclass
class Changing:
    """A source that says something else each time it is read."""

    name: str
    readings: list[bytes | OSError]
    group: str = ""
    read_count: int = field(default=0)

    @property
    def size(self) -> int:
        return 0

    def read(self) -> bytes:
        reading = self.readings[min(self.read_count, len(self.readings) - 1)]
        self.read_count += 1
        if isinstance(reading, OSError):
            raise reading
        return reading


class Listening:
    def __init__(self) -> None:
        self.heard: list[object] = []

    def begin(self, stage: str, total: int | None, unit: Unit = "documents") -> None:
        self.heard.append((stage, total, unit))

    def advance(self, amount: int = 1) -> None:
        self.heard.append(amount)

    def end(self) -> None:
        self.heard.append("end")


def page(name: str, *paragraphs: str, group: str = "") -> BytesSource:
    return BytesSource(name, group, "".join(f"{each}\n" for each in paragraphs).encode())


def results(*sources: Source, settings: Settings | None = None) -> list[Edit | Skipped]:
    return list(prepare(sources, settings=settings or Settings()).edits())


def removed(*sources: Source, settings: Settings | None = None) -> dict[str, list[tuple[str, int]]]:
    return {
        each.name: [(cut.rule, cut.first_line) for cut in each.cuts]
        for each in results(*sources, settings=settings)
        if isinstance(each, Edit)
    }


def rules_found(*sources: Source, settings: Settings | None = None) -> dict[str, list[tuple[str, int]]]:
    return {
        each.name: [(finding.rule, finding.place.first_line) for finding in each.findings]
        for each in results(*sources, settings=settings)
        if isinstance(each, Edit)
    }


def test_results_come_in_byte_order_of_names() -> None:
    names = ["b", "a/z", "a", "é", "Z", "\udcff", "\U00010000", "\uffff", "a.txt", "\ud800"]
    found = [each.name for each in results(*(page(name, FERRY) for name in names))]
    assert found == ["Z", "a", "a.txt", "a/z", "b", "é", "\ud800", "\uffff", "\U00010000", "\udcff"]


@pytest.mark.parametrize(
    ("smaller", "larger"), [("a", "b"), ("a", "a/"), ("z", "é"), ("\uffff", "\U00010000"), ("", "a")]
)
def test_names_are_ordered_by_their_bytes(smaller: str, larger: str) -> None:
    assert name_order(smaller) < name_order(larger)


def test_the_order_of_the_sources_does_not_matter() -> None:
    sources = [page("a", FERRY, "x", FERRY), page("b", FERRY, WIND), page("c", WIND)]
    assert results(*sources) == results(*reversed(sources)) == results(*sources[1:], sources[0])


def test_a_page_alone_has_no_site_boilerplate() -> None:
    assert removed(page("a", "Home", "News", FERRY)) == {"a": []}


def test_documents_without_a_group_do_not_vote() -> None:
    pages = [
        page(name, "Village hall", FERRY.replace("ferry", name)) for name in ("bus", "train", "tram", "van")
    ]
    assert removed(*pages) == {"bus": [], "train": [], "tram": [], "van": []}


def test_an_unreadable_source_is_a_result() -> None:
    gone = Changing("a", [PermissionError(13, "Permission denied")])
    found = results(gone, page("b", FERRY))
    assert isinstance(found[0], Skipped)
    assert (found[0].reason, found[0].is_failure, found[0].raw) == ("unreadable", True, None)


def test_a_document_that_changed_between_the_passes_is_left_alone() -> None:
    changing = Changing("a", [f"{FERRY}\nx\n{FERRY}\n".encode(), b"something else\n"])
    assert results(changing) == [
        Skipped("a", "changed", "it changed while it was being cleaned", b"something else\n")
    ]


def test_a_document_that_vanished_between_the_passes_is_left_alone() -> None:
    vanishing = Changing("a", [f"{FERRY}\n".encode(), FileNotFoundError(2, "No such file or directory")])
    assert results(vanishing) == [
        Skipped("a", "changed", "it cannot be read any more: No such file or directory")
    ]


def test_nothing_goes_on_account_of_a_document_that_changed() -> None:
    changing = Changing("a", [f"{FERRY}\n{WIND}\n".encode(), b"something else\n"])
    found = results(changing, page("b", FERRY, "Own."), page("c", FERRY, WIND), settings=EVERYTHING)
    assert [(each.cuts, each.dropped) for each in found if isinstance(each, Edit)] == [
        ((), False),
        ((), False),
    ]


NEAR = f"{FERRY} {WIND} {FERRY.replace('Friday', 'Monday')} {WIND.replace('Saturday', 'Sunday')}"
"""A text that is nearly the same when a word is put behind it."""


@pytest.mark.parametrize("copy", [NEAR, f"{NEAR} Indeed."])
@pytest.mark.parametrize("now", [b"something else\n", FileNotFoundError(2, "No such file or directory")])
def test_no_document_goes_for_a_later_one_that_changed(copy: str, now: bytes | OSError) -> None:
    settings = replace(EVERYTHING, keep="last")
    found = results(page("a", copy), Changing("b", [NEAR.encode(), now]), settings=settings)
    assert isinstance(found[0], Edit)
    assert (found[0].cuts, found[0].dropped) == ((), False)
    assert isinstance(found[1], Skipped)


def test_a_document_that_changes_after_its_copy_was_left_out_stops_everything() -> None:
    changing = Changing("b", [NEAR.encode(), NEAR.encode(), b"something else\n"])
    with pytest.raises(
        SelfCheckFailed, match=r"^b: it changed after a had been left out as a copy of it; noth"
    ):
        results(page("a", NEAR), changing, settings=replace(EVERYTHING, keep="last"))


def test_a_document_that_changes_after_its_copy_was_reported_stops_nothing() -> None:
    changing = Changing("b", [NEAR.encode(), b"something else\n"])
    found = results(page("a", NEAR), changing, settings=Settings(keep="last"))
    assert [type(each) for each in found] == [Edit, Skipped]


@pytest.mark.parametrize(
    ("settings", "readings"),
    [
        (replace(EVERYTHING, keep="first"), (2, 2, 2)),
        (replace(EVERYTHING, keep="last"), (2, 2, 3)),
        (Settings(keep="last"), (2, 2, 2)),
    ],
)
def test_what_stays_is_read_once_more_only_when_a_document_goes_for_it_before_its_turn(
    settings: Settings, readings: tuple[int, int, int]
) -> None:
    sources = [Changing(name, [NEAR.encode()]) for name in "abc"]
    found = results(*sources, settings=settings)
    assert sum(each.dropped for each in found if isinstance(each, Edit)) in (0, 2)
    assert tuple(source.read_count for source in sources) == readings


def test_documents_with_the_same_boilerplate_are_no_copies() -> None:
    banner = "Sign up for our free weekly newsletter"
    pages = [page("a", *[banner] * 40, FERRY), page("b", *[banner] * 40, WIND)]
    for settings in (
        Settings(),
        Settings(strip=frozenset()),
        Settings(strip=frozenset({"DUP101", "DOC402"})),
    ):
        found = [each for each in results(*pages, settings=settings) if isinstance(each, Edit)]
        assert not any(each.dropped for each in found)
        assert "DOC402" not in {finding.rule for each in found for finding in each.findings}


def test_a_repeat_within_a_document_counts_in_comparing_it() -> None:
    pages = [page("a", FERRY, WIND), page("b", FERRY, WIND, FERRY, WIND, FERRY, WIND)]
    (_, found) = results(*pages)
    assert isinstance(found, Edit)
    evidence = {finding.rule: dict(finding.evidence) for finding in found.findings}
    assert evidence["DOC402"] == {"jaccard": 0.8889, "contained": 0.8889, "tokens": 108}


def test_paragraphs_of_a_near_copy_are_reported_too() -> None:
    found = rules_found(page("a", FERRY, WIND, FERRY.upper()), page("b", FERRY, WIND, "Indeed."))
    assert found["b"] == [("DOC402", 1), ("XDP301", 1), ("XDP301", 2)]


def test_paragraphs_of_an_exact_copy_are_not() -> None:
    assert rules_found(page("a", FERRY, WIND), page("b", FERRY, WIND))["b"] == [("DOC401", 1)]


def test_a_document_that_goes_as_near_copy_is_not_what_a_shared_paragraph_names() -> None:
    tide = "The mayor said that nobody in the town had ever seen so high a tide before."
    baker = "A baker in the upper town has begun to make loaves from barley and from rye."
    sources = [page("a", NEAR), page("b", NEAR, tide), page("c", baker, tide), page("d", tide, "Own words.")]
    found = results(*sources, settings=replace(EVERYTHING, threshold=0.7))
    edits = [each for each in found if isinstance(each, Edit)]
    assert [(each.name, each.dropped) for each in edits][:3] == [("a", False), ("b", True), ("c", False)]
    assert [(cut.rule, cut.survivors[0].document) for cut in edits[3].cuts] == [("XDP301", "c")]


def test_a_single_document_is_compared_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedupe.pipeline.Body", None)
    monkeypatch.setattr("dedupe.pipeline.find_duplicate_documents", None)
    assert removed(page("a", FERRY, "x", FERRY)) == {"a": [("DUP101", 3)]}


def test_a_listener_hears_each_stage_and_how_many_bytes_of_it_are_done() -> None:
    listener = Listening()
    list(prepare([page("a", FERRY), page("b", WIND)], settings=Settings(), progress=listener).edits())
    a, b = len(FERRY) + 1, len(WIND) + 1
    done: list[object] = [a, b, "end"]
    assert listener.heard == [
        ("reading", a + b, "bytes"), *done,
        ("deciding", a + b, "bytes"), *done,
        ("comparing", None, "documents"), "end",
        ("cutting", a + b, "bytes"), *done,
    ]  # fmt: skip


def test_where_no_size_is_known_beforehand_reading_counts_documents() -> None:
    listener = Listening()
    sources = [Changing("a", [b"one\n"]), Changing("b", [b"two\n"])]
    list(prepare(sources, settings=Settings(), progress=listener).edits())
    assert listener.heard[:4] == [("reading", 2, "documents"), 1, 1, "end"]
    assert listener.heard[4] == ("deciding", 8, "bytes")


def test_a_file_that_cannot_be_read_counts_as_read(tmp_path: Path) -> None:
    listener = Listening()
    (tmp_path / "folder").mkdir()
    unreadable = FileSource("a", "", tmp_path / "folder", "a")
    size = unreadable.size
    list(prepare([unreadable, page("b", WIND)], settings=Settings(), progress=listener).edits())
    assert listener.heard[:4] == [("reading", size + len(WIND) + 1, "bytes"), size, len(WIND) + 1, "end"]


def test_no_sources_give_no_results() -> None:
    assert results() == []


def test_an_empty_document_stays_empty() -> None:
    (found,) = results(BytesSource("a", "", b""), settings=EVERYTHING)
    assert isinstance(found, Edit)
    assert (found.cleaned, found.cuts, found.dropped) == (b"", (), False)


def test_a_cut_that_does_not_restore_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedupe.editing.put_back", lambda *_: b"wrong")
    with pytest.raises(
        SelfCheckFailed, match=r"^a: the cuts put back do not give the original, which is a fault"
    ):
        results(page("a", FERRY, "x", FERRY))
