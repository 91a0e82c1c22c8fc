"""What a plan says, as values; the same whether it is being written or was read.

Strings may hold lone surrogates where a name or a text has bytes that are not UTF-8. Positions and lines are
those of `dedupe.model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from dedupe.inputs import Record
    from dedupe.model import Evidence, Place
    from dedupe.plan.lf_lines import LfPieces
    from dedupe.settings import Settings

SCHEMA_VERSION = 2
"""Raised when a reader of the older schema would misunderstand a plan; new fields alone do not raise it.

1: the first.
2: files that hold documents. A plan without such files still says 1.
"""
OLDEST_SCHEMA = 1

TOOL = "dedupe"

DestinationKind = Literal["stdout", "out-dir", "in-place", "dry-run"]
DESTINATION_KINDS: tuple[str, ...] = get_args(DestinationKind)

Content = bytes
"""Bytes, where a field of that name stands in the way."""

SettingValue = str | int | float | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanHeader:
    """The first line: who made the plan, with which settings, and where the clean text went.

    `settings` are in the order of their names. `preview` is False when the plan holds digests of what was
    removed and no text, so that it can neither restore nor show text. `root` is the absolute folder to which
    the documents' `written` are relative, `""` where nothing was written to files; it is not hashed. `has_files` tells
    that the plan may tell of files that hold documents.
    """

    version: str
    destination: DestinationKind
    settings: tuple[tuple[str, SettingValue], ...]
    settings_digest: str
    preview: bool = True
    root: str = ""
    has_files: bool = False

    @classmethod
    def of(
        cls,
        settings: Settings,
        *,
        version: str,
        destination: DestinationKind,
        preview: bool = True,
        root: str = "",
        has_files: bool = False,
    ) -> PlanHeader:
        """Return the header of a run of dedupe `version` with `settings`."""
        pairs = tuple(sorted((key, _frozen(value)) for key, value in settings.as_data().items()))
        return cls(version, destination, pairs, settings.identity(), preview, root, has_files)


def _frozen(value: object) -> SettingValue:
    if isinstance(value, list | tuple | frozenset):
        return tuple(str(item) for item in value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a setting cannot hold {value!r}")


@dataclass(frozen=True, slots=True)
class PlannedCut:
    """One paragraph that was taken out.

    `removed` are the exact bytes from `start` to `end` of the original and `text` is the paragraph to be
    shown; in a plan without preview `removed` is None and `text` is empty. `removed_digest` is always there.
    `pieces` is how the cut lies in the lines that `patch` sees.
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
    removed: bytes | None
    removed_digest: str
    text: str
    pieces: LfPieces


@dataclass(frozen=True, slots=True)
class PlannedFinding:
    """Something that was reported and not cut; `copies` are the places of the copies, first one first."""

    id: str
    rule: str
    place: Place
    score: float
    evidence: Evidence
    copies: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """One document with all that was cut from it and found in it.

    `bytes` and `digest` are the original's, `cleaned_bytes` and `cleaned_digest` those of the original
    without the cuts. `bom` is the byte order mark, `b""` if there is none. `spared` names the guard that
    undid cuts of the whole document, `""` if none did; `exempt` counts paragraphs named to be kept. When
    the whole document went, `dropped` is True and `rest` holds what its cuts had left, mostly nothing;
    otherwise, and without preview, `rest` is None.
    `read` is where the document was read, `written` where its clean text was written, relative to the
    header's root; both `""` where unknown; neither is hashed, so neither may be trusted. `record` says where in a file
    the document stands, None where it is a file of its own.
    """

    name: str
    bytes: int
    digest: str
    encoding: str
    guessed: bool
    bom: Content
    segmentation: str
    paragraphs: int
    spared: str
    dropped: bool
    cleaned_bytes: int
    cleaned_digest: str
    rest: Content | None = None
    exempt: int = 0
    read: str = ""
    written: str = ""
    record: Record | None = None
    cuts: tuple[PlannedCut, ...] = ()
    findings: tuple[PlannedFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedSplice:
    """Bytes that were taken out of a file that holds documents: `removed` stood at `start` of the original."""

    file: str
    start: int
    removed: Content


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that holds documents, behind all of them; fields as in `PlannedDocument`.

    `is_spliced` tells that the original is the clean file with the splices put back; else it can be had from a backup
    only.
    """

    name: str
    format: str
    bytes: int
    digest: str
    cleaned_bytes: int
    cleaned_digest: str
    is_spliced: bool
    read: str = ""
    written: str = ""
    splices: tuple[PlannedSplice, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Whether nothing is left, so that there need not be a clean file: a page that was a copy is not written."""
        return self.is_spliced and self.cleaned_bytes == 0
