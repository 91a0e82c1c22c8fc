"""What is fuzzed holds for the seeds that a fuzzer begins with, and the oracles can fail."""

from __future__ import annotations

import fuzz_targets
import pytest


@pytest.mark.parametrize("name", fuzz_targets.TARGETS)
def test_a_target_holds_for_its_seeds(name: str) -> None:
    if name == "crawls":
        pytest.importorskip("fastwarc")
    seeds = fuzz_targets.seeds()[name]
    assert seeds
    for seed in [*seeds, b"", b"\0", b"\xff\xfe\n"]:
        fuzz_targets.TARGETS[name](seed)


def test_an_oracle_sees_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_targets, "visible", lambda text: text)
    with pytest.raises(AssertionError):
        fuzz_targets.sanitizing(b"\x1b[31m")
    monkeypatch.setattr(fuzz_targets, "put_back", lambda cleaned, _: cleaned)
    with pytest.raises(AssertionError):
        fuzz_targets.segmenting(
            b"A paragraph of words that stands here and is long enough to be one of them.\n\n" * 2
        )
