"""Documents that are read again and counted many at a time are told as those that are looked at one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dedupe import pipeline
from dedupe.corpus.fates import RULE_NUMBERS
from dedupe.corpus.pipeline import PreparedCorpus
from dedupe.errors import SelfCheckFailed
from dedupe.kernels.library import library
from dedupe.model import Edit, Skipped, Source, Totals
from dedupe.pipeline import prepare
from dedupe.reading.sources import BytesSource, FileSource
from dedupe.settings import Settings

pytestmark = pytest.mark.skipif(library() is None, reason="the kernels are not compiled here")

DOCUMENTS = 37  # more than two batches
FOOTER = "Sign up for our newsletter\nAll rights reserved.\nContact the editors of this page"


def sentence(lot: random.Random) -> str:
    words = ["harbour", "ferry", "Größe", "storm", "café", "minister", "bridge", "evening", "train", "paper"]
    return " ".join(lot.choice(words) + str(lot.randrange(40)) for _ in range(lot.randrange(2, 40))) + "."


def documents(seed: int) -> dict[str, bytes]:
    lot = random.Random(seed)
    shared = [sentence(lot) for _ in range(12)]
    made = {}
    for number in range(DOCUMENTS):
        lines = [sentence(lot) for _ in range(lot.randrange(0, 12))]
        lines += [lot.choice(shared) for _ in range(lot.randrange(0, 4))]
        lines += [lot.choice(lines) for _ in range(lot.randrange(0, 4)) if lines]
        lines += [
            lot.choice(lines).replace("the", "a", 1).replace(".", " indeed.") for _ in range(2) if lines
        ]
        if lot.random() < 0.7:
            lines.append(FOOTER)
        encoding = lot.choice(["utf-8", "utf-8", "utf-8-sig", "cp1252"])
        text = "\n\n".join(lines)
        if lot.random() < 0.4:
            text = text.encode("ascii", "ignore").decode()
        made[f"{number:02}.txt"] = text.encode(encoding)
    return made


def told(sources: list[Source], settings: Settings) -> list[Edit | Skipped]:
    results: list[Edit | Skipped] = []
    for result in prepare(sources, settings=settings).edits():
        if isinstance(result, Edit):
            if result.sums is not None:
                assert result.sums == Totals.of(replace(result, sums=None))
            result = replace(result, cuts=tuple(result.cuts), findings=tuple(result.findings))
        results.append(result)
    return results


@pytest.mark.parametrize(
    "chosen",
    [
        (),
        ("DOC402",),
        ("XDP301",),
        ("XDP301", "XDP302", "DOC401", "DOC402"),
    ],
)
@pytest.mark.parametrize("seed", range(6))
def test_batches_are_counted_as_single_documents_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, chosen: tuple[str, ...]
) -> None:
    monkeypatch.setattr(pipeline, "WORTH_COLUMNS_BYTES", 0)
    settings = Settings()
    settings = replace(settings, strip=frozenset({*settings.strip, *chosen}))
    made = documents(seed)
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    files: list[Source] = [FileSource(name, "site", tmp_path / name, name) for name in made]
    held: list[Source] = [BytesSource(name, "site", content) for name, content in made.items()]
    expected = told(held, settings)
    assert told(files, settings) == expected
    assert any(isinstance(edit, Edit) and edit.cuts for edit in expected)
    assert chosen or any(isinstance(edit, Edit) and edit.findings for edit in expected)


def test_a_survivor_that_does_not_stay_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "WORTH_COLUMNS_BYTES", 0)
    first_said, then_said = (
        "The ferry to the island will not run on Friday because of the heavy",
        "storm in the bay",
    )
    story = f"{first_said} {then_said}, the company said on Thursday evening in the old harbour of the town."
    near = story.replace("heavy", "quite heavy")
    made = {"a.txt": "\n\n".join([story, "Something else entirely.", story]).encode()}
    made["b.txt"] = "\n\n".join([story, "Something else entirely.", near]).encode()
    more = "All boats stay in the inner part until the wind has gone down, which may take until Sunday noon at least."
    made["c.txt"] = "\n\n".join([story, "Something else entirely.", more, f"{story} {more}"]).encode()
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    for rule in ("DUP101", "DUP102", "DUP103"):
        prepared = prepare(
            [FileSource(name, "", tmp_path / name, name) for name in made], settings=Settings()
        )
        assert isinstance(prepared, PreparedCorpus)
        fates = prepared._editor._decided.fates
        paragraph = int(np.flatnonzero(fates.rule == RULE_NUMBERS[rule])[0])
        first = fates.columns.bounds[fates.columns.document_of(paragraph)]
        survivor = (
            fates.survivor[paragraph] if rule == "DUP101" else first + fates.judged[paragraph].survivors[0]
        )
        fates.rule[survivor] = RULE_NUMBERS["BPL201"]
        with pytest.raises(SelfCheckFailed):
            list(prepared.edits())
