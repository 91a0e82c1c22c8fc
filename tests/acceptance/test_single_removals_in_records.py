"""Single removals go back into the records of a file; all else of it, and of the plan, stays what it was."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from pathlib import Path

import pytest
from command_line import BODY, CLEAN_ARTICLE, HEADLINE, PAGE, a_file, tree
from run_here import RunHere, here  # noqa: F401 - a fixture

from dedupe.cutting import apply_cuts
from dedupe.plan import PlannedCut, PlannedDocument, open_plan


def json_lines(texts: list[str], *, ascii_only: bool) -> str:
    lines = [
        json.dumps({"id": number, "text": text, "n": 1.10}, ensure_ascii=ascii_only).replace("1.1}", "1.10}")
        for number, text in enumerate(texts)
    ]
    return "\r\n".join([lines[0], "", '{"no": "text"}', *lines[1:]])


def table(texts: list[str]) -> str:
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(["id", "text", "more"])
    rows.writerows([str(number), text, 'said "so"'] for number, text in enumerate(texts))
    return out.getvalue()


def texts_in(content: bytes, name: str) -> dict[int, str]:
    """Return the text of each record by its number, read by another program."""
    text = content.decode()
    if name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(text, newline="")))
        return {number: row[1] for number, row in enumerate(rows[1:], 1)}
    found = {number: json.loads(line) for number, line in enumerate(text.split("\n"), 1) if line.strip()}
    return {number: value["text"] for number, value in found.items() if "text" in value}


def removals(plan: Path) -> list[tuple[PlannedDocument, PlannedCut]]:
    return [(document, cut) for document in open_plan(plan).documents() for cut in document.cuts]


def random_texts(rng: random.Random) -> list[str]:
    words = [
        "“Über",
        "boats”",
        "tab\there",
        "one",
        "two",
        "\\u",
        "ends.",
        "日本",
        '"quoted"',
        "\x85",
        "a\u2028b",
    ]
    texts = []
    for _ in range(rng.randint(1, 5)):
        extra = [" ".join(rng.choices(words, k=rng.randint(1, 20))) for _ in range(rng.randint(0, 4))]
        paragraphs = rng.choices([*BODY, *extra], k=rng.randint(2, 12))
        texts.append(rng.choice(["\n", "\r\n", "\n\n"]).join([HEADLINE, *paragraphs]))
    return texts


@pytest.mark.parametrize("name", ["a.jsonl", "ascii.jsonl", "a.csv"])
@pytest.mark.parametrize("seed", range(20))
def test_some_go_back_and_then_the_rest(tmp_path: Path, here: RunHere, name: str, seed: int) -> None:  # noqa: F811
    rng = random.Random(seed)
    texts = random_texts(rng)
    content = table(texts) if name == "a.csv" else json_lines(texts, ascii_only=name == "ascii.jsonl")
    raw = a_file(tmp_path / name, content.encode()).read_bytes()
    here("clean", name, "-o", "out", "--plan", "plan.jsonl", "-q").exits(0)
    before = texts_in(raw, name)
    meant = [pair for pair in removals(tmp_path / "plan.jsonl") if rng.random() < 0.5]
    if meant:
        ids = [word for _, cut in meant for word in ("--id", cut.id)]
        here("restore", "plan.jsonl", *ids).exits(0).says(f"{len(meant)} paragraph")
    back = {cut.id for _, cut in meant}
    left = removals(tmp_path / "plan.jsonl")
    assert not back & {cut.id for _, cut in left}
    expected = {number: text.encode() for number, text in before.items()}
    for document in open_plan(tmp_path / "plan.jsonl").documents():
        assert document.record is not None
        number = document.record.number
        cuts = [(cut.start, cut.end) for cut in document.cuts]
        expected[number] = apply_cuts(expected[number], cuts)
    written = (tmp_path / "out" / name).read_bytes()
    assert texts_in(written, name) == {number: text.decode() for number, text in expected.items()}
    here("restore", "plan.jsonl", "-o", "back").exits(0)
    assert (tmp_path / "back" / name).read_bytes() == raw
    if left:
        here("restore", "plan.jsonl", *(word for _, cut in left for word in ("--id", cut.id))).exits(0)
    assert (tmp_path / "out" / name).read_bytes() == raw


RECORDS = json_lines([PAGE, CLEAN_ARTICLE, PAGE + "More.\n"], ascii_only=True)


def test_a_record_is_named_by_the_path_of_its_file(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "in" / "a.jsonl", RECORDS)
    here("clean", "in", "--format", "jsonl", "-o", "out", "--plan", "plan.jsonl", "-q").exits(0)
    here("explain", "plan.jsonl", "in/a.jsonl:1:8").exits(0)
    here("explain", "plan.jsonl", tmp_path / "in" / "a.jsonl:1").exits(0)
    here("restore", "plan.jsonl", "--document", "in/a.jsonl:1").exits(0).says(
        "11 paragraphs taken back into 1 file"
    )
    texts = texts_in((tmp_path / "out" / "a.jsonl").read_bytes(), "a.jsonl")
    assert texts[1] == PAGE


def test_in_place_and_killed_in_between_the_same_call_finishes(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "a.jsonl", RECORDS)
    here("clean", "a.jsonl", "--in-place", "--yes", "-q").exits(0)
    plan = next((tmp_path / ".dedupe-backup").rglob("plan.jsonl"))
    before = plan.read_bytes()
    command = ("restore", plan, "--document", "a.jsonl:1")
    here(*command).exits(0).says("11 paragraphs taken back into 1 file")
    after, clean = plan.read_bytes(), (tmp_path / "a.jsonl").read_bytes()
    plan.write_bytes(before)  # as if it had been killed before the plan was written
    here(*command).exits(0).says("1 already as wanted")
    assert (plan.read_bytes(), (tmp_path / "a.jsonl").read_bytes()) == (after, clean)
    here("restore", plan).exits(0)
    assert (tmp_path / "a.jsonl").read_bytes().decode() == RECORDS


def test_into_another_folder_nothing_else_changes(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "a.jsonl", RECORDS)
    here("clean", "a.jsonl", "-o", "out", "--plan", "plan.jsonl", "-q").exits(0)
    before = tree(tmp_path)
    command = ("restore", "plan.jsonl", "--document", "a.jsonl:5", "-o", "some")
    here(*command).exits(0)
    here(*command).exits(0).says("1 already as wanted")
    after = tree(tmp_path)
    assert texts_in(after.pop("some/a.jsonl"), "a.jsonl")[5] == PAGE + "More.\n"
    assert after == before
    a_file(tmp_path / "some" / "a.jsonl", "another")
    here(*command).exits(3).says("something else stands there")


def test_on_a_pipe_the_text_and_a_new_plan_come_out(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    clean = here("clean", "--plan", "plan.jsonl", "-q", stdin=RECORDS).exits(0).stdout
    chosen = ("restore", "plan.jsonl", "--document", "-:1", "--write-plan", "new.jsonl")
    some = here(*chosen, stdin=clean).exits(0).stdout
    assert texts_in(some, "a.jsonl")[1] == PAGE
    here("restore", "new.jsonl", stdin=some).exits(0).prints(RECORDS)
    here(*chosen, stdin=clean + b" ").exits(2).says("the text is not the one that this plan left")


def test_what_is_written_anew_is_refused(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "a.jsonl.gz", gzip.compress(RECORDS.encode()))
    here("clean", "a.jsonl.gz", "-o", "out", "--plan", "plan.jsonl", "-q").exits(0)
    ran = here("restore", "plan.jsonl", "--document", "a.jsonl.gz:1").exits(3)
    ran.says("what is written anew, as compressed files and tables are, takes no single removals back")


def test_a_file_that_is_not_as_it_was_left_is_refused(tmp_path: Path, here: RunHere) -> None:  # noqa: F811
    a_file(tmp_path / "a.jsonl", RECORDS)
    here("clean", "a.jsonl", "-o", "out", "--plan", "plan.jsonl", "-q").exits(0)
    changed = a_file(tmp_path / "out" / "a.jsonl", "{}\n")
    here("restore", "plan.jsonl", "--document", "a.jsonl:1").exits(3).says(
        "the file is not as dedupe left it"
    )
    assert changed.read_bytes() == b"{}\n"
    changed.unlink()
    here("restore", "plan.jsonl", "--document", "a.jsonl:1").exits(3).says("put the clean file back there")


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv"])
def test_kept_text_of_a_record_is_shown(tmp_path: Path, here: RunHere, name: str) -> None:  # noqa: F811
    content = (table([PAGE, CLEAN_ARTICLE]) if name == "a.csv" else RECORDS).encode()
    a_file(tmp_path / name, gzip.compress(content) if name.endswith(".gz") else content)
    here("clean", name, "-o", "out", "--plan", "plan.jsonl", "-q").exits(0)
    kept = here("explain", "plan.jsonl", f"{name}:1:2").exits(0)
    assert HEADLINE in kept.out
    (tmp_path / name).unlink()  # the clean file says it too
    assert here("explain", "plan.jsonl", f"{name}:1:2").exits(0).out == kept.out
    here("report", "plan.jsonl", "-o", "page.html").exits(0)
    assert BODY[-1] in (tmp_path / "page.html").read_text()
    (tmp_path / "out" / name).unlink()
    here("explain", "plan.jsonl", f"{name}:1:2").exits(3).says("the file is not there any more")
