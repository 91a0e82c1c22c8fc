"""The plan as one JSON object, for programs that want to read a finished result and not a stream of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.plan import PlannedCut, PlannedFinding
from dedupe.reports.interface import NOTHING_BESIDE
from dedupe.reports.json_text import json_text
from dedupe.settings import RULE_BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.model import Place, Skipped, Totals
    from dedupe.plan import Plan, PlannedDocument
    from dedupe.reports.interface import Beside, Write

FORMAT_VERSION = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it.

1: the first.
"""


class JsonReporter:
    """One JSON object: totals, documents with what was cut and found in them, and what was skipped."""

    sentence = "one JSON object: totals, and for every document what was cut and found"

    def render(self, plan: Plan, write: Write, beside: Beside = NOTHING_BESIDE) -> None:  # noqa: ARG002
        """Write the object piece by piece, one document a line."""
        header = plan.header
        head: dict[str, object] = {
            "format_version": FORMAT_VERSION,
            "tool": "dedupe",
            "version": header.version,
            "destination": header.destination,
            "preview": header.preview,
            "settings": dict(header.settings),
            "settings_digest": header.settings_digest,
            "totals": _totals(plan.totals),
        }
        for key, value in head.items():
            write(
                b"%s%s: %s"
                % (b"{\n" if key == "format_version" else b",\n", json_text(key), json_text(value))
            )
        write(b",\n%s: [" % json_text("documents"))
        separator = b"\n"
        for document, following in plan.walk():
            write(separator)
            _write_document(document, following, write)
            separator = b",\n"
        write(b"\n]" if separator == b",\n" else b"]")
        _write_list("skipped", (_skipped(skipped) for skipped in plan.skipped()), write)
        write(b"\n}\n")


def _write_list(key: str, items: Iterator[dict[str, object]], write: Write) -> None:
    write(b",\n%s: [" % json_text(key))
    separator = b"\n"
    for item in items:
        write(separator + json_text(item))
        separator = b",\n"
    write(b"\n]" if separator == b",\n" else b"]")


def _totals(totals: Totals) -> dict[str, object]:
    return {
        "documents": totals.documents,
        "paragraphs": totals.paragraphs,
        "bytes_in": totals.bytes_in,
        "bytes_out": totals.bytes_out,
        "removed": dict(sorted(totals.removed.items())),
        "removed_characters": dict(sorted(totals.removed_characters.items())),
        "found": dict(sorted(totals.found.items())),
        "skipped": dict(sorted(totals.skipped.items())),
    }


def _write_document(
    document: PlannedDocument, following: Iterator[PlannedCut | PlannedFinding], write: Write
) -> None:
    """Write the object of a document on one line; its cuts and findings are not held."""
    write(json_text(_document(document)).removesuffix(b"}") + b', "cuts": [')
    separator, in_findings = b"", False
    for each in following:
        if isinstance(each, PlannedFinding) and not in_findings:
            write(b'], "findings": [')
            separator, in_findings = b"", True
        write(separator + json_text(_cut(each) if isinstance(each, PlannedCut) else _finding(each)))
        separator = b", "
    write(b"]}" if in_findings else b'], "findings": []}')


def _document(document: PlannedDocument) -> dict[str, object]:
    return {
        "name": document.name,
        "bytes": document.bytes,
        "digest": document.digest,
        "encoding": document.encoding,
        "guessed": document.guessed,
        "segmentation": document.segmentation,
        "paragraphs": document.paragraphs,
        "spared": document.spared,
        "dropped": document.dropped,
        "cleaned_bytes": document.cleaned_bytes,
        "cleaned_digest": document.cleaned_digest,
    }


def _cut(cut: PlannedCut) -> dict[str, object]:
    return {
        "id": cut.id,
        "rule": cut.rule,
        "rule_name": _rule_name(cut.rule),
        "score": cut.score,
        "start": cut.start,
        "end": cut.end,
        "first_line": cut.first_line,
        "last_line": cut.last_line,
        "evidence": dict(cut.evidence),
        "survivors": [_place(place) for place in cut.survivors],
        "removed_digest": cut.removed_digest,
        "text": None if cut.removed is None else cut.text,
    }


def _finding(finding: PlannedFinding) -> dict[str, object]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "rule_name": _rule_name(finding.rule),
        "score": finding.score,
        "start": finding.place.start,
        "end": finding.place.end,
        "first_line": finding.place.first_line,
        "last_line": finding.place.last_line,
        "evidence": dict(finding.evidence),
        "copies": [_place(place) for place in finding.copies],
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "document": place.document,
        "start": place.start,
        "end": place.end,
        "first_line": place.first_line,
        "last_line": place.last_line,
    }


def _skipped(skipped: Skipped) -> dict[str, object]:
    return {
        "name": skipped.name,
        "reason": skipped.reason,
        "detail": skipped.detail,
        "is_failure": skipped.is_failure,
    }


def _rule_name(code: str) -> str:
    """Return the rule's name, `""` for a rule of a newer dedupe."""
    return RULE_BY_CODE[code].name if code in RULE_BY_CODE else ""
