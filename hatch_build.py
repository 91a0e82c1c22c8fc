"""Compile the kernels when the package is built; without a C compiler the package works without them, slower."""

from __future__ import annotations

import os
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = "dedupe/kernels/native/native.c"
LIBRARY = "dedupe/kernels/native/kernels.so"
OPTIONS = ("-std=gnu11", "-O3", "-fPIC", "-shared", "-fvisibility=hidden", "-D_GNU_SOURCE")


class CompileKernels(BuildHookInterface[Any]):
    """Puts the compiled kernels beside their source, into a wheel or into the tree of an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile before the files are collected."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
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
        build_data["artifacts"].append(LIBRARY)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
