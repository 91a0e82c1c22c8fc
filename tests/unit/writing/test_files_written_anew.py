"""Files that are written anew, whole or not at all: dropped records, other compressions, changes in between."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import BODY, PAGE, a_file, tree
from run_here import RunHere, here  # noqa: F401 - a fixture

from dedupe.editing import CHANGED
from dedupe.errors import SelfCheckFailed, WriteFailed
from dedupe.model import Edit, Skipped
from dedupe.pipeline import prepare
from dedupe.plan import NoText, WholeTexts, open_plan, record_texts
from dedupe.plan.own_files import holds_document
from dedupe.progress import Silence
from dedupe.reading import FileSource, part_containers
from dedupe.reading.contents import ContentSpool
from dedupe.reading.json_lines import JsonRecord
from dedupe.reading.opening_files import open_containers
from dedupe.reading.records import RecordChangedError
from dedupe.settings import Bounds, Settings
from dedupe.spilling import SpillFolder
from dedupe.writing import InPlace, OutputFolder, disk, tables
from dedupe.writing.rebuilding import CleanFile, FileChangedError, Rebuilder, changed

pa: Any = pytest.importorskip(
    "pyarrow", reason="pyarrow is not installed here: pip install 'dedupe-text[parquet]'"
)
pq: Any = pytest.importorskip("pyarrow.parquet")
TEXTS = [PAGE, "Short.", PAGE, PAGE + BODY[1] + "\n"]


def parquet(texts: list[str] = TEXTS, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"n": range(len(texts)), "text": texts}), sink, **options)
    return sink.getvalue()


def wet(texts: list[str], *, ended: bool = True) -> bytes:
    pytest.importorskip("fastwarc")
    records = []
    for text in texts:
        body = text.encode()
        head = f"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
        records.append(head.encode() + body)
    return b"\r\n\r\n".join(records) + (b"\r\n\r\n" if ended else b"")


CONTENTS: dict[str, Callable[[], bytes]] = {
    "a.parquet": parquet,
    "a.parquet.gz": lambda: gzip.compress(parquet()),
    "a.wet": lambda: wet(TEXTS),
    "a.warc.wet.bz2": lambda: bz2.compress(wet(TEXTS)),
    "a.jsonl": lambda: b"".join(json.dumps({"text": text}).encode() + b"\n" for text in TEXTS),
}


def texts_in(name: str, content: bytes) -> list[str]:
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    if name.endswith(".bz2"):
        content = bz2.decompress(content)
    if ".parquet" in name:
        return list(pq.read_table(io.BytesIO(content))["text"].to_pylist())
    if ".wet" in name:
        warc: Any = pytest.importorskip("fastwarc.warc")
        found = warc.ArchiveIterator(io.BytesIO(content), parse_http=False)
        return [record.reader.read().decode() for record in found]
    return [json.loads(line)["text"] for line in content.splitlines()]


@pytest.mark.parametrize("name", CONTENTS)
def test_records_that_go_whole_are_left_out(tmp_path: Path, here: RunHere, name: str) -> None:  # noqa: F811
    a_file(tmp_path / name, CONTENTS[name]())
    here("clean", name, "-o", "out", "--select", "DOC401", "--plan", "plan", "-q").exits(0)
    assert texts_in(name, (tmp_path / "out" / name).read_bytes()) == [TEXTS[0], TEXTS[1], TEXTS[3]]


@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = cleaned(a_file(tmp_path / "in" / name, CONTENTS[name]()))

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    folder = OutputFolder(tmp_path / "out", targets={name: name}, inputs=[tmp_path / "in"])
    with monkeypatch.context() as patched:
        patched.setattr(disk, "write", refuse)
        with pytest.raises(WriteFailed, match="no space left on device"):
            folder.take_file(clean)
    folder.discard()
    assert not (tmp_path / "out").exists()


SPOOLS: list[ContentSpool] = []


@pytest.fixture(autouse=True)
def spools() -> Iterator[None]:
    """Let go of what was spooled."""
    yield
    while SPOOLS:
        SPOOLS.pop().close()


def results_of(path: Path, settings: Settings | None = None) -> list[Edit | Skipped | CleanFile]:
    settings = settings or Settings()
    source = FileSource(path.name, "", path, path.name)
    _, containers = part_containers([source], settings, Bounds())
    spool = ContentSpool(SpillFolder(None))
    SPOOLS.append(spool)
    opened, sources = open_containers(
        containers, (), settings=settings, bounds=Bounds(), spool=spool, progress=Silence()
    )
    return list(Rebuilder(opened).follow(prepare(sources, settings=settings).edits()))


def cleaned(path: Path, settings: Settings | None = None) -> CleanFile:
    (clean,) = (each for each in results_of(path, settings) if isinstance(each, CleanFile))
    return clean


@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_that_changes_in_between_is_not_written(tmp_path: Path, name: str) -> None:
    path = a_file(tmp_path / name, CONTENTS[name]())
    clean = cleaned(path)
    assert b"".join(clean.pieces()) == b"".join(clean.pieces())
    for content in (path.read_bytes()[:-20], b"", None):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        with pytest.raises(FileChangedError):
            list(clean.pieces())


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a.parquet", lambda raw: raw[:100] + bytes(len(raw) - 100)),
        ("a.wet", lambda raw: raw.replace(b"Short", b"Other")),
        ("a.wet", lambda raw: raw[:-40]),
        ("a.wet", lambda raw: raw.replace(b"WARC/1.0", b"no WARC ")),
    ],
)
def test_a_file_that_changes_while_it_is_read_again_is_not_written(
    tmp_path: Path, name: str, change: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_file(tmp_path / name, CONTENTS[name]())
    clean = cleaned(path)
    prove, looks = CleanFile._prove, list[int]()

    def change_behind_the_first_look(self: CleanFile) -> None:
        prove(self)
        looks.append(1)
        if len(looks) == 1:
            path.write_bytes(change(path.read_bytes()))

    monkeypatch.setattr(CleanFile, "_prove", change_behind_the_first_look)
    with pytest.raises(FileChangedError):
        list(clean.pieces())


def test_a_file_of_which_nothing_goes_is_not_replaced(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.jsonl", b'{"text":"a"}\n')
    destination = InPlace({"a.jsonl": path}, backup_dir=tmp_path / "backup")
    destination.take_file(cleaned(path))
    assert destination.publish() == ()
    assert tree(tmp_path) == {"a.jsonl": b'{"text":"a"}\n'} | {
        name: content for name, content in tree(tmp_path).items() if name.startswith("backup/")
    }


def test_a_file_that_changes_while_it_is_backed_up_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_file(tmp_path / "a.jsonl", CONTENTS["a.jsonl"]())
    destination = InPlace({"a.jsonl": path}, backup_dir=tmp_path / "backup")
    destination.take_file(cleaned(path))
    create = disk.create

    def change_then_create(made: Path) -> int:
        path.write_bytes(b"mine now\n")
        return create(made)

    monkeypatch.setattr(disk, "create", change_then_create)
    (skipped,) = destination.publish()
    assert (skipped.name, skipped.reason) == ("a.jsonl", "changed")
    assert path.read_bytes() == b"mine now\n"


def test_large_batches_are_written_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BATCH_BYTES", 100)
    path = a_file(tmp_path / "a.parquet", parquet())
    content = b"".join(cleaned(path).pieces())
    assert len(texts_in("a.parquet", content)) == len(TEXTS)
    monkeypatch.setattr(tables, "BATCH_BYTES", 1)
    assert texts_in("a.parquet", b"".join(cleaned(path).pieces())) == texts_in("a.parquet", content)


def test_a_last_record_without_its_line_ends_gets_them(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.wet", wet([PAGE, "Short."], ended=False))
    content = b"".join(cleaned(path).pieces())
    assert content.endswith(b"Short.\r\n\r\n")


@pytest.mark.parametrize("name", ["a.parquet", "a.parquet.gz", "a.jsonl"])
def test_a_file_of_which_nothing_goes_is_copied_as_it_is(tmp_path: Path, name: str) -> None:
    path = a_file(tmp_path / name, CONTENTS[name]())
    clean = cleaned(path, Settings(strip=frozenset()))
    assert not clean.is_changed
    assert b"".join(clean.pieces()) == path.read_bytes()


def test_a_record_that_changes_behind_its_cutting_spoils_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RecordChangedError

    monkeypatch.setattr(JsonRecord, "ranges_in_file", refuse)
    clean = cleaned(a_file(tmp_path / "a.jsonl", CONTENTS["a.jsonl"]()))
    with pytest.raises(FileChangedError):
        list(clean.pieces())
    assert changed(clean) == Skipped("a.jsonl", "changed", CHANGED)


def test_a_row_that_has_to_stay_is_listed(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.csv", "text\nSubscribe to our newsletter\n")
    (skipped,) = (each for each in results_of(path) if isinstance(each, Skipped))
    assert (skipped.name, skipped.reason) == ("a.csv:1", "malformed")


def test_wrong_places_are_found_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(JsonRecord, "ranges_in_file", refuse)
    with pytest.raises(SelfCheckFailed, match=r"a\.jsonl:1: "):
        results_of(a_file(tmp_path / "a.jsonl", CONTENTS["a.jsonl"]()))


def test_names_that_are_no_text_stand_in_the_plan_of_a_corpus(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    told = "The ferry to the island will run twice a day from the first week of April, he said on Monday.\n"
    page = "".join(f"Line {number} of the diary tells of day {number}.\n" for number in range(4000))
    page = told + page + told + "That is all.\n"
    for name in (b"a\xff.txt", b"b.txt", b"c.txt"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name.decode("utf-8", "surrogateescape")).write_text(page)
    here("clean", "in", "-o", "out", "--plan", "plan", "-q").exits(0)
    plan = open_plan(tmp_path / "plan")
    assert [len(each.cuts) for each in plan.documents()] == [1, 1, 1]
    here("restore", "plan", "-o", "back").exits(0)
    assert set(tree(tmp_path / "back").values()) == {page.encode()}


def test_what_several_documents_share_stands_in_the_plan_of_a_corpus(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    told = "The ferry to the island will run twice a day from the first week of April, he said on Monday.\n"
    for name in "abc":
        lines = [
            f"Line {number} of the diary {name} tells of day {number} in {name}.\n" for number in range(4000)
        ]
        a_file(tmp_path / "in" / f"{name}.txt", told + "".join(lines))
    here("clean", "in", "-o", "out", "--plan", "plan", "-q").exits(0)
    documents = open_plan(tmp_path / "plan").documents()
    assert [[each.rule for each in document.findings] for document in documents] == [
        [],
        ["XDP301"],
        ["XDP301"],
    ]


def test_a_file_without_a_record_stands_in_no_plan(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "a.jsonl.gz", gzip.compress(CONTENTS["a.jsonl"]())[:-9])
    here("clean", "a.jsonl.gz", "-o", "out", "--plan", "plan", "-q").exits(3)
    assert list(open_plan(tmp_path / "plan").files()) == []


def test_files_of_a_plan_are_told_by_any_name(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "in" / "a.txt", PAGE)
    here("clean", "in", "-o", "out", "--plan", "plan", "-q").exits(0)
    plan = open_plan(tmp_path / "plan")
    (document,) = plan.documents()
    for name in ("in/a.txt", "out/a.txt"):
        assert holds_document(tmp_path / name, [document], [tmp_path / "out"])
    (tmp_path / "link").symlink_to("in/a.txt")
    assert holds_document(tmp_path / "link", [document], [])
    assert not holds_document(tmp_path / "plan", [document], [tmp_path / "out", tmp_path / "nowhere"])
    assert not holds_document(tmp_path / "none", [document], [tmp_path / "out"])
    moved = replace(document, read="", written="b.txt")
    a_file(tmp_path / "out" / "b.txt")
    assert holds_document(tmp_path / "out" / "b.txt", [moved], [tmp_path / "out"])
    assert not holds_document(tmp_path / "in" / "a.txt", [moved], [tmp_path / "out"])


def test_texts_of_records_are_looked_for_below_the_root_too(
    tmp_path: Path,
    here: RunHere,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_file(tmp_path / "a.html", f"<html><p>{BODY[0]}</p><p>{BODY[0]}</p>")
    a_file(tmp_path / "a.jsonl", CONTENTS["a.jsonl"]())
    here("clean", "a.html", "a.jsonl", "-o", "out", "--plan", "plan", "-q").exits(0)
    plan = open_plan(tmp_path / "plan")
    documents = {each.name: each for each in plan.documents()}
    (tmp_path / "a.jsonl").rename(tmp_path / "out" / "b.jsonl")
    for root in (None, tmp_path / "out"):
        for name in ("a.jsonl:1", "a.html"):
            assert not isinstance(WholeTexts(plan, root).of(documents[name]), NoText), (root, name)
    assert isinstance(WholeTexts(plan, tmp_path / "in").of(documents["a.jsonl:1"]), NoText)
    texts = WholeTexts(plan)
    texts.of(documents["a.jsonl:1"])
    (tmp_path / "out" / "a.jsonl").write_bytes(b"\\q" * 4000)  # behind the back of who has found its records
    assert isinstance(texts.of(documents["a.jsonl:2"]), NoText)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(record_texts, "part_containers", refuse)
    assert isinstance(WholeTexts(plan).of(documents["a.jsonl:1"]), NoText)
    here("clean", "a.html", "-n", "--plan", "dry", "-q").exits(0)
    dry = open_plan(tmp_path / "dry")
    assert isinstance(WholeTexts(dry).of(next(dry.documents())), NoText)


def test_files_of_records_keep_permissions_and_times_too(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    for name, content in (("a.jsonl", json.dumps({"text": PAGE}).encode()), ("b.jsonl.gz", b"")):
        packed = content or gzip.compress(json.dumps({"text": PAGE}).encode())
        file = a_file(tmp_path / name, packed)
        file.chmod(0o640)
        os.utime(file, ns=(10**18, 10**18 + 7))
        here("clean", name, "-o", "out", "-q").exits(0)
        status = (tmp_path / "out" / name).stat()
        assert (stat.S_IMODE(status.st_mode), status.st_mtime_ns) == (0o640, 10**18 + 7)
        assert (tmp_path / "out" / name).read_bytes() != packed


def test_a_refused_write_of_a_file_of_records_names_it(
    tmp_path: Path,
    here: RunHere,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_file(tmp_path / "a.jsonl", json.dumps({"text": PAGE}))

    def refuse(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(disk, "write", refuse)
    ran = here("clean", "a.jsonl", "-o", "out", "-q")
    assert ran.code not in (0, 3), ran
    ran.says("error: out/a.jsonl: no space left on device; free some space, then run again")


def test_a_compressed_copy_that_goes_whole_is_not_written(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "in" / "a.txt", PAGE)
    a_file(tmp_path / "in" / "b.txt.gz", gzip.compress(PAGE.encode()))
    flags = ("--include", "*.gz", "--extend-select", "DOC401", "-q")
    here("clean", "in", "-o", "out", "--plan", "plan", *flags).exits(0)
    assert list(tree(tmp_path / "out")) == [".dedupe/files", ".dedupe/lock", ".dedupe/marker", "a.txt"]
    [document] = [each for each in open_plan(tmp_path / "plan").documents() if each.dropped]
    assert document.name == "b.txt.gz"
