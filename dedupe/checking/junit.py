"""JUnit XML: one test case a file, which fails where the gate failed and the file has duplicates that are not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.checking.interface import Listening, Write
from dedupe.reports.bodies import Body
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe.checking.outcome import CheckOutcome
    from dedupe.checking.values import CheckedDocument, CountedParagraph
    from dedupe.model import Skipped

MAX_CHARACTERS = 300
"""So much of a paragraph is shown."""

# Whether a test case fails is known at the end only; these lines stand for its opening and closing tags until then.
_OPEN, _CLOSE = b"<list ", b"</list>\n"

_ENTITIES = (
    ("&", "&amp;"),
    ("<", "&lt;"),
    (">", "&gt;"),
    ('"', "&quot;"),
    ("##", "#&#35;"),
    ("::", ":&#58;"),
    ("\ufffe", "\\ufffe"),  # no characters of XML
    ("\uffff", "\\uffff"),
)


class JunitLister(Listening):
    """Lets test cases wait in a file until the totals, which stand before them, are known."""

    def __init__(self, write: Write, tmp_dir: Path | None) -> None:
        self._write = write
        self._body = Body(tmp_dir)
        self._path = ""
        self._listed = 0
        self._cases = self._with_list = self._unread = 0

    def begin(self, document: CheckedDocument) -> None:
        """Open a test case."""
        self._path, self._listed = document.path, 0
        self._cases += 1
        self._body.write(f'<testcase classname="dedupe" name={_attribute(document.path)}>\n'.encode())

    def paragraph(self, paragraph: CountedParagraph) -> None:
        """Write a line of the test case, unless the baseline lets the paragraph be."""
        if paragraph.is_known:
            return
        if not self._listed:
            self._body.write(_OPEN + f"type={_attribute(paragraph.label)}>\n".encode())
        self._listed += 1
        text = visible(" ".join(paragraph.text[: 2 * MAX_CHARACTERS].split())[:MAX_CHARACTERS])
        shown = f": {text}" if text else ""
        line = f"{visible(paragraph.path)}:{paragraph.first_line}: {paragraph.message}{shown}"
        self._body.write(f"{_escaped(line)}\n".encode())

    def end(self) -> None:
        """Close the test case."""
        if self._listed:
            self._with_list += 1
            self._body.write(_CLOSE)
        self._body.write(b"</testcase>\n")

    def skipped(self, skipped: Skipped) -> None:
        """Write a test case that could not be run."""
        self._cases += 1
        self._unread += 1
        message = f"{skipped.reason}: {skipped.detail}" if skipped.detail else skipped.reason
        self._body.write(
            f'<testcase classname="dedupe" name={_attribute(skipped.name)}>\n'
            f'<error type="not read" message={_attribute(message)}/>\n</testcase>\n'.encode()
        )

    def finish(self, outcome: CheckOutcome) -> None:
        """Write totals and test cases."""
        failures = 0 if outcome.passed else self._with_list
        counts = f'tests="{self._cases}" failures="{failures}" errors="{self._unread}"'
        verdict = _attribute(f"{outcome.sentence}; {outcome.verdict}")
        self._write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<testsuites name="dedupe check" {counts}>\n<testsuite name="dedupe check" {counts}>\n'
            f'<properties><property name="verdict" value={verdict}/></properties>\n'.encode()
        )
        for line in self._body.lines():
            self._write(_line(line, fails=not outcome.passed))
        self._write(b"</testsuite>\n</testsuites>\n")


def _line(line: bytes, *, fails: bool) -> bytes:
    """Return a line of the body with the tags that it stands for."""
    if line == _CLOSE:
        return b"</failure>\n" if fails else b"</system-out>\n"
    if line.startswith(_OPEN):
        if not fails:
            return b"<system-out>\n"
        return b'<failure message="duplicates" ' + line.removeprefix(_OPEN)
    return line


def _escaped(text: str) -> str:
    """Return visible text as XML; a build server that logs it finds no command in it."""
    for character, entity in _ENTITIES:
        text = text.replace(character, entity)
    return text


def _attribute(text: str) -> str:
    return f'"{_escaped(visible(text))}"'
