"""Without compiled kernels everything works, and a person with much text hears what would be faster."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe import pipeline
from dedupe.cli.main import main

LINE = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said.\n"


@pytest.fixture
def without_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "_has_kernels", lambda: False)
    monkeypatch.setattr(pipeline, "WORTH_COLUMNS_BYTES", 10)


@pytest.mark.usefixtures("without_kernels")
def test_much_text_is_cleaned_and_the_compiler_is_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline, "WORTH_TELLING_BYTES", 100)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"{LINE}{number}\n{LINE}")
    assert main(["clean", str(tmp_path), "--dry-run", "--isolated"]) == 0
    said = capsys.readouterr().err
    assert said.count("install a C compiler") == 1
    assert "DUP101" in said


@pytest.mark.usefixtures("without_kernels")
def test_little_text_has_no_need_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_text(LINE)
    assert main(["clean", str(page), "--dry-run", "--isolated"]) == 0
    assert "compiler" not in capsys.readouterr().err
