"""A file that changed between the passes is left alone, whoever was to take it, and nothing of it stays behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dedupe.cli.output import ToStdout, as_text_alone
from dedupe.errors import SelfCheckFailed
from dedupe.model import Edit, Skipped
from dedupe.pipeline import prepare
from dedupe.progress import Silence
from dedupe.reading import json_lines
from dedupe.reading.containers import RecordFile
from dedupe.reading.contents import ContentSpool
from dedupe.reading.opening_files import open_containers
from dedupe.reading.sources import FileSource
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
