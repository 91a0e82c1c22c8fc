"""Rows and fields of CSV are what Python's `csv` says, and a table keeps every byte that is not cut of a text."""

from __future__ import annotations

import csv
import io

from cleaning import edits_of
from hypothesis import given
from hypothesis import strategies as st
from strategies import NASTY_GAPS, texts

from dedupe.cutting import put_back
from dedupe.model import Edit, Skipped
from dedupe.pipeline import prepare
from dedupe.progress import Silence
from dedupe.reading.containers import RecordFile
from dedupe.reading.contents import ContentSpool
from dedupe.reading.csv_text import places_in, row_at
from dedupe.reading.opening_files import open_containers
from dedupe.reading.sources import BytesSource
from dedupe.settings import Bounds, Settings
from dedupe.spilling import SpillFolder
from dedupe.writing.rebuilding import CleanFile, Rebuilder

csv.field_size_limit(1 << 30)
SETTINGS = Settings(group_by="corpus", strip=frozenset(("DUP101", "DUP102", "BPL202", "XDP301", "DOC401")))


def cleaned(content: bytes, form: str = "csv") -> tuple[CleanFile, list[Edit | Skipped]]:
    file = RecordFile(BytesSource("a.csv", "", content), form)
    opened, sources = open_containers(
        [file],
        (),
        settings=SETTINGS,
        bounds=Bounds(),
        spool=ContentSpool(SpillFolder(None)),
        progress=Silence(),
    )
    results = list(Rebuilder(opened).follow(prepare(sources, settings=SETTINGS).edits()))
    (clean,) = (each for each in results if isinstance(each, CleanFile))
    return clean, [*opened.skipped, *(each for each in results if not isinstance(each, CleanFile))]


@given(st.text(st.sampled_from('ab ,;"\n\r\t'), max_size=40), st.sampled_from(",;\t"))
def test_rows_and_fields_are_what_csv_says(text: str, delimiter: str) -> None:
    content, position = text.encode(), 0
    rows: list[list[str | None]] = []
    while position < len(content):
        row = row_at(content, position, delimiter.encode(), is_last=True)
        assert row is not None
        assert row.end > position
        if content[row.start : row.end].strip(b"\r\n"):
            rows.append([field.said(content).decode() if field.is_plain else None for field in row.fields])
        position = row.end
    expected = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    assert [len(row) for row in rows] == [len(row) for row in expected]
    for fields, others in zip(rows, expected, strict=True):
        assert [field is None or field == other for field, other in zip(fields, others, strict=True)] == [
            True
        ] * len(fields)


@given(st.text(st.sampled_from('ab,"\n'), max_size=40), st.integers(0, 40))
def test_a_row_cut_off_is_waited_for(text: str, length: int) -> None:
    content = text.encode()
    whole = row_at(content, 0, b",", is_last=True)
    begin = row_at(content[:length], 0, b",", is_last=False)
    assert begin is None or begin == whole


@given(st.text(st.sampled_from('ab"é'), max_size=20), st.data())
def test_each_place_in_a_text_has_its_place_in_the_field(text: str, data: st.DataObject) -> None:
    said = text.encode()
    quoted = said.replace(b'"', b'""')
    wanted = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=4)))
    for place, end in zip(places_in(quoted, wanted), wanted, strict=True):
        assert quoted[:place].replace(b'""', b'"') == said[:end]
        assert quoted[place:].replace(b'""', b'"') == said[end:]


@given(
    st.data(),
    st.lists(texts(gaps=NASTY_GAPS).filter(lambda text: "\ufeff" not in text), min_size=1, max_size=4),
    st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    st.sampled_from(("\n", "\r\n")),
    st.sampled_from(",;\t|"),
)
def test_only_texts_change_and_the_rest_keeps_its_bytes(
    data: st.DataObject, contents: list[str], quoting: int, line_end: str, delimiter: str
) -> None:
    buffer = io.StringIO(newline="")
    if "\r" in "".join(contents):
        quoting = csv.QUOTE_ALL  # Python's writer forgets the quotes that a lone CR needs
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
    columns = data.draw(st.permutations(["id", "text", 'od"d', "url"]))
    writer.writerow(columns)
    others = st.text(st.sampled_from('a1.0,;\t"\n'), max_size=6)
    rows = [
        {"text": text, "id": data.draw(others), 'od"d': data.draw(others), "url": ""} for text in contents
    ]
    for row in rows:
        writer.writerow([row[column] for column in columns])
    raw = data.draw(st.sampled_from((b"", b"\xef\xbb\xbf"))) + buffer.getvalue().encode()
    clean, results = cleaned(raw)
    output = b"".join(clean.pieces())
    edits = edits_of(results)
    expected = edits_of(
        prepare(
            [BytesSource(f"{number:03}", ".", text.encode()) for number, text in enumerate(contents)],
            settings=SETTINGS,
        ).edits()
    )
    assert [edit.cleaned for edit in edits] == [edit.cleaned for edit in expected]
    assert [edit.dropped for edit in edits] == [edit.dropped for edit in expected]
    kept = [
        row | {"text": edit.cleaned.decode()}
        for row, edit in zip(rows, edits, strict=True)
        if not edit.dropped
    ]
    read = csv.DictReader(io.StringIO(output.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    assert list(read) == kept
    assert put_back(output, list(clean.removed())) == raw
