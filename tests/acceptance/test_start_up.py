"""What a small run needs is all it imports."""

from __future__ import annotations

import subprocess
import sys

import pytest
from command_line import CLEAN_PAGE, PAGE, environment

HEAVY = ("numpy", "numba", "scipy", "datasketch", "charset_normalizer", "jinja2", "pathspec")
PROGRAM = """
import sys
from dedupe.cli.main import main
code = main(sys.argv[1:])
heavy = [name for name in {heavy!r} if name in sys.modules]
print("imported:", *heavy, file=sys.stderr)
raise SystemExit(code)
"""


@pytest.mark.parametrize(
    "args", [("--version",), ("--help",), ("clean", "--help"), ("clean",), ("clean", "--diff")]
)
def test_small_runs_import_nothing_heavy(args: tuple[str, ...]) -> None:
    page = PAGE + "".join(f"At pier {n} the crew of boat {n * n} took on water and oil.\n" for n in range(60))
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=HEAVY), *args],
        input=page.encode(),
        capture_output=True,
        env=environment(),
        timeout=60,
        check=True,
    )
    assert 4_000 < len(page) < 7_000
    assert ran.stderr.decode().splitlines()[-1] == "imported:"
    if args == ("clean",):
        assert ran.stdout.decode().startswith(CLEAN_PAGE)
