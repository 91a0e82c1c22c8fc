"""`dedupe review`: go through the clusters of a plan and say of each whether it may go."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedupe.cli.beginnings import current_folder
from dedupe.cli.configuration import effective
from dedupe.cli.console import Console, columns_shown
from dedupe.cli.keys import Keys
from dedupe.cli.options import GroupedCommand, complete_path, flags, given, refuse_empty
from dedupe.cli.summary import quoted
from dedupe.cli.verdict import DEBUG_KEY, Verdict
from dedupe.errors import OutputRefused
from dedupe.reports.cluster import HELP, QUESTION, ClusterLayout
from dedupe.reports.layout import Span
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.plan import PlanIndex
    from dedupe.reviewing import Answers, Review

DEFAULT_KEEP_FILE = "dedupe.keep"
"""Not `.txt`: a later run must not read it as an article."""
MIN_COLUMNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What `dedupe review` was asked to do; the answers go into `keep_file`."""

    plan: Path
    keep_file: Path


@click.command(cls=GroupedCommand, short_help="Accept or spare what repeats; the next run obeys.")
@click.argument("plan", metavar="PLAN", callback=refuse_empty, shell_complete=complete_path)
@flags("keep-file", "color", "debug", "config", "isolated")
@click.pass_context
def review(ctx: click.Context, /, plan: str, **_: object) -> Verdict:
    """Go through what a run removed, largest clusters first, and accept or spare each with a key.

    A cluster is all removals of one text. What is spared becomes a line of the keep file: --keep-file, or keep-file in
    the configuration, or dedupe.keep here. A run with that --keep-file leaves such paragraphs in. Each answer is on the
    disk before the next question; asked again, a review goes on where it was.

    Keys: a accept, s spare, n next, b back, m more, q quit, ? help. Without a terminal they are read from standard
    input.
    """
    settings = effective(given(ctx), environment=os.environ, folder=current_folder())
    if settings.switch("debug"):
        ctx.meta[DEBUG_KEY] = True
    keep_file = settings.path("keep-file") or Path(DEFAULT_KEEP_FILE)
    return execute(ReviewRequest(Path(plan), keep_file), Console(colour=settings.text("color")))


def execute(request: ReviewRequest, console: Console) -> Verdict:
    """Ask about one cluster after the other until they or the keys come to an end."""
    from dedupe.plan import index_plan
    from dedupe.reviewing import Answers, review_of

    index = index_plan(request.plan)
    _refuse_to_add_to(request.keep_file, index)
    with Answers(request.keep_file) as answers:
        session = _Session(review_of(index), answers, console)
        try:
            with Keys() as keys:
                session.go_through(keys)
        except BaseException:
            console.say([()])  # what is told of it begins behind the question otherwise
            raise
        session.sum_up(request)
    return Verdict()


def _refuse_to_add_to(keep_file: Path, index: PlanIndex) -> None:
    """Refuse a keep file that is the plan or one of its documents: answers would be added to it.

    Raises OutputRefused.
    """
    from dedupe.plan import open_plan
    from dedupe.plan.own_files import holds_document

    name = visible(str(keep_file))
    if keep_file.exists() and keep_file.samefile(index.path):
        raise OutputRefused(f"{name}: is the plan; name another file with --keep-file")
    files = open_plan(index.path).files() if index.header.has_files and keep_file.exists() else ()
    folders = [index.header.root] if index.header.root else []
    if holds_document(keep_file, chain(index.entries, files), folders):
        raise OutputRefused(f"{name}: is a document of the plan; name another file with --keep-file")


class _Session:
    """One sitting."""

    def __init__(self, review: Review, answers: Answers, console: Console) -> None:
        self._review = review
        self._answers = answers
        self._console = console
        self._layout = ClusterLayout(width=max(MIN_COLUMNS_SHOWN, columns_shown(sys.stderr)))
        self._given: dict[str, str] = {}
        self._seen: list[int] = []

    def go_through(self, keys: Iterable[str]) -> None:
        """Show clusters and do what the keys say."""
        clusters = self._review.clusters
        before = sum(bool(self._answers.of(cluster.digest)) for cluster in clusters)
        self._console.say(self._layout.beginning(self._review, before))
        position: int | None = self._next_open(0)
        pressed = iter(keys)
        while position is not None and position < len(clusters):
            self._show(position)
            key = next((key for key in pressed if self._is_known(key, position)), "q")
            match key:
                case "a" | "s":
                    self._answer(position, spare=key == "s")
                    self._seen.append(position)
                    position = self._next_open(position + 1)
                case "n":
                    self._say("passed over")
                    self._seen.append(position)
                    position = self._next_open(position + 1)
                case "b":
                    self._say("back")
                    position = self._seen.pop() if self._seen else position
                case _:
                    self._say("quit")
                    return

    def _is_known(self, key: str, position: int) -> bool:
        """Return whether a key moves on; what does not is dealt with here."""
        if key in "asnbq":
            return True
        if key == "m":
            self._say("more")
            cluster = self._review.clusters[position]
            cut = self._review.first_removal(cluster)
            self._console.say(self._layout.whole(cluster, cut))
        else:
            self._say("?" if key == "?" else "no such key")
            self._console.say(self._layout.said(HELP))
        self._console.prompt(QUESTION)
        return False

    def _show(self, position: int) -> None:
        clusters = self._review.clusters
        cluster = clusters[position]
        cut = self._review.first_removal(cluster)
        said = self._answers.of(cluster.digest)
        self._console.say(self._layout.lines(cluster, cut, number=position + 1, of=len(clusters), said=said))
        self._console.prompt(QUESTION)

    def _answer(self, position: int, *, spare: bool) -> None:
        cluster = self._review.clusters[position]
        text = self._review.first_removal(cluster).text
        (self._answers.spare if spare else self._answers.accept)(text)
        self._given[cluster.digest] = "spared" if spare else "accepted"
        self._say("spared" if spare else "accepted")

    def _say(self, word: str) -> None:
        # The key itself is not shown by a terminal.
        self._console.say([(Span(word, {"spared": "stays", "accepted": "gone"}.get(word, "quiet")),)])

    def _next_open(self, position: int) -> int | None:
        clusters = self._review.clusters
        return next(
            (n for n in range(position, len(clusters)) if not self._answers.of(clusters[n].digest)), None
        )

    def sum_up(self, request: ReviewRequest) -> None:
        """Say what was answered, what is left and what to do next."""
        words = list(self._given.values())
        left = sum(not self._answers.of(cluster.digest) for cluster in self._review.clusters)
        answered = f"{words.count('accepted'):,} accepted, {words.count('spared'):,} spared; "
        self._console.say(self._layout.said(answered + f"{counted(left, 'cluster')} without an answer"))
        spared = any(self._answers.of(cluster.digest) == "spared" for cluster in self._review.clusters)
        if spared:
            command = f"dedupe clean PATH… --keep-file {quoted(request.keep_file)}"
        elif left:
            command = f"dedupe review {quoted(request.plan)}"
            if os.fspath(request.keep_file) != DEFAULT_KEEP_FILE:
                command += f" --keep-file {quoted(request.keep_file)}"
        else:
            return
        self._console.say([(Span("next: "), Span(command, "command"))])
