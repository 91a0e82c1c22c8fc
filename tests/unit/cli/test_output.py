from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedupe.cli import spooling
from dedupe.cli.output import as_json_line, as_text_of_many, ended_by_nul, shown_on_terminal
from dedupe.errors import WriteFailed


@pytest.mark.parametrize("spool_bytes", [0, 5, 1000])
def test_a_spool_gives_back_what_it_took_in_memory_and_on_disk(
    monkeypatch: pytest.MonkeyPatch, spool_bytes: int
) -> None:
    monkeypatch.setattr(spooling, "SPOOL_BYTES", spool_bytes)
    pieces = [b"ab\n", b"", b"c\xff", b"\n\nlong line", b"\n"]
    spool = spooling.Spool()
    for piece in pieces:
        spool.write(piece)
    whole: list[bytes] = []
    lines: list[bytes] = []
    spool.copy_to(whole.append)
    spool.copy_to(lines.append, by_lines=True)
    spool.close()
    assert b"".join(whole) == b"".join(pieces)
    assert lines == [b"ab\n", b"c\xff\n", b"\n", b"long line\n"]


def test_a_text_without_a_last_line_end_gets_one_before_the_next_header() -> None:
    assert as_text_of_many("a", b"x", "utf-8") == b"==> a <==\nx\n"
    assert as_text_of_many("a", b"x\r", "utf-8") == b"==> a <==\nx\r"
    assert as_text_of_many("a", b"", "utf-8") == b"==> a <==\n"


@pytest.mark.parametrize(
    ("clean", "encoding", "text"),
    [
        ("déjà".encode(), "utf-8", "déjà"),
        ("déjà".encode("cp1252"), "cp1252", "déjà"),
        ("\ufeffdéjà".encode("utf-16-le"), "utf-16-le", "déjà"),
        (b"a\xffb", "utf-8", "a\udcffb"),
    ],
)
def test_a_json_line_holds_the_text_whatever_its_encoding(clean: bytes, encoding: str, text: str) -> None:
    line = as_json_line("n\udcff", clean, encoding)
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"name": "n\udcff", "text": text}


def test_nul_ends_the_bytes_of_name_and_text() -> None:
    assert ended_by_nul("n\udcff", b"x\n", "utf-8") == b"n\xff\0x\n\0"


def test_on_a_terminal_line_ends_and_letters_stay_and_the_rest_is_escaped() -> None:
    assert shown_on_terminal("é\r\n\x1b[2J\x9b\n".encode()) == "é\n\\x1b[2J\\x9b\n".encode()
    assert shown_on_terminal(b"\xff") == b"\\udcff"


def test_what_grows_too_large_waits_in_the_folder_for_temporary_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spooling, "SPOOL_BYTES", 5)
    with pytest.raises(WriteFailed) as caught:
        spooling.Spool(tmp_path / "gone").write(b"longer")
    assert str(caught.value) == (
        f"{tmp_path}/gone: no such file or directory;"
        " free some space there, or name another folder with --tmp-dir"
    )
    spool = spooling.Spool(tmp_path)
    spool.write(b"longer")
    assert list(tmp_path.iterdir()) == []
    spool.close()
