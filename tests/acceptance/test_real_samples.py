"""The two real scrapes come out as a person would clean them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command_line import SHARED, dedupe, tree

SEEDS = SHARED / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the real samples are not beside this checkout")
KEPT = {"000": [*range(2, 6), *range(7, 100)], "003": list(range(9, 22))}


def samples() -> dict[str, Path]:
    return {path.name[:3]: path for path in sorted(SEEDS.glob("*.txt"))}


def expected(number: str) -> bytes:
    """Return the lines that stay; the last ends as the sample itself ends, without a line end."""
    raw = samples()[number].read_bytes()
    assert not raw.endswith(b"\n")
    kept = [line for n, line in enumerate(raw.splitlines(keepends=True), 1) if n in KEPT[number]]
    return b"".join(kept).removesuffix(b"\n")


@pytest.mark.parametrize("number", ["000", "003"])
def test_each_sample_keeps_exactly_its_article(tmp_path: Path, number: str) -> None:
    page = samples()[number]
    for ran in (dedupe("clean", stdin=page.read_bytes()), dedupe("clean", page)):
        ran.exits(0)
        assert [line for line in ran.stdout.splitlines() if line.strip()] == [
            line for line in expected(number).splitlines() if line.strip()
        ], str(ran)


def test_003_keeps_lines_9_to_21_byte_for_byte_and_names_its_rules() -> None:
    ran = dedupe("clean", stdin=samples()["003"].read_bytes()).exits(0).prints(expected("003"))
    ran.says("DUP101").says("BPL202").says("23–46").says("stays at lines 10–21")


def test_000_keeps_the_standfirst_and_the_blank_line_behind_it() -> None:
    lines = samples()["000"].read_bytes().splitlines(keepends=True)
    ran = dedupe("clean", stdin=b"".join(lines)).exits(0)
    assert lines[4] + b"\n" + lines[7] in ran.stdout, str(ran)


def test_both_as_a_folder_come_out_the_same_and_cleaning_again_removes_nothing(tmp_path: Path) -> None:
    dedupe("clean", SEEDS, "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    for number, page in samples().items():
        alone = dedupe("clean", page).stdout
        assert (tmp_path / "out" / page.name).read_bytes() == alone, number
    dedupe("clean", "out", cwd=tmp_path).exits(0).says("nothing removed")
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(0)
    assert tree(tmp_path / "back") == tree(SEEDS)


@pytest.mark.parametrize("number", ["000", "003"])
def test_patch_undoes_the_diff(tmp_path: Path, number: str) -> None:
    page = samples()[number]
    diff = dedupe("clean", "--diff", page).exits(0).stdout
    (tmp_path / page.name).write_bytes(dedupe("clean", page).exits(0).stdout)
    try:
        subprocess.run(
            ["patch", "--binary", "-p0", "-R"], input=diff, cwd=tmp_path, check=True, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("patch is not installed")
    assert (tmp_path / page.name).read_bytes() == page.read_bytes()
