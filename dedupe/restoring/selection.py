"""Which removals of a plan are meant by ids, rules and documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.errors import UsageError
from dedupe.plan.naming import entry_of
from dedupe.settings import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dedupe.plan import PlanIndex, PlannedCut, PlannedDocument


@dataclass(frozen=True, slots=True)
class Selection:
    """Removals that have one of the `ids`, are by one of the `rules`, and lie in one of the `documents`.

    Where one of the three is empty it does not narrow. Ids are whole, rules are codes or their beginnings, documents
    are names of the plan.
    """

    ids: frozenset[str] = frozenset()
    rules: tuple[str, ...] = ()
    documents: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        index: PlanIndex,
        *,
        ids: Iterable[str] = (),
        rules: Iterable[str] = (),
        documents: Iterable[str] = (),
        root: Path | None = None,
    ) -> Selection:
        """Return the selection that a person means; ids may be beginnings, documents paths.

        Raises UsageError for whatever of it is nothing in the plan, or more than one thing.
        """
        return cls(
            frozenset(_whole_id(index, beginning) for beginning in ids),
            tuple(_known_rule(index, rule) for rule in rules),
            frozenset(entry_of(index, document, root=root)[0].name for document in documents),
        )

    def chosen(self, document: PlannedDocument) -> tuple[PlannedCut, ...]:
        """Return the removals of a document that are meant, in order."""
        if self.documents and document.name not in self.documents:
            return ()
        return tuple(
            cut
            for cut in document.cuts
            if (not self.ids or cut.id in self.ids) and (not self.rules or cut.rule.startswith(self.rules))
        )


def _whole_id(index: PlanIndex, beginning: str) -> str:
    pairs = index.ids_beginning(beginning, kinds=("cut",)) if beginning else []
    found = list(dict.fromkeys(found for found, _ in pairs))
    if beginning in found:
        found = [beginning]
    if not found:
        raise UsageError(
            f"{index.path}: no removal has an id like {beginning!r}; give one as reports show it"
        )
    if len(found) > 1:
        raise UsageError(f"{index.path}: {len(found)} ids begin with {beginning!r}; give more of it")
    return found[0]


def _known_rule(index: PlanIndex, rule: str) -> str:
    if not rule or not any(each.code.startswith(rule) for each in RULES):
        known = ", ".join(each.code for each in RULES)
        raise UsageError(f"no rule has the code {rule!r}; the rules are {known}")
    if not any(code.startswith(rule) and count for code, count in index.totals.removed.items()):
        raise UsageError(f"{index.path}: {rule} removed nothing there; name another rule")
    return rule
