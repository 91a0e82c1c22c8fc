"""The HTML report in a real browser: it opens from disk, can be searched and walked through, and asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, started, why_there_is_none
from command_line import CHECKOUT, dedupe
from made_edits import plan_of
from payloads import FOR_BROWSERS, edits_of

from dedupe.model import Edit
from dedupe.plan import WholeTexts, open_plan
from dedupe.reporters import write_report
from dedupe.reports.interface import Beside

pytestmark = pytest.mark.skipif(bool(why_there_is_none()), reason=why_there_is_none() or "there is one")

VISIBLE = "[...document.querySelectorAll('.article')].filter(a => !a.hidden)"
NAMES = f"{VISIBLE}.map(a => a.querySelector('h3').textContent)"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("page")
    dedupe(
        *(
            "clean",
            "fixtures",
            "-o",
            room / "out",
            "--plan",
            room / "plan.jsonl",
            "--report",
            room / "r.html",
        ),
        cwd=CHECKOUT,
    ).exits(0)
    return room / "r.html"


@pytest.fixture(scope="module")
def told(page: Path) -> tuple[str, int]:
    """Return what the headline has to say, and how many articles there must be, counted from the plan itself."""
    plan = open_plan(page.with_name("plan.jsonl"))
    articles = sum(bool(document.cuts) for document in plan.documents())
    headline = f"{plan.totals.removed.total():,} of {plan.totals.paragraphs:,} paragraphs removed"
    return headline, articles


@pytest.fixture
def opened(chromium: Browser, page: Path) -> Browser:
    chromium.let_scripts_run(run=True)
    chromium.look_like()
    chromium.open(page)
    return chromium


def test_it_opens_from_disk_asks_for_nothing_and_the_console_stays_empty(
    opened: Browser, page: Path, told: tuple[str, int]
) -> None:
    assert opened.run("document.querySelector('h1').textContent") == told[0]
    opened.click("#unfold")
    opened.click("#theme")
    opened.type_into("#search", "ferry")
    opened.eventually(f"{VISIBLE}.length < {told[1]}")
    assert opened.requested() == [page.resolve().as_uri()]
    assert opened.complaints() == []


def test_articles_can_be_searched_filtered_and_sorted(opened: Browser, told: tuple[str, int]) -> None:
    every = opened.run(NAMES)
    assert len(every) == told[1]
    opened.choose("#rule", "DUP103")
    assert opened.run(NAMES) == [name for name in every if name in opened.run(NAMES)]
    assert opened.run(f"{VISIBLE}.every(a => a.querySelector('[data-rule=DUP103]'))")
    assert opened.run("document.querySelectorAll('.gone:not([data-rule=DUP103]):not(.off)').length") == 0
    assert (
        opened.run("document.getElementById('count').textContent")
        == f"{len(opened.run(NAMES))} of {told[1]} articles"
    )
    opened.choose("#rule", "")
    site = opened.run("[...document.querySelectorAll('#site option')].find(o => o.text === 'site').value")
    opened.choose("#site", site)
    assert opened.run(NAMES)
    assert all(name.startswith("site/") for name in opened.run(NAMES))
    opened.type_into("#search", "no such words anywhere")
    opened.eventually(f"{VISIBLE}.length === 0")
    opened.click("#reset")
    assert opened.run(NAMES) == every
    opened.choose("#order", "name")
    assert opened.run(NAMES) == sorted(every)
    opened.choose("#order", "share")
    shares = opened.run(f"{VISIBLE}.map(a => Number(a.dataset.share))")
    assert shares == sorted(shares, reverse=True)


def test_a_link_leads_to_the_copy_that_stays_though_its_article_is_closed(opened: Browser) -> None:
    opened.run("[...document.querySelectorAll('.article')].forEach(a => a.open = false)")
    opened.run("document.querySelectorAll('.clusters details').forEach(d => d.open = true)")
    opened.click(".clusters .where a")
    target = "document.getElementById(location.hash.slice(1))"
    assert opened.run(f"{target}.matches('.stay')")
    assert opened.run(f"{target}.closest('.article').open")
    assert opened.run(f"document.activeElement === {target}")
    assert opened.run(f"(r => r.top >= 0 && r.bottom <= innerHeight)({target}.getBoundingClientRect())")


def test_each_removal_links_to_a_copy_with_the_same_words(opened: Browser) -> None:
    pairs = opened.run(
        "[...document.querySelectorAll('.gone[data-rule=DUP101] a')].map(a => ["
        "a.closest('.gone').querySelector('del').textContent,"
        "document.getElementById(a.hash.slice(1)).querySelector('.words').textContent])"
    )
    assert len(pairs) > 100
    squeezed = [tuple("".join(text.split()).casefold() for text in pair) for pair in pairs]
    same = [gone for gone, stays in squeezed if gone.strip(".,") in stays or stays in gone]
    assert len(same) >= 0.9 * len(pairs)  # the others differ in marks that a comparison key leaves out


def test_all_of_it_can_be_reached_by_keys(opened: Browser, told: tuple[str, int]) -> None:
    opened.press("/")
    assert opened.run("document.activeElement.id") == "search"
    opened.press("tripled_body", "\ue00c")  # Escape
    opened.eventually(f"{VISIBLE}.length === {told[1]}")
    opened.press("j", "j")
    active = "document.activeElement"
    second = opened.run(f"{active}.id")
    assert opened.run(f"{active}.matches('.gone')")
    opened.press("j", "k")
    assert opened.run(f"{active}.id") == second
    opened.run("document.querySelector('.gone.dup').focus()")
    opened.press("s")
    assert opened.run(f"{active}.matches('.stay')")
    opened.press("o")
    assert not opened.run(f"{active}.closest('.article').open")


def test_without_scripts_it_is_complete(chromium: Browser, page: Path, told: tuple[str, int]) -> None:
    chromium.look_like()
    chromium.let_scripts_run(run=False)
    chromium.open(page)
    shown = chromium.run("document.body.innerText")
    chromium.let_scripts_run(run=True)
    assert told[0] in shown
    assert "all rules" not in shown  # tools that would do nothing are not there
    assert "SIGN UP FOR OUR FREE WEEKLY NEWSLETTER" in shown


def test_without_scripts_a_link_opens_the_article_it_leads_into(chromium: Browser, page: Path) -> None:
    chromium.let_scripts_run(run=False)
    chromium.open(page)
    anchor = chromium.run("document.querySelector('.article:not([open]) .stay').id")
    chromium.open(page, f"#{anchor}")
    chromium.eventually(f"document.getElementById('{anchor}').closest('.article').open")
    chromium.let_scripts_run(run=True)


@pytest.mark.parametrize("width", [1400, 700, 400])
def test_nothing_is_wider_than_the_window(opened: Browser, width: int) -> None:
    opened.look_like(width=width)
    opened.click("#unfold")
    assert opened.run("document.documentElement.scrollWidth") <= width


def test_it_is_light_or_dark_as_the_system_is_until_somebody_chooses(opened: Browser) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light = opened.run(colour)
    opened.look_like(dark=True)
    dark = opened.run(colour)
    assert light != dark
    opened.click("#theme")
    assert opened.run(colour) == light
    opened.look_like()
    opened.click("#theme")
    assert opened.run(colour) == dark


def test_it_prints_dark_on_light_without_what_only_works_on_a_screen(opened: Browser) -> None:
    opened.look_like(media="print", dark=True)
    assert opened.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for selector in ("#tools", ".contents", "#theme"):
        assert opened.run(f"getComputedStyle(document.querySelector('{selector}')).display") == "none"
    assert opened.run("getComputedStyle(document.querySelector('del')).textDecorationLine") == "line-through"
    assert opened.run(
        "[...document.querySelectorAll('.clusters .places')].every(list => list.getBoundingClientRect().height > 0)"
    )
    assert opened.printed().startswith(b"%PDF")


def test_five_hundred_payloads_run_nothing_and_send_nothing(chromium: Browser, tmp_path: Path) -> None:
    results = list(edits_of(FOR_BROWSERS))
    plan = plan_of(tmp_path / "plan.jsonl", results)
    texts = WholeTexts(
        plan, given={result.name: result.raw for result in results if isinstance(result, Edit)}
    )
    write_report(plan, tmp_path / "page.html", beside=Beside(texts, plan_name="plan.jsonl"))
    chromium.look_like()
    chromium.let_scripts_run(run=True)
    chromium.open(tmp_path / "page.html")
    assert chromium.run("document.querySelectorAll('.article').length") >= 490
    chromium.click("#unfold")
    assert chromium.run("typeof window.pwned") == "undefined"
    assert chromium.run("document.scripts.length") == 1
    assert (
        chromium.run(
            "document.querySelectorAll('img, iframe, object, embed, form, base, link, video').length"
        )
        == 0
    )
    assert chromium.requested() == [(tmp_path / "page.html").resolve().as_uri()]
    assert chromium.complaints() == []
