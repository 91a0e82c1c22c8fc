"""The entry: parse, dispatch, and turn whatever happens into one line and an exit code.

Only light modules are imported at the top, so that the signal handlers stand before anything else happens.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from dedupe.cli.verdict import DEBUG_KEY, Terminated, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from dedupe.errors import WriteFailed


def run() -> NoReturn:
    """Run the command line of this process and leave with its exit code."""
    # A run makes few cycles and millions of values: looking for cycles again and again is two per cent of it.
    gc.set_threshold(50_000, 20, 100)
    # Nothing here multiplies matrices; the threads that numpy would start for it are in the way of our own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.unraisablehook = _ask_again
    signal.signal(signal.SIGINT, _interrupted)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        verdict = _run(sys.argv[1:])
        # What was asked for is done: a signal between here and the end could only add a traceback to it.
        _ignore_further_signals()
    except (KeyboardInterrupt, Terminated) as fault:
        verdict = Verdict(fault=fault)
    # Nothing is left to tidy up. An orderly exit would wait for threads and free the columns of a corpus piece by
    # piece, which takes a fiftieth of a run.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(verdict.exit_code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; see `Verdict.exit_code` for what the codes mean.

    Standard output is flushed when this returns. Nothing is raised, whatever happens.
    """
    return _run(list(sys.argv[1:] if argv is None else argv)).exit_code


def _run(arguments: list[str]) -> Verdict:
    debug = "--debug" in arguments or os.environ.get("DEDUPE_DEBUG", "").lower() in {"1", "true", "yes", "on"}
    try:
        verdict = _verdict(arguments, debug=debug)
    except (KeyboardInterrupt, Terminated, BrokenPipeError) as fault:  # while a fault was being told
        verdict = Verdict(fault=fault)
    _flush_talk()
    if verdict.exit_code == 141:
        _silence_streams()
    return verdict


def _verdict(arguments: list[str], *, debug: bool) -> Verdict:
    """Run the command that the arguments name and tell of its fault, if it had one.

    `Command.main` is not used, though it has `standalone_mode=False`: even so it turns a broken pipe into
    exit code 1 and writes an empty line at Ctrl-C.
    """
    import click

    from dedupe.cli.app import app
    from dedupe.cli.output import flush_out

    context: click.Context | None = None
    try:
        if instruction := os.environ.get("_DEDUPE_COMPLETE"):
            from dedupe.cli.completion import answer

            return answer(instruction)
        context = app.make_context("dedupe", arguments)
        with context:
            verdict = app.invoke(context)
        flush_out()
    except click.exceptions.Exit as leave:
        flush_out()
        return Verdict(fault=None if leave.exit_code == 0 else leave)
    except (Exception, KeyboardInterrupt, Terminated) as fault:  # noqa: BLE001 - the roof: all become a line
        fault = _failed_output(fault) or fault
        _tell(fault, debug=debug or (context is not None and DEBUG_KEY in context.meta))
        return Verdict(fault=fault)
    return verdict if isinstance(verdict, Verdict) else Verdict()


def _failed_output(fault: BaseException) -> WriteFailed | None:
    """Return what is wrong with standard output if click met the fault there, where it writes help by itself."""
    if not isinstance(fault, OSError) or isinstance(fault, BrokenPipeError):
        return None
    from traceback import walk_tb

    import click

    from dedupe.cli.output import abandon_stdout, output_failed

    if not any(frame.f_code is click.echo.__code__ for frame, _ in walk_tb(fault.__traceback__)):
        return None
    abandon_stdout()
    return output_failed(fault)


def _flush_talk() -> None:
    """Write what is left for standard error while it can still be lost without harm."""
    if sys.stderr is not None:
        from dedupe.cli.talk import Talk

        Talk().flush()


def _tell(fault: BaseException, *, debug: bool) -> None:
    """Say on standard error what went wrong, in one line; nothing where nobody listens any more."""
    import click

    from dedupe.cli.console import Console
    from dedupe.errors import DedupeError
    from dedupe.writing.failures import what_failed

    console = Console()
    if debug:
        console.show_traceback(fault)
    match fault:
        case KeyboardInterrupt() | Terminated() | BrokenPipeError():
            console.restore_colour()
        case click.UsageError():
            command = fault.ctx.command_path if fault.ctx else "dedupe"
            message = fault.format_message().rstrip(".")
            message = message[:1].lower() + message[1:]
            console.error(message if ";" in message else f"{message}; see {command} --help")
        case click.ClickException():
            console.error(fault.format_message())
        case DedupeError():
            console.error(str(fault))
        case OSError() if fault.filename is not None:
            name = os.fsdecode(fault.filename) if isinstance(fault.filename, bytes | str) else fault.filename
            console.error(f"{name}: {what_failed(fault)}; check the path and its permissions")
        case _:
            hint = "" if debug else "; run again with --debug to see where, and report it"
            console.error(f"internal error: {type(fault).__name__}: {fault}{hint}")


def _silence_streams() -> None:
    """Point the standard streams at nothing, so that no message about a closed pipe appears at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _interrupted(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    _ignore_further_signals()
    raise KeyboardInterrupt


def _terminated(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    _ignore_further_signals()
    raise Terminated


def _ask_again(unraisable: sys.UnraisableHookArgs) -> None:
    """Send a signal again that came while a finalizer or a callback ran, from which nothing can be raised."""
    if not isinstance(unraisable.exc_value, KeyboardInterrupt | Terminated):
        sys.__unraisablehook__(unraisable)
        return
    from threading import Timer

    number = signal.SIGINT if isinstance(unraisable.exc_value, KeyboardInterrupt) else signal.SIGTERM
    signal.signal(signal.SIGINT, _interrupted)
    signal.signal(signal.SIGTERM, _terminated)
    later = Timer(0.01, os.kill, (os.getpid(), number))
    later.daemon = True
    later.start()


def _ignore_further_signals() -> None:
    # Tidying up is quick and must not be cut short by an impatient second signal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
