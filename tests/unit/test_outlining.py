"""What is kept of a document between the two passes."""

from __future__ import annotations

from dedupe.digests import digest_of_bytes
from dedupe.model import DecodedText, Skipped, Source
from dedupe.outlining import outline, outline_text
from dedupe.reading import BytesSource
from dedupe.settings import Settings


def test_an_outline_holds_keys_and_places_and_no_text() -> None:
    raw = b"\xef\xbb\xbfThe Ferry!\n\n#ffffff\n42\n"
    made = outline_text("a", "g", DecodedText(raw, raw[3:].decode(), "utf-8", raw[:3]), Settings())
    assert (made.name, made.group, made.size, made.encoding, made.guessed) == (
        "a",
        "g",
        len(raw),
        "utf-8",
        False,
    )
    assert (made.keys, made.debris) == (("the ferry", "# ffffff", "42"), ("", "colour code", "number"))
    assert [(each.start, each.end) for each in made.segmentation.paragraphs] == [(3, 15), (15, 23), (23, 26)]
    assert made.digest == digest_of_bytes(raw)


def test_a_document_that_cannot_be_read_stays_skipped() -> None:
    skipped = Skipped("a", "binary")

    def read(source: Source, *, encoding: str) -> DecodedText | Skipped:
        return skipped

    assert outline(BytesSource("a", "", b""), settings=Settings(), read=read) is skipped


def test_a_document_that_cannot_be_cut_is_handed_on_as_it_is() -> None:
    def read(source: Source, *, encoding: str) -> DecodedText | Skipped:
        return DecodedText(source.read(), "x", "hz", cuttable=False)

    assert outline(BytesSource("a", "", b"raw"), settings=Settings(), read=read) == Skipped(
        "a", "undecodable", "its lines cannot be told apart in its bytes (hz); convert it to UTF-8", b"raw"
    )


def test_the_chosen_encoding_reaches_the_reader() -> None:
    asked = []

    def read(source: Source, *, encoding: str) -> DecodedText | Skipped:
        asked.append(encoding)
        return Skipped("a", "unreadable")

    outline(BytesSource("a", "", b""), settings=Settings(encoding="cp1252"), read=read)
    assert asked == ["cp1252"]
