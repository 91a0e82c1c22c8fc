"""How often a promise is tried: as in CI, or as before a release with `RELIABILITY=release`."""

from __future__ import annotations

import os

IS_RELEASE = os.environ.get("RELIABILITY") == "release"

KILLS = 1000 if IS_RELEASE else 50
"""So many runs are killed at random instants, in each way of writing."""
SIGNALS = 200 if IS_RELEASE else 13
"""So many runs get a signal at a random instant, of each kind."""
RACES = 200 if IS_RELEASE else 20
"""So many times two runs are let loose on one folder."""
CHANGES = 2000 if IS_RELEASE else 200
"""So many files are changed between the passes."""
