r"""What the user names to be kept: paragraphs that no paragraph rule takes, by their comparison keys.

A keep file is UTF-8 text, one paragraph a line. Empty lines and lines that begin with `#` are comments; `\#` begins a
paragraph that starts with `#`. An entry stands for every whole paragraph with its comparison key, wherever it stands,
so case, quotes and spacing do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dedupe.errors import UsageError
from dedupe.lines import split_lines
from dedupe.normalizing import QUOTING_OR_BULLET, comparison_key

COMMENT = "#"
_ESCAPED = "\\#"
_BYTE_ORDER_MARK = "\ufeff"


def parse_keep_file(text: str, name: str) -> frozenset[str]:
    """Return the comparison keys of the paragraphs that a keep file names.

    `name` is what messages call the file.

    Raises UsageError naming the line of an entry that no paragraph can equal, having no words.
    """
    return frozenset(map(comparison_key, parse_keep_texts(text, name)))


def parse_keep_texts(text: str, name: str) -> Iterator[str]:
    """Yield the paragraphs that a keep file names, as they stand there; raises as `parse_keep_file`."""
    for number, line in enumerate(split_lines(text.removeprefix(_BYTE_ORDER_MARK)), start=1):
        entry = line.strip()
        if not entry or entry.startswith(COMMENT):
            continue
        paragraph = entry[1:] if entry.startswith(_ESCAPED) else entry
        if not comparison_key(paragraph):
            raise UsageError(
                f"{name}: line {number}: {entry!r} holds no word to compare; remove it, or begin it with # as a comment"
            )
        yield paragraph


def keys_to_keep(texts: Iterable[str], name: str) -> frozenset[str]:
    """Return the comparison keys of paragraphs that are given as texts; `name` is what messages call their list.

    Raises UsageError for a text that no paragraph can equal, having no words.
    """
    keys = set()
    for text in texts:
        key = comparison_key(text)
        if not key:
            raise UsageError(f"{name}: {text!r} holds no word to compare; remove it")
        keys.add(key)
    return frozenset(keys)


def format_keep_entry(text: str) -> str:
    """Return the line of a keep file, without its end, that stands for the paragraph `text`.

    The words are those of `text`, on one line. Raises ValueError for a text that has no words, or that UTF-8 cannot
    hold.
    """
    key = comparison_key(text)
    if not key or not _is_utf8(text):
        raise ValueError(f"no entry of a keep file stands for {text!r}")
    one_line = " ".join(QUOTING_OR_BULLET.sub("", text).split())
    # A paragraph of several lines may say something else on one; its key says the same wherever it stands.
    entry = one_line if comparison_key(one_line) == key else key
    if comparison_key(entry) != key:
        raise ValueError(f"no entry of a keep file stands for {text!r}")
    return f"\\{entry}" if entry.startswith((COMMENT, _ESCAPED)) else entry


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
