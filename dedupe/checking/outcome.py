"""How a check ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe.checking.values import share_of, share_text
from dedupe.reports.wording import counted

if TYPE_CHECKING:
    from dedupe.checking.gates import GateResult


@dataclass(frozen=True)
class CheckOutcome:
    """How a check ended.

    `counted` holds, by rule, the paragraphs that would go, `counted_characters` their characters, white space aside,
    `new` those that are in no baseline, `found` what rules that only report have found. `clusters` are paragraphs with
    one fingerprint taken together; `gone` counts entries of the baseline that no longer stand there. `has_baseline` is
    False where nothing was compared with one: then nothing is new either. `failed` counts inputs that should have been
    read and were not, `exempt` paragraphs that were named to be kept. `characters` is None for what is told from a
    plan, where they were not counted; it knows no gates.
    """

    version: str
    settings_digest: str
    documents: int
    paragraphs: int
    characters: int | None
    counted: Counter[str] = field(default_factory=Counter)
    counted_characters: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    clusters: int = 0
    new_clusters: int = 0
    gone: int = 0
    failed: int = 0
    exempt: int = 0
    has_baseline: bool = False
    gates: tuple[GateResult, ...] = ()

    @property
    def duplicates(self) -> int:
        """How many paragraphs would go."""
        return self.counted.total()

    @property
    def share(self) -> float:
        """The per cent of the characters that would go, white space aside; 0 where none were counted."""
        return share_of(self.counted_characters.total(), self.characters)

    @property
    def passed(self) -> bool:
        """Whether no gate failed."""
        return not any(result.failed for result in self.gates)

    @property
    def sentence(self) -> str:
        """What was counted, in one line."""
        paragraphs = counted(self.paragraphs, "paragraph")
        start = (
            f"{counted(self.documents, 'document')}, {paragraphs}: {counted(self.duplicates, 'duplicate')}"
        )
        if not self.duplicates:
            return f"{start}{self._baseline_part}{self._exempt_part}"
        share = "" if self.characters is None else f", {share_text(self.share)} of the text"
        where = f"in {counted(self.clusters, 'cluster')}{share}"
        return f"{start} {where}{self._baseline_part}{self._exempt_part}"

    @property
    def _exempt_part(self) -> str:
        return f"; {self.exempt:,} kept as you listed" if self.exempt else ""

    @property
    def _baseline_part(self) -> str:
        if not self.has_baseline:
            return ""
        gone = f", {self.gone:,} of the baseline gone" if self.gone else ""
        return f"; {self.new.total():,} new in {counted(self.new_clusters, 'cluster')}{gone}"

    @property
    def verdict(self) -> str:
        """Whether the gates passed, and each that failed with its figures, in one line."""
        if self.characters is None:
            return "no gate: this tells of a plan"
        if not self.gates and self.failed:
            return "no gate: the baseline was not written, as not everything could be read"
        if not self.gates:
            return "no gate: what is there was written to the baseline"
        shown = [result for result in self.gates if result.failed] or self.gates
        word = "gate passed" if self.passed else "gate failed"
        return f"{word}: {'; '.join(result.sentence for result in shown)}"
