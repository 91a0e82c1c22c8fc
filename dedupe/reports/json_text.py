"""JSON that is harmless wherever it is shown: nothing in it acts on a terminal or on a build server."""

from __future__ import annotations

import json
import re

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                     "\U000e0000-\U000e0fff\ud800-\udfff]")  # fmt: skip
_COMMAND = re.compile(r"#(?=#)")
"""`##[` and `##vso[` are commands to build servers wherever they stand in a line."""


def json_text(value: object) -> bytes:
    """Return `value` as JSON in UTF-8 on one line; read back it is `value`, lone surrogates included."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _COMMAND.sub(r"\\u0023", _UNSAFE.sub(_escape, text)).encode()


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
