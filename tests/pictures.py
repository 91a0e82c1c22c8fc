"""The pictures of docs/reports.md, made of the fixtures by a real browser: `python -m tests.pictures`, or `make docs`.

Fonts and browsers differ between machines, so no test compares the pictures; one holds that they are there and small.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
IMAGES = CHECKOUT / "docs" / "images"
MOST_BYTES = 150_000


def main() -> int:
    """Write all pictures; return 1 where no browser can be driven."""
    sys.path.insert(0, str(CHECKOUT / "tests" / "acceptance"))
    from browser import started, why_there_is_none

    if missing := why_there_is_none():
        sys.stderr.write(f"error: {missing}\n")
        return 1
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as room, started() as browser:
        page = Path(room) / "report.html"
        arguments = (
            "clean",
            "fixtures",
            "-o",
            f"{room}/clean",
            "--plan",
            f"{room}/plan.jsonl",
            "--report",
            str(page),
        )
        subprocess.run([sys.executable, "-m", "dedupe", *arguments, "-q"], cwd=CHECKOUT, check=True)
        browser.look_like(width=1200, height=760)
        browser.open(page)
        browser.picture(IMAGES / "report-light.png")
        browser.look_like(width=1200, height=640)
        browser.run(
            "document.querySelectorAll('.article').forEach(a => a.open = a.querySelector('[data-rule=DUP102]'))"
        )
        browser.run("document.querySelector('.article[open] .stay:nth-last-of-type(3)').scrollIntoView()")
        browser.picture(IMAGES / "report-article.png")
        browser.look_like(width=1200, height=1000, dark=True)
        browser.run("document.getElementById('plots').scrollIntoView()")
        browser.picture(IMAGES / "report-plots-dark.png")
        browser.look_like(width=400, height=820)
        browser.open(page, "#clusters")
        browser.run("document.querySelector('.article[open]').scrollIntoView()")
        browser.picture(IMAGES / "report-narrow.png")
    for picture in sorted(IMAGES.glob("*.png")):
        sys.stdout.write(f"{picture.relative_to(CHECKOUT)}: {picture.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
