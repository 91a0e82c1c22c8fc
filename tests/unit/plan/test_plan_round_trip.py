"""What is written to a plan is what is read from it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_edits import ANY_EDIT, digest_of, edit_of, plan_of, totals_of

from dedupe.errors import PlanError, WriteFailed
from dedupe.model import Edit, Finding, Place, Skipped, Totals
from dedupe.plan import PlanHeader, PlannedCut, PlannedFinding, PlanWriter, open_plan
from dedupe.plan.canonical import canonical
from dedupe.settings import Settings

GOLD_PLAN = """\
{"destination":"out-dir","kind":"header","local":{"root":"/clean"},"preview":true,"schema":1,"settings":\
{"boilerplate":"careful","encoding":"auto","format":"auto","group_by":"auto","id_field":"id","ignore":[],"keep":"first","paragraphs":"auto","strip":["BPL201","BPL202",\
"BPL203","DUP101","DUP102","DUP103"],"text_field":"text","threshold":0.8,"url_field":"url"},"settings_digest":"SETTINGS","tool":"dedupe","version":"0.1.0"}
{"bom":"efbbbf","bytes":13,"cleaned_bytes":8,"cleaned_digest":"CLEANED","digest":"DIGEST","dropped":false,\
"encoding":"utf-8","guessed":false,"kind":"document","local":{"written":"sub/a.txt"},"name":"a.txt","paragraphs":3,\
"segmentation":"line","spared":""}
{"after":"\\n","document":"a.txt","end":13,"evidence":[["tokens",12],["share",0.5],["differs","one \\u001b two"]],\
"first_line":2,"id":"CUTID","kind":"cut","last_line":2,"lf_line":2,"rule":"DUP101","score":0.875,"start":8,\
"survivors":[{"document":"a.txt","end":8,"first_line":1,"last_line":1,"start":0}],"text":"Är."}
{"detail":"no permission","kind":"skipped","name":"b\\udcff","reason":"unreadable"}
{"digest":"PLAN","kind":"trailer","totals":{"bytes_in":13,"bytes_out":8,"documents":1,"found":{},"paragraphs":3,\
"removed":{"DUP101":1},"removed_characters":{"DUP101":3},"skipped":{"unreadable":1}}}
"""


def test_a_plan_is_written_exactly_like_this(tmp_path: Path) -> None:
    raw = "\ufeffÄr.\nÄr.\n".encode()
    edit = edit_of("a.txt", raw, [(8, 13)])
    skipped = Skipped("b\udcff", "unreadable", "no permission")
    plan_of(
        tmp_path / "plan",
        [edit, skipped],
        destination="out-dir",
        root="/clean",
        written={"a.txt": "sub/a.txt"},
    )
    text = (tmp_path / "plan").read_text("utf-8")
    gold = GOLD_PLAN.replace("SETTINGS", Settings().identity()).replace("CUTID", edit.cuts[0].id)
    gold = gold.replace("CLEANED", edit.cleaned_digest).replace("DIGEST", edit.digest)
    hashed = gold.replace('"local":{"root":"/clean"},', "").replace('"local":{"written":"sub/a.txt"},', "")
    hashed = hashed.replace('"digest":"PLAN",', "")
    assert text == gold.replace("PLAN", digest_of(hashed.encode()))


@given(st.lists(ANY_EDIT, max_size=3), st.booleans())
def test_any_edit_is_read_as_it_was_written(edits: list[Edit], preview: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(Path(folder) / "plan", edits, preview=preview)
        documents = list(plan.documents())
        assert plan.totals == totals_of(edits)
        assert [document.name for document in documents] == [edit.name for edit in edits]
        for document, edit in zip(documents, edits, strict=True):
            assert (document.digest, document.cleaned_digest) == (edit.digest, edit.cleaned_digest)
            assert (document.bytes, document.cleaned_bytes) == (len(edit.raw), len(edit.cleaned))
            for planned, cut in zip(document.cuts, edit.cuts, strict=True):
                assert planned.removed == (cut.removed if preview else None)
                assert planned.text == (cut.text if preview else "")
                assert planned.removed_digest == digest_of(cut.removed)
                assert (planned.survivors, planned.score) == (cut.survivors, cut.score)
                numbers = tuple(pair for pair in cut.evidence if not isinstance(pair[1], str))
                assert planned.evidence == (cut.evidence if preview else numbers)


def test_findings_and_skipped_inputs_come_back(tmp_path: Path) -> None:
    place = Place("a", 0, 2, 1, 1)
    finding = Finding("XDP301", place, 1.0, (("documents", 2),), (Place("b\udc80", 4, 6, 3, 3),))
    skipped = Skipped("c", "undecodable", "", b"\xff raw")
    plan = plan_of(tmp_path / "plan", [edit_of("a", b"x\n", findings=(finding,)), skipped])
    [document] = plan.documents()
    [planned] = document.findings
    assert (planned.rule, planned.place, planned.score) == ("XDP301", place, 1.0)
    assert (planned.evidence, planned.copies) == (finding.evidence, finding.copies)
    assert list(plan.skipped()) == [replace(skipped, raw=None)]


def test_equal_runs_in_different_folders_have_the_same_digest(tmp_path: Path) -> None:
    edit = edit_of("a", b"x\ny\n", [(2, 4)])
    plan_of(tmp_path / "1", [edit], root="/one", written={"a": "a"})
    plan_of(tmp_path / "2", [edit], root="/two", written={"a": "other"})
    first, second = ((tmp_path / name).read_text().splitlines()[-1] for name in "12")
    assert first == second


def test_a_plan_without_preview_holds_no_text(tmp_path: Path) -> None:
    edit = edit_of("a", b"kept\nsecret words\nkept", [(4, 17)])
    plan = plan_of(tmp_path / "plan", [edit], preview=False)
    assert not plan.header.preview
    content = (tmp_path / "plan").read_bytes()
    assert b"secret" not in content
    assert b"kept" not in content
    assert b"one" not in content  # the evidence's words


def test_kept_text_is_in_no_plan_whose_cuts_can_be_whole_lines(tmp_path: Path) -> None:
    raw = b"kept\n\ngoes\n\ngoes too\n"
    plan_of(tmp_path / "plan", [edit_of("a", raw, [(4, 10), (10, 20)])])
    assert b"kept" not in (tmp_path / "plan").read_bytes()


def test_what_a_dropped_document_kept_is_in_the_plan(tmp_path: Path) -> None:
    edit = replace(edit_of("a", b"x\ny\n", [(2, 4)]), dropped=True)
    [document] = plan_of(tmp_path / "plan", [edit]).documents()
    assert document.rest == b"x\n"


def test_leaving_without_finish_leaves_the_older_plan(tmp_path: Path) -> None:
    (tmp_path / "plan").write_bytes(b"older")
    header = PlanHeader.of(Settings(), version="0", destination="stdout")
    with PlanWriter(tmp_path / "plan", header=header) as writer:
        writer.write(edit_of("a", b"x"))
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]
    assert (tmp_path / "plan").read_bytes() == b"older"


def test_totals_that_do_not_fit_are_a_bug_of_the_caller(tmp_path: Path) -> None:
    header = PlanHeader.of(Settings(), version="0", destination="stdout")
    with PlanWriter(tmp_path / "plan", header=header) as writer, pytest.raises(ValueError, match="totals"):
        writer.finish(Totals(documents=1))


def test_a_plan_in_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "plan"
    header = PlanHeader.of(Settings(), version="0", destination="stdout")
    with pytest.raises(WriteFailed) as failure, PlanWriter(path, header=header):
        pass
    assert str(failure.value) == f"{path}: no such file or directory; make the folder first"


def test_a_plan_changed_between_opening_and_reading_is_refused(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [edit_of("a", b"x")])
    with (tmp_path / "plan").open("ab") as file:
        file.write(b"\n")
    with pytest.raises(PlanError, match="was changed while it was in use; start again"):
        list(plan.documents())


def test_every_line_is_one_json_object(tmp_path: Path) -> None:
    plan_of(tmp_path / "plan", [edit_of("a\u2028b\x85", "x\u2028\ny\n".encode(), [(0, 5)])])
    for line in (tmp_path / "plan").read_bytes().split(b"\n")[:-1]:
        assert isinstance(json.loads(line), dict)
    assert next(open_plan(tmp_path / "plan").documents()).name == "a\u2028b\x85"


def test_why_an_input_was_skipped_comes_back(tmp_path: Path) -> None:
    skipped = [Skipped("a", "unreadable", "no permission"), Skipped("b", "damaged", "it ends too early")]
    assert list(plan_of(tmp_path / "plan", skipped).skipped()) == skipped


@pytest.mark.parametrize("name", ["b", "b\udc80"])
def test_the_id_of_a_finding_is_the_digest_of_its_line(tmp_path: Path, name: str) -> None:
    copies = (Place(name, 4, 6, 3, 3), Place("c", 0, 2, 1, 1))
    finding = Finding("XDP301", Place("a", 0, 2, 1, 1), 1.0, (("documents", 2),), copies)
    [document] = plan_of(tmp_path / "plan", [edit_of("a", b"x\n", findings=(finding,))]).documents()
    [line] = [each for each in (tmp_path / "plan").read_bytes().splitlines() if b'"finding"' in each]
    fields = json.loads(line)
    identity = fields.pop("id")
    assert identity == hashlib.blake2b(canonical(fields), digest_size=8).hexdigest()
    assert document.findings[0].id == identity
    assert document.findings[0].copies == copies


def test_what_is_wrong_later_names_the_plan(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", [edit_of("a", b"x\n")])
    content = (tmp_path / "plan").read_bytes()
    (tmp_path / "plan").write_bytes(content.replace(b'"a"', b'"b"'))
    with pytest.raises(PlanError, match=f"^{tmp_path / 'plan'}: "):
        list(plan.records())


def test_a_plan_is_walked_document_by_document(tmp_path: Path) -> None:
    finding = Finding("XDP301", Place("b", 0, 2, 1, 1), 1.0, (), (Place("a", 0, 2, 1, 1),))
    results: list[Edit | Skipped] = [
        Skipped("0", "binary"),
        edit_of("a", b"x\ny\n", [(2, 4)]),
        edit_of("b", b"x\n", findings=(finding,)),
        edit_of("c", b"x\n"),
        Skipped("d", "binary"),
    ]
    walked = [
        (document.name, [type(each) for each in following])
        for document, following in plan_of(tmp_path / "plan", results).walk()
    ]
    assert walked == [("a", [PlannedCut]), ("b", [PlannedFinding]), ("c", [])]
    assert [document.name for document, _ in open_plan(tmp_path / "plan").walk()] == ["a", "b", "c"]


def test_what_a_header_says_unasked(tmp_path: Path) -> None:
    header = PlanHeader.of(Settings(), version="0", destination="stdout")
    assert (header.preview, header.root) == (True, "")
    plan_of(tmp_path / "plan", [edit_of("a", b"x\n")])
    first, document, *_ = (tmp_path / "plan").read_bytes().splitlines()
    assert b'"local"' not in first
    assert b'"bom":""' in document


def test_halves_of_a_pair_are_spelled_as_the_character_they_are_to_readers() -> None:
    halves = "\ud83d" + "\ude00"
    assert canonical({"a": halves}) == canonical({"a": "\U0001f600"})
    assert canonical({"a": "\ud83d"}) == b'{"a":"\\ud83d"}'
