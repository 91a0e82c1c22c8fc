"""What is counted of documents, many at a time: what goes from each, and what is found in it and stays.

It holds where nothing goes on account of other documents; else `editing.py` counts what it has carried out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe.corpus.fates import CODES, RULE_NUMBERS
from dedupe.corpus.sharing import EXACTLY

if TYPE_CHECKING:
    from dedupe.corpus.arrays import I64
    from dedupe.corpus.decided import Decided


@dataclass(frozen=True, slots=True)
class Account:
    """What is counted of a document.

    `removed` counts the paragraphs that go, `lengths` their bytes, `found` what is found and stays, by rule. `reported`
    are the paragraphs that are reported by rules that look at one document, by their numbers in the corpus. Of a
    document that is not `is_sound` a survivor that is named does not stay.
    """

    removed: Counter[str]
    lengths: Counter[str]
    found: Counter[str]
    reported: I64
    is_sound: bool


def accounts_of(decided: Decided, documents: range) -> list[Account]:
    """Return the accounts of documents that follow each other."""
    columns, fates, shared = decided.columns, decided.fates, decided.shared
    bounds = columns.bounds[documents.start : documents.stop + 1]
    span = slice(int(bounds[0]), int(bounds[-1]))
    rules, told = fates.rule[span], fates.told(span)
    gone, reported = np.flatnonzero(rules), np.flatnonzero((told > 0) & (rules == 0))
    lengths = (columns.text_end[span][gone] - columns.start[span][gone]).astype(np.int64)
    removed = _Counts(bounds, gone + span.start, rules[gone])
    bytes_removed = removed.weighed(lengths)
    found = _Counts(bounds, reported + span.start, told[reported]).rows
    places = decided.shared_bounds[documents.start : documents.stop + 1]
    is_exact = shared.how[places[0] : places[-1]] == EXACTLY
    exact = np.concatenate([[0], np.cumsum(is_exact)])[places - places[0]]
    found[:, RULE_NUMBERS["XDP301"]] += np.diff(exact)
    found[:, RULE_NUMBERS["XDP302"]] += np.diff(places) - np.diff(exact)
    unsound = _unsound(decided, bounds, span)
    reported_bounds = np.searchsorted(reported + span.start, bounds).tolist()
    return [
        Account(
            _counter(removed_here),
            _counter(bytes_here),
            _counter(found_here),
            reported[reported_bounds[i] : reported_bounds[i + 1]] + span.start,
            i not in unsound,
        )
        for i, (removed_here, bytes_here, found_here) in enumerate(
            zip(removed.rows.tolist(), bytes_removed.tolist(), found.tolist(), strict=True)
        )
    ]


class _Counts:
    """How many of some paragraphs, each with the number of a rule, are in each document: `rows`, a column a rule."""

    def __init__(
        self, bounds: I64, paragraphs: I64, rules: np.ndarray[tuple[int], np.dtype[np.uint8]]
    ) -> None:
        self._shape = (len(bounds) - 1, len(CODES))
        owners = np.searchsorted(bounds, paragraphs, side="right") - 1
        self._cells = owners * len(CODES) + rules
        self.rows = self._sums(None)

    def weighed(self, weights: I64) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """Return the sums of weights in the place of counts."""
        return self._sums(weights)

    def _sums(self, weights: I64 | None) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        size = self._shape[0] * self._shape[1]
        # Sums of lengths below 2^53 are exact in the floating point numbers that numpy makes of them.
        return np.bincount(self._cells, weights, minlength=size).astype(np.int64).reshape(self._shape)


def _counter(row: list[int]) -> Counter[str]:
    return Counter({CODES[rule]: count for rule, count in enumerate(row) if count})


def _unsound(decided: Decided, bounds: I64, span: slice) -> set[int]:
    """Return which of the documents, counted from the first, name a survivor that does not stay."""
    fates = decided.fates
    exact = np.flatnonzero(fates.rule[span] == RULE_NUMBERS["DUP101"]) + span.start
    lost = exact[fates.rule[fates.survivor[exact]] > 0].tolist() if len(exact) else []
    if fates.judged:
        for paragraph in (np.flatnonzero(_JUDGED[fates.rule[span]]) + span.start).tolist():
            first = int(bounds[np.searchsorted(bounds, paragraph, side="right") - 1])
            if any(fates.rule[first + number] for number in fates.judged[paragraph].survivors):
                lost.append(paragraph)
    return set((np.searchsorted(bounds, lost, side="right") - 1).tolist()) if lost else set()


_JUDGED = np.array([code in ("DUP102", "DUP103") for code in CODES])
