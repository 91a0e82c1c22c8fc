"""SARIF 2.1.0, for code scanning: one result a cluster, its copies as related locations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from dedupe.checking.interface import Listening, Write
from dedupe.checking.values import file_spot
from dedupe.reports.json_text import json_text
from dedupe.settings import RULES

if TYPE_CHECKING:
    from dedupe.checking.outcome import CheckOutcome
    from dedupe.checking.values import CountedParagraph
    from dedupe.model import Skipped

MAX_RESULTS = 5_000
"""GitHub takes so many results of a run with their particulars."""
MAX_RELATED = 100
"""GitHub shows so many locations of a result."""
MAX_CHARACTERS = 300
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULE_INDEX = {rule.code: number for number, rule in enumerate(RULES)}

Spot = tuple[str, int, int]
"""A path, a first and a last line."""


@dataclass(slots=True)
class _Cluster:
    """Paragraphs with one fingerprint: the first is described, the others are counted, and some located."""

    rule: str
    message: str
    text: str
    spot: Spot
    fingerprint: str
    is_known: bool
    count: int = 1
    related: list[tuple[Spot, str]] = field(default_factory=list)


class SarifLister(Listening):
    """Holds at most 5,000 clusters of a kind, those with a new copy and those without, each bounded."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._clusters: dict[str, _Cluster] = {}
        self._known: dict[str, _Cluster] = {}
        self._unread: list[Skipped] = []

    def paragraph(self, paragraph: CountedParagraph) -> None:
        """Add the paragraph to its cluster."""
        found = self._clusters.get(paragraph.fingerprint)
        if found is None and not paragraph.is_known:
            # The cluster may have known copies already; this one is what there is to tell of it.
            known = self._known.pop(paragraph.fingerprint, None)
            found = self._open(self._clusters, paragraph)
            if found is not None and known is not None:
                found.count += known.count
                found.related += [(known.spot, "known copy"), *known.related][
                    : MAX_RELATED - len(found.related)
                ]
            return
        if found is None:
            found = self._known.get(paragraph.fingerprint)
            if found is None:
                self._open(self._known, paragraph)
                return
        found.count += 1
        if len(found.related) < MAX_RELATED:
            found.related.append((_spot(paragraph), "would go too"))

    def _open(self, clusters: dict[str, _Cluster], paragraph: CountedParagraph) -> _Cluster | None:
        if len(clusters) >= MAX_RESULTS:
            return None
        cluster = clusters[paragraph.fingerprint] = _Cluster(
            paragraph.rule,
            paragraph.message,
            " ".join(paragraph.text[: 2 * MAX_CHARACTERS].split())[:MAX_CHARACTERS],
            _spot(paragraph),
            paragraph.fingerprint,
            paragraph.is_known,
        )
        stay = [(copy.path, copy.first_line, copy.last_line) for copy in paragraph.copies]
        cluster.related += [(spot, "copy that stays") for spot in stay[:MAX_RELATED]]
        return cluster

    def skipped(self, skipped: Skipped) -> None:
        """Keep it for the end."""
        self._unread.append(skipped)

    def finish(self, outcome: CheckOutcome) -> None:
        """Write the whole log."""
        clusters = [*self._clusters.values(), *self._known.values()][:MAX_RESULTS]
        self._write(b'{"$schema": %s, "version": "2.1.0", "runs": [{\n' % json_text(SCHEMA))
        self._write(b'"tool": {"driver": %s},\n' % json_text(_driver(outcome)))
        self._write(b'"columnKind": "unicodeCodePoints",\n')
        self._write(b'"originalUriBaseIds": {"SRCROOT": {"description": {"text": "the current folder"}}},\n')
        self._write(b'"invocations": [%s],\n' % json_text(self._invocation(outcome, len(clusters))))
        self._write(b'"results": [')
        for number, cluster in enumerate(clusters):
            self._write((b",\n" if number else b"\n") + json_text(_result(cluster, outcome)))
        self._write(b"\n]}]}\n" if clusters else b"]}]}\n")

    def _invocation(self, outcome: CheckOutcome, shown: int) -> dict[str, object]:
        told = [{"level": "error", "message": {"text": _unread_text(skipped)}} for skipped in self._unread]
        if outcome.clusters > shown:
            text = f"{outcome.clusters - shown:,} more clusters are left out"
            told.append({"level": "warning", "message": {"text": text}})
        told.append({"level": "note", "message": {"text": f"{outcome.sentence}; {outcome.verdict}"}})
        return {"executionSuccessful": not outcome.failed, "toolExecutionNotifications": told}


def _driver(outcome: CheckOutcome) -> dict[str, object]:
    rules = [
        {
            "id": rule.code,
            "name": "".join(word.capitalize() for word in rule.name.replace(",", "").split()),
            "shortDescription": {"text": rule.name},
            "fullDescription": {"text": f"{rule.sentence[:1].upper()}{rule.sentence[1:]}."},
            "help": {"text": f"See dedupe clean --help and docs/rules.md on {rule.code}."},
        }
        for rule in RULES
    ]
    return {"name": "dedupe", "version": outcome.version, "rules": rules}


def _result(cluster: _Cluster, outcome: CheckOutcome) -> dict[str, object]:
    copies = f"; {cluster.count:,} such paragraphs would go" if cluster.count > 1 else ""
    text = f": {cluster.text}" if cluster.text else ""
    level = "note" if cluster.is_known else "warning" if outcome.passed else "error"
    result: dict[str, object] = {
        "ruleId": cluster.rule,
        "level": level,
        "message": {"text": f"{cluster.message}{copies}{text}"},
        "locations": [_location(cluster.spot)],
        "partialFingerprints": {"dedupe/v1": cluster.fingerprint},
    }
    if cluster.rule in _RULE_INDEX:
        result["ruleIndex"] = _RULE_INDEX[cluster.rule]
    if cluster.related:
        result["relatedLocations"] = list(_related(cluster))
    if outcome.has_baseline:
        result["baselineState"] = "unchanged" if cluster.is_known else "new"
    return result


def _related(cluster: _Cluster) -> Iterator[dict[str, object]]:
    for number, (spot, text) in enumerate(cluster.related):
        yield {"id": number, **_location(spot), "message": {"text": text}}


def _spot(paragraph: CountedParagraph) -> Spot:
    return paragraph.path, paragraph.first_line, paragraph.last_line


def _location(spot: Spot) -> dict[str, object]:
    place = file_spot(*spot)
    physical: dict[str, object] = {"artifactLocation": _artifact(place.path)}
    if place.first is not None:
        physical["region"] = {"startLine": place.first, "endLine": place.last}
    if not place.record:
        return {"physicalLocation": physical}
    return {"physicalLocation": physical, "logicalLocations": [{"name": place.record, "kind": "element"}]}


def _artifact(path: str) -> dict[str, object]:
    uri = quote(os.fsencode(path))
    return {"uri": f"file://{uri}"} if path.startswith("/") else {"uri": uri, "uriBaseId": "SRCROOT"}


def _unread_text(skipped: Skipped) -> str:
    detail = f": {skipped.detail}" if skipped.detail else ""
    return f"{skipped.name}: not read, {skipped.reason}{detail}"
