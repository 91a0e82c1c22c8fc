"""One reading of a plan for the HTML report: sums of everything, and particulars of as much as will be shown."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dedupe.model import Skipped, Totals
from dedupe.plan import PlannedCut, PlannedDocument, PlannedFile, PlannedFinding
from dedupe.reports.html.clusters import Clusters
from dedupe.reports.html.labels import RuleLabel

if TYPE_CHECKING:
    from dedupe.plan import Plan

ARTICLES = 500
"""So many articles are shown at most."""
CUTS_HELD = 60_000
"""So many cuts are held for them together."""
CUTS_OF_ARTICLE = 2_000
"""So many cuts are held of one document."""
FINDINGS_HELD = 100
SKIPPED_HELD = 200
NEAR_RULES = ("DUP102", "XDP302", "DOC402")
"""Rules whose score is the similarity that the threshold is compared with."""
SHARE_BOUNDS = (0, 1, 2, 5, 10, 20, 40, 60, 80, 99)
"""Per cents at which the classes of the share removed begin, but for the first, which is nothing at all."""


@dataclass(frozen=True, slots=True)
class Article:
    """A document that lost something, with as many of its cuts as are held.

    `number` counts the documents of the plan, `lost` the bytes that went, `cut_count`, `rules` and `found` are of all
    cuts and findings.
    """

    number: int
    document: PlannedDocument
    lost: int
    cut_count: int
    rules: tuple[tuple[str, int], ...]
    found: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        """The per cent of the bytes that went."""
        return 100 * self.lost / self.document.bytes if self.document.bytes else 0.0


@dataclass(slots=True)
class Gathered:
    """All that the report tells of a plan but the kept text.

    `shares` counts documents by the class of the share they lost (see `share_class`), `boilerplate` removed paragraphs
    by site and rule, `similarity` by rule and per cent, `bytes_by_family` those that went. `folder` is the folder that
    all documents were read below, None where there are several or it is not known; `single` names the only document.
    `is_written_anew` says that the plan alone does not bring all originals back.
    """

    clusters: Clusters = field(default_factory=Clusters)
    articles: list[Article] = field(default_factory=list)
    candidates: int = 0
    changed: int = 0
    shares: Counter[int] = field(default_factory=Counter)
    boilerplate: dict[str, Counter[str]] = field(default_factory=dict)
    similarity: dict[str, Counter[int]] = field(default_factory=dict)
    bytes_by_family: Counter[str] = field(default_factory=Counter)
    copies: list[PlannedFinding] = field(default_factory=list)
    sharing: list[tuple[int, int, str, str]] = field(default_factory=list)
    unread: list[Skipped] = field(default_factory=list)
    folder: str | None = None
    single: str = ""
    is_written_anew: bool = False


def site_of(name: str) -> str:
    """Return the site of a document as its name tells: the first folder, `""` where there is none."""
    head, slash, _ = name.partition("/")
    return head if slash else ""


def share_class(lost: int, whole: int) -> int:
    """Return the class of a share: 0 for nothing at all, else the number of the class in `SHARE_BOUNDS`, from 1."""
    if not lost:
        return 0
    share = 100 * lost / whole
    return sum(share >= bound for bound in SHARE_BOUNDS)


def gather(plan: Plan) -> Gathered:
    """Read the plan once.

    Raises PlanError as `Plan.records` does.
    """
    walk = _Walk()
    for record in plan.records():
        match record:
            case PlannedDocument():
                walk.begin(record)
            case PlannedCut():
                walk.cut(record)
            case PlannedFinding():
                walk.finding(record)
            case Skipped():
                walk.skipped(record)
            case PlannedFile():
                walk.file(record)
            case Totals():
                walk.end_document()
            case _:
                pass
    return walk.finished()


class _Walk:
    """What is known while the lines go by."""

    def __init__(self) -> None:
        self._told = Gathered()
        self._document: PlannedDocument | None = None
        self._cuts: list[PlannedCut] = []
        self._lost = self._cut_count = self._number = self._held = 0
        self._rules: Counter[str] = Counter()
        self._found: Counter[str] = Counter()
        self._partner = ""
        self._heap: list[tuple[int, int, Article]] = []
        self._sharing: list[tuple[int, int, str, str]] = []

    def begin(self, document: PlannedDocument) -> None:
        self.end_document()
        self._document = document
        self._cuts, self._lost, self._cut_count = [], 0, 0
        self._rules, self._found, self._partner = Counter(), Counter(), ""
        self._number += 1
        self._place(document)

    def _place(self, document: PlannedDocument) -> None:
        ending = f"/{document.name}"
        folder = document.read.removesuffix(ending) if document.read.endswith(ending) else None
        if self._number == 1:
            self._told.folder, self._told.single = folder, document.read or document.name
        else:
            self._told.single = ""
            if folder != self._told.folder:
                self._told.folder = None

    def cut(self, cut: PlannedCut) -> None:
        told = self._told
        self._lost += cut.end - cut.start
        self._cut_count += 1
        self._rules[cut.rule] += 1
        told.bytes_by_family[RuleLabel.of(cut.rule).family] += cut.end - cut.start
        if cut.rule.startswith("BPL"):
            told.boilerplate.setdefault(site_of(cut.document), Counter())[cut.rule] += 1
        if cut.rule in NEAR_RULES:
            told.similarity.setdefault(cut.rule, Counter())[_per_cent(cut.score)] += 1
        told.clusters.add(cut)
        if len(self._cuts) < CUTS_OF_ARTICLE:
            self._cuts.append(cut)

    def finding(self, finding: PlannedFinding) -> None:
        told = self._told
        self._found[finding.rule] += 1
        if finding.rule in NEAR_RULES:
            told.similarity.setdefault(finding.rule, Counter())[_per_cent(finding.score)] += 1
        if finding.rule.startswith("DOC"):
            if len(told.copies) < FINDINGS_HELD:
                told.copies.append(replace(finding, copies=finding.copies[:3]))
        elif finding.copies and not self._partner:
            self._partner = finding.copies[0].document

    def skipped(self, skipped: Skipped) -> None:
        if skipped.is_failure and len(self._told.unread) < SKIPPED_HELD:
            self._told.unread.append(skipped)

    def file(self, file: PlannedFile) -> None:
        self._told.is_written_anew |= not file.is_spliced and file.digest != file.cleaned_digest

    def end_document(self) -> None:
        document, self._document = self._document, None
        if document is None:
            return
        told = self._told
        told.changed += self._lost > 0 or document.dropped
        told.shares[share_class(self._lost, document.bytes)] += 1
        shared = sum(count for rule, count in self._found.items() if not rule.startswith("DOC"))
        if shared:
            told_of = (shared, -self._number, document.name, self._partner)
            (heapq.heappush if len(self._sharing) < FINDINGS_HELD else heapq.heappushpop)(
                self._sharing, told_of
            )
        if self._cuts or document.spared or document.dropped:
            self._offer(document)

    def _offer(self, document: PlannedDocument) -> None:
        """Hold the article if it is among those that lost most; of equal ones the first stays."""
        self._told.candidates += 1
        article = Article(
            self._number,
            replace(document, cuts=tuple(self._cuts)),
            self._lost,
            self._cut_count,
            tuple(sorted(self._rules.items())),
            tuple(sorted(self._found.items())),
        )
        heapq.heappush(self._heap, (self._lost, -self._number, article))
        self._held += len(article.document.cuts)
        while len(self._heap) > ARTICLES or (self._held > CUTS_HELD and len(self._heap) > 1):
            _, _, smallest = heapq.heappop(self._heap)
            self._held -= len(smallest.document.cuts)

    def finished(self) -> Gathered:
        self.end_document()
        self._told.articles = [article for _, _, article in sorted(self._heap, reverse=True)]
        self._told.sharing = sorted(self._sharing, reverse=True)
        return self._told


def _per_cent(score: float) -> int:
    return max(0, min(100, int(100 * score + 1e-9)))
