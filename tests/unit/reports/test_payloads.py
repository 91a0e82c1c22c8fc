"""Nothing that a corpus says acts where a report is looked at: not in a browser, a spreadsheet, a terminal or a log."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import html5lib
import pytest
from lxml import etree
from lxml import html as lxml_html
from made_edits import plan_of
from payloads import FOR_BROWSERS, FOR_TERMINALS, FORMULAS, MARKER, edits_of

from dedupe.model import Edit
from dedupe.plan import WholeTexts
from dedupe.reporters import REPORTER_BY_NAME
from dedupe.reports.interface import Beside
from dedupe.reports.sanitizing import visible

BATCH = 34
ACTING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e0fff]"
)
TAGS = frozenset(
    "a b blockquote body br button code dd del details div dl dt figcaption figure footer h1 h2 h3 head header html"
    " input kbd label li line main mark meta nav ol option output p pre rect script section select span style summary"
    " svg table tbody td text th thead title tr ul".split()
)
ATTRIBUTES: dict[str, str] = {
    "class": r"[a-z0-9 -]+",
    "id": r"[a-z]+(-[a-z]+)?|a\d+|c\d+-\d+|s\d+",
    "href": r"#([a-z]+|a\d+|c\d+-\d+|s\d+)",
    "data-rule": r"[A-Z]{3}\d{3}|other",
    "data-rules": r"([A-Z]{3}\d{3}|other| )*",
    "data-site": r"\d+",
    "data-lost": r"\d+",
    "data-share": r"\d+",
    "data-name": r"\d+",
    "data-order": r"\d+",
    "value": r"|\d+|[A-Z]{3}\d{3}|other|lost|share|name",
    "aria-label": r"[A-Za-z ,;-]+",
    "aria-labelledby": r"[a-z-]+",
    "name": r"viewport|referrer|color-scheme",
    "content": r"default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none';"
    r" form-action 'none'|width=device-width, initial-scale=1|no-referrer|light dark",
    "http-equiv": "Content-Security-Policy",
    "charset": "utf-8",
    "lang": "en",
    "type": "button|search",
    "role": "search|img",
    "scope": "col",
    "dir": "auto",
    "aria-live": "polite",
    "aria-hidden": "true",
    "autocomplete": "off",
    "spellcheck": "false",
    "tabindex": "-1|0",
    "hidden": "",
    "open": "",
    "viewBox": r"[\d. ]+",
    "preserveAspectRatio": "none",
    "text-anchor": "end",
    **dict.fromkeys(("x", "y", "x1", "x2", "y1", "y2", "width", "height"), r"-?[\d.]+"),
}
"""All attributes that there may be, and all that may stand in them: words and numbers of ours."""


def rendered(name: str, payloads: Sequence[str], folder: Path) -> bytes:
    results = list(edits_of(payloads))
    plan = plan_of(folder / "plan.jsonl", results)
    given = {result.name: result.raw for result in results if isinstance(result, Edit)}
    pieces: list[bytes] = []
    beside = Beside(WholeTexts(plan, given=given), plan_name=payloads[0])
    REPORTER_BY_NAME[name].render(plan, pieces.append, beside)
    return b"".join(pieces)


def batches(payloads: Sequence[str]) -> list[Sequence[str]]:
    return [payloads[at : at + BATCH] for at in range(0, len(payloads), BATCH)]


def elements_of(page: bytes) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield tag, attributes and text of each element, as the algorithm of browsers reads the page."""
    for element in html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False).iter():
        assert isinstance(element.tag, str), f"a comment: {element.text}"
        yield element.tag.rpartition("}")[2], dict(element.attrib), element.text or ""


def test_there_are_five_hundred_payloads_for_browsers_and_forty_formulas() -> None:
    assert len(set(FOR_BROWSERS)) == len(FOR_BROWSERS) >= 500
    assert all(MARKER in payload for payload in FOR_BROWSERS)
    assert len(set(FORMULAS)) == len(FORMULAS) == 40


@pytest.mark.parametrize("number", range(len(batches(FOR_BROWSERS))))
def test_no_element_attribute_address_or_script_of_a_page_comes_from_content(
    tmp_path: Path, number: int
) -> None:
    payloads = batches(FOR_BROWSERS)[number]
    page = rendered("html", payloads, tmp_path)
    scripts, ids, links, words = [], Counter[str](), set(), []
    for tag, attributes, text in elements_of(page):
        assert tag in TAGS
        for attribute, value in attributes.items():
            assert attribute in ATTRIBUTES, (tag, attribute, value)
            assert re.fullmatch(ATTRIBUTES[attribute], value), (tag, attribute, value)
        if tag in ("script", "style"):
            scripts.append(text)
            assert MARKER not in text
        ids.update([attributes["id"]] if "id" in attributes else [])
        links.update([attributes["href"].removeprefix("#")] if "href" in attributes else [])
        words.append(text)
    assert len(scripts) == 2
    assert max(ids.values()) == 1
    assert links <= ids.keys()
    shown = "\n".join(words)
    assert all(payload in shown for payload in payloads)


def test_another_parser_finds_the_elements_of_a_harmless_page(tmp_path: Path) -> None:
    harmless = [f"harmless words number {number}" for number in range(BATCH)]
    expected = Counter(tags_of(rendered("html", harmless, tmp_path)))
    for payloads in batches(FOR_BROWSERS):
        if len(payloads) == BATCH:
            assert Counter(tags_of(rendered("html", payloads, tmp_path))) == expected


def tags_of(page: bytes) -> Iterator[str]:
    for element in lxml_html.document_fromstring(page).iter():
        assert isinstance(element.tag, str)
        yield element.tag


@pytest.mark.parametrize("name", sorted(set(REPORTER_BY_NAME) - {"diff"}))
def test_reports_are_inert_on_a_terminal(tmp_path: Path, name: str) -> None:
    report = rendered(name, FOR_TERMINALS, tmp_path).decode().removeprefix("\ufeff")
    assert not ACTING.search(report.replace("\r\n", "\n"))
    if name != "html":  # a page is for a file; what is printed of it goes through a filter of the command
        lines = report.splitlines()
        assert [
            line for line in lines if line.lstrip().startswith("::") or "##[" in line or "##vso[" in line
        ] == []


@pytest.mark.parametrize("name", ["json", "sarif"])
def test_json_says_all_of_it(tmp_path: Path, name: str) -> None:
    payloads = [*FOR_TERMINALS, *FOR_BROWSERS[::9], *FORMULAS]
    report = json.loads(rendered(name, payloads, tmp_path))
    if name == "json":
        cuts = [cut for document in report["documents"] for cut in document["cuts"]]
        assert [cut["id"] for cut in cuts] == payloads
    else:
        assert report["runs"][0]["results"]


def test_junit_is_xml_whatever_stands_in_it(tmp_path: Path) -> None:
    payloads = [*FOR_TERMINALS, *FOR_BROWSERS[::9], *FORMULAS]
    report = etree.fromstring(rendered("junit", payloads, tmp_path))
    cases = report.findall(".//testcase")
    assert len(cases) == 2 * len(payloads)
    assert {element.tag for element in report.iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase", "system-out", "error"),
    }


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    payloads = [*FORMULAS, *FOR_TERMINALS, *FOR_BROWSERS[::9]]
    text = rendered("csv", payloads, tmp_path).decode()
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert len(rows) == 3 * len(payloads)
    assert all(len(row) == len(head) for row in rows)
    for row in rows:
        for cell in row:
            assert not cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell
            assert "\n" not in cell
    said = {cell.removeprefix("'") for row in rows for cell in row}
    for payload in FORMULAS:
        assert visible(payload) in said


def test_markdown_holds_no_markup_but_its_own(tmp_path: Path) -> None:
    text = rendered("md", FOR_BROWSERS[::3], tmp_path).decode()
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert "<" not in outside
    assert MARKER not in outside


def test_whatever_is_shown_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in REPORTER_BY_NAME:
        first = rendered(name, FOR_BROWSERS[:20], tmp_path)
        assert first == rendered(name, FOR_BROWSERS[:20], tmp_path)
