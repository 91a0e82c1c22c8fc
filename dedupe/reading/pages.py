"""HTML: each page a document, whose text is what a reader sees, a line a block.

No parser is safe from a page that was made to keep it busy, so pages are read in processes of their own, which end
themselves when one takes too long.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Self

from dedupe.inputs import Skipped
from dedupe.reading.compression import DamagedFileError
from dedupe.reading.page_worker import ANSWER, HEAD
from dedupe.threads import map_in_threads

if TYPE_CHECKING:
    from types import TracebackType

TOO_SLOW = "reading it took longer than --document-timeout"


class PageTooSlowError(Exception):
    """Reading a page took longer than it may."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came, and the encoding that its sender names, `""` if none."""

    name: str
    content: bytes
    encoding: str = ""


class PageReader:
    """Reads pages as text, several at once, each in a process that is started when it is needed first.

    `seconds` is how long a page may take, None for any time. Leaving the block ends all processes.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._all: set[subprocess.Popen[bytes]] = set()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def texts_of(self, pages: Sequence[Page], *, jobs: int) -> Iterator[bytes | Skipped]:
        """Yield the text of each page in UTF-8, in order, or why there is none."""
        return map_in_threads(self.text_or_failure, pages, jobs=jobs, stop=self.close)

    def text_or_failure(self, page: Page) -> bytes | Skipped:
        """Return the text of a page in UTF-8, or why there is none."""
        skipped = partial(Skipped, page.name)
        try:
            return self.text_of(page)
        except PageTooSlowError:
            return skipped("too slow", TOO_SLOW)
        except DamagedFileError as error:
            return skipped("damaged", str(error))
        except OSError as error:
            return skipped("unreadable", f"no process could read it: {error.strerror or error}")

    def text_of(self, page: Page) -> bytes:
        """Return the text of a page in UTF-8.

        Raises PageTooSlowError, DamagedFileError for a page that ends its process, OSError where none can be started.
        """
        process = self._taken()
        text = _asked(process, page, self._seconds or 0)
        if text is None:
            raise self._ended(process)
        with self._lock:
            self._idle.append(process)
        return text

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        with self._lock:
            self._is_closed = True
            processes, self._all, self._idle = self._all, set(), []
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
            _close_pipes(process)

    def _taken(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            if self._is_closed:
                raise OSError("the run has ended")
            # -P: what lies in the current folder, which may be full of what strangers wrote, is no module.
            process = subprocess.Popen(
                (sys.executable, "-P", "-m", "dedupe.reading.page_worker"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._all.add(process)
            return process

    def _ended(self, process: subprocess.Popen[bytes]) -> Exception:
        """Return why a process ended that should have answered."""
        status = process.wait()
        with self._lock:
            is_ours = process in self._all
            self._all.discard(process)
        if is_ours:
            _close_pipes(process)
        if status == -signal.SIGALRM:
            return PageTooSlowError()
        return DamagedFileError("the parser of HTML failed on it")


def _asked(process: subprocess.Popen[bytes], page: Page, seconds: float) -> bytes | None:
    """Return what a process answers, None when it ends instead."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("a process without pipes")
    label = page.encoding.encode("ascii", "replace")[:64]
    try:
        process.stdin.write(HEAD.pack(len(page.content), seconds, len(label)) + label)
        process.stdin.write(page.content)
        process.stdin.flush()
        head = process.stdout.read(ANSWER.size)
        size = ANSWER.unpack(head)[0] if len(head) == ANSWER.size else -1
        text = process.stdout.read(size) if size >= 0 else b""
    except (OSError, ValueError):  # it has ended, and its pipes may have been closed
        return None
    return text if len(text) == size else None


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    pipes: tuple[IO[bytes] | None, ...] = (process.stdin, process.stdout)
    for pipe in pipes:
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            pass  # what was still to be written has no reader any more
