"""How fast a stage goes and how long it will still take, in words."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from dedupe.reports.wording import counted, size

if TYPE_CHECKING:
    from dedupe.progress import Unit

LONGEST_HOURS = 99
MEMORY_SECONDS = 20.0
"""The rate is that of the last so many seconds: documents at the end of a corpus may be unlike the first ones."""


class Pace:
    """The pace of one stage, which began at the instant `now`; instants are seconds of one clock."""

    def __init__(self, total: int | None, unit: Unit, now: float) -> None:
        self._total = total
        self._unit = unit
        self._seen = deque([(now, 0)])

    def words(self, done: int, now: float) -> str:
        """Return how far the stage is with `done` of its total, how fast it goes, and how long it has left.

        What cannot be known yet is left out, and once all is counted, what is still done has no rate.
        """
        self._seen.append((now, done))
        # The youngest of those that are too old stays: the rate is that of the whole time remembered.
        while len(self._seen) > 2 and self._seen[1][0] <= now - MEMORY_SECONDS:
            self._seen.popleft()
        then, done_then = self._seen[0]
        rate = (done - done_then) / (now - then) if now > then else 0.0
        said = [self._how_far(done)]
        if rate > 0 and (self._total is None or done < self._total):
            said.append(f"{self._amount(rate)}/s")
            if self._total is not None:
                said.append(f"{duration((self._total - done) / rate)} left")
        return "  ".join(said)

    def _how_far(self, done: int) -> str:
        if self._total is None:
            return self._amount(done) if done else ""
        # Never 100 % before the end, and of nothing everything is done.
        return f"{min(100, 100 * done // self._total) if self._total else 100:3} %"

    def _amount(self, number: float) -> str:
        if self._unit == "bytes":
            return size(round(number))
        whole = round(number)
        return counted(whole, "document") if whole >= 10 or whole == number else f"{number:.1f} documents"


def duration(seconds: float) -> str:
    """Return a time as people say it, never less than it is: `12 s`, `3 min 20 s`, `1 h 5 min`."""
    if seconds > LONGEST_HOURS * 3600:
        return f"more than {LONGEST_HOURS} h"
    whole = -int(-seconds // 1)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = -(-whole // 60)
    return f"{minutes // 60} h {minutes % 60} min"
