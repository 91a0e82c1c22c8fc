"""The end of a check in at most six lines; the last is the next command to run."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dedupe.cli.check_lists import written_files
from dedupe.cli.summary import NAMES_SHOWN, guessed_encodings, passed_over
from dedupe.reports.layout import Line, Span, listed
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.checking.outcome import CheckOutcome
    from dedupe.cli.check_request import CheckRequest
    from dedupe.cli.summary import Tally

DEFAULT_BASELINE = "dedupe.baseline"


def summary(request: CheckRequest, tally: Tally, outcome: CheckOutcome) -> Iterator[Line]:
    """Yield at most six lines: what was counted, what was passed over, what was written, the verdict, what to do."""
    yield (Span(outcome.sentence),)
    if aside := "; ".join(filter(None, (passed_over(tally), guessed_encodings(tally)))):
        yield (Span(aside),)
    if outcome.failed:
        yield (Span(f"not checked: {counted(outcome.failed, 'input')}, listed above as errors", "warning"),)
    files = [*written_files(request.lists), *request.reports]
    notes = [f"lists: {listed([visible(str(path)) for path in files], NAMES_SHOWN)}"] if files else []
    if request.update_baseline and not outcome.failed:
        notes.append(f"baseline: {visible(str(request.baseline))}")
    if notes:
        yield (Span("; ".join(notes)),)
    ignored = " (exit code 0, as --exit-zero says)" if request.exit_zero and not outcome.passed else ""
    yield (Span(visible(outcome.verdict) + ignored, "stays" if outcome.passed else "error"),)
    yield (Span("next: "), Span(next_command(request, outcome), "command"))


def next_command(request: CheckRequest, outcome: CheckOutcome) -> str:
    """Return the command that makes most sense after this check."""
    baseline = shlex.quote(visible(str(request.baseline or DEFAULT_BASELINE)))
    if request.update_baseline and outcome.failed:
        return request.regenerate
    if request.update_baseline:
        return f"{request.again} --baseline {baseline}"
    if outcome.new.total() or (outcome.has_baseline and outcome.gone):
        return f"{request.regenerate}  # accept what is there now"
    if not outcome.passed or outcome.has_baseline:
        again = request.again.replace("dedupe check", "dedupe clean", 1)
        return f"{again} < IN > CLEAN" if request.inputs.stdin else f"{again} -o clean"
    if outcome.duplicates:
        return f"{request.again} --baseline {baseline} --update-baseline  # let these be, and not one more"
    return f"{request.again} --select ALL --statistics  # also what documents share"
