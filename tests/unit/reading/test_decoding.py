from __future__ import annotations

import codecs
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.errors import UsageError
from dedupe.lines import lines_of
from dedupe.model import DecodedText, Skipped
from dedupe.reading import BytesSource, decode, guessing, is_binary, read_text

GERMAN = "Im Frühjahr blühen überall Gänseblümchen, und die Mädchen flechten Kränze für später.\n"
JAPANESE = "春になると野原に花が咲きます。\n子供たちは外で遊びます。\n"
CHINESE = "春天来了，花儿开了。\n孩子们在外面玩耍。\n"
RUSSIAN = "Весной на лугу цветут ромашки, и дети плетут венки до самого вечера.\n"


def decoded(raw: bytes, encoding: str = "auto") -> DecodedText:
    result = decode(raw, encoding=encoding)
    assert result is not None
    return result


def byte_lines(document: DecodedText) -> list[bytes]:
    bounds = (*lines_of(document).raw_start, len(document.raw))
    return [document.raw[a:b] for a, b in pairwise(bounds)]


def text_lines(document: DecodedText) -> list[str]:
    bounds = (*lines_of(document).text_start, len(document.text))
    return [document.text[a:b] for a, b in pairwise(bounds)]


@pytest.mark.parametrize(
    ("bom", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_settles_the_encoding_and_is_no_text(bom: bytes, codec: str) -> None:
    raw = bom + (GERMAN + JAPANESE + "😀\r\nb\rc").encode(codec)
    document = decoded(raw)
    assert document == DecodedText(raw, GERMAN + JAPANESE + "😀\r\nb\rc", codec, bom)
    assert bom + b"".join(byte_lines(document)) == raw
    assert [line.decode(codec) for line in byte_lines(document)] == text_lines(document)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_character_broken_off_by_the_end_travels_as_lone_surrogates(codec: str) -> None:
    bom = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(codec)
    bom = bom or (codecs.BOM_UTF32_LE if codec == "utf-32-le" else codecs.BOM_UTF32_BE)
    document = decoded(bom + "ab\n".encode(codec) + b"\x61")
    assert (document.text, document.encoding) == ("ab\n\udc61", codec)


def test_a_lone_half_of_a_surrogate_pair_in_utf_16_is_kept() -> None:
    assert decoded(codecs.BOM_UTF16_LE + b"a\0\x00\xd8\n\0").text == "a\ud800\n"


def test_an_empty_file_is_an_empty_document() -> None:
    assert decode(b"") == DecodedText(b"", "", "utf-8")


@pytest.mark.parametrize(
    "raw", [b"", b"plain\n", "Fräulein\n".encode(), b"one\0two three", "日本\u2028語\x85".encode()]
)
def test_valid_utf_8_is_utf_8_and_no_guess(raw: bytes) -> None:
    assert decode(raw) == DecodedText(raw, raw.decode(), "utf-8")


@pytest.mark.parametrize(("size", "encoding"), [(1001, "utf-8"), (1000, "cp1252")])
def test_utf_8_has_under_one_misfit_in_a_thousand_bytes(size: int, encoding: str) -> None:
    raw = b"caf\xe9 ".ljust(size, b"a")
    document = decoded(raw)
    assert document.encoding == encoding
    assert document.guessed is (encoding != "utf-8")
    assert document.text[3] == ("\udce9" if encoding == "utf-8" else "é")


@pytest.mark.parametrize("codec", ["iso2022_jp", "iso2022_kr", "hz"])
def test_seven_bit_encodings_are_known_by_their_escapes(codec: str) -> None:
    text = {"iso2022_jp": JAPANESE, "hz": CHINESE, "iso2022_kr": "봄이 왔습니다\n꽃이 핍니다\n"}[codec]
    document = decoded(text.encode(codec))
    assert (document.text, document.encoding, document.guessed) == (text, codec, False)


def test_lines_of_iso_2022_jp_that_return_to_ascii_can_be_cut() -> None:
    document = decoded(JAPANESE.encode("iso2022_jp"))
    assert document.cuttable
    assert [line.decode("iso2022_jp") for line in byte_lines(document)] == text_lines(document)


def test_a_japanese_text_broken_off_inside_a_character_is_still_japanese() -> None:
    document = decoded(JAPANESE.encode("iso2022_jp")[:-6])
    assert document.encoding == "iso2022_jp"
    assert document.text.startswith(JAPANESE[:20])


@pytest.mark.parametrize(
    "raw",
    [
        "봄이 왔습니다\n꽃이 핍니다\n".encode("iso2022_kr"),  # designates once, in its first line
        b"\x1b$B;}$D\n;}$D\x1b(B\nplain\n",  # a shift held over a line end
        b"~{<:Ky2;~}~\nplain\n",  # a line end that joins two lines
    ],
)
def test_text_whose_lines_lean_on_each_other_cannot_be_cut(raw: bytes) -> None:
    assert not decoded(raw, "hz" if b"~{" in raw else "auto").cuttable


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1b[31mred\x1b[0m plain",
        b"a stray \x1b escape",
        b"\x1b$B not kanji at all: \x1b[0m, \x01",
        b"(format t ~{~a~^, ~})",
        b"cp ~{one,two}/file ~/there",
        b"~{ spaced out ~}",
        b"\x1b(B ascii chosen twice \x1b(B",
        b"\x1b(J roman letters \x1b(B",
    ],
)
def test_stray_escapes_and_tildes_are_ascii(raw: bytes) -> None:
    assert decode(raw) == DecodedText(raw, raw.decode(), "utf-8")


def test_iso_2022_cn_is_left_alone_and_said() -> None:
    raw = b"\x1b$)A\x0e=;\x3b;\x0f\n"
    assert decode(raw) is None
    assert read_text(BytesSource("a", "", raw)) == Skipped(
        "a", "undecodable", "ISO-2022-CN is not supported; convert it to UTF-8", raw
    )


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (GERMAN * 3, "cp1252"),
        (RUSSIAN * 3, "cp1251"),
        (CHINESE * 5, "gb18030"),
        (JAPANESE * 5, "euc_jp"),
        (JAPANESE * 5, "cp932"),
    ],
)
def test_legacy_encodings_are_guessed_and_said_to_be(text: str, codec: str) -> None:
    document = decoded(text.encode(codec))
    assert (document.text, document.encoding, document.guessed, document.cuttable) == (
        text,
        codec,
        True,
        True,
    )


def test_a_short_utf_8_text_broken_off_inside_a_character_is_guessed_to_be_utf_8() -> None:
    document = decoded((CHINESE * 2).encode()[:-2])
    assert (document.encoding, document.guessed) == ("utf-8", True)
    assert document.text == (CHINESE * 2)[:-2] + "\udce3\udc80"


def test_a_long_legacy_file_is_guessed_by_what_is_not_ascii_in_it() -> None:
    raw = b"plain words only, line after line\n" * 20_000 + (RUSSIAN * 100).encode("cp1251")
    assert decoded(raw).encoding == "cp1251"


def test_one_long_line_in_a_legacy_encoding_is_guessed_by_its_beginning() -> None:
    line = CHINESE.replace("\n", "")
    assert decoded((line * 5000).encode("gb18030")).encoding == "gb18030"


def test_bytes_that_mean_nothing_anywhere_are_kept_under_a_guess() -> None:
    document = decoded(b"\x81\x8d\x90 and \x9d\n")
    assert (document.guessed, document.cuttable) == (True, True)
    assert len(document.text) == len(document.raw)


def test_where_no_encoding_reads_well_cp1252_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "_candidates", lambda _: iter(()))
    document = decoded(b"caf\xe9 \x81\n")
    assert (document.text, document.encoding, document.guessed) == ("café \udc81\n", "cp1252", True)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [GERMAN * 3, CHINESE * 20, RUSSIAN * 3, (CHINESE[:9] * 9 + "\n") * 9])
def test_wide_text_without_a_mark_is_left_alone_and_the_cure_is_named(text: str, codec: str) -> None:
    raw = text.encode(codec)
    assert not is_binary(raw)
    assert decode(raw) is None
    skipped = read_text(BytesSource("a", "", raw))
    assert isinstance(skipped, Skipped)
    assert (skipped.reason, skipped.raw) == ("undecodable", raw)
    assert skipped.detail == f"{codec[:6].upper()} without a byte order mark; try --encoding {codec}"
    cured = read_text(BytesSource("a", "", raw), encoding=codec)
    assert isinstance(cured, DecodedText)
    assert (cured.text, cured.bom, cured.guessed) == (text, b"", False)


@pytest.mark.parametrize("raw", [b"one\0two three\n", b"caf\xe9 noir\0 au lait\n" * 9, b"a longer letter\0"])
def test_a_stray_nul_is_text(raw: bytes) -> None:
    assert not is_binary(raw)
    assert "\0" in decoded(raw).text or b"\0" not in raw


@pytest.mark.parametrize(
    "raw", [b"\0" * 20, b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0", bytes(range(32)) * 9]
)
def test_a_nul_with_over_a_tenth_of_controls_is_binary(raw: bytes) -> None:
    assert is_binary(raw)
    assert read_text(BytesSource("a", "", raw)) == Skipped("a", "binary")


@pytest.mark.parametrize(("controls", "binary"), [(10, False), (11, True)])
def test_binary_begins_above_ten_percent(controls: int, binary: bool) -> None:
    assert is_binary(b"\0" * controls + b"x" * (100 - controls)) is binary


def test_what_lies_behind_the_first_8_kib_makes_nothing_binary() -> None:
    assert not is_binary(b"text " * 2000 + b"\0" * 9000)


@pytest.mark.parametrize(
    "mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE]
)
def test_a_wide_mark_is_never_binary(mark: bytes) -> None:
    assert not is_binary(mark + b"\0" * 100)


@pytest.mark.parametrize(
    "name", ["nonsense", "", "base64", "rot13", "idna", "unicode_escape", "é", "a\0b", "undefined"]
)
def test_an_encoding_that_is_none_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match="give auto or a name such as utf-8"):
        decode(b"text", encoding=name)


@pytest.mark.parametrize(
    ("raw", "name", "text", "codec"),
    [
        (b"caf\xe9", "latin-1", "café", "iso8859-1"),
        (b"caf\xe9", "utf8", "caf\udce9", "utf-8"),
        (b"\xef\xbb\xbfa", "utf-8-sig", "a", "utf-8"),
        (b"\xef\xbb\xbfa", "cp1252", "ï»¿a", "cp1252"),
        (b"a\0\n\0", "utf-16", "a\n", "utf-16-le"),
        (b"\xfe\xff\0a", "utf-16", "a", "utf-16-be"),
        (b"a+AOk-\n", "utf-7", "aé\n", "utf-7"),
    ],
)
def test_a_named_encoding_is_taken_at_its_word(raw: bytes, name: str, text: str, codec: str) -> None:
    document = decoded(raw, name)
    assert (document.text, document.encoding, document.guessed) == (text, codec, False)


def test_what_a_named_encoding_cannot_read_is_said() -> None:
    skipped = read_text(BytesSource("a", "", b"\x1b$Bx\x81"), encoding="iso2022_jp")
    assert skipped == Skipped("a", "undecodable", "its bytes do not fit iso2022_jp", b"\x1b$Bx\x81")


def test_encodings_whose_line_ends_are_other_bytes_cannot_be_cut() -> None:
    assert not decoded("Zeile\nZeile\n".encode("cp037"), "cp037").cuttable


@pytest.mark.parametrize(
    ("raw", "name"),
    [(b"a+AOk\nb\n", "utf-7"), (b"plain\n\x1b$@", "iso2022_jp")],
)
def test_a_line_that_does_not_end_in_the_initial_state_cannot_be_cut(raw: bytes, name: str) -> None:
    assert not decoded(raw, name).cuttable


def test_a_few_bytes_of_named_utf_16_are_not_binary() -> None:
    document = read_text(BytesSource("a", "", b"a\0b\0"), encoding="utf-16-le")
    assert isinstance(document, DecodedText)
    assert document.text == "ab"


def test_a_line_end_in_a_utf_7_escape_cannot_be_cut() -> None:
    assert not decoded(b"a+AAo-b\nc\n", "utf-7").cuttable


@pytest.mark.parametrize(
    "codec",
    sorted(guessing.MULTIBYTE),
)
def test_no_multibyte_character_swallows_a_line_end(codec: str) -> None:
    assert codecs.lookup(codec).name == codec
    tails = [bytes((second,)) for second in range(0x30, 0x100)] + [b""]
    for lead in range(0x80, 0x100):
        for tail in tails:
            line = bytes((lead,)) + tail + b"\r\n"
            assert line.decode(codec, "surrogateescape").endswith("\r\n")
            assert line.decode(codec, "surrogateescape").count("\n") == 1


def test_a_failing_read_is_a_value() -> None:
    class Gone:
        name, group = "gone.txt", ""

        size = 0

        def read(self) -> bytes:
            raise PermissionError(13, "Permission denied")

    assert read_text(Gone()) == Skipped("gone.txt", "unreadable", "Permission denied")


PIECES = (
    *(b"\r\n", b"\r", b"\n", b"\0", b"\x1b$B", b"\x1b(B", b"\x1b$)C", b"\x0e", b"\x0f", b"~{", b"~}", b"~\n"),
    *(codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_LE),
    *(b"\xe2\x80\xa8", b"\xc2\x85", b";}$D", b"+AOk-", b"+AAo-"),
)
NASTY = st.lists(st.one_of(st.binary(max_size=12), st.sampled_from(PIECES)), max_size=12).map(b"".join)


def assert_lines_correspond(document: DecodedText) -> None:
    assert document.raw.startswith(document.bom)
    if not document.cuttable:
        return
    assert document.bom + b"".join(byte_lines(document)) == document.raw
    assert "".join(text_lines(document)) == document.text
    ends = [line.rstrip("\r\n") != line for line in text_lines(document)]
    assert all(ends[:-1])


@given(NASTY)
def test_any_bytes_decode_or_do_not_but_never_fail(raw: bytes) -> None:
    result = read_text(BytesSource("a", "", raw))
    if isinstance(result, DecodedText):
        assert result.raw == raw
        assert_lines_correspond(result)


@given(
    NASTY,
    st.sampled_from(
        ("utf-8", "latin-1", "gb18030", "big5", "iso2022_jp", "iso2022_kr", "hz", "utf-7", "cp037")
    )
    | st.sampled_from(("utf-16", "utf-16-be", "utf-32", "euc_jp", "shift_jis_2004", "ascii", "big5hkscs")),
)
def test_any_bytes_under_any_name_never_fail(raw: bytes, name: str) -> None:
    result = decode(raw, encoding=name)
    if result is not None:
        assert_lines_correspond(result)


@given(NASTY, st.data())
def test_lines_taken_out_leave_the_text_of_the_others(raw: bytes, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(("utf-8", "iso2022_jp", "hz", "utf-7", "gbk", "utf-16")))
    document = decode(raw, encoding=name)
    if document is None or not document.cuttable:
        return
    keep = [data.draw(st.booleans()) for _ in byte_lines(document)]
    rest = document.bom + b"".join(
        line for line, kept in zip(byte_lines(document), keep, strict=True) if kept
    )
    expected = "".join(line for line, kept in zip(text_lines(document), keep, strict=True) if kept)
    if rest.startswith(codecs.BOM_UTF8) and not document.bom:
        return  # a line that began with what is a mark only at the very start
    again = decoded(rest, document.encoding)
    assert again.text == expected


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_text_in_utf_8_comes_back_as_it_was(text: str) -> None:
    if not text.startswith("\ufeff") and "\0" not in text and "\x1b" not in text and "~{" not in text:
        assert decoded(text.encode()).text == text


def test_utf_8_needs_no_detector() -> None:
    program = (
        "import sys; from dedupe.reading import decode, discover; decode('Frühling'.encode());"
        "print(sorted({'charset_normalizer', 'pathspec', 'numpy'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
