"""Encodings of real files, where the corpora lie beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedupe.lines import lines_of
from dedupe.model import DecodedText
from dedupe.reading import BytesSource, read_text

CORPUS = Path(__file__).parents[3] / "../shared/corpora/tricky"
MANIFEST = CORPUS / "manifest.jsonl"
ENTRIES = [json.loads(line) for line in MANIFEST.read_text().splitlines()] if MANIFEST.exists() else []
WIDE = ("utf-16-le", "utf-16-be")


@pytest.mark.skipif(not ENTRIES, reason="the corpus of tricky files is not beside the checkout")
def test_every_tricky_file_is_read_in_its_encoding_or_one_with_the_same_line_ends() -> None:
    for entry in ENTRIES:
        raw = (CORPUS / entry["file"]).read_bytes()
        document = read_text(BytesSource(entry["file"], "", raw))
        assert isinstance(document, DecodedText), document
        assert document.cuttable, entry["file"]
        assert (document.encoding in WIDE) == (entry["encoding"] == "utf-16"), entry["file"]
        assert (document.encoding == "iso2022_jp") == (entry["encoding"] == "iso2022_jp"), entry["file"]
        assert document.bom or not {"bom8", "utf16"} & set(entry["features"]), entry["file"]
        starts = lines_of(document).raw_start
        lines = [raw[a:b] for a, b in zip(starts, (*starts[1:], len(raw)), strict=True)]
        assert document.bom + b"".join(lines) == raw


@pytest.mark.skipif(not ENTRIES, reason="the corpus of tricky files is not beside the checkout")
def test_tricky_files_in_multibyte_and_arabic_encodings_say_the_same_characters() -> None:
    for entry in ENTRIES:
        if entry["encoding"] not in ("cp1256", "euc-jp", "gb18030", "utf-16", "utf-8"):
            continue
        raw = (CORPUS / entry["file"]).read_bytes()
        document = read_text(BytesSource(entry["file"], "", raw))
        assert isinstance(document, DecodedText)
        expected = raw[len(document.bom) :].decode(
            document.encoding if document.bom else entry["encoding"], "ignore"
        )
        assert "".join(c for c in document.text if not "\udc00" <= c <= "\udcff") == expected, entry["file"]
