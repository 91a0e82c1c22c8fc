"""Which format a file has: by its suffix or, where that says nothing, by how it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.errors import UsageError
from dedupe.reading.compression import COMPRESSIONS

if TYPE_CHECKING:
    from dedupe.reading.contents import Content
    from dedupe.settings import Settings

SUFFIXES: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".md"),
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv",),
    "tsv": (".tsv",),
    "parquet": (".parquet", ".pq"),
    "arrow": (".arrow", ".feather"),
    "html": (".html", ".htm", ".xhtml"),
    "warc": (".warc", ".wet"),
}
"""The formats that files may have, with the suffixes that tell of them."""

SENTENCES = {
    "text": "a document a file",
    "jsonl": "a document a line, in the field that --text-field names",
    "csv": "a document a row, in the column that --text-field names",
    "tsv": "the same, with tabs between the columns",
    "parquet": "the same; needs dedupe-text[parquet]",
    "arrow": "the same, file or stream, as datasets keeps them; needs dedupe-text[parquet]",
    "html": "the text that a reader sees, written as .html.txt; needs dedupe-text[html]",
    "warc": "a document a record of text or HTML, written as .warc.wet; needs dedupe-text[warc]",
}

NEEDS = {
    "parquet": (("pyarrow",), "parquet"),
    "arrow": (("pyarrow",), "parquet"),
    "html": (("resiliparse",), "html"),
    "warc": (("fastwarc", "resiliparse"), "warc"),
}
"""The formats that need libraries, each with the modules and the extra that brings them."""

FORMAT_BY_SUFFIX = {suffix: name for name, suffixes in SUFFIXES.items() for suffix in suffixes}
_MAGIC = {b"PAR1": "parquet", b"ARROW1": "arrow", b"WARC/": "warc"}
_BEGINNINGS_OF_PAGES = (b"<!doctype html", b"<html")
_SAMPLE_BYTES = 1 << 20
_MOST_SAMPLE_BYTES = 1 << 26
_SPACES = b" \t\r\n\xef\xbb\xbf"


def walked_suffixes(chosen: str) -> tuple[str, ...]:
    """Return the suffixes of files that are read in a folder where `chosen` is the setting `format`."""
    if chosen in ("auto", "text"):
        return SUFFIXES["text"]
    plain = SUFFIXES[chosen]
    return plain + tuple(suffix + behind for suffix in plain for behind in COMPRESSIONS)


def suffix_of(name: str) -> str:
    """Return the last suffix of a file's name, in lower case; that of a compression has to be taken off before."""
    stem, point, suffix = name.rpartition("/")[2].rpartition(".")
    return f".{suffix.lower()}" if point and stem else ""


def require(form: str) -> None:
    """Raise UsageError that says what to install where a format needs what is not installed."""
    if form not in NEEDS:
        return
    import importlib.util

    modules, extra = NEEDS[form]
    for module in modules:
        try:
            is_there = importlib.util.find_spec(module) is not None
        except ValueError:  # it was put away
            is_there = False
        if not is_there:
            raise UsageError(
                f"reading {form} needs {module}; install it with: pip install 'dedupe-text[{extra}]'"
            )


def clean_name(name: str, form: str, compression: str) -> str:
    """Return the name of the clean version of a file: another one where it has another format than the file."""
    if form not in ("html", "warc"):
        return name
    behind = next((suffix for suffix, said in COMPRESSIONS.items() if said == compression), "")
    plain = name[: len(name) - len(behind)] if behind and name.lower().endswith(behind) else name
    if form == "html":
        return f"{plain}.txt"
    is_wet = suffix_of(plain) == ".wet"
    return f"{plain}{'' if is_wet else '.wet'}{behind}"


def format_of(name: str, content: Content, settings: Settings) -> str:
    """Return the format of a file of this name.

    Raises OSError as the system does.
    """
    if settings.format != "auto":
        return settings.format
    known = FORMAT_BY_SUFFIX.get(suffix_of(name))
    if known is not None:
        return known
    begin = content.read(0, 8)
    for magic, form in _MAGIC.items():
        if begin.startswith(magic):
            return form
    if content.read(0, 256).lstrip(_SPACES)[:16].lower().startswith(_BEGINNINGS_OF_PAGES):
        return "html"
    return "jsonl" if _begins_with_json_lines(content, settings) else "text"


def _begins_with_json_lines(content: Content, settings: Settings) -> bool:
    if not content.read(0, 64).lstrip(_SPACES).startswith(b"{"):
        return False
    from dedupe.reading.json_lines import looks_like_json_lines
    from dedupe.reading.json_text import FieldNames

    size = _SAMPLE_BYTES
    while True:
        sample = content.read(0, size)
        end = len(sample) if len(sample) < size else sample.rfind(b"\n") + 1
        if end:
            names = FieldNames(settings.text_field, settings.id_field, settings.url_field)
            return looks_like_json_lines(sample[:end], names)
        if size >= _MOST_SAMPLE_BYTES:
            return True  # one line at least is larger than any text: what follows may be smaller
        size *= 4
