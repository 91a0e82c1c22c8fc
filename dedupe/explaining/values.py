"""What there is to say of one paragraph, before anybody knows how it will be shown."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.differing import WordDifference
from dedupe.model import Evidence, Place


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the paragraph and how the two differ; `text` and `difference` are None where no text can be had."""

    place: Place
    text: str | None = None
    difference: WordDifference | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found, whether it removed or reported; `copies` are those that stay, or those that there are."""

    id: str
    rule: str
    score: float
    evidence: Evidence
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """The paragraph went, by this rule."""

    found: Found


@dataclass(frozen=True, slots=True)
class Nearest:
    """Of all kept paragraphs of the document the one most like the paragraph, by exact Jaccard similarity."""

    copy: Copy
    similarity: float


@dataclass(frozen=True, slots=True)
class Stays:
    """The paragraph is in the clean text.

    `tokens` is how many it has, None where its text cannot be had. `nearest` is None where nothing of the document
    shares a run of tokens with it. `reasons` are sentences that say what spared it, as far as the document alone tells.
    `stays_for` are the removals of the same document that name it as the copy that stays, as lines.
    """

    tokens: int | None = None
    nearest: Nearest | None = None
    reasons: tuple[str, ...] = ()
    stays_for: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What to type to have it otherwise, and what that does."""

    flag: str
    effect: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of a paragraph.

    `text` is None where it cannot be had, and `no_text` says why. `reported` is what rules found in it that do not
    strip. `threshold` is that of the run. `clean_line` is the line that was asked for, where it was one of the clean
    file and not of the original.
    """

    document: str
    first_line: int
    last_line: int
    text: str | None
    decision: Removed | Stays
    reported: tuple[Found, ...]
    spared: str
    threshold: float
    changes: tuple[Change, ...]
    no_text: str = ""
    clean_line: int | None = None
