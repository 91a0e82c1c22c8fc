"""The HTML report: the plan is read once, what is shown is chosen, and a template writes it with everything escaped."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.reports.html.gathering import gather
from dedupe.reports.html.labels import short_name
from dedupe.reports.html.listing import ARTICLES_BYTES, LEAST_BYTES, list_articles
from dedupe.reports.html.page import page_values
from dedupe.reports.interface import NOTHING_BESIDE

if TYPE_CHECKING:
    from jinja2 import Environment

    from dedupe.plan import Plan
    from dedupe.reports.html.gathering import Gathered
    from dedupe.reports.html.listing import Listing
    from dedupe.reports.interface import Beside, Write

TEMPLATES = Path(__file__).parent / "templates"
MOST_BYTES = 5_000_000
"""No page is larger."""


class HtmlReporter:
    """One page for people: what went, in place, with the reason and the copy that stays."""

    sentence = "one page for people: what went, struck through where it stood, with plots and search"

    def render(self, plan: Plan, write: Write, beside: Beside = NOTHING_BESIDE) -> None:
        """Write the page; what is held of the plan is bounded, and so is the page."""
        told = gather(plan)
        environment = _environment()
        room = ARTICLES_BYTES
        while True:
            listing, page = _rendered(environment, plan, told, beside, room)
            if len(page) <= MOST_BYTES or room <= 0:
                break
            # Hardly ever: all that is not articles has its bounds, and they leave room enough.
            room -= len(page) - MOST_BYTES + LEAST_BYTES
        if plan.header.preview:
            for text in listing.missed:
                beside.missed(text)
        write(page)


def _rendered(
    environment: Environment, plan: Plan, told: Gathered, beside: Beside, room: int
) -> tuple[Listing, bytes]:
    """Return the page with as many articles as there is `room` for."""
    rest = short_name(beside.plan_name) if beside.plan_name else "the plan, which --plan FILE keeps"
    article = environment.get_template("article.html")
    listing = list_articles(told.articles, plan, beside, article.render, rest=rest, most=room)
    values = page_values(plan, told, listing, plan_name=beside.plan_name, rest=rest) | _assets(listing)
    return listing, environment.get_template("page.html").render(values).encode()


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _assets(listing: Listing) -> dict[str, object]:
    """Return style and script, which are ours, the policy that lets nothing else in, and the articles as they are."""
    from markupsafe import Markup

    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", "behaviour.js"))
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'"
    )
    return {
        "style": Markup(style),  # noqa: S704 - a file of the package
        "script": Markup(script),  # noqa: S704
        "policy": policy,
        "articles": [Markup(article) for article in listing.articles],  # noqa: S704 - the template escaped them
    }


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
