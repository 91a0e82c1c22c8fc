"""What a person may have meant by a word that is none of ours; imported only when there is one."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from dedupe.cli.flags import FLAGS
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def did_you_mean(word: str, candidates: Sequence[str]) -> str:
    """Return the end of a message: the nearest candidate, or what lists them all."""
    near = difflib.get_close_matches(word.replace("_", "-"), candidates, n=1)
    return f"; did you mean {near[0]!r}?" if near else "; dedupe config lists them"


def hints_about(variables: Iterable[str]) -> Iterator[str]:
    """Yield a hint for each variable that is not read and looks like one that is meant for us.

    Other programs may own `DEDUPE_*` variables, so one that resembles none of ours is not mentioned.
    """
    known = [flag.variable for flag in FLAGS if flag.configurable]
    option_by_variable = {flag.variable: flag.option for flag in FLAGS if not flag.configurable}
    for name in sorted(variables):
        if name in option_by_variable:
            yield f"{name} is not read; give {option_by_variable[name]} on the command line"
        elif near := difflib.get_close_matches(name, known, n=1, cutoff=0.85):
            yield f"{visible(name)} is not read; did you mean {near[0]}?"
