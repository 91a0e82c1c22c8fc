"""Gates: how much may be there before a check fails, everywhere or for files of some paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dedupe.checking.values import share_of, share_text

GateKind = Literal["max-duplicates", "max-share", "max-new", "max-per-rule"]


@dataclass(frozen=True, slots=True)
class Gate:
    """A limit; more than it fails, as much passes.

    `limit` counts paragraphs, or is a per cent for `max-share`. `rule` is the code, or its beginning, whose paragraphs
    count (`""`: all of them), `where` the pattern of paths it is for (`""`: all files that have no other of its kind).
    """

    kind: GateKind
    limit: float
    rule: str = ""
    where: str = ""

    @property
    def name(self) -> str:
        """The gate as the configuration calls it."""
        rule = f" {self.rule}" if self.rule else ""
        return f"{self.kind}{rule}" + (f' for "{self.where}"' if self.where else "")


@dataclass(frozen=True, slots=True)
class GateResult:
    """What a gate let pass or not; `actual` in the unit of its limit."""

    gate: Gate
    actual: float

    @property
    def failed(self) -> bool:
        """Whether there is more than the gate allows."""
        return self.actual > self.gate.limit

    @property
    def sentence(self) -> str:
        """The figures in a few words."""
        gate = self.gate
        if gate.kind == "max-share":
            # Rounded, a share just above the limit would look like the limit.
            actual = share_text(self.actual)
            if self.failed and round(self.actual, 2) <= gate.limit:
                actual = f"{self.actual:.9f} %"
            return f"{actual} of the text, at most {gate.limit:g} % ({gate.name})"
        duplicates = "duplicate" if self.actual == 1 else "duplicates"
        noun = {"max-new": "new", "max-per-rule": gate.rule}.get(gate.kind, duplicates)
        return f"{int(self.actual):,} {noun}, at most {int(gate.limit):,} ({gate.name})"


@dataclass(frozen=True, slots=True)
class Section:
    """What is different for files whose path fits a pattern: other gates, and rules that do not count there."""

    pattern: str
    gates: tuple[Gate, ...] = ()
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What is in force for one file: the numbers of its gates, and the rules that do not count there."""

    gates: tuple[int, ...]
    ignored: frozenset[str]


@dataclass(slots=True)
class Sum:
    """What has been counted in the files of one gate."""

    counted: Counter[str] = field(default_factory=Counter)
    new: int = 0
    gone_characters: int = 0
    characters: int = 0


class Gates:
    """All gates of a run and what has been counted for each.

    A file counts against the gates that are in force for it: of each kind, those of the last section whose pattern
    fits and that has one of the kind, else those that hold `everywhere`. Where no gate is in force at all, `fallback`
    are. `fits` tells whether a pattern fits a path and the name of the document there.
    """

    def __init__(
        self,
        everywhere: Sequence[Gate],
        *,
        fallback: Sequence[Gate] = (),
        sections: Sequence[Section] = (),
        fits: Callable[[str, str, str], bool] = lambda pattern, path, _name: pattern == path,
    ) -> None:
        in_sections = [gate for section in sections for gate in section.gates]
        self._gates = [*everywhere, *fallback, *in_sections]
        self._sums = [Sum() for _ in self._gates]
        self._number = {gate: number for number, gate in enumerate(self._gates)}
        self._everywhere, self._fallback = tuple(everywhere), tuple(fallback)
        self._sections = tuple(sections)
        self._fits = fits
        self._met: set[int] = set()
        self._same = self._terms(()) if not sections else None

    def terms(self, path: str, name: str) -> Terms:
        """Return what is in force for the file at a path, for the document of a name."""
        if self._same is not None:
            return self._same
        return self._terms([section for section in self._sections if self._fits(section.pattern, path, name)])

    def _terms(self, sections: Sequence[Section]) -> Terms:
        by_kind: dict[str, list[Gate]] = {}
        for gates in (self._everywhere, *(section.gates for section in sections)):
            for kind in {gate.kind for gate in gates}:
                by_kind[kind] = [gate for gate in gates if gate.kind == kind]
        chosen = [gate for gates in by_kind.values() for gate in gates] or self._fallback
        ignored = frozenset[str]().union(*(section.ignored for section in sections))
        return Terms(tuple(self._number[gate] for gate in chosen), ignored)

    def add(
        self, terms: Terms, *, counted: Mapping[str, int], new: int, gone_characters: int, characters: int
    ) -> None:
        """Count one document for the gates that are in force for it."""
        self._met.update(terms.gates)
        for number in terms.gates:
            one = self._sums[number]
            one.counted.update(counted)
            one.new += new
            one.gone_characters += gone_characters
            one.characters += characters

    def results(self) -> tuple[GateResult, ...]:
        """Return how each gate fared; those for paths that no file fits are left out, and so is an unused fallback.

        Where there was no file at all the fallback has let nothing pass.
        """
        always = len(self._everywhere) or (0 if self._met else len(self._fallback))
        return tuple(
            GateResult(gate, _actual(gate, one))
            for number, (gate, one) in enumerate(zip(self._gates, self._sums, strict=True))
            if number < always or number in self._met
        )


def _actual(gate: Gate, one: Sum) -> float:
    match gate.kind:
        case "max-share":
            return share_of(one.gone_characters, one.characters)
        case "max-new":
            return one.new
        case "max-duplicates" | "max-per-rule":
            return sum(count for rule, count in one.counted.items() if _is_of(rule, gate.rule))


def _is_of(rule: str, selector: str) -> bool:
    return selector == "ALL" or rule.startswith(selector)
