"""Where the paragraphs of a document lie: one a line, or blocks between blank lines where the text is hard-wrapped.

Hard-wrapped text (RFCs, mail, books) breaks its lines where the next word would not have fitted. So a line is
called *filled* when the first word of the next line would have passed the document's own width. Measured on
1,950 RFCs and 4,700 scraped web pages: runs of filled lines make up more than a tenth of the lines of all but 3 %
of the RFCs, and of none of the web pages that have blank lines at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from dedupe.columns import columns_of
from dedupe.lines import Lines, lines_of
from dedupe.model import DecodedText, Paragraph, Segmentation

MIN_WRAP_COLUMNS = 50  # verse and menus are narrower
MAX_WRAP_COLUMNS = 110  # a paragraph a line is wider
MIN_FILLED_SHARE = 0.10  # of the lines, where blank lines divide the text
MIN_FILLED_SHARE_UNDIVIDED = 0.50  # of the lines, where no blank line does
WIDTH_QUANTILE = 0.98  # a few lines over the width (tables, addresses) do not count

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_ENDS_SENTENCE = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f\uff0e\u0964\u06d4][\"'\u201d\u2019\u00bb\u300d\u300f)\]]*$"
)
_VISIBLE = re.compile(r"\S")


def segment(decoded: DecodedText, choice: str = "auto") -> tuple[Segmentation, tuple[str, ...]]:
    """Return the paragraphs of `decoded` and, in the same order, their texts.

    `choice` is `line`, `blank-line` or `auto`. After the head the paragraphs tile the bytes: each starts
    where the one before ends. Requires `decoded.cuttable`.
    """
    lines = lines_of(decoded)
    blocks = _blocks(decoded.text, lines)
    mode = choice if choice != "auto" else choose_mode(decoded.text, lines, blocks)
    spans = (
        blocks
        if mode == "blank-line"
        else [(number, number + 1) for first, stop in blocks for number in range(first, stop)]
    )
    paragraphs, texts = [], []
    for number, (first, stop) in enumerate(spans):
        end = lines.raw_start[spans[number + 1][0]] if number + 1 < len(spans) else len(decoded.raw)
        paragraphs.append(
            Paragraph(number, lines.raw_start[first], lines.raw_end[stop - 1], end, first + 1, stop)
        )
        texts.append(decoded.text[lines.text_start[first] : lines.text_end[stop - 1]])
    head_end = paragraphs[0].start if paragraphs else len(decoded.raw)
    return Segmentation(mode, head_end, tuple(paragraphs)), tuple(texts)


def divides_alike(cleaned: bytes, encoding: str, segmentation: Segmentation) -> bool:
    """Return whether clean text would be divided into paragraphs as the original was, by `auto`."""
    decoded = DecodedText(cleaned, cleaned.decode(encoding, "replace"), encoding)
    lines = lines_of(decoded)
    blocks = _blocks(decoded.text, lines)
    return not blocks or choose_mode(decoded.text, lines, blocks) == segmentation.mode


def _blocks(text: str, lines: Lines) -> list[tuple[int, int]]:
    """Return the runs of lines that are not blank, each as its first line and the line behind its last."""
    blocks: list[tuple[int, int]] = []
    first = None
    for number, (start, end) in enumerate(zip(lines.text_start, lines.text_end, strict=True)):
        if _VISIBLE.search(text, start, end):
            first = number if first is None else first
        elif first is not None:
            blocks.append((first, number))
            first = None
    if first is not None:
        blocks.append((first, len(lines.text_start)))
    return blocks


def choose_mode(text: str, lines: Lines, blocks: Sequence[tuple[int, int]]) -> str:
    """Return `blank-line` for hard-wrapped text and `line` for everything else."""
    contents = [
        [text[lines.text_start[n] : lines.text_end[n]].rstrip() for n in range(first, stop)]
        for first, stop in blocks
    ]
    columns = sorted(columns_of(line) for block in contents for line in block)
    if not columns:
        return "line"
    width = columns[min(len(columns) - 1, int(len(columns) * WIDTH_QUANTILE))]
    if not MIN_WRAP_COLUMNS <= width <= MAX_WRAP_COLUMNS:
        return "line"
    filled = sum(length for block in contents for length in _filled_runs(block, width))
    needed = MIN_FILLED_SHARE if len(blocks) > 1 else MIN_FILLED_SHARE_UNDIVIDED
    return "blank-line" if filled >= needed * len(columns) else "line"


def is_filled(line: str, following: str, width: int) -> bool:
    """Return whether `line` was broken inside a sentence because the first word of `following` did not fit.

    A line that ends a sentence is no sign of wrapping: paragraphs of one line each end so.
    """
    if _ENDS_SENTENCE.search(line[-4:]):
        return False
    following = following.lstrip()
    first_word = following[:1] if _UNSPACED.match(following) else following.split(None, 1)[0]
    return columns_of(line) + 1 + columns_of(first_word) > width


def _filled_runs(block: Sequence[str], width: int) -> Iterator[int]:
    """Yield the lengths, in lines, of the runs of at least two filled lines and the line that ends them."""
    run = 0
    for line, following in pairwise(block):
        if is_filled(line, following, width):
            run += 1
            continue
        if run > 1:
            yield run + 1
        run = 0
    if run > 1:
        yield run + 1
