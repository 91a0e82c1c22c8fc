"""Whether what a plan says of files that hold documents can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.plan.door import DamagedError

if TYPE_CHECKING:
    from dedupe.plan.records import PlannedFile, PlannedSplice


class FileCheck:
    """What is known of a file while the lines go by that tell what was taken out of it."""

    def __init__(self) -> None:
        self._name = ""
        self._end = 0
        self._gone = 0
        self._is_begun = False

    def splice(self, splice: PlannedSplice) -> PlannedSplice:
        """Return the bytes that were taken out; DamagedError where they cannot have been."""
        if self._is_begun and splice.file != self._name:
            raise DamagedError("takes out of another file than the one before it")
        if splice.start < self._end:
            raise DamagedError("takes out what was taken out before, or out of order")
        self._name, self._is_begun = splice.file, True
        self._end = splice.start + len(splice.removed)
        self._gone += len(splice.removed)
        return splice

    def file(self, file: PlannedFile, *, preview: bool) -> PlannedFile:
        """Return the file; DamagedError where what was taken out of it is not what is missing."""
        if self._is_begun and self._name != file.name:
            raise DamagedError("is not the file that bytes were taken out of before it")
        if self._end > file.bytes or (self._is_begun and not file.is_spliced):
            raise DamagedError("is no file that these bytes can have been taken out of")
        if file.is_spliced and preview and file.bytes != file.cleaned_bytes + self._gone:
            raise DamagedError(
                f"tells of {file.name!r}, whose bytes are not those that stay and those taken out"
            )
        self._name, self._end, self._gone, self._is_begun = "", 0, 0, False
        return file

    def expect_none_open(self) -> None:
        """Raise DamagedError where bytes were taken out of a file that never came."""
        if self._is_begun:
            raise DamagedError(f"comes before {self._name!r}, of which bytes were taken out")
