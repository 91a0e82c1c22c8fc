"""Answers are on the disk at once, in a file that is a keep file, and can be changed."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.errors import UsageError, WriteFailed
from dedupe.keeping import format_keep_entry, parse_keep_file
from dedupe.normalizing import comparison_key
from dedupe.reviewing import Answers
from dedupe.reviewing.clusters import digest_of_key
from dedupe.writing import disk

TEXTS = st.one_of(
    st.text(min_size=1, max_size=30),
    st.sampled_from(
        [
            "Subscribe now",
            "#metoo",
            "\\#x",
            "# accepted " + "0" * 32 + " x",
            "two\nlines",
            "a\u2028b",
            "> quoted",
            "\x1b[31m red",
        ]
    ),
)


def can_be_named(text: str) -> bool:
    try:
        format_keep_entry(text)
    except ValueError:
        return False
    return True


def digest_of(text: str) -> str:
    return digest_of_key(comparison_key(text))


@given(st.lists(st.tuples(TEXTS.filter(can_be_named), st.booleans()), max_size=12), st.booleans())
def test_the_last_answer_counts_and_is_read_back(pairs: list[tuple[str, bool]], again: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keep"
        path.write_text("# mine\nMy own paragraph", encoding="utf-8")
        expected: dict[str, str] = {digest_of("My own paragraph"): "spared"}
        # either in one sitting, or each answer in one of its own
        sittings = [[pair] for pair in pairs] if again else [pairs]
        for sitting in sittings:
            with Answers(path) as answers:
                for text, spare in sitting:
                    (answers.spare if spare else answers.accept)(text)
                    expected[digest_of(text)] = "spared" if spare else "accepted"
                    assert answers.of(digest_of(text)) == expected[digest_of(text)]
        content = path.read_text(encoding="utf-8")
        reread = Answers(path)
        assert {digest: reread.of(digest) for digest in expected} == expected
        kept = parse_keep_file(content, "keep")
        assert {digest_of_key(key) for key in kept} == {
            digest for digest, answer in expected.items() if answer == "spared"
        }
        assert content.startswith("# mine\n")


def test_the_file_is_made_with_the_first_answer_and_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "keep"
    answers = Answers(path)
    assert not path.exists()
    answers.spare("Subscribe now")
    assert path.read_text().startswith(
        "# Paragraphs that dedupe keeps, one a line: name this file with --keep-file."
    )
    assert path.read_text().endswith("\nSubscribe now\n")


def test_an_answer_is_synced_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bytes] = []

    def sync(descriptor: int) -> None:
        synced.append(os.pread(descriptor, 10_000, 0))

    monkeypatch.setattr(disk, "sync", sync)
    Answers(tmp_path / "keep").spare("Subscribe now")
    assert synced[0].endswith(b"Subscribe now\n")


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("content", ["", "Mine\n", "Mine without end"])
def test_a_failed_answer_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int, content: str
) -> None:
    path = tmp_path / "keep"
    path.write_text(content)
    answers = Answers(path)

    def half(descriptor: int, data: bytes) -> None:
        os.write(descriptor, bytes(data)[:5])
        raise OSError(fault, os.strerror(fault))

    with monkeypatch.context() as patched:
        patched.setattr(disk, "write", half)
        with pytest.raises(WriteFailed, match="keep: "):
            answers.accept("Subscribe now")
    assert path.read_text() == content
    assert answers.of(digest_of("Subscribe now")) == ""
    answers.accept("Subscribe now")
    assert Answers(path).of(digest_of("Subscribe now")) == "accepted"


def test_a_file_that_an_editor_replaced_gets_the_answers(tmp_path: Path) -> None:
    path = tmp_path / "keep"
    answers = Answers(path)
    answers.spare("One")
    (tmp_path / "new").write_text("Edited\n")
    (tmp_path / "new").rename(path)
    answers.spare("Two")
    assert path.read_text() == "Edited\nTwo\n"
    path.unlink()
    answers.spare("Three")
    assert path.read_text().endswith("\nThree\n")


def test_two_reviews_do_not_write_one_file(tmp_path: Path) -> None:
    first, second = Answers(tmp_path / "keep"), Answers(tmp_path / "keep")
    first.spare("One")
    with pytest.raises(WriteFailed, match="another run is writing this file"):
        second.spare("Two")
    first.accept("One")  # a changed answer puts another file in the place of this one
    with pytest.raises(WriteFailed, match="another run is writing this file"):
        second.spare("Two")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"--- !!!\n"])
def test_what_is_no_keep_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keep").write_bytes(content)
    with pytest.raises(UsageError, match="keep: "):
        Answers(tmp_path / "keep")
    assert (tmp_path / "keep").read_bytes() == content
    with pytest.raises(UsageError, match="is a directory"):
        Answers(tmp_path)
