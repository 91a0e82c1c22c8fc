"""Compile the kernels, write what they look for, and the manual page, when the package is built.

Without a C compiler the package works without kernels, slower.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = "dedupe/kernels/native/native.c"
LIBRARY = "dedupe/kernels/native/kernels.so"
HINTS = "dedupe/kernels/native/hints.bin"
MANUAL = "build/dedupe.1"
OPTIONS = ("-std=gnu11", "-O3", "-fPIC", "-shared", "-fvisibility=hidden", "-D_GNU_SOURCE")


class CompileKernels(BuildHookInterface[Any]):
    """Puts the compiled kernels and their hints beside their source, in a wheel or an editable tree.

    The manual page goes to `share/man/man1` of the environment.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile and write before the files are collected."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        self._write_manual(root, build_data)
        self._compile(root, build_data)

    def _write_manual(self, root: Path, build_data: dict[str, Any]) -> None:
        program = "from dedupe.cli.manual import manual_page; print(manual_page(), end='')"
        (root / MANUAL).parent.mkdir(exist_ok=True)
        (root / MANUAL).write_bytes(self._printed_by(program, root))
        build_data["shared_data"][MANUAL] = "share/man/man1/dedupe.1"

    def _printed_by(self, program: str, root: Path) -> bytes:
        # In a process of its own, so that a package of this name that is installed elsewhere has no say.
        return subprocess.run(  # noqa: S603
            [sys.executable, "-c", program],
            cwd=root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path]), "PYTHONUTF8": "1"},
            check=True,
            capture_output=True,
        ).stdout

    def _compile(self, root: Path, build_data: dict[str, Any]) -> None:
        compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
        command = [*compiler, *OPTIONS, "-o", LIBRARY, SOURCE]
        (root / LIBRARY).unlink(missing_ok=True)
        try:
            subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError) as error:
            detail = getattr(error, "stderr", "") or error
            self.app.display_warning(
                f"the kernels were not compiled; large corpora will take longer: {detail}"
            )
            return
        self._printed_by("from dedupe.boilerplate.hints import write_hints; write_hints()", root)
        build_data["artifacts"] += [LIBRARY, HINTS]
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
