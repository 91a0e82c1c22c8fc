"""Edits made for tests: documents with ranges cut out, plain ones and as ugly as they come."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hypothesis import strategies as st

from dedupe.model import Cut, Edit, Finding, Place, Skipped, Totals
from dedupe.plan import DestinationKind, Plan, PlanHeader, PlanWriter, open_plan
from dedupe.settings import Settings

UGLY_NAMES = (
    "a b.txt",
    "-rf",
    'quo"te\\.txt',
    "new\nline",
    "tab\tname",
    "\udcff\udce9.txt",
    "\x1b[31m",
    "é/ü",
    "'; rm",
    "n" * 255,
    "\u202egpj.txt",
    "@@ -1 +1 @@",
)

NAMES_FOR_PATCH = tuple(name for name in UGLY_NAMES if len(os.fsencode(name)) < 240)
"""`patch` itself writes beside a file under a longer name, and cannot for the longest."""


def digest_of(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def edit_of(
    name: str,
    raw: bytes,
    ranges: Sequence[tuple[int, int]] = (),
    *,
    encoding: str = "utf-8",
    findings: tuple[Finding, ...] = (),
    rule: str = "DUP101",
) -> Edit:
    """Return the edit that leaves `ranges` out of `raw`."""
    kept, cuts, position = [], [], 0
    for start, end in ranges:
        kept.append(raw[position:start])
        position = end
        text = (
            raw[start:end]
            .decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
            .strip("\r\n")
        )
        place = Place(name, 0, start, 1, 1)
        evidence = (("tokens", 12), ("share", 0.5), ("differs", "one \x1b two"))
        line = raw.count(b"\n", 0, start) + 1
        cut_id = digest_of(raw[start:end])[:12]
        cuts.append(
            Cut(cut_id, name, start, end, line, line, rule, 0.875, evidence, (place,), raw[start:end], text)
        )
    cleaned = b"".join([*kept, raw[position:]])
    return Edit(
        name,
        raw,
        cleaned,
        digest_of(raw),
        digest_of(cleaned),
        encoding,
        False,
        "line",
        3,
        tuple(cuts),
        findings,
    )


def totals_of(results: Iterable[Edit | Skipped]) -> Totals:
    return sum((Totals.of(result) for result in results), Totals())


def plan_of(
    path: Path,
    results: Sequence[Edit | Skipped],
    *,
    destination: DestinationKind = "stdout",
    preview: bool = True,
    root: str = "",
    written: Mapping[str, str] | None = None,
    read: Mapping[str, str] | None = None,
) -> Plan:
    """Write a plan, which may say where documents were `read` and `written`, and return it as read again."""
    header = PlanHeader.of(Settings(), version="0.1.0", destination=destination, preview=preview, root=root)
    with PlanWriter(path, header=header) as writer:
        for result in results:
            places = {"read": read or {}, "written": written or {}}
            local = {key: paths[result.name] for key, paths in places.items() if result.name in paths}
            writer.write(result, local=local)
        writer.finish(totals_of(results))
    return open_plan(path)


@st.composite
def raws_with_ranges(draw: st.DrawFn, raws: st.SearchStrategy[bytes]) -> tuple[bytes, list[tuple[int, int]]]:
    """Bytes and ranges in them that are not empty, are in order and do not overlap, but may touch."""
    raw = draw(raws)
    points = sorted(draw(st.lists(st.integers(0, len(raw)), min_size=2, max_size=8)))
    pairs = zip(points[::2], points[1::2], strict=False)
    return raw, [(start, end) for start, end in pairs if start < end]


ANY_NAME = st.one_of(
    st.sampled_from(UGLY_NAMES),
    st.text(min_size=1, max_size=20),
    st.binary(min_size=1, max_size=20).map(os.fsdecode),
)
ANY_EDIT = st.builds(
    lambda name, pair, encoding: edit_of(name, *pair, encoding=encoding),
    ANY_NAME,
    raws_with_ranges(st.one_of(st.binary(max_size=60), st.text(max_size=40).map(str.encode))),
    st.sampled_from(["utf-8", "utf-16-le", "cp1252", "gb18030"]),
)
LINE_PIECES = (
    b"a",
    b"b",
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b"-- x\n",
    b"+",
    b"\\ No newline at end of file\n",
    b"@@ -1 +1 @@\n",
)
RAWS_OF_LINES = st.lists(st.sampled_from(LINE_PIECES), min_size=3, max_size=40).map(b"".join)
EDITS_OF_LINES = st.builds(
    lambda name, pair: edit_of(name, *pair), st.sampled_from(NAMES_FOR_PATCH), raws_with_ranges(RAWS_OF_LINES)
)
