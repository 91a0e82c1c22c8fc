"""Where clean documents go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dedupe.model import Edit, Skipped
    from dedupe.writing.rebuilding import CleanFile, Written


class Destination(Protocol):
    """A place for the clean text of a run: documents are handed over one by one, then published together.

    Nothing can be seen of them before `publish`. A destination ends with either `publish` or `discard`; when
    `publish` raised, `discard` still tidies up. `discard` after a `publish` that returned does nothing.
    """

    def take(self, edit: Edit) -> None:
        """Accept the clean text of one document; one that stands in a file comes again with the file.

        Raises WriteFailed.
        """

    def take_file(self, file: CleanFile) -> Written:
        """Accept the clean version of a file that holds documents, and return what it is like.

        Raises WriteFailed, and FileChangedError, with nothing accepted, when the file is not what it was.
        """

    def take_as_is(self, skipped: Skipped) -> None:
        """Accept the raw bytes of a document that could not be cleaned; `skipped.raw` is not None.

        Raises WriteFailed.
        """

    def flush(self) -> None:
        """Wait until everything taken is on the disk, unless `publish` sees to that; nothing more is taken.

        Raises WriteFailed.
        """

    def publish(self) -> tuple[Skipped, ...]:
        """Put everything taken into place and return what could not be, because it changed meanwhile.

        Raises WriteFailed.
        """

    def discard(self) -> None:
        """Remove everything taken; nothing published by an earlier run is touched. Never raises."""


class Nowhere:
    """The destination of a dry run: it takes everything and writes nothing."""

    def take(self, edit: Edit) -> None:
        """Do nothing."""

    def take_file(self, file: CleanFile) -> Written:
        """Look what the clean version is like."""
        from dedupe.writing.rebuilding import measured

        return measured(file.pieces())

    def take_as_is(self, skipped: Skipped) -> None:
        """Do nothing."""

    def flush(self) -> None:
        """Do nothing."""

    def publish(self) -> tuple[Skipped, ...]:
        """Return nothing: nothing is published."""
        return ()

    def discard(self) -> None:
        """Do nothing."""
