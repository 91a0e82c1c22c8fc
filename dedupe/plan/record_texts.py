"""The texts of records, read again out of the files that hold them.

Whatever is read proves by its digest to be the text that the plan tells of, so it does not matter whether the file is
the original, the clean one, or another by now.
"""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe.errors import DedupeError
from dedupe.plan.used_settings import settings_of
from dedupe.reading import FileSource, part_containers
from dedupe.reading.contents import ContentSpool
from dedupe.settings import Bounds
from dedupe.spilling import SpillFolder
from dedupe.writing.paths import stays_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dedupe.inputs import Record
    from dedupe.plan.index import PlanIndex
    from dedupe.plan.reader import Plan
    from dedupe.plan.records import PlannedFile
    from dedupe.reading.records import RecordSource
    from dedupe.reading.sources import BytesSource
    from dedupe.settings import Settings

_BOUNDS = Bounds(document=1 << 28, line=1 << 26, expansion=200, seconds=10.0)
"""A plan may come from a stranger, and name whatever file."""


class RecordTexts:
    """Reads records out of files, of which the last one stays open; see `dedupe.plan.WholeTexts` for `root`."""

    def __init__(self, plan: Plan | PlanIndex, root: Path | None) -> None:
        self._plan = plan
        self._root = root
        self._files: Mapping[str, PlannedFile] | None = None
        self._settings: Settings = settings_of(dict(plan.header.settings))
        self._open: tuple[Path, dict[int, RecordSource]] | None = None
        self._spool = ContentSpool(SpillFolder(None))
        weakref.finalize(self, self._spool.close)

    def paths(self, record: Record) -> list[Path]:
        """Return where the file of a record may lie: the original first, then the clean one."""
        if self._files is None:
            self._files = self._plan.file_places()
        file = self._files.get(record.container)
        if file is None:
            return []
        if self._root is not None:
            names = [name for name in (file.name, file.written) if name and stays_inside(self._root, name)]
            return [self._root / name for name in names]
        root = self._plan.header.root
        paths = [Path(file.read)] if file.read.startswith("/") else []
        if root and file.written and stays_inside(Path(root), file.written):
            paths.append(Path(root) / file.written)
        return paths

    def contents(self, record: Record) -> Iterator[bytes | None]:
        """Yield the text that stands where the record stood in each file that is there; None where there is none."""
        for path in self.paths(record):
            if not path.is_file():
                continue
            source = self._records_in(path, record).get(record.number)
            try:
                yield source.read() if source is not None else None
            except OSError:
                yield None

    def _records_in(self, path: Path, record: Record) -> dict[int, RecordSource]:
        if self._open is None or self._open[0] != path:
            self._spool.forget(0)
            source = FileSource(record.container, "", path, record.container)
            self._open = path, records_of(source, self._settings, self._spool)
        return self._open[1]


def records_of(
    source: FileSource | BytesSource, settings: Settings, spool: ContentSpool
) -> dict[int, RecordSource]:
    """Return the records of a file by their numbers; none where it cannot be read as a file that holds some."""
    from dedupe.progress import Silence
    from dedupe.reading.opening_files import open_containers

    try:
        _, containers = part_containers([source], settings, _BOUNDS)
        opened, _ = open_containers(
            containers, (), settings=settings, bounds=_BOUNDS, spool=spool, progress=Silence()
        )
    except (DedupeError, OSError):
        return {}
    return {record.record.number: record for record in opened.sources}
