"""C9: of two runs that write one folder at once, one does it all and the other exits 11 and changes nothing."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from command_line import BODY, HEADLINE, a_file, start, tree
from how_often import RACES
from many_pages import RULES, instants, without_remains

PAGES = 30


def put(folder: Path, mark: str) -> None:
    for number in range(PAGES):
        lines = [f"{HEADLINE}, {mark}", *BODY, *BODY, f"Told by {mark}."]
        a_file(folder / f"{number:03}.txt", "\n".join(lines) + "\n")


def test_two_runs_on_one_folder_never_mix(tmp_path: Path) -> None:
    for mark in ("the first", "the second"):
        put(tmp_path / mark, mark)
    refused = 0
    for share in instants(9, RACES):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        runs = []
        for mark in ("the first", "the second"):
            runs.append((mark, start("clean", mark, *RULES, "-o", "out", cwd=tmp_path)))
            time.sleep(share * 0.2)
        ended = [(mark, process.communicate(timeout=60)[1], process.returncode) for mark, process in runs]
        wrote = [mark for mark, _, code in ended if code == 0]
        assert {code for _, _, code in ended} <= {0, 11}, ended
        assert wrote, ended
        refused += len(wrote) == 1
        assert all(b"another run" in said for _, said, code in ended if code == 11)
        written = without_remains(tmp_path / "out")
        assert len(written) == PAGES
        # Where both ran, the later one replaced all that the earlier one wrote.
        told = {content.splitlines()[-1] for content in written.values()}
        assert len(told) == 1, told
        assert told <= {f"Told by {mark}.".encode() for mark in wrote}
        assert not [name for name in tree(tmp_path / "out") if "staging" in name or name.endswith("~")]
    assert refused, "no two runs met"
