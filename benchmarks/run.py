"""Measure start-up and a large folder, each beside a plain yardstick on the same machine; see README.md here."""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

CHECKOUT = Path(__file__).resolve().parents[1]
CORPUS = CHECKOUT / ".." / "shared" / "corpora" / "speed" / "rfc100.tar.xz"
PAGE_BYTES = 5_000
MEGABYTE = 1_000_000
SAMPLING_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: its wall time, and the most memory that it and its children held together (0: not measured)."""

    seconds: float
    peak_bytes: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["start-up", "folder"], help="measure only this")
    parser.add_argument("--start-ups", type=int, default=15, metavar="N", help="runs of a page [15]")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="runs over the folder [1]")
    parser.add_argument(
        "--megabytes", type=int, default=100, metavar="N", help="size of generated text [100]"
    )
    parser.add_argument("--generated", action="store_true", help="generate text though the corpus is there")
    parser.add_argument("--jobs", default="auto", metavar="N|auto", help="passed on to dedupe [auto]")
    parser.add_argument("--yardstick", type=Path, metavar="DIR", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.yardstick:
        count_paragraphs(chosen.yardstick)
        return
    print(machine())
    if chosen.only != "folder":
        measure_start_up(chosen.start_ups)
    if chosen.only != "start-up":
        with tempfile.TemporaryDirectory(prefix="dedupe-bench-") as room:
            corpus, kind = make_corpus(Path(room), chosen.megabytes, generated=chosen.generated)
            measure_folder(corpus, kind, Path(room), chosen.runs, chosen.jobs)


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"machine: {cores} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


def measure_start_up(runs: int) -> None:
    page = a_page()
    clean = [sys.executable, "-m", "dedupe", "clean", "--isolated"]
    yardstick = [sys.executable, "-c", "import click"]
    times: dict[str, list[float]] = {"page": [], "click": []}
    for number in range(runs + 1):
        for name, command in (("click", yardstick), ("page", clean)):
            seconds = timed(command, page)
            if number:  # the first of each fills caches
                times[name].append(seconds)
    ours, theirs = median(times["page"]), median(times["click"])
    print(f"start-up, a page of {len(page):,} bytes on a pipe, medians of {runs}:")
    print(f'  python -c "import click"   {theirs:.3f} s')
    print(f"  dedupe clean               {ours:.3f} s, {ours / theirs:.1f} times as long (goal: at most 5)")


def a_page() -> bytes:
    """Return the first 5 KB, in whole lines, of the fixtures that repeat themselves."""
    lines = b"".join(
        path.read_bytes() for path in sorted((CHECKOUT / "fixtures" / "duplicates").glob("*.txt"))
    )
    return lines[: lines.rindex(b"\n", 0, PAGE_BYTES) + 1]


def timed(command: Sequence[str], given: bytes) -> float:
    start = time.perf_counter()
    subprocess.run(command, input=given, capture_output=True, check=True, cwd=CHECKOUT)
    return time.perf_counter() - start


def make_corpus(room: Path, megabytes: int, *, generated: bool) -> tuple[Path, str]:
    folder = room / "corpus"
    if CORPUS.is_file() and not generated:
        with tarfile.open(CORPUS) as archive:
            archive.extractall(folder, filter="data")
        return folder, "texts of the speed corpus"
    folder.mkdir()
    for number, text in enumerate(generated_texts(megabytes * MEGABYTE)):
        path = folder / f"{number // 500:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder, "generated texts"


def generated_texts(size: int) -> Iterator[str]:
    """Yield texts of together `size` bytes, always the same: of ten paragraphs one is a copy of an earlier one."""
    chance = random.Random(1)
    words = sorted(set(re.findall(r"[a-z]+", a_page().decode().lower())))
    earlier: list[str] = []
    while size > 0:
        paragraphs = []
        for _ in range(chance.randint(10, 200)):
            if earlier and chance.random() < 0.1:
                paragraphs.append(chance.choice(earlier))
                continue
            paragraph = " ".join(chance.choices(words, k=chance.randint(3, 60))).capitalize() + "."
            paragraphs.append(paragraph)
            if len(earlier) < 10_000:
                earlier.append(paragraph)
        text = "\n\n".join(paragraphs) + "\n"
        size -= len(text)
        yield text


def measure_folder(corpus: Path, kind: str, room: Path, runs: int, jobs: str) -> None:
    sizes = [path.stat().st_size for path in sorted(corpus.rglob("*.txt"))]
    print(f"folder: {len(sizes):,} {kind}, {sum(sizes) / MEGABYTE:.1f} MB, medians of {runs}:", flush=True)
    yardstick = [sys.executable, __file__, "--yardstick", str(corpus)]
    ours: list[Measured] = []
    theirs: list[Measured] = []
    for number in range(runs):
        theirs.append(watched(yardstick))
        clean = ["clean", str(corpus), "-o", str(room / f"out{number}")]
        plan = ["--plan", str(room / f"plan{number}.jsonl")]
        options = ["--quiet", "--isolated", "--jobs", jobs]
        ours.append(watched([sys.executable, "-m", "dedupe", *clean, *plan, *options]))
    mine, plain = middle(ours), middle(theirs)
    print(f"  plain loop                 {shown(plain)}")
    ratio = f"{mine.seconds / plain.seconds:.1f} times as long"
    if plain.peak_bytes:
        ratio += f", {mine.peak_bytes / plain.peak_bytes:.1f} times the memory"
    print(f"  dedupe clean -o --plan     {shown(mine)}; {ratio} (goal: 5 minutes, 2 GB)")


def middle(runs: Sequence[Measured]) -> Measured:
    return Measured(median(run.seconds for run in runs), int(median(run.peak_bytes for run in runs)))


def shown(run: Measured) -> str:
    memory = f", {run.peak_bytes / MEGABYTE:.0f} MB" if run.peak_bytes else ""
    return f"{run.seconds:.1f} s{memory}"


def watched(command: Sequence[str]) -> Measured:
    """Run a command to its end while looking, again and again, how much memory it holds with its children."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
    peak = 0
    done = threading.Event()

    def look() -> None:
        nonlocal peak
        while not done.wait(SAMPLING_SECONDS):
            peak = max(peak, sum(map(resident_bytes, family_of(process.pid))))

    watcher = threading.Thread(target=look)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if code:
        raise SystemExit(f"exit code {code} of {' '.join(command)}")
    return Measured(seconds, peak)


def family_of(process: int) -> list[int]:
    """Return the process and its descendants; none where the system has no /proc."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [process, *(one for child in children.split() for one in family_of(int(child)))]


def resident_bytes(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def count_paragraphs(folder: Path) -> None:
    """Count equal paragraphs below `folder` in the plainest way that comes to mind: the yardstick."""
    import xxhash

    counts: Counter[bytes] = Counter()
    for path in sorted(folder.rglob("*.txt")):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        for paragraph in re.split(r"\n\s*\n", text):
            key = " ".join(re.findall(r"\w+", paragraph.casefold()))
            counts[xxhash.xxh3_128_digest(key.encode("utf-8", "surrogateescape"))] += 1
    print(f"{counts.total():,} paragraphs, {len(counts):,} distinct")


if __name__ == "__main__":
    main()
