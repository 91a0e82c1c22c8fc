"""The plan as Markdown, for people: what went, why, and which copy stays.

Whatever comes from outside (text, names, evidence) stands in code spans, where neither Markdown nor HTML is
read, on one line, and with control characters shown as escapes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.plan import PlannedCut
from dedupe.reports.bodies import Body
from dedupe.reports.interface import NOTHING_BESIDE
from dedupe.reports.sanitizing import inert_within_lines, visible
from dedupe.settings import RULE_BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.model import Evidence, EvidenceValue, Place, Totals
    from dedupe.plan import Plan, PlannedDocument, PlannedFinding
    from dedupe.reports.interface import Beside, Write

MAX_CHARACTERS = 400
"""So much of a removed text is shown; all of it is in the plan."""

MAX_PLACES = 5


class MarkdownReporter:
    """A report to be read from top to bottom: the totals, then article by article."""

    sentence = "for people: the totals, then per article what went, why, and which copy stays"

    def render(self, plan: Plan, write: Write, beside: Beside = NOTHING_BESIDE) -> None:
        """Write the report; articles that lost nothing and show nothing are only counted."""
        write(_top(plan).encode("utf-8"))
        for document, following in plan.walk():
            _write_article(document, following, write, Body(beside.tmp_dir))
        heading = "\n## Skipped\n\n"
        for skipped in plan.skipped():
            detail = f": {as_code(skipped.detail)}" if skipped.detail else ""
            write(f"{heading}- {as_code(skipped.name)}, {skipped.reason}{detail}\n".encode())
            heading = ""


def as_code(text: str) -> str:
    """Return `text` as a code span that it cannot leave, on one line, with nothing in it that could act."""
    shown = inert_within_lines(visible(text))
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    if not shown.strip():
        return f"{fence}{shown or ' '}{fence}"
    # Markdown drops one space inside each fence; without it a backtick would join its fence.
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _top(plan: Plan) -> str:
    totals = plan.totals
    cut = sum(totals.removed.values())
    out = [
        f"# What dedupe removed\n\n{_many(cut, 'paragraph')} of {totals.paragraphs:,} removed",
        f" from {_many(totals.documents, 'document')};",
        f" {totals.bytes_in:,} bytes in, {totals.bytes_out:,} bytes out.\n",
    ]
    if not plan.header.preview:
        out.append("The plan was made with `--no-preview`: it holds line numbers and no text.\n")
    if totals.removed or totals.found:
        out.append(_table(totals))
    return "".join(out)


def _table(totals: Totals) -> str:
    rows = ["\n| rule | | removed | characters | reported |\n|---|---|--:|--:|--:|\n"]
    for code in sorted(totals.removed.keys() | totals.found.keys()):
        name, _ = _rule(code)
        counts = (totals.removed[code], totals.removed_characters[code], totals.found[code])
        rows.append(f"| {_plain(code)} | {name} | {' | '.join(f'{count:,}' for count in counts)} |\n")
    return "".join(rows)


def _write_article(
    document: PlannedDocument,
    following: Iterator[PlannedCut | PlannedFinding],
    write: Write,
    body: Body,
) -> None:
    """Write an article: how many paragraphs went stands before them, so they wait in `body`."""
    rule, cuts, in_findings = None, 0, False
    for each in following:
        if isinstance(each, PlannedCut):
            if each.rule != rule:
                rule = each.rule
                because = " because ".join(filter(None, _rule(rule)))
                body.write(f"\n**{_plain(rule)}**, {because}\n\n".encode())
            body.write(_cut(each).encode())
            cuts += 1
            continue
        if not in_findings:
            body.write(b"\nReported, and left in:\n\n")
            in_findings = True
        body.write(_finding(each).encode())
    if cuts or in_findings or document.spared or document.dropped:
        write(_head(document, cuts).encode())
        for line in body.lines():
            write(line)


def _head(document: PlannedDocument, cuts: int) -> str:
    out = [f"\n## {as_code(document.name)}\n\n"]
    if document.dropped:
        out.append("The whole document goes.\n")
    if document.spared:
        out.append(f"Boilerplate left in: {as_code(document.spared)}.\n")
    if document.guessed:
        out.append(f"Its encoding was guessed: {as_code(document.encoding)}.\n")
    if cuts:
        lost = document.bytes - document.cleaned_bytes
        out.append(f"{_many(cuts, 'paragraph')} of {document.paragraphs:,} removed, {_many(lost, 'byte')}.\n")
    return "".join(out)


def _cut(cut: PlannedCut) -> str:
    line = [f"- {_lines(cut.first_line, cut.last_line)}"]
    if cut.score != 1:
        line.append(f", score {cut.score:.2f}")
    if cut.survivors:
        line.append(f"; stays at {_places(cut.survivors, cut.document)}")
    line.append(_evidence(cut.evidence))
    if cut.removed is not None:
        line.append(f"\n  {as_code(_shortened(cut.text))}")
    return "".join([*line, "\n"])


def _finding(finding: PlannedFinding) -> str:
    name, _ = _rule(finding.rule)
    place = finding.place
    copies = f"; also at {_places(finding.copies, place.document)}" if finding.copies else ""
    score = f", score {finding.score:.2f}" if finding.score != 1 else ""
    where = _lines(place.first_line, place.last_line)
    return f"- **{_plain(finding.rule)}** {name}, {where}{score}{copies}{_evidence(finding.evidence)}\n"


def _places(places: tuple[Place, ...], document: str) -> str:
    shown = [
        f"{'' if place.document == document else as_code(place.document) + ' '}"
        f"{_lines(place.first_line, place.last_line)}"
        for place in places[:MAX_PLACES]
    ]
    more = len(places) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _evidence(evidence: Evidence) -> str:
    shown = ", ".join(f"{_plain(name)} {_value(value)}" for name, value in evidence)
    return f" ({shown})" if shown else ""


def _value(value: EvidenceValue) -> str:
    if isinstance(value, str):
        return as_code(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"


def _lines(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _rule(code: str) -> tuple[str, str]:
    """Return a rule's name and sentence, both empty for a rule of a newer dedupe."""
    rule = RULE_BY_CODE.get(code)
    return (rule.name, rule.sentence) if rule else ("", "")


def _plain(name: str) -> str:
    """Return a name of ours as it is; in a plan from elsewhere it may be anything."""
    return name if name.isascii() and name.replace(" ", "").isalnum() else as_code(name)


def _shortened(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    return f"{text[:MAX_CHARACTERS]}… ({len(text) - MAX_CHARACTERS:,} characters more)"
