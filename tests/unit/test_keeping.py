"""Keep files: what they say, and that what is written into one is read from it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedupe.errors import UsageError
from dedupe.keeping import format_keep_entry, keys_to_keep, parse_keep_file
from dedupe.normalizing import comparison_key


def test_an_entry_a_line_is_compared_by_its_key() -> None:
    text = "\ufeff# ours to keep\n\n  “Read MORE about the ferry” \r\nSubscribe,  now!\rReise um die Welt\n  # indented"
    assert parse_keep_file(text, "keep.txt") == {
        "read more about the ferry",
        "subscribe now",
        "reise um die welt",
    }


def test_a_backslash_lets_a_paragraph_begin_with_a_number_sign() -> None:
    assert parse_keep_file("\\#metoo, one year on\n#metoo\n", "k") == {comparison_key("#metoo, one year on")}
    assert format_keep_entry("#metoo, one year on") == "\\#metoo, one year on"


def test_an_entry_without_a_word_is_refused_with_its_line_and_a_cure() -> None:
    with pytest.raises(UsageError) as refused:
        parse_keep_file("Newsletter\n\n***\n", "my keep.txt")
    assert (
        str(refused.value)
        == "my keep.txt: line 3: '***' holds no word to compare; remove it, or begin it with # as a comment"
    )
    with pytest.raises(UsageError, match=r"^dedupe.toml: keep: '–' holds no word to compare; remove it$"):
        keys_to_keep(["Newsletter", "–"], "dedupe.toml: keep")


def test_a_paragraph_of_several_lines_is_an_entry_of_one() -> None:
    assert format_keep_entry("  Sign up\n  for our\r\n\tnewsletter ") == "Sign up for our newsletter"


@pytest.mark.parametrize("text", ["", "***", "half \ud800 of a character"])
def test_what_no_entry_stands_for_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no entry of a keep file stands for"):
        format_keep_entry(text)


any_text = st.one_of(
    st.text(),
    st.text(alphabet=st.sampled_from("#\\>•-' .,a5Zé\n\r\t\u0085\u2028\u200b²½\u0301文ß%$€+=&^")),
)


@given(st.lists(any_text, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_is_written_into_a_keep_file_is_read_from_it(texts: list[str], end: str) -> None:
    entries, keys = [], set()
    for text in texts:
        try:
            entries.append(format_keep_entry(text))
        except ValueError:
            continue
        keys.add(comparison_key(text))
    assert parse_keep_file("".join(f"{entry}{end}" for entry in entries), "k") == keys


@given(any_text)
def test_nearly_every_paragraph_has_an_entry(text: str) -> None:
    key = comparison_key(text)
    # Some keys mean something else as a text: marks that were apart stand together in them.
    assume(key and comparison_key(key) == key)
    assert format_keep_entry(text)
