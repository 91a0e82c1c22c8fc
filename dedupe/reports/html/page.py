"""What the page tells besides its articles: verdict, numbers, clusters, what was reported or not read, settings."""

from __future__ import annotations

import shlex
from textwrap import dedent
from typing import TYPE_CHECKING

from dedupe.model import SKIP_REASONS
from dedupe.reports.html import charts
from dedupe.reports.html.command import command_of
from dedupe.reports.html.labels import RuleLabel, lines_text, percent, short_name, shown_lines
from dedupe.reports.html.removals import Link
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted, size
from dedupe.settings import Settings

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from dedupe.plan import Plan
    from dedupe.reports.html.clusters import Cluster
    from dedupe.reports.html.gathering import Gathered
    from dedupe.reports.html.listing import Listing

CLUSTERS_BYTES = 700_000
"""So much room the places of clusters have together."""
CLUSTER_CHARACTERS = 500
RULES_SHOWN = 40
SETTINGS_SHOWN = 60


def page_values(
    plan: Plan, told: Gathered, listing: Listing, *, plan_name: str, rest: str
) -> dict[str, object]:
    """Return what the template of the page asks for, but for style, script and articles."""
    clusters = list(_clusters(told.clusters.largest(), listing))
    return {
        **_lead(plan, told, plan_name),
        "clusters": clusters,
        "clusters_shown": _showing(len(clusters), len(told.clusters), rest),
        "articles_shown": _showing(len(listing.articles), told.candidates, rest),
        "rest": rest,
        "rules": _counts(plan.totals.removed),
        "sites": listing.sites,
        "stubs": listing.stubs,
        "plots": {
            "rules": charts.rule_plot(plan.totals),
            "shares": charts.share_plot(told, plan.totals.documents),
            "clusters": charts.cluster_plot(told.clusters.sizes()),
            "similarity": charts.similarity_plot(told, _threshold(plan)),
            "sites": charts.site_plot(told),
        },
        **_reported(plan, told),
        **_inputs(plan, told, rest),
        "settings": list(_settings(plan)),
        "version": short_name(plan.header.version, 30),
        "digest": short_name(plan.header.settings_digest, 40),
        "source": rest if plan_name else "a plan that was not kept",
    }


def _lead(plan: Plan, told: Gathered, plan_name: str) -> dict[str, object]:
    subject = short_name((told.single or told.folder or "").rstrip("/").rpartition("/")[2], 60)
    documents = counted(plan.totals.documents, "document")
    return {
        "subject": "standard input" if subject == "-" else subject or documents,
        "verdict": _verdict(plan),
        "standfirst": list(_standfirst(plan)),
        "figures": _figures(plan, told),
        "strip": charts.strip(told, plan.totals),
        "command": command_of(plan.header, folder=told.folder, single=told.single, plan_name=plan_name),
        "undo": _undo(plan, told, plan_name),
        "by_id": _by_id(plan, told, plan_name),
    }


def _reported(plan: Plan, told: Gathered) -> dict[str, object]:
    return {
        "found": _counts(plan.totals.found),
        "copies": [
            {
                "rule": RuleLabel.of(finding.rule),
                "document": short_name(finding.place.document),
                "of": ", ".join(short_name(place.document) for place in finding.copies),
                "score": "" if finding.score == 1 else f"similarity {finding.score:.2f}",
            }
            for finding in told.copies
        ],
        "sharing": [
            (count, short_name(document), short_name(partner))
            for count, _, document, partner in told.sharing[:20]
        ],
    }


def _counts(by_rule: Counter[str]) -> list[tuple[RuleLabel, int]]:
    """Return rules with their counts; a plan from elsewhere may name any number of them."""
    return [(RuleLabel.of(code), count) for code, count in sorted(by_rule.items())[:RULES_SHOWN] if count]


def _showing(shown: int, there_are: int, rest: str) -> str:
    if shown >= there_are:
        return f"All {there_are:,} are shown." if there_are > 1 else ""
    return f"Showing {shown:,} of {there_are:,}, the rest in {rest}."


def _verdict(plan: Plan) -> str:
    totals = plan.totals
    removed = totals.removed.total()
    if not totals.documents:
        return "Nothing was read"
    if not removed:
        return "Nothing repeats, nothing was removed"
    done = "would go" if plan.header.destination == "dry-run" else "removed"
    return f"{removed:,} of {counted(totals.paragraphs, 'paragraph')} {done}"


def _standfirst(plan: Plan) -> Iterator[str]:
    totals, header = plan.totals, plan.header
    gone = totals.bytes_in - totals.bytes_out
    if totals.removed:
        yield f"That is {size(gone)} of {size(totals.bytes_in)}."
        if any(code.startswith(("DUP", "XDP", "DOC")) for code in totals.removed):
            yield "Whatever went as a repeat has a copy that stays, and each removal links to it."
    if header.destination == "dry-run":
        yield "No clean text was written."
    failed = _failed(plan)
    if failed:
        yield f"{counted(failed, 'input')} could not be read."
    elif passed_over := totals.skipped.total():
        was = "was" if passed_over == 1 else "were"
        yield f"{counted(passed_over, 'input')} {was} passed over, everything else was read."
    elif totals.documents:
        yield "Everything was read."
    if not header.preview:
        yield "The plan was made with --no-preview, so this page has line numbers and no text."


def _failed(plan: Plan) -> int:
    return sum(count for reason, count in plan.totals.skipped.items() if SKIP_REASONS[reason])


def _figures(plan: Plan, told: Gathered) -> list[tuple[str, str, str]]:
    totals = plan.totals
    gone = totals.bytes_in - totals.bytes_out
    share = percent(100 * gone / totals.bytes_in) if totals.bytes_in else "0 %"
    return [
        ("Documents changed", f"{told.changed:,}", f"of {totals.documents:,}"),
        ("Text removed", share, f"{size(gone)} of {size(totals.bytes_in)}"),
        ("Clusters", f"{len(told.clusters):,}", f"of {counted(totals.removed.total(), 'removed paragraph')}"),
        ("Reported, left in", f"{totals.found.total():,}", "shared paragraphs and copies of documents"),
    ]


def _undo(plan: Plan, told: Gathered, plan_name: str) -> str:
    if not plan_name or not plan.header.preview:
        return ""
    name = shlex.quote(visible(plan_name))
    match plan.header.destination:
        case "in-place":
            return f"dedupe restore {name}"
        case "out-dir" if not told.is_written_anew:
            return f"dedupe restore {name} -o originals"
        case _:
            return ""


def _by_id(plan: Plan, told: Gathered, plan_name: str) -> list[tuple[str, str]]:
    """Return what can be done with the id of a removal: commands, each with what it does."""
    if not plan_name or not plan.header.preview:
        return []
    name = shlex.quote(visible(plan_name))
    commands = [(f"dedupe explain {name} ID", "says more of it")]
    if plan.header.destination in ("in-place", "out-dir") and not told.is_written_anew:
        commands.append((f"dedupe restore {name} --id ID", "takes it back"))
    return commands


def _clusters(clusters: Sequence[Cluster], listing: Listing) -> Iterator[dict[str, object]]:
    """Yield clusters as they are shown: the places of all of them together have a bounded room."""
    room = CLUSTERS_BYTES
    for cluster in clusters:
        places = []
        for document, start, first_line, last_line in cluster.spots:
            label = f"{short_name(document)}, {lines_text(first_line, last_line)}"
            room -= 2 * len(label.encode()) + 60
            if room < 0:
                break
            places.append(Link(label, listing.spots.get((document, start), "")))
        shown = dedent(shown_lines(cluster.text[:CLUSTER_CHARACTERS])).strip("\n")
        yield {
            "rule": RuleLabel.of(cluster.rule),
            "count": cluster.count,
            "documents": "from " + counted(cluster.documents, "document"),
            "text": shown + "…" if len(cluster.text) > CLUSTER_CHARACTERS else shown,
            "stays": [listing.link_to(place) for place in cluster.stays[:3]],
            "places": places,
            "places_text": "Where it stood"
            if cluster.count == 1
            else f"All {cluster.count:,} places"
            if len(places) == cluster.count
            else f"{len(places):,} of {cluster.count:,} places",
            "more": cluster.count - len(places),
        }


def _inputs(plan: Plan, told: Gathered, rest: str) -> dict[str, object]:
    aside = [
        f"{count:,} {visible(reason)}"
        for reason, count in sorted(plan.totals.skipped.items())
        if count and not SKIP_REASONS[reason]
    ]
    return {
        "unread": [
            (
                short_name(one.name),
                f"{one.reason}: {short_name(one.detail, 200)}" if one.detail else one.reason,
            )
            for one in told.unread
        ],
        "unread_shown": _showing(len(told.unread), _failed(plan), rest),
        "passed_over": ", ".join(aside),
    }


def _threshold(plan: Plan) -> float:
    value = dict(plan.header.settings).get("threshold")
    return float(value) if isinstance(value, int | float) and 0 < value <= 1 else Settings().threshold


def _settings(plan: Plan) -> Iterator[tuple[str, str, bool]]:
    usual = Settings().as_data()
    for name, value in plan.header.settings[:SETTINGS_SHOWN]:
        spelled = list(value) if isinstance(value, tuple) else value
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        yield short_name(name, 40), short_name(text, 300) or "none", spelled == usual.get(name, object())
