"""What a plan says of files that hold documents: written as documented, read as it was written, refused when forged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dedupe.errors import PlanError
from dedupe.model import Edit, Totals
from dedupe.pipeline import prepare
from dedupe.plan import Plan, PlanHeader, PlanWriter, open_plan
from dedupe.plan.canonical import canonical, new_digest
from dedupe.progress import Silence
from dedupe.reading.containers import RecordFile
from dedupe.reading.contents import ContentSpool
from dedupe.reading.opening_files import open_containers
from dedupe.reading.sources import BytesSource
from dedupe.restoring import restore_bytes
from dedupe.settings import Bounds, Settings
from dedupe.spilling import SpillFolder
from dedupe.writing.rebuilding import CleanFile, Rebuilder, measured

LINE = "The pilot boat went out twice on Tuesday although the wind had risen to a gale by noon."
TEXT = f"{LINE}\nThey came home wet.\n{LINE}\n{LINE}\n"
RAW = "\n".join(json.dumps({"id": name, "text": TEXT}) for name in ("one", "two")).encode()


def plan_at(path: Path, *, preview: bool = True) -> tuple[Plan, bytes]:
    """Write the plan of two records; return it and the clean file."""
    settings = Settings()
    file = RecordFile(BytesSource("a.jsonl", "", RAW), "jsonl")
    opened, sources = open_containers(
        [file],
        (),
        settings=settings,
        bounds=Bounds(),
        spool=ContentSpool(SpillFolder(None)),
        progress=Silence(),
    )
    header = PlanHeader.of(settings, version="1", destination="stdout", preview=preview, has_files=True)
    cleaned, totals = b"", Totals()
    with PlanWriter(path, header=header) as writer:
        for result in Rebuilder(opened).follow(prepare(sources, settings=settings).edits()):
            if isinstance(result, CleanFile):
                cleaned = b"".join(result.pieces())
                writer.write_file(result, measured(result.pieces()), local={"written": "x/a.jsonl"})
            else:
                totals += Totals.of(result)
                writer.write(result)
                assert isinstance(result, Edit)
        writer.finish(totals)
    return open_plan(path), cleaned


def test_a_plan_tells_of_records_and_their_file(tmp_path: Path) -> None:
    plan, cleaned = plan_at(tmp_path / "plan")
    assert plan.header.has_files
    records = [document.record for document in plan.documents()]
    assert [(each.container, each.number, each.id) for each in records if each] == [
        ("a.jsonl", 1, "one"),
        ("a.jsonl", 2, "two"),
    ]
    (file,) = plan.files()
    assert (file.name, file.format, file.written, file.is_spliced) == ("a.jsonl", "jsonl", "x/a.jsonl", True)
    assert (file.bytes, file.cleaned_bytes) == (len(RAW), len(cleaned))
    assert [RAW[each.start : each.start + len(each.removed)] for each in file.splices] == [
        each.removed for each in file.splices
    ]
    assert len(RAW) == len(cleaned) + sum(len(each.removed) for each in file.splices)
    assert restore_bytes(plan, cleaned) == RAW


def test_a_plan_without_preview_holds_no_bytes_of_files(tmp_path: Path) -> None:
    plan, cleaned = plan_at(tmp_path / "plan", preview=False)
    assert b"pilot" not in (tmp_path / "plan").read_bytes()
    assert [file.splices for file in plan.files()] == [()]
    with pytest.raises(PlanError, match="it cannot restore"):
        restore_bytes(plan, cleaned)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda lines: lines[0].update(schema=0), "no plan of dedupe"),
        (
            lambda lines: splices(lines)[0].update(file="b"),
            "takes out of another file than the one before it",
        ),
        (
            lambda lines: splices(lines)[1].update(start=0),
            "takes out what was taken out before, or out of order",
        ),
        (lambda lines: splices(lines)[1].update(start=-1), "'start' is not a count"),
        (
            lambda lines: splices(lines)[-1].update(removed=""),
            "whose bytes are not those that stay and those taken out",
        ),
        (lambda lines: splices(lines)[-1].pop("removed"), "'removed_base64' is missing"),
        (
            lambda lines: splices(lines)[-1].update(start=10**6),
            "is no file that these bytes can have been taken out of",
        ),
        (lambda lines: lines[-2].update(name="b"), "is not the file that bytes were taken out of before it"),
        (
            lambda lines: lines[-2].update(spliced=False),
            "is no file that these bytes can have been taken out of",
        ),
        (
            lambda lines: lines[-2].update(cleaned_bytes=1),
            "whose bytes are not those that stay and those taken out",
        ),
        (lambda lines: lines.pop(-2), "comes before 'a.jsonl', of which bytes were taken out"),
        (
            lambda lines: lines[1].update(record={"file": "a.jsonl", "number": "1", "id": ""}),
            "'number' is not a count",
        ),
    ],
)
def test_a_forged_plan_is_refused_for_what_is_wrong(
    tmp_path: Path, wrong: Callable[[list[dict[str, Any]]], object], message: str
) -> None:
    plan_at(tmp_path / "plan")
    lines = [json.loads(line) for line in (tmp_path / "plan").read_bytes().splitlines()]
    wrong(lines)
    digest = new_digest()
    lines[-1].pop("digest")
    for line in lines:
        digest.update(canonical({key: value for key, value in line.items() if key != "local"}) + b"\n")
    lines[-1]["digest"] = digest.hexdigest()
    (tmp_path / "plan").write_bytes(b"".join(canonical(line) + b"\n" for line in lines))
    with pytest.raises(PlanError, match=message):
        open_plan(tmp_path / "plan")


def splices(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["kind"] == "splice"]


def test_a_file_is_told_of_like_this(tmp_path: Path) -> None:
    plan_at(tmp_path / "plan")
    [line] = [each for each in (tmp_path / "plan").read_bytes().splitlines() if b'"kind":"file"' in each]
    told = json.loads(line)
    sizes = {"bytes": len(RAW), "cleaned_bytes": told.pop("cleaned_bytes")}
    digests = {"digest": told.pop("digest"), "cleaned_digest": told.pop("cleaned_digest")}
    assert 0 < sizes["cleaned_bytes"] < told.pop("bytes") == len(RAW)
    assert digests["digest"] == hashlib.blake2b(RAW, digest_size=16).hexdigest() != digests["cleaned_digest"]
    named = {"kind": "file", "name": "a.jsonl", "format": "jsonl", "compression": "", "spliced": True}
    assert {key: value for key, value in told.items() if key != "local"} == named
