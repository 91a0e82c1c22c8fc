"""Run the targets, each for some minutes in a process of its own.

What was interesting is kept in `.fuzz/TARGET`, so that the next run goes on from there; what broke a promise is in
`.fuzz/TARGET-crash-…`, and `run_targets.py --again FILE TARGET` does it again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from fuzz_targets import TARGETS, seeds

ROOM = Path(__file__).parents[2] / ".fuzz"
LARGEST = 8192


def main() -> int:
    """Do what the command line says; return 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--again", type=Path, metavar="FILE")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.targets if name not in TARGETS]:
        parser.error(f"no target {unknown[0]}; there are {', '.join(TARGETS)}")
    names = chosen.targets or list(TARGETS)
    if chosen.again is not None:
        TARGETS[names[0]](chosen.again.read_bytes())
        return 0
    if chosen.inside:
        return _fuzz(names[0], chosen.minutes)
    failed = [name for name in names if _run(name, chosen.minutes)]
    sys.stdout.write(f"broken: {', '.join(failed)}\n" if failed else "no promise was broken\n")
    return 1 if failed else 0


def _run(name: str, minutes: float) -> int:
    sys.stdout.write(f"{name} ...\n")
    sys.stdout.flush()
    command = [sys.executable, __file__, "--inside", "--minutes", str(minutes), name]
    ran = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    said = ran.stderr.decode("utf-8", "replace").splitlines()
    told = [line for line in said if line.startswith(("Done ", "stat::number"))]
    sys.stdout.write("\n".join(said[-40:] if ran.returncode else told) + "\n")
    return ran.returncode


def _fuzz(name: str, minutes: float) -> int:
    import atheris

    corpus = ROOM / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()[name]):
        (corpus / f"seed-{number}").write_bytes(seed)
    target = TARGETS[name]
    atheris.instrument_all()
    options = [
        f"-max_total_time={int(minutes * 60)}",
        f"-max_len={LARGEST}",
        f"-artifact_prefix={ROOM}/{name}-",
        "-timeout=20",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
