"""Every line of every plan is as the schema that is shipped with the package says."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command_line import CHECKOUT, dedupe

import dedupe as package
from dedupe.model import SKIP_REASONS
from dedupe.plan.records import DESTINATION_KINDS, OLDEST_SCHEMA, SCHEMA_VERSION

SCHEMA = json.loads((Path(package.__file__).parent / "plan" / "schema.json").read_text(encoding="utf-8"))

RUNS = (
    ("fixtures",),
    ("fixtures", "--no-preview"),
    ("fixtures", "--select", "ALL"),
    ("fixtures", "--select", "ALL", "--keep", "longest", "--no-preview"),
    ("fixtures", "--ignore", "DUP", "--threshold", "0.55", "--group-by", "corpus"),
    ("fixtures", "--paragraphs", "line", "--group-by", "none"),
    ("fixtures", "--paragraphs", "blank-line", "--encoding", "latin-1"),
    ("fixtures", "-n"),
    ("fixtures/encodings",),
    ("fixtures/wrapped/hard_wrapped_repeat.txt",),
)


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema where it lets no field be that it does not name."""
    closed = copy.deepcopy(schema)
    for name, kind in closed["$defs"].items():
        if "properties" in kind:
            kind["additionalProperties"] = False
        assert name
    for part in (closed["$defs"]["header"], closed["$defs"]["document"], closed["$defs"]["file"]):
        part["properties"]["local"]["additionalProperties"] = False
    closed["$defs"]["trailer"]["properties"]["totals"]["additionalProperties"] = False
    return closed


STRICT = jsonschema.Draft202012Validator(strict(SCHEMA))


def lines_of(plan: Path) -> Iterator[dict[str, Any]]:
    for line in plan.read_bytes().splitlines():
        yield json.loads(line)


def test_the_schema_is_one_and_of_this_version() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    header = SCHEMA["$defs"]["header"]["properties"]
    assert header["schema"]["enum"] == list(range(OLDEST_SCHEMA, SCHEMA_VERSION + 1))
    assert header["destination"]["enum"] == list(DESTINATION_KINDS)


@pytest.mark.parametrize("run", RUNS, ids=" ".join)
def test_plans_of_the_fixtures_are_as_the_schema_says_and_no_field_is_missing_from_it(
    tmp_path: Path, run: tuple[str, ...]
) -> None:
    wet = () if "-n" in run or run[0].endswith(".txt") else ("-o", tmp_path / "out")
    dedupe("clean", *run, *wet, "--plan", tmp_path / "plan.jsonl", cwd=CHECKOUT).exits(0)
    kinds = set()
    for line in lines_of(tmp_path / "plan.jsonl"):
        STRICT.validate(line)
        kinds.add(line["kind"])
    assert {"header", "document", "cut", "trailer"} <= kinds


def test_a_plan_with_ugly_bytes_and_inputs_that_fail_is_as_the_schema_says(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    line = (
        b"The ferry leaves the eastern pier at noon and is back before the lamps of the town are lit \xff.\r"
    )
    (folder / "odd.txt").write_bytes(line + b"short\r" + line)
    (folder / "wide.txt").write_bytes("".join([line.decode("latin-1"), "x\r"] * 2).encode("utf-16"))
    (folder / "pipe.txt").symlink_to("nowhere")
    (folder / "bytes.txt").write_bytes(bytes(range(256)) * 4)
    dedupe("clean", folder, "-n", "--plan", tmp_path / "plan.jsonl")
    lines = list(lines_of(tmp_path / "plan.jsonl"))
    for each in lines:
        STRICT.validate(each)
    reasons = {each["reason"] for each in lines if each["kind"] == "skipped"}
    assert reasons
    assert reasons <= SKIP_REASONS.keys()


def test_a_plan_of_records_is_as_the_schema_says(tmp_path: Path) -> None:
    line = "The ferry leaves the eastern pier at noon and is back before the lamps of the town are lit.\n"
    records = [json.dumps({"id": 1, "text": line * 2}), "{", json.dumps({"text": line, "x": "\udcff"})]
    (tmp_path / "a.jsonl").write_text("\n".join(records))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": line * 3}).encode()))
    files = (tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz")
    dedupe("clean", *files, "-o", tmp_path / "out", "--plan", tmp_path / "plan.jsonl").exits(3)
    lines = list(lines_of(tmp_path / "plan.jsonl"))
    for each in lines:
        STRICT.validate(each)
    assert [each["kind"] for each in lines].count("file") == 2
    assert {"splice", "skipped"} <= {each["kind"] for each in lines}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("header", {"schema": 3}),
        ("document", {"bytes": -1}),
        ("document", {"digest": "ABC"}),
        ("cut", {"evidence": [["only a name"]]}),
        ("cut", {"removed_digest": "0" * 32}),
        ("cut", {"start": 1.5}),
        ("trailer", {"totals": {}}),
        ("cut", {"kind": "paste"}),
    ],
)
def test_what_a_plan_may_not_say_the_schema_refuses(
    tmp_path: Path, kind: str, change: dict[str, object]
) -> None:
    dedupe("clean", "fixtures/duplicates", "-n", "--plan", tmp_path / "plan.jsonl", cwd=CHECKOUT).exits(0)
    line = next(line for line in lines_of(tmp_path / "plan.jsonl") if line["kind"] == kind)
    shipped = jsonschema.Draft202012Validator(SCHEMA)
    shipped.validate(line)
    shipped.validate(line | {"a field of a newer dedupe": 1})
    assert not shipped.is_valid(line | change)
