"""The articles of the page, each as HTML, as many as there is room for; links lead only to what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe.plan import NoText, PlannedCut, PlannedDocument, WholeText
from dedupe.reports.html.anchors import Anchors
from dedupe.reports.html.articles import STAY_CHARACTERS, THRIFTS, Shown, least_size, paragraphs_of, show
from dedupe.reports.html.gathering import CUTS_OF_ARTICLE, site_of
from dedupe.reports.html.labels import RuleLabel, lines_text, percent, short_name
from dedupe.reports.html.removals import LINKS_SHOWN, Link
from dedupe.reports.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.model import Place
    from dedupe.plan import Plan
    from dedupe.reports.html.gathering import Article
    from dedupe.reports.interface import Beside

ARTICLES_BYTES = 3_800_000
"""So much room the articles have together."""
STUBS_BYTES = 300_000
"""So much room the texts of copies have that stand in no article shown."""
LEAST_BYTES = 9_000
MOST_TEXT_BYTES = 32 * 1024 * 1024
"""Larger documents are shown without their kept text."""
OPEN_BYTES = 150_000
"""Articles stand open until so much is open; the others open at a click."""
RULES_SHOWN = 12
HEADING_CHARACTERS = 1_100
"""Names of files are shown whole."""
CUTS_WANTING = 40
"""So many removals of an article have links to other documents."""
HOLDERS = 300
"""So many documents are read for the copies that stay in them."""

Render = Callable[[dict[str, object]], str]
"""Makes the HTML of one article."""


@dataclass(frozen=True, slots=True)
class Stub:
    """A copy that stays in a document that is not shown otherwise."""

    anchor: str
    label: str
    paragraphs: tuple[str, ...] = ()


@dataclass(slots=True)
class Listing:
    """The articles that are shown.

    `spots` names the anchor of each removal that is shown, by document and start; `present` holds the anchors of copies
    that are there, `missed` the articles without kept text.
    """

    articles: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    spots: dict[tuple[str, int], str] = field(default_factory=dict)
    stubs: list[Stub] = field(default_factory=list)
    anchors: Anchors = field(default_factory=Anchors)
    present: set[str] = field(default_factory=set)
    missed: list[NoText] = field(default_factory=list)

    def link_to(self, place: Place) -> Link:
        """Return a link to a copy that stays, without an anchor where it is not shown."""
        anchor = self.anchors.of(place)
        label = f"{short_name(place.document)}, {lines_text(place.first_line, place.last_line)}"
        return Link(label, anchor if anchor in self.present else "")


def list_articles(
    articles: Sequence[Article], plan: Plan, beside: Beside, render: Render, *, rest: str, most: int
) -> Listing:
    """Return as many of the articles as `most` bytes have room for, in the order given."""
    listing = Listing()
    _want_copies(articles, listing.anchors)
    by_name = sorted(range(len(articles)), key=lambda number: articles[number].document.name)
    name_order = {number: order for order, number in enumerate(by_name)}
    site_numbers: dict[str, int] = {}
    used = 0
    for number, article in enumerate(articles):
        room = most - used
        if room < LEAST_BYTES:
            break
        text = _text_of(article.document, beside)
        if isinstance(text, NoText) and _is_missing(text):
            listing.missed.append(text)
        shown = _shown(article, text, listing.anchors, room, len(articles) - number)
        site = site_of(article.document.name)
        page = render(
            _view(article, shown, rest=rest)
            | {
                "site": site_numbers.setdefault(site, len(site_numbers)),
                "name_order": name_order[number],
                "is_open": used < OPEN_BYTES,
            }
        )
        used += len(page.encode())
        if used > most and listing.articles:
            break
        listing.articles.append(page)
        listing.spots |= shown.spots
        listing.present.update(shown.anchors)
    listing.sites = [short_name(site, 40) or "no folder" for site in site_numbers]
    _add_stubs(listing, plan, beside)
    return listing


def _want_copies(articles: Sequence[Article], anchors: Anchors) -> None:
    for article in articles:
        for cut in article.document.cuts[:CUTS_WANTING]:
            anchors.want(
                place for place in cut.survivors[:LINKS_SHOWN] if place.document != article.document.name
            )


_TOO_LARGE = "the document is too large to be shown"
_TOO_MUCH = "it lost too much to be put together here"


def _is_missing(text: NoText) -> bool:
    """Return whether somebody who knows where the files are could help."""
    return text.why not in (_TOO_LARGE, _TOO_MUCH)


def _text_of(document: PlannedDocument, beside: Beside) -> WholeText | NoText:
    if beside.texts is None:
        return NoText(document.name, "it was not looked for")
    if document.bytes > MOST_TEXT_BYTES:
        return NoText(document.name, _TOO_LARGE)
    found = beside.texts.of(document)
    if isinstance(found, NoText) and len(document.cuts) >= CUTS_OF_ARTICLE:
        return NoText(document.name, _TOO_MUCH)
    return found


def _shown(article: Article, text: WholeText | NoText, anchors: Anchors, room: int, left: int) -> Shown:
    """Return as much of an article as there is room for: what others leave of their share is for all."""
    allowance = min(room, max(LEAST_BYTES, 3 * room // left))
    for thrift in THRIFTS[:-1]:
        if thrift.context is None and isinstance(text, WholeText) and len(text.raw) > allowance:
            continue
        if least_size(article.document, thrift) > allowance:
            continue
        shown = show(article.document, article.number, text, anchors, thrift)
        if shown.size <= allowance:
            return shown
    return show(article.document, article.number, text, anchors, THRIFTS[-1])


def _view(article: Article, shown: Shown, *, rest: str) -> dict[str, object]:
    """Return what the template of an article asks for."""
    document = article.document
    labels = [(RuleLabel.of(code), f"{count:,}") for code, count in article.rules[:RULES_SHOWN]]
    cuts = article.cut_count
    left = cuts - sum(piece.kind == "gone" for piece in shown.pieces)
    return {
        "number": article.number,
        "name": short_name(document.name, HEADING_CHARACTERS) if document.name != "-" else "standard input",
        "removed": "The whole document is left out"
        if document.dropped
        else f"{cuts:,} of {counted(document.paragraphs, 'paragraph')} removed",
        "share": percent(article.share),
        "share_width": round(article.share, 1),
        "share_order": round(1_000 * article.share),
        "lost": article.lost,
        "rules": labels,
        "rule_keys": sorted({label.key for label, _ in labels}),
        "notes": list(_notes(article, shown)),
        "wrapped": document.segmentation == "blank-line",
        "pieces": shown.pieces,
        "left_cuts": f"{counted(cuts - left, 'removal')} of {cuts:,}" if left else "",
        "rest": rest,
    }


def _notes(article: Article, shown: Shown) -> list[str]:
    document, notes = article.document, []
    if document.spared:
        notes.append(f"Boilerplate was left in, or no article would be left: {short_name(document.spared)}.")
    if document.guessed:
        notes.append(f"Its encoding was guessed: {short_name(document.encoding, 40)}.")
    if shown.why:
        notes.append(f"Only what was removed is shown, without the text around it: {shown.why}.")
    if article.found:
        told = ", ".join(
            f"{count:,} by {RuleLabel.of(code).code}" for code, count in article.found[:RULES_SHOWN]
        )
        notes.append(f"Reported besides, and left in: {told}.")
    return notes


def _add_stubs(listing: Listing, plan: Plan, beside: Beside) -> None:
    """Add the copies to which something shown links and that stand in no article shown."""
    missing: dict[str, list[Place]] = {}
    for place in listing.anchors.wanted():
        if listing.anchors.of(place) not in listing.present:
            missing.setdefault(place.document, []).append(place)
    if not missing:
        return
    names, room = set(list(missing)[:HOLDERS]), STUBS_BYTES
    documents = _documents_named(names, plan) if plan.header.preview else {}
    for name, places in missing.items():
        document = documents.get(name)
        text = _text_of(document, beside) if document is not None else None
        for place in places:
            anchor = listing.anchors.of(place)
            label = f"{short_name(name)}, {lines_text(place.first_line, place.last_line)}"
            paragraphs: tuple[str, ...] = ()
            if isinstance(text, WholeText) and room > 0:
                says = text.between(place.start, min(place.end, place.start + 4 * STAY_CHARACTERS))
                wrapped = text.document.segmentation == "blank-line"
                paragraphs = paragraphs_of(says[:STAY_CHARACTERS], wrapped=wrapped)
                room -= sum(map(len, paragraphs))
            listing.stubs.append(Stub(anchor, label, paragraphs))
            listing.present.add(anchor)


def _documents_named(names: set[str], plan: Plan) -> dict[str, PlannedDocument]:
    """Return some of the documents of a plan, with their cuts, without holding the others."""
    from dataclasses import replace

    found: dict[str, PlannedDocument] = {}
    cuts: dict[str, list[PlannedCut]] = {}
    for record in plan.records():
        if isinstance(record, PlannedDocument) and record.name in names:
            found[record.name] = record
        elif isinstance(record, PlannedCut) and record.document in names:
            held = cuts.setdefault(record.document, [])
            if len(held) < CUTS_OF_ARTICLE:
                held.append(record)
    return {name: replace(one, cuts=tuple(cuts.get(name, ()))) for name, one in found.items()}
