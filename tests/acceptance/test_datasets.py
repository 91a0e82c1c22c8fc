"""What Hugging Face `datasets` wrote is cleaned, and opens there again with the same features."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import CLEAN_ARTICLE, CLEAN_PAGE, PAGE
from run_here import dedupe_here as dedupe

os.environ.setdefault("HF_HUB_OFFLINE", "1")
datasets = pytest.importorskip("datasets", reason="datasets is not installed here: pip install datasets")

TEXTS = [PAGE, CLEAN_ARTICLE, None, PAGE + "é\n"]
CLEAN_TEXTS = [text and text.replace(PAGE, CLEAN_PAGE) for text in TEXTS]


def a_dataset() -> Any:
    features = datasets.Features(
        {
            "id": datasets.Value("int64"),
            "text": datasets.Value("string"),
            "label": datasets.ClassLabel(names=["news", "other"]),
            "tags": datasets.Sequence(datasets.Value("string")),
            "meta": {"url": datasets.Value("string"), "score": datasets.Value("float32")},
            "image": datasets.Value("binary"),
        }
    )
    count = len(TEXTS)
    rows = {
        "id": list(range(count)),
        "text": TEXTS,
        "label": [0, 1, 0, 1],
        "tags": [["a"], [], ["b", "c"], []],
        "meta": [{"url": f"https://x.example/{number}", "score": 0.5} for number in range(count)],
        "image": [b"\x89PNG\r\n\x1a\n"] * count,
    }
    return datasets.Dataset.from_dict(rows, features=features)


def told_of(dataset: Any) -> tuple[Any, dict[str, Any]]:
    """Return features and columns."""
    return dataset.features, {name: list(dataset[name]) for name in dataset.column_names}


def expected() -> tuple[Any, dict[str, Any]]:
    features, rows = told_of(a_dataset())
    return features, {**rows, "text": CLEAN_TEXTS}


def test_what_was_saved_to_disk_loads_from_disk(tmp_path: Path) -> None:
    a_dataset().save_to_disk(str(tmp_path / "saved"))
    [file] = (tmp_path / "saved").glob("*.arrow")
    ran = dedupe("clean", file, "-o", tmp_path / "out", cwd=tmp_path).exits(0)
    ran.says(f"{file.name}:1: 11 of 17 paragraphs removed")
    shutil.copy(tmp_path / "out" / file.name, file)
    assert told_of(datasets.load_from_disk(str(tmp_path / "saved"))) == expected()


def test_in_place_it_loads_from_disk_too(tmp_path: Path) -> None:
    a_dataset().save_to_disk(str(tmp_path / "saved"))
    flags = ("--format", "arrow", "--in-place", "--yes", "-q", "--backup-dir", tmp_path / "backup")
    dedupe("clean", tmp_path / "saved", *flags, cwd=tmp_path).exits(0)
    assert told_of(datasets.load_from_disk(str(tmp_path / "saved"))) == expected()


def test_what_was_written_as_parquet_is_read_as_parquet(tmp_path: Path) -> None:
    a_dataset().to_parquet(str(tmp_path / "a.parquet"))
    dedupe("clean", "a.parquet", "-o", "out", "-q", cwd=tmp_path).exits(0)
    cleaned = datasets.Dataset.from_parquet(
        str(tmp_path / "out" / "a.parquet"), cache_dir=str(tmp_path / "cache")
    )
    assert told_of(cleaned) == expected()
