"""The plots of the report: bars laid out as numbers, drawn by the template as inline SVG, each with its table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.reports.html.gathering import NEAR_RULES, SHARE_BOUNDS
from dedupe.reports.html.labels import RuleLabel, percent, short_name
from dedupe.settings import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Totals
    from dedupe.reports.html.gathering import Gathered

WIDTH = 440
"""A plot is drawn so wide; a telephone shows it at about four fifths of that."""
ROW = 26
BAR = 14
SITES_SHOWN = 12
_LABEL_CHARACTERS = 26
_STRANGE_RULES = 20
_FAMILIES = {
    "dup": "repeats (DUP)",
    "bpl": "boilerplate (BPL)",
    "xdp": "shared paragraphs (XDP)",
    "doc": "copies of documents (DOC)",
    "other": "by rules not known here",
}
_COLUMNS_HEIGHT = 150
_LEFT, _RIGHT = 34, WIDTH - 8
_SIZE_CLASSES = ((1, 1), (2, 2), (3, 4), (5, 9), (10, 19), (20, 49), (50, 99), (100, 0))


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, in the units of the drawing; `family` is the class of its colour."""

    x: float
    width: float
    family: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bar plot."""

    label: str
    shown: str
    y: int
    segments: tuple[Segment, ...]
    end: float


@dataclass(frozen=True, slots=True)
class BarPlot:
    """Horizontal bars; `finding` says in a sentence what there is to see, `rows` are the same numbers as a table."""

    key: str
    title: str
    finding: str
    unit: str
    bars: tuple[Bar, ...]
    origin: int
    height: int
    legend: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a histogram; y grows downwards."""

    x: float
    y: float
    height: float
    width: float
    hollow: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """Similarities by per cent; what was removed stands filled upon what was reported, which is hollow."""

    key: str
    title: str
    finding: str
    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, str], ...]
    threshold_x: float
    threshold: str
    most: str
    rows: tuple[tuple[str, int, int], ...]
    base: int = _COLUMNS_HEIGHT


def _bars(
    key: str,
    title: str,
    finding: str,
    unit: str,
    rows: Sequence[tuple[str, tuple[tuple[float, str], ...], str]],
    legend: tuple[tuple[str, str, bool], ...] = (),
) -> BarPlot:
    """Lay out rows of a label, parts with their families, and what is written behind the bar."""
    labels = max((len(label) for label, _, _ in rows), default=0)
    origin = min(190, 14 + 7 * labels)
    # So much is left for what stands behind the longest bar.
    room = WIDTH - origin - 14 - 8 * max((len(shown) for _, _, shown in rows), default=0)
    most = max((sum(value for value, _ in parts) for _, parts, _ in rows), default=0) or 1
    bars = []
    for number, (label, parts, shown) in enumerate(rows):
        segments, x = [], float(origin)
        for value, family in parts:
            width = round(room * value / most, 1)
            if value:
                segments.append(Segment(round(x, 1), max(width, 1.0), family))
                x += max(width, 1.0)
        bars.append(Bar(label, shown, number * ROW, tuple(segments), round(x, 1)))
    return BarPlot(key, title, finding, unit, tuple(bars), origin, len(bars) * ROW, legend)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the strip that shows what became of the whole text, which is 1,000 wide."""

    x: float
    width: float
    family: str
    share: str
    label: str


def strip(told: Gathered, totals: Totals) -> tuple[Part, ...]:
    """Return what stays and what went, by family of rules, as shares of the bytes."""
    if not totals.bytes_in:
        return ()
    amounts = [("kept", totals.bytes_in - told.bytes_by_family.total())]
    amounts += [
        (family, told.bytes_by_family[family]) for family in _FAMILIES if told.bytes_by_family[family]
    ]
    parts, x = [], 0.0
    for family, amount in amounts:
        width = 1_000 * amount / totals.bytes_in
        label = _FAMILIES.get(family, "stays")
        parts.append(Part(round(x, 2), round(width, 2), family, percent(width / 10), label))
        x += width
    return tuple(parts)


def share_plot(told: Gathered, documents: int) -> BarPlot:
    """Return how many documents lost how much."""
    labels = ["nothing"]
    for low, high in zip(SHARE_BOUNDS, (*SHARE_BOUNDS[1:], None), strict=True):
        labels.append(
            f"under {high} %" if not low else f"{low} % and more" if high is None else f"{low} to {high} %"
        )
    last = max((number for number in told.shares if told.shares[number]), default=0)
    rows = [
        (label, ((told.shares[number], "ink"),), f"{told.shares[number]:,}")
        for number, label in enumerate(labels[: last + 1])
    ]
    half = sum(count for number, count in told.shares.items() if number >= 7)
    finding = f"{told.changed:,} of {documents:,} lost something" + (
        f", {half:,} of them 40 % or more" if half else ""
    )
    return _bars("shares", "Share removed of a document", finding, "documents", rows)


def cluster_plot(sizes: Counter[int]) -> BarPlot:
    """Return how many clusters have how many removed paragraphs."""
    rows = []
    for low, high in _SIZE_CLASSES:
        count = sum(number for size, number in sizes.items() if size >= low and (not high or size <= high))
        label = f"{low:,} or more" if not high else f"{low:,}" if low == high else f"{low:,} to {high:,}"
        rows.append((label, ((count, "ink"),), f"{count:,}"))
    while len(rows) > 1 and rows[-1][2] == "0":
        rows.pop()
    most = max(sizes, default=0)
    finding = f"Clusters by how many of their paragraphs went; the largest lost {most:,}"
    return _bars("clusters", "Sizes of clusters", finding, "clusters", rows)


def site_plot(told: Gathered) -> BarPlot:
    """Return how much boilerplate went from which site."""
    ranked = sorted(told.boilerplate.items(), key=lambda item: (-item[1].total(), item[0]))
    codes = sorted({code for counts in told.boilerplate.values() for code in counts})
    families = {code: f"{RuleLabel.of(code).family}{place}" for place, code in enumerate(codes)}
    rows = [
        (
            short_name(site, _LABEL_CHARACTERS) or "(no folder)",
            tuple((counts[code], families[code]) for code in codes),
            ", ".join(f"{RuleLabel.of(code).sign} {counts[code]:,}" for code in codes if counts[code]),
        )
        for site, counts in ranked[:SITES_SHOWN]
    ]
    more = len(ranked) - len(rows)
    finding = f"{len(ranked):,} site{'' if len(ranked) == 1 else 's'}" + (
        f", {more:,} more not drawn" if more else ""
    )
    legend = tuple(
        (f"{RuleLabel.of(code).sign} {RuleLabel.of(code).code}", families[code], False) for code in codes
    )
    return _bars("sites", "Boilerplate by site", finding, "removed paragraphs", rows, legend)


def rule_plot(totals: Totals) -> BarPlot:
    """Return how many characters went by which rule."""
    known = [rule.code for rule in RULES]
    codes = [code for code in known if totals.removed_characters[code]]
    codes += sorted(totals.removed_characters.keys() - set(known))[:_STRANGE_RULES]
    rows = []
    for code in codes:
        label, count = RuleLabel.of(code), totals.removed_characters[code]
        rows.append((f"{label.sign} {label.code} {label.name}"[:30], ((count, label.family),), f"{count:,}"))
    finding = f"{totals.removed_characters.total():,} characters in all"
    return _bars("rules", "Characters removed by rule", finding, "characters", rows)


def similarity_plot(told: Gathered, threshold: float) -> Histogram:
    """Return how near the near-duplicates are, from somewhat below the threshold to 1."""
    removed, reported = _similarities(told, "DUP102"), _similarities(told, *NEAR_RULES[1:])
    lowest = min([*removed, *reported, int(100 * threshold)])
    first = max(0, min(lowest, int(100 * threshold) - 5) // 5 * 5)
    per_cents = range(first, 101)
    step = (_RIGHT - _LEFT) / len(per_cents)
    most = max((removed[number] + reported[number] for number in per_cents), default=0) or 1
    columns = [
        column
        for place, number in enumerate(per_cents)
        for column in _stack(_LEFT + place * step, step, (reported[number], removed[number]), most)
    ]
    ticks = tuple(
        (round(_LEFT + (number - first + 0.5 * (number == 100)) * step, 1), f"{number / 100:.2g}")
        for number in per_cents
        if number % 5 == 0
    )
    near, exact = removed.total() + reported.total(), removed[100] + reported[100]
    finding = (
        f"{near:,} near-duplicates at or above {threshold:g}" if near else "No near-duplicates were found"
    )
    return Histogram(
        *("similarity", "Similarity of near-duplicates"),
        f"{finding}, {exact:,} of them at 1" if exact else finding,
        tuple(columns),
        ticks,
        round(_LEFT + (100 * threshold - first) * step, 1),
        f"{threshold:g}",
        f"{most:,}",
        tuple((f"{n / 100:.2f}", removed[n], reported[n]) for n in per_cents if removed[n] or reported[n]),
    )


def _stack(x: float, step: float, counts: tuple[int, int], most: int) -> Iterator[Column]:
    """Yield what was reported, hollow, and what was removed, filled, upon it."""
    y = float(_COLUMNS_HEIGHT)
    for count, hollow in zip(counts, (True, False), strict=True):
        if count:
            height = max((_COLUMNS_HEIGHT - 24) * count / most, 1.0)
            y -= height
            yield Column(round(x + 0.5, 1), round(y, 1), round(height, 1), round(max(step - 1, 1), 1), hollow)


def _similarities(told: Gathered, *codes: str) -> Counter[int]:
    """Return similarities by per cent, of some rules together."""
    return sum((told.similarity.get(code, Counter()) for code in codes), Counter[int]())
