"""The Markdown report is for people, and nothing scraped can shape it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_edits import edit_of, plan_of

from dedupe.errors import WriteFailed
from dedupe.model import Finding, Place, Skipped
from dedupe.plan import Plan
from dedupe.reporters import REPORTER_BY_NAME, SUFFIX_BY_NAME, write_report
from dedupe.reports.interface import NOTHING_BESIDE, Beside, Reporter, Write
from dedupe.reports.markdown import as_code

REPORT = """\
# What dedupe removed

1 paragraph of 6 removed from 2 documents; 25 bytes in, 15 bytes out.

| rule | | removed | characters | reported |
|---|---|--:|--:|--:|
| DUP101 | exact repeat | 1 | 8 | 0 |
| XDP301 | shared paragraph, exact | 0 | 0 | 1 |

## ``a`*b*.txt``

1 paragraph of 3 removed, 10 bytes.

**DUP101**, exact repeat because it belongs to a run of paragraphs that stands, in the same order, earlier in \
this document

- line 3, score 0.88; stays at line 1 (tokens 12, share 0.5, differs `one \\x1b two`)
  `<b>goes\\x1b`

Reported, and left in:

- **XDP301** shared paragraph, exact, line 1; also at `b` line 1

## Skipped

- `c\\n# d`, unreadable: `no permission`
"""


def markdown_of(plan: Plan) -> str:
    pieces: list[bytes] = []
    REPORTER_BY_NAME["md"].render(plan, pieces.append)
    return b"".join(pieces).decode()


def test_the_report_reads_exactly_like_this(tmp_path: Path) -> None:
    name = "a`*b*.txt"
    finding = Finding("XDP301", Place(name, 0, 5, 1, 1), 1.0, (), (Place("b", 0, 5, 1, 1),))
    edit = edit_of(
        name, b"kept\n\n\n<b>goes\x1b\n\nkept"[:5] + b"\n<b>goes\x1b\n\nkept", [(6, 16)], findings=(finding,)
    )
    other = edit_of("b", b"kept\n")
    plan = plan_of(tmp_path / "plan", [edit, other, Skipped("c\n# d", "unreadable", "no permission")])
    assert markdown_of(plan) == REPORT


@given(st.text(alphabet="`a \n<>|*\x1b\u202e\ud800", max_size=12))
def test_no_text_gets_out_of_its_code_span(text: str) -> None:
    span = as_code(text)
    fence = re.match("`+", span)
    assert fence is not None
    inner = span[len(fence[0]) : -len(fence[0])]
    assert span.endswith(fence[0])
    assert fence[0] not in re.findall("`+", inner)
    assert "\n" not in inner
    assert inner
    assert not inner.startswith("`")
    assert not inner.endswith("`")


def test_a_long_text_is_shortened(tmp_path: Path) -> None:
    edit = edit_of("a", b"x" * 1000, [(0, 1000)])
    assert "x… (600 characters more)`" in markdown_of(plan_of(tmp_path / "plan", [edit]))


def test_a_plan_without_text_gives_line_numbers(tmp_path: Path) -> None:
    text = markdown_of(plan_of(tmp_path / "plan", [edit_of("a", b"secret\n", [(0, 7)])], preview=False))
    assert "holds line numbers and no text" in text
    assert "secret" not in text
    assert "line 1" in text


@pytest.mark.parametrize("name", SUFFIX_BY_NAME)
def test_a_report_is_written_in_the_format_of_its_suffix(tmp_path: Path, name: str) -> None:
    plan = plan_of(tmp_path / "plan", [edit_of("a", b"x\n", [(0, 2)])])
    pieces: list[bytes] = []
    REPORTER_BY_NAME[name].render(plan, pieces.append)
    suffix = SUFFIX_BY_NAME[name]
    for path in (tmp_path / f"r.{suffix}", tmp_path / f"R.{suffix.upper()}"):
        write_report(plan, path)
        assert path.read_bytes() == b"".join(pieces) != b""


def test_a_half_written_report_is_removed_and_the_older_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Breaking:
        sentence = ""

        def render(self, plan: Plan, write: Write, beside: Beside = NOTHING_BESIDE) -> None:  # noqa: ARG002
            write(b"half")
            raise WriteFailed("disk: full; free some space")

    breaking: Reporter = Breaking()
    monkeypatch.setitem(REPORTER_BY_NAME, "md", breaking)
    plan = plan_of(tmp_path / "plan", [])
    (tmp_path / "r.md").write_bytes(b"older")
    with pytest.raises(WriteFailed):
        write_report(plan, tmp_path / "r.md")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan", "r.md"]
    assert (tmp_path / "r.md").read_bytes() == b"older"
