"""The only code that touches the user's files.

Everything is decided before anything is called here; originals are replaced only by `InPlace`. The names here
are loaded when they are first used: a page on a pipe needs none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.writing.atomic import AtomicFile, write_atomically
    from dedupe.writing.destination import Destination, Nowhere
    from dedupe.writing.in_place import InPlace
    from dedupe.writing.output_folder import OutputFolder
else:
    _HOME_BY_NAME = {
        "AtomicFile": "atomic",
        "Destination": "destination",
        "InPlace": "in_place",
        "Nowhere": "destination",
        "OutputFolder": "output_folder",
        "write_atomically": "atomic",
    }

    def __getattr__(name: str) -> object:
        if name not in _HOME_BY_NAME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOME_BY_NAME[name]}"), name)


__all__ = ["AtomicFile", "Destination", "InPlace", "Nowhere", "OutputFolder", "write_atomically"]
