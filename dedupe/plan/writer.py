"""Write a plan as a stream: nothing of it is held but sums and the digest."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Self

from dedupe.digests import digest_of_bytes
from dedupe.model import Cut, Edit, Evidence, Finding, Place, Skipped, Totals
from dedupe.plan.canonical import LOCAL, PlaceRow, canonical, finding_line, new_digest
from dedupe.plan.file_line import file_line
from dedupe.plan.lf_lines import LfPieces, pieces_of
from dedupe.plan.records import OLDEST_SCHEMA, SCHEMA_VERSION, TOOL, PlanHeader
from dedupe.writing.atomic import AtomicFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from dedupe.writing.rebuilding import CleanFile, Written

LOCAL_KEYS = ("read", "written")
WAITING_BYTES = 1 << 17
"""Lines wait until there are so many bytes."""

_MARKS = {
    "utf-8": (b"\xef\xbb\xbf",),
    "utf-16": (b"\xff\xfe", b"\xfe\xff"),
    "utf-32": (b"\xff\xfe\0\0", b"\0\0\xfe\xff"),
}


class PlanWriter:
    """A plan being written beside `path`; it appears there, complete, with `finish`.

    Used in a `with` statement: leaving it without `finish`, for whatever reason, removes what was written,
    and an older plan at `path` stays as it was. Raises WriteFailed when the system refuses a write.
    """

    def __init__(self, path: Path, *, header: PlanHeader) -> None:
        self._header = header
        self._file = AtomicFile(path)
        self._digest = new_digest()
        self._totals = Totals()
        self._hashed: list[bytes] = []
        self._written: list[bytes] = []
        self._waiting_bytes = 0

    def __enter__(self) -> Self:
        self._file.__enter__()
        try:
            self._write_header()
        except BaseException:
            # Whoever could not enter is not asked to leave.
            self._file.__exit__(None, None, None)
            raise
        return self

    def _write_header(self) -> None:
        header = self._header
        self._line(
            {
                "kind": "header",
                "schema": SCHEMA_VERSION if header.has_files else OLDEST_SCHEMA,
                "tool": TOOL,
                "version": header.version,
                "destination": header.destination,
                "settings": {
                    name: list(value) if isinstance(value, tuple) else value
                    for name, value in header.settings
                },
                "settings_digest": header.settings_digest,
                "preview": header.preview,
            },
            {"root": header.root} if header.root else {},
        )
        self._flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.__exit__(kind, error, trace)

    def write(self, result: Edit | Skipped, *, local: Mapping[str, str] | None = None) -> None:
        """Add one document, with its cuts and findings, or one skipped input.

        `local` may say where the document was `read` and `written` (relative to the header's root).
        """
        self._totals += Totals.of(result)
        if isinstance(result, Skipped):
            self._line(
                {"kind": "skipped", "name": result.name, "reason": result.reason, "detail": result.detail}
            )
            return
        known = {key: value for key, value in (local or {}).items() if value}
        if not known.keys() <= set(LOCAL_KEYS):
            raise ValueError(f"local holds {sorted(known)}; it may hold {LOCAL_KEYS}")
        self._line(self._document(result), known)
        if not (self._header.preview and self._add_rows(result.cuts)):
            for cut, pieces in zip(result.cuts, pieces_of(result), strict=True):
                self._line(self._cut(cut, pieces))
        if not self._add_rows(result.findings):
            for finding in result.findings:
                self._add(self._finding(finding) + b"\n")

    def write_file(
        self, file: CleanFile, written: Written, *, local: Mapping[str, str] | None = None
    ) -> None:
        """Add a file that holds documents, behind them, with the bytes that went; `local` as in `write`."""
        if not file.opened.records:
            return  # nothing was done to it
        if self._header.preview and file.is_spliced:
            for start, removed in file.removed():
                place = {"kind": "splice", "file": file.opened.file.name, "start": start}
                self._line(place | faithful("removed", removed))
        self._line(file_line(file, written), {key: value for key, value in (local or {}).items() if value})

    def _add_rows(self, told: object) -> bool:
        """Add what is told of a document without making its values, where that can be; return whether it can."""
        rows = getattr(told, "rows", None)
        if rows is None:
            return False
        from dedupe.plan.spelling import spelled_lines

        lines = spelled_lines(rows())
        if lines is None:
            return False
        self._add(lines)
        return True

    def finish(self, totals: Totals) -> None:
        """Write the trailer and publish the plan.

        `totals` must be the sums over what was written; ValueError says that the caller lost count.
        """
        if totals != self._totals:
            raise ValueError(f"the totals {totals} are not those of the plan, {self._totals}")
        trailer: dict[str, object] = {
            "kind": "trailer",
            "totals": {
                "documents": totals.documents,
                "paragraphs": totals.paragraphs,
                "bytes_in": totals.bytes_in,
                "bytes_out": totals.bytes_out,
                "removed": dict(totals.removed),
                "removed_characters": dict(totals.removed_characters),
                "found": dict(totals.found),
                "skipped": dict(totals.skipped),
                **({"exempt": totals.exempt} if totals.exempt else {}),
            },
        }
        self._flush()
        self._digest.update(canonical(trailer) + b"\n")
        self._file.write(canonical(trailer | {"digest": self._digest.hexdigest()}) + b"\n")
        self._file.publish()

    def _line(self, hashed: Mapping[str, object], local: Mapping[str, str] | None = None) -> None:
        line = canonical(hashed) + b"\n"
        self._add(line, canonical({**hashed, LOCAL: dict(local)}) + b"\n" if local else line)

    def _add(self, hashed: bytes, written: bytes | None = None) -> None:
        """Let a line wait, or several, that is `written` otherwise than it is hashed."""
        self._hashed.append(hashed)
        self._written.append(hashed if written is None else written)
        self._waiting_bytes += len(hashed)
        if self._waiting_bytes > WAITING_BYTES:
            self._flush()

    def _flush(self) -> None:
        """Write the lines that wait; one write for many takes less time than one each."""
        self._digest.update(b"".join(self._hashed))
        self._file.write(b"".join(self._written))
        self._hashed.clear()
        self._written.clear()
        self._waiting_bytes = 0

    def _document(self, edit: Edit) -> dict[str, object]:
        line: dict[str, object] = {
            "kind": "document",
            "name": edit.name,
            "bytes": len(edit.raw),
            "digest": edit.digest,
            "encoding": edit.encoding,
            "guessed": edit.guessed,
            "bom": _mark_of(edit).hex(),
            "segmentation": edit.segmentation,
            "paragraphs": edit.paragraphs,
            "spared": edit.spared,
            "dropped": edit.dropped,
            "cleaned_bytes": len(edit.cleaned),
            "cleaned_digest": edit.cleaned_digest,
        }
        if edit.record is not None:
            record = edit.record
            line["record"] = {"file": record.container, "number": record.number, "id": record.id}
        if edit.exempt:
            line["exempt"] = edit.exempt
        if edit.dropped and self._header.preview:
            line |= faithful("rest", edit.cleaned)
        return line

    def _cut(self, cut: Cut, pieces: LfPieces) -> dict[str, object]:
        line: dict[str, object] = {
            "kind": "cut",
            "id": cut.id,
            "document": cut.document,
            "start": cut.start,
            "end": cut.end,
            "first_line": cut.first_line,
            "last_line": cut.last_line,
            "lf_line": pieces.line,
            "rule": cut.rule,
            "score": cut.score,
            "evidence": self._evidence(cut.evidence),
            "survivors": [_place(place) for place in cut.survivors],
        }
        if not self._header.preview:
            return line | {"removed_digest": digest_of_bytes(cut.removed)}
        line |= {"text": cut.text} | _around(cut)
        if pieces.rotated:
            line |= {"lf_rotated": pieces.rotated}
        if pieces.before:
            line |= faithful("kept_before", pieces.before)
        if pieces.after:
            line |= faithful("kept_after", pieces.after)
        return line

    def _finding(self, finding: Finding) -> bytes:
        evidence, copies = self._shown(finding.evidence), map(_row, finding.copies)
        spelled = finding_line(finding.rule, _row(finding.place), finding.score, evidence, copies)
        if spelled is not None:
            return spelled
        line: dict[str, object] = {
            "kind": "finding",
            **_place(finding.place),
            "rule": finding.rule,
            "score": finding.score,
            "evidence": self._evidence(finding.evidence),
            "copies": [_place(place) for place in finding.copies],
        }
        return canonical(line | {"id": hashlib.blake2b(canonical(line), digest_size=8).hexdigest()})

    def _evidence(self, evidence: Evidence) -> list[list[object]]:
        return [[name, value] for name, value in self._shown(evidence)]

    def _shown(self, evidence: Evidence) -> Evidence:
        # Without preview only numbers: a word in the evidence may be one of the page's.
        if self._header.preview:
            return evidence
        return tuple(pair for pair in evidence if not isinstance(pair[1], str))


def _mark_of(edit: Edit) -> bytes:
    return next((mark for mark in _marks_of(edit.encoding) if edit.raw.startswith(mark)), b"")


@cache
def _marks_of(encoding: str) -> tuple[bytes, ...]:
    name = encoding.lower().replace("_", "-")
    return next((marks for family, marks in _MARKS.items() if name.startswith(family)), ())


def _row(place: Place) -> PlaceRow:
    return place.document, place.start, place.end, place.first_line, place.last_line


def _place(place: Place) -> dict[str, object]:
    return {
        "document": place.document,
        "start": place.start,
        "end": place.end,
        "first_line": place.first_line,
        "last_line": place.last_line,
    }


def _around(cut: Cut) -> dict[str, object]:
    """Return what turns the cut's text into its bytes again: the gaps, or the bytes themselves."""
    try:
        encoded = cut.text.encode("utf-8", "surrogateescape")
        before, found, after = cut.removed.partition(encoded) if encoded else (b"", b"", b"")
        if found:
            gaps = {"before": before.decode("ascii"), "after": after.decode("ascii")}
            return {name: gap for name, gap in gaps.items() if gap}
    except UnicodeError:
        pass
    return faithful("removed", cut.removed)


def faithful(key: str, content: bytes) -> dict[str, object]:
    """Return `content` as text where it is UTF-8, else in base 64."""
    try:
        return {key: content.decode("utf-8")}
    except UnicodeDecodeError:
        return {f"{key}_base64": base64.b64encode(content).decode("ascii")}
