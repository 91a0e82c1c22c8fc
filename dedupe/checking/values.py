"""The values of a check: a document that was looked at, and a paragraph of it that would go."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.reading.compression import without_suffix
from dedupe.reading.formats import FORMAT_BY_SUFFIX, suffix_of
from dedupe.reports.sanitizing import visible
from dedupe.settings import RULE_BY_CODE


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document that was looked at.

    `path` is where it lies, as a person would open it from the current folder; `characters` counts those that are no
    white space.
    """

    name: str
    path: str
    paragraphs: int
    characters: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that stays of a paragraph that would go; `path` as in `CheckedDocument`."""

    path: str
    first_line: int
    last_line: int

    @property
    def lines(self) -> str:
        """The lines, as people write them."""
        return lines_of(self.first_line, self.last_line)


@dataclass(frozen=True, slots=True)
class CountedParagraph:
    """A paragraph that the selected rules would remove, or a whole document where a DOC rule would.

    `fingerprint` is that of the baseline, in hexadecimal; `is_known` tells that the baseline lets this copy be.
    `text` is empty where no text may be shown. `characters` counts those that are no white space.
    """

    rule: str
    path: str
    first_line: int
    last_line: int
    score: float
    copies: tuple[Copy, ...]
    text: str
    characters: int
    fingerprint: str
    is_known: bool

    @property
    def label(self) -> str:
        """Code and name of the rule."""
        return f"{self.rule} {RULE_BY_CODE[self.rule].name}" if self.rule in RULE_BY_CODE else self.rule

    @property
    def message(self) -> str:
        """Code and name of the rule, and where a copy stays, on one harmless line."""
        if not self.copies:
            return self.label
        first = self.copies[0]
        elsewhere = "" if first.path == self.path else f" of {visible(first.path)}"
        more = f" and {len(self.copies) - 1:,} more" if len(self.copies) > 1 else ""
        return f"{self.label}; stays at {first.lines}{elsewhere}{more}"


@dataclass(frozen=True, slots=True)
class FileSpot:
    """A place for tools that know files and lines only: `first` and `last` are None where no line of the file is known.

    `record` says where in it the place is, `""` in a file that holds nothing but the text.
    """

    path: str
    first: int | None
    last: int | None
    record: str = ""


def file_spot(path: str, first: int, last: int) -> FileSpot:
    """Return the place of lines of a document that may be a record: in JSON lines a record is a line of its file."""
    file, colon, number = path.rpartition(":")
    plain = without_suffix(file)
    form = FORMAT_BY_SUFFIX.get(suffix_of(plain), "text") if colon and number.isdecimal() else "text"
    if form == "text":
        inside = without_suffix(path)
        if inside == path and FORMAT_BY_SUFFIX.get(suffix_of(path)) != "html":
            return FileSpot(path, first, last)
        return FileSpot(path, None, None, f"{lines_of(first, last)} of its text")
    line = int(number) if form == "jsonl" and plain == file else None
    return FileSpot(file, line, line, f"record {number}, {lines_of(first, last)}")


def share_of(part: int, whole: int | None) -> float:
    """Return a share in per cent, 0 of nothing and of what was not counted."""
    return 100 * part / whole if whole else 0.0


def share_text(share: float) -> str:
    """Return a share as people write it."""
    return f"{share:.2f} %"


def lines_of(first: int, last: int) -> str:
    """Return a range of lines as people write it: `line 4`, `lines 4–6`."""
    return f"line {first}" if first == last else f"lines {first}–{last}"
