"""The lists by name; the one for people at a terminal, `full`, is the command's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from dedupe.checking.concise import ConciseLister
from dedupe.checking.github import GithubLister
from dedupe.checking.interface import Lister, Write
from dedupe.checking.json_list import JsonLister
from dedupe.checking.junit import JunitLister
from dedupe.checking.markdown import MarkdownLister
from dedupe.checking.sarif import SarifLister
from dedupe.checking.statistics import StatisticsLister

Make = Callable[[Write, Path | None, bool], Lister]
"""Makes a list from where it goes, the folder of temporary files, and whether there is a summary of the job too."""

LISTER_BY_NAME: Mapping[str, Make] = {
    "concise": lambda write, _tmp_dir, _has_summary: ConciseLister(write),
    "github": lambda write, _tmp_dir, has_summary: GithubLister(write, has_summary=has_summary),
    "json": lambda write, _tmp_dir, _has_summary: JsonLister(write),
    "junit": lambda write, tmp_dir, _has_summary: JunitLister(write, tmp_dir),
    "markdown": lambda write, tmp_dir, _has_summary: MarkdownLister(write, tmp_dir),
    "sarif": lambda write, _tmp_dir, _has_summary: SarifLister(write),
    "statistics": lambda write, _tmp_dir, _has_summary: StatisticsLister(write),
}
"""The lists by the name by which they are asked for."""
