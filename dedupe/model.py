"""The values that flow between the stages; all frozen, none knows how it was made.

Positions: `start`, `text_end` and `end` count bytes of the document as it lies on disk, byte order mark included. Lines
count from 1, paragraphs from 0. Names of documents are as `os.fsdecode` gives them: other bytes are lone surrogates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from dedupe.inputs import SKIP_REASONS as SKIP_REASONS
from dedupe.inputs import Record
from dedupe.inputs import Skipped as Skipped

Shingle = tuple[str, ...]
"""Tokens that follow each other in a paragraph."""

EvidenceValue = str | int | float
Evidence = tuple[tuple[str, EvidenceValue], ...]
"""Named measurements behind a decision, in the order they are to be shown."""


class Source(Protocol):
    """Where the bytes of one document come from; they are read once for each pass."""

    @property
    def name(self) -> str:
        """The document's name: unique in a run, `/` between its parts, `-` for standard input."""

    @property
    def group(self) -> str:
        """The group (site) whose documents vote together on boilerplate; `""` for a document alone."""

    @property
    def size(self) -> int:
        """How many bytes there are, as far as that is known without reading them; 0 where it is not."""

    def read(self) -> bytes:
        """Return all bytes.

        Raises OSError as `open` and `read` do.
        """


@dataclass(frozen=True, slots=True)
class Document:
    """A text in memory, for callers of the library.

    `group` is the site: documents of one group vote together on boilerplate; `""` means all documents
    of the call are one group.
    """

    name: str
    text: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A document's bytes and what they say.

    `text` is without the byte order mark; bytes that do not fit `encoding` are lone surrogates in it.
    `encoding` is a Python codec name; `bom` is `b""` where there is none. `guessed` is True when neither a
    mark, nor UTF-8, nor escape sequences settled the encoding. `cuttable` is False when the lines of `raw`
    and of `text` do not correspond one to one, so that no byte range may be removed.
    """

    raw: bytes
    text: str
    encoding: str
    bom: bytes = b""
    guessed: bool = False
    cuttable: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit that is kept or removed: a text and the gap behind it.

    `start` to `text_end` is the text, `text_end` to `end` the gap: its line end and the blank lines that follow (empty
    at the end of a document without a final newline). `last_line` is the text's last line.
    """

    number: int
    start: int
    text_end: int
    end: int
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The paragraphs of a document; after the head they tile it.

    `mode` is `line` or `blank-line`. `head_end` is where the first paragraph starts: byte order mark and blank lines
    before it are never cut.
    """

    mode: str
    head_end: int
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paragraph stands: a document's name, a byte range and the lines of its text."""

    document: str
    start: int
    end: int
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The paragraph stays.

    `spared_by` says why one that looks like a repeat does: `question`, `template`, `quotation`, or `differs in` and the
    word; it is `""` for all others. No edit, plan or report shows it so far.
    """

    spared_by: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """The paragraph goes, by the first rule that took it.

    `score` is 1.0 for identity and known patterns, the Jaccard similarity or containment for near and contained
    repeats, the share of the group's documents for site boilerplate. `survivors` are the numbers of the paragraphs of
    the same document whose text remains and holds what goes; empty for boilerplate.
    """

    rule: str
    score: float
    evidence: Evidence = ()
    survivors: tuple[int, ...] = ()


Fate = Kept | Dropped


@dataclass(frozen=True, slots=True)
class Finding:
    """Something detected that is reported and not removed.

    For DOC rules the place is the whole document. `copies` are the places of the copies, first one first.
    """

    rule: str
    place: Place
    score: float
    evidence: Evidence = ()
    copies: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """One paragraph taken out: the bytes from `start` to `end` of the original are left out of the clean text.

    The range holds the paragraph's text and the gap on one side of it. `text` is the paragraph decoded, to be shown.
    `survivors` are the places of the copies that stay, in the same document unless the rule compares documents.
    """

    id: str
    document: str
    start: int
    end: int
    first_line: int
    last_line: int
    rule: str
    score: float
    evidence: Evidence
    survivors: tuple[Place, ...]
    removed: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of one document: the original, what goes and what stays.

    `cuts` are in order and do not overlap; `cleaned` is `raw` without them. `spared` names the guard that undid cuts of
    the whole document, `""` if none did; `exempt` counts paragraphs named to be kept. `dropped` is True when the whole
    document goes. `sums` are the totals, and `ranges` the bytes that go, in order, where they are known without a look
    at every cut, else None. `record` says where in a file the document stands, None where it is a file of its own.
    """

    name: str
    raw: bytes
    cleaned: bytes
    digest: str
    cleaned_digest: str
    encoding: str
    guessed: bool
    segmentation: str
    paragraphs: int
    cuts: Sequence[Cut] = ()
    findings: Sequence[Finding] = ()
    spared: str = ""
    dropped: bool = False
    sums: Totals | None = None
    ranges: Sequence[tuple[int, int]] | None = field(default=None, compare=False)
    record: Record | None = None
    exempt: int = 0

    @property
    def cleaned_text(self) -> str:
        """The clean text decoded, byte order mark included; bytes that do not fit are lone surrogates."""
        for errors in ("surrogatepass", "surrogateescape"):
            try:
                return self.cleaned.decode(self.encoding, errors)
            except UnicodeDecodeError:
                continue
        return self.cleaned.decode(self.encoding, "replace")


@dataclass(frozen=True)
class Totals:
    """Sums over documents; they add, so `sum(totals, Totals())` works.

    `removed` counts paragraphs by rule, `removed_characters` the characters of their texts, `found` findings by rule,
    `skipped` inputs by reason, `exempt` paragraphs named to be kept.
    """

    documents: int = 0
    paragraphs: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    removed_characters: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    exempt: int = 0

    def __add__(self, other: Totals) -> Totals:
        pairs = [(getattr(self, name), getattr(other, name)) for name in Totals.__match_args__]
        return Totals(*(left + right if left and right else left or right for left, right in pairs))

    @classmethod
    def of(cls, result: Edit | Skipped) -> Totals:
        """Return the totals of a single result."""
        match result:
            case Skipped():
                return cls(skipped=Counter([result.reason]))
            case Edit(sums=Totals() as sums):
                return sums
            case Edit():
                characters: Counter[str] = Counter()
                for cut in result.cuts:
                    characters[cut.rule] += len(cut.text)
                return cls(
                    1,
                    result.paragraphs,
                    bytes_in=len(result.raw),
                    bytes_out=len(result.cleaned),
                    removed=Counter(cut.rule for cut in result.cuts),
                    removed_characters=characters,
                    found=Counter(finding.rule for finding in result.findings),
                    exempt=result.exempt,
                )


@dataclass(frozen=True, slots=True)
class Outcome:
    """All results of a library call, in the order of their names' bytes, and their totals."""

    results: tuple[Edit | Skipped, ...]
    totals: Totals
