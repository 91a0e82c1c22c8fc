"""What the properties share: cleaning bytes, and looking at edits without the package's own eyes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dedupe.model import Edit, Place, Skipped
from dedupe.pipeline import prepare
from dedupe.reading.sources import BytesSource
from dedupe.settings import Settings

DEFAULT = Settings()
UNGROUPED_RULES = Settings(ignore=frozenset({"BPL201"}))


def clean_bytes(
    contents: Mapping[str, bytes], *, settings: Settings = DEFAULT, group: str = ""
) -> list[Edit | Skipped]:
    """Return what becomes of documents given as bytes, as the command would read them."""
    sources = [BytesSource(name, group, content) for name, content in contents.items()]
    return list(prepare(sources, settings=settings).edits())


def edits_of(results: Iterable[Edit | Skipped]) -> list[Edit]:
    return [result for result in results if isinstance(result, Edit)]


def decoded(edit: Edit, content: bytes) -> str:
    try:
        return content.decode(edit.encoding, "surrogateescape")
    except UnicodeDecodeError:
        return content.decode(edit.encoding, "replace")


def text_at(edit: Edit, place: Place) -> str:
    return decoded(edit, edit.raw[place.start : place.end])


def stays(edit: Edit, place: Place) -> bool:
    """Return whether every byte of `place` is in the clean text."""
    return all(cut.end <= place.start or place.end <= cut.start for cut in edit.cuts)
