"""What is checked of a plan while its lines go by."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from dedupe.model import Skipped, Totals
from dedupe.plan.canonical import LOCAL, WITH_LOCAL, canonical, new_digest
from dedupe.plan.door import DamagedError, Fields
from dedupe.plan.file_check import FileCheck
from dedupe.plan.parsing import (
    parse_cut,
    parse_document,
    parse_file,
    parse_finding,
    parse_header,
    parse_skipped,
    parse_splice,
    parse_totals,
)
from dedupe.plan.records import (
    OLDEST_SCHEMA,
    SCHEMA_VERSION,
    TOOL,
    PlanHeader,
    PlannedCut,
    PlannedDocument,
    PlannedFile,
    PlannedFinding,
    PlannedSplice,
)

MAX_LINE_BYTES = 1 << 30
REMAKE = "run dedupe again to make a new one"

_Told = PlannedDocument | PlannedCut | PlannedFinding | PlannedSplice | PlannedFile | Skipped
Record = PlanHeader | _Told | Totals
"""What a line says; a document as yet without the cuts and findings that follow it."""


class UnusableError(Exception):
    """The plan as a whole cannot be used; the message says why and what to do."""


class PlanCheck:
    """What is known of a plan while its lines go by."""

    def __init__(self) -> None:
        self.header: PlanHeader | None = None
        self._digest = new_digest()
        self._totals = Totals()
        self._document: PlannedDocument | None = None
        self._cut_to = 0
        self._bytes_cut = 0
        self._has_findings = False
        self._files = FileCheck()
        self._finished = False

    def record_of(self, line: bytes) -> Record:
        """Return what the next line says, after checking that it may say so here."""
        if self._finished:
            raise DamagedError("comes after the trailer")
        if len(line) >= MAX_LINE_BYTES:
            raise DamagedError("is too long")
        if not line.endswith(b"\n"):
            raise UnusableError(f"the plan is incomplete: it ends inside a line; {REMAKE}")
        fields = Fields.of_line(line)
        kind = fields.text("kind")
        if self.header is None:
            self._digest.update(canonical(fields.without(LOCAL)) + b"\n")
            self.header = self._header(fields, kind)
            return self.header
        if kind == "trailer":
            return self._trailer(fields)
        self._digest.update(canonical(fields.without(LOCAL)) + b"\n" if kind in WITH_LOCAL else line)
        match kind:
            case "document":
                return self._begin(parse_document(fields, preview=self.header.preview))
            case "cut":
                return self._cut(parse_cut(fields, preview=self.header.preview))
            case "finding":
                return self._finding(parse_finding(fields))
            case "splice":
                return self._files.splice(parse_splice(fields))
            case "file":
                return self._files.file(parse_file(fields), preview=self.header.preview)
            case "skipped":
                skipped = parse_skipped(fields)
                self._totals += Totals(skipped=Counter([skipped.reason]))
                return skipped
        raise DamagedError(f"is of the unknown kind {kind!r}")

    def expect_end(self) -> None:
        """Check that the trailer was there."""
        if not self._finished:
            raise UnusableError(f"the plan is incomplete: its trailer is missing; {REMAKE}")

    def _header(self, fields: Fields, kind: str) -> PlanHeader:
        if kind != "header" or fields.text("tool") != TOOL:
            raise DamagedError("is no header")
        schema = fields.count("schema")
        if schema > SCHEMA_VERSION:
            raise UnusableError(
                f"the plan has schema {schema} and this dedupe reads {SCHEMA_VERSION}; update dedupe"
            )
        if schema < OLDEST_SCHEMA:
            raise DamagedError(f"has the unknown schema {schema}")
        return parse_header(fields)

    def _begin(self, document: PlannedDocument) -> PlannedDocument:
        self._end_document()
        self._document, self._cut_to, self._bytes_cut = document, 0, 0
        self._has_findings = False
        self._totals += Totals(
            documents=1,
            paragraphs=document.paragraphs,
            bytes_in=document.bytes,
            bytes_out=document.cleaned_bytes,
            exempt=document.exempt,
        )
        return document

    def _cut(self, cut: PlannedCut) -> PlannedCut:
        if self._document is None or cut.document != self._document.name:
            raise DamagedError("cuts another document than the one before it")
        if self._has_findings:
            raise DamagedError("is a cut behind a finding")
        if not self._cut_to <= cut.start <= cut.end <= self._document.bytes:
            raise DamagedError("cuts out of order or outside of its document")
        self._cut_to = cut.end
        self._bytes_cut += cut.end - cut.start
        self._totals.removed[cut.rule] += 1
        self._totals.removed_characters[cut.rule] += len(cut.text)
        return cut

    def _finding(self, finding: PlannedFinding) -> PlannedFinding:
        if self._document is None or finding.place.document != self._document.name:
            raise DamagedError("is about another document than the one before it")
        self._has_findings = True
        self._totals.found[finding.rule] += 1
        return finding

    def _end_document(self) -> None:
        document = self._document
        if document is None:
            return
        if document.bytes != document.cleaned_bytes + self._bytes_cut:
            raise DamagedError(
                f"follows {document.name!r}, whose bytes are not those that stay and those cut"
            )
        if document.rest is not None and len(document.rest) != document.cleaned_bytes:
            raise DamagedError(f"follows {document.name!r}, whose rest is not as long as it says")

    def _trailer(self, fields: Fields) -> Totals:
        self._end_document()
        self._files.expect_none_open()
        self._digest.update(canonical(fields.without("digest")) + b"\n")
        if fields.digest("digest") != self._digest.hexdigest():
            raise UnusableError(
                f"the plan was changed after it was written: its digest does not fit; {REMAKE}"
            )
        totals = parse_totals(fields)
        counted = self._totals
        if self.header is not None and not self.header.preview:
            # The characters were counted on text that this plan does not hold.
            counted = replace(counted, removed_characters=totals.removed_characters)
        if totals != counted:
            raise DamagedError("has other totals than the lines before it")
        self._finished = True
        return totals
