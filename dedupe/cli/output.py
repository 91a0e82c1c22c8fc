"""Data on standard output: clean text, diffs and lists, byte for byte on a pipe.

Nothing reaches standard output before the run has been proven: until then it is spooled to memory and, when
that grows, to a nameless temporary file.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Protocol

from dedupe.cli.spooling import Spool
from dedupe.errors import WriteFailed
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from pathlib import Path

    from dedupe.model import Edit, Skipped
    from dedupe.writing.destination import Destination
    from dedupe.writing.rebuilding import CleanFile, Written


def write_out(data: bytes) -> None:
    """Write `data` to standard output, exactly on a pipe or file, made visible on a terminal.

    Raises BrokenPipeError where the reader went away, WriteFailed for any other fault.
    """
    if sys.stdout is None:
        raise WriteFailed("standard output: closed; give it somewhere to go, or use -o DIR")
    if sys.stdout.isatty():
        data = shown_on_terminal(data)
    _guarded(lambda: sys.stdout.buffer.write(data))


def write_shown(data: bytes) -> None:
    """Write to standard output what is harmless on a terminal as it is, such as lists and reports in UTF-8.

    Raises as `write_out` does.
    """
    if sys.stdout is None:
        raise WriteFailed("standard output: closed; give it somewhere to go, or use --output-file FILE")
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    if encoding not in ("utf-8", "utf8") and sys.stdout.isatty():
        data = data.decode().encode(encoding, "backslashreplace")
    _guarded(lambda: sys.stdout.buffer.write(data))


def flush_out() -> None:
    """Bring what was written to standard output to its reader; errors as of `write_out`."""
    if sys.stdout is not None:
        _guarded(sys.stdout.buffer.flush)


def _guarded(act: Callable[[], object]) -> None:
    try:
        act()
    except OSError as error:
        abandon_stdout()
        if error.errno == errno.EPIPE:
            raise
        raise output_failed(error) from error


def output_failed(error: OSError) -> WriteFailed:
    """Return the error for standard output that the system refused to write to."""
    from dedupe.writing.failures import what_failed

    return WriteFailed(f"standard output: {what_failed(error)}; give it somewhere else to go, then run again")


def abandon_stdout() -> None:
    """Point standard output at nothing, so that the interpreter has nothing left to flush at its exit."""
    if sys.stdout is None:
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass  # not a real file: there is nothing to flush into


def shown_on_terminal(data: bytes) -> bytes:
    """Return `data` with everything that could act on a terminal made visible; line ends stay."""
    text = data.decode("utf-8", "surrogateescape")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return "\n".join(map(visible, lines)).encode(encoding, "backslashreplace")


class Form(Protocol):
    """How documents stand on standard output."""

    def __call__(self, name: str, clean: bytes, encoding: str, identity: str = "") -> bytes:
        """Return the bytes that stand for one document; `identity` is what a record calls itself."""


def as_text_alone(name: str, clean: bytes, encoding: str, identity: str = "") -> bytes:  # noqa: ARG001
    """Return the text of the only document as it is."""
    return clean


def as_text_of_many(name: str, clean: bytes, encoding: str, identity: str = "") -> bytes:  # noqa: ARG001
    """Return the text under a `==> name <==` line, its own last line ended."""
    end = b"" if not clean or clean.endswith((b"\n", b"\r")) else b"\n"
    return f"==> {visible(name)} <==\n".encode() + clean + end


def as_json_line(name: str, clean: bytes, encoding: str, identity: str = "") -> bytes:
    """Return an object with name and text, without byte order mark; bytes that do not fit are lone surrogates.

    A record that calls itself something has that as its `id` between the two.
    """
    from dedupe.reading import decode

    decoded = decode(clean, encoding=encoding)
    text = decoded.text if decoded else clean.decode("utf-8", "surrogateescape")
    import json

    called = {"id": identity} if identity else {}
    return json.dumps({"name": name, **called, "text": text}).encode() + b"\n"


def ended_by_nul(name: str, clean: bytes, encoding: str, identity: str = "") -> bytes:  # noqa: ARG001
    """Return name and text, each ended by NUL."""
    return os.fsencode(name) + b"\0" + clean + b"\0"


FORM_BY_NAME: dict[str, Form] = {"text": as_text_of_many, "jsonl": as_json_line, "null": ended_by_nul}


class ToStdout:
    """The destination of clean text when nothing else is asked for.

    Files that hold documents stand there with nothing around them where `own_form` is True, as documents where
    `by_record` is, and else under their names like texts.
    """

    def __init__(
        self, form: Form, tmp_dir: Path | None = None, *, own_form: bool = False, by_record: bool = False
    ) -> None:
        self._form = form
        self._own_form = own_form
        self._by_record = by_record
        self._spool = Spool(tmp_dir)

    def take(self, edit: Edit) -> None:
        """Spool one clean document."""
        is_shown = edit.record is None or self._by_record
        if is_shown and not edit.dropped:
            identity = edit.record.id if edit.record is not None else ""
            self._spool.write(self._form(edit.name, edit.cleaned, edit.encoding, identity))

    def take_file(self, file: CleanFile) -> Written:
        """Spool a file that holds documents."""
        from dedupe.writing.rebuilding import FileChangedError, Measuring

        before = self._spool.size
        measuring = Measuring(file.pieces())
        try:
            if self._by_record or file.is_gone:
                for _ in measuring:
                    pass
                return measuring.written
            if not self._own_form:
                self._spool.write(f"==> {visible(file.name)} <==\n".encode())
            last = b""
            for last in measuring:
                self._spool.write(last)
        except FileChangedError:
            self._spool.forget(before)
            raise
        if last and not self._own_form and not last.endswith((b"\n", b"\r")):
            self._spool.write(b"\n")
        return measuring.written

    def take_as_is(self, skipped: Skipped) -> None:
        """Spool a document that could not be cleaned, byte for byte."""
        self._spool.write(self._form(skipped.name, skipped.raw or b"", "utf-8"))

    def flush(self) -> None:
        """Do nothing: what is spooled is lost with the machine, as what was printed is."""

    def publish(self) -> tuple[Skipped, ...]:
        """Copy everything to standard output."""
        publish_spool(self._spool)
        return ()

    def discard(self) -> None:
        """Forget everything."""
        self._spool.close()


class DiffToStdout:
    """What `--diff` prints instead of clean text, or beside the files it writes.

    `render` gives the diff of one document; with `beside` everything also goes to that destination, and it
    publishes first. `tables` are the names of files without lines, whose records are shown instead.
    """

    def __init__(
        self,
        render: Callable[[Edit], bytes],
        beside: Destination,
        tmp_dir: Path | None = None,
        *,
        tables: Container[str] = (),
    ) -> None:
        self._tables = tables
        self._render = render
        self._beside = beside
        self._spool = Spool(tmp_dir)

    def take(self, edit: Edit) -> None:
        """Spool the diff of one document."""
        if edit.record is None or edit.record.container in self._tables:
            self._spool.write(self._render(edit))
        self._beside.take(edit)

    def take_file(self, file: CleanFile) -> Written:
        """Spool the diff of a file that holds documents."""
        from dedupe.reports.file_diff import diff_of_file

        written = self._beside.take_file(file)
        for piece in diff_of_file(file) if file.opened.file.name not in self._tables else ():
            self._spool.write(piece)
        return written

    def take_as_is(self, skipped: Skipped) -> None:
        """Pass on what is copied as it is: it has no difference."""
        self._beside.take_as_is(skipped)

    def flush(self) -> None:
        """Flush what is written beside."""
        self._beside.flush()

    def publish(self) -> tuple[Skipped, ...]:
        """Copy the diff to standard output."""
        failed = self._beside.publish()
        publish_spool(self._spool)
        return failed

    def discard(self) -> None:
        """Forget everything."""
        self._beside.discard()
        self._spool.close()


def publish_spool(spool: Spool) -> None:
    """Copy a spool to standard output and forget it."""
    spool.copy_to(write_out, by_lines=sys.stdout is not None and sys.stdout.isatty())
    flush_out()
    spool.close()
