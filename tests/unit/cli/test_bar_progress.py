"""Counting is cheap, safe from any thread, and does not draw."""

from __future__ import annotations

import io
import sys
import threading
import time

import pytest

from dedupe.cli import console
from dedupe.cli.console import BarProgress, Console
from dedupe.progress import Silence


def at_once(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what is standard error from now on, where bars are drawn as soon as there is a stage.

    No fixture, because pytest puts its own standard error back before the test begins.
    """
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(console, "PATIENCE_SECONDS", 0.0)
    return stream


def wait_until_drawn(stream: io.StringIO, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in stream.getvalue():
        assert time.monotonic() < deadline, stream.getvalue()
        time.sleep(0.005)


def test_threads_lose_no_document() -> None:
    progress = BarProgress(coloured=False)
    progress.begin("reading", 160_000)

    def work() -> None:
        for _ in range(20_000):
            progress.advance()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert progress._done == 160_000
    progress.end()


def test_a_hundred_thousand_documents_a_second_cost_little(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = at_once(monkeypatch)
    progress = BarProgress(coloured=False)
    progress.begin("reading", 200_000)
    wait_until_drawn(shown, "reading")
    before = len(shown.getvalue())
    began = time.thread_time()
    for _ in range(200_000):
        progress.advance()
    cost = time.thread_time() - began
    progress.end()
    assert cost < 0.5  # a quarter of the two seconds in which they would come
    assert len(shown.getvalue()) - before < 100_000


def test_stages_follow_each_other_each_with_its_own_count(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = at_once(monkeypatch)
    progress = BarProgress(coloured=False)
    progress.begin("reading", 4)
    progress.advance(2)
    wait_until_drawn(shown, " 50 %")
    progress.begin("cutting", 4_000_000, "bytes")
    progress.advance(1_000_000)
    wait_until_drawn(shown, " 25 %")
    progress.end()
    progress.end()
    assert shown.getvalue().endswith("\n\r\x1b[1A\x1b[2K")
    quiet = shown.getvalue()
    progress.advance()
    time.sleep(0.05)
    assert shown.getvalue() == quiet


def test_a_stage_that_is_over_in_a_moment_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = BarProgress(coloured=False)
    for stage in ("reading", "deciding", "cutting"):
        progress.begin(stage, 1)
        progress.advance()
        progress.end()
    assert stream.getvalue() == ""


def test_no_thread_stays_behind() -> None:
    before = threading.active_count()
    progress = BarProgress(coloured=False)
    for _ in range(5):
        progress.begin("reading", 1)
    progress.end()
    deadline = time.monotonic() + 10
    while threading.active_count() > before:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_without_a_terminal_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(monkeypatch)
    assert isinstance(Console().progress("auto"), Silence)
    assert isinstance(Console().progress("never"), Silence)
    assert isinstance(Console(quiet=True).progress("always"), Silence)
    assert isinstance(Console().progress("always"), BarProgress)
