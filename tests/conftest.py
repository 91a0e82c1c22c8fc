"""Hypothesis profiles, and the folder on the path from which tests import what they share (`strategies`).

`default` is what `make test` runs; `long` is for `make properties`, `few` for `make mutants`, where each test runs
hundreds of times. Choose with `HYPOTHESIS_PROFILE` or pytest's `--hypothesis-profile`.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("default", max_examples=200, derandomize=True, deadline=None)
settings.register_profile(
    "long",
    max_examples=10_000,
    derandomize=False,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("few", max_examples=40, derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
