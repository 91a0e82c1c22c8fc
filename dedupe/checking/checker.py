"""Edits looked at one after the other: what would go is counted, compared with the baseline, and listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from dedupe.checking.baseline import Ledger, fingerprint
from dedupe.checking.outcome import CheckOutcome
from dedupe.checking.values import CheckedDocument, Copy, CountedParagraph
from dedupe.editing import decode
from dedupe.model import Skipped, Totals

if TYPE_CHECKING:
    from dedupe.checking.gates import Gates
    from dedupe.checking.interface import Lister
    from dedupe.model import Cut, Edit

WORTH_KERNELS_BYTES = 1 << 14
"""For less text the kernels are not worth being loaded."""
_ASCII_SPACES = b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f "
"""The characters below 128 at which `str.split` splits."""


class Checker:
    """Takes the results of a run, tells listers of them, and knows at the end how it went.

    `ledger` knows what the baseline lets be; with None there is none. `path_of` tells where the document of a name
    lies, for people. With `preview` False no text is shown.
    """

    def __init__(
        self,
        listers: Sequence[Lister],
        *,
        gates: Gates,
        ledger: Ledger | None,
        path_of: Callable[[str], str],
        preview: bool = True,
    ) -> None:
        self._listers = listers
        self._gates = gates
        self.ledger = ledger or Ledger()
        self._has_baseline = ledger is not None
        self._path_of = path_of
        self._preview = preview
        self._documents = self._paragraphs = self._characters = self._failed = self._exempt = 0
        self._counted: Counter[str] = Counter()
        self._counted_characters: Counter[str] = Counter()
        self._new: Counter[str] = Counter()
        self._found: Counter[str] = Counter()

    def take(self, result: Edit | Skipped) -> None:
        """Look at one result."""
        if isinstance(result, Skipped):
            if result.is_failure:
                self._failed += 1
                for lister in self._listers:
                    lister.skipped(result)
            return
        self._take_document(result)

    def _take_document(self, edit: Edit) -> None:
        document = CheckedDocument(
            edit.name, self._path_of(edit.name), edit.paragraphs, characters_of(edit.raw, edit.encoding)
        )
        terms = self._gates.terms(document.path, document.name)
        counted: Counter[str] = Counter()
        characters: Counter[str] = Counter()
        new: Counter[str] = Counter()
        for lister in self._listers:
            lister.begin(document)
        for cut in _cuts_of(edit):
            if cut.rule in terms.ignored:
                continue
            paragraph = self._paragraph(cut, document.path)
            counted[cut.rule] += 1
            characters[cut.rule] += paragraph.characters
            if self._has_baseline and not paragraph.is_known:
                new[cut.rule] += 1
            for lister in self._listers:
                lister.paragraph(paragraph)
        for lister in self._listers:
            lister.end()
        self._gates.add(
            terms,
            counted=counted,
            new=new.total(),
            gone_characters=characters.total(),
            characters=document.characters,
        )
        self._documents += 1
        self._paragraphs += document.paragraphs
        self._characters += document.characters
        self._counted.update(counted)
        self._counted_characters.update(characters)
        self._new.update(new)
        self._exempt += edit.exempt
        self._found.update(Totals.of(edit).found)

    def _paragraph(self, cut: Cut, path: str) -> CountedParagraph:
        mark = fingerprint(cut.rule, cut.text)
        is_known = self.ledger.see(mark)
        return CountedParagraph(
            rule=cut.rule,
            path=path,
            first_line=cut.first_line,
            last_line=cut.last_line,
            score=cut.score,
            copies=tuple(
                Copy(self._path_of(place.document), place.first_line, place.last_line)
                for place in cut.survivors
            ),
            text=cut.text if self._preview else "",
            characters=len("".join(cut.text.split())),
            fingerprint=mark.hex(),
            is_known=is_known,
        )

    def outcome(self, *, version: str, settings_digest: str) -> CheckOutcome:
        """Return how it went, after the last result."""
        return CheckOutcome(
            version,
            settings_digest,
            self._documents,
            self._paragraphs,
            self._characters,
            counted=self._counted,
            counted_characters=self._counted_characters,
            new=self._new,
            found=self._found,
            clusters=self.ledger.clusters,
            new_clusters=self.ledger.new_clusters if self._has_baseline else 0,
            gone=self.ledger.gone if self._has_baseline else 0,
            failed=self._failed,
            exempt=self._exempt,
            has_baseline=self._has_baseline,
            gates=self._gates.results(),
        )

    def finish(self, outcome: CheckOutcome) -> None:
        """Tell the listers how it ended."""
        for lister in self._listers:
            lister.finish(outcome)


def characters_of(raw: bytes, encoding: str) -> int:
    """Return how many characters a document has, white space and byte order mark aside."""
    if encoding in ("utf-8", "ascii") and raw.isascii():
        return _visible_bytes(raw)
    return len("".join(decode(raw, encoding).lstrip("\ufeff").split()))


def _visible_bytes(raw: bytes) -> int:
    """Return how many bytes of ASCII are no white space."""
    if len(raw) >= WORTH_KERNELS_BYTES:
        from dedupe.kernels.library import call_briefly, library

        if library() is not None:
            return call_briefly("dedupe_visible_bytes", raw, len(raw))
    return len(raw.translate(None, _ASCII_SPACES))


def _cuts_of(edit: Edit) -> Iterator[Cut]:
    """Yield the cuts of a document; where they are made when asked for, one after the other, and none is held."""
    made_anew = getattr(edit.cuts, "anew", None)
    return made_anew() if made_anew is not None else iter(edit.cuts)
