"""Whatever call the system refuses, and wherever the program dies, every file is absent, old or complete."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from made_edits import edit_of, plan_of, totals_of

from dedupe.errors import DedupeError, WriteFailed
from dedupe.model import Edit
from dedupe.plan import PlanHeader, PlanWriter, open_plan
from dedupe.restoring import Selection, restore, take_back
from dedupe.settings import Settings
from dedupe.writing import InPlace, OutputFolder, disk

EDITS = [
    edit_of(name, f"{name}\nkept\ngoes\n".encode(), [(len(name) + 6, len(name) + 11)])
    for name in ("a", "s/b")
]
Run = Callable[[Path], object]


def put_originals(folder: Path) -> None:
    for edit in EDITS:
        (folder / "in" / edit.name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / edit.name).write_bytes(edit.raw)


def into_folder(folder: Path) -> None:
    output = OutputFolder(
        folder / "out",
        targets={edit.name: edit.name for edit in EDITS},
        inputs=[folder / "in"],
        sources={edit.name: folder / "in" / edit.name for edit in EDITS},
        durable=True,
    )
    finish(output, EDITS)


def into_folder_flushed(folder: Path) -> None:
    targets = {edit.name: edit.name for edit in EDITS}
    finish(OutputFolder(folder / "out", targets=targets, inputs=[folder / "in"]), EDITS)


def in_place(folder: Path) -> None:
    # The second run finds some files clean already, as its judging would.
    paths = {edit.name: folder / "in" / edit.name for edit in EDITS}
    waiting = [edit for edit in EDITS if paths[edit.name].read_bytes() == edit.raw]
    finish(InPlace(paths, backup_dir=folder / "backup"), waiting)


def finish(destination: OutputFolder | InPlace, edits: list[Edit]) -> None:
    try:
        for edit in edits:
            destination.take(edit)
        destination.flush()
        destination.publish()
    except DedupeError:
        destination.discard()
        raise


def plan(folder: Path) -> None:
    header = PlanHeader.of(Settings(), version="0", destination="stdout")
    with PlanWriter(folder / "plan", header=header) as writer:
        for edit in EDITS:
            writer.write(edit)
        writer.finish(totals_of(EDITS))


def restored(folder: Path) -> None:
    for result in restore(open_plan(folder / "given")):
        if (why := getattr(result, "why", "")) and "left alone" not in why:
            raise WriteFailed(why)


def put_clean(folder: Path) -> None:
    put_originals(folder)
    plan_of(folder / "given", EDITS, destination="in-place", root=str(folder / "in"))
    for edit in EDITS:
        (folder / "in" / edit.name).write_bytes(edit.cleaned)


def put_clean_and_told(folder: Path) -> None:
    put_clean(folder)
    (folder / "given").rename(folder / "told")


def taken_back(folder: Path) -> None:
    for result in take_back(open_plan(folder / "told"), Selection(rules=("DUP",))):
        if why := getattr(result, "why", ""):
            raise WriteFailed(why)


def put_earlier_output(folder: Path) -> None:
    put_originals(folder)
    into_folder(folder)
    for edit in EDITS:
        (folder / "out" / edit.name).write_bytes(b"of an earlier run")


SCENARIOS: dict[str, tuple[Run, Run]] = {
    "new output folder": (put_originals, into_folder),
    "flushed output folder": (put_originals, into_folder_flushed),
    "earlier output folder": (put_earlier_output, into_folder),
    "in place": (put_originals, in_place),
    "plan": (put_originals, plan),
    "restore": (put_clean, restored),
    "take back": (put_clean_and_told, taken_back),
}


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return all files but those whose content tells of the run and not of the documents."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("lock", "files", "given")
    }


@pytest.fixture(params=SCENARIOS)
def scenario(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Run, Run, dict[str, bytes]]:
    prepare, run = SCENARIOS[request.param]
    folder = tmp_path / "trial"
    begin_afresh(folder, prepare)
    run(folder)
    return folder, prepare, run, snapshot(folder)


def begin_afresh(folder: Path, prepare: Run) -> dict[str, bytes]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    prepare(folder)
    return snapshot(folder)


def at_call(number: int, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Let `act` come before the call of that number; return what tells whether it came."""
    count = 0

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def wrapper(*args: object, **options: object) -> object:
            nonlocal count
            count += 1
            if count == number:
                act()
            return call(*args, **options)

        return wrapper

    for name in disk.CALLS:
        monkeypatch.setattr(disk, name, counted(getattr(disk, name)))
    return lambda: count >= number


def check_old_or_complete(folder: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    for name, content in snapshot(folder).items():
        if ".dedupe" not in name and "backup" not in name:
            assert content in (before.get(name), after.get(name)), name
    for name, content in before.items():
        if name.startswith("in/"):
            assert (folder / name).read_bytes() in (content, after[name])


CURES = {
    errno.ENOSPC: "free some space, then run again",
    errno.EACCES: "choose a place you may write to, or change its permissions",
    errno.EIO: "check the disk, then run again",
    errno.EROFS: "choose a place you may write to",
    errno.EMFILE: "raise the limit of open files (ulimit -n), then run again",
}


@pytest.mark.parametrize("code", CURES)
def test_a_refused_call_is_one_clear_error_and_half_a_file_never_stays(
    scenario: tuple[Path, Run, Run, dict[str, bytes]], code: int
) -> None:
    folder, prepare, run, after = scenario
    number, came = 0, True
    while came:
        number += 1
        before = begin_afresh(folder, prepare)

        def refuse() -> None:
            raise OSError(code, os.strerror(code))

        with pytest.MonkeyPatch.context() as patch:
            ask = at_call(number, refuse, patch)
            fault = os.strerror(code)
            said = f": {fault[0].lower()}{fault[1:]}; {CURES[code]}"
            message = f"{folder}{said}"
            try:
                run(folder)
            except WriteFailed as failure:
                message = str(failure)
            came = ask()
        assert message.startswith(str(folder)), message
        assert message.endswith(said)
        check_old_or_complete(folder, before, after)
        assert not [name for name in snapshot(folder) if ".dedupe-" in name or "staging" in name]
        run(folder)
        check_complete(folder, after)
    assert number > 3


def test_a_death_at_any_call_leaves_old_or_complete_files_and_the_next_run_heals(
    scenario: tuple[Path, Run, Run, dict[str, bytes]],
) -> None:
    folder, prepare, run, after = scenario
    number, came = 0, True
    while came:
        number += 1
        before = begin_afresh(folder, prepare)
        child = os.fork()
        if child == 0:
            with pytest.MonkeyPatch.context() as patch:
                at_call(number, lambda: os._exit(9), patch)
                try:
                    run(folder)
                finally:
                    os._exit(0)
        came = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        check_old_or_complete(folder, before, after)
        run(folder)
        check_complete(folder, after)
    assert number > 3


def check_complete(folder: Path, after: dict[str, bytes]) -> None:
    """Check that everything is as after an undisturbed run; backups may be spread over two numbers."""
    now = snapshot(folder)
    left = {name: content for name, content in now.items() if "backup" not in name}
    assert left == {name: content for name, content in after.items() if "backup" not in name}
    for name, content in after.items():
        if name.startswith("backup/0001/"):
            backups = [now.get(name.replace("0001", number)) for number in ("0001", "0002")]
            assert content in backups
