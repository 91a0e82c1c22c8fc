"""Talk on standard error: messages, reports and progress, never data; the only place that uses rich.

rich is imported when colour or a progress bar is really shown: a page on a pipe does not pay for it.
"""

from __future__ import annotations

import os
import sys
import time
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, TextIO, cast

from dedupe.cli.pace import Pace
from dedupe.cli.talk import Talk
from dedupe.progress import Progress, Silence
from dedupe.reports.layout import Line, Span
from dedupe.reports.sanitizing import inert_in_logs, visible
from dedupe.signals import signals_held

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import IO

    from rich.progress import Progress as Bars

    from dedupe.progress import Unit

STYLES = {
    "error": "bold red",
    "warning": "yellow",
    "name": "bold",
    "gone": "red",
    "stays": "green",
    "rule": "cyan",
    "quiet": "dim",
    "command": "bold green",
}
DEFAULT_WIDTH = 80
MIN_WIDTH = 60
PATIENCE_SECONDS = 0.5
"""A stage that is over sooner has no bar."""
PERIOD_SECONDS = 0.1
BAR_WIDTH = 24


def uses_colour(choice: str, stream: TextIO | Talk | None, environment: Mapping[str, str]) -> bool:
    """Return whether a stream is coloured: by `--color`, `NO_COLOR`, `FORCE_COLOR`, `TERM`, or its kind."""
    if stream is None or choice == "never":
        return False
    if choice == "always":
        return True
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def columns_shown(stream: TextIO | Talk | None) -> int:
    """Return how many columns a stream shows: `COLUMNS`, else the terminal's, else 80."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    if stream is None:
        return DEFAULT_WIDTH
    try:
        # A terminal that does not know its size says 0.
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    except (OSError, ValueError):
        return DEFAULT_WIDTH


class Console:
    """Standard error as a person sees it; `quiet` leaves errors only.

    Everything handed in is shown literally: markup and emoji codes in it mean nothing.
    """

    def __init__(self, *, colour: str = "auto", quiet: bool = False) -> None:
        self._stream = Talk()
        self._coloured = uses_colour(colour, self._stream, os.environ)
        self._quiet = quiet

    @property
    def width(self) -> int:
        """The columns a line may take: the terminal's, `COLUMNS`, or 80."""
        return max(MIN_WIDTH, columns_shown(self._stream))

    @property
    def is_quiet(self) -> bool:
        """Whether only errors are shown."""
        return self._quiet

    def say(self, lines: Iterable[Line]) -> None:
        """Show lines, unless quiet."""
        if not self._quiet:
            self._write(self.rendered(lines))

    def error(self, message: str) -> None:
        """Show `error: message`, quiet or not."""
        self._write(self.rendered([(Span("error:", "error"), Span(f" {_one_line(message)}"))]))

    def prompt(self, question: str) -> None:
        """Show a question and wait behind it, quiet or not."""
        self._write(self.rendered([(Span(question.rstrip(), "command"),)]).removesuffix("\n") + " ")
        self._stream.flush()

    def warn(self, message: str) -> None:
        """Show `warning: message`, unless quiet."""
        self.say([(Span("warning:", "warning"), Span(f" {_one_line(message)}"))])

    def show_traceback(self, fault: BaseException) -> None:
        """Show where a fault came from, made visible."""
        import traceback

        for entry in traceback.format_exception(fault):
            shown = (inert_in_logs(visible(line)) for line in entry.rstrip("\n").split("\n"))
            self._write("".join(f"{line}\n" for line in shown))

    def rendered(self, lines: Iterable[Line]) -> str:
        """Return lines as they are written to standard error, with colour where it is wanted."""
        return rendered(lines, coloured=self._coloured)

    def write_rendered(self, piece: bytes) -> None:
        """Show what `rendered` returned, unless quiet."""
        if not self._quiet:
            self._write(piece.decode("utf-8", "surrogateescape"))

    def restore_colour(self) -> None:
        """End the colour in which an interrupted line may have left a terminal."""
        if self._coloured and self._stream.isatty():
            self._write("\x1b[0m")

    def ask(self, question: str) -> bool:
        """Return whether a person at the terminal says yes; anything but yes, also nothing, is no."""
        self._write(f"{question} [y/N] ")
        self._stream.flush()
        answer = sys.stdin.readline() if sys.stdin is not None else ""
        if not answer.endswith("\n"):
            self._write("\n")
        return answer.strip().lower() in {"y", "yes"}

    def progress(self, when: str) -> Progress:
        """Return a listener that draws a bar after a moment, or one that does nothing."""
        drawn = when == "always" or (when == "auto" and self._stream.isatty())
        dumb = os.environ.get("TERM") == "dumb" and when != "always"
        return BarProgress(coloured=self._coloured) if drawn and not dumb and not self._quiet else Silence()

    def _write(self, text: str) -> None:
        self._stream.write(text)


def rendered(lines: Iterable[Line], *, coloured: bool) -> str:
    """Return lines as they are shown; none is a command to the build server whose log they may be in."""
    harmless = map(_harmless, lines)
    if not coloured:
        return "".join("".join(span.text for span in line).rstrip() + "\n" for line in harmless)
    return "".join(map(_coloured, harmless))


class BarProgress:
    """A bar on standard error for stages that last longer than a moment; it leaves nothing behind.

    A thread of its own draws, a few times a second, so that `advance` does no more than count.
    """

    def __init__(self, *, coloured: bool) -> None:
        self._coloured = coloured
        self._bars: Bars | None = None
        self._done = 0
        self._counting = Lock()
        self._drawing = Lock()
        self._over = Event()

    def begin(self, stage: str, total: int | None, unit: Unit = "documents") -> None:
        """Start to count; a bar is drawn once the stage has lasted a moment."""
        self.end()
        self._done, self._over = 0, Event()
        pace = Pace(total, unit, time.monotonic())
        Thread(target=self._watch, args=(stage, total, pace, self._over), daemon=True).start()

    def advance(self, amount: int = 1) -> None:
        """Count."""
        with self._counting:
            self._done += amount

    def end(self) -> None:
        """Take the bar away."""
        self._over.set()
        with signals_held(), self._drawing:
            if self._bars is not None:
                self._bars.stop()
                self._bars = None

    def _watch(self, stage: str, total: int | None, pace: Pace, over: Event) -> None:
        pause = PATIENCE_SECONDS
        while not over.wait(pause):
            pause = PERIOD_SECONDS
            with self._drawing:
                if over.is_set():
                    return
                done = self._done
                words = pace.words(done, time.monotonic())
                if self._bars is None:
                    self._bars = self._empty_bars()
                    self._bars.add_task(stage, total=total, completed=done, words=words)
                    self._bars.start()
                else:
                    self._bars.update(self._bars.task_ids[0], completed=done, words=words, refresh=True)

    def _empty_bars(self) -> Bars:
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bars

        class Steady(RichConsole):
            """A console whose cursor stays visible: a run that is killed cannot bring it back."""

            def show_cursor(self, show: bool = True) -> bool:  # noqa: ARG002
                return False

        # Not rich's own `stderr=True`: it leaves the process, with exit code 1, when the reader goes away.
        console = Steady(
            file=cast("IO[str]", Talk()),
            force_terminal=True,
            color_system="auto" if self._coloured else None,
            markup=False,
            emoji=False,
            highlight=False,
        )
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(BAR_WIDTH),
            TextColumn("{task.fields[words]}", markup=False),
        )
        return Bars(
            *columns,
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )


def _one_line(message: str) -> str:
    return visible(message.replace("\n", " "))


def _harmless(line: Line) -> Line:
    """Return the line as it is unless a build server would take it for a command; then as one plain span."""
    text = "".join(span.text for span in line)
    shown = inert_in_logs(text)
    return line if shown == text else (Span(shown),)


def _coloured(line: Line) -> str:
    from rich.style import Style

    pieces = []
    for span in line:
        style = Style.parse(STYLES[span.style]) if span.style else None
        pieces.append(style.render(span.text, legacy_windows=False) if style else span.text)
    return "".join(pieces).rstrip() + "\n"
