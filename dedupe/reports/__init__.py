"""What a finished plan looks like to people and programs.

The names here are loaded when they are first used: a page on a pipe needs `sanitizing` and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.reports.diff import diff_of
    from dedupe.reports.interface import Reporter
    from dedupe.reports.registry import REPORTER_BY_NAME, write_report
else:
    _HOME_BY_NAME = {
        "REPORTER_BY_NAME": "registry",
        "Reporter": "interface",
        "diff_of": "diff",
        "write_report": "registry",
    }

    def __getattr__(name: str) -> object:
        if name not in _HOME_BY_NAME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOME_BY_NAME[name]}"), name)


__all__ = ["REPORTER_BY_NAME", "Reporter", "diff_of", "write_report"]
