"""The page says what the plan says, is never too large, and holds no more of a plan than it shows."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from lxml import html as lxml_html
from made_edits import edit_of, plan_of

from dedupe.model import Edit, Finding, Place, Skipped, Totals
from dedupe.plan import Plan, PlannedCut, PlannedDocument, Record, WholeTexts
from dedupe.plan.lf_lines import LfPieces
from dedupe.reports.html.articles import paragraphs_of
from dedupe.reports.html.clusters import DETAILED, Clusters
from dedupe.reports.html.command import command_of
from dedupe.reports.html.gathering import ARTICLES, CUTS_OF_ARTICLE, gather, share_class
from dedupe.reports.html.labels import percent, shown_lines
from dedupe.reports.html.reporter import TEMPLATES, HtmlReporter
from dedupe.reports.interface import Beside

MOST_BYTES = 5_000_000
TEXT = "The harbour master said that the ferry would not run before the storm was over, and he meant it.\n"


def page_of(plan: Plan, *results: Edit | Skipped, plan_name: str = "plan.jsonl") -> str:
    given = {result.name: result.raw for result in results if isinstance(result, Edit)}
    pieces: list[bytes] = []
    HtmlReporter().render(plan, pieces.append, Beside(WholeTexts(plan, given=given), plan_name=plan_name))
    return b"".join(pieces).decode()


def words(page: str, selector: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in _select(page, selector)]


def _select(page: str, kind: str) -> list[Any]:
    tag, _, name = kind.partition(".")
    condition = f"[contains(concat(' ', @class, ' '), ' {name} ')]" if name else ""
    return cast("list[Any]", lxml_html.document_fromstring(page.encode()).xpath(f"//{tag or '*'}{condition}"))


def repeated(name: str, *, times: int = 2, padding: str = "") -> Edit:
    """Return an article in which one paragraph stands several times, between others."""
    raw, ranges = f"Headline of {name}\n{TEXT}".encode(), []
    for number in range(times - 1):
        raw += f"{padding}Paragraph {number} stays in {name}.\n".encode()
        ranges.append((len(raw), len(raw) + len(TEXT)))
        raw += TEXT.encode()
    raw += b"The end.\n"
    edit = edit_of(name, raw, ranges)
    start = len(f"Headline of {name}\n")
    place = Place(name, start, start + len(TEXT) - 1, 2, 2)
    return replace(edit, cuts=tuple(replace(cut, survivors=(place,), score=1.0) for cut in edit.cuts))


def test_the_page_shows_verdict_numbers_text_in_place_and_the_copy_that_stays(tmp_path: Path) -> None:
    edits = [repeated("site/a.txt", times=3), edit_of("site/b.txt", b"whole\n")]
    page = page_of(plan_of(tmp_path / "plan.jsonl", edits), *edits)
    assert words(page, "h1") == ["2 of 6 paragraphs removed"]
    assert words(page, "dl.figures")[0].startswith("Documents changed1 of 2")
    (text,) = _select(page, "div.text")
    flow = [" ".join(child.text_content().split())[:20] for child in text]
    assert flow == [
        *("Headline of site/a.t", "The harbour master s", "Paragraph 0 stays in", "The harbour master s"),
        *("Paragraph 1 stays in", "The harbour master s", "The end."),
    ]
    assert [child.tag if child.tag == "p" else child.get("class").split()[0] for child in text] == [
        *("p", "stay", "p", "gone", "p", "gone", "p"),
    ]
    (copy,) = _select(page, "div.stay")
    assert {link.get("href") for gone in _select(page, "div.gone") for link in gone.iter("a")} == {
        f"#{copy.get('id')}"
    }
    assert "dedupe clean" in words(page, "pre")[0]


def test_a_page_about_nothing_says_so(tmp_path: Path) -> None:
    assert words(page_of(plan_of(tmp_path / "plan", [])), "h1") == ["Nothing was read"]
    page = page_of(plan_of(tmp_path / "plan", [edit_of("a", b"x\n")]))
    assert words(page, "h1") == ["Nothing repeats, nothing was removed"]
    assert "No document lost anything." in page


def test_inputs_that_could_not_be_read_are_listed_and_others_counted(tmp_path: Path) -> None:
    results = [
        Skipped("b.txt", "unreadable", "permission denied"),
        Skipped("c", "binary"),
        Skipped("d", "binary"),
    ]
    page = page_of(plan_of(tmp_path / "plan", results))
    assert "b.txtunreadable: permission denied" in words(page, "tr")
    assert "Passed over on purpose: 2 binary." in page
    assert "1 input could not be read." in page


def test_a_plan_that_does_not_stay_is_not_named(tmp_path: Path) -> None:
    edits = [repeated(f"{number:04}.txt") for number in range(ARTICLES + 20)]
    page = page_of(plan_of(tmp_path / "plan", edits), *edits, plan_name="")
    assert "the rest in the plan, which --plan FILE keeps." in page
    assert "dedupe restore" not in page


def test_a_page_is_never_too_large_and_says_what_is_left_out(tmp_path: Path) -> None:
    edits = [
        repeated(
            f"{'a' * 60}{number:04}.txt", times=40, padding="<&>\x01" * 200 if number < 30 else "x" * 2000
        )
        for number in range(ARTICLES + 60)
    ]
    page = page_of(plan_of(tmp_path / "plan", edits), *edits)
    assert len(page.encode()) <= MOST_BYTES
    shown = len(_select(page, "details.article"))
    assert 100 < shown <= ARTICLES
    assert f"Showing {shown:,} of 560, the rest in plan.jsonl." in page
    assert "Showing 40 of 560, the rest in plan.jsonl." in page
    ids = [element.get("id") for element in _select(page, "*") if element.get("id")]
    links = {element.get("href")[1:] for element in _select(page, "a")}
    assert len(ids) == len(set(ids))
    assert links <= set(ids)


def test_a_copy_in_a_document_that_is_not_shown_is_shown_by_itself(tmp_path: Path) -> None:
    holder = edit_of("holder.txt", b"Before.\n" + TEXT.encode() + b"After.\n")
    loser = edit_of("loser.txt", TEXT.encode() + b"More.\n", [(0, len(TEXT))], rule="XDP301")
    place = Place("holder.txt", 8, 8 + len(TEXT) - 1, 2, 2)
    loser = replace(loser, cuts=(replace(loser.cuts[0], survivors=(place,)),))
    page = page_of(plan_of(tmp_path / "plan", [holder, loser]), holder, loser)
    (copy,) = _select(page, "div.stub")
    assert " ".join(copy.text_content().split()) == f"{TEXT.strip()} ✓ stays holder.txt, line 2"
    (gone,) = _select(page, "div.gone")
    assert [link.get("href") for link in gone.iter("a")] == [f"#{copy.get('id')}"]


def test_a_copy_in_another_article_is_linked_there(tmp_path: Path) -> None:
    first, second = repeated("a.txt", times=4), repeated("b.txt", times=2)
    place = first.cuts[0].survivors[0]
    second = replace(second, cuts=(replace(second.cuts[0], rule="XDP301", survivors=(place,)),))
    page = page_of(plan_of(tmp_path / "plan", [first, second]), first, second)
    copies = [copy.get("id") for copy in _select(page, "div.stay")]
    assert len(copies) == 1
    assert {a.get("href") for gone in _select(page, "div.gone") for a in gone.iter("a")} == {f"#{copies[0]}"}


def test_words_of_a_near_repeat_that_its_copy_has_not_stand_out(tmp_path: Path) -> None:
    edit = repeated("a.txt")
    near = TEXT.replace("storm was over", "heavy storm was past")
    start = edit.cuts[0].start
    raw = edit.raw[:start] + near.encode() + edit.raw[start + len(TEXT) :]
    changed = edit_of("a.txt", raw, [(start, start + len(near))], rule="DUP102")
    cut = replace(changed.cuts[0], survivors=edit.cuts[0].survivors)
    changed = replace(changed, cuts=(cut,))
    page = page_of(plan_of(tmp_path / "plan", [changed]), changed)
    assert words(page, "mark") == ["heavy", "past,"]
    assert words(page, "del") == [near.strip()]


def test_what_is_reported_is_told(tmp_path: Path) -> None:
    place = Place("a", 0, 6, 1, 1)
    findings = (
        Finding("XDP301", place, 1.0, (), (Place("b", 0, 6, 1, 1),)),
        Finding("DOC402", place, 0.91, (), (Place("b", 0, 6, 1, 1),)),
    )
    page = page_of(
        plan_of(tmp_path / "plan", [edit_of("a", b"words\n", findings=findings), edit_of("b", b"words\n")])
    )
    assert any("a of b similarity 0.91" in item for item in words(page, "li"))
    assert any(item.startswith("1 a first with b") for item in words(page, "li"))


def test_the_command_is_put_together_from_the_settings(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [], destination="out-dir", root="/home/ada/clean pages")
    told = command_of(plan.header, folder="/home/ada/corpus", single="", plan_name="plan.jsonl")
    assert told == "dedupe clean corpus -o 'clean pages' --plan plan.jsonl"
    settings = dict(plan.header.settings) | {
        "threshold": 0.7,
        "ignore": ("XDP301",),
        "keep": "last",
        "newer": "x",
    }
    header = replace(plan.header, settings=tuple(settings.items()), destination="dry-run", preview=False)
    assert command_of(header, folder=None, single="", plan_name="") == (
        "dedupe clean PATH… --ignore XDP301 --keep last --threshold 0.7 --newer x --dry-run --no-preview"
    )


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.04, "under 0.1 %"), (12.34, "12.3 %"), (99.97, "over 99.9 %"), (100, "100 %")],
)
def test_a_share_is_never_rounded_to_nothing_or_all(share: float, text: str) -> None:
    assert percent(share) == text.replace(" %", "\u00a0%")


def test_shares_fall_into_classes() -> None:
    told = [share_class(lost, 1000) for lost in (0, 1, 9, 10, 19, 20, 50, 100, 399, 400, 800, 989, 990, 1000)]
    assert told == [0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 9, 9, 10, 10]


def test_text_keeps_its_lines_and_nothing_in_it_acts() -> None:
    assert shown_lines("a\r\nb\rc\td\x1b\u202e\ud800") == "a\nb\nc       d\\x1b\\u202e\\ud800"
    assert paragraphs_of("a\n\n  b\nc\n \n\nd\n", wrapped=True) == ("a", "  b\nc", "d")
    assert paragraphs_of("a\n\n  b\nc\n", wrapped=False) == ("a", "  b", "c")


# What is held of a plan


def cut_of(document: str, number: int, text: str = "x") -> PlannedCut:
    return PlannedCut(
        *(f"{number}", document, 2 * number, 2 * number + 2, number + 1, number + 1, "DUP101", 1.0, ()),
        (),
        b"x\n",
        "0" * 32,
        text,
        LfPieces(1, b"", b"", 0),
    )


def document_of(name: str, size: int) -> PlannedDocument:
    return PlannedDocument(
        *(name, size, "0" * 32, "utf-8", False, b"", "line", size, "", False, 0, "0" * 32),
    )


def plan_like(records: Iterator[Record]) -> Plan:
    return cast("Plan", SimpleNamespace(records=lambda: records))


def test_of_a_document_with_very_many_cuts_a_bounded_number_is_held() -> None:
    def records() -> Iterator[Record]:
        yield document_of("a", 10**6)
        for number in range(30_000):
            yield cut_of("a", number)
        yield Totals()

    tracemalloc.start()
    told = gather(plan_like(records()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (article,) = told.articles
    assert article.cut_count == 30_000
    assert article.lost == 60_000
    assert len(article.document.cuts) == CUTS_OF_ARTICLE
    assert len(told.clusters) == 1
    assert told.clusters.largest()[0].count == 30_000
    assert peak < 8_000_000


def test_of_very_many_documents_those_are_held_that_lost_most() -> None:
    def records() -> Iterator[Record]:
        for number in range(3 * ARTICLES):
            yield document_of(f"{number}", 10**6)
            for at in range(1 + number % 7):
                yield cut_of(f"{number}", at, f"{number}")
        yield Totals()

    told = gather(plan_like(records()))
    assert len(told.articles) == ARTICLES
    assert told.candidates == 3 * ARTICLES
    lost = [article.lost for article in told.articles]
    assert lost == sorted(lost, reverse=True)
    assert min(lost) == 2 * 5
    assert [article.number for article in told.articles if article.lost == 14] == sorted(
        article.number for article in told.articles if article.lost == 14
    )


def test_clusters_are_counted_exactly_however_many_there_are() -> None:
    clusters = Clusters()
    for number in range(3 * DETAILED):
        clusters.add(cut_of("a", number, f"single {number}"))
        if number % 100 == 0:
            clusters.add(cut_of("a", number, "often"))
    assert len(clusters) == 3 * DETAILED + 1
    assert clusters.largest()[0].count == 3 * DETAILED // 100
    assert clusters.sizes() == {1: 3 * DETAILED, 3 * DETAILED // 100: 1}


# The look


def test_words_and_signs_stand_out_from_their_ground_in_light_and_dark() -> None:
    """Contrast as WCAG 2 has it: 4.5 for text."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    palettes = [
        dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})", block))
        for block in re.findall(r"\{[^{}]*\}", style)
    ]
    palettes = [palette for palette in palettes if "paper" in palette and "ink" in palette]
    assert len(palettes) == 4
    for palette in palettes:
        pairs = [(name, "paper") for name in ("ink", "soft", "strong", "dup", "bpl", "doc", "stay", "other")]
        pairs += [(name, f"{name}-tint") for name in ("dup", "bpl", "doc", "stay", "other")]
        pairs += [("ink", f"{name}-tint") for name in ("dup", "bpl", "doc", "stay")] + [("ink", "raised")]
        for name, ground in pairs:
            assert contrast(palette[name], palette[ground]) >= 4.5, (name, ground)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_dark_is_the_same_whether_the_system_or_a_person_chose_it() -> None:
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    blocks = re.findall(r"\{(\s*color-scheme:dark;[^{}]*)\}", style)
    assert len(blocks) == 2
    assert blocks[0] == blocks[1]


def test_the_files_of_the_page_name_nothing_elsewhere() -> None:
    for path in sorted(TEMPLATES.iterdir()):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?:|//[a-z]|url\(|@import|src=|style=|\son[a-z]+=|innerHTML|eval", text), (
            path.name
        )
