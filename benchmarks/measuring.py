"""Run commands while looking at their time and memory, several in turns, and take medians."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

CHECKOUT = Path(__file__).resolve().parents[1]
MEGABYTE = 1_000_000
FIRST_LOOK_SECONDS, SAMPLING_SECONDS = 0.002, 0.02
"""Memory is looked at soon, for processes that are short, then less and less often, down to this."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command."""

    seconds: float
    processor_seconds: float
    """What the command and the children it waited for took of all processors."""
    peak_bytes: int
    """The most memory that all its processes held together; 0 where that cannot be seen."""
    output: str = ""


@dataclass(frozen=True, slots=True)
class Runs:
    """Several runs of one command; each property but `spread` is their median."""

    each: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """The wall time."""
        return median(run.seconds for run in self.each)

    @property
    def processor_seconds(self) -> float:
        """The time of all processors."""
        return median(run.processor_seconds for run in self.each)

    @property
    def peak_bytes(self) -> int:
        """The peak of memory, of all processes together."""
        return int(median(run.peak_bytes for run in self.each))

    @property
    def spread(self) -> tuple[float, float]:
        """The quickest and the slowest run."""
        return min(run.seconds for run in self.each), max(run.seconds for run in self.each)

    @property
    def details(self) -> str:
        """The time with what else is known."""
        memory = f", {self.peak_bytes / MEGABYTE:.0f} MB" if self.peak_bytes else ""
        return f"{self}, processors {self.processor_seconds:.3g} s{memory}"

    def __str__(self) -> str:
        shown = f"{self.seconds:.3f} s" if self.seconds < 1 else f"{self.seconds:.2f} s"
        if len(self.each) == 1:
            return shown
        least, most = self.spread
        return f"{shown} ({least:.3g} to {most:.3g})"


class CommandFailed(Exception):
    """A measured command ended with another exit code than 0."""


def in_turns(runs: int, commands: Mapping[str, Callable[[], Run]]) -> dict[str, Runs]:
    """Run the commands one after the other, `runs` times over, so that what disturbs one disturbs all.

    Says at the end what was seen of each.
    """
    seen: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(command())
    measured = {name: Runs(tuple(each)) for name, each in seen.items()}
    for name, each in measured.items():
        print(f"  {name}: {each.details}", flush=True)
    return measured


def watched(
    command: Sequence[str],
    *,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
    terminal: bool = False,
    folder: Path = CHECKOUT,
) -> Run:
    """Run a command to its end, `given` on standard input, with the variables of `environment` added.

    With `terminal`, standard error is a pseudo-terminal that something reads as fast as it can.
    """
    spent = _processor_seconds()
    with _standard_error(terminal=terminal) as error:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=error,
        )
        with _watching_memory(process.pid) as peak:
            output, complaint = process.communicate(given)
            seconds = time.perf_counter() - start
    if process.returncode:
        said = (output + (complaint or b"")).decode("utf-8", "replace")[-2_000:]
        raise CommandFailed(f"exit code {process.returncode} of {' '.join(command)}\n{said}")
    return Run(seconds, _processor_seconds() - spent, peak(), output.decode("utf-8", "replace"))


@contextmanager
def _standard_error(*, terminal: bool) -> Iterator[int]:
    if not terminal:
        yield subprocess.PIPE
        return
    ours, theirs = os.openpty()
    reader = threading.Thread(target=_read_away, args=(ours,))
    reader.start()
    try:
        yield theirs
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)


def _read_away(terminal: int) -> None:
    try:
        while os.read(terminal, 65_536):
            pass
    except OSError:  # how Linux says that nobody holds the other end any more
        pass


@contextmanager
def _watching_memory(process: int) -> Iterator[Callable[[], int]]:
    """Look at the memory of a process and its descendants until the block is left; yield what tells the peak."""
    peak = 0
    done = threading.Event()

    def look() -> None:
        nonlocal peak
        pause = FIRST_LOOK_SECONDS
        while not done.wait(pause):
            pause = min(pause * 1.2, SAMPLING_SECONDS)
            sizes = [_memory_of(one) for one in _family_of(process)]
            # A process knows its own peak, so that nothing between two looks is missed when there is but one.
            peak = max(peak, sum(now for now, _ in sizes), *(highest for _, highest in sizes), 0)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield lambda: peak
    finally:
        done.set()
        watcher.join()


def _family_of(process: int) -> list[int]:
    """Return the process and its descendants; none where the system has no /proc."""
    try:
        tasks = [task / "children" for task in Path(f"/proc/{process}/task").iterdir()]
        children = " ".join(task.read_text() for task in tasks).split()
    except OSError:
        return []
    return [process, *(one for child in children for one in _family_of(int(child)))]


def _memory_of(process: int) -> tuple[int, int]:
    """Return the resident bytes of now, and the most of one moment since the process began."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return int(sizes.get("VmRSS", 0)) * 1024, int(sizes.get("VmHWM", 0)) * 1024


def _processor_seconds() -> float:
    """Return what all children that have ended took of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"machine: {cores} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}; "
        f"load when begun {os.getloadavg()[0]:.1f}"
    )
