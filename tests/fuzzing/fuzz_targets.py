"""What is fuzzed: functions of bytes that raise when a promise does not hold for them."""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from dedupe.cli.configuration import effective
from dedupe.cutting import put_back
from dedupe.errors import PlanError, UsageError
from dedupe.lines import lines_of
from dedupe.model import Edit
from dedupe.pipeline import prepare
from dedupe.plan import index_plan, open_plan
from dedupe.plan.canonical import canonical
from dedupe.progress import Silence
from dedupe.reading import BytesSource, decode
from dedupe.reading.compression import DamagedFileError
from dedupe.reading.containers import RecordFile
from dedupe.reading.contents import ContentSpool, HeldContent
from dedupe.reading.opening_files import open_containers
from dedupe.reports.sanitizing import inert_in_logs, visible
from dedupe.segmenting import segment
from dedupe.settings import Bounds, Settings
from dedupe.spilling import SpillFolder
from dedupe.writing.rebuilding import CleanFile, Rebuilder

Target = Callable[[bytes], None]

FIXTURES = Path(__file__).parents[2] / "fixtures"
ALL = Settings(strip=frozenset(("DUP101", "DUP102", "DUP103", "BPL201", "BPL202", "BPL203", "XDP301")))
_ACTING = ("Cc", "Cs", "Zl", "Zp")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def segmenting(data: bytes) -> None:
    """Lines and paragraphs of any bytes lie behind each other, and what is cut out of them rebuilds them."""
    decoded = decode(data)
    if decoded is None or not decoded.cuttable:
        return
    starts = lines_of(decoded).raw_start or (len(decoded.bom),)
    lines = [data[here:there] for here, there in zip(starts, (*starts[1:], len(data)), strict=True)]
    assert decoded.bom + b"".join(lines) == data
    for choice in ("auto", "line", "blank-line"):
        segment(decoded, choice)
    for edit in prepare(
        [BytesSource("a", "", data), BytesSource("b", "", data + data)], settings=ALL
    ).edits():
        if isinstance(edit, Edit):
            assert put_back(edit.cleaned, [(cut.start, cut.removed) for cut in edit.cuts]) == edit.raw


def json_lines(data: bytes) -> None:
    """What is cut out of JSON lines puts them together again, and nothing but texts changes in them."""
    file = RecordFile(BytesSource("a.jsonl", "", data), "jsonl")
    spool = ContentSpool(SpillFolder(None))
    opened, sources = open_containers(
        [file], (), settings=ALL, bounds=Bounds(), spool=spool, progress=Silence()
    )
    results = list(Rebuilder(opened).follow(prepare(sources, settings=ALL).edits()))
    for clean in results:
        if isinstance(clean, CleanFile):
            output = b"".join(clean.pieces())
            assert put_back(output, list(clean.removed())) == data
            before, after = list(_objects(data)), list(_objects(output))
            assert [_without_text(each) for each in before] == [_without_text(each) for each in after]


def _objects(content: bytes) -> Iterator[Any]:
    for line in content.split(b"\n"):
        try:
            yield json.loads(line.decode("utf-8-sig"), parse_int=str, parse_float=str, object_pairs_hook=list)
        except (ValueError, RecursionError):
            yield line


def _without_text(value: Any) -> str:
    pairs = value if isinstance(value, list) else [value]
    return repr([pair for pair in pairs if not (isinstance(pair, tuple) and pair[0] == "text")])


def plans(data: bytes) -> None:
    """Any bytes are a plan that can be read to its end, or a PlanError."""
    path = _scratch() / "plan.jsonl"
    path.write_bytes(data)
    try:
        plan = open_plan(path)
        for document in plan.documents():
            assert document.bytes >= document.cleaned_bytes
        list(plan.files())
        index = index_plan(path)
        for entry in index.entries:
            index.document(entry)
    except PlanError:
        return


def plan_lines(data: bytes) -> None:
    """The same with the digest of the trailer put right, so that what the lines say is looked at."""
    lines = data.split(b"\n")
    try:
        trailer = json.loads(lines[-2] if not lines[-1] else lines[-1])
        header = json.loads(lines[0])
    except (ValueError, IndexError, RecursionError):
        return plans(data)
    if not isinstance(trailer, dict) or not isinstance(header, dict):
        return plans(data)
    from dedupe.plan.canonical import new_digest

    trailer.pop("digest", None)
    digest = new_digest()
    hashed = [*lines[: -2 if not lines[-1] else -1]]
    for line in hashed:
        digest.update(_hashed(line) + b"\n")
    try:
        digest.update(canonical(trailer) + b"\n")
        last = canonical(trailer | {"digest": digest.hexdigest()})
    except (ValueError, RecursionError):
        return plans(data)
    return plans(b"\n".join([*hashed, last, b""]))


def _hashed(line: bytes) -> bytes:
    try:
        value = json.loads(line)
        if isinstance(value, dict) and "local" in value:
            del value["local"]
            return canonical(value)
    except (ValueError, RecursionError):
        pass
    return line


def configuration(data: bytes) -> None:
    """Any file is a configuration, from which a request can be made, or a UsageError."""
    import click

    path = _scratch() / "dedupe.toml"
    path.write_bytes(data)
    try:
        settings = effective({"config": (str(path),)}, environment={}, folder=None)
        list(settings.as_toml())
        tomllib.loads("\n".join(settings.as_toml()))
        from dedupe.cli.request import shared_fields

        shared_fields(("-",), settings)
    except (UsageError, click.UsageError) as error:
        said = str(error)
    else:
        said = ""
    assert "\n" not in said


def sanitizing(data: bytes) -> None:
    """What is shown holds nothing that acts, hides or reorders, and is shown again as it is."""
    for text in (
        data.decode("utf-8", "surrogateescape"),
        data.decode("utf-16-le", "surrogatepass" if len(data) % 2 == 0 else "replace"),
    ):
        shown = visible(text)
        assert not any(unicodedata.category(each) in _ACTING or each in _BIDI for each in shown), shown
        assert visible(shown) == shown
        line = inert_in_logs(shown)
        assert not line.lstrip().startswith("::"), line
        assert "##[" not in line
        assert "##vso[" not in line.lower()
        assert inert_in_logs(line) == line


def crawls(data: bytes) -> None:
    """Any bytes are records of WARC that lie behind each other, or a DamagedFileError."""
    from dedupe.reading.warc import entries_of

    end = 0
    try:
        for number, entry in enumerate(entries_of(HeldContent(data), len(data)), 1):
            assert entry.number == number
            assert end <= entry.start <= entry.body <= entry.body_end <= entry.end <= len(data)
            end = entry.end
    except DamagedFileError:
        return


@cache
def _scratch() -> Path:
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="dedupe-fuzz-", dir=base))


TARGETS: dict[str, Target] = {
    "segmenting": segmenting,
    "json-lines": json_lines,
    "plans": plans,
    "plan-lines": plan_lines,
    "configuration": configuration,
    "sanitizing": sanitizing,
    "crawls": crawls,
}


def seeds() -> dict[str, list[bytes]]:
    """Return what each target begins with: bytes of its kind, written here or by the program."""
    pages = [path.read_bytes() for path in sorted(FIXTURES.rglob("*.txt")) if path.stat().st_size < 4000][:20]
    records = [
        json.dumps({"text": page.decode("utf-8", "replace"), "n": 1.10}).encode() for page in pages[:6]
    ]
    crawl = b"".join(
        b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (len(page), page)
        for page in pages[:3]
    )
    made = _plans(pages, records)
    toml = (
        b'select = ["DUP"]\nthreshold = 0.8\n[max-per-rule]\nDUP101 = 0\n[per-path."a/*"]\nselect = ["BPL"]\n'
    )
    return {
        "segmenting": [*pages, "a\r\n\r\nb".encode("utf-16"), b"\xef\xbb\xbfa\rb"],
        "json-lines": [b"\n".join(records), b'{"text":"a\\n\\na"}\r\n\r\n[]', *records[:2]],
        "plans": made,
        "plan-lines": made,
        "configuration": [toml, b"keep = ['a']\n"],
        "sanitizing": [b"\x1b[31m::error::", "\u202e##[group]\ud800".encode("utf-8", "surrogatepass")],
        "crawls": [crawl, crawl[:200]],
    }


def _plans(pages: list[bytes], records: list[bytes]) -> list[bytes]:
    from dedupe.cli.main import main

    room = Path(tempfile.mkdtemp(prefix="dedupe-fuzz-"))
    (room / "in").mkdir()
    for number, page in enumerate(pages[:4]):
        (room / "in" / f"{number}.txt").write_bytes(page)
    (room / "in" / "a.jsonl").write_bytes(b"\n".join(records[:3]))
    for name, flags in (("a", ()), ("b", ("--include", "*.jsonl"))):
        main(["clean", str(room / "in"), "-n", "-q", "--isolated", "--plan", str(room / name), *flags])
    return [(room / name).read_bytes() for name in ("a", "b")]
