"""What a measurement is handed: what was asked for, a room for files, and the corpus, made once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.corpora import Corpus, make_corpus


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    runs: int = 5
    start_ups: int = 15
    megabytes: int | None = None
    """How much text; `None` is all of the speed corpus."""
    base_megabytes: int | None = None
    """How much text is doubled; `None` is all of the speed corpus."""
    doubling_runs: int = 1
    cluster_size: int = 1_000_000
    cluster_runs: int = 1
    generated: bool = False
    jobs: str = "auto"


@dataclass(frozen=True)
class Bench:
    """A request and a temporary folder. Made with slots, it could not keep the corpus."""

    request: Request
    room: Path

    @cached_property
    def corpus(self) -> Corpus:
        """The corpus, made when it is first asked for."""
        corpus = make_corpus(self.room / "corpus", self.request.megabytes, generated=self.request.generated)
        print(f"corpus: {corpus}", flush=True)
        return corpus

    @contextmanager
    def side_room(self) -> Iterator[Path]:
        """Make a folder that is gone afterwards."""
        with tempfile.TemporaryDirectory(dir=self.room) as folder:
            yield Path(folder)
