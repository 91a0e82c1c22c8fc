"""A record loses what a file with its text would lose, and its line keeps every other byte."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cleaning import edits_of
from hypothesis import given
from hypothesis import strategies as st
from json_made import lines_with
from strategies import NASTY_GAPS, texts

from dedupe.cutting import put_back
from dedupe.model import Edit, Skipped
from dedupe.pipeline import prepare
from dedupe.progress import Silence
from dedupe.reading.containers import RecordFile
from dedupe.reading.contents import ContentSpool
from dedupe.reading.opening_files import open_containers
from dedupe.reading.sources import BytesSource
from dedupe.settings import Bounds, Settings
from dedupe.spilling import SpillFolder
from dedupe.writing.rebuilding import CleanFile, Rebuilder

SETTINGS = (
    Settings(group_by="corpus"),
    Settings(group_by="corpus", strip=frozenset(("DUP101", "XDP301", "DOC401", "BPL202"))),
)


def cleaned(content: bytes, settings: Settings) -> tuple[CleanFile, list[Edit | Skipped]]:
    """Return the clean version of JSON lines, and what became of its records."""
    file = RecordFile(BytesSource("a.jsonl", "", content), "jsonl")
    opened, sources = open_containers(
        [file],
        (),
        settings=settings,
        bounds=Bounds(),
        spool=ContentSpool(SpillFolder(None)),
        progress=Silence(),
    )
    results = list(Rebuilder(opened).follow(prepare(sources, settings=settings).edits()))
    (clean,) = (each for each in results if isinstance(each, CleanFile))
    return clean, [*opened.skipped, *(each for each in results if not isinstance(each, CleanFile))]


def cleaned_as_files(contents: Sequence[str], settings: Settings) -> list[Edit]:
    sources = [
        BytesSource(f"{number:04}", ".", content.encode("utf-8", "surrogatepass"))
        for number, content in enumerate(contents)
    ]
    return edits_of(prepare(sources, settings=settings).edits())


@given(
    st.data(),
    st.lists(texts(gaps=NASTY_GAPS).filter(lambda text: "\ufeff" not in text), min_size=1, max_size=4),
    st.sampled_from(SETTINGS),
    st.sampled_from(("\n", "\r\n")),
)
def test_records_lose_what_files_lose_and_lines_keep_the_rest(
    data: st.DataObject, contents: list[str], settings: Settings, line_end: str
) -> None:
    lines = [data.draw(lines_with(content)) for content in contents]
    blank = data.draw(st.sampled_from(("", line_end, f" \t{line_end}")))
    content = blank + line_end.join(lines) + data.draw(st.sampled_from(("", line_end)))
    raw = content.encode()
    clean, results = cleaned(raw, settings)
    output = b"".join(clean.pieces())
    edits = edits_of(results)
    expected = cleaned_as_files(contents, settings)
    assert [edit.cleaned for edit in edits] == [edit.cleaned for edit in expected]
    assert [[(cut.rule, cut.start, cut.end) for cut in edit.cuts] for edit in edits] == [
        [(cut.rule, cut.start, cut.end) for cut in edit.cuts] for edit in expected
    ]
    assert put_back(output, list(clean.removed())) == raw
    assert b"".join(CleanFile("a.jsonl", clean.opened).pieces()) == raw
    kept = iter(line for line in output.decode().split("\n") if line.strip())
    for line, edit in zip(lines, edits, strict=True):
        if edit.dropped:
            continue
        said_before, said_after = (
            json.loads(each, parse_int=str, parse_float=str) for each in (line, next(kept))
        )
        assert said_after["text"].encode("utf-8", "surrogatepass") == edit.cleaned
        assert repr(said_before | {"text": ""}) == repr(said_after | {"text": ""})
    assert list(kept) == []


@given(st.data(), st.lists(texts(), min_size=1, max_size=3))
def test_only_bytes_of_texts_go(data: st.DataObject, contents: list[str]) -> None:
    raw = "\n".join(data.draw(lines_with(content)) for content in contents).encode()
    clean, _ = cleaned(raw, Settings())
    spans = [(record.start, record.end) for record in clean.opened.records]  # type: ignore[attr-defined]
    for start, end in clean.cuts:
        assert any(first <= start <= end <= last for first, last in spans)
