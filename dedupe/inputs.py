"""What is met on the way to documents: the records of a file, and what is passed over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """Where a document stands that is not a file of its own.

    `container` is the name of the file. `number` counts from 1, lines in JSON lines and rows in tables; it is 0 for the
    text of the whole file, such as a compressed one. `id` is what the record calls itself, `""` if nothing.
    """

    container: str
    number: int
    id: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something met and not cleaned, as a value: the run goes on and the verdict remembers.

    `reason` is a key of `SKIP_REASONS`, `detail` says more to a person (`""` where the reason says it all).
    `raw` holds the bytes of a document that was read and is to be copied as it is, else None.
    """

    name: str
    reason: str
    detail: str = ""
    raw: bytes | None = None

    @property
    def is_failure(self) -> bool:
        """Whether this should have been read, so that the run ends with exit code 3."""
        return SKIP_REASONS[self.reason]


SKIP_REASONS: dict[str, bool] = {
    "binary": False,
    "excluded": False,
    "hidden": False,
    "no text field": False,
    "other suffix": False,
    "special file": False,
    "symbolic link": False,
    "without text": False,
    "changed": True,
    "damaged": True,
    "malformed": True,
    "too large": True,
    "too slow": True,
    "undecodable": True,
    "unreadable": True,
}
"""Why something is skipped, and whether that is a failure."""
