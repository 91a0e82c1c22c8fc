"""An explanation as lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from dedupe.explaining import Copy, Explanation, Found, Removed, Stays
from dedupe.reports.evidence import meaning_of, value_text
from dedupe.reports.layout import Line, Span
from dedupe.reports.sanitizing import visible
from dedupe.reports.side_by_side import side_by_side
from dedupe.reports.wording import counted
from dedupe.reports.wrapping import hanging, paragraph, words_of, wrapped
from dedupe.settings import RULE_BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.model import Evidence, Place

MIN_LIKE = 0.5
"""What is less alike is not shown side by side: nearly every word would be marked."""
WORDS_SHOWN = 120
PLACES_SHOWN = 5
_INDENT = 26


class ExplanationLayout:
    """Lays explanations out in `width` columns; `whole` shows texts to their ends. `plan` is how it was named."""

    def __init__(self, *, plan: str, width: int, whole: bool) -> None:
        self._plan = plan
        self._width = width
        self._whole = whole

    def lines(self, told: Explanation) -> Iterator[Line]:
        """Yield what there is to say, line by line."""
        yield from self._heading(told)
        match told.decision:
            case Removed(found=found):
                yield from self._removed(told, found)
            case Stays():
                yield from self._stays(told, told.decision)
            case _:
                assert_never(told.decision)
        for found in told.reported:
            yield ()
            yield from self._reported(told, found)
        yield from self._changes(told)

    def _heading(self, told: Explanation) -> Iterator[Line]:
        where = f"{visible(told.document)}, {lines_text(told.first_line, told.last_line)}"
        match told.decision:
            case Removed(found=found):
                rule = _rule_text(found.rule)
                fate = [Span("removed", "gone"), *words_of("by"), *words_of(rule, "rule")]
            case Stays():
                fate = [Span("stays", "stays")]
        yield from wrapped([*words_of(f"{where}:", "name"), *fate], self._width)
        if told.clean_line is not None:
            yield from self._said(f"line {told.clean_line:,} of the clean file", style="quiet")
        if isinstance(told.decision, Removed):
            yield from self._said(f"id {told.decision.found.id}", style="quiet")

    def _said(self, text: str, *, style: str = "") -> Iterator[Line]:
        return paragraph(text, self._width, indent="  ", style=style)

    def _removed(self, told: Explanation, found: Found) -> Iterator[Line]:
        if sentence := _sentence_of(found.rule):
            yield from self._said(f"because {sentence}")
        yield from self._evidence(told, found)
        shown = [copy for copy in found.copies if copy.difference is not None]
        if not shown:
            yield from self._text(told)
        yield from self._copies(told, found, "removed", "stays")
        if not found.copies and found.rule.startswith("BPL"):
            yield from self._said("no copy stays: boilerplate goes wherever it stands")

    def _stays(self, told: Explanation, stays: Stays) -> Iterator[Line]:
        if told.spared:
            yield from self._said(f"boilerplate of this document was left in: {told.spared}")
        if told.no_text:
            yield from self._said(f"its text cannot be shown: {told.no_text}")
            return
        for reason in stays.reasons:
            yield from self._said(reason)
        if stays.stays_for:
            shown = ", ".join(_range(*lines) for lines in stays.stays_for[:PLACES_SHOWN])
            more = len(stays.stays_for) - PLACES_SHOWN
            others = f" and {more:,} more" if more > 0 else ""
            many = counted(len(stays.stays_for), "paragraph")
            yield from self._said(f"it is the copy that stays for {many} removed here: lines {shown}{others}")
        nearest = stays.nearest
        if stays.tokens is None:
            return
        if nearest is None:
            yield from self._said("nothing else that stays in this document is like it")
            yield from self._text(told)
            return
        at = lines_text(nearest.copy.place.first_line, nearest.copy.place.last_line)
        if nearest.similarity == 1.0:
            yield from self._said(f"the same words stay in {at} too")
            yield from self._text(told)
            return
        side = "below" if nearest.similarity < told.threshold else "not below"
        # Rounded down: what is below the threshold must not look as if it were not.
        similar = int(nearest.similarity * 100) / 100
        yield from self._said(f"nearest in this document: {similar:.2f}, {side} {told.threshold:.2f}, {at}")
        if nearest.similarity < MIN_LIKE:
            yield from self._text(told)
            return
        yield from self._sides(nearest.copy, told, "this one", "nearest")

    def _reported(self, told: Explanation, found: Found) -> Iterator[Line]:
        words = [
            Span("reported", "rule"),
            *words_of(f"by {_rule_text(found.rule)}: {_sentence_of(found.rule)}"),
        ]
        yield from wrapped(words, self._width)
        yield from self._said(f"id {found.id}", style="quiet")
        yield from self._evidence(told, found)
        yield from self._copies(told, found, "this one", "the other")

    def _evidence(self, told: Explanation, found: Found) -> Iterator[Line]:
        names = [name for name, _ in found.evidence]
        is_told = found.score in (0.0, 1.0) or bool({"jaccard", "contained"} & {*names})
        score: Evidence = () if is_told else (("score", found.score),)
        for name, value in (*score, *found.evidence):
            said = meaning_of(name)
            if name == "jaccard":
                said += f"; the threshold is {told.threshold:g}"
            shown = value_text(value)
            is_text = isinstance(value, str)
            term = visible(name) if is_text else f"{visible(name)} {shown}"
            text = f"{shown or '(none)'} ({said})" if is_text and said else shown if is_text else said
            yield from hanging(Span(term, "rule"), text, self._width, indent=_INDENT)

    def _copies(self, told: Explanation, found: Found, here: str, there: str) -> Iterator[Line]:
        bare = [copy for copy in found.copies if copy.difference is None]
        for copy in found.copies:
            if copy.difference is not None:
                yield from self._sides(copy, told, here, there, is_part=found.rule == "DUP103")
        if bare:
            shown = "; ".join(_place_text(copy.place, told.document) for copy in bare[:PLACES_SHOWN])
            more = f"; and {len(bare) - PLACES_SHOWN:,} more" if len(bare) > PLACES_SHOWN else ""
            yield from self._said(f"{there}: {shown}{more}", style="stays")

    def _sides(
        self, copy: Copy, told: Explanation, here: str, there: str, *, is_part: bool = False
    ) -> Iterator[Line]:
        if copy.difference is None:
            yield from self._text(told)
            return
        yield ()
        titles = (
            f"{here}, {lines_text(told.first_line, told.last_line)}",
            f"{there}, {_place_text(copy.place, told.document)}",
        )
        yield from side_by_side(copy.difference, titles, self._width, whole=self._whole, is_part=is_part)
        if copy.difference.is_none:
            yield from self._said("no word differs", style="quiet")

    def _text(self, told: Explanation) -> Iterator[Line]:
        if told.text is None:
            if told.no_text:
                yield from self._said(f"its text cannot be shown: {told.no_text}")
            return
        words = words_of(told.text, "gone" if isinstance(told.decision, Removed) else "")
        left_out = 0 if self._whole else max(0, len(words) - WORDS_SHOWN)
        if left_out:
            words = [*words[:WORDS_SHOWN], Span(f"… ({left_out:,} more words, -v shows all)", "quiet")]
        yield ()
        yield from ((Span("  | ", "quiet"), *line) for line in wrapped(words, self._width - 4))

    def _changes(self, told: Explanation) -> Iterator[Line]:
        changes = [(change.flag, change.effect) for change in told.changes]
        if isinstance(told.decision, Removed):
            changes.append(
                (f"dedupe restore {self._plan} --id {told.decision.found.id}", "take this one back now")
            )
        if not changes:
            return
        yield ()
        yield from wrapped(words_of("to have it otherwise:"), self._width)
        for flag, effect in changes:
            yield from hanging(Span(visible(flag), "command"), effect, self._width, indent=_INDENT)


def lines_text(first: int, last: int) -> str:
    """Return a range of lines as people write it: `line 4`, `lines 4–6`."""
    return f"line {first}" if first == last else f"lines {first}–{last}"


def _range(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


def _place_text(place: Place, document: str) -> str:
    lines = lines_text(place.first_line, place.last_line)
    return lines if place.document == document else f"{lines} of {visible(place.document)}"


def _rule_text(code: str) -> str:
    rule = RULE_BY_CODE.get(code)
    return f"{code} {rule.name}" if rule is not None else code


def _sentence_of(code: str) -> str:
    rule = RULE_BY_CODE.get(code)
    return rule.sentence if rule is not None else ""
