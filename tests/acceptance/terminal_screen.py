"""A small terminal: what a person sees once everything that a program wrote has been obeyed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PIECE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]+")


@dataclass(slots=True)
class Screen:
    """The lines of a terminal, of any number, and whether the cursor is there to be seen."""

    lines: list[str]
    row: int = 0
    column: int = 0
    has_cursor: bool = True

    @classmethod
    def after(cls, shown: bytes) -> Screen:
        """Return the screen after `shown`; ValueError for what this terminal does not know."""
        screen, end = cls([""]), 0
        text = shown.decode()
        for piece in _PIECE.finditer(text):
            if piece.start() != end:
                break
            end = piece.end()
            screen._obey(piece)
        if end != len(text):
            raise ValueError(f"not known here: {text[end : end + 20]!r}")
        return screen

    @property
    def text(self) -> str:
        """What can be read, without the spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.lines)

    def _obey(self, piece: re.Match[str]) -> None:
        match piece[0], piece[1], piece[2], piece[3]:
            case "\r", *_:
                self.column = 0
            case "\n", *_:
                self._go_to(self.row + 1)
            case _, "", number, "A":
                self._go_to(self.row - int(number or 1))
            case _, "", "2", "K":
                self.lines[self.row] = ""
            case _, "", _, "m":
                pass
            case _, "?", "25", "h" | "l" as change:
                self.has_cursor = change == "h"
            case text, None, None, None:
                line = self.lines[self.row].ljust(self.column)
                self.lines[self.row] = line[: self.column] + text + line[self.column + len(text) :]
                self.column += len(text)
            case _:
                raise ValueError(f"not known here: {piece[0]!r}")

    def _go_to(self, row: int) -> None:
        self.row = max(0, row)
        while len(self.lines) <= self.row:
            self.lines.append("")
