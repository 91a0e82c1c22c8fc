"""What is said of a paragraph is what was decided, and the figures are those that anybody can work out."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from made_edits import plan_of
from strategies import pages

from dedupe import Document, clean
from dedupe.explaining import Explanation, Removed, Stays, explain, locate
from dedupe.model import Edit
from dedupe.normalizing import tokens_of
from dedupe.plan import PlanIndex, WholeTexts, index_plan
from dedupe.reports.explanation import ExplanationLayout
from dedupe.settings import RULE_BY_CODE


def explained(index: PlanIndex, edit: Edit, where: str) -> Explanation:
    # `WholeTexts` only asks for what an index has as well.
    return explain(index, locate(index, where), texts=WholeTexts(index, given={edit.name: edit.raw}))


def similarity(left: str, right: str) -> float:
    """Return the Jaccard similarity of two texts' runs of three tokens, 1.0 for equal tokens."""
    here, there = tokens_of(left), tokens_of(right)
    if here == there:
        return 1.0
    runs = [{tuple(tokens[n : n + 3]) for n in range(len(tokens) - 2)} for tokens in (here, there)]
    either = runs[0] | runs[1]
    return len(runs[0] & runs[1]) / len(either) if either else 0.0


@given(pages(), st.data())
def test_every_line_is_explained_as_it_was_decided(text: str, data: st.DataObject) -> None:
    [edit] = clean([Document("page", text)]).results
    assert isinstance(edit, Edit)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    full = [number for number, line in enumerate(lines, 1) if line.strip().strip("\ufeff")]
    if not full:
        return
    with tempfile.TemporaryDirectory() as folder:
        plan_of(Path(folder) / "plan", [edit])
        index = index_plan(Path(folder) / "plan")
        for line in data.draw(st.lists(st.sampled_from(full), min_size=1, max_size=3, unique=True)):
            told = explained(index, edit, f"page:{line}")
            assert told.first_line <= line <= told.last_line
            cut = next((cut for cut in edit.cuts if cut.first_line <= line <= cut.last_line), None)
            shown = list(ExplanationLayout(plan="plan", width=60, whole=True).lines(told))
            assert shown
            if cut is not None:
                assert isinstance(told.decision, Removed)
                found = told.decision.found
                assert (found.rule, found.score, found.id) == (cut.rule, cut.score, cut.id)
                assert [copy.place for copy in found.copies] == list(cut.survivors)
                assert told.text == cut.text
                assert explained(index, edit, cut.id) == told
            else:
                check_kept(told, edit)


def check_kept(told: Explanation, edit: Edit) -> None:
    stays = told.decision
    assert isinstance(stays, Stays)
    assert told.text is not None
    assert stays.tokens == len(tokens_of(told.text))
    assert set(stays.stays_for) <= {(cut.first_line, cut.last_line) for cut in edit.cuts}
    if stays.nearest is None:
        return
    copy = stays.nearest.copy
    assert copy.text is not None
    assert copy.place.first_line != told.first_line
    assert not [cut for cut in edit.cuts if cut.start < copy.place.end and copy.place.start < cut.end]
    assert stays.nearest.similarity == similarity(told.text, copy.text)
    if stays.nearest.similarity >= told.threshold and (stays.tokens or 0) >= 12:
        assert stays.reasons, "it is near enough, so something spared it"


def test_every_rule_has_a_sentence_for_it() -> None:
    assert all(rule.sentence for rule in RULE_BY_CODE.values())
