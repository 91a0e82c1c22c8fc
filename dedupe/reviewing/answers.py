"""What a person said of clusters, in the keep file itself: spared ones are its entries, accepted ones comments in it.

Each answer is on the disk before the next question. So a review may be killed at any moment and goes on where it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from dedupe.errors import UsageError
from dedupe.keeping import format_keep_entry, parse_keep_file
from dedupe.normalizing import comparison_key
from dedupe.reviewing.clusters import digest_of_key
from dedupe.writing.appending import AppendedFile

if TYPE_CHECKING:
    from pathlib import Path

HEADING = (
    "# Paragraphs that dedupe keeps, one a line: name this file with --keep-file. Lines with # are comments;\n"
    "# by some of them `dedupe review` knows which removals were accepted.\n"
)
EXCERPT_CHARACTERS = 60
_ACCEPTED = re.compile(r"^[ \t]*# accepted ([0-9a-f]{32})\b", re.MULTILINE)
_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


class Answers:
    """The answers in a keep file; the file is made with the first one. Used in a `with` statement.

    Raises UsageError for a file that is no keep file.
    """

    def __init__(self, path: Path) -> None:
        self._file = AppendedFile(path)
        self._spared: set[str] = set()
        self._accepted: set[str] = set()
        self._take(self._file.read(), str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _take(self, content: bytes, name: str) -> None:
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{name}: not UTF-8; save it as UTF-8, or name another with --keep-file"
            ) from error
        self._spared = {digest_of_key(key) for key in parse_keep_file(text, name)}
        self._accepted = set(_ACCEPTED.findall(text)) - self._spared

    def of(self, digest: str) -> str:
        """Return what was said of a cluster: `spared`, `accepted`, or `""` for nothing."""
        return "spared" if digest in self._spared else "accepted" if digest in self._accepted else ""

    def spare(self, text: str) -> None:
        """Let paragraphs with the words of `text` be kept from now on; it is on the disk when this returns.

        Raises WriteFailed where the file cannot be written; it is as before then.
        """
        digest = digest_of_key(comparison_key(text))
        if self.of(digest) != "spared":
            self._answer(digest, format_keep_entry(text))
            self._spared.add(digest)
            self._accepted.discard(digest)

    def accept(self, text: str) -> None:
        """Remember that paragraphs with the words of `text` may go; otherwise as `spare`."""
        key = comparison_key(text)
        digest = digest_of_key(key)
        if self.of(digest) != "accepted":
            # A key holds neither line ends nor controls.
            self._answer(digest, f"# accepted {digest} {key[:EXCERPT_CHARACTERS]}")
            self._accepted.add(digest)
            self._spared.discard(digest)

    def _answer(self, digest: str, line: str) -> None:
        if not self.of(digest):
            self._file.append(line.encode(), heading=HEADING.encode())
            return
        lines = _LINES.findall(self._file.read().decode())
        kept = [each for each in lines if not _is_about(each, digest)]
        ended = "".join(kept)
        ended += "" if not ended or ended.endswith("\n") else "\n"
        self._file.replace(f"{ended}{line}\n".encode())


def _is_about(line: str, digest: str) -> bool:
    """Return whether a line of the file is an answer about this cluster."""
    if match := _ACCEPTED.match(line):
        return match[1] == digest
    entry = line.strip()
    if not entry or entry.startswith("#"):
        return False
    return digest_of_key(comparison_key(entry[1:] if entry.startswith("\\#") else entry)) == digest
