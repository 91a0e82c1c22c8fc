"""Virtual environments for other tools, each in a room of its own, made once."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


class CannotSetUp(Exception):
    """A tool could not be installed; the message says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """What to install, and how."""

    name: str
    version: str
    also: tuple[str, ...] = ()
    """What it needs besides, but does not name, or only in an extra."""
    without: tuple[str, ...] = ()
    """Dependencies to leave out. Where there are any, pip's resolver is not asked whether all fit together."""
    python: str = ""
    """The Python it needs, as 3.12; empty: this one will do."""

    @property
    def project(self) -> str:
        """The name without extras."""
        return self.name.partition("[")[0]

    @property
    def pinned(self) -> str:
        """The requirement as pip reads it."""
        return f"{self.name}=={self.version}" if self.version else self.name


def set_up(package: Package, rooms: Path) -> Path:
    """Return the `bin` folder of the package's environment, made when there is none of this recipe."""
    room = rooms / f"{package.project}-{package.version or 'newest'}"
    ready, recipe = room / "ready", repr(package)
    if not ready.is_file() or ready.read_text(encoding="utf-8") != recipe:
        print(f"setting up {room.name} ...", flush=True)
        shutil.rmtree(room, ignore_errors=True)
        _run([python_for(package.python), "-m", "venv", str(room)])
        _install(package, room / "bin")
        ready.write_text(recipe, encoding="utf-8")
    return room / "bin"


def python_for(version: str) -> str:
    """Return a Python of that version that runs here."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version in {"", running}:
        return sys.executable
    for candidate in _candidates(version):
        try:
            done = subprocess.run([candidate, "-c", ""], capture_output=True, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return candidate
    raise CannotSetUp(f"needs Python {version}, which does not run here")


def _candidates(version: str) -> Iterator[str]:
    yield f"python{version}"
    if shutil.which("pyenv"):
        root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout.strip()
        yield from map(str, sorted(Path(root).glob(f"versions/{version}.*/bin/python")))


def _install(package: Package, programs: Path) -> None:
    install = [str(programs / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    if not package.without:
        _run([*install, package.pinned, *package.also])
        return
    _run([*install, "--no-deps", package.pinned])
    ask = (
        "import json, sys; from importlib.metadata import requires; print(json.dumps(requires(sys.argv[1])))"
    )
    needed: list[str] = json.loads(_run([str(programs / "python"), "-c", ask, package.name])) or []
    plain = [one for one in needed if "extra ==" not in one and _project(one) not in package.without]
    _run([*install, *plain, *package.also])


def _project(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    return found[0].lower().replace("_", "-") if found else requirement


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        complaint = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise CannotSetUp(f"{' '.join(command[:4])} ...: {complaint[0]}")
    return done.stdout
