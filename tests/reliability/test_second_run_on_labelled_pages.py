"""L9: what was cleaned is clean, on the labelled pages where they lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import SHARED, dedupe

WEB = SHARED / "corpora" / "web"


@pytest.mark.skipif(not WEB.is_dir(), reason="the labelled pages are not beside the checkout")
@pytest.mark.parametrize("name", ["cleanportaleval", "daniel", "dragnet", "wcxb_dev"])
@pytest.mark.parametrize("choice", ["careful", "thorough"])
def test_a_second_run_removes_nothing(tmp_path: Path, name: str, choice: str) -> None:
    flags = ("--isolated", "--boilerplate", choice, "-q")
    dedupe("clean", WEB / name / "pages", "-o", "once", *flags, cwd=tmp_path).exits(0)
    dedupe("clean", "once", "-o", "twice", *flags, cwd=tmp_path).exits(0)
    once, twice = (
        {
            str(path.relative_to(tmp_path / folder)): path.read_bytes()
            for path in (tmp_path / folder).rglob("*.txt")
        }
        for folder in ("once", "twice")
    )
    assert once
    assert [page for page, content in once.items() if twice[page] != content] == []
