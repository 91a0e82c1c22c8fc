"""The lists of `check` made of a finished plan: what a run cut, in the formats that code hosts and CI servers read.

A plan knows of no gate and of no baseline, so everything that was cut is listed and nothing fails.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.checking.baseline import FINGERPRINT_BYTES, Ledger, fingerprint
from dedupe.checking.outcome import CheckOutcome
from dedupe.checking.registry import LISTER_BY_NAME
from dedupe.checking.values import CheckedDocument, Copy, CountedParagraph
from dedupe.model import SKIP_REASONS
from dedupe.plan import PlannedCut
from dedupe.reports.interface import NOTHING_BESIDE
from dedupe.reports.sanitizing import visible
from dedupe.settings import RULE_BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.checking.interface import Lister
    from dedupe.plan import Plan, PlannedDocument
    from dedupe.reports.interface import Beside, Write


@dataclass(frozen=True, slots=True)
class ListReporter:
    """A list of `check` as a report; `form` is its name there."""

    form: str
    sentence: str

    def render(self, plan: Plan, write: Write, beside: Beside = NOTHING_BESIDE) -> None:
        """Tell the lister all that was cut; paths are those from `beside.folder` where files lie below it."""
        lister = LISTER_BY_NAME[self.form](write, beside.tmp_dir, False)
        ledger = Ledger()
        counted_characters: Counter[str] = Counter()
        for document, following in plan.walk():
            cuts = (each for each in following if isinstance(each, PlannedCut))
            _tell(document, cuts, lister, ledger, counted_characters, beside.folder)
        totals = plan.totals
        failed = sum(count for reason, count in totals.skipped.items() if SKIP_REASONS[reason])
        if failed:
            for skipped in plan.skipped():
                if skipped.is_failure:
                    lister.skipped(skipped)
        lister.finish(
            CheckOutcome(
                plan.header.version,
                plan.header.settings_digest,
                totals.documents,
                totals.paragraphs,
                None,
                counted=totals.removed,
                counted_characters=counted_characters,
                found=totals.found,
                clusters=ledger.clusters,
                failed=failed,
            )
        )


def _tell(
    document: PlannedDocument,
    cuts: Iterator[PlannedCut],
    lister: Lister,
    ledger: Ledger,
    characters: Counter[str],
    folder: str,
) -> None:
    paths = _Paths(document, folder)
    lister.begin(CheckedDocument(document.name, paths.of(document.name), document.paragraphs, 0))
    for cut in cuts:
        paragraph = _paragraph(cut, ledger, paths)
        characters[cut.rule] += paragraph.characters
        lister.paragraph(paragraph)
    lister.end()


def _paragraph(cut: PlannedCut, ledger: Ledger, paths: _Paths) -> CountedParagraph:
    # Without text a paragraph is known by its bytes.
    without_text = bytes.fromhex(cut.removed_digest)[:FINGERPRINT_BYTES]
    mark = without_text if cut.removed is None else fingerprint(cut.rule, cut.text)
    ledger.see(mark)
    return CountedParagraph(
        rule=cut.rule if cut.rule in RULE_BY_CODE else visible(cut.rule),
        path=paths.of(cut.document),
        first_line=cut.first_line,
        last_line=cut.last_line,
        score=cut.score,
        copies=tuple(
            Copy(paths.of(place.document), place.first_line, place.last_line) for place in cut.survivors
        ),
        text=cut.text,
        characters=len("".join(cut.text.split())),
        fingerprint=mark.hex(),
        is_known=False,
    )


class _Paths:
    """Where documents lie, as a person would open them: the others of a run lie where the one at hand lies."""

    def __init__(self, document: PlannedDocument, folder: str) -> None:
        self._name, self._read = document.name, document.read
        ending = f"/{document.name}"
        self._root = document.read.removesuffix(ending) if document.read.endswith(ending) else None
        self._top = f"{folder.rstrip('/')}/" if folder else "\0"

    def of(self, name: str) -> str:
        if self._root is not None:
            return f"{self._root}/{name}".removeprefix(self._top)
        return (self._read if name == self._name and self._read else name).removeprefix(self._top)
