"""What is kept of a document between the two passes: where its paragraphs lie and what they are, not their text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dedupe.boilerplate.debris import debris_shape
from dedupe.digests import digest_of_bytes
from dedupe.model import DecodedText, Segmentation, Skipped, Source
from dedupe.normalizing import comparison_key
from dedupe.segmenting import segment
from dedupe.settings import Settings
from dedupe.traits import Traits, traits_of


@dataclass(frozen=True, slots=True)
class Outline:
    """One document after the first pass.

    `digest` is the BLAKE2b digest, 16 bytes in hexadecimal, of all its bytes. `keys`, `traits` and `debris` have
    one entry a paragraph: its comparison key, its traits, and the shape of debris it has, `""` for none.
    """

    name: str
    group: str
    digest: str
    size: int
    encoding: str
    guessed: bool
    segmentation: Segmentation
    keys: tuple[str, ...]
    traits: tuple[Traits, ...]
    debris: tuple[str, ...]


class ReadText(Protocol):
    """Reads a source and decodes it, or says why it cannot."""

    def __call__(self, source: Source, *, encoding: str) -> DecodedText | Skipped:
        """Return the text of `source`, read with the codec `encoding` or, where that is `auto`, a found one."""


def outline(source: Source, *, settings: Settings, read: ReadText) -> Outline | Skipped:
    """Read `source` and return its outline, or why there is none."""
    decoded = read(source, encoding=settings.encoding)
    if isinstance(decoded, Skipped):
        return decoded
    if not decoded.cuttable:
        detail = f"its lines cannot be told apart in its bytes ({decoded.encoding}); convert it to UTF-8"
        return Skipped(source.name, "undecodable", detail, decoded.raw)
    return outline_text(source.name, source.group, decoded, settings)


def outline_text(name: str, group: str, decoded: DecodedText, settings: Settings) -> Outline:
    """Return the outline of a decoded document."""
    segmentation, texts = segment(decoded, settings.paragraphs)
    return Outline(
        name,
        group,
        digest_of_bytes(decoded.raw),
        len(decoded.raw),
        decoded.encoding,
        decoded.guessed,
        segmentation,
        tuple(comparison_key(text) for text in texts),
        traits_of(segmentation, texts),
        tuple(debris_shape(text) for text in texts),
    )
