"""The plan: one JSON-lines file that says all a run did, from which it is undone and reported.

`docs/plan.md` describes each line. A plan is written and read as a stream, and read as if a stranger had
sent it.
"""

from dedupe.plan.checks import Record
from dedupe.plan.index import DocumentEntry, PlanIndex, index_plan
from dedupe.plan.reader import Plan, open_plan
from dedupe.plan.records import (
    SCHEMA_VERSION,
    DestinationKind,
    PlanHeader,
    PlannedCut,
    PlannedDocument,
    PlannedFile,
    PlannedFinding,
)
from dedupe.plan.whole_texts import IN_NO_FILE, NoText, WholeText, WholeTexts
from dedupe.plan.writer import PlanWriter

__all__ = [
    "IN_NO_FILE",
    "SCHEMA_VERSION",
    "DestinationKind",
    "DocumentEntry",
    "NoText",
    "Plan",
    "PlanHeader",
    "PlanIndex",
    "PlanWriter",
    "PlannedCut",
    "PlannedDocument",
    "PlannedFile",
    "PlannedFinding",
    "Record",
    "WholeText",
    "WholeTexts",
    "index_plan",
    "open_plan",
]
