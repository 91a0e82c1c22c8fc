"""Compressed files: cleaned like what is in them, compressed the same way, and left alone where they are not sound."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import CLEAN_ARTICLE, CLEAN_PAGE, COMMAND, PAGE, a_file, environment, tree
from run_here import dedupe_here as dedupe

zstd = pytest.importorskip("backports.zstd", reason="backports.zstd is not installed here")

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstd.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}
DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.decompress,
    "zst": zstd.decompress,
    "bz2": bz2.decompress,
    "xz": lzma.decompress,
}
RECORDS = "".join(
    json.dumps({"id": name, "text": text}) + "\n" for name, text in (("a", PAGE), ("b", CLEAN_ARTICLE))
)
CLEAN_RECORDS = RECORDS.replace(json.dumps(PAGE), json.dumps(CLEAN_PAGE))


@pytest.mark.parametrize("kind", COMPRESS)
def test_records_and_texts_come_out_compressed(tmp_path: Path, kind: str) -> None:
    compress, decompress = COMPRESS[kind], DECOMPRESS[kind]
    a_file(tmp_path / f"a.jsonl.{kind}", compress(RECORDS.encode()))
    a_file(tmp_path / f"b.txt.{kind}", compress(PAGE.encode("utf-16")))
    a_file(tmp_path / f"c.{kind}", compress(RECORDS.encode()))
    a_file(tmp_path / f"d.txt.{kind}", compress(CLEAN_ARTICLE.encode()))
    names = [path.name for path in tmp_path.iterdir()]
    dedupe("clean", *names, "-o", "out", "--plan", "plan.jsonl", "-q", cwd=tmp_path).exits(0)
    out = tree(tmp_path / "out")
    for name in (f"a.jsonl.{kind}", f"c.{kind}"):
        assert decompress(out[name]).decode() == CLEAN_RECORDS
    assert decompress(out[f"b.txt.{kind}"]).decode("utf-16") == CLEAN_PAGE
    assert out[f"d.txt.{kind}"] == (tmp_path / f"d.txt.{kind}").read_bytes()
    again = dedupe("clean", f"a.jsonl.{kind}", "-q", cwd=tmp_path).exits(0)
    assert again.stdout == out[f"a.jsonl.{kind}"]
    piped = dedupe("clean", "-q", stdin=compress(RECORDS.encode())).exits(0)
    assert piped.stdout == out[f"a.jsonl.{kind}"]
    refused = dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(3)
    refused.says("is not rebuilt; take it from a backup")


def test_in_place_the_backup_brings_a_compressed_file_back(tmp_path: Path) -> None:
    original = gzip.compress(RECORDS.encode())
    file = a_file(tmp_path / "in" / "a.jsonl.gz", original)
    dedupe("clean", "in", "--format", "jsonl", "--in-place", "--yes", "-q", cwd=tmp_path).exits(0)
    assert gzip.decompress(file.read_bytes()).decode() == CLEAN_RECORDS
    plan = Path("in/.dedupe-backup/0001/plan.jsonl")
    dedupe("restore", plan, cwd=tmp_path).exits(0).says("1 file restored")
    assert file.read_bytes() == original
    dedupe("clean", "in", "--format", "jsonl", "--in-place", "--yes", "-q", cwd=tmp_path).exits(0)
    (tmp_path / "in/.dedupe-backup/0002/files/a.jsonl.gz").unlink()
    dedupe("restore", "in/.dedupe-backup/0002/plan.jsonl", cwd=tmp_path).exits(3).says(
        "take it from a backup"
    )
    assert gzip.decompress(file.read_bytes()).decode() == CLEAN_RECORDS


def test_what_is_not_sound_is_listed_and_copied(tmp_path: Path) -> None:
    sound = gzip.compress(RECORDS.encode())
    a_file(tmp_path / "a.jsonl.gz", sound[:-9])
    a_file(tmp_path / "b.jsonl.gz", RECORDS)
    a_file(tmp_path / "c.txt.gz", gzip.compress(bytes(range(256)) * 9))
    a_file(tmp_path / "d.jsonl.gz", sound)
    names = [path.name for path in sorted(tmp_path.iterdir())]
    ran = dedupe("clean", *names, "-o", "out", cwd=tmp_path).exits(3)
    ran.says("error: a.jsonl.gz: damaged: it ends too early; get it anew\n")
    ran.says("error: b.jsonl.gz: damaged: it is damaged, or is no gz file; get it anew\n")
    ran.says("passed over: 1 binary\n")
    out = tree(tmp_path / "out")
    assert (out["a.jsonl.gz"], out["b.jsonl.gz"]) == (sound[:-9], RECORDS.encode())
    assert gzip.decompress(out["d.jsonl.gz"]).decode() == CLEAN_RECORDS
    assert "c.txt.gz" not in out


@pytest.mark.parametrize("kind", COMPRESS)
def test_a_bomb_is_listed_and_left_alone(tmp_path: Path, kind: str) -> None:
    bomb = COMPRESS[kind](bytes(50_000_000)) * 40
    for name in (f"a.jsonl.{kind}", f"b.txt.{kind}"):
        a_file(tmp_path / name, bomb)
    names = [path.name for path in sorted(tmp_path.iterdir())]
    command = [*COMMAND, "clean", *names, "-o", "out", "--max-expand", "2x"]

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 26, 1 << 26))

    ran = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, preexec_fn=bounded, check=False
    )
    assert ran.returncode == 3, ran.stderr
    assert ran.stderr.count(b"too large: more comes out of it than --max-expand") == 2, ran.stderr
    assert {
        name: len(content) for name, content in tree(tmp_path / "out").items() if name in names
    } == dict.fromkeys(names, len(bomb))


def test_the_factor_of_a_limit_is_checked(tmp_path: Path) -> None:
    for wrong in ("0x", "200", "x", "-1x"):
        dedupe("clean", "--max-expand", wrong, stdin="a").exits(2).says(
            "a number of times such as 200x, or none"
        )
    dedupe("clean", "--max-expand", "none", "-q", stdin="a").exits(0).prints("a")
