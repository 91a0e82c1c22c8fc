"""Everything as one JSON object, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.checking.interface import Listening, Write
from dedupe.reports.json_text import json_text
from dedupe.settings import RULE_BY_CODE

if TYPE_CHECKING:
    from dedupe.checking.outcome import CheckOutcome
    from dedupe.checking.values import CountedParagraph
    from dedupe.model import Skipped

FORMAT_VERSION = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it.

1: the first.
"""


class JsonLister(Listening):
    """Writes each duplicate as it comes, known ones too; totals and verdict come last."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._is_first = True
        self._skipped: list[Skipped] = []

    def paragraph(self, paragraph: CountedParagraph) -> None:
        """Write the paragraph as an object on a line."""
        self._open()
        self._write((b"\n" if self._is_first else b",\n") + json_text(_finding(paragraph)))
        self._is_first = False

    def _open(self) -> None:
        if self._is_first:
            self._write(b'{\n"format_version": %d,\n"tool": "dedupe",\n"findings": [' % FORMAT_VERSION)

    def skipped(self, skipped: Skipped) -> None:
        """Keep it for the end."""
        self._skipped.append(skipped)

    def finish(self, outcome: CheckOutcome) -> None:
        """Close the list and write everything else."""
        self._open()
        self._write(b"]" if self._is_first else b"\n]")
        skipped = [
            {"name": each.name, "reason": each.reason, "detail": each.detail} for each in self._skipped
        ]
        for key, value in {"skipped": skipped, **_ending(outcome)}.items():
            self._write(b",\n%s: %s" % (json_text(key), json_text(value)))
        self._write(b"\n}\n")


def _finding(paragraph: CountedParagraph) -> dict[str, object]:
    return {
        "rule": paragraph.rule,
        "rule_name": RULE_BY_CODE[paragraph.rule].name,
        "path": paragraph.path,
        "first_line": paragraph.first_line,
        "last_line": paragraph.last_line,
        "score": paragraph.score,
        "characters": paragraph.characters,
        "fingerprint": paragraph.fingerprint,
        "known": paragraph.is_known,
        "copies": [
            {"path": copy.path, "first_line": copy.first_line, "last_line": copy.last_line}
            for copy in paragraph.copies
        ],
        "text": paragraph.text,
    }


def _ending(outcome: CheckOutcome) -> dict[str, object]:
    return {
        "version": outcome.version,
        "settings_digest": outcome.settings_digest,
        "totals": {
            "documents": outcome.documents,
            "paragraphs": outcome.paragraphs,
            "characters": outcome.characters,
            "duplicates": outcome.duplicates,
            "duplicate_characters": outcome.counted_characters.total(),
            "share": round(outcome.share, 9),
            "clusters": outcome.clusters,
            "by_rule": dict(sorted(outcome.counted.items())),
            "characters_by_rule": dict(sorted(outcome.counted_characters.items())),
            "reported": dict(sorted(outcome.found.items())),
            "failed": outcome.failed,
        },
        "baseline": {
            "new": outcome.new.total(),
            "new_clusters": outcome.new_clusters,
            "new_by_rule": dict(sorted(outcome.new.items())),
            "gone": outcome.gone,
        }
        if outcome.has_baseline
        else None,
        "gates": [
            {
                "kind": result.gate.kind,
                "rule": result.gate.rule,
                "where": result.gate.where,
                "limit": result.gate.limit,
                "actual": round(result.actual, 9),
                "failed": result.failed,
            }
            for result in outcome.gates
        ],
        "passed": outcome.passed,
    }
