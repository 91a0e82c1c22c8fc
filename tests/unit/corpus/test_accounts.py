"""Documents that are read again and counted many at a time are told as those that are looked at one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from dedupe import pipeline
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
