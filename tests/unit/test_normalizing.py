"""The comparison key: what counts as the same to a reader, and what never does."""

from __future__ import annotations

import pytest

from dedupe.normalizing import comparison_key, shingles_of, tokens_of

SAME = [
    ("The Ferry", "the ferry"),
    ("Straße", "STRASSE"),
    ("Ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ"),
    ("ﬁne", "fine"),
    ("ＡＢＣ １２", "abc 12"),
    ("caf\u00e9", "cafe\u0301"),
    ("\u30ac", "\u30ab\u3099"),
    ("ｶﾀｶﾅ", "カタカナ"),
    ("don't", "don\u2019t"),
    ("don't", "dont"),
    ("the dogs' home", "the dogs home"),
    ("'quoted'", "quoted"),
    ("\u201cquoted\u201d", "quoted"),
    ("\u00abquoted\u00bb", "quoted"),
    ("well-known", "well\u2010known"),
    ("well-known", "wellknown"),
    ("he said - and left", "he said and left"),
    ("he said \u2014 and left", "he said and left"),
    ("he said\u2014and left", "he said and left"),
    ("he said--and left", "he said and left"),
    ("zero\u200bwidth\u2060", "zerowidth"),
    ("\ufeffstart", "start"),
    ("soft\u00adhyphen", "softhyphen"),
    ("a\u00a0b", "a b"),
    ("a\nb", "a   b"),
    ("a\u2028b", "a b"),
    ("end.", "end!"),
    ("one, two; three", "one two three"),
    ("a | b", "a b"),
    ("*bold* `code`", "bold code"),
    ("\u2212 5 \u2212", "- 5 -"),
    ("\u22125", "-5"),
    ("5 %", "5%"),
    ("$ 100", "$100"),
    ("１００％", "100 %"),
    ("> quoted\n> mail", "quoted mail"),
    ("● a point", "a point"),
    ("# Heading", "Heading"),
    ("> quoted", "quoted"),
]

DIFFERENT = [
    ("A = B", "A B"),
    ("a level > 5 units", "a level < 5 units"),
    ("if a == b", "if a != b"),
    ("it was - 5 degrees", "it was 5 degrees"),
    ("yes □ no", "yes ■ no"),
    ("6′ wide", "6″ wide"),
    ("-5 %", "5 %"),
    ("\u22125", "5"),
    ("+5", "5"),
    ("5 %", "5"),
    ("5 %", "5 \u2030"),
    ("C++", "C"),
    ("C++", "C#"),
    ("F#", "F"),
    ("#42", "42"),
    ("$100", "\u20ac100"),
    ("$100", "100"),
    ("\u00a3100", "\u00a5100"),
    ("1,000", "1000"),
    ("1.5", "15"),
    ("1.5", "1,5"),
    ("1.5", "1 5"),
    (".5", "5"),
    ("m\u00b2", "m2"),
    ("m\u00b2", "m\u00b3"),
    ("10\u00b2", "102"),
    ("\u00bd", "1 2"),
    ("1\u00bd", "11 2"),
    ("10-20", "1020"),
    ("10-20", "10 20"),
    ("10\u201320", "1020"),
    ("x<y", "x>y"),
    ("x=y", "x y"),
    ("AT&T", "AT T"),
    ("20 \u00b0C", "20 C"),
    ("3\u00d74", "3 4"),
    ("a \u2264 b", "a \u2265 b"),
    ("\U0001f44d", "\U0001f44e"),
    ("well known", "wellknown"),
    ("r\u00e9sum\u00e9", "resume"),
    ("\u0131", "i"),
    ("\u0915\u0940", "\u0915\u093f"),
    ("a\udcff", "a"),
]

SUPERSCRIPT_SIGNS = [("10\u207b\u00b3 m", "10\u00b3 m"), ("Na\u207a", "Na"), ("Cl\u207b", "Cl\u207a")]
SIGNS_BEFORE_CURRENCY = [
    ("-$5", "$5"),
    ("\u2212$5", "$5"),
    ("-\u20ac5", "\u20ac5"),
    ("+$5", "$5"),
    ("-.5", ".5"),
]
FOREIGN_DECIMALS = [("\u0661\u066b\u0665", "\u0661 \u0665"), ("\u06f3.\u06f5", "\u06f3 \u06f5")]

TOKENS = [
    ("The road, 3.5 km long, cost \u20ac1,200.50.", ["the", "road", "3.5", "km", "long", "cost", "\u20ac", "1,200.50"]),
    ("It rose by -5 % in C++ and C#", ["it", "rose", "by", "-", "5", "%", "in", "c", "++", "and", "c", "#"]),
    ("O'Brien's co-op", ["obriens", "coop"]),
    ("\u6771\u4eac\u30bf\u30ef\u30fc", ["\u6771", "\u4eac", "\u30bf", "\u30ef", "\u30fc"]),
    ("\u0e20\u0e32\u0e29\u0e32", ["\u0e20", "\u0e32", "\u0e29", "\u0e32"]),
    ("\u0ea5\u0eb2\u0ea7", ["\u0ea5", "\u0eb2", "\u0ea7"]),
    ("\u1781\u17d2\u1798", ["\u1781", "\u17d2", "\u1798"]),
    ("\u1019\u103c\u1014", ["\u1019", "\u103c", "\u1014"]),
    ("\u4e2d\u6587 and English", ["\u4e2d", "\u6587", "and", "english"]),
    ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
    ("\ud55c\uad6d\uc5b4 \ud14d\uc2a4\ud2b8", ["\ud55c\uad6d\uc5b4", "\ud14d\uc2a4\ud2b8"]),
    ("", []),
    (" \u200b\u00ad \u2014 ... \u201c\u201d \u2022 - = #", []),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_reads_the_same_has_one_key(one: str, other: str) -> None:
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_means_something_else_has_another_key(one: str, other: str) -> None:
    assert comparison_key(one) != comparison_key(other)


@pytest.mark.parametrize(("one", "other"), SUPERSCRIPT_SIGNS)
def test_the_sign_of_a_superscript_counts(one: str, other: str) -> None:
    assert comparison_key(one) != comparison_key(other)


@pytest.mark.parametrize(("one", "other"), SIGNS_BEFORE_CURRENCY)
def test_a_sign_before_currency_or_a_decimal_point_counts(one: str, other: str) -> None:
    assert comparison_key(one) != comparison_key(other)


@pytest.mark.parametrize(("one", "other"), FOREIGN_DECIMALS)
def test_decimal_marks_count_between_digits_of_any_script(one: str, other: str) -> None:
    assert comparison_key(one) != comparison_key(other)


@pytest.mark.parametrize("invisible", ["\ufe0f", "\ufe0e", "\u034f", "\u200d", "\u2060", "\U000e0101"])
def test_an_invisible_character_does_not_count(invisible: str) -> None:
    assert comparison_key(f"heart{invisible}s") == "hearts"


@pytest.mark.parametrize(("text", "tokens"), TOKENS)
def test_a_text_has_these_tokens(text: str, tokens: list[str]) -> None:
    assert tokens_of(text) == tokens


def test_the_key_is_the_tokens_joined_by_single_spaces() -> None:
    assert comparison_key("  The\t\u201cold\u201d  road\n") == "the old road"


def test_no_token_holds_a_space() -> None:
    every_character = " ".join(f"a{chr(codepoint)}5" for codepoint in range(0x3000))
    assert [token for token in tokens_of(every_character) if " " in token or not token] == []


def test_a_lone_surrogate_is_part_of_its_word() -> None:
    assert tokens_of("caf\udce9 noir") == ["caf\udce9", "noir"]


@pytest.mark.parametrize("run", ["=", "#", "&", "+", "<>", "= ", "a-", "1,", "1'", ".", "-"])
def test_a_long_run_of_marks_costs_no_more_than_its_length(run: str) -> None:
    # Quadratic time would be ten minutes here, linear time is a fraction of a second.
    assert len(tokens_of(run * 200_000)) <= 200_000 * len(run)


def test_a_long_run_of_combining_marks_costs_no_more_than_its_length() -> None:
    # Canonical ordering is an insertion sort: this would take minutes.
    assert len(tokens_of("a" + "\u0301\u0316" * 100_000)) >= 1


def test_shingles_are_the_runs_of_neighbouring_tokens() -> None:
    assert shingles_of(["a", "b", "c", "a", "b", "c"], 3) == {
        ("a", "b", "c"),
        ("b", "c", "a"),
        ("c", "a", "b"),
    }


def test_fewer_tokens_than_a_shingle_give_no_shingles() -> None:
    assert shingles_of(["a", "b"], 3) == set()
