"""Whatever the bytes: nothing is lost, nothing is made, and cuts lie between lines."""

from __future__ import annotations

import codecs

from cleaning import clean_bytes, decoded, edits_of
from hypothesis import given
from strategies import pages, raw_pages, texts

from dedupe import Document, clean, restore
from dedupe.cutting import put_back
from dedupe.model import DecodedText, Edit, Skipped
from dedupe.reading import decode
from dedupe.segmenting import segment

MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UNIT = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}


def rebuilt(edit: Edit) -> bytes:
    """Put kept and removed bytes together again, in another way than the package does."""
    kept = iter(edit.cleaned)
    gone = {cut.start + offset: byte for cut in edit.cuts for offset, byte in enumerate(cut.removed)}
    return bytes(gone[place] if place in gone else next(kept) for place in range(len(edit.raw)))


def is_line_bound(edit: Edit, position: int) -> bool:
    """Return whether a line of the document begins or ends at this byte."""
    unit = UNIT.get(edit.encoding, 1)
    before = decoded(edit, edit.raw[max(0, position - unit) : position])
    after = decoded(edit, edit.raw[position : position + unit])
    if before == "\r" and after == "\n":
        return False
    return position in (0, len(edit.raw)) or before in ("\r", "\n") or after in ("\r", "\n")


@given(raw_pages())
def test_kept_and_removed_bytes_rebuild_the_document(raw: bytes) -> None:
    (result,) = clean_bytes({"-": raw})
    if isinstance(result, Skipped):
        assert result.raw == raw or result.reason == "binary"
        return
    assert result.raw == raw
    assert [cut.removed for cut in result.cuts] == [raw[cut.start : cut.end] for cut in result.cuts]
    assert all(cut.removed for cut in result.cuts)
    assert rebuilt(result) == raw
    assert put_back(result.cleaned, [(cut.start, cut.removed) for cut in result.cuts]) == raw


@given(raw_pages())
def test_cuts_begin_and_end_where_lines_do(raw: bytes) -> None:
    for edit in edits_of(clean_bytes({"-": raw})):
        mark = next((mark for mark in MARKS if raw.startswith(mark) and decode(raw).bom == mark), b"")  # type: ignore[union-attr]
        for cut in edit.cuts:
            assert cut.start >= len(mark)
            assert is_line_bound(edit, cut.start) or cut.start == len(mark)
            assert is_line_bound(edit, cut.end)


@given(raw_pages())
def test_paragraphs_tile_the_bytes_behind_the_head(raw: bytes) -> None:
    read = decode(raw)
    if read is None or not read.cuttable:
        return
    for choice in ("auto", "line", "blank-line"):
        segmentation, texts = segment(read, choice)
        assert segmentation.mode in ("line", "blank-line")
        position = segmentation.head_end
        assert read.raw[: len(read.bom)] == read.bom
        assert position >= len(read.bom)
        for number, paragraph in enumerate(segmentation.paragraphs):
            assert paragraph.number == number
            assert paragraph.start == position
            assert paragraph.start < paragraph.text_end <= paragraph.end
            position = paragraph.end
        assert position == len(raw)
        assert all(text.strip() for text in texts)
        head = read.raw[len(read.bom) : segmentation.head_end]
        assert not head.decode(read.encoding, "replace").strip()


@given(raw_pages())
def test_what_stays_is_paragraphs_that_were_there_in_their_order(raw: bytes) -> None:
    for edit in edits_of(clean_bytes({"-": raw})):
        before = decode(raw)
        after = decode(edit.cleaned, encoding=edit.encoding)
        assert before is not None
        assert after is not None
        segmentation, texts = segment(before)
        gone = {cut.first_line for cut in edit.cuts}
        expected = [
            text
            for paragraph, text in zip(segmentation.paragraphs, texts, strict=True)
            if paragraph.first_line not in gone
        ]
        assert len(expected) == len(texts) - len(edit.cuts)
        again, what_stays = segment(DecodedText(edit.cleaned, after.text, edit.encoding, after.bom))
        assert list(what_stays) == expected
        if expected:
            assert again.mode == edit.segmentation


@given(pages())
def test_restore_gives_back_the_text_that_was_cleaned(text: str) -> None:
    (edit,) = clean([Document("page", text)]).results
    assert isinstance(edit, Edit)
    assert restore(edit) == text


@given(texts())
def test_between_neighbours_the_larger_of_the_gaps_around_a_cut_stays(text: str) -> None:
    (edit,) = edits_of(clean([Document("page", text)]).results)
    segmentation, _ = segment(read_given(edit.raw), edit.segmentation)
    gone = {cut.first_line for cut in edit.cuts}
    kept = [paragraph for paragraph in segmentation.paragraphs if paragraph.first_line not in gone]
    again, _ = segment(read_given(edit.cleaned), edit.segmentation)
    for left, right, now_left, now_right in zip(
        kept, kept[1:], again.paragraphs, again.paragraphs[1:], strict=False
    ):
        behind = segmentation.paragraphs[left.number + 1].first_line - left.last_line
        ahead = right.first_line - segmentation.paragraphs[right.number - 1].last_line
        assert now_right.first_line - now_left.last_line == max(behind, ahead)


def read_given(raw: bytes) -> DecodedText:
    return DecodedText(raw, raw.decode(), "utf-8")
