"""What a finished plan looks like to people and programs.

The names here are loaded when they are first used: a page on a pipe needs `sanitizing` and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.reports.diff import diff_of
    from dedupe.reports.interface import Reporter
else:
    _HOME_BY_NAME = {
        "Reporter": "interface",
        "diff_of": "diff",
    }

    def __getattr__(name: str) -> object:
        if name not in _HOME_BY_NAME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOME_BY_NAME[name]}"), name)


__all__ = ["Reporter", "diff_of"]
