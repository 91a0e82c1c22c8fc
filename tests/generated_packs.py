"""The file that is read at start-up, made of the packs of patterns.

`python -m tests.generated_packs --write`, which is `make packs`, brings it up to date; without `--write` it returns 1
when it is not.
"""

from __future__ import annotations

import sys

from dedupe.boilerplate.compiling import compile_packs, read_packs
from dedupe.boilerplate.known import COMPILED_PATH, PACKS


def main(arguments: list[str]) -> int:
    """Write the file, or tell whether it is current."""
    current = compile_packs(read_packs(PACKS))
    if COMPILED_PATH.exists() and COMPILED_PATH.read_text(encoding="utf-8") == current:
        return 0
    if "--write" not in arguments:
        sys.stdout.write(f"{COMPILED_PATH.name}: not current; run make packs\n")
        return 1
    COMPILED_PATH.write_text(current, encoding="utf-8")
    sys.stdout.write(f"{COMPILED_PATH.name}: written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
