"""One line of a plan to the value it says; nothing is checked here that takes more than the line."""

from __future__ import annotations

from typing import Any, cast

from dedupe.digests import digest_of_bytes
from dedupe.inputs import Record
from dedupe.model import SKIP_REASONS, Place, Skipped, Totals
from dedupe.plan.canonical import LOCAL
from dedupe.plan.door import DamagedError, Fields, encoded
from dedupe.plan.lf_lines import LfPieces
from dedupe.plan.records import (
    DESTINATION_KINDS,
    OLDEST_SCHEMA,
    DestinationKind,
    PlanHeader,
    PlannedCut,
    PlannedDocument,
    PlannedFile,
    PlannedFinding,
    PlannedSplice,
    SettingValue,
)


def parse_header(fields: Fields) -> PlanHeader:
    """Return the header of a plan whose schema is known."""
    destination = fields.text("destination")
    if destination not in DESTINATION_KINDS:
        raise DamagedError(f"the destination {destination!r} is unknown")
    settings = tuple((name, _setting(value)) for name, value in fields.fields("settings").items())
    return PlanHeader(
        version=fields.text("version"),
        destination=cast("DestinationKind", destination),
        settings=settings,
        settings_digest=fields.text("settings_digest"),
        preview=fields.flag("preview"),
        root=_local(fields, "root"),
        has_files=fields.count("schema") > OLDEST_SCHEMA,
    )


def parse_document(fields: Fields, *, preview: bool) -> PlannedDocument:
    """Return a document, as yet without its cuts and findings."""
    dropped = fields.flag("dropped")
    try:
        bom = bytes.fromhex(fields.text("bom"))
    except ValueError:
        raise DamagedError("'bom' is not hexadecimal") from None
    return PlannedDocument(
        name=fields.text("name"),
        bytes=fields.count("bytes"),
        digest=fields.digest("digest"),
        encoding=fields.text("encoding"),
        guessed=fields.flag("guessed"),
        bom=bom,
        segmentation=fields.text("segmentation"),
        paragraphs=fields.count("paragraphs"),
        spared=fields.text("spared"),
        dropped=dropped,
        cleaned_bytes=fields.count("cleaned_bytes"),
        cleaned_digest=fields.digest("cleaned_digest"),
        rest=fields.content("rest") if dropped and preview else None,
        exempt=fields.count("exempt") if fields.has("exempt") else 0,
        read=_local(fields, "read"),
        written=_local(fields, "written"),
        record=_record(fields.fields("record")) if fields.has("record") else None,
    )


def _record(fields: Fields) -> Record:
    return Record(fields.text("file"), fields.count("number"), fields.text("id"))


def parse_splice(fields: Fields) -> PlannedSplice:
    """Return bytes that were taken out of a file."""
    return PlannedSplice(fields.text("file"), fields.count("start"), fields.content("removed"))


def parse_file(fields: Fields) -> PlannedFile:
    """Return a file that holds documents, as yet without its splices."""
    return PlannedFile(
        name=fields.text("name"),
        format=fields.text("format"),
        bytes=fields.count("bytes"),
        digest=fields.digest("digest"),
        cleaned_bytes=fields.count("cleaned_bytes"),
        cleaned_digest=fields.digest("cleaned_digest"),
        is_spliced=fields.flag("spliced"),
        read=_local(fields, "read"),
        written=_local(fields, "written"),
    )


def parse_cut(fields: Fields, *, preview: bool) -> PlannedCut:
    """Return a cut, with the bytes it took out where the plan has them."""
    place = _place(fields)
    removed: bytes | None = None
    text = ""
    if preview:
        text = fields.text("text")
        removed = _removed(fields, text)
        if len(removed) != place.end - place.start:
            raise DamagedError("the removed bytes are not as many as the range says")
    return PlannedCut(
        id=fields.text("id"),
        document=place.document,
        start=place.start,
        end=place.end,
        first_line=place.first_line,
        last_line=place.last_line,
        rule=fields.text("rule"),
        score=fields.number("score"),
        evidence=fields.pairs("evidence"),
        survivors=tuple(_place(survivor) for survivor in fields.objects("survivors")),
        removed=removed,
        removed_digest=fields.digest("removed_digest") if removed is None else digest_of_bytes(removed),
        text=text,
        pieces=_pieces(fields),
    )


def parse_finding(fields: Fields) -> PlannedFinding:
    """Return a finding."""
    return PlannedFinding(
        id=fields.text("id"),
        rule=fields.text("rule"),
        place=_place(fields),
        score=fields.number("score"),
        evidence=fields.pairs("evidence"),
        copies=tuple(_place(copy) for copy in fields.objects("copies")),
    )


def parse_skipped(fields: Fields) -> Skipped:
    """Return a skipped input; its bytes are not in the plan."""
    reason = fields.text("reason")
    if reason not in SKIP_REASONS:
        raise DamagedError(f"the reason {reason!r} is unknown")
    return Skipped(fields.text("name"), reason, fields.text("detail"))


def parse_totals(fields: Fields) -> Totals:
    """Return the totals of a trailer."""
    totals = fields.fields("totals")
    return Totals(
        documents=totals.count("documents"),
        paragraphs=totals.count("paragraphs"),
        bytes_in=totals.count("bytes_in"),
        bytes_out=totals.count("bytes_out"),
        removed=totals.counter("removed"),
        removed_characters=totals.counter("removed_characters"),
        found=totals.counter("found"),
        skipped=totals.counter("skipped"),
        exempt=totals.count("exempt") if totals.has("exempt") else 0,
    )


def _place(fields: Fields) -> Place:
    place = Place(
        document=fields.text("document"),
        start=fields.count("start"),
        end=fields.count("end"),
        first_line=fields.count("first_line"),
        last_line=fields.count("last_line"),
    )
    if place.start > place.end or place.first_line > place.last_line:
        raise DamagedError("a range ends before it starts")
    return place


def _removed(fields: Fields, text: str) -> bytes:
    if fields.has("removed") or fields.has("removed_base64"):
        return fields.content("removed")
    gaps = [fields.text(key) if fields.has(key) else "" for key in ("before", "after")]
    return encoded(f"{gaps[0]}{text}{gaps[1]}", "text")


def _pieces(fields: Fields) -> LfPieces:
    rotated = fields.count("lf_rotated") if fields.has("lf_rotated") else 0
    before, after = _optional(fields, "kept_before"), _optional(fields, "kept_after")
    return LfPieces(fields.count("lf_line"), before, after, rotated)


def _optional(fields: Fields, key: str) -> bytes:
    return fields.content(key) if fields.has(key) or fields.has(f"{key}_base64") else b""


def _local(fields: Fields, key: str) -> str:
    if not fields.has(LOCAL):
        return ""
    local = fields.fields(LOCAL)
    return local.text(key) if local.has(key) else ""


def _setting(value: Any) -> SettingValue:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise DamagedError("a setting is neither a simple value nor a list of strings")
