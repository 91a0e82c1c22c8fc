"""The library: what the command does, on documents in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dedupe.cutting import put_back
from dedupe.errors import UsageError
from dedupe.model import DecodedText, Document, Edit, Outcome, Skipped, Source, Totals
from dedupe.pipeline import prepare
from dedupe.progress import Progress
from dedupe.reading.naming import NO_FOLDER
from dedupe.settings import Settings

ONE_GROUP = NO_FOLDER


@dataclass(frozen=True, slots=True)
class TextSource:
    """A document in memory as a source of bytes: its text in UTF-8, lone surrogates included."""

    name: str
    group: str
    text: str

    @property
    def size(self) -> int:
        """About how many bytes the text has."""
        return len(self.text)

    def read(self) -> bytes:
        """Return the text's bytes."""
        return self.text.encode("utf-8", "surrogatepass")


def clean(
    documents: Iterable[Document],
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
    jobs: int = 1,
) -> Outcome:
    r"""Find what repeats in `documents` and return them without it.

    Guarantees: the texts given are not altered. Each result is an `Edit` whose `cleaned_text` is the text without
    its cuts; `restore` gives the original back. Every repeat that was cut names a copy that stays. The result is
    in byte order of names, and depends on the documents and settings only: not on their order, on `jobs` (the
    number of processes), on the time or the environment. Nothing is printed or written.

    Errors: UsageError when two documents have one name. SelfCheckFailed when a cut would not restore, which is a
    fault of this package.

    Example:
        >>> from dedupe import Document, clean
        >>> line = "The ferry to Eastmere will not run on Friday because of the storm, the harbour office said."
        >>> outcome = clean([Document("page", f"{line}\nMore follows.\n{line}\n")])
        >>> outcome.results[0].cleaned_text
        'The ferry to Eastmere will not run on Friday because of the storm, the harbour office said.\nMore follows.\n'
        >>> [(cut.rule, cut.first_line) for cut in outcome.results[0].cuts]
        [('DUP101', 3)]

    """
    settings = settings or Settings()
    group_by = settings.group_by
    sources: list[Source] = []
    names: set[str] = set()
    for document in documents:
        if document.name in names:
            raise UsageError(f"two documents have the name {document.name!r}; give each its own")
        names.add(document.name)
        group = "" if group_by == "none" else document.group or ONE_GROUP
        sources.append(TextSource(document.name, ONE_GROUP if group_by == "corpus" else group, document.text))
    prepared = prepare(sources, settings=settings, progress=progress, jobs=jobs, read=read_given_text)
    results = tuple(prepared.edits())
    return Outcome(results, sum((Totals.of(result) for result in results), Totals()))


def restore(edit: Edit) -> str:
    """Return the original text of a document from its clean text and its cuts.

    Guarantees: equal to the text that was given to `clean`, character for character.
    """
    restored = put_back(edit.cleaned, [(cut.start, cut.removed) for cut in edit.cuts])
    return replace(edit, cleaned=restored).cleaned_text


def read_given_text(source: Source, *, encoding: str) -> DecodedText | Skipped:
    """Return the text of a `TextSource` as it was given; nothing is guessed."""
    del encoding
    raw = source.read()
    return DecodedText(raw, raw.decode("utf-8", "surrogatepass"), "utf-8")
