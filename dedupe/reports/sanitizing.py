"""Make text from outside safe to look at, and leave nothing of it out."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: line ends, escape sequences, cursor movement
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, line ends, hidden marks
    "\U000e0000-\U000e0fff"  # tags and variation selectors
    "\ud800-\udfff"  # bytes that are no text
    "]"
)
_COMMAND = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)
"""What begins a command to a build server anywhere in a line of its log; `::` does at the start of one."""
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    r"""Return `text` on one line with every character that could act, hide or reorder shown as its escape.

    `\n`, `\r` and `\t` for line ends and tabs, else `\x1b`, `\u202e`, `\udcff`, `\U000e0041`. Everything else
    stays as it is, a backslash too: the result is for eyes and cannot be read back.
    """
    if text.isascii() and text.isprintable():  # most text by far, and told ten times as quickly
        return text
    return _INVISIBLE.sub(_escape, text)


def inert_within_lines(text: str) -> str:
    r"""Return text in which no build server finds a command that may stand anywhere in a line: `#\x23[error]`."""
    return _COMMAND.sub(r"#\\x23", text) if "##" in text else text


def inert_in_logs(line: str) -> str:
    r"""Return a line that no build server takes for a command: `\x3a:error::`, `#\x23[error]`, `#\x23vso[`.

    Any other line comes back as it is.
    """
    line = inert_within_lines(line)
    if "::" not in line:
        return line
    text = line.lstrip()
    return f"{line[: len(line) - len(text)]}\\x3a{text[1:]}" if text.startswith("::") else line


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    codepoint = ord(character)
    if codepoint < 0x100:
        return _SHORT.get(character, f"\\x{codepoint:02x}")
    return f"\\u{codepoint:04x}" if codepoint < 0x10000 else f"\\U{codepoint:08x}"
