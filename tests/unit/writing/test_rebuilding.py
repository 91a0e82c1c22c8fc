"""A file that changed between the passes is left alone, whoever was to take it, and nothing of it stays behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cli.output import ToStdout, as_text_alone
from dedupe.errors import SelfCheckFailed
from dedupe.model import Edit, Skipped
from dedupe.pipeline import prepare
from dedupe.progress import Silence
from dedupe.reading import json_lines
from dedupe.reading.containers import RecordFile
from dedupe.reading.contents import ContentSpool, HeldContent
from dedupe.reading.opened import Opened
from dedupe.reading.opening_files import open_containers
from dedupe.reading.sources import BytesSource, FileSource
from dedupe.settings import Bounds, Settings
from dedupe.spilling import SpillFolder
from dedupe.writing import InPlace, OutputFolder
from dedupe.writing.rebuilding import CleanFile, FileChangedError, Rebuilder, measured

LINE = "The pilot boat went out twice on Tuesday although the wind had risen to a gale by noon."
RAW = json.dumps({"n": 1.10, "text": f"{LINE}\nThey came home wet.\n{LINE}\n"}) + "\n" + '{"text":"short"}\n'
CLEAN = RAW.replace(f"\\n{LINE}", "")


def followed(path: Path, change: Callable[[Path], object] | None = None) -> list[Edit | Skipped | CleanFile]:
    """Clean the file, which is changed after its records have been found, or is not."""
    path.write_text(RAW)
    file = RecordFile(FileSource("a.jsonl", "", path, "a.jsonl"), "jsonl")
    spool = ContentSpool(SpillFolder(None))
    opened, sources = open_containers(
        [file], (), settings=Settings(), bounds=Bounds(), spool=spool, progress=Silence()
    )
    prepared = prepare(sources, settings=Settings())
    if change is not None:
        change(path)
    return list(Rebuilder(opened).follow(prepared.edits()))


CHANGES: dict[str, Callable[[Path], object]] = {
    "another number": lambda path: path.write_text(RAW.replace("1.1", "1.2")),
    "a line more": lambda path: path.write_text(RAW + "{}\n"),
    "a text": lambda path: path.write_text(RAW.replace("wet", "dry")),
    "cut off": lambda path: path.write_text(RAW[:50]),
    "gone": lambda path: path.unlink(),
    "no JSON any more": lambda path: path.write_text("\\u" * len(RAW)),
}


def test_a_file_that_stays_is_written(tmp_path: Path) -> None:
    clean = followed(tmp_path / "a.jsonl")[-1]
    assert isinstance(clean, CleanFile)
    assert b"".join(clean.pieces()).decode() == CLEAN
    assert measured(clean.pieces()).size == len(CLEAN)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_that_changed_is_not(tmp_path: Path, change: Callable[[Path], object]) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "a.jsonl"
    results = followed(path, change)
    clean = results[-1]
    assert isinstance(clean, CleanFile)
    assert all(result.reason == "changed" for result in results if isinstance(result, Skipped))
    folder = OutputFolder(tmp_path / "out", targets={"a.jsonl": "a.jsonl"}, inputs=[tmp_path / "in"])
    with pytest.raises(FileChangedError):
        folder.take_file(clean)
    assert list((tmp_path / "out" / ".dedupe" / "staging").iterdir()) == []
    folder.publish()
    assert not (tmp_path / "out" / "a.jsonl").exists()
    shown = ToStdout(as_text_alone, own_form=True)
    with pytest.raises(FileChangedError):
        shown.take_file(clean)
    shown.publish()


def test_a_file_that_changes_before_it_is_replaced_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    clean = followed(path)[-1]
    assert isinstance(clean, CleanFile)
    destination = InPlace({"a.jsonl": path}, backup_dir=tmp_path / "backup")
    destination.take_file(clean)
    path.write_text(RAW + "{}\n")
    (skipped,) = destination.publish()
    assert (skipped.name, skipped.reason) == ("a.jsonl", "changed")
    assert path.read_text() == RAW + "{}\n"


def test_a_wrong_place_in_the_line_is_found_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = json_lines.places_in
    monkeypatch.setattr(
        json_lines, "places_in", lambda string, wanted: [place + 3 for place in right(string, wanted)]
    )
    with pytest.raises(SelfCheckFailed, match=r"a\.jsonl:1: "):
        followed(tmp_path / "a.jsonl")


@given(
    content=st.binary(max_size=40),
    points=st.lists(st.integers(0, 40), max_size=8, unique=True).map(sorted),
    ends=st.lists(st.integers(0, 40), max_size=8),
    touching=st.booleans(),
)
def test_what_stays_is_all_but_the_cuts_wherever_pieces_end(
    content: bytes, points: list[int], ends: list[int], touching: bool
) -> None:
    """Against the content itself: bytes that no cut holds, in order."""
    points = [point for point in points if point <= len(content)]
    cuts = list(pairwise(points))[:: 1 if touching else 2]
    source = BytesSource("a", "", content)
    opened = Opened(RecordFile(source, "jsonl"), HeldContent(content), "", len(content), (), ())
    clean = CleanFile("a", opened)
    clean.cuts.extend(cuts)
    edges = sorted({0, len(content), *(end for end in ends if end <= len(content))})
    pieces = [content[start:end] for start, end in pairwise(edges)]
    kept = list(clean._kept(pieces))
    held = {place for start, end in cuts for place in range(start, end)}
    assert b"".join(kept) == bytes(each for place, each in enumerate(content) if place not in held)
    assert all(kept)


def test_results_of_other_documents_go_by_and_no_raw_bytes_of_records_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "one"}\n{"text": "two"}\n')
    file = RecordFile(FileSource("a.jsonl", "", path, "a.jsonl"), "jsonl")
    spool = ContentSpool(SpillFolder(None))
    opened, _ = open_containers(
        [file], (), settings=Settings(), bounds=Bounds(), spool=spool, progress=Silence()
    )
    first, last = Skipped("0.txt", "binary", raw=b"\0"), Skipped("z.txt", "binary", raw=b"\0")
    of_records = [Skipped(f"a.jsonl:{number}", "undecodable", raw=b"x") for number in (1, 2)]
    results = list(Rebuilder(opened).follow([first, *of_records, last]))
    assert results[:3] == [first, *(replace(each, raw=None) for each in of_records)]
    assert isinstance(results[3], CleanFile)
    assert results[4:] == [last]
